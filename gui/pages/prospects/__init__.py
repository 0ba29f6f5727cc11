"""培育对象: units with potential, what was done for them, and who belongs to whom."""

"""One module per part of the plan; they do not know one another."""

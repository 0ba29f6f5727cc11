"""培育库: the window, who is in the library, its rosters, who leaves it."""

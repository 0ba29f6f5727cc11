"""The two pages of the window: the list of units and the form editor. They do not know each other."""

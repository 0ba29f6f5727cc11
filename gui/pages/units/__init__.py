"""The list of units: find, begin, import, print."""

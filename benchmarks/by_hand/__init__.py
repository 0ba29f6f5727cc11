"""One form's check written by hand in plain Python, as a floor for the program's own."""

"""Modal questions and answers; each can be used with the keyboard alone."""

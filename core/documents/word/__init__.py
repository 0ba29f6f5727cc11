"""Writes neutral documents as Word files, for words that leaders edit."""

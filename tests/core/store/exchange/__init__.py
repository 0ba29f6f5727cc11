"""Versions of records between stores, and undo."""

"""Mirrors gui/dialogs."""

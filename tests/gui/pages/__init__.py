"""Mirrors gui/pages."""

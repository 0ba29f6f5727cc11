"""Mirrors gui/models."""

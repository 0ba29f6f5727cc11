"""Immutable, numbered rosters."""

from __future__ import annotations

from core.store.library.part import Part


class Rosters(Part):
    """Immutable, numbered rosters."""

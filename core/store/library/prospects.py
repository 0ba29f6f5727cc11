"""Units with potential and their log."""

from __future__ import annotations

from core.store.library.part import Part


class Prospects(Part):
    """Units with potential and their log."""

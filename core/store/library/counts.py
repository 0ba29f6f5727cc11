"""Numbers for the cockpit, counted by the database."""

from __future__ import annotations

from core.store.library.part import Part


class Counts(Part):
    """Numbers for the cockpit, counted by the database."""

"""Calls, checklists and steps of members towards city and nation."""

from __future__ import annotations

from core.store.library.part import Part


class Tiers(Part):
    """Calls, checklists and steps of members towards city and nation."""

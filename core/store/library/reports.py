"""Annual reports: who has filed which year."""

from __future__ import annotations

from core.store.library.part import Part


class Reports(Part):
    """Annual reports: who has filed which year."""

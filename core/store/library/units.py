"""Units by id and by code, and what changed of them."""

from __future__ import annotations

from core.store.library.part import Part


class Units(Part):
    """Units by id and by code, and what changed of them."""

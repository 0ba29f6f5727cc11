"""Which library units belong to a park or supply a chain leader."""

from __future__ import annotations

from core.store.library.part import Part


class Links(Part):
    """Which library units belong to a park or supply a chain leader."""

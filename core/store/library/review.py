"""Remarks, confirmations and decisions on received forms."""

from __future__ import annotations

from core.store.library.part import Part


class Reviews(Part):
    """Remarks, confirmations and decisions on received forms."""

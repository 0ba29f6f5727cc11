"""Falsifications and accidents."""

from __future__ import annotations

from core.store.library.part import Part


class Grounds(Part):
    """Falsifications and accidents."""

"""Policy packs as they were when windows used them."""

from __future__ import annotations

from core.store.library.part import Part


class Packs(Part):
    """Policy packs as they were when windows used them."""

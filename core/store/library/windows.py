"""Update windows and extra batches."""

from __future__ import annotations

from core.store.library.part import Part


class Windows(Part):
    """Update windows and extra batches."""

"""Who is in the library, and who was."""

from __future__ import annotations

from core.store.library.part import Part


class Members(Part):
    """Who is in the library, and who was."""

"""Third-party evaluations."""

from __future__ import annotations

from core.store.library.part import Part


class Evaluations(Part):
    """Third-party evaluations."""

"""The fonts of printed products and charts, read once: they are large and never change while the program runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.pdf.fonts import FontSet


def font_set(ws: Workspace) -> FontSet:
    """The fonts of the program's resources.

    Raises:
        FontError: their list is missing or damaged.
    """
    return _load(ws.resources / "fonts")


@cache
def _load(folder: Path) -> FontSet:
    from core.documents.pdf.fonts import FontSet

    return FontSet.load(folder)

"""Colours of what is painted by hand; `resources/style/app.qss` holds the rest. Light only, contrast ≥ 4.5:1."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtGui import QColor


class Mark(IntEnum):
    """How a cell or a finding is marked, from calm to alarming."""

    NONE = 0
    HINT = 1
    VERIFY = 2
    MISSING = 3
    WRONG = 4


INK: Final = "#1d2129"
MUTED: Final = "#5c6672"
FAINT: Final = "#8b94a0"
PAPER: Final = "#ffffff"
DESK: Final = "#dfe3e8"
SHADE: Final = "#f1f4f7"
CALCULATED: Final = "#f7f8fa"
LINE: Final = "#9aa4b0"
ACCENT: Final = "#1a5fb4"
ACCENT_SOFT: Final = "#e4eefb"
FOCUS_FILL: Final = "#fffef2"
OFF: Final = "#f4f4f4"
CHANGED: Final = "#f0eafa"
RED: Final = "#b71c1c"
RED_SOFT: Final = "#fdecea"
AMBER: Final = "#8a5300"
AMBER_SOFT: Final = "#fff4dc"
BLUE: Final = "#1f5f99"
BLUE_SOFT: Final = "#eaf3fb"
GREEN: Final = "#1b6e35"
GREEN_SOFT: Final = "#e6f4ea"


def mark_ink(mark: Mark) -> QColor:
    """The colour of a mark's bar and words."""
    return QColor({Mark.HINT: BLUE, Mark.VERIFY: "#c77700", Mark.MISSING: "#d9534f", Mark.WRONG: RED}.get(mark, LINE))


def mark_fill(mark: Mark) -> QColor | None:
    """The colour behind a marked cell, None where it stays white."""
    name = {Mark.VERIFY: AMBER_SOFT, Mark.WRONG: RED_SOFT}.get(mark)
    return QColor(name) if name else None

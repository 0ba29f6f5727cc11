"""Which keys mean what in a cell of the form, in one place."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


class CellKey(Enum):
    """What a key asks of the sheet around the cell."""

    NEXT = auto()
    PREVIOUS = auto()
    UP = auto()
    DOWN = auto()
    OPEN = auto()
    RESTORE = auto()
    ADD_ROW = auto()
    REMOVE_ROW = auto()
    ROW_UP = auto()
    ROW_DOWN = auto()
    UNDO = auto()


_NONE = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_KEYS = {
    (Qt.Key.Key_Return, _NONE): CellKey.NEXT,
    (Qt.Key.Key_Return, _SHIFT): CellKey.PREVIOUS,
    (Qt.Key.Key_Return, _CTRL): CellKey.ADD_ROW,
    (Qt.Key.Key_Delete, _CTRL): CellKey.REMOVE_ROW,
    (Qt.Key.Key_Up, _CTRL | _SHIFT): CellKey.ROW_UP,
    (Qt.Key.Key_Down, _CTRL | _SHIFT): CellKey.ROW_DOWN,
    (Qt.Key.Key_Z, _CTRL): CellKey.UNDO,
    (Qt.Key.Key_Up, _NONE): CellKey.UP,
    (Qt.Key.Key_Down, _NONE): CellKey.DOWN,
    (Qt.Key.Key_Down, _ALT): CellKey.OPEN,
    (Qt.Key.Key_F4, _NONE): CellKey.OPEN,
    (Qt.Key.Key_Escape, _NONE): CellKey.RESTORE,
}
ROW_KEYS = frozenset({CellKey.ADD_ROW, CellKey.REMOVE_ROW, CellKey.ROW_UP, CellKey.ROW_DOWN, CellKey.UNDO})


def cell_key(event: QKeyEvent) -> CellKey | None:
    """The meaning of a key press, None for keys that belong to the editor itself."""
    key = Qt.Key(event.key())
    if key is Qt.Key.Key_Enter:
        key = Qt.Key.Key_Return
    return _KEYS.get((key, event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier))


def is_line_break(event: QKeyEvent) -> bool:
    """True for Alt+Enter and Ctrl+Enter, which break the line in long text."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and bool(event.modifiers() & (_ALT | _CTRL))

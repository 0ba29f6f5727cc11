"""Dialogs that never reach beyond the screen, also at 150 % on 1366×768."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialog

_FRAME: Final = 48


def fit_to_screen(dialog: QDialog, width: int, height: int) -> None:
    """Give a dialog that size, or as much of it as the screen has beside the window's frame."""
    room = dialog.screen().availableGeometry()
    dialog.resize(min(width, room.width() - _FRAME), min(height, room.height() - _FRAME))

"""Notices that something is being typed before it is saved."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

_WATCHED: Final = "typing is watched"


class TypingWatch(QObject):
    """Emits `typing` at every key that changes the cell in focus."""

    typing = Signal()

    def look(self) -> None:
        """Watch the cell that has got the focus, once."""
        cell = QApplication.focusWidget()
        if cell is None or cell.property(_WATCHED):
            return
        if isinstance(cell, QLineEdit):
            cell.textEdited.connect(self._on_changed)
        elif isinstance(cell, QPlainTextEdit):
            cell.textChanged.connect(self._on_changed)
        cell.setProperty(_WATCHED, True)

    def _on_changed(self) -> None:
        if getattr(QApplication.focusWidget(), "is_typing", False):
            self.typing.emit()

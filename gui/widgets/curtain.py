"""What stands in the middle of the window until the data are open: nothing at first, then what takes so long."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

_BAR_WIDTH: Final = 260


class Curtain(QWidget):
    """Emits `painted` each time it was drawn: from then on the clerk sees the window."""

    painted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = QLabel(title, self)
        name.setProperty("role", "title")
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget in (name, self._note, self._bar):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self._parts = (name, self._note, self._bar)
        for widget in self._parts:
            widget.hide()

    @property
    def note(self) -> str:
        """What it says; empty while it says nothing."""
        return "" if self._note.isHidden() else self._note.text()

    def say(self, text: str) -> None:
        """Show the program's name and what is going on."""
        self._note.setText(text)
        for widget in self._parts:
            widget.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell that the window is seen."""
        super().paintEvent(event)
        self.painted.emit()

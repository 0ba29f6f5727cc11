"""A line above a page that says one thing: why a form is locked, what could not be saved, what waits."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget


class NoticeBar(QWidget):
    """One sentence with one button; hidden while there is nothing to say."""

    pressed = Signal()

    def __init__(self, role: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(button, self)
        self._button.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 3)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        self.hide()

    @property
    def text(self) -> str:
        """What is being said; empty while hidden."""
        return self._label.text()

    def say(self, text: str, *, offers: bool = True, button: str = "") -> None:
        """Show a sentence, with the button where it `offers` something; empty text hides the bar.

        `button` are other words for the button from now on.
        """
        self._label.setText(text)
        if button:
            self._button.setText(button)
        self._button.setVisible(offers)
        self.setVisible(bool(text))

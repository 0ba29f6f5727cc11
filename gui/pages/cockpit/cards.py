"""Figures that can be pressed: how many days, how many forms, how many reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget


@dataclass(frozen=True, slots=True)
class CardText:
    """What a card says. `tone`: wait and bad call for action, good and blank do not."""

    figure: str
    words: str
    note: str = ""
    tone: str = ""


class Card(QPushButton):
    """One figure over its words, pressed by a click, Space, Enter, or Alt and its letter."""

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = letter
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.figure = QLabel(self)
        self.figure.setProperty("role", "figure")
        self.words = QLabel(self)
        self.note = QLabel(self)
        self.note.setProperty("role", "note")
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self.words)
        lines.addWidget(self.note)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.figure)
        row.addLayout(lines, 1)
        for label in (self.figure, self.words, self.note):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumHeight(self.fontMetrics().height() * 2 + 18)
        self.setMinimumWidth(96)

    def show_text(self, text: CardText) -> None:
        """Show a figure and its words."""
        self.figure.setText(text.figure)
        self.words.setText(f"{text.words}(<u>{self._letter}</u>)")  # a label's own mnemonic would only give the focus
        self.note.setText(text.note)
        self.note.setVisible(bool(text.note))
        self.setAccessibleName(f"{text.words}{text.figure}{text.note}")
        self.setToolTip(f"{text.words}：{text.figure}　{text.note}")
        self.figure.setProperty("tone", text.tone)
        self.figure.style().unpolish(self.figure)
        self.figure.style().polish(self.figure)
        self.setShortcut(f"Alt+{self._letter}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, as everywhere in the program."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class CardRow(QWidget):
    """Cards side by side; emits `pressed` with the name of one."""

    pressed = Signal(str)

    def __init__(self, cards: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = {name: Card(letter, self) for name, letter in cards}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for name, card in self.cards.items():
            card.clicked.connect(lambda _checked=False, n=name: self.pressed.emit(n))
            row.addWidget(card)

"""The narrow strip at the left of the window: one button per page, with the figure of its Ctrl key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class Rail(QFrame):
    """Emits `chosen` with a page's key. Ctrl and the figure work everywhere; here Up, Down and Enter do too.

    What belongs to no page stands at the foot.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._buttons: dict[str, QPushButton] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 4, 0, 4)
        self._layout.setSpacing(1)
        self._layout.addStretch(1)

    def set_entries(self, entries: Sequence[tuple[str, str, int]]) -> None:
        """Key, title and figure of each page, from top to bottom."""
        for button in self._buttons.values():
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {key: self._button(key, title, figure) for key, title, figure in entries}
        for place, button in enumerate(self._buttons.values()):
            self._layout.insertWidget(place, button)
        self.setVisible(len(entries) > 1)

    def add_foot(self, action: QAction) -> None:
        """A button below all pages for something that can be done from everywhere."""
        button = QPushButton(self)
        button.setText(action.text().partition("(")[0])
        button.setToolTip(f"{button.text()}　{action.shortcut().toString()}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _checked=False: action.trigger())
        self._layout.addWidget(button)

    def mark(self, key: str) -> None:
        """Show which page is in front; none for a key that has no button."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages' keys from top to bottom."""
        return tuple(self._buttons)

    def button(self, key: str) -> QPushButton:
        """The button of a page."""
        return self._buttons[key]

    def _button(self, key: str, title: str, figure: int) -> QPushButton:
        button = QPushButton(self)
        button.setText(f"{figure} {title}")
        button.setAccessibleName(title)
        button.setToolTip(f"{title}　Ctrl+{figure}")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.installEventFilter(self)
        button.clicked.connect(lambda _checked=False: self.chosen.emit(key))
        return button

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down go from button to button and no further, Enter presses it."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        buttons = list(self._buttons.values())
        place = next((i for i, button in enumerate(buttons) if button is watched), 0)
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            buttons[min(max(place + step, 0), len(buttons) - 1)].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            buttons[place].click()
        else:
            return super().eventFilter(watched, event)
        return True

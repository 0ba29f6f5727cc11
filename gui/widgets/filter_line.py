"""The line above a list: search words, choices to narrow it by, how many rows they leave, and a way to clear them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from gui.widgets.scanner import TAKES_CODES

_PAUSE_MS: Final = 120
_QUERY: Final = "query"


class FilterLine(QWidget):
    """Emits `changed` shortly after the last key, and `left` when the clerk wants to go on to the list."""

    changed = Signal()
    left = Signal()

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._combos: dict[str, QComboBox] = {}
        self.search = QLineEdit(self)
        self._last: QWidget = self.search
        self.search.setPlaceholderText(f"{hint}  Ctrl+F")
        self.search.setAccessibleName("查找")
        self.search.setClearButtonEnabled(True)
        self.search.setProperty(TAKES_CODES, True)
        self.search.setMinimumWidth(130)
        self.search.setMaximumWidth(320)
        self._clear = QPushButton("清除条件(&Q)", self)
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.count = QLabel(self)
        self.count.setProperty("role", "note")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.search, 3)
        self._layout.addWidget(self._clear)
        self._layout.addStretch(1)
        self._layout.addWidget(self.count)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._say_changed)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.search.installEventFilter(self)

    def add_choice(self, key: str, name: str, entries: Sequence[tuple[str, object]]) -> QComboBox:
        """A drop-down list: `entries` are words and values; the value None stands for all and comes first."""
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setToolTip(f"按{name}筛选")
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.setMaximumWidth(170)
        for label, value in entries:
            combo.addItem(label, value)
        combo.currentIndexChanged.connect(lambda _index: self._say_changed())
        self.add_widget(combo)
        self._combos[key] = combo
        return combo

    def add_widget(self, widget: QWidget) -> None:
        """Something else on the line, such as the day of a list; Tab comes to it after what stands before it."""
        self._layout.insertWidget(self._layout.indexOf(self._clear), widget)
        QWidget.setTabOrder(self._last, widget)
        QWidget.setTabOrder(widget, self._clear)
        self._last = widget

    def values(self) -> dict[str, object]:
        """What is chosen, under the keys of `add_choice` and `query`; what narrows nothing is left out."""
        found: dict[str, object] = {key: combo.currentData() for key, combo in self._combos.items()}
        found[_QUERY] = self.search.text().strip()
        return {key: value for key, value in found.items() if value not in (None, "")}

    @property
    def query(self) -> str:
        """The search words."""
        return self.search.text().strip()

    @property
    def is_narrowed(self) -> bool:
        """True when something hides rows: a choice away from its first entry, or search words."""
        return bool(self.query) or any(combo.currentIndex() > 0 for combo in self._combos.values())

    def set_values(self, values: Mapping[str, object]) -> None:
        """Choose these and nothing else; emits `changed` once."""
        for key, combo in self._combos.items():
            found = [i for i in range(combo.count()) if combo.itemData(i) == values.get(key)]
            with QSignalBlocker(combo):
                combo.setCurrentIndex(found[0] if found else 0)
        with QSignalBlocker(self.search):
            self.search.setText(str(values.get(_QUERY, "")))
        self._say_changed()

    def clear(self) -> None:
        """Show everything again."""
        self.set_values({})
        self.search.setFocus()

    def begin_search(self, text: str = "") -> None:
        """Put the cursor here; `text` takes the place of earlier words."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.search.setText(text)
        else:
            self.search.selectAll()

    def show_count(self, found: int, unit: str) -> None:
        """Say how many rows there are."""
        self.count.setText(f"找到{found}{unit}" if self.is_narrowed else f"共{found}{unit}")
        self._clear.setVisible(self.is_narrowed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and the arrow down leave the search line for the list; Esc empties it."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self._pause.isActive():
                    self._say_changed()
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _say_changed(self) -> None:
        self._pause.stop()
        self.changed.emit()

"""Choosing a street, town or park by typing part of its name, its pinyin or its initials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from core.forms.definition import Choice
from gui.widgets.options import Option, OptionList

_NAME_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_MOVES: Final = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class OfficePicker(QWidget):
    """A search line over a list; the arrow keys move in the list while the cursor stays in the line."""

    picked = Signal(str)

    def __init__(self, offices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("输入名称、拼音或首字母查找")
        self.search.setAccessibleName("查找街镇、园区")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget(self)
        self.list.setMinimumHeight(90)
        self.list.setAccessibleName("街镇、园区")
        self.list.ensurePolished()  # else the heights of items are those of an unstyled list
        self._options = OptionList([Option(office.name, office.label) for office in offices])
        for office in offices:
            item = QListWidgetItem(office.label, self.list)
            item.setData(_NAME_ROLE, office.name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.search)
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.currentItemChanged.connect(lambda *_: self.picked.emit(self.office()))

    def office(self) -> str:
        """The code of the chosen office; empty while none is chosen."""
        item = self._current()
        return str(item.data(_NAME_ROLE)) if item is not None else ""

    def choose(self, name: str) -> None:
        """Select an office by its code."""
        for item in self._items():
            if item.data(_NAME_ROLE) == name:
                self.list.setCurrentItem(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Send the arrow keys of the search line to the list."""
        key = event.key() if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        if watched is self.search and key in _MOVES:
            self._move(-1 if key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp) else 1)
            return True
        return super().eventFilter(watched, event)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(i) for i in range(self.list.count())]

    def _current(self) -> QListWidgetItem | None:
        """The selected office, unless the search hides it."""
        row = self.list.currentRow()
        item = self.list.item(row) if row >= 0 else None
        return None if item is None or item.isHidden() else item

    def _move(self, step: int) -> None:
        shown = [i for i in self._items() if not i.isHidden()]
        if not shown:
            return
        current = self._current()
        if current is None:
            self.list.setCurrentItem(shown[0])
            return
        place = min(max(shown.index(current) + step, 0), len(shown) - 1)
        self.list.setCurrentItem(shown[place])

    def _narrow(self, text: str) -> None:
        found = {option.name for option in self._options.matching(text)}
        for item in self._items():
            item.setHidden(item.data(_NAME_ROLE) not in found)
        shown = [i for i in self._items() if not i.isHidden()]
        if text.strip() and shown and self._current() is None:
            self.list.setCurrentItem(shown[0])
        elif not shown:
            self.list.setCurrentRow(-1)

"""The list that opens under a choice cell. It never takes the focus, so that typing and input methods go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui.widgets.options import Option

_MOST_VISIBLE: Final = 12
_WIDEST_EM: Final = 36


class OptionPopup(QFrame):
    """A frame inside the window with a list of options; `picked` on click."""

    picked = Signal(str)

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner.window())
        self.setObjectName("optionPopup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = QListWidget(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._on_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.list)
        self.hide()

    @property
    def current(self) -> str | None:
        """The name of the highlighted option."""
        index = self.list.currentIndex()
        return str(index.data(Qt.ItemDataRole.UserRole)) if index.isValid() else None

    def offer(self, owner: QWidget, options: Sequence[Option], current: str | None, *, numbered: bool) -> None:
        """Show options under `owner`, or above it where there is no room."""
        self.list.clear()
        for number, option in enumerate(options, start=1):
            prefix = f"{number}  " if numbered else ""
            note = f"  {option.note}" if option.note else ""
            item = QListWidgetItem(f"{prefix}{option.label}{note}")
            item.setData(Qt.ItemDataRole.UserRole, option.name)
            item.setToolTip(item.text())
            self.list.addItem(item)
            if option.name == current:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self._place(owner)
        self.raise_()
        self.show()
        self.list.scrollToItem(self.list.currentItem())

    def step(self, by: int) -> None:
        """Move the highlight, staying inside the list."""
        row = min(max(self.list.currentRow() + by, 0), self.list.count() - 1)
        self.list.setCurrentRow(row)

    def _place(self, owner: QWidget) -> None:
        window = owner.window()
        row_height = self.list.sizeHintForRow(0)
        room_below = window.height() - owner.mapTo(window, QPoint(0, owner.height())).y()
        room_above = owner.mapTo(window, QPoint(0, 0)).y()
        rows = min(self.list.count(), _MOST_VISIBLE)
        height = rows * row_height + 4
        above = height > room_below and room_above > room_below
        height = min(height, max(row_height + 4, room_above if above else room_below))
        em = self.fontMetrics().horizontalAdvance("汉")
        bar = self.list.verticalScrollBar().sizeHint().width()
        width = min(max(owner.width(), self.list.sizeHintForColumn(0) + bar + em), em * _WIDEST_EM)
        corner = owner.mapTo(window, QPoint(0, 0 if above else owner.height()))
        x = max(0, min(corner.x(), window.width() - width))
        self.setGeometry(x, corner.y() - height if above else corner.y(), width, height)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.picked.emit(str(index.data(Qt.ItemDataRole.UserRole)))

"""The table of a list page: moved in by keys, sorted by its headers, with columns that give way when it is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.widgets.chips import ChipDelegate
from gui.widgets.roles import ITEM_ROLE

_ROW_HEIGHT: Final = 30
_SMALLEST_WIDTH: Final = 44


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, its width in pixels, and when it gives way.

    `stretches`: takes what room is left (one column of a table, usually the name). `hide_below`: hidden while the table
    is narrower than this (at 150 % on 1366×768 a table beside a detail panel has about 500).
    """

    title: str
    width: int = 100
    stretches: bool = False
    hide_below: int = 0


class ListTable(QTableView):
    """Arrow keys, Home and End move, Enter opens, typing letters starts a search, a click on a header sorts.

    Signals:
        opened: the object of the row on which Enter or a double click fell.
        typed: a letter or figure that was meant for the search line.
        moved: the object of the row that the keys are on now; None when the list is empty.
    """

    opened = Signal(object)
    typed = Signal(str)
    moved = Signal(object)

    def __init__(
        self, columns: Sequence[Column], model: QAbstractItemModel, parent: QWidget | None = None, *,
        several: bool = False,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self.setModel(model)
        self.setItemDelegate(ChipDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self._arrange()
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().currentRowChanged.connect(lambda *_: self.moved.emit(self.current()))

    def current(self) -> object:
        """The object of the row that the keys are on; None when there is none."""
        return self.currentIndex().data(ITEM_ROLE) if self.currentIndex().isValid() else None

    def selected(self) -> tuple[object, ...]:
        """The objects of the selected rows, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.model().index(row, 0).data(ITEM_ROLE) for row in rows)

    def select_row(self, row: int) -> None:
        """Go to a row; to the nearest where there is none."""
        count = self.model().rowCount()
        if not count:
            return
        index = self.model().index(min(max(row, 0), count - 1), 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)

    def _arrange(self) -> None:
        rows, headers = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_ROW_HEIGHT)
        headers.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        headers.setHighlightSections(False)
        headers.setMinimumSectionSize(_SMALLEST_WIDTH)
        for place, column in enumerate(self._columns):
            if column.stretches:
                headers.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
            else:
                self.setColumnWidth(place, column.width)
        headers.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        headers.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up the least needed columns where there is little room."""
        for place, column in enumerate(self._columns):
            hidden = self.width() < column.hide_below
            if hidden is not self.isColumnHidden(place):
                self.setColumnHidden(place, hidden)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; a letter or figure goes to the search line."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex().row())
        elif event.text().isalnum() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End go to the first and the last row; nobody looks for the end of one row here."""
        return end_row(self, action) or super().moveCursor(action, modifiers)

    def _open(self, row: int) -> None:
        item = self.model().index(row, 0).data(ITEM_ROLE) if row >= 0 else None
        if item is not None:
            self.opened.emit(item)


def end_row(table: QTableView, action: QAbstractItemView.CursorAction) -> QModelIndex | None:
    """Where Home or End leads in a list of whole rows; None for every other key."""
    moves = QAbstractItemView.CursorAction
    if action not in (moves.MoveHome, moves.MoveEnd):
        return None
    last = table.model().rowCount() - 1
    column = max(table.currentIndex().column(), 0)
    return table.model().index(0 if action is moves.MoveHome else last, column)

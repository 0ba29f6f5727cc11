"""The table of units."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.domain.records import RecordSummary
from gui.models.units_model import Column, UnitsModel
from gui.widgets.chips import ChipDelegate
from gui.widgets.list_table import end_row

_WIDTHS: Final = {
    Column.FORM: 158, Column.CODE: 170, Column.OFFICE: 150, Column.STATE: 80, Column.VERDICT: 96, Column.OPEN: 66,
    Column.UPDATED: 136,
}
_ROW_HEIGHT: Final = 30


class UnitsTable(QTableView):
    """Arrow keys, Home and End move, Enter opens, Delete asks to delete, typing letters starts a search."""

    opened = Signal(str)
    typed = Signal(str)

    def __init__(self, model: UnitsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(ChipDelegate(self))
        self.setAccessibleName("单位列表")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self._arrange()
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def _arrange(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_ROW_HEIGHT)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setHighlightSections(False)
        columns.setMinimumSectionSize(50)
        columns.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.sortByColumn(Column.UPDATED, Qt.SortOrder.DescendingOrder)

    def fit(self, width: int) -> None:
        """Give up the least needed columns where the window is narrow, so that the name stays readable."""
        self.setColumnHidden(Column.UPDATED, width < 1100)
        self.setColumnHidden(Column.OFFICE, width < 1000)

    def selected(self) -> tuple[RecordSummary, ...]:
        """The selected records, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        found = (self._model.summary(row) for row in rows)
        return tuple(summary for summary in found if summary is not None)

    def select(self, record_id: str) -> None:
        """Go to a record; to the first row when it is not in sight."""
        if self._model.rowCount() == 0:
            return
        row = max(self._model.row_of(record_id), 0) if self._model.summary(0) else 0
        index = self._model.index(row, Column.NAME)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)

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
        """Home and End go to the first and the last row."""
        return end_row(self, action) or super().moveCursor(action, modifiers)

    def _open(self, row: int) -> None:
        summary = self._model.summary(row)
        if summary is not None:
            self.opened.emit(summary.id)

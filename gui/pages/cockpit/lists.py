"""A small list of the cockpit: what is due, who has not reported, how many there are of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from gui.models.rows_model import Row, RowsModel
from gui.widgets.list_table import Column, ListTable


class SmallList(QWidget):
    """A heading with its letter over a table, or a sentence where the table would be empty.

    Emits `opened` with the object of the row on which Enter or a double click fell.
    """

    opened = Signal(object)

    def __init__(
        self, heading: str, columns: Sequence[Column], empty: str, parent: QWidget | None = None, *,
        right: Sequence[int] = (),
    ) -> None:
        super().__init__(parent)
        self.model = RowsModel([c.title for c in columns], self, right=right)
        self.table = ListTable(columns, self.model, self)
        self.table.setMinimumHeight(70)
        self.table.setAccessibleName(heading.partition("(&")[0])
        self.table.opened.connect(self.opened)
        self.heading = QLabel(heading, self)
        self.heading.setProperty("role", "heading")
        self.heading.setBuddy(self.table)
        self._empty = QLabel(empty, self)
        self._empty.setProperty("role", "note")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(4, 4, 4, 4)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.heading)
        layout.addWidget(self._stack, 1)

    def show_rows(self, rows: Sequence[Row], items: Sequence[object]) -> None:
        """Show these; the keys stay on the row that they were on."""
        row = self.table.currentIndex().row()
        self.model.set_rows(rows, items)
        self._stack.setCurrentWidget(self.table if rows else self._empty)
        self.table.select_row(max(row, 0))

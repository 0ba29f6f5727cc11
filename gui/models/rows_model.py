"""A read-only table of texts: a page's list, results of an import, steps of a history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.widgets.roles import ITEM_ROLE, TONE_ROLE

Index = QModelIndex | QPersistentModelIndex

_NUMBER: Final = re.compile(r"-?[\d,]+(\.\d+)?%?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A text that is more than a text.

    `tone` draws it as a chip (`good` green, `bad` red, `wait` amber, `plain` grey; `sample` marks a name).
    `order` is what the column is sorted by in place of the text: a number, or a text such as an ISO date.
    `tip` is the tool tip where the text itself says too little.
    """

    text: str
    tone: str = ""
    order: float | str | None = None
    tip: str = ""


Row: TypeAlias = Sequence[str | Cell]


class RowsModel(QAbstractTableModel):
    """Rows of texts under fixed headers; every row may carry an object of its own.

    Sorting (by the header, or `sort`) stays in force for rows that are set later. `right` names columns of figures.
    """

    def __init__(self, headers: Sequence[str], parent: QObject | None = None, *, right: Sequence[int] = ()) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._right = frozenset(right)
        self._rows: tuple[Row, ...] = ()
        self._items: tuple[object, ...] = ()
        self._given: tuple[tuple[Row, ...], tuple[object, ...]] = ((), ())
        self._sorting = (-1, Qt.SortOrder.AscendingOrder)

    def set_rows(self, rows: Sequence[Row], items: Sequence[object] = ()) -> None:
        """Show these rows; `items`, when given, has one object per row."""
        self.beginResetModel()
        self._given = (tuple(rows), tuple(items))
        self._arrange()
        self.endResetModel()

    def set_headers(self, headers: Sequence[str]) -> None:
        """Other words above the same columns."""
        self._headers = tuple(headers)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._headers) - 1)

    def item(self, row: int) -> object:
        """The object of a row, or None."""
        return self._items[row] if 0 <= row < len(self._items) else None

    def items(self) -> tuple[object, ...]:
        """The objects of all rows, as they are shown from top to bottom."""
        return self._items

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        """The words above the columns."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._headers):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in self._right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return self._headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """One cell: its text, tip and tone, or the row's object."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        if role == ITEM_ROLE:
            return self.item(index.row())
        cell = self._rows[index.row()][index.column()]
        text, tone, tip = (cell.text, cell.tone, cell.tip or cell.text) if isinstance(cell, Cell) else (cell, "", cell)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip
        if role == TONE_ROLE:
            return tone
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in self._right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order in which the rows were given."""
        self.beginResetModel()
        self._sorting = (column, order)
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        rows, items = self._given
        column, order = self._sorting
        if not 0 <= column < len(self._headers):
            self._rows, self._items = rows, items
            return
        places = sorted(
            range(len(rows)), key=lambda place: _order(rows[place][column]),
            reverse=order is Qt.SortOrder.DescendingOrder,
        )
        self._rows = tuple(rows[place] for place in places)
        self._items = tuple(items[place] for place in places) if items else ()


def _order(cell: str | Cell) -> tuple[int, float, str]:
    """Figures by their size before words by their letters."""
    value = cell if isinstance(cell, str) else cell.text if cell.order is None else cell.order
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return (1, 0.0, value)
        value = float(value.rstrip("%").replace(",", ""))
    return (0, float(value), "")

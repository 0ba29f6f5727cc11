"""A table of texts whose rows can be ticked in their first column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from gui.models.rows_model import Index, RowsModel


class CheckRowsModel(RowsModel):
    """`key` names a row by its object; `can_tick` says which rows may be ticked.

    Signals:
        ticked: the ticks have changed.
    """

    ticked = Signal()

    def __init__(
        self, headers: Sequence[str], parent: QObject | None = None, *, key: Callable[[Any], str],
        can_tick: Callable[[Any], bool] = lambda _item: True,
    ) -> None:
        super().__init__(headers, parent)
        self._key = key
        self._can_tick = can_tick
        self._ticked: set[str] = set()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The keys of the ticked rows, from top to bottom."""
        return tuple(self._key(item) for item in self.items() if self._key(item) in self._ticked)

    def tick_all(self, *, on: bool) -> None:
        """Tick every row that may be ticked, or none."""
        self._ticked = {self._key(item) for item in self.items() if self._can_tick(item)} if on else set()
        self._tell(0, self.rowCount() - 1)

    def toggle(self, row: int) -> None:
        """Tick a row, or take its tick off; nothing happens where it may not be ticked."""
        item = self.item(row)
        if item is not None and self._can_tick(item):
            self._ticked ^= {self._key(item)}
            self._tell(row, row)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """First cells can be ticked by the mouse, too."""
        flags = super().flags(index)
        item = self.item(index.row())
        if index.column() == 0 and item is not None and self._can_tick(item):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The tick beside the text."""
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            item = self.item(index.row())
            if item is None or not self._can_tick(item):
                return None
            return Qt.CheckState.Checked if self._key(item) in self._ticked else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(
        self, index: QModelIndex | QPersistentModelIndex, value: object, role: int = int(Qt.ItemDataRole.EditRole)
    ) -> bool:
        """A click on the tick."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != 0:
            return super().setData(index, value, role)
        self.toggle(index.row())
        return True

    def _tell(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0), [Qt.ItemDataRole.CheckStateRole])
        self.ticked.emit()

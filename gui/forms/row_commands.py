"""What the keys and buttons of a table do: add, remove, move a row, and bring back the one removed last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.values import Stored
from gui.forms.content import Content
from gui.forms.repeat_table import RepeatTable
from gui.forms.sheet import Sheet
from gui.forms.sheet_row import SheetRow
from gui.widgets.keys import CellKey


@dataclass(frozen=True, slots=True)
class _Removed:
    table: RepeatTable
    index: int
    values: dict[str, Stored]


class RowCommands:
    """Runs one command at a time and keeps the focus in the table."""

    def __init__(self, sheet: Sheet, content: Content, emit: Callable[[RepeatTable], None]) -> None:
        self._sheet = sheet
        self._content = content
        self._emit = emit
        self._removed: _Removed | None = None
        self._just_removed = False

    def run(self, key: object, row: object) -> str:
        """Do what a key asks in a row; returns a sentence for the clerk where one helps."""
        if key is CellKey.UNDO:
            if self._just_removed:
                self.restore()
            return ""
        table = self._content.tables.get(row.repeat) if isinstance(row, SheetRow) else None
        if table is None or not isinstance(row, SheetRow) or not table.is_free:
            return ""
        self._just_removed = False
        column = self._column(row)
        if key is CellKey.ADD_ROW:
            return self._add(table, row)
        if key is CellKey.REMOVE_ROW:
            return self._remove(table, row, column)
        if table.move(row, -1 if key is CellKey.ROW_UP else 1):
            self._refresh(row, column)
            self._emit(table)
        return ""

    def restore(self) -> None:
        """Bring back the row removed last."""
        self._just_removed = False
        removed, self._removed = self._removed, None
        if removed is None or removed.table.is_full:
            return
        table = removed.table
        if len(table.body) == 1 and table.body[0].is_blank:
            row = table.body[0]
        else:
            row = table.insert(min(removed.index, len(table.body)))
        table.fill(row, removed.values)
        self._refresh(row, 0)
        self._emit(table)

    def on_edited(self) -> None:
        """An answer was changed: Ctrl+Z no longer means the row removed before."""
        self._just_removed = False

    def forget(self) -> None:
        """Other answers are shown, perhaps of another record: a row removed from the old ones has no place here."""
        self._removed, self._just_removed = None, False

    def _add(self, table: RepeatTable, row: SheetRow) -> str:
        fresh = table.add_after(row)
        if fresh is None:
            return f"“{table.field.label}”最多填{table.field.max_rows}行，不能再添加。"
        self._refresh(fresh, 0)
        return ""

    def _remove(self, table: RepeatTable, row: SheetRow, column: int) -> str:
        index = table.body.index(row)
        values: dict[str, Stored] = {c.name: c.value for c in row.cells if c.editor is not None}
        was_blank = row.is_blank
        if len(table.body) == 1:
            table.fill(row, {})
            self._refresh(row, column)
        else:
            neighbour = table.body[index + 1] if index + 1 < len(table.body) else table.body[index - 1]
            self._focus(neighbour, column)
            table.remove(row)
            self._refresh(neighbour, column)
        if was_blank:
            return ""
        self._removed = _Removed(table, index, values)
        self._just_removed = True
        self._emit(table)
        return f"已删除“{table.field.label}”第{index + 1}行；按Ctrl+Z或Ctrl+Shift+Delete恢复。"

    def _column(self, row: SheetRow) -> int:
        current = self._sheet.current_cell()
        return row.cells.index(current) if current in row.cells else 0

    def _refresh(self, row: SheetRow, column: int) -> None:
        self._sheet.set_rows(self._content.rows())
        self._sheet.relayout()
        self._focus(row, column)

    def _focus(self, row: SheetRow, column: int) -> None:
        after = [c for c in row.cells[column:] if c.is_open] or [c for c in row.cells if c.is_open]
        if after:
            self._sheet.focus_cell(after[0])

"""One repeat group on the sheet: its rows, and the buttons and keys that add, remove and move them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from core.domain.values import Stored
from gui.forms.plan import CellKind, RepeatPlan, RowKind
from gui.forms.sheet_row import SheetCell, SheetRow, is_given, new_row
from gui.widgets.keys import CellKey

_BUTTONS = (
    (CellKey.ADD_ROW, "＋ 添加一行", "在当前行下面添加一行（Ctrl+回车）"),
    (CellKey.REMOVE_ROW, "－ 删除本行", "删除光标所在的一行（Ctrl+Delete）"),
    (CellKey.ROW_UP, "↑ 上移", "把光标所在的一行上移（Ctrl+Shift+↑）"),
    (CellKey.ROW_DOWN, "↓ 下移", "把光标所在的一行下移（Ctrl+Shift+↓）"),
)


@dataclass(frozen=True)
class RowHooks:
    """What the page does for a table: equip a new cell, write a value, drop a cell, hear of a button."""

    equip: Callable[[SheetCell], None]
    show: Callable[[SheetCell, Stored], None]
    drop: Callable[[SheetCell], None]
    command: Callable[[RepeatTable, CellKey], None]


class RepeatTable:
    """The rows of one group. Rows without any answer are shown but belong to no number of the store."""

    def __init__(self, plan: RepeatPlan, sheet: QWidget, hooks: RowHooks) -> None:
        self.plan = plan
        self.field = plan.field
        self._hooks = hooks
        self.title = new_row(RowKind.TABLE_TITLE, plan.section, (plan.title,))
        self.head = new_row(RowKind.TABLE_HEAD, plan.section, plan.heads)
        self.body: list[SheetRow] = []
        self.buttons: list[QToolButton] = []
        if self.is_free:
            self._make_buttons(sheet)
            self.body.append(self._new_row())
        else:
            self._make_fixed_rows()
        self._renumber()

    @property
    def is_free(self) -> bool:
        """True where rows are the clerk's to add; False for a fixed list of rows."""
        return self.field.rows_from is None

    @property
    def is_full(self) -> bool:
        """True when no row may be added."""
        return not self.is_free or len(self.body) >= self.field.max_rows

    def rows(self) -> list[SheetRow]:
        """Title, heading and body, as the sheet shows them."""
        return [self.title, self.head, *self.body]

    def load(self, stored: Stored) -> bool:
        """Show stored rows; True when the number of rows changed."""
        given = [r for r in stored if isinstance(r, Mapping)] if isinstance(stored, Sequence) else []
        if not self.is_free:
            self._load_fixed(given)
            return False
        wanted = max(1, len(given))
        changed = wanted != len(self.body)
        while len(self.body) > wanted:
            self._discard(self.body.pop())
        while len(self.body) < wanted:
            self.body.append(self._new_row())
        for index, row in enumerate(self.body):
            self.fill(row, given[index] if index < len(given) else {})
        self._renumber()
        return changed

    def raw(self) -> list[dict[str, object]]:
        """All rows that hold an answer, as they are emitted."""
        rows = []
        for row in self.body:
            if row.is_blank:
                continue
            answers: dict[str, object] = {c.name: c.value for c in row.cells if c.editor and is_given(c.value)}
            if not self.is_free:
                answers = {self.field.key_column.name: self._key(row), **answers}
            rows.append(answers)
        return rows

    def number_of(self, row: SheetRow) -> int:
        """The number that the store gives to a row, from 1; rows of a fixed list all count."""
        index = self.body.index(row)
        return index + 1 if not self.is_free else 1 + sum(not r.is_blank for r in self.body[:index])

    def row_numbered(self, number: int) -> SheetRow:
        """The row of that number in the store, or the last one where there are fewer."""
        for row in self.body:
            if (not self.is_free or not row.is_blank) and self.number_of(row) == number:
                return row
        return self.body[min(max(number, 1), len(self.body)) - 1]

    def add_after(self, row: SheetRow) -> SheetRow | None:
        """A new row under `row`; None when the group is full."""
        if self.is_full:
            return None
        return self.insert(self.body.index(row) + 1)

    def insert(self, index: int) -> SheetRow:
        """A new row at an index."""
        fresh = self._new_row()
        self.body.insert(index, fresh)
        self._renumber()
        return fresh

    def fill(self, row: SheetRow, values: Mapping[str, Stored]) -> None:
        """Show answers in one row."""
        for cell in row.cells:
            if cell.editor is not None:
                self._hooks.show(cell, values.get(cell.name))

    def remove(self, row: SheetRow) -> None:
        """Take a row away; at least one must stay, and the focus must be elsewhere."""
        self.body.remove(row)
        self._discard(row)
        self._renumber()

    def move(self, row: SheetRow, by: int) -> bool:
        """Swap a row with its neighbour; False at the edge."""
        index = self.body.index(row)
        if not self.is_free or not 0 <= index + by < len(self.body):
            return False
        self.body[index], self.body[index + by] = self.body[index + by], self.body[index]
        self._renumber()
        return True

    def set_locked(self, *, locked: bool) -> None:
        """Hide the buttons of a form that is only read."""
        for button in self.buttons:
            button.setVisible(not locked)

    def refresh_buttons(self) -> None:
        """Grey out what cannot be done now."""
        if self.buttons:
            self.buttons[0].setEnabled(not self.is_full)
            for button in self.buttons[2:]:
                button.setEnabled(len(self.body) > 1)

    def place_buttons(self) -> None:
        """Put the buttons at the right end of the title row."""
        area = self.title.cells[0].rect.adjusted(0, 1, -2, 0)
        right = area.right()
        for button in reversed(self.buttons):
            size = button.sizeHint()
            button.setGeometry(right - size.width(), area.top() + 1, size.width(), area.height() - 2)
            right -= size.width() + 2

    def _make_buttons(self, sheet: QWidget) -> None:
        for key, text, tip in _BUTTONS:
            button = QToolButton(sheet)
            button.setText(text)
            button.setToolTip(tip)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, key=key: self._hooks.command(self, key))
            self.buttons.append(button)

    def _new_row(self) -> SheetRow:
        row = new_row(RowKind.TABLE, self.plan.section, self.plan.cells, self.field.name)
        for cell in row.cells:
            self._hooks.equip(cell)
        return row

    def _make_fixed_rows(self) -> None:
        for choice in self.field.rows_from.choices if self.field.rows_from else ():
            row = self._new_row()
            row.cells[1].text, row.cells[1].value = choice.label, choice.name
            self.body.append(row)

    def _key(self, row: SheetRow) -> Stored:
        return row.cells[1].value

    def _load_fixed(self, given: Sequence[Mapping[str, Stored]]) -> None:
        key = self.field.key_column.name
        by_key = {row.get(key): row for row in given}
        for row in self.body:
            self.fill(row, by_key.get(self._key(row), {}))

    def _discard(self, row: SheetRow) -> None:
        for cell in row.cells:
            self._hooks.drop(cell)

    def _renumber(self) -> None:
        for number, row in enumerate(self.body, start=1):
            row.cells[0].text = str(number) if row.cells[0].plan.kind is CellKind.NUMBER else row.cells[0].text
        self.refresh_buttons()

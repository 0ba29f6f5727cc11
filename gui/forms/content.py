"""What stands on the sheet: every row and cell of one form, found by name and by path."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.domain.values import Answers, Row, Stored
from core.forms.definition import FieldType, FormDefinition
from core.forms.evaluation import FormState
from core.forms.texts import fill
from core.forms.values import display
from gui.forms.editors import EditorMaker, connect, show
from gui.forms.marks import CellMark
from gui.forms.plan import CellKind, RepeatPlan, RowPlan, plan_form
from gui.forms.repeat_table import RepeatTable, RowHooks
from gui.forms.sheet import Sheet
from gui.forms.sheet_row import SheetCell, SheetRow, in_words, new_row
from gui.widgets.file_cell import FileCell
from gui.widgets.keys import CellKey
from gui.widgets.line_cell import LineCell
from gui.widgets.memo_cell import MemoCell
from gui.widgets.theme import Mark

_PATH = re.compile(r"^([a-z0-9_]+)\[(\d+)\]\.([a-z0-9_]+)$")
_NOT_NEEDED = "按其他栏的填写情况，此项现在不需要填写。"


@dataclass(frozen=True)
class ContentHooks:
    """Where the content reports to."""

    edited: Callable[[SheetCell, Stored], None]
    entered: Callable[[SheetCell], None]
    file_cell: Callable[[SheetCell, FileCell], None]
    command: Callable[[RepeatTable, CellKey], None]


class Content:
    """Rows in printed order, built once; tables grow and shrink."""

    def __init__(
        self, form: FormDefinition, sheet: Sheet, parameters: Mapping[str, float | str], hooks: ContentHooks
    ) -> None:
        self.form = form
        self.sheet = sheet
        self.tables: dict[str, RepeatTable] = {}
        self.cells: dict[str, SheetCell] = {}
        self._parameters = parameters
        self._hooks = hooks
        self._maker = EditorMaker(form, sheet)
        self._names: Mapping[str, str] = {}
        self._locked = False
        self._known: frozenset[str] = frozenset()
        self._last_year: Answers = {}
        self._blocks: list[SheetRow | RepeatTable] = [self._block(plan) for plan in plan_form(form)]

    def rows(self) -> list[SheetRow]:
        """Every row that the sheet shows now."""
        return [r for b in self._blocks for r in (b.rows() if isinstance(b, RepeatTable) else [b])]

    def all_cells(self) -> Iterator[SheetCell]:
        """Cells that hold a value, a mark or both: not the labels."""
        yield from self.cells.values()
        for table in self.tables.values():
            yield table.title.cells[0]
            for row in table.body:
                yield from (c for c in row.cells if c.plan.kind in (CellKind.INPUT, CellKind.CALCULATED))

    def path_of(self, cell: SheetCell) -> str:
        """`name`, or `repeat[2].name` with the store's row number."""
        table = self.tables.get(cell.row.repeat)
        return f"{table.field.name}[{table.number_of(cell.row)}].{cell.name}" if table else cell.name

    def find(self, path: str, row: int | None) -> SheetCell | None:
        """The cell of a path, of a column in a row, or the first cell of a repeat group."""
        match = _PATH.match(path)
        name, number = (match[3], int(match[2])) if match else (path, row)
        field = self.form.by_name.get(name)
        if field is None:
            return None
        table = self.tables.get(field.repeat or name)
        if table is None:
            return self.cells.get(name)
        cells = table.row_numbered(number or 1).cells
        found = next((c for c in cells if c.name == name and c.editor is not None), None)
        return found or next((c for c in cells if c.is_open), None)

    def load(self, answers: Answers, evidence_names: Mapping[str, str], only: Collection[str] | None = None) -> bool:
        """Show stored answers, of all fields or `only` some; True when rows came or went."""
        self._names = evidence_names
        for name, cell in self.cells.items():
            if cell.editor is not None and (only is None or name in only):
                show(cell, answers.get(name), evidence_names)
        wanted = [(name, table) for name, table in self.tables.items() if only is None or name in only]
        changed = [table.load(answers.get(name)) for name, table in wanted]  # every one, not until the first
        return any(changed)

    def apply(self, state: FormState, marks: Mapping[str, CellMark]) -> bool:
        """Show calculated values, relevance and marks; True when a height may have changed."""
        heights = False
        for cell in self.cells.values():
            heights |= self._apply_cell(cell, cell.name, state, marks, None)
        for name, table in self.tables.items():
            self._mark(table.title.cells[0], marks.get(name), relevant=name not in state.irrelevant)
            heights |= self._apply_table(table, state, marks)
        self._remember()
        return heights

    def set_last_year(self, answers: Answers) -> None:
        """Answers that were carried forward from last year's form: cells that differ from them are shaded."""
        self._last_year = answers
        self._remember()

    def _remember(self) -> None:
        """Tell every cell what stood there last year; rows of a table are compared by their place."""
        for cell in self.cells.values():
            _recall(cell, self._last_year)
        for name, table in self.tables.items():
            stored = self._last_year.get(name)
            carried = isinstance(stored, Sequence) and not isinstance(stored, str)
            rows = [r for r in stored if isinstance(r, Mapping)] if isinstance(stored, Sequence) else []
            blank: dict[str, Stored] = dict.fromkeys((c.name for c in table.field.columns), None) if carried else {}
            for number, row in enumerate(table.body):
                was = {**blank, **(rows[number] if number < len(rows) else {})}
                for cell in row.cells:
                    _recall(cell, was)

    def lock(self, *, locked: bool, known: frozenset[str] = frozenset()) -> None:
        """Only show, or let edit again; `known` fields are only shown either way."""
        self._locked, self._known = locked, known
        for cell in self.all_cells():
            if cell.editor is not None:
                cell.editor.set_locked(locked or cell.name in known)
        for table in self.tables.values():
            table.set_locked(locked=locked)

    def _block(self, plan: RowPlan | RepeatPlan) -> SheetRow | RepeatTable:
        if isinstance(plan, RepeatPlan):
            hooks = RowHooks(self._equip, self._show, self._drop, self._hooks.command)
            table = RepeatTable(plan, self.sheet, hooks)
            self.tables[plan.field.name] = table
            return table
        row = new_row(plan.kind, plan.section, plan.cells)
        for cell in row.cells:
            self._equip(cell)
            if cell.plan.kind in (CellKind.INPUT, CellKind.CALCULATED):
                self.cells[cell.name] = cell
        return row

    def _equip(self, cell: SheetCell) -> None:
        """Give a cell its editor, or its words."""
        field = cell.plan.field
        if field is not None and field.type is FieldType.NOTE and self._parameters:
            cell.text = fill(field.label, self.form, {}, self._parameters)
        if field is None or cell.plan.kind is not CellKind.INPUT:
            cell.words = field.hint if field is not None else ""
            return
        cell.editor = self._maker.make(field, cell.plan.placeholder)
        cell.editor.setToolTip(field.hint)
        cell.words = field.hint
        cell.editor.set_locked(self._locked or cell.name in self._known)
        connect(cell, self._hooks.edited, self._hooks.entered)
        if isinstance(cell.editor, FileCell):
            self._hooks.file_cell(cell, cell.editor)
        elif isinstance(cell.editor, MemoCell):
            cell.editor.grown.connect(self.sheet.ask_layout)

    def _show(self, cell: SheetCell, value: Stored) -> None:
        show(cell, value, self._names)

    def _drop(self, cell: SheetCell) -> None:
        if cell.editor is not None:
            cell.editor.hide()
            cell.editor.deleteLater()
            cell.editor = None

    def _apply_table(self, table: RepeatTable, state: FormState, marks: Mapping[str, CellMark]) -> bool:
        heights = False
        typed = state.rows(table.field.name)
        number = 0
        for row in table.body:
            if table.is_free and row.is_blank:
                for cell in row.cells:
                    heights |= self._apply_cell(cell, "", state, marks, {})
                continue
            number += 1
            values = typed[number - 1] if number <= len(typed) else {}
            for cell in row.cells:
                path = f"{table.field.name}[{number}].{cell.name}"
                heights |= self._apply_cell(cell, path, state, marks, values)
        return heights

    def _apply_cell(
        self, cell: SheetCell, path: str, state: FormState, marks: Mapping[str, CellMark], row: Row | None
    ) -> bool:
        if cell.plan.kind not in (CellKind.INPUT, CellKind.CALCULATED) or cell.plan.field is None:
            return False
        self._mark(cell, marks.get(path), relevant=path not in state.irrelevant)
        if cell.plan.kind is CellKind.INPUT:
            return False
        value = state.values.get(cell.name) if row is None else row.get(cell.name)
        text = display(cell.plan.field, value)
        if text == cell.text:
            return False
        cell.text = text
        self.sheet.update_cell(cell)
        return True

    def _mark(self, cell: SheetCell, found: CellMark | None, *, relevant: bool) -> None:
        mark = found.mark if found else Mark.NONE
        hint = cell.plan.field.hint if cell.plan.field else ""
        said = found.words if found else "" if relevant else _NOT_NEEDED
        words = "\n".join(part for part in (said, hint) if part)
        if (mark, words, relevant) == (cell.mark, cell.words, cell.relevant):
            return
        cell.mark, cell.words = mark, words
        if cell.editor is not None:
            cell.editor.setToolTip(words)
            if relevant != cell.relevant:
                cell.editor.setEnabled(relevant)
                if isinstance(cell.editor, LineCell):
                    cell.editor.setPlaceholderText(cell.plan.placeholder if relevant else "")
        cell.relevant = relevant
        self.sheet.update_cell(cell)


def _recall(cell: SheetCell, last_year: Mapping[str, Stored]) -> None:
    """What last year's form said in this cell, in words; None where nothing was carried forward."""
    field = cell.plan.field
    known = field is not None and cell.plan.kind is CellKind.INPUT and cell.name in last_year
    cell.before = in_words(field, last_year[cell.name]) if known and field is not None else None

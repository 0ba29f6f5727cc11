"""Rows and cells of the sheet while it is shown: what the plan says, plus editor, value, mark and place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from PySide6.QtCore import QRect

from core.domain.values import Stored
from core.forms.definition import Field
from core.forms.values import display, parse
from gui.forms.plan import CellPlan, RowKind
from gui.widgets.check_group import CheckGroup
from gui.widgets.file_cell import FileCell
from gui.widgets.line_cell import LineCell
from gui.widgets.memo_cell import MemoCell
from gui.widgets.theme import Mark

Editor: TypeAlias = LineCell | MemoCell | CheckGroup | FileCell


@dataclass(slots=True, eq=False)
class SheetCell:
    """One cell. `value` is the answer as last shown or emitted; `text` what is painted where there is no editor.

    `before` is what stood here in last year's form, in words; None where nothing was carried forward.
    """

    plan: CellPlan
    row: SheetRow
    text: str = ""
    editor: Editor | None = None
    value: Stored = None
    mark: Mark = Mark.NONE
    words: str = ""
    relevant: bool = True
    before: str | None = None
    rect: QRect = field(default_factory=QRect)
    measured: tuple[int, str, int] = (-1, "", 0)

    @property
    def name(self) -> str:
        """The field's name, empty for a cell without a field."""
        return self.plan.field.name if self.plan.field is not None else ""

    @property
    def is_changed(self) -> bool:
        """True where the answer reads otherwise than last year's."""
        asked = self.plan.field
        return self.before is not None and asked is not None and in_words(asked, self.value) != self.before

    @property
    def is_open(self) -> bool:
        """True where the focus may go."""
        return self.editor is not None and self.relevant


@dataclass(slots=True, eq=False)
class SheetRow:
    """One row; `repeat` names the group of a table row."""

    kind: RowKind
    section: int
    repeat: str = ""
    cells: list[SheetCell] = field(default_factory=list)
    top: int = 0
    height: int = 0

    @property
    def is_blank(self) -> bool:
        """True while no cell of a table row holds an answer: the store leaves such rows out."""
        return not any(c.editor is not None and is_given(c.value) for c in self.cells)


def in_words(field: Field, value: Stored) -> str:
    """An answer as it prints; one that cannot be read stands as it was typed."""
    parsed = parse(field, value)
    return str(value) if parsed.problem else display(field, parsed.value)


def is_given(value: object) -> bool:
    """True for an answer that the store would keep: not None, empty, or only spaces."""
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], ())


def new_row(kind: RowKind, section: int, plans: tuple[CellPlan, ...], repeat: str = "") -> SheetRow:
    """A row with its cells."""
    row = SheetRow(kind, section, repeat)
    row.cells = [SheetCell(plan, row, plan.text) for plan in plans]
    return row

"""The paper form as rows of cells, worked out from a definition alone. No Qt: sizes are shares of the width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from core.forms.definition import Field, FieldType, FormDefinition, PlaceKind
from gui.forms.tables import TablePlan, plan_matrix, plan_repeat

LABEL_SHARE: Final = 0.132
VALUE_SHARE: Final = (1 - 3 * LABEL_SHARE) / 3
_EDGES: Final = (0.0, LABEL_SHARE, LABEL_SHARE + VALUE_SHARE, 2 * LABEL_SHARE + VALUE_SHARE,
                 2 * (LABEL_SHARE + VALUE_SHARE), 3 * LABEL_SHARE + 2 * VALUE_SHARE, 1.0)


class RowKind(Enum):
    """How a row looks."""

    ANNEX = auto()
    TITLE = auto()
    HEAD = auto()
    SECTION = auto()
    GRID = auto()
    TABLE_TITLE = auto()
    TABLE_HEAD = auto()
    TABLE = auto()


class CellKind(Enum):
    """What a cell holds."""

    TEXT = auto()
    LABEL = auto()
    NUMBER = auto()
    INPUT = auto()
    CALCULATED = auto()


@dataclass(frozen=True, slots=True)
class CellPlan:
    """One cell between two shares of the width; `text` for labels and notes, `field` for what is filled in."""

    kind: CellKind
    left: float
    right: float
    text: str = ""
    field: Field | None = None
    required: bool = False
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row of the paper form."""

    kind: RowKind
    cells: tuple[CellPlan, ...]
    section: int


@dataclass(frozen=True, slots=True)
class RepeatPlan:
    """A repeat group: how its title, its heading and each of its rows look."""

    field: Field
    title: CellPlan
    heads: tuple[CellPlan, ...]
    cells: tuple[CellPlan, ...]
    section: int


@dataclass(slots=True)
class _Draft:
    """A grid row being gathered: fields of one row number may stand apart in the file."""

    row: int
    cells: list[CellPlan] = field(default_factory=list)


def plan_form(form: FormDefinition) -> tuple[RowPlan | RepeatPlan, ...]:
    """The whole form, top to bottom."""
    blocks: list[RowPlan | RepeatPlan] = [RowPlan(RowKind.ANNEX, (_text(form.annex),), 0)] if form.annex else []
    blocks.append(RowPlan(RowKind.TITLE, (_text(form.title),), 0))
    for index, section in enumerate(form.sections):
        if section:
            blocks.append(RowPlan(RowKind.SECTION, (_text(section),), index))
        blocks.extend(_Section(form.in_section(section), index).blocks())
    return tuple(blocks)


class _Section:
    """Turns the fields of one section into rows, in printed order."""

    def __init__(self, fields: Sequence[Field], index: int) -> None:
        self.fields = fields
        self.index = index
        self.rows: list[_Draft] = []
        self.head: list[Field] = []
        self.matrix: list[Field] = []
        self.hidden: list[Field] = []

    def blocks(self) -> Iterator[RowPlan | RepeatPlan]:
        """The rows of the section; fields that are not printed come last."""
        for item in self.fields:
            yield from self._take(item)
        yield from self._flush()
        for item in self.hidden:
            self.rows.append(_Draft(0, _labelled(item, 0, 6)))
        yield from self._flush()

    def _take(self, item: Field) -> Iterator[RowPlan | RepeatPlan]:
        kind = item.place.kind
        if kind is PlaceKind.TABLE or item.type is FieldType.REPEAT:
            yield from self._flush()
            yield _repeat(item, self.index)
        elif kind is PlaceKind.MATRIX:
            if not self.matrix:
                yield from self._flush()
            self.matrix.append(item)
        else:
            if self.matrix:
                yield from self._flush()
            self._take_cell(item)

    def _take_cell(self, item: Field) -> None:
        kind = item.place.kind
        if kind is PlaceKind.HEAD:
            self.head.append(item)
        elif kind is PlaceKind.HIDDEN:
            if item.type.is_input:
                self.hidden.append(item)
        elif kind is PlaceKind.GRID:
            cells = _labelled(item, item.place.first - 1, item.place.last)
            found = next((d for d in self.rows if d.row == item.place.row), None)
            if found is None:
                self.rows.append(_Draft(item.place.row, cells))
            else:
                found.cells.extend(cells)
        elif kind is PlaceKind.ATTACHMENT and self.rows and self.rows[-1].row == -1:
            self.rows[-1] = _Draft(-2, [*_half(self.rows[-1].cells), *_labelled(item, 3, 6)])
        else:
            self.rows.append(_Draft(-1 if kind is PlaceKind.ATTACHMENT else 0, _labelled(item, 0, 6)))

    def _flush(self) -> Iterator[RowPlan]:
        if self.head:
            yield RowPlan(RowKind.HEAD, tuple(_head_cells(self.head)), self.index)
        for draft in self.rows:
            yield RowPlan(RowKind.GRID, tuple(_without_gaps(draft.cells)), self.index)
        if self.matrix:
            yield from _matrix(self.matrix, self.index)
        self.rows, self.head, self.matrix = [], [], []


def _without_gaps(cells: Sequence[CellPlan]) -> Iterator[CellPlan]:
    """Cells from left to right, blank ones where the row says nothing: the table stays rectangular."""
    reached = 0.0
    for cell in sorted(cells, key=lambda c: c.left):
        if cell.left - reached > 0.001:
            yield CellPlan(CellKind.TEXT, reached, cell.left)
        yield cell
        reached = cell.right
    if 1.0 - reached > 0.001:
        yield CellPlan(CellKind.TEXT, reached, 1.0)


def _text(text: str) -> CellPlan:
    return CellPlan(CellKind.TEXT, 0.0, 1.0, text)


def label_of(item: Field) -> str:
    """The label with its unit: 营业收入（万元）."""
    return f"{item.label}（{item.unit}）" if item.unit else item.label


def _labelled(item: Field, first: int, last: int) -> list[CellPlan]:
    """Label cell and value cell of a field between two of the seven edges."""
    left, right = _EDGES[first], _EDGES[last]
    if item.type is FieldType.NOTE:
        return [CellPlan(CellKind.TEXT, left, right, item.label, item)]
    if last - first == 1:
        return [_value(item, left, right)]
    split = min(left + LABEL_SHARE, right)
    return [
        CellPlan(CellKind.LABEL, left, split, label_of(item), item, item.required), _value(item, split, right),
    ]


def _value(item: Field, left: float, right: float) -> CellPlan:
    kind = CellKind.CALCULATED if item.type is FieldType.CALCULATE else CellKind.INPUT
    return CellPlan(kind, left, right, "", item)


def _half(cells: Sequence[CellPlan]) -> list[CellPlan]:
    """An attachment that had a row for itself, moved into the left half."""
    label, value = cells
    return [label, CellPlan(value.kind, value.left, _EDGES[3], "", value.field)]


def _head_cells(fields: Sequence[Field]) -> Iterator[CellPlan]:
    share = 1 / max(2, len(fields))
    for index, item in enumerate(fields):
        left = index * share
        yield CellPlan(CellKind.LABEL, left, left + share * 0.3, f"{label_of(item)}：", item, item.required)
        yield _value(item, left + share * 0.3, left + share * 0.8)


def _cells_of(table: TablePlan, *, numbered: bool) -> tuple[tuple[CellPlan, ...], tuple[CellPlan, ...]]:
    heads, cells = [], []
    for column in table.columns:
        heads.append(CellPlan(CellKind.LABEL, column.left, column.right, column.title, column.field, column.required))
        if column.field is None:
            kind = CellKind.NUMBER if numbered else CellKind.LABEL
            cells.append(CellPlan(kind, column.left, column.right))
        else:
            cells.append(_value(column.field, column.left, column.right))
    return tuple(heads), tuple(cells)


def _repeat(item: Field, section: int) -> RepeatPlan:
    heads, cells = _cells_of(plan_repeat(item), numbered=True)
    if item.rows_from is not None:
        key = cells[1]
        cells = (cells[0], CellPlan(CellKind.LABEL, key.left, key.right, "", key.field), *cells[2:])
    title = CellPlan(CellKind.TEXT, 0.0, 1.0, item.label, item, item.required)
    return RepeatPlan(item, title, heads, cells, section)


def _matrix(fields: Sequence[Field], section: int) -> Iterator[RowPlan]:
    table = plan_matrix(fields)
    heads = tuple(CellPlan(CellKind.LABEL, c.left, c.right, c.title) for c in table.columns)
    yield RowPlan(RowKind.TABLE_HEAD, heads, section)
    for number, row in enumerate(table.rows, start=1):
        cells = []
        for column in table.columns:
            item = row.fields.get(column.key)
            if column.key == "number":
                cells.append(CellPlan(CellKind.NUMBER, column.left, column.right, str(number)))
            elif column.key == "question":
                question = CellPlan(CellKind.LABEL, column.left, column.right, row.question, row.first, row.required)
                cells.append(question)
            elif item is None:
                cells.append(CellPlan(CellKind.LABEL, column.left, column.right))
            else:
                cell = _value(item, column.left, column.right)
                cells.append(CellPlan(cell.kind, cell.left, cell.right, "", item, False, row.placeholder(item)))
        yield RowPlan(RowKind.TABLE, tuple(cells), section)

"""Lays a form out on the sheet like the paper form: grid rows, whole rows, tables, the negative list, notes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.documents.excel.label_text import aliases, normalised, printed
from core.documents.excel.plan import COLUMNS, Block, CellKind, PlanCell, SheetPlan, Spot
from core.forms.definition import FIGURE_HEADS, Field, FieldType, FormDefinition, PlaceKind

_UNIT: Final = COLUMNS // 6
_WEIGHTS: Final = {FieldType.TEXT: 4.0, FieldType.SELECT_ONE: 2.6, FieldType.DATE: 3.0}
#: The negative list: 序号, question, answer, from, to, detail, source, query date. The widths add up to COLUMNS.
_MATRIX_HEADS: Final = (
    "序号", "核查事项", "有、无", "起始（发生）日期", "结束日期", "情况说明", "查询渠道", "查询日期"
)
_MATRIX_WIDTHS: Final = (1, 5, 2, 3, 3, 4, 3, 3)
#: Key figures: 指标, 计量单位, 本年度, 上年度; the change against last year is for the paper.
_FIGURE_WIDTHS: Final = (8, 4, 6, 6)


def text_width(text: str) -> int:
    """Width in half-width characters of the longest line."""
    return max((sum(1 if ord(c) < 0x2000 else 2 for c in line) for line in text.split("\n")), default=0)


def lines_needed(text: str, columns: int) -> int:
    """Lines that a text takes in a cell of so many fine columns."""
    capacity = max(1, int(columns * 5.0) - 2)
    return sum(max(1, math.ceil(text_width(line) / capacity)) for line in text.split("\n"))


def plan_form(
    form: FormDefinition, *, fill_note: Callable[[str], str] = str, row_counts: Mapping[str, int] | None = None
) -> SheetPlan:
    """The plan of a form. `row_counts` widens repeats that already hold more rows than they print."""
    planner = _Planner(form, fill_note, row_counts or {})
    planner.head()
    for section in form.sections:
        if section:
            planner.section(section)
    return planner.done()


class _Planner:
    """Adds row after row."""

    def __init__(self, form: FormDefinition, fill_note: Callable[[str], str], row_counts: Mapping[str, int]) -> None:
        self.form = form
        self.fill_note = fill_note
        self.row_counts = row_counts
        self.row = 0
        self.cells: list[PlanCell] = []
        self.spots: list[Spot] = []
        self.blocks: list[Block] = []
        self.heights: dict[int, float] = {}
        self.sections: dict[str, int] = {}
        self.head_rows = 0
        self.attachments = [f for f in form.walk() if f.type is FieldType.FILE]
        self.attach_section = next(
            (f.section for f in reversed(form.fields) if f.place.kind is PlaceKind.ATTACHMENT), ""
        )

    def done(self) -> SheetPlan:
        return SheetPlan(
            tuple(self.cells), tuple(self.spots), tuple(self.blocks), self.heights, self.head_rows, self.sections
        )

    def add(
        self, col: int, last: int, kind: CellKind, text: str = "", *, field: Field | None = None, index: int = 0,
        spellings: frozenset[str] = frozenset(),
    ) -> None:
        self.cells.append(PlanCell(self.row, col, last, kind, text, field, index, spellings))
        if kind not in (CellKind.TITLE, CellKind.ANNEX):
            self.at_least(lines_needed(text, last - col + 1))

    def at_least(self, lines: float) -> None:
        self.heights[self.row] = max(self.heights.get(self.row, 1.0), lines)

    def head(self) -> None:
        self.row += 1
        self.add(1, COLUMNS, CellKind.ANNEX, self.form.annex)
        self.row += 1
        self.add(1, COLUMNS, CellKind.TITLE, self.form.title)
        heads = [f for f in self.form.fields if f.place.kind is PlaceKind.HEAD]
        for start in range(0, len(heads), 3):
            self.row += 1
            for slot, field in enumerate(heads[start : start + 3]):
                self.labelled(field, slot * 2 * _UNIT + 1, (slot * 2 + 2) * _UNIT)
        self.head_rows = self.row

    def section(self, title: str) -> None:
        fields = self.form.in_section(title)
        self.row += 1
        self.sections[title] = self.row
        self.add(1, COLUMNS, CellKind.SECTION, title)
        done: set[object] = set()
        for field in fields:
            self.field(field, fields, done)

    def field(self, field: Field, fields: Sequence[Field], done: set[object]) -> None:
        """Lay out one field, with the others of its row or matrix where it is the first of them."""
        kind = field.place.kind
        if kind is PlaceKind.GRID and field.place.row not in done:
            done.add(field.place.row)
            self.grid_row([f for f in fields if f.place.kind is PlaceKind.GRID and f.place.row == field.place.row])
        elif kind is PlaceKind.FULL:
            self.full(field)
        elif kind is PlaceKind.TABLE:
            self.table(field)
        elif kind is PlaceKind.MATRIX and field.place.of not in (len(_MATRIX_HEADS), len(FIGURE_HEADS)):
            self.full(field)
        elif kind is PlaceKind.MATRIX and (kind, field.place.of) not in done:
            done.add((kind, field.place.of))
            lay_out = self.figures if field.place.of == len(FIGURE_HEADS) else self.matrix
            lay_out([f for f in fields if f.place.kind is kind and f.place.of == field.place.of])
        elif kind is PlaceKind.ATTACHMENT and kind not in done and field.section == self.attach_section:
            done.add(kind)
            self.attachment_list()

    def grid_row(self, fields: Sequence[Field]) -> None:
        self.row += 1
        free = 1
        for field in sorted(fields, key=lambda f: f.place.first):
            first, last = (field.place.first - 1) * _UNIT + 1, field.place.last * _UNIT
            if first > free:
                self.add(free, first - 1, CellKind.BLANK)
            self.labelled(field, first, last)
            free = last + 1
        if free <= COLUMNS:
            self.add(free, COLUMNS, CellKind.BLANK)

    def labelled(self, field: Field, first: int, last: int) -> None:
        """A label in the first of the six columns, the value in the rest; a file is only named."""
        if field.type is FieldType.FILE:
            self.add(first, last, CellKind.FIXED, "佐证材料\n（另附）")
            return
        self.add(first, first + _UNIT - 1, CellKind.LABEL, printed(field), field=field, spellings=aliases(field))
        self.value(field, first + _UNIT, last, label_col=first)

    def value(self, field: Field, first: int, last: int, *, label_col: int | None) -> None:
        if field.calculation is not None:
            self.add(first, last, CellKind.CALCULATED, field=field)
            return
        self.add(first, last, CellKind.INPUT, field=field)
        self.spots.append(Spot(field, self.row, first, last, label_col))

    def full(self, field: Field) -> None:
        self.row += 1
        if field.type is FieldType.NOTE:
            text = self.fill_note(field.label)
            signs = "年　　月　　日" in text
            text = text.replace("。　", "。\n\n　　　　　　　　") if signs else text
            self.add(1, COLUMNS, CellKind.SIGNATURE if signs else CellKind.NOTE, text, field=field)
            self.at_least(lines_needed(text, COLUMNS) + (2 if signs else 0))
            return
        self.labelled(field, 1, COLUMNS)
        if field.type is FieldType.TEXT:
            self.at_least(lines_needed("　" * (field.max_length or 60), COLUMNS - _UNIT))

    def table(self, field: Field) -> None:
        rows = max(field.max_rows, self.row_counts.get(field.name, 0))
        columns = [c for c in field.columns if c.place.kind is PlaceKind.COLUMN and c.type is not FieldType.FILE]
        spans = _spread([_WEIGHTS.get(c.type, 2.2) for c in columns])
        self.row += 1
        caption = printed(field) + ("" if field.rows_from else f"（最多{rows}行）")
        self.add(1, COLUMNS, CellKind.CAPTION, caption, field=field,
                 spellings=aliases(field) | {normalised(caption)})
        self.row += 1
        header_row = self.row
        for column, (first, last) in zip(columns, spans, strict=True):
            self.add(first, last, CellKind.HEADER, printed(column), field=column, spellings=aliases(column))
        places = {c.name: span for c, span in zip(columns, spans, strict=True)}
        self.blocks.append(Block(field, header_row, header_row + 1, rows, places))
        for index in range(1, rows + 1):
            self.row += 1
            self.table_row(field, columns, spans, index)

    def table_row(
        self, field: Field, columns: Sequence[Field], spans: Sequence[tuple[int, int]], index: int
    ) -> None:
        for column, (first, last) in zip(columns, spans, strict=True):
            if field.rows_from is not None and column is field.key_column:
                text = field.rows_from.choices[index - 1].label if index <= len(field.rows_from.choices) else ""
                self.add(first, last, CellKind.FIXED, text, field=column, index=index)
            else:
                kind = CellKind.CALCULATED if column.calculation is not None else CellKind.INPUT
                self.add(first, last, kind, field=column, index=index)

    def matrix(self, fields: Sequence[Field]) -> None:
        """The negative list: one row for each question, its dates and its query beside it."""
        starts, ends = _edges(_MATRIX_WIDTHS)
        self.row += 1
        for head, first, last in zip(_MATRIX_HEADS, starts, ends, strict=True):
            self.add(first, last, CellKind.HEADER, head)
        for number in sorted({f.place.row for f in fields}):
            self.row += 1
            row = [f for f in fields if f.place.row == number and f.type is not FieldType.FILE]
            self.add(1, 1, CellKind.FIXED, str(number))
            self.at_least(3)
            for field in row:
                # Column 2 of the paper holds question and answer; the sheet gives the answer a cell of its own.
                slot = field.place.first if field.place.first >= 2 else 2
                if slot == 2:
                    self.add(starts[1], ends[1], CellKind.LABEL, printed(field), field=field,
                             spellings=aliases(field))
                self.value(field, starts[slot], ends[slot], label_col=None)

    def figures(self, fields: Sequence[Field]) -> None:
        """Key figures: one row each, this year's beside last year's."""
        starts, ends = _edges(_FIGURE_WIDTHS)
        self.row += 1
        for head, first, last in zip(FIGURE_HEADS, starts, ends, strict=False):
            self.add(first, last, CellKind.HEADER, head)
        for number in sorted({f.place.row for f in fields}):
            self.row += 1
            row = sorted((f for f in fields if f.place.row == number), key=lambda f: f.place.first)
            name = f"{'*' if row[0].required else ''}{row[0].label}"
            self.add(starts[0], ends[0], CellKind.LABEL, name, field=row[0],
                     spellings=aliases(row[0]) | {normalised(name)})
            self.add(starts[1], ends[1], CellKind.FIXED, row[0].unit)
            by_place = {f.place.first: f for f in row}
            for place in (3, 4):
                if place in by_place:
                    self.value(by_place[place], starts[place - 1], ends[place - 1], label_col=None)
                else:
                    self.add(starts[place - 1], ends[place - 1], CellKind.BLANK)

    def attachment_list(self) -> None:
        self.row += 1
        self.add(1, COLUMNS, CellKind.CAPTION, "附件清单（另附，不在本表中粘贴）")
        seen = dict.fromkeys(f.label for f in self.attachments)
        items = [f"{number}. {label}" for number, label in enumerate(seen, start=1)]
        text = "\n".join("　　".join(items[i : i + 3]) for i in range(0, len(items), 3))
        self.row += 1
        self.add(1, COLUMNS, CellKind.NOTE, text)


def _edges(widths: Sequence[int]) -> tuple[list[int], list[int]]:
    """First and last fine column of each part."""
    starts = [1 + sum(widths[:i]) for i in range(len(widths))]
    return starts, [s + w - 1 for s, w in zip(starts, widths, strict=True)]


def _spread(weights: Sequence[float]) -> list[tuple[int, int]]:
    """Share the fine columns out in proportion, at least two each, by largest remainder."""
    spare = COLUMNS - 2 * len(weights)
    total = sum(weights)
    exact = [spare * w / total for w in weights]
    widths = [2 + int(e) for e in exact]
    by_rest = sorted(range(len(weights)), key=lambda i: (int(exact[i]) - exact[i], i))
    for i in by_rest[: COLUMNS - sum(widths)]:
        widths[i] += 1
    return list(zip(*_edges(widths), strict=True))

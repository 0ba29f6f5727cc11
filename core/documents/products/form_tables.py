"""The tables of a form: six-column grid, repeats and matrices, all from the definition's print places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from core.documents.model import UNTICKED, Cell, FontRole, Row, Run, Runs, Style, Table, runs
from core.documents.products import cells
from core.documents.products.paper import Paper, label_with_unit
from core.forms.definition import FIGURE_HEADS, Field, FieldType, PlaceKind
from core.forms.values import format_number

GRID: Final = (25.0, 26.0, 24.5, 26.0, 23.5, 31.0)
_NUMBER_WIDTH: Final = 3.0
_BLANK_ROWS: Final = 3
_LONG_TEXT: Final = 60
_SHORT_LABEL: Final = 8
_NEGATIVE_WIDTHS: Final = (9.0, 52.0, 17.0, 17.0, 15.0, 18.5, 17.5, 10.0)
_NEGATIVE_HEADS: Final = (
    "序号", "情形和有无", "起始（发生）日期", "结束日期", "情况说明", "查询渠道", "查询日期", "佐证",
)
_FIGURE_WIDTHS: Final = (50.0, 24.0, 30.0, 30.0, 22.0)
_CHANGE_PLACE: Final = len(FIGURE_HEADS)
_CHARACTERS_A_LINE: Final = 34
_LINE_HEIGHT: Final = 5.2
_HAND_SHARE: Final = 0.75


def grid_rows(paper: Paper, fields: Sequence[Field]) -> list[Row]:
    """Rows of the six-column grid; the last value of a row reaches to the edge."""
    made = []
    for _, group in groupby(fields, key=lambda f: f.place.row):
        in_row = sorted(group, key=lambda f: f.place.first)
        made.append(Row(tuple(_grid_cells(paper, in_row)), cells.ROW))
    return made


def _grid_cells(paper: Paper, in_row: Sequence[Field]) -> list[Cell]:
    made: list[Cell] = []
    edge = 0
    for number, item in enumerate(in_row):
        first = item.place.first - 1
        last = len(GRID) if number == len(in_row) - 1 else item.place.last
        if first > edge:
            made.append(Cell(edge, (), columns=first - edge))
        if item.place.first == item.place.last:
            made.append(_narrow(paper, item, first, last - first))
        else:
            made.append(cells.label(first, label_runs(paper, item)))
            made.append(cells.value(first + 1, paper.content(item), columns=last - first - 1))
        edge = last
    return made


def _narrow(paper: Paper, item: Field, column: int, columns: int) -> Cell:
    """A field with a single cell for label and value: the evidence beside a statement."""
    tail = item.label.rsplit("：", 1)[-1]
    content = paper.content(item)
    return Cell(column, (Run(f"{tail}：", FontRole.HEI, 0.9), *content), cells.SMALL, columns)


def label_runs(paper: Paper, item: Field) -> Runs:
    """A label with its unit; required ones are marked on the blank paper only."""
    text = label_with_unit(item)
    return (Run("*", FontRole.HEI), Run(text)) if paper.is_blank and item.required else runs(text)


def full_row(paper: Paper, item: Field) -> Row:
    """A field over the whole width: long text, or several choices."""
    hint: Runs = ()
    content = paper.content(item)
    if paper.is_blank and item.hint:
        # Beside the boxes to tick there is room; under the label of a text the hint stands where it is written.
        lead = "　　" if content else "\n"
        hint = runs(f"{lead}{item.hint}", FontRole.KAI, scale=0.85, gray=cells.HINT_GRAY)
    name = cells.label(0, (*label_runs(paper, item), *(() if content else hint)))
    content = (*content, *hint) if content else content
    height = cells.ROW
    if paper.is_blank and item.type is FieldType.TEXT:
        lines = math.ceil((item.max_length or _CHARACTERS_A_LINE) / _CHARACTERS_A_LINE)
        height = max(cells.ROW, lines * _LINE_HEIGHT * _HAND_SHARE)
    return Row((name, Cell(1, content, cells.TEXT, len(GRID) - 1)), height)


def repeat_table(paper: Paper, repeat: Field, before: Sequence[str]) -> Table:
    """A repeat group: its name, column heads that repeat over pages, a row each; `before` are section heads."""
    columns = [c for c in repeat.columns if c.place.kind is PlaceKind.COLUMN]
    if not paper.is_blank and not paper.rows(repeat):
        none = Row((cells.whole((Run(repeat.label), Run("：（无）", FontRole.FANG)), cells.PART, 1),), cells.ROW)
        return Table((1.0,), (*(cells.section_row(title, 1) for title in before), none))
    widths = (_NUMBER_WIDTH, *(_weight(c) for c in columns))
    name: Runs = (Run(repeat.label),)
    if paper.is_blank and repeat.hint:
        name = (*name, Run(f"　{repeat.hint}", FontRole.KAI, 0.85, cells.HINT_GRAY))
    head = cells.head_row(("序号", *(label_with_unit(c) for c in columns)))
    made = [*(cells.section_row(title, len(widths)) for title in before), cells.part_row(name, len(widths)), head]
    return Table(widths, (*made, *_repeat_rows(paper, repeat, columns)))


def _repeat_rows(paper: Paper, repeat: Field, columns: Sequence[Field]) -> list[Row]:
    rows = paper.rows(repeat)
    made = []
    styles = [cells.SMALL_TEXT if _is_wordy(c) else cells.SMALL for c in columns]
    for number, row in enumerate(rows, start=1):
        content = [paper.column_content(repeat, number, row, c) for c in columns]
        made.append(_numbered(number, content, styles))
    if made:
        return made
    if repeat.rows_from is not None:
        labels = [c.label for c in repeat.rows_from.choices]
        rest = [_offered(paper, c) for c in columns[1:]]
        return [_numbered(n, [runs(text), *rest], styles) for n, text in enumerate(labels, start=1)]
    count = min(repeat.max_rows, _BLANK_ROWS)
    return [_numbered(n, [_offered(paper, c) for c in columns], styles) for n in range(1, count + 1)]


def _offered(paper: Paper, column: Field) -> Runs:
    return paper.content(column) if column.type is FieldType.CALCULATE else ()


def _is_wordy(column: Field) -> bool:
    """True for columns of words, set from the left; figures, dates and short choices stand in the middle."""
    if column.choices is not None:
        return max(len(c.label) for c in column.choices.choices) > _SHORT_LABEL
    return column.type is FieldType.TEXT


def _numbered(number: int, content: Sequence[Runs], styles: Sequence[Style]) -> Row:
    given = enumerate(zip(content, styles, strict=True), start=1)
    texts = (Cell(place, c, cells.small(c, style)) for place, (c, style) in given)
    return Row((Cell(0, runs(str(number)), cells.SMALL), *texts), cells.ROW)


def _small(content: Runs) -> Style:
    long = sum(len(r.text) for r in content) > _SHORT_LABEL
    return cells.small(content, cells.SMALL_TEXT if long else cells.SMALL)


def _weight(column: Field) -> float:
    """Relative width of a column, by what it holds and by its head."""
    head = len(label_with_unit(column)) * 0.5
    if column.type is FieldType.DATE:
        return max(6.8, head * 0.7)
    if column.choices is not None:
        return max(6.0, min(14.0, 0.9 * max(len(c.label) for c in column.choices.choices)), head * 0.8)
    if column.type is FieldType.TEXT:
        return 17.0 if (column.max_length or 0) >= _LONG_TEXT else max(10.0, head)
    return max(6.3, head * 0.9)


def matrix_table(paper: Paper, fields: Sequence[Field], before: Sequence[str]) -> Table:
    """Fields at `row i col k/n`: the negative list with eight columns, key figures with five."""
    of = fields[0].place.of
    is_negative, is_figures = of == len(_NEGATIVE_WIDTHS), of == len(_FIGURE_WIDTHS)
    widths = _NEGATIVE_WIDTHS if is_negative else _FIGURE_WIDTHS if is_figures else (1.0,) * of
    made = [cells.section_row(title, of) for title in before]
    if is_negative or is_figures:
        made.append(cells.head_row(_NEGATIVE_HEADS if is_negative else FIGURE_HEADS))
    rows = groupby(sorted(fields, key=lambda f: f.place.row), key=lambda f: f.place.row)
    for number, group in rows:
        in_row = {f.place.first: f for f in group}
        make = _negative_row if is_negative else _figure_row
        made.append(Row(tuple(make(paper, number, in_row)), cells.ROW))
    return Table(widths, tuple(made))


def _negative_row(paper: Paper, number: int, in_row: dict[int, Field]) -> list[Cell]:
    made = [Cell(0, runs(str(number)), cells.SMALL)]
    for place in range(2, len(_NEGATIVE_WIDTHS) + 1):
        item = in_row.get(place)
        if item is None:
            made.append(Cell(place - 1, ()))
        elif item.type.is_choice:
            made.append(Cell(place - 1, _question(paper, item), cells.SMALL_TEXT))
        elif paper.is_blank and item.type is FieldType.DATE and not item.label.endswith("（确认）日期"):
            meaning = item.label.rsplit("：", 1)[-1]
            made.append(Cell(place - 1, runs(meaning, FontRole.KAI, scale=0.85, gray=cells.HINT_GRAY), cells.SMALL))
        else:
            content = paper.content(item, short_date=True)
            made.append(Cell(place - 1, content, _small(content)))
    return made


def _question(paper: Paper, item: Field) -> Runs:
    answer = paper.content(item)
    mark = runs("*", FontRole.HEI) if paper.is_blank and item.required else ()
    return (*mark, Run(f"{item.label} "), *(answer or runs(f"{UNTICKED}")))


def _figure_row(paper: Paper, _number: int, in_row: dict[int, Field]) -> list[Cell]:
    first = in_row[min(in_row)]
    mark = runs("*", FontRole.HEI) if paper.is_blank and first.required else ()
    made = [cells.label(0, (*mark, Run(first.label))), Cell(1, runs(first.unit), cells.SMALL)]
    given = {place: item for place, item in in_row.items() if place > len(made)}
    for place in range(len(made) + 1, first.place.of + 1):
        content = paper.content(given[place]) if place in given else ()
        if place == _CHANGE_PLACE and place not in given:
            content = _change(paper, given)
        made.append(Cell(place - 1, content, cells.small(content)))
    return made


def _change(paper: Paper, given: dict[int, Field]) -> Runs:
    """By how much this year's figure differs from last year's, in percent; blank where one of them is not there."""
    if paper.state is None:
        return ()
    now, before = (paper.state.values.get(given[p].name) if p in given else None for p in (3, 4))
    if not isinstance(now, float) or not isinstance(before, float) or before == 0.0:
        return ()
    change = round((now - before) / before * 100.0, 1)
    return runs(f"{'+' if change > 0 else ''}{format_number(change)}")

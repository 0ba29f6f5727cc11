"""Columns of the tables inside a form: repeat groups and matrices. Widths come from what the columns hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.forms.definition import FIGURE_HEADS, Field, FieldType

_WEIGHTS: Final = {
    FieldType.DATE: 9.6, FieldType.INTEGER: 7.0, FieldType.DECIMAL: 8.5, FieldType.FILE: 8.0, FieldType.YES_NO: 6.5,
    FieldType.SELECT_ONE: 10.5, FieldType.CALCULATE: 8.0, FieldType.TEXT: 12.0, FieldType.SELECT_MULTIPLE: 14.0,
}
_NUMBER_WEIGHT: Final = 3.8
_QUESTION_WEIGHT: Final = 23.0
_LONG_TEXT: Final = 100
_TITLES: Final = {
    "answer": "有无", "from": "起始日期", "to": "结束日期", "detail": "情况说明", "source": "查询渠道",
    "queried_on": "查询（确认）日期", "evidence": "佐证材料",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column between two shares of the width; `field` None for the number and the question of a matrix."""

    key: str
    title: str
    left: float
    right: float
    field: Field | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One row of a matrix: the question, and its fields by column key."""

    question: str
    first: Field | None
    fields: Mapping[str, Field]

    @property
    def required(self) -> bool:
        """True where the answer must be given."""
        return self.first is not None and self.first.required

    def placeholder(self, item: Field) -> str:
        """The particular name of a date in this row: 注销日期."""
        return item.label.rpartition("：")[2] if item.type is FieldType.DATE and item is not self.first else ""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """Columns, and for a matrix its rows."""

    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...] = ()


def plan_repeat(repeat: Field) -> TablePlan:
    """Number column, then every column that is printed, then those that are only filled in on the screen."""
    shown = [c for c in repeat.columns if c.place.of] + [
        c for c in repeat.columns if not c.place.of and c.type.is_input
    ]
    weights = [_NUMBER_WEIGHT, *(_weight(c, is_key=repeat.rows_from is not None and c is shown[0]) for c in shown)]
    edges = _edges(weights)
    columns = [Column("number", "序号", edges[0], edges[1])]
    for index, item in enumerate(shown, start=1):
        title = f"{item.label}（{item.unit}）" if item.unit else item.label
        columns.append(Column(item.name, title, edges[index], edges[index + 1], item, item.required))
    return TablePlan(tuple(columns))


def plan_matrix(fields: Sequence[Field]) -> TablePlan:
    """Number, question, then one column per place; the first field's label is the question."""
    by_row: dict[int, dict[int, Field]] = {}
    for item in fields:
        by_row.setdefault(item.place.row, {})[item.place.first] = item
    places = sorted({place for row in by_row.values() for place in row})
    examples = [next(row[p] for row in by_row.values() if p in row) for p in places]
    is_figures = fields[0].place.of == len(FIGURE_HEADS)
    weights = [_NUMBER_WEIGHT, _QUESTION_WEIGHT, *(_matrix_weight(e) for e in examples)]
    edges = _edges(weights)
    question = FIGURE_HEADS[0] if is_figures else "情形"
    columns = [Column("number", "序号", edges[0], edges[1]), Column("question", question, edges[1], edges[2])]
    for index, (place, example) in enumerate(zip(places, examples, strict=True), start=2):
        title = FIGURE_HEADS[place - 1] if is_figures else _title(example)
        columns.append(Column(str(place), title, edges[index], edges[index + 1], example))
    rows = []
    for row in by_row.values():
        first = row[min(row)]
        unit = f"（{first.unit}）" if is_figures and first.unit else ""
        rows.append(MatrixRow(f"{first.label}{unit}", first, {str(p): f for p, f in row.items()}))
    return TablePlan(tuple(columns), tuple(rows))


def _title(item: Field) -> str:
    for ending, title in _TITLES.items():
        if item.name.endswith(f"_{ending}"):
            return title
    return item.label.rpartition("：")[2]


def _matrix_weight(item: Field) -> float:
    return 6.6 if item.type.is_choice else _weight(item)


def _weight(item: Field, *, is_key: bool = False) -> float:
    if is_key:
        return 24.0
    base = _WEIGHTS.get(item.type, 10.0)
    if item.type is FieldType.TEXT and (item.max_length or 0) >= _LONG_TEXT:
        base = 18.0 if item.repeat else 14.0
    return max(base, min(len(item.label), 7) * 1.15)


def _edges(weights: Sequence[float]) -> list[float]:
    total, edges, reached = sum(weights), [0.0], 0.0
    for weight in weights:
        reached += weight
        edges.append(reached / total)
    edges[-1] = 1.0
    return edges

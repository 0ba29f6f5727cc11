"""What a form is: fields in printed order, choices, audit formulas. Built from the policy pack, never in code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from core.domain.enums import Severity
from core.forms.expressions import Expression


class FieldType(StrEnum):
    """XLSForm's type words, as far as the forms use them."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    YES_NO = "yes_no"
    FILE = "file"
    CALCULATE = "calculate"
    NOTE = "note"
    REPEAT = "repeat"

    @property
    def is_number(self) -> bool:
        """True for integer and decimal."""
        return self in (FieldType.INTEGER, FieldType.DECIMAL)

    @property
    def is_choice(self) -> bool:
        """True where the answer is one name of a list."""
        return self in (FieldType.SELECT_ONE, FieldType.YES_NO)

    @property
    def is_input(self) -> bool:
        """True where a person gives the answer (not calculated, not a note)."""
        return self not in (FieldType.CALCULATE, FieldType.NOTE)


class PlaceKind(StrEnum):
    """Where on the paper form a field stands."""

    HEAD = "head"
    GRID = "grid"
    FULL = "full"
    TABLE = "table"
    COLUMN = "column"
    MATRIX = "matrix"
    ATTACHMENT = "attach"
    HIDDEN = "-"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the printed grid.

    GRID: `row` of its section, columns `first`–`last` of a six-column table, label in the first. MATRIX: cell at
    `row`, column `first` of `of` (the negative list, key figures). COLUMN: column `first` of `of` in its repeat.
    """

    kind: PlaceKind
    row: int = 0
    first: int = 0
    last: int = 0
    of: int = 0


#: Heads of a matrix of key figures (`row i col k/5`): this year's figure stands in column 3, last year's in column 4.
FIGURE_HEADS: Final = ("指标", "计量单位", "本年度", "上年度", "增减（%）")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list; `unit`, `value` and validity serve coefficients, scores and standards."""

    name: str
    label: str
    unit: str = ""
    value: float | None = None
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """True when `day` lies in the validity, both ends counted; an open end is always in force."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class ChoiceList:
    """A named list of choices, in printed order."""

    name: str
    choices: tuple[Choice, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Choice]:
        """Choices by their stored name."""
        return {c.name: c for c in self.choices}

    @cached_property
    def by_label(self) -> Mapping[str, Choice]:
        """Choices by their printed label."""
        return {c.label: c for c in self.choices}

    def label_of(self, name: str) -> str:
        """The label, or the name itself where the list does not know it."""
        choice = self.by_name.get(name)
        return choice.label if choice else name


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a form. `columns` are a repeat group's own fields; `rows_from` fixes its rows to a list."""

    name: str
    label: str
    type: FieldType
    section: str
    line: int
    unit: str = ""
    required: bool = False
    relevant: Expression | None = None
    constraint: Expression | None = None
    severity: Severity = Severity.MANDATORY
    message: str = ""
    calculation: Expression | None = None
    hint: str = ""
    source: str = ""
    clause: str = ""
    place: Place = Place(PlaceKind.HIDDEN)
    filled_by: str = "unit"
    choices: ChoiceList | None = None
    repeat: str = ""
    columns: tuple[Field, ...] = ()
    rows_from: ChoiceList | None = None

    @cached_property
    def is_code(self) -> bool:
        """True for a unified social credit code: normalised on input (GB 32100-2015)."""
        return self.constraint is not None and f"credit_code_valid({self.name})" in self.constraint.source

    @cached_property
    def is_open_choice(self) -> bool:
        """True where a strange choice is kept as text because the constraint itself tests membership."""
        return self.constraint is not None and self.constraint.source.startswith("in_list(")

    @cached_property
    def max_length(self) -> int | None:
        """Longest text that prints, read from a `length(name) <= N` constraint; None if there is none."""
        prefix = f"length({self.name}) <= "
        if self.constraint is None or not self.constraint.source.startswith(prefix):
            return None
        digits = self.constraint.source.removeprefix(prefix)
        return int(digits) if digits.isdigit() else None

    @cached_property
    def max_rows(self) -> int:
        """Most rows of a repeat: the fixed list's length, or its `size(name) <= N` constraint, else 10."""
        if self.rows_from is not None:
            return len(self.rows_from.choices)
        prefix = f"size({self.name}) <= "
        source = self.constraint.source if self.constraint else ""
        digits = source.removeprefix(prefix)
        return int(digits) if source.startswith(prefix) and digits.isdigit() else 10

    @cached_property
    def settled_columns(self) -> tuple[Field, ...]:
        """The columns of a repeat whose value another answer of the row decides: calculated, or not always relevant."""
        return tuple(c for c in self.columns if c.relevant is not None or c.calculation is not None)

    @property
    def key_column(self) -> Field:
        """The column that names a fixed row.

        Raises:
            LookupError: the field is not a repeat with fixed rows.
        """
        if self.rows_from is None:
            raise LookupError(self.name)
        return self.columns[0]


@dataclass(frozen=True, slots=True)
class Audit:
    """审核公式: a cross-field formula that must hold; `fields` are all it reads, the first is where to jump."""

    id: str
    severity: Severity
    formula: Expression
    fields: tuple[str, ...]
    message: str
    why: str
    clause: str
    line: int
    parts: tuple[tuple[Expression, str], ...] = ()
    rows_of: tuple[str, str, Expression] | None = None


@dataclass(frozen=True, eq=False)
class FormDefinition:
    """One form: from it come the editor, the paper, the Excel, the reader and the input of the rules."""

    id: str
    title: str
    annex: str
    kind_label: str
    fields: tuple[Field, ...]
    audits: tuple[Audit, ...]
    lists: Mapping[str, ChoiceList]
    order: tuple[str, ...] = ()
    by_name: Mapping[str, Field] = field(default_factory=dict)

    def walk(self) -> Iterator[Field]:
        """Every field, the columns of a repeat right after it."""
        for item in self.fields:
            yield item
            yield from item.columns

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """Section titles in printed order; the head of the form is the empty title."""
        return tuple(dict.fromkeys(f.section for f in self.fields))

    def in_section(self, section: str) -> tuple[Field, ...]:
        """Top-level fields of one section, in printed order."""
        return tuple(f for f in self.fields if f.section == section)

    def label_of(self, name: str) -> str:
        """The label of a field, or the name where the form does not have it."""
        found = self.by_name.get(name)
        return found.label if found else name

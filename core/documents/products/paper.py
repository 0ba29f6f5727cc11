"""One form as it is printed: what stands in each field, on the filled paper and on the blank one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from core.documents.model import TICKED, UNTICKED, FontRole, Run, Runs, runs
from core.documents.products.cells import HINT_GRAY
from core.domain.values import Row, Value, is_blank
from core.forms.definition import ChoiceList, Field, FieldType, FormDefinition, PlaceKind
from core.forms.evaluation import FormState
from core.forms.texts import fill
from core.forms.values import display, format_number

NOT_RELEVANT: Final = "—"
_MOST_TICKED: Final = 4
_MOST_TICKED_LENGTH: Final = 14
_MOST_OFFERED_LENGTH: Final = 24


@dataclass(frozen=True, slots=True)
class Attachment:
    """A piece of evidence in the list at the end: its number, what it is, its file names."""

    number: int
    labels: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file as the list names it. `content` tells it from another of the same name, such as its digest."""

    name: str
    content: str = ""


@dataclass(frozen=True)
class Paper:
    """A form to print. `state` is None for the blank one; `evidence` holds the attached files by field or path."""

    form: FormDefinition
    parameters: Mapping[str, float | str]
    state: FormState | None = None
    evidence: Mapping[str, Sequence[AttachedFile]] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """True for the form to be filled by hand."""
        return self.state is None

    def text(self, template: str) -> str:
        """A note with the pack's parameters in it."""
        return fill(template, self.form, self.state.values if self.state else {}, self.parameters)

    def rows(self, repeat: Field) -> tuple[Row, ...]:
        """The rows of a repeat, empty on the blank paper."""
        return self.state.rows(repeat.name) if self.state else ()

    def content(self, item: Field, *, short_date: bool = False) -> Runs:
        """What stands in a top-level field."""
        state = self.state
        if state is None:
            return self._to_fill(item)
        if item.name in state.irrelevant:
            return runs(NOT_RELEVANT)
        if item.type is FieldType.FILE:
            return runs(self.reference(item.name))
        if item.name in state.wrong:
            return self._wrong(state.answers.get(item.name))
        return self._shown(item, state.values.get(item.name), short_date=short_date)

    def column_content(self, repeat: Field, number: int, row: Row, column: Field) -> Runs:
        """What stands in a column of a repeat's row, counted from 1."""
        path = f"{repeat.name}[{number}].{column.name}"
        if self.state is not None and path in self.state.irrelevant:
            return runs(NOT_RELEVANT)
        if column.type is FieldType.FILE:
            return runs(self.reference(path))
        if self.state is not None and path in self.state.wrong:
            return self._wrong(self._stored_cell(repeat, number, column))
        return runs(printed(column, row.get(column.name), short_date=True))

    def _stored_cell(self, repeat: Field, number: int, column: Field) -> object:
        stored = self.state.answers.get(repeat.name) if self.state else None
        row = stored[number - 1] if isinstance(stored, list | tuple) and number <= len(stored) else None
        return row.get(column.name) if isinstance(row, Mapping) else None

    def _wrong(self, stored: object) -> Runs:
        return (Run("" if stored is None else str(stored)), Run("（填写有误）", FontRole.KAI, 0.85))

    def _shown(self, item: Field, value: Value, *, short_date: bool) -> Runs:
        choices = item.choices
        if choices is not None and item.type.is_input and value and _is_ticked(item, choices):
            chosen = value if isinstance(value, tuple) else (value,)
            return runs(_ticks(choices, tuple(str(c) for c in chosen)))
        return runs(printed(item, value, short_date=short_date))

    def _to_fill(self, item: Field) -> Runs:
        if item.type is FieldType.CALCULATE:
            return runs("自动计算", FontRole.KAI, scale=0.85, gray=HINT_GRAY)
        offered = item.choices is not None and (
            item.type is FieldType.SELECT_MULTIPLE or _length(item.choices) <= _MOST_OFFERED_LENGTH
        )
        return runs(_ticks(item.choices, ())) if offered and item.choices else ()

    def reference(self, path: str) -> str:
        """How the paper refers to a file: its number in the list, or that it is attached."""
        found = self.attachments.get(self._key(path))
        return f"附{found.number}" if found else ""

    @cached_property
    def attachments(self) -> Mapping[tuple[str, ...], Attachment]:
        """The evidence of all file fields, in printed order; a file that several fields use is listed once."""
        found: dict[tuple[str, ...], Attachment] = {}
        for path, label in self._files():
            key = self._key(path)
            if not key:
                continue
            known = found.get(key)
            if known is None:
                names = tuple(file.name for file in self.evidence.get(path, ()))
                found[key] = Attachment(len(found) + 1, (label,), names)
            else:
                labels = tuple(dict.fromkeys((*known.labels, label)))
                found[key] = Attachment(known.number, labels, known.names)
        return found

    def _key(self, path: str) -> tuple[str, ...]:
        files = tuple(file.content or file.name for file in self.evidence.get(path, ()))
        if files:
            return files
        stored = self._stored(path)
        return () if is_blank(stored) else (str(stored),)

    def _stored(self, path: str) -> object:
        if self.state is None:
            return None
        if "[" not in path:
            return self.state.answers.get(path)
        repeat, _, rest = path.partition("[")
        number, _, column = rest.partition("].")
        return self._stored_cell(self.form.by_name[repeat], int(number), self.form.by_name[column])

    def _files(self) -> list[tuple[str, str]]:
        """Paths and labels of file fields: those of the list of attachments first."""
        listed: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        for item in self.form.fields:
            if item.type is FieldType.FILE:
                (listed if item.place.kind is PlaceKind.ATTACHMENT else others).append((item.name, item.label))
            for column in item.columns:
                if column.type is FieldType.FILE:
                    for number in range(1, len(self.rows(item)) + 1):
                        others.append((f"{item.name}[{number}].{column.name}", f"{column.label}{number}"))
        return [*listed, *others]


def printed(item: Field, value: Value, *, short_date: bool = False) -> str:
    """A value as paper shows it: dates in narrow columns as 2026.11.3, calculated numbers to two decimals."""
    if short_date and isinstance(value, date):
        return f"{value.year}.{value.month}.{value.day}"
    if item.type is FieldType.CALCULATE and isinstance(value, float) and abs(value) >= 1.0:
        return format_number(round(value, 2))
    return display(item, value)


def _is_ticked(item: Field, choices: ChoiceList) -> bool:
    if item.type is FieldType.SELECT_MULTIPLE:
        return True
    return len(choices.choices) <= _MOST_TICKED and _length(choices) <= _MOST_TICKED_LENGTH


def _length(choices: ChoiceList) -> int:
    return sum(len(c.label) + 1 for c in choices.choices)


def _ticks(choices: ChoiceList, chosen: tuple[str, ...]) -> str:
    return " ".join(f"{TICKED if c.name in chosen else UNTICKED}{c.label}" for c in choices.choices)


def label_with_unit(item: Field) -> str:
    """营业收入（万元）; a label that already ends in brackets takes the unit into them."""
    if not item.unit:
        return item.label
    if item.label.endswith("）"):
        return f"{item.label[:-1]}，{item.unit}）"
    return f"{item.label}（{item.unit}）"

"""Stored answers as a clerk would type them into cells: labels for choices, dates, numbers, text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from core.domain.values import is_blank
from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.values import clean_text, parse, parse_form

CellValue: TypeAlias = str | float | date | None


class CellAnswers:
    """The answers of one form by field and, in repeats, by row (from 1; 0 is no repeat)."""

    def __init__(self, form: FormDefinition, answers: Mapping[str, object]) -> None:
        stored = parse_form(form.fields, answers).stored
        self._answers = stored
        self._rows: dict[str, list[Mapping[str, object]]] = {}
        for field in form.fields:
            if field.type is FieldType.REPEAT:
                self._rows[field.name] = _rows(field, stored.get(field.name))

    @property
    def row_counts(self) -> dict[str, int]:
        """Rows of each repeat."""
        return {name: len(rows) for name, rows in self._rows.items()}

    def value(self, field: Field, index: int) -> CellValue:
        """What stands in the field's cell; a wrong answer stands as it was given."""
        if index == 0:
            return in_words(field, self._answers.get(field.name))
        rows = self._rows.get(field.repeat, [])
        return in_words(field, rows[index - 1].get(field.name)) if index <= len(rows) else None


def _rows(repeat: Field, stored: object) -> list[Mapping[str, object]]:
    rows = [r for r in stored if isinstance(r, Mapping)] if isinstance(stored, list | tuple) else []
    if repeat.rows_from is None:
        return rows
    by_key = {r.get(repeat.key_column.name): r for r in rows}
    return [by_key.get(c.name, {}) for c in repeat.rows_from.choices]


def in_words(field: Field, stored: object) -> CellValue:
    """One stored answer as cell value."""
    if is_blank(stored):
        return None
    parsed = parse(field, stored)
    if parsed.problem or parsed.value is None:
        return clean_text(stored)
    if isinstance(parsed.value, float):
        return int(parsed.value) if parsed.value.is_integer() else parsed.value
    if isinstance(parsed.value, tuple):
        return "；".join(field.choices.label_of(v) if field.choices else v for v in parsed.value)
    if isinstance(parsed.value, str) and field.choices is not None:
        return field.choices.label_of(parsed.value)
    return parsed.value

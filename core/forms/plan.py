"""What evaluating needs to know of a form and is the same for all its filled forms: worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from core.forms.definition import Audit, Field, FieldType, FormDefinition
from core.forms.direct import Direct, Scope
from core.forms.expressions import Expression
from core.forms.functions import functions_in_scope


class Settled(NamedTuple):
    """A field or a column that a formula decides, or a table: gone through in dependency order."""

    field: Field
    name: str
    relevant: Direct | None
    calculate: Direct | None


class Checked(NamedTuple):
    """A field or a column that a person fills in, and what may be said of it."""

    field: Field
    name: str
    is_required: bool
    constraint: Direct | None
    is_table: bool


class Table(NamedTuple):
    """A table: its columns that other answers of the row decide, those with a constraint, and a row without answers."""

    settled: tuple[Settled, ...]
    checked: tuple[Checked, ...]
    blank: Scope


@dataclass(frozen=True, slots=True)
class Plan:
    """What evaluating a form goes through.

    `inputs` are the fields that people fill in, `checked` such of these as may have a finding even if no answer is
    malformed. `scope` has every name as null, tables empty, and the functions.
    """

    settled: tuple[Settled, ...]
    inputs: tuple[Checked, ...]
    checked: tuple[Checked, ...]
    tables: Mapping[str, Table]
    audits: tuple[tuple[Audit, Direct], ...]
    scope: Scope
    empty_tables: Scope


@lru_cache(maxsize=64)
def plan_of(form: FormDefinition) -> Plan:
    """The plan of a form."""
    tables = {field.name: _table(field) for field in form.fields if field.type is FieldType.REPEAT}
    inputs = tuple(_checked(field) for field in form.fields if field.type.is_input)
    return Plan(
        tuple(
            _settled(field) for field in map(form.by_name.__getitem__, form.order)
            if field.relevant is not None or field.calculation is not None or field.name in tables
        ),
        inputs,
        tuple(c for c in inputs if c.is_required or c.constraint is not None or c.is_table),
        tables,
        tuple((audit, audit.formula.ask) for audit in form.audits),
        {**dict.fromkeys(form.by_name), **functions_in_scope(form.lists)},
        dict.fromkeys(tables, ()),
    )


def _table(field: Field) -> Table:
    return Table(
        tuple(map(_settled, field.settled_columns)),
        tuple(_checked(column) for column in field.columns if column.constraint is not None),
        dict.fromkeys(column.name for column in field.columns),
    )


def _settled(field: Field) -> Settled:
    return Settled(field, field.name, field.relevant.run if field.relevant else None, _asked(field.calculation))


def _checked(field: Field) -> Checked:
    return Checked(field, field.name, field.required, _asked(field.constraint), field.type is FieldType.REPEAT)


def _asked(expression: Expression | None) -> Direct | None:
    return expression.ask if expression is not None else None

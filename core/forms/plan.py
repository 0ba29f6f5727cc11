"""What evaluating needs to know of a form and is the same for all its filled forms: worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.direct import Scope
from core.forms.functions import functions_in_scope


@dataclass(frozen=True, slots=True)
class Plan:
    """What evaluating a form goes through.

    `settled` are the fields that a formula or a table decides, in dependency order; `inputs` those that people fill in;
    `checked` such of these as may have a finding even if no answer is malformed. `scope` has every name as null, and
    the functions; `blank_rows` and `checked_columns` are by table.
    """

    settled: tuple[Field, ...]
    inputs: tuple[Field, ...]
    checked: tuple[Field, ...]
    checked_columns: Mapping[str, tuple[Field, ...]]
    scope: Scope
    empty_tables: Scope
    blank_rows: Mapping[str, Scope]


@lru_cache(maxsize=64)
def plan_of(form: FormDefinition) -> Plan:
    """The plan of a form."""
    tables = [field for field in form.fields if field.type is FieldType.REPEAT]
    checked_columns = {table.name: tuple(c for c in table.columns if c.constraint is not None) for table in tables}
    inputs = tuple(field for field in form.fields if field.type.is_input)
    return Plan(
        settled=tuple(
            field for field in map(form.by_name.__getitem__, form.order)
            if field.relevant is not None or field.calculation is not None or field.type is FieldType.REPEAT
        ),
        inputs=inputs,
        checked=tuple(f for f in inputs if f.required or f.constraint is not None or checked_columns.get(f.name)),
        checked_columns=checked_columns,
        scope={**dict.fromkeys(form.by_name), **functions_in_scope(form.lists)},
        empty_tables={table.name: () for table in tables},
        blank_rows={table.name: dict.fromkeys(column.name for column in table.columns) for table in tables},
    )

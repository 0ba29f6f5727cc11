"""Fields and values of travelling records in clerks' words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from core.domain.enums import RecordState
from core.domain.exchange import (
    EVIDENCE_PREFIX,
    EXPLANATION_PREFIX,
    REMARK_PREFIX,
    STATE,
    Change,
    evidence_fact,
    remark_words,
)
from core.domain.values import Stored, is_blank
from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.values import display, parse

BLANK: Final = "（空白）"
_LONGEST: Final = 300


def field_label(form: FormDefinition, name: str, change: Change | None = None) -> str:
    """A field as the form names it; what travels beside the answers in words of its own."""
    if name == STATE:
        return "办理状态"
    if name.startswith(EXPLANATION_PREFIX):
        return f"情况说明（{name.removeprefix(EXPLANATION_PREFIX)}）"
    if name.startswith(EVIDENCE_PREFIX):
        fact = evidence_fact(change.new) or evidence_fact(change.old) if change is not None else None
        where = form.label_of(fact.field) if fact is not None and fact.field in form.by_name else ""
        return f"佐证材料（{where}）" if where else "佐证材料"
    if name.startswith(REMARK_PREFIX):
        words = remark_words(change.new) or remark_words(change.old) if change is not None else None
        where = form.label_of(words[0]) if words is not None and words[0] in form.by_name else ""
        return f"审核意见（{where}）" if where else "审核意见"
    return form.label_of(name) if name in form.by_name else name


def said(form: FormDefinition, name: str, value: Stored) -> str:
    """A stored value as people read it."""
    if is_blank(value):
        return BLANK
    if name == STATE:
        return _state(value)
    if name.startswith(EVIDENCE_PREFIX):
        fact = evidence_fact(value)
        return fact.file_name if fact is not None else BLANK
    if name.startswith(REMARK_PREFIX):
        words = remark_words(value)
        return words[1][:_LONGEST] if words is not None else BLANK
    field = form.by_name.get(name)
    if field is None or field.repeat:
        return str(value)[:_LONGEST]
    return (_table(field, value) if field.type is FieldType.REPEAT else _cell(field, value))[:_LONGEST]


def state_of(value: Stored) -> RecordState | None:
    """The state that a value of STATE tells; None when it makes no sense."""
    if isinstance(value, list | tuple) and value and value[0] in {state.value for state in RecordState}:
        return RecordState(str(value[0]))
    return None


def _state(value: Stored) -> str:
    state = state_of(value)
    return state.label if state is not None else str(value)


def _cell(field: Field, value: Stored) -> str:
    if field.type is FieldType.FILE:
        return "已附材料"
    return display(field, parse(field, value).value) or str(value)


def _table(repeat: Field, value: Stored) -> str:
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, Sequence) else []
    columns = {column.name: column for column in repeat.columns}
    told = [
        "，".join(_cell(columns[name], cell) for name, cell in row.items() if name in columns and not is_blank(cell))
        for row in rows
    ]
    return f"{len(rows)}行：" + "；".join(told)

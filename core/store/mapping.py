"""Between rows and the frozen objects that callers get; nothing of SQLAlchemy leaves through here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from core.domain.enums import RecordState
from core.domain.records import Evidence, Explanation, FieldChange, Record, RecordEvent
from core.domain.values import Answers, Stored, is_blank
from core.store.columns import clean_text, plain_text, to_json
from core.store.tables import EvidenceRow, ExplanationRow, FieldChangeRow, RecordEventRow, RecordRow

MAX_COLUMN_TEXT: Final = 200


def record_of(row: RecordRow, answers: Answers, explanations: Iterable[ExplanationRow]) -> Record:
    """A record with its answers and explanations."""
    return Record(
        id=row.id,
        form=row.form,
        credit_code=row.credit_code,
        unit_name=row.unit_name,
        office=row.office,
        state=RecordState(row.state),
        pack_version=row.pack_version,
        revision=row.revision,
        answers=answers,
        explanations=tuple(explanation_of(explanation) for explanation in explanations),
        created_at=row.created_at,
        updated_at=row.updated_at,
        verdict_number=row.verdict_number,
        is_sample=row.is_sample,
        period=row.period,
        filed_on=row.filed_on,
    )


def explanation_of(row: ExplanationRow) -> Explanation:
    """The present explanation of one finding."""
    return Explanation(row.rule, row.text, row.values_digest, row.written_by, row.written_at)


def evidence_of(row: EvidenceRow) -> Evidence:
    """One attached file."""
    return Evidence(
        id=row.id,
        record_id=row.record_id,
        field=row.field,
        file_name=row.file_name,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        added_by=row.added_by,
        added_at=row.added_at,
    )


def change_of(row: FieldChangeRow) -> FieldChange:
    """One step of a field's history."""
    return FieldChange(
        sequence=row.sequence,
        record_id=row.record_id,
        field=row.field,
        old=cast(Stored, row.old),
        new=cast(Stored, row.new),
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        source=row.source,
    )


def event_of(row: RecordEventRow) -> RecordEvent:
    """One step of a record's life."""
    return RecordEvent(
        record_id=row.record_id,
        kind=row.kind,
        happened_at=row.happened_at,
        actor=row.actor,
        source=row.source,
        verdict_number=row.verdict_number,
        detail=row.detail,
    )


def clean_answers(answers: Mapping[str, Stored]) -> dict[str, Stored]:
    """The answers as the store keeps them; every blank becomes None."""
    return {field: None if is_blank(value) else clean_value(value) for field, value in answers.items()}


def clean_value(value: Stored) -> Stored:
    """The value as JSON will give it back: lists for tuples, dicts for mappings, text that UTF-8 can hold."""
    return cast(Stored, _clean(value))


def _clean(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {clean_text(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_clean(item) for item in value]
    return value


def column_text(value: object, *, limit: int = MAX_COLUMN_TEXT) -> str:
    """An answer of any kind as the short text of a column."""
    text = "" if value is None else value if isinstance(value, str) else to_json(value)
    return plain_text(text)[:limit]


def same(one: Stored, other: Stored) -> bool:
    """True when both are the same answer; unlike ==, 1 is neither True nor 1.0."""
    return to_json(one, sort_keys=True) == to_json(other, sort_keys=True)

"""Writes that somebody else overtook: by whom, when, and what stands there now. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.calendar import format_moment
from core.domain.enums import RecordState
from core.domain.errors import EditedElsewhereError, NotAllowedError
from core.domain.exchange import STATE
from core.domain.records import FieldChange, Record
from core.domain.values import Stored
from core.store.mapping import change_of, clean_answers, same
from core.store.tables import FieldChangeRow, RecordEventRow, RecordRow

_DELETED = "deleted"


def refuse_edited(
    session: Session, row: RecordRow, steps: Sequence[tuple[str, Stored, Stored]], expected: Mapping[str, Stored]
) -> None:
    """Refuse `(field, stored, wanted)` steps over an answer that is not the one that the writer was shown.

    Fields that `expected` does not name are written over whatever stands there. A step that changes nothing is none:
    who wanted the very same is not refused.
    """
    shown = clean_answers({field: expected[field] for field, _, _ in steps if field in expected})
    for field, stored, wanted in steps:
        if field in shown and not same(stored, shown[field]):
            raise edited(session, row, field, wanted, stored)


def edited(session: Session, row: RecordRow, field: str, mine: Stored, theirs: Stored) -> EditedElsewhereError:
    """The refusal of one field, with who wrote what stands there, and when."""
    last = last_changes(session, row.id, (field,)).get(field)
    if last is None:
        return EditedElsewhereError(row.id, field, mine, theirs, "他人", row.updated_at)
    return EditedElsewhereError(row.id, field, mine, theirs, last.changed_by, last.changed_at)


def refuse_moved(session: Session, row: RecordRow, expected: Record) -> None:
    """Refuse a step of a record that is no longer as the caller judged it."""
    if (row.revision, row.state) != (expected.revision, expected.state.value):
        raise NotAllowedError(f"“{row.unit_name}”{last_step(session, row.id)}，请看过现在的内容和校核结果后再办。")


def last_step(session: Session, record_id: str) -> str:
    """What was done to a record last, as a clause: 刚由某某推荐（11月23日14:03）."""
    query = select(FieldChangeRow).where(FieldChangeRow.record_id == record_id)
    last = session.scalars(query.order_by(FieldChangeRow.sequence.desc()).limit(1)).first()
    if last is None:
        return "刚刚在另一处改过"
    state = RecordState(str(last.new[0])) if last.field == STATE and isinstance(last.new, list) and last.new else None
    what = "改过" if state is None else f"改为“{state.label}”"
    return f"刚由{last.changed_by}{what}（{format_moment(last.changed_at)}）"


def by_whom(session: Session, record_id: str) -> str:
    """Who gave the record its present state, and when, as a bracket; empty where nobody is known."""
    query = select(FieldChangeRow).where(FieldChangeRow.record_id == record_id, FieldChangeRow.field == STATE)
    last = session.scalars(query.order_by(FieldChangeRow.sequence.desc()).limit(1)).first()
    return "" if last is None else f"（{last.changed_by}，{format_moment(last.changed_at)}）"


def deleted_by(session: Session, record_id: str) -> str:
    """Who deleted the record, and when, as a bracket; empty where nobody is known."""
    query = select(RecordEventRow).where(RecordEventRow.record_id == record_id, RecordEventRow.kind == _DELETED)
    last = session.scalars(query.order_by(RecordEventRow.sequence.desc()).limit(1)).first()
    return "" if last is None else f"（{last.actor}，{format_moment(last.happened_at)}）"


def last_changes(session: Session, record_id: str, fields: Iterable[str]) -> dict[str, FieldChange]:
    """The last change of each of these fields that was ever written."""
    last = (
        select(func.max(FieldChangeRow.sequence))
        .where(FieldChangeRow.record_id == record_id, FieldChangeRow.field.in_(list(fields)))
        .group_by(FieldChangeRow.field)
    )
    rows = session.scalars(select(FieldChangeRow).where(FieldChangeRow.sequence.in_(last)))
    return {row.field: change_of(row) for row in rows}

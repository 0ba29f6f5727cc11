"""Records as versions: what this store knows of each, its present changes, and copies for the other side.

A field's present change is its last history row, unless `field_heads` names others: several in a conflict, or one that
came in before a later row which lost against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.domain.enums import RecordState
from core.domain.exchange import (
    EVIDENCE_PREFIX,
    REMARK_PREFIX,
    STATE,
    Change,
    Dot,
    EvidenceFact,
    RecordCopy,
    Vector,
    evidence_fact,
    knows,
)
from core.domain.paper_content import LOCKING
from core.domain.values import Stored
from core.store import records
from core.store.columns import to_json
from core.store.exchange import sites
from core.store.exchange_tables import FieldHeadRow
from core.store.library.review import CONFIRMATION_PREFIX
from core.store.mapping import explanation_of
from core.store.tables import ExplanationRow, FieldChangeRow, RecordRow

_AT_ONCE: Final = 500
_ROW: Final = (
    FieldChangeRow.sequence, FieldChangeRow.site, FieldChangeRow.origin, FieldChangeRow.field, FieldChangeRow.old,
    FieldChangeRow.new, FieldChangeRow.changed_by, FieldChangeRow.changed_at, FieldChangeRow.source,
)


def vector_of(session: Session, record_id: str) -> dict[str, int]:
    """What this store knows of a record; empty for one that it never saw. What never travels does not count."""
    return vectors_of(session, (record_id,))[record_id]


def vectors_of(session: Session, record_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """What this store knows of each of these records."""
    found: dict[str, dict[str, int]] = {record_id: {} for record_id in record_ids}
    number = func.max(func.coalesce(FieldChangeRow.origin, FieldChangeRow.sequence))
    first = sites.first(session)
    for start in range(0, len(record_ids), _AT_ONCE):
        query = select(FieldChangeRow.record_id, FieldChangeRow.site, number).where(
            FieldChangeRow.record_id.in_(record_ids[start : start + _AT_ONCE]),
            ~FieldChangeRow.field.startswith(CONFIRMATION_PREFIX),
        )
        for record_id, site, most in session.execute(query.group_by(FieldChangeRow.record_id, FieldChangeRow.site)):
            found[record_id][site or first] = int(most)
    return {record_id: dict(sorted(vector.items())) for record_id, vector in found.items()}


def changes_of(session: Session, record_id: str) -> tuple[Change, ...]:
    """Every change of a record that may travel, in the order in which it came here."""
    query = select(*_ROW).where(
        FieldChangeRow.record_id == record_id, ~FieldChangeRow.field.startswith(CONFIRMATION_PREFIX)
    )
    first = sites.first(session)
    return tuple(_change(row, first) for row in session.execute(query.order_by(FieldChangeRow.sequence)))


def head_changes(session: Session, record_id: str) -> dict[str, tuple[Change, ...]]:
    """The present change or changes of every field that was ever written; the one that counts first."""
    last = (
        select(func.max(FieldChangeRow.sequence))
        .where(FieldChangeRow.record_id == record_id, ~FieldChangeRow.field.startswith(CONFIRMATION_PREFIX))
        .group_by(FieldChangeRow.field)
    )
    first = sites.first(session)
    query = select(*_ROW).where(FieldChangeRow.sequence.in_(last))
    heads: dict[str, tuple[Change, ...]] = {row.field: (_change(row, first),) for row in session.execute(query)}
    explicit = explicit_heads(session, record_id)
    if explicit:
        by_dot = {change.dot: change for change in changes_of(session, record_id)}
        for field, dots in explicit.items():
            heads[field] = tuple(by_dot[dot] for dot in dots)
    return heads


def explicit_heads(session: Session, record_id: str) -> dict[str, tuple[Dot, ...]]:
    """The fields whose present changes are named, the one that counts first."""
    query = select(FieldHeadRow).where(FieldHeadRow.record_id == record_id)
    rows = session.scalars(query.order_by(FieldHeadRow.is_shown.desc(), FieldHeadRow.site, FieldHeadRow.number))
    found: dict[str, tuple[Dot, ...]] = {}
    for row in rows:
        found[row.field] = (*found.get(row.field, ()), Dot(row.site, row.number))
    return found


def shown_value(session: Session, record_id: str, field: str) -> Stored:
    """What counts of a field at present; None where it was never written."""
    heads = head_changes(session, record_id).get(field)
    return heads[0].new if heads else None


@dataclass(frozen=True, slots=True)
class Outline:
    """What is worth knowing of a record before it travels: its version, its newest change, the files to bring.

    What never travels does not count.
    """

    vector: Vector
    newest: datetime
    files: tuple[EvidenceFact, ...]


def outline(session: Session, record_id: str, base: Vector) -> Outline:
    """The record's version, and the attached files of which the other side, who has `base`, does not know."""
    newest = session.scalar(select(func.max(FieldChangeRow.changed_at)).where(
        FieldChangeRow.record_id == record_id, ~FieldChangeRow.field.startswith(CONFIRMATION_PREFIX)
    ))
    attached = (
        select(func.max(FieldChangeRow.sequence))
        .where(FieldChangeRow.record_id == record_id, FieldChangeRow.field.startswith(EVIDENCE_PREFIX))
        .group_by(FieldChangeRow.field)
    )
    first = sites.first(session)
    rows = session.execute(select(*_ROW).where(FieldChangeRow.sequence.in_(attached)).order_by(FieldChangeRow.field))
    changes = [_change(row, first) for row in rows]
    facts = [evidence_fact(change.new) for change in changes if not knows(base, change.dot)]
    at = newest.replace(tzinfo=UTC) if newest is not None and newest.tzinfo is None else newest
    return Outline(vector_of(session, record_id), at or datetime(1980, 1, 1, tzinfo=UTC), tuple(f for f in facts if f))


def conflicts(session: Session, record_id: str | None = None) -> tuple[tuple[str, str], ...]:
    """(record id, field) of every field whose present changes say different things, in one record or all living ones.

    Of several states, and of remarks, one simply counts (`core.exchange.merge`).
    """
    dot_number = func.coalesce(FieldChangeRow.origin, FieldChangeRow.sequence)
    site = func.coalesce(func.nullif(FieldChangeRow.site, ""), sites.first(session))
    query = (
        select(FieldHeadRow.record_id, FieldHeadRow.field, FieldChangeRow.new)
        .join(RecordRow, RecordRow.id == FieldHeadRow.record_id)
        .join(FieldChangeRow, and_(
            FieldChangeRow.record_id == FieldHeadRow.record_id, FieldChangeRow.field == FieldHeadRow.field,
            dot_number == FieldHeadRow.number, site == FieldHeadRow.site,
        ))
        .where(
            RecordRow.deleted_at.is_(None), FieldHeadRow.field != STATE, ~FieldHeadRow.field.startswith(REMARK_PREFIX)
        )
        .order_by(FieldHeadRow.record_id, FieldHeadRow.field)
    )
    if record_id is not None:
        query = query.where(FieldHeadRow.record_id == record_id)
    said: dict[tuple[str, str], set[str]] = {}
    for row in session.execute(query):
        said.setdefault((row.record_id, row.field), set()).add(to_json(row.new, sort_keys=True))
    return tuple(key for key, values in said.items() if len(values) > 1)


def content_version(session: Session, record_id: str) -> int:
    """How many changes of content, and givings of a locking state, this store knows of a record.

    It counts what `core.domain.paper_content.Replay` counts, without reading an answer.
    """
    fields = select(func.count()).where(
        FieldChangeRow.record_id == record_id, FieldChangeRow.field != STATE,
        *(~FieldChangeRow.field.startswith(prefix) for prefix in (CONFIRMATION_PREFIX, REMARK_PREFIX)),
    )
    states = select(FieldChangeRow.new).where(FieldChangeRow.record_id == record_id, FieldChangeRow.field == STATE)
    locked = [new for new in session.scalars(states) if isinstance(new, list) and new and new[0] in LOCKING]
    return (session.scalar(fields) or 0) + len(locked)


def copy_of(session: Session, record_id: str, base: Vector) -> RecordCopy:
    """The record as it travels to somebody who has `base` of it already."""
    row = records.live_row(session, record_id)
    every = changes_of(session, record_id)
    last = {change.field: (change.dot,) for change in every}
    explanations = session.scalars(
        select(ExplanationRow).where(ExplanationRow.record_id == record_id).order_by(ExplanationRow.rule)
    )
    known = vector_of(session, record_id)
    return RecordCopy(
        id=row.id, form=row.form, period=row.period, office=row.office, created_at=row.created_at,
        pack_version=row.pack_version, is_sample=row.is_sample,
        base=_common(base, known), context=known,
        heads=last | explicit_heads(session, record_id),
        changes=tuple(change for change in every if not knows(base, change.dot)),
        explanations=tuple(explanation_of(e) for e in explanations),
        unit_name=row.unit_name, credit_code=row.credit_code, state=RecordState(row.state),
    )


def _common(one: Vector, other: Vector) -> dict[str, int]:
    """What both know: the other side may be known to have more than is here."""
    return {site: min(number, other[site]) for site, number in one.items() if site in other}


def _change(row: Sequence[object], first_site: str) -> Change:
    sequence, site, origin, field, old, new, by, at, source = row
    return Change(
        sites.dot_of(str(site), cast("int | None", origin), cast(int, sequence), first_site), str(field),
        cast(Stored, old), cast(Stored, new), str(by), cast(datetime, at), str(source),
    )

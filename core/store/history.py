"""History per field and per record: only ever appended, each field change sealed into the hash chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.orm import Session

from core.domain.exchange import EVIDENCE_PREFIX, REMARK_PREFIX, STATE, Change
from core.domain.records import FieldChange, RecordEvent
from core.domain.values import Stored
from core.store.chain import GENESIS, Link
from core.store.exchange_tables import FieldHeadRow
from core.store.mapping import change_of, event_of
from core.store.tables import FieldChangeRow, HistoryHeadRow, RecordEventRow

_HEAD_ID: Final = 1
_CHANGES: Final = cast(Table, FieldChangeRow.__table__)
# Built once: every saved change asks for it.
_HEAD: Final = select(HistoryHeadRow).where(HistoryHeadRow.id == _HEAD_ID).with_for_update()
_MAX_PROBLEMS: Final = 20
_BATCH: Final = 2000
_LINKED: Final = tuple(field.name for field in fields(Link))


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, from where, and when."""

    actor: str
    source: str
    at: datetime


def append_changes(
    session: Session, record_id: str, changes: Sequence[tuple[str, Stored, Stored]], author: Author
) -> None:
    """Seal `(field, old, new)` steps onto the end of the history."""
    if not changes:
        return
    head = locked_head(session)
    rows: list[dict[str, object]] = []
    for field, old, new in changes:
        link = Link(head.sequence + 1, record_id, field, old, new, author.actor, author.at, author.source, head.site)
        head.sequence, head.chain = link.sequence, link.chain(head.chain)
        rows.append(_columns(link, head.chain))
    _insert(session, rows)
    # A change made here replaces every version of the field that was open.
    session.execute(
        delete(FieldHeadRow).where(
            FieldHeadRow.record_id == record_id, FieldHeadRow.field.in_([field for field, _, _ in changes])
        )
    )


def append_foreign(session: Session, record_id: str, changes: Sequence[Change], sites: Mapping[str, str]) -> None:
    """Seal changes that were made elsewhere, with their own authors, times and dots, onto the end of the history.

    `sites` gives the column's word for a site that is this store's own (blank for its first).
    """
    if not changes:
        return
    head = locked_head(session)
    rows: list[dict[str, object]] = []
    for c in changes:
        site = sites.get(c.dot.site, c.dot.site)
        link = Link(
            head.sequence + 1, record_id, c.field, c.old, c.new, c.changed_by, c.changed_at, c.source, site,
            c.dot.number,
        )
        head.sequence, head.chain = link.sequence, link.chain(head.chain)
        rows.append(_columns(link, head.chain))
    _insert(session, rows)


def _insert(session: Session, rows: list[dict[str, object]]) -> None:
    """Write history rows past the unit of work, which would look at every one of them."""
    session.flush()
    session.connection().execute(_CHANGES.insert(), rows)


def _columns(link: Link, chain: str) -> dict[str, object]:
    """A row of the history; `dataclasses.asdict` would copy every answer once more."""
    return {**{name: getattr(link, name) for name in _LINKED}, "chain": chain}


def locked_head(session: Session) -> HistoryHeadRow:
    """The end of the history, held until the transaction ends."""
    return session.execute(_HEAD).scalar_one()


def last_sequence(session: Session) -> int:
    """A number that grows with every change of a field and every step of a record's life (a deletion is only that)."""
    changes = select(HistoryHeadRow.sequence).where(HistoryHeadRow.id == _HEAD_ID).scalar_subquery()
    steps = select(func.max(RecordEventRow.sequence)).scalar_subquery()
    return session.scalar(select(func.coalesce(changes, 0) + func.coalesce(steps, 0))) or 0


def field_history(session: Session, record_id: str, field: str | None) -> tuple[FieldChange, ...]:
    """The steps of one field, or of all fields of a record, oldest first, without what is told elsewhere."""
    query = select(FieldChangeRow).where(FieldChangeRow.record_id == record_id).order_by(FieldChangeRow.sequence)
    if field is None:
        for prefix in (EVIDENCE_PREFIX, REMARK_PREFIX):
            query = query.where(~FieldChangeRow.field.startswith(prefix))
        query = query.where(FieldChangeRow.field != STATE)
    else:
        query = query.where(FieldChangeRow.field == field)
    return tuple(change_of(row) for row in session.scalars(query))


def append_event(session: Session, event: RecordEvent) -> None:
    """Add a step to a record's life."""
    session.execute(
        insert(RecordEventRow).values(
            record_id=event.record_id,
            kind=event.kind,
            happened_at=event.happened_at,
            actor=event.actor,
            source=event.source,
            verdict_number=event.verdict_number,
            detail=event.detail,
        )
    )


def record_events(session: Session, record_id: str) -> tuple[RecordEvent, ...]:
    """The steps of a record's life, oldest first."""
    query = select(RecordEventRow).where(RecordEventRow.record_id == record_id).order_by(RecordEventRow.sequence)
    return tuple(event_of(row) for row in session.scalars(query))


def chain_problems(session: Session) -> tuple[str, ...]:
    """What is wrong with the chain, as sentences; empty when it is sound."""
    problems: list[str] = []
    sequence, chain = 0, GENESIS
    for row in _all_changes(session):
        if row.sequence != sequence + 1:
            problems.append(f"修改历史第{sequence + 1}条到第{row.sequence - 1}条不见了，请从备份核对。")
        if row.chain != _link_of(row).chain(chain):
            problems.append(f"修改历史第{row.sequence}条（{row.field}）与校验链不符，可能被改动过，请从备份核对。")
        sequence, chain = row.sequence, row.chain
        if len(problems) >= _MAX_PROBLEMS:
            return (*problems, "还有更多问题，未逐条列出。")
    return (*problems, *_head_problems(session, sequence, chain))


def _head_problems(session: Session, sequence: int, chain: str) -> Iterable[str]:
    head = session.get(HistoryHeadRow, _HEAD_ID)
    if head is None:
        yield "修改历史的末尾标记不见了，请从备份核对。"
    elif head.sequence > sequence:
        yield f"修改历史末尾第{sequence + 1}条到第{head.sequence}条不见了，请从备份核对。"
    elif (head.sequence, head.chain) != (sequence, chain):
        yield "修改历史的末尾与校验链不符，可能被添加或改动过，请从备份核对。"


def _all_changes(session: Session) -> Iterable[FieldChangeRow]:
    """Every row in order, in batches: the history may be far larger than memory."""
    sequence = -(2**63)  # forged rows may lie before the first
    while True:
        query = select(FieldChangeRow).where(FieldChangeRow.sequence > sequence).order_by(FieldChangeRow.sequence)
        rows = session.scalars(query.limit(_BATCH)).all()
        if not rows:
            return
        yield from rows
        sequence = rows[-1].sequence
        session.expunge_all()


def _link_of(row: FieldChangeRow) -> Link:
    return Link(
        sequence=row.sequence,
        record_id=row.record_id,
        field=row.field,
        old=row.old,
        new=row.new,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        source=row.source,
        site=row.site,
        origin=row.origin,
    )

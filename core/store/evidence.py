"""Rows of attached files: every function works inside the transaction that it is given."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.errors import NotFoundError
from core.domain.exchange import EVIDENCE_PREFIX
from core.domain.records import Evidence
from core.domain.values import Stored
from core.store import history, records
from core.store.evidence_files import StoredFile
from core.store.history import Author
from core.store.mapping import evidence_of
from core.store.tables import AnswerRow, EvidenceRow


def attach(
    session: Session, record_id: str, field: str, file: StoredFile, author: Author, *, set_answer: bool,
    expected: Mapping[str, Stored] | None = None,
) -> Evidence:
    """Record a stored file; with `set_answer` it becomes the field's answer in place of the `expected` one."""
    # A sealed sheet is attached to a locked record: only an answer needs a draft.
    records.live_row(session, record_id, lock=True)
    row = EvidenceRow(
        id=str(uuid4()),
        record_id=record_id,
        field=field,
        file_name=file.file_name,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        added_by=author.actor,
        added_at=author.at,
    )
    session.add(row)
    session.flush()
    history.append_changes(session, record_id, [(EVIDENCE_PREFIX + row.id, None, _fact(row))], author)
    if set_answer:
        earlier = session.get(AnswerRow, (record_id, field))
        replaced = session.get(EvidenceRow, earlier.value) if earlier and isinstance(earlier.value, str) else None
        records.set_answers(session, record_id, {field: row.id}, author, expected=expected)
        if replaced is not None and replaced.record_id == record_id:
            _mark_removed(session, replaced, author)
    return evidence_of(row)


def detach(session: Session, evidence_id: str, author: Author) -> None:
    """Take a file off its record; where it is the field's answer, the answer goes too."""
    row = _row(session, evidence_id)
    records.live_row(session, row.record_id, lock=True)
    answer = session.get(AnswerRow, (row.record_id, row.field))
    if answer is not None and answer.value == row.id:
        records.set_answers(session, row.record_id, {row.field: None}, author)
    _mark_removed(session, row, author)


def of_record(session: Session, record_id: str) -> tuple[Evidence, ...]:
    """The files attached at present, oldest first."""
    query = select(EvidenceRow).where(EvidenceRow.record_id == record_id, EvidenceRow.removed_at.is_(None))
    return tuple(evidence_of(row) for row in session.scalars(query.order_by(EvidenceRow.added_at, EvidenceRow.id)))


def get(session: Session, evidence_id: str) -> Evidence:
    """One file, attached or already removed: the history refers to both."""
    return evidence_of(_row(session, evidence_id))


def _row(session: Session, evidence_id: str) -> EvidenceRow:
    row = session.get(EvidenceRow, evidence_id)
    if row is None:
        raise NotFoundError(f"没有编号为“{evidence_id}”的佐证材料。请刷新该记录后再选。")
    return row


def _mark_removed(session: Session, row: EvidenceRow, author: Author) -> None:
    if row.removed_at is None:
        row.removed_by, row.removed_at = author.actor, author.at
        history.append_changes(session, row.record_id, [(EVIDENCE_PREFIX + row.id, _fact(row), None)], author)


def _fact(row: EvidenceRow) -> list[str | int]:
    """The file as the history tells of it (`core.domain.exchange.evidence_fact`)."""
    return [row.field, row.file_name, row.sha256, row.size, row.media_type]

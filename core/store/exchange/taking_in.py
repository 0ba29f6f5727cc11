"""Writes a joined record: foreign changes into the history, their values where they are shown. One transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.domain.enums import REPORT_FORM, Eligibility, RecordState
from core.domain.errors import NotAllowedError
from core.domain.exchange import (
    EVIDENCE_PREFIX,
    EXPLANATION_PREFIX,
    REMARK_PREFIX,
    STATE,
    Change,
    Dot,
    RecordCopy,
    evidence_fact,
    remark_words,
)
from core.domain.records import RecordEvent
from core.domain.reports import period_of
from core.domain.values import Answers, Stored, is_blank
from core.store import history, records
from core.store.exchange import sites, versions
from core.store.exchange_tables import FieldHeadRow
from core.store.history import Author
from core.store.library.review import MAX_REMARK
from core.store.library_tables import RemarkRow
from core.store.mapping import column_text
from core.store.search import search_text
from core.store.tables import EvidenceRow, ExplanationRow, RecordRow

_WITHDRAWN: Final = "withdrawn"
_REVOKED: Final = "revoked"
_DECIDED: Final = frozenset({
    RecordState.RETURNED.value, RecordState.ADMITTED.value, RecordState.REFUSED.value, RecordState.REMOVED.value,
    RecordState.ACCEPTED.value,
})
_FILED_ON: Final = "filed_on"
_CODE: Final = "credit_code"


@dataclass(frozen=True, slots=True)
class OwnState:
    """A state that the receiver gives to the record after taking it in."""

    state: RecordState
    verdict_number: str
    detail: str
    source: str


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """One record to be taken in. `revision` is that of the record when it was judged (None: it was not here).

    `heads`: fields whose present changes moved, the one that counts first. `own`: values that this store writes
    afterwards, over whatever came. `eligibility` and `open_count` are for the list. `replaces`: a record of the same
    unit and form that makes room for it.
    """

    copy: RecordCopy
    revision: int | None
    new: tuple[Change, ...]
    heads: Mapping[str, tuple[Change, ...]]
    own: tuple[tuple[str, Stored], ...] = ()
    own_source: str = ""
    own_state: OwnState | None = None
    eligibility: Eligibility | None = None
    open_count: int = 0
    replaces: str | None = None


def free_codes(session: Session, writes: Sequence[RecordWrite]) -> None:
    """Let go of the codes of records that a file moves, for one may pass from form to form in the same file."""
    for write in writes:
        row = session.get(RecordRow, write.copy.id) if write.revision is not None and _moves_code(write) else None
        if row is not None:
            row.credit_code = ""
    session.flush()


def _moves_code(write: RecordWrite) -> bool:
    """True when the unit, kind or period of the form may be another one afterwards."""
    written = {*write.heads, *(field for field, _ in write.own)}
    return _CODE in written or (write.copy.form == REPORT_FORM and any(":" not in field for field in written))


def take_in(session: Session, write: RecordWrite, author: Author) -> None:
    """Write one record.

    Raises:
        NotAllowedError: the record has changed since it was judged, or its unit has another living one.
    """
    if write.replaces is not None:
        _make_room(session, write, author)
    row = _row_for(session, write, author)
    heads = {**_heads_that_stay(session, write), **write.heads}
    history.append_foreign(session, row.id, write.new, {sites.ensure(session): ""})
    for change in write.new:
        if change.field == STATE:
            _add_event(session, row.id, change)
    digests = {(e.rule, e.text): e.values_digest for e in write.copy.explanations}
    digests |= {(e.rule, e.text): e.values_digest for e in _explanations(session, row.id)}
    _show(session, row, write)
    if write.revision is None or _moves_code(write):
        row.credit_code = ""  # nobody else's is hit on the way: `settle_columns` gives it, once all has been written
    if STATE in write.heads and write.heads[STATE][0] in write.new:
        row.pack_version = column_text(write.copy.pack_version)
    _keep_heads(session, row.id, heads, write)
    by = Author(author.actor, write.own_source or author.source, author.at)
    write_own(session, row, write.own, by, digests)
    settle_columns(session, row)
    row.revision += 1
    row.updated_at, row.checked_on = author.at, None
    row.eligibility = None if write.eligibility is None else write.eligibility.value
    row.open_count = write.open_count
    if write.own_state is not None:
        own = write.own_state
        by = Author(author.actor, own.source, author.at)
        records.enter_state(session, row, own.state, by, verdict_number=own.verdict_number or None, detail=own.detail)
        records.add_event(
            session, row.id, own.state.value, by, verdict_number=own.verdict_number or None, detail=own.detail
        )
    session.flush()


def write_own(
    session: Session, row: RecordRow, values: Sequence[tuple[str, Stored]], by: Author,
    digests: Mapping[tuple[str, str], str] | None = None,
) -> None:
    """This store's own last word.

    `digests`: (rule, text) → by what an explanation of these words counts; those that stand here are known.
    """
    stated = {(e.rule, e.text): e.values_digest for e in _explanations(session, row.id)} | dict(digests or {})
    for field, value in values:
        if ":" in field:
            history.append_changes(session, row.id, [(field, versions.shown_value(session, row.id, field), value)], by)
            change = Change(Dot("", 0), field, None, value, by.actor, by.at, by.source)
            _show_other(session, row, change, stated)
    # Last of all, for nothing is to be flushed between a new credit code and `settle_columns`.
    answers = [(field, value) for field, value in values if ":" not in field]
    if answers:
        records.overwrite(session, row, answers, by)


def _explanations(session: Session, record_id: str) -> Sequence[ExplanationRow]:
    return session.scalars(select(ExplanationRow).where(ExplanationRow.record_id == record_id)).all()


def _make_room(session: Session, write: RecordWrite, author: Author) -> None:
    old = records.live_row(session, write.replaces or "", lock=True)
    old.deleted_at = old.updated_at = author.at
    records.add_event(session, old.id, "replaced", author, detail=write.copy.id)
    session.flush()


def _row_for(session: Session, write: RecordWrite, author: Author) -> RecordRow:
    copy = write.copy
    if write.revision is not None:
        row = records.live_row(session, copy.id, lock=True)
        if row.revision != write.revision:
            raise NotAllowedError(f"{records.named(row)}刚刚在另一处改过，这个文件一个单位也没有收，请重新接收。")
        return row
    if session.get(RecordRow, copy.id) is not None:
        raise NotAllowedError(f"编号为“{copy.id}”的表刚刚在另一处收到，这个文件一个单位也没有收，请重新接收。")
    row = RecordRow(
        id=copy.id, form=copy.form, credit_code="", unit_name="", office=column_text(copy.office),
        state=RecordState.DRAFT.value, open_count=0, updated_at=author.at, is_sample=copy.is_sample, search_text="",
        pack_version=column_text(copy.pack_version), revision=0, created_at=copy.created_at, period="",
    )
    session.add(row)
    session.flush()
    return row


def _show(session: Session, row: RecordRow, write: RecordWrite) -> None:
    """Bring what is shown in step with the changes that count now."""
    answers: dict[str, Stored] = {}
    digests = {(e.rule, e.text): e.values_digest for e in write.copy.explanations}
    for field, heads in write.heads.items():
        if ":" in field:
            _show_other(session, row, heads[0], digests)
        else:
            answers[field] = heads[0].new
    records.show_answers(session, row, answers, is_new=write.revision is None)


def _show_other(session: Session, row: RecordRow, change: Change, digests: Mapping[tuple[str, str], str]) -> None:
    """Show what is no answer of the form."""
    kind, _, name = change.field.partition(":")
    if change.field == STATE:
        _show_state(row, change)
    elif kind + ":" == EVIDENCE_PREFIX:
        _show_evidence(session, row.id, name, change)
    elif kind + ":" == EXPLANATION_PREFIX:
        _show_explanation(session, row.id, name, change, digests)
    elif kind + ":" == REMARK_PREFIX:
        _show_remark(session, row.id, name, change)


def _show_state(row: RecordRow, change: Change) -> None:
    value = change.new
    if not isinstance(value, list | tuple) or not value:
        return
    row.state = RecordState(str(value[0])).value
    if len(value) > 1 and value[1]:
        row.verdict_number = str(value[1])


def _show_evidence(session: Session, record_id: str, evidence_id: str, change: Change) -> None:
    row = session.get(EvidenceRow, evidence_id)
    if row is not None and row.record_id != record_id:
        raise NotAllowedError("文件中的佐证材料编号与另一张表的相同，这个文件不可信，一个单位也没有收。")
    fact = evidence_fact(change.new)
    if fact is None:
        if row is not None and row.removed_at is None:
            row.removed_by, row.removed_at = change.changed_by, change.changed_at
    elif row is None:
        session.add(EvidenceRow(
            id=evidence_id, record_id=record_id, field=fact.field, file_name=column_text(fact.file_name),
            sha256=fact.sha256, size=fact.size, media_type=fact.media_type, added_by=change.changed_by,
            added_at=change.changed_at,
        ))
    else:
        row.removed_by = row.removed_at = None


def _show_explanation(
    session: Session, record_id: str, rule: str, change: Change, digests: Mapping[tuple[str, str], str]
) -> None:
    stored = session.get(ExplanationRow, (record_id, rule))
    if is_blank(change.new):
        if stored is not None:
            session.delete(stored)
        return
    digest = digests.get((rule, str(change.new)), "")
    if not digest and stored is not None and stored.text == change.new:
        digest = stored.values_digest
    session.merge(ExplanationRow(
        record_id=record_id, rule=rule, text=str(change.new), values_digest=digest, written_by=change.changed_by,
        written_at=change.changed_at,
    ))


def _show_remark(session: Session, record_id: str, remark_id: str, change: Change) -> None:
    row = session.get(RemarkRow, remark_id)
    if row is not None and row.record_id != record_id:
        raise NotAllowedError("文件中的审核意见编号与另一张表的相同，这个文件不可信，一个单位也没有收。")
    words = remark_words(change.new)
    if words is None:
        if row is not None and row.settled_at is None:
            row.settled_at = change.changed_at
        return
    if row is None:
        row = RemarkRow(id=remark_id, record_id=record_id)
        session.add(row)
    row.field, row.text = column_text(words[0]), column_text(words[1], limit=MAX_REMARK)
    row.written_by, row.written_at, row.settled_at = change.changed_by, change.changed_at, None


def _heads_that_stay(session: Session, write: RecordWrite) -> Mapping[str, tuple[Change, ...]]:
    """Present changes that go on counting although later rows of the history, which lost against them, come in."""
    beaten = {change.field for change in write.new} - set(write.heads)
    if not beaten or write.revision is None:
        return {}
    return {f: heads for f, heads in versions.head_changes(session, write.copy.id).items() if f in beaten}


def _keep_heads(
    session: Session, record_id: str, heads: Mapping[str, tuple[Change, ...]], write: RecordWrite
) -> None:
    """Name the present changes of the fields that moved, except where it is simply the last row of the history."""
    if not heads:
        return
    if write.revision is None:
        # The history holds nothing else of it.
        last: dict[str, tuple[Change, ...]] = {change.field: (change,) for change in write.new}
    else:
        session.execute(delete(FieldHeadRow).where(
            FieldHeadRow.record_id == record_id, FieldHeadRow.field.in_(list(heads))
        ))
        last = versions.head_changes(session, record_id)
    rows = [
        {"record_id": record_id, "field": field, "site": c.dot.site, "number": c.dot.number, "is_shown": c is found[0]}
        for field, found in heads.items()
        if tuple(c.dot for c in found) != tuple(c.dot for c in last[field])
        for c in found
    ]
    if rows:
        session.execute(insert(FieldHeadRow), rows)


def settle_columns(session: Session, row: RecordRow) -> None:
    """Code, period and day of filing follow from the answers; the unit may have one living form of a kind and period.

    Raises:
        NotAllowedError: it has another one.
    """
    with session.no_autoflush:
        answers: Answers = records.answers_of(session, row.id)
    row.credit_code = records.code_of(answers.get(_CODE))
    row.period = period_of(row.form, answers)
    if row.form == REPORT_FORM:
        row.filed_on = _day(answers.get(_FILED_ON)) if row.state != RecordState.DRAFT.value else None
    row.search_text = search_text(row.unit_name, row.credit_code)
    records.refuse_second(session, row)


def _day(value: Stored) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _add_event(session: Session, record_id: str, change: Change) -> None:
    value = change.new if isinstance(change.new, list | tuple) else ()
    words = [str(part) for part in value] + ["", "", ""]
    before = change.old[0] if isinstance(change.old, list | tuple) and change.old else None
    kind = _WITHDRAWN if words[0] == RecordState.DRAFT.value and before is not None else words[0]
    if before is None and words[0] == RecordState.DRAFT.value:
        kind = "created"
    if words[0] == RecordState.RECEIVED.value and before in _DECIDED and _day(words[2]) is None:
        kind = _REVOKED  # waiting again because the bureau took its decision back: the detail is its reason
    history.append_event(session, RecordEvent(
        record_id=record_id, kind=kind, happened_at=change.changed_at, actor=change.changed_by, source=change.source,
        verdict_number=words[1] or None, detail=words[2],
    ))

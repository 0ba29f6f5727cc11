"""Records and their answers: every function works inside the transaction that it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import cast
from uuid import uuid4

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from core.domain import credit_code as credit_codes
from core.domain.enums import Eligibility, RecordState
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.exchange import EXPLANATION_PREFIX, STATE
from core.domain.records import Record, RecordEvent, VerdictNote
from core.domain.values import Answers, Stored, is_blank
from core.store import history, overtaken
from core.store.columns import plain_text
from core.store.history import Author
from core.store.mapping import clean_answers, column_text, record_of, same
from core.store.search import search_text
from core.store.tables import AnswerRow, ExplanationRow, RecordRow

MAX_OFFICE = 60
_MAX_CODE = 40
_UNNAMED = "未填名称"

# The answers that the list of units shows too.
_IN_COLUMNS = frozenset({"unit_name", "credit_code", "office"})


def create(session: Session, row: RecordRow, answers: Answers, author: Author) -> Record:
    """Store a new draft; `row` brings form, office, pack version and whether it is a sample."""
    given = {field: value for field, value in clean_answers(answers).items() if value is not None}
    row.id = str(uuid4())
    row.state = RecordState.DRAFT.value  # its history row follows below
    row.revision, row.open_count = 1, 0
    row.created_at = row.updated_at = author.at
    row.unit_name = row.credit_code = ""
    _bring_in_step(row, given)
    refuse_second(session, row)
    session.add(row)
    session.flush()
    if given:
        session.execute(
            insert(AnswerRow),
            [{"record_id": row.id, "field": field, "value": value} for field, value in given.items()],
        )
    steps: list[tuple[str, Stored, Stored]] = [(STATE, None, state_value(RecordState.DRAFT, None, ""))]
    steps += [(field, None, value) for field, value in given.items()]
    history.append_changes(session, row.id, steps, author)
    add_event(session, row.id, "created", author)
    return _loaded(session, row)


def get(session: Session, record_id: str) -> Record:
    """The record with that id."""
    return _loaded(session, live_row(session, record_id))


def find(session: Session, credit_code: str, form: str | None) -> tuple[Record, ...]:
    """The records of that unit, in the order of their forms; a closed one only where none of its kind lives."""
    code = code_of(credit_code)
    if not code:
        return ()
    query = select(RecordRow).where(RecordRow.credit_code == code, RecordRow.deleted_at.is_(None))
    if form is not None:
        query = query.where(RecordRow.form == form)
    rows = session.scalars(query.order_by(RecordRow.form, RecordRow.period, RecordRow.created_at, RecordRow.id)).all()
    living = {(row.form, row.period) for row in rows if not RecordState(row.state).is_closed}
    return tuple(
        _loaded(session, row)
        for row in rows
        if not RecordState(row.state).is_closed or (row.form, row.period) not in living
    )


def set_answers(
    session: Session, record_id: str, changes: Mapping[str, Stored], author: Author,
    period: Callable[[Answers], str] | None = None, expected: Mapping[str, Stored] | None = None,
    judge: Callable[[Record], VerdictNote] | None = None,
) -> Record:
    """Save what really changed, with its history; a blank value removes the answer.

    `period` gives the record's from all its answers; None leaves it. `expected` are the answers that the writer was
    shown: one that reads otherwise by now is not written over (`overtaken.refuse_edited`), and nothing else is saved.
    `judge` checks what is saved, if anything is.
    """
    row = draft_row(session, record_id)
    wanted = clean_answers(changes)
    stored = answers_of(session, record_id, wanted)
    steps = [(field, stored.get(field), value) for field, value in wanted.items() if not same(stored.get(field), value)]
    if not steps:
        return _loaded(session, row)
    if expected is not None:
        overtaken.refuse_edited(session, row, steps, expected)
    _save_answers(session, record_id, steps)
    history.append_changes(session, record_id, steps, author)
    touched = {field: new for field, _, new in steps if field in _IN_COLUMNS}
    now = row.period if period is None else period(answers_of(session, record_id))
    moved = now != row.period
    row.period = now
    if touched:
        _bring_in_step(row, touched)
    if touched or moved:
        refuse_second(session, row)
    touch(row, author)
    saved = _loaded(session, row)
    if judge is not None:
        _note(row, judge(saved))
    return saved


def show_answers(
    session: Session, row: RecordRow, answers: Mapping[str, Stored], *, is_new: bool = False
) -> None:
    """Bring present answers in step with changes that the history holds already (they came from elsewhere).

    `is_new`: the record has no answers yet.
    """
    wanted = clean_answers(answers)
    stored = {} if is_new else answers_of(session, row.id, wanted)
    steps = [(field, stored.get(field), value) for field, value in wanted.items() if not same(stored.get(field), value)]
    _save_answers(session, row.id, steps)
    _bring_in_step(row, {field: new for field, _, new in steps if field in _IN_COLUMNS})


def overwrite(session: Session, row: RecordRow, values: Sequence[tuple[str, Stored]], author: Author) -> None:
    """Write answers as this store's own last word, locked or not, also where they stay as they are.

    Used where files meet: a decision between two versions replaces both.
    """
    stored = answers_of(session, row.id)
    wanted = clean_answers(dict(values))
    steps = [(field, stored.get(field), value) for field, value in wanted.items()]
    history.append_changes(session, row.id, steps, author)
    show_answers(session, row, wanted)


def set_explanation(
    session: Session, record_id: str, rule: str, text: str, values_digest: str, author: Author,
    expected: str | None = None,
) -> Record:
    """Write, replace or (when blank) remove the explanation of one finding.

    `expected` is the text that the writer was shown (blank: there was none); None asks nothing.
    """
    row = draft_row(session, record_id)
    cleaned = column_text(text, limit=len(text)).strip()
    stored = session.get(ExplanationRow, (record_id, rule))
    old = stored.text if stored else None
    if old == (cleaned or None) and (stored is None or stored.values_digest == values_digest):
        return _loaded(session, row)
    if expected is not None and (old or "") not in (expected, cleaned):
        raise overtaken.edited(session, row, EXPLANATION_PREFIX + rule, cleaned or None, old)
    if cleaned:
        session.merge(
            ExplanationRow(
                record_id=record_id,
                rule=rule,
                text=cleaned,
                values_digest=values_digest,
                written_by=author.actor,
                written_at=author.at,
            )
        )
    elif stored is not None:
        session.delete(stored)
    # Confirming the same words for changed values is a step too: the history says when they were meant anew.
    history.append_changes(session, record_id, [(EXPLANATION_PREFIX + rule, old, cleaned or None)], author)
    touch(row, author)
    session.flush()
    return _loaded(session, row)


def note_verdict(
    session: Session,
    record_id: str,
    revision: int,
    eligibility: Eligibility,
    open_count: int,
    number: str,
    checked_on: date,
) -> None:
    """Remember the last check for the list, unless the record has moved on since; it changes nothing of the record."""
    row = live_row(session, record_id, lock=True)
    if row.revision == revision:
        _note(row, VerdictNote(eligibility, open_count, number, checked_on))


def _note(row: RecordRow, note: VerdictNote) -> None:
    row.eligibility = note.eligibility.value
    row.open_count = note.open_count
    row.verdict_number = note.number
    row.checked_on = note.checked_on


def set_state(
    session: Session,
    record_id: str,
    state: RecordState,
    author: Author,
    verdict_number: str | None,
    detail: str,
    expected: Record | None,
) -> Record:
    """Move the record to another state of its life, as an event that says who, when and from where."""
    row = live_row(session, record_id, lock=True)
    if expected is not None:
        overtaken.refuse_moved(session, row, expected)
    kind = "withdrawn" if state is RecordState.DRAFT and row.state != state.value else state.value
    enter_state(session, row, state, author, verdict_number=verdict_number, detail=detail)
    add_event(session, record_id, kind, author, verdict_number=verdict_number, detail=detail)
    return _loaded(session, row)


def enter_state(
    session: Session, row: RecordRow, state: RecordState, author: Author, *, verdict_number: str | None = None,
    detail: str = "",
) -> None:
    """Give the record its state and write it into the history, where the other stores learn of it."""
    was = RecordState(row.state)
    before = state_value(was, row.verdict_number, "")
    row.state = state.value
    row.revision += 1  # whoever judged the record in its former state has to look again
    if was.is_closed and not state.is_closed:
        refuse_second(session, row)
    row.updated_at = author.at
    if verdict_number is not None:
        row.verdict_number = verdict_number
    history.append_changes(session, row.id, [(STATE, before, state_value(state, verdict_number, detail))], author)


def state_value(state: RecordState, verdict_number: str | None, detail: str) -> list[str]:
    """A state as the history keeps it (`core.domain.exchange.STATE`)."""
    return [state.value, verdict_number or "", plain_text(detail)]


def add_event(
    session: Session,
    record_id: str,
    kind: str,
    author: Author,
    *,
    verdict_number: str | None = None,
    detail: str = "",
) -> None:
    """Add a step to the record's life."""
    history.append_event(
        session,
        RecordEvent(
            record_id=record_id,
            kind=kind,
            happened_at=author.at,
            actor=author.actor,
            source=author.source,
            verdict_number=verdict_number,
            detail=plain_text(detail),
        ),
    )


def delete_draft(session: Session, record_id: str, author: Author, expected: datetime | None = None) -> None:
    """Hide a draft and free its credit code; its history stays. Refused if it was changed after `expected`."""
    row = draft_row(session, record_id)
    if expected is not None and row.updated_at != expected:
        what = overtaken.last_step(session, record_id)
        raise NotAllowedError(f"{named(row)}的记录{what}，没有删除。请刷新列表、看过再办。")
    row.deleted_at = row.updated_at = author.at
    add_event(session, record_id, "deleted", author)


def live_row(session: Session, record_id: str, *, lock: bool = False) -> RecordRow:
    """The row of a record that is not deleted; `lock` matters to PostgreSQL, SQLite has locked everything already."""
    row = session.get(RecordRow, record_id, with_for_update=True if lock else None)
    if row is None:
        raise NotFoundError(f"没有编号为“{record_id}”的记录。请刷新单位列表后再选。")
    if row.deleted_at is not None:
        raise NotFoundError(
            f"{named(row)}的记录已经删除{overtaken.deleted_by(session, record_id)}。请刷新单位列表后再选。"
        )
    return row


def revision_of(session: Session, record_id: str) -> int | None:
    """How often the record was changed; None for one that is not there or was deleted."""
    query = select(RecordRow.revision).where(RecordRow.id == record_id, RecordRow.deleted_at.is_(None))
    return session.scalar(query)


def draft_row(session: Session, record_id: str) -> RecordRow:
    """The row of a record whose answers may still change."""
    row = live_row(session, record_id, lock=True)
    state = RecordState(row.state)
    if not state.is_editable:
        who = overtaken.by_whom(session, record_id)
        raise NotAllowedError(f"{named(row)}的记录{state.label}{who}，内容已经锁定。如需修改，请先撤回该记录。")
    return row


def touch(row: RecordRow, author: Author) -> None:
    """Count a saved change; the last check no longer speaks of this content."""
    row.revision += 1
    row.updated_at = author.at
    row.eligibility = row.verdict_number = row.checked_on = None
    row.open_count = 0


def named(row: RecordRow) -> str:
    """The unit as sentences name it."""
    return f"单位“{row.unit_name or _UNNAMED}”" + (f"（{row.credit_code}）" if row.credit_code else "")


def _loaded(session: Session, row: RecordRow) -> Record:
    explanations = session.scalars(
        select(ExplanationRow).where(ExplanationRow.record_id == row.id).order_by(ExplanationRow.rule)
    ).all()
    return record_of(row, answers_of(session, row.id), explanations)


def answers_of(session: Session, record_id: str, fields: Mapping[str, Stored] | None = None) -> dict[str, Stored]:
    """All answers of a record, or those to the given fields."""
    query = select(AnswerRow.field, AnswerRow.value).where(AnswerRow.record_id == record_id)
    if fields is not None:
        query = query.where(AnswerRow.field.in_(list(fields)))
    rows = session.execute(query.order_by(AnswerRow.field)).all()
    return {field: cast(Stored, value) for field, value in rows}


def _save_answers(session: Session, record_id: str, steps: Sequence[tuple[str, Stored, Stored]]) -> None:
    new = [{"record_id": record_id, "field": f, "value": v} for f, old, v in steps if old is None]
    changed = [
        {"record_id": record_id, "field": f, "value": v} for f, old, v in steps if not (old is None or v is None)
    ]
    blank = [field for field, _, value in steps if value is None]
    if new:
        session.flush()
        # Past the unit of work, which would look at every one of them.
        session.connection().execute(cast(Table, AnswerRow.__table__).insert(), new)
    if changed:
        session.execute(update(AnswerRow), changed)
    if blank:
        session.execute(delete(AnswerRow).where(AnswerRow.record_id == record_id, AnswerRow.field.in_(blank)))


def _bring_in_step(row: RecordRow, answers: Answers) -> None:
    """Copy the answers that the list shows into the record's own columns."""
    if "unit_name" in answers:
        row.unit_name = column_text(answers["unit_name"])
    if "credit_code" in answers:
        row.credit_code = code_of(answers["credit_code"])
    # A record always stays under some office: blanking the answer does not orphan it.
    if not is_blank(answers.get("office")):
        row.office = column_text(answers["office"], limit=MAX_OFFICE)
    row.search_text = search_text(row.unit_name, row.credit_code)


def code_of(answer: Stored) -> str:
    """A credit code as the records are found by it."""
    return credit_codes.normalise(column_text(answer))[:_MAX_CODE]


def refuse_second(session: Session, row: RecordRow) -> None:
    """One living record per unit, form and period; a refused or removed one makes room for the next."""
    if not row.credit_code or RecordState(row.state).is_closed:
        return
    with session.no_autoflush:
        other = session.scalars(
            select(RecordRow).where(
                RecordRow.credit_code == row.credit_code,
                RecordRow.form == row.form,
                RecordRow.period == row.period,
                RecordRow.id != row.id,
                RecordRow.deleted_at.is_(None),
                RecordRow.state.not_in([state.value for state in RecordState if state.is_closed]),
            )
        ).first()
    if other is not None:
        same = "同一年度的同一种表" if row.period else "同一种表"
        raise NotAllowedError(
            f"统一社会信用代码{row.credit_code}已经用于单位“{other.unit_name or _UNNAMED}”的{same}，不能再建一份。"
            f"请打开该单位的记录继续填报，或核对代码是否录错。"
        )

"""Remarks, confirmations and decisions on received forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.calendar import format_moment
from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.exchange import REMARK_PREFIX
from core.domain.library import Confirmation, Decision, DecisionKind, Remark
from core.domain.records import Record, RecordSummary
from core.domain.values import Stored
from core.store import history, listing, overtaken, records
from core.store.history import Author
from core.store.library import decisions, members, units, windows
from core.store.library.decisions import NewDecision
from core.store.library.part import Part
from core.store.library_tables import ConfirmationRow, DecisionRow, RemarkRow
from core.store.mapping import column_text
from core.store.tables import RecordRow

_SOURCE: Final = "审核"
_MAX_TEXT: Final = 2000
#: Letters of a remark.
MAX_REMARK: Final = 2000
_STATES: Final = {
    DecisionKind.ADMIT: RecordState.ADMITTED,
    DecisionKind.RETURN: RecordState.RETURNED,
    DecisionKind.REFUSE: RecordState.REFUSED,
}
CONFIRMATION_PREFIX: Final = "confirmation:"


class Reviews(Part):
    """Remarks, confirmations and decisions on received forms."""

    def waiting(self, forms: tuple[str, ...], window_id: int | None) -> tuple[RecordSummary, ...]:
        """Forms that wait for the bureau, and those decided in the window; the longest waiting first."""
        with self._database.read() as session:
            decided = [d.record_id for d in decisions.of_window(session, window_id)] if window_id else []
            waiting = [RecordState.RECOMMENDED.value, RecordState.RECEIVED.value]
            is_here = RecordRow.state.in_(waiting) | RecordRow.id.in_([d for d in decided if d])
            query = select(RecordRow).where(RecordRow.deleted_at.is_(None), RecordRow.form.in_(forms), is_here)
            rows = session.scalars(query.order_by(RecordRow.updated_at, RecordRow.id)).all()
            return tuple(listing.summary_of(row) for row in rows)

    def last_decisions(self, record_ids: tuple[str, ...]) -> Mapping[str, Decision]:
        """The last word on each of these forms, where there is one."""
        query = select(DecisionRow).where(DecisionRow.record_id.in_(record_ids)).order_by(DecisionRow.sequence)
        with self._database.read() as session:
            found = [decisions.decision_of(row) for row in session.scalars(query)]
        return {d.record_id: d for d in decisions.last_words(found) if d.record_id}

    def decisions(self, record_id: str) -> tuple[Decision, ...]:
        """Every decision about a form, oldest first."""
        with self._database.read() as session:
            return decisions.of_record(session, record_id)

    def remark(self, record_id: str, field: str, text: str, *, actor: str) -> Remark:
        """Write a remark on a field (blank: on the whole form)."""
        with self._database.write() as session:
            records.live_row(session, record_id)
            author = self._author(actor, _SOURCE)
            row = RemarkRow(
                id=str(uuid4()), record_id=record_id, field=field, text=column_text(text, limit=MAX_REMARK),
                written_by=author.actor, written_at=author.at,
            )
            session.add(row)
            session.flush()
            history.append_changes(session, record_id, [(REMARK_PREFIX + row.id, None, [row.field, row.text])], author)
            return _remark_of(row)

    def settle_remark(self, remark_id: str, *, actor: str) -> None:
        """Take a remark off: it is done, or was a mistake."""
        with self._database.write() as session:
            row = session.get(RemarkRow, remark_id)
            if row is None:
                raise NotFoundError("这条审核意见已经不在了，请刷新后再看。")
            _settle(session, [row], self._author(actor, _SOURCE))

    def remarks(self, record_id: str) -> tuple[Remark, ...]:
        """The remarks that are not settled, oldest first."""
        query = select(RemarkRow).where(RemarkRow.record_id == record_id, RemarkRow.settled_at.is_(None))
        with self._database.read() as session:
            return tuple(_remark_of(r) for r in session.scalars(query.order_by(RemarkRow.written_at, RemarkRow.id)))

    def confirm(
        self, record_id: str, rule: str, *, is_clear: bool, basis: str, actor: str, expected: Confirmation | None
    ) -> Confirmation:
        """The bureau's own finding on a rule in place of the `expected` one; the history keeps every earlier one."""
        with self._database.write() as session:
            records.live_row(session, record_id, lock=True)
            author = self._author(actor, _SOURCE)
            earlier = session.get(ConfirmationRow, (record_id, rule))
            row = ConfirmationRow(
                record_id=record_id, rule=rule, is_clear=is_clear, basis=column_text(basis, limit=_MAX_TEXT),
                confirmed_by=author.actor, confirmed_at=author.at,
            )
            _refuse_other_finding(earlier, row, expected)
            old: Stored = None if earlier is None else _as_history(earlier)
            new: Stored = _as_history(row)
            history.append_changes(session, record_id, [(CONFIRMATION_PREFIX + rule, old, new)], author)
            return _confirmation_of(session.merge(row))

    def confirmations(self, record_id: str) -> Mapping[str, Confirmation]:
        """The present findings by rule id."""
        query = select(ConfirmationRow).where(ConfirmationRow.record_id == record_id).order_by(ConfirmationRow.rule)
        with self._database.read() as session:
            return {row.rule: _confirmation_of(row) for row in session.scalars(query)}

    def last_bases(self) -> Mapping[str, str]:
        """What each rule was last checked against, whatever the form."""
        query = select(ConfirmationRow.rule, ConfirmationRow.basis).order_by(ConfirmationRow.confirmed_at)
        with self._database.read() as session:
            return {row.rule: row.basis for row in session.execute(query)}

    def decide(self, record: Record, new: NewDecision, *, actor: str) -> Decision:
        """Admit, return or refuse a received form, as the caller saw it."""
        with self._database.write() as session:
            author = self._author(actor, _SOURCE)
            row = records.live_row(session, record.id, lock=True)
            if new.kind is DecisionKind.ADMIT:
                _refuse_second_in_batch(session, row, new.window_id)
                _settle_all(session, record.id, author)
            decision = decisions.append(session, new, author)
            records.set_state(session, record.id, _STATES[new.kind], author, new.verdict_number, new.reason, record)
            return decision

    def revoke(self, record_id: str, *, day: date, actor: str, expected: Decision | None = None) -> Decision:
        """Take the last decision on a form back, so that it waits again; refused once its window is closed.

        `expected` is the decision that is meant; None means whichever is the last.
        """
        with self._database.write() as session:
            author = self._author(actor, _SOURCE)
            row = records.live_row(session, record_id, lock=True)
            last = next(iter(decisions.last_words(decisions.of_record(session, record_id))), None)
            if last is None or row.state != _STATES.get(last.kind, RecordState.RECEIVED).value:
                raise NotAllowedError(f"{records.named(row)}没有可以撤销的审核决定。")
            if expected is not None and last.sequence != expected.sequence:
                what = overtaken.last_step(session, record_id)
                raise NotAllowedError(f"{records.named(row)}{what}，不是您要撤销的那个决定。请刷新后再看。")
            return take_back(session, last, row, day, author, "撤销审核决定")


def take_back(
    session: Session, last: Decision, row: RecordRow, day: date, author: Author, reason: str
) -> Decision:
    """Revoke the last decision on a form inside a transaction."""
    running = windows.open_row(session)
    if last.window_id is not None and (running is None or running.id != last.window_id):
        raise NotAllowedError(f"{records.named(row)}的审核决定所在批次已经关闭，名单已定，不能撤销（三(二)2）。")
    decision = decisions.append(
        session, NewDecision(DecisionKind.REVOKE, day, last.window_id, last.record_id, reason=reason), author
    )
    records.enter_state(session, row, RecordState.RECEIVED, author, detail=reason)
    records.add_event(session, row.id, "revoked", author, detail=reason)
    session.flush()
    return decision


def pending_admissions(session: Session, window_id: int) -> tuple[RecordRow, ...]:
    """The forms that the window admits when it closes."""
    words = decisions.last_words(decisions.of_window(session, window_id))
    return tuple(
        session.get_one(RecordRow, d.record_id) for d in words if d.kind is DecisionKind.ADMIT and d.record_id
    )


def _refuse_second_in_batch(session: Session, row: RecordRow, window_id: int | None) -> None:
    unit = units.find_by_code(session, row.credit_code)
    if unit is not None and members.active_of(session, unit.id, row.form) is not None:
        raise NotAllowedError(f"{records.named(row)}已经在培育库中（同一类别），同一类别不能重复入库（三(二)2）。")
    for other in pending_admissions(session, window_id) if window_id is not None else ():
        same_unit = unit is not None and units.find_by_code(session, other.credit_code) is unit
        if other.form == row.form and (other.credit_code == row.credit_code or same_unit):
            raise NotAllowedError(
                f"{records.named(row)}在本批次已经以“{other.unit_name}”的名义纳入同一类别，不能重复推荐（三(二)2）。"
            )


def _refuse_other_finding(
    earlier: ConfirmationRow | None, row: ConfirmationRow, expected: Confirmation | None
) -> None:
    """A colleague's finding that the reviewer has not seen is not written over by another one."""
    if earlier is None or _as_history(earlier) == _as_history(row):
        return
    if expected is None or (earlier.is_clear, earlier.basis) != (expected.is_clear, expected.basis):
        found = "查无此情形" if earlier.is_clear else "有此情形"
        raise NotAllowedError(
            f"{row.rule}刚由{earlier.confirmed_by}核对为“{found}”（{format_moment(earlier.confirmed_at)}，"
            f"依据：{earlier.basis}），您填的没有保存。请看过再确认。"
        )


def _settle_all(session: Session, record_id: str, author: Author) -> None:
    query = select(RemarkRow).where(RemarkRow.record_id == record_id, RemarkRow.settled_at.is_(None))
    _settle(session, session.scalars(query.order_by(RemarkRow.written_at, RemarkRow.id)).all(), author)


def _settle(session: Session, remarks: Sequence[RemarkRow], author: Author) -> None:
    for row in remarks:
        if row.settled_at is None:
            row.settled_at = author.at
            change: tuple[str, Stored, Stored] = (REMARK_PREFIX + row.id, [row.field, row.text], None)
            history.append_changes(session, row.record_id, [change], author)


def _as_history(row: ConfirmationRow) -> list[str]:
    return ["clear" if row.is_clear else "found", row.basis]


def _remark_of(row: RemarkRow) -> Remark:
    return Remark(row.id, row.record_id, row.field, row.text, row.written_by, row.written_at)


def _confirmation_of(row: ConfirmationRow) -> Confirmation:
    return Confirmation(row.record_id, row.rule, row.is_clear, row.basis, row.confirmed_by, row.confirmed_at)

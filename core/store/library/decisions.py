"""Rows of decisions: appended, and which of them is the last word. Works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.domain.library import Decision, DecisionKind
from core.domain.values import Answers
from core.store.history import Author
from core.store.library_tables import DecisionRow
from core.store.mapping import clean_answers, column_text

_MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What is decided, before it has a number."""

    kind: DecisionKind
    decided_on: date
    window_id: int | None = None
    record_id: str | None = None
    membership_id: str | None = None
    subject: str = ""
    rule: str = ""
    clause: str = ""
    reason: str = ""
    verdict_number: str | None = None
    as_of: date | None = None
    pack_digest: str = ""
    answers: Answers | None = None


def append(session: Session, new: NewDecision, author: Author) -> Decision:
    """Write the decision; gives it with its number."""
    sequence = session.execute(
        insert(DecisionRow)
        .values(
            window_id=new.window_id, kind=new.kind.value, record_id=new.record_id, membership_id=new.membership_id,
            subject=column_text(new.subject), rule=new.rule, clause=new.clause,
            reason=column_text(new.reason, limit=_MAX_TEXT), verdict_number=new.verdict_number, as_of=new.as_of,
            pack_digest=new.pack_digest, answers=None if new.answers is None else clean_answers(new.answers),
            decided_on=new.decided_on, decided_by=author.actor, recorded_at=author.at,
        )
        .returning(DecisionRow.sequence)
    ).scalar_one()
    return decision_of(session.get_one(DecisionRow, sequence))


def of_record(session: Session, record_id: str) -> tuple[Decision, ...]:
    """Every decision about a form, oldest first."""
    query = select(DecisionRow).where(DecisionRow.record_id == record_id).order_by(DecisionRow.sequence)
    return tuple(decision_of(row) for row in session.scalars(query))


def of_members(session: Session, membership_ids: Iterable[str] | None = None) -> tuple[Decision, ...]:
    """Every decision about members (all, or these), oldest first."""
    query = select(DecisionRow).where(DecisionRow.membership_id.is_not(None)).order_by(DecisionRow.sequence)
    if membership_ids is not None:
        query = query.where(DecisionRow.membership_id.in_(list(membership_ids)))
    return tuple(decision_of(row) for row in session.scalars(query))


def of_window(session: Session, window_id: int) -> tuple[Decision, ...]:
    """Every decision of a window, oldest first."""
    query = select(DecisionRow).where(DecisionRow.window_id == window_id).order_by(DecisionRow.sequence)
    return tuple(decision_of(row) for row in session.scalars(query))


def last_words(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The last decision about each form and each matter of a member, without those that were taken back."""
    last: dict[tuple[str | None, str | None, str], Decision] = {}
    for decision in decisions:
        key = (decision.record_id, decision.membership_id, decision.subject)
        last.pop(key, None)
        last[key] = decision
    return tuple(d for d in last.values() if d.kind is not DecisionKind.REVOKE)


def decision_of(row: DecisionRow) -> Decision:
    """A decision as callers get it."""
    return Decision(
        row.sequence, row.window_id, DecisionKind(row.kind), row.record_id, row.membership_id, row.subject, row.rule,
        row.clause, row.reason, row.verdict_number, row.as_of, row.pack_digest, cast("Answers | None", row.answers),
        row.decided_on, row.decided_by,
    )

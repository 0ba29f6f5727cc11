"""Third-party evaluations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.tiers import Evaluation, EvaluationFacts
from core.store.library import members
from core.store.library.part import Part
from core.store.library_tables import EvaluationRow
from core.store.mapping import column_text

_MAX_NOTE = 2000


class Evaluations(Part):
    """Third-party evaluations. One that was taken back stays, marked, and counts no more."""

    def add(self, membership_id: str, facts: EvaluationFacts, *, report: tuple[str, str], actor: str) -> Evaluation:
        """Record an evaluation of a member; `report` is name and SHA-256 of the stored report, blank without one."""
        author = self._author(actor, "第三方评价")
        with self._database.write() as session:
            membership = members.membership_of(session, membership_id)
            if not membership.is_active:
                raise NotAllowedError(
                    f"“{membership.unit_name}”已于{membership.left_on}离开培育库，不能再登记第三方评价（三(三)）。"
                )
            _refuse_second(session, membership_id, facts)
            row = EvaluationRow(
                id=str(uuid4()), membership_id=membership_id, body_name=column_text(facts.body_name),
                body_code=column_text(facts.body_code), body_representative=column_text(facts.body_representative),
                standard=column_text(facts.standard), standard_title=column_text(facts.standard_title),
                evaluated_on=facts.evaluated_on, meets=facts.meets, score=facts.score, report=column_text(report[0]),
                report_sha256=report[1], note=column_text(facts.note, limit=_MAX_NOTE), added_by=author.actor,
                added_at=author.at,
            )
            session.add(row)
            session.flush()
            return _evaluation_of(row)

    def get(self, evaluation_id: str) -> Evaluation:
        """The evaluation with that id, also one that was taken back."""
        with self._database.read() as session:
            return _evaluation_of(_live(session, evaluation_id))

    def standing(self, membership_ids: Iterable[str] | None = None) -> tuple[Evaluation, ...]:
        """Evaluations of these members (of all when none are named) that count, oldest first."""
        query = select(EvaluationRow).where(EvaluationRow.withdrawn_at.is_(None))
        if membership_ids is not None:
            query = query.where(EvaluationRow.membership_id.in_(tuple(membership_ids)))
        query = query.order_by(EvaluationRow.evaluated_on, EvaluationRow.added_at, EvaluationRow.id)
        with self._database.read() as session:
            return tuple(_evaluation_of(row) for row in session.scalars(query))

    def withdraw(self, evaluation_id: str, *, reason: str, actor: str) -> None:
        """Take an evaluation back: who, when and why are kept beside it."""
        author = self._author(actor, "第三方评价")
        with self._database.write() as session:
            row = _live(session, evaluation_id)
            if row.withdrawn_at is not None:
                raise NotAllowedError(f"“{row.body_name}”{row.evaluated_on}的评价已经撤回，不用重复撤回。")
            words = f"{author.actor}撤回{f'：{reason}' if reason else ''}"
            row.withdrawn_at = author.at
            row.note = column_text("；".join(part for part in (row.note, words) if part), limit=_MAX_NOTE)

    def by_representative(self, representative: str, first: date, last: date) -> tuple[Evaluation, ...]:
        """The evaluations that count, made from `first` to `last` by bodies with that legal representative."""
        query = select(EvaluationRow).where(
            EvaluationRow.body_representative == representative, EvaluationRow.withdrawn_at.is_(None),
            EvaluationRow.evaluated_on >= first, EvaluationRow.evaluated_on <= last,
        )
        with self._database.read() as session:
            found = session.scalars(query.order_by(EvaluationRow.evaluated_on, EvaluationRow.id))
            return tuple(_evaluation_of(row) for row in found)


def _live(session: Session, evaluation_id: str) -> EvaluationRow:
    row = session.get(EvaluationRow, evaluation_id)
    if row is None:
        raise NotFoundError(f"没有编号为“{evaluation_id}”的第三方评价，请刷新后再选。")
    return row


def _refuse_second(session: Session, membership_id: str, facts: EvaluationFacts) -> None:
    query = select(EvaluationRow).where(
        EvaluationRow.membership_id == membership_id, EvaluationRow.body_code == facts.body_code,
        EvaluationRow.standard == facts.standard, EvaluationRow.standard_title == facts.standard_title,
        EvaluationRow.evaluated_on == facts.evaluated_on, EvaluationRow.withdrawn_at.is_(None),
    )
    if session.scalars(query).first() is not None:
        raise NotAllowedError(
            f"“{facts.body_name}”{facts.evaluated_on}对照同一标准的评价已经登记过；要改的请先撤回原来那条再登记。"
        )


def _evaluation_of(row: EvaluationRow) -> Evaluation:
    return Evaluation(
        row.id, row.membership_id, row.body_name, row.body_code, row.body_representative, row.standard,
        row.standard_title, row.evaluated_on, row.meets, row.score, row.report, row.report_sha256, row.note,
        row.added_by, row.added_at,
    )

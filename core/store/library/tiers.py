"""Calls, checklists and steps of members towards city and nation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Membership, Tier
from core.domain.tiers import ChecklistItem, TierCall, TierStep, TierStepKind, pending
from core.domain.values import Stored
from core.store.history import Author
from core.store.library import levels, members
from core.store.library.part import Part
from core.store.library_tables import ChecklistRow, MembershipRow, TierCallRow, TierStepRow
from core.store.mapping import column_text
from core.store.tables import AnswerRow

_SOURCE: Final = "梯度培育"
_MAX_REASON: Final = 2000


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be written; `trace` holds (rule, outcome, message) of the gate as it was."""

    membership_id: str
    tier: Tier
    kind: TierStepKind
    day: date
    clause: str
    call_id: str | None = None
    document: str = ""
    reason: str = ""
    trace: tuple[tuple[str, str, str], ...] = ()


class Tiers(Part):
    """Calls, checklists and steps of members towards city and nation."""

    # Calls and checklists

    def add_call(
        self, *, tier: Tier, year: int, title: str, issued_on: date, deadline: date, quota: int | None,
        documents: Sequence[str],
    ) -> TierCall:
        """Keep a call; its id tells tier, year and number: `city-2026-1`."""
        with self._database.write() as session:
            same = select(TierCallRow).where(TierCallRow.tier == tier.value, TierCallRow.year == year)
            if session.scalars(same.where(TierCallRow.title == column_text(title))).first() is not None:
                raise NotAllowedError(f"{tier.label}{year}年的申报通知“{title}”已经登记过，请核对名称。")
            number = (session.scalar(select(func.count()).select_from(same.subquery())) or 0) + 1
            row = TierCallRow(
                id=f"{tier.value}-{year}-{number}", tier=tier.value, year=year, title=column_text(title),
                issued_on=issued_on, deadline=deadline, quota=quota, documents=[column_text(d) for d in documents],
            )
            session.add(row)
            session.flush()
            return _call_of(row)

    def calls(self, tier: Tier | None = None) -> tuple[TierCall, ...]:
        """The calls (of one tier), the latest deadline first."""
        query = select(TierCallRow).order_by(TierCallRow.deadline.desc(), TierCallRow.id)
        if tier is not None:
            query = query.where(TierCallRow.tier == tier.value)
        with self._database.read() as session:
            return tuple(_call_of(row) for row in session.scalars(query))

    def call(self, call_id: str) -> TierCall:
        """The call with that id."""
        with self._database.read() as session:
            return _call(session, call_id)

    def checklist(self, call_id: str, membership_id: str) -> tuple[ChecklistItem, ...]:
        """Every document that the call asks, in its order, with what the member has brought."""
        with self._database.read() as session:
            return _checklist(session, _call(session, call_id), membership_id)

    def tick(
        self, call_id: str, membership_id: str, document: str, *, done_on: date | None, note: str
    ) -> tuple[ChecklistItem, ...]:
        """Note that a document is there, or is not (None)."""
        with self._database.write() as session:
            call = _call(session, call_id)
            _active(session, membership_id)
            if document not in call.documents:
                asked = "、".join(call.documents) or "没有要求材料"
                raise NotFoundError(f"“{call.title}”要求的材料中没有“{document}”，要求的是：{asked}。")
            row = session.get(ChecklistRow, (call_id, membership_id, document))
            if row is None:
                row = ChecklistRow(call_id=call_id, membership_id=membership_id, document=document)
                session.add(row)
            row.done_on, row.note = done_on, column_text(note)
            session.flush()
            return _checklist(session, call, membership_id)

    # Steps

    def steps(self, membership_ids: Iterable[str] | None = None) -> tuple[TierStep, ...]:
        """Steps of these members (of all when none are named), oldest first."""
        with self._database.read() as session:
            return _steps(session, membership_ids)

    def give_opinion(self, new: NewStep, *, actor: str) -> TierStep:
        """Agree or disagree; refused while a recommendation waits for its result."""
        with self._database.write() as session:
            membership = _active(session, new.membership_id)
            if _already(membership, new.tier):
                raise NotAllowedError(_already(membership, new.tier))
            before = _steps(session, (membership.id,))
            waiting = pending(before, new.tier)
            if waiting is not None:
                raise NotAllowedError(
                    f"“{membership.unit_name}”已于{waiting.happened_on}推荐到{new.tier.label}，等结果登记后再表态。"
                )
            return _append(session, membership, before, new, self._author(actor, _SOURCE))

    def refusals(self, membership_id: str, tier: Tier, call_id: str, day: date) -> tuple[str, ...]:
        """Why this member cannot be recommended in that call on that day, a sentence each; the gate is not asked."""
        with self._database.read() as session:
            membership = members.membership_of(session, membership_id)
            return _refusals(session, membership, tier, _call(session, call_id), day)

    def recommend(self, new: NewStep, *, actor: str) -> TierStep:
        """Recommend a member in a call; quota, deadline and documents are looked at in the same transaction."""
        with self._database.write() as session:
            membership = _active(session, new.membership_id)
            for sentence in _refusals(session, membership, new.tier, _call(session, new.call_id or ""), new.day):
                raise NotAllowedError(sentence)
            before = _steps(session, (membership.id,))
            return _append(session, membership, before, new, self._author(actor, _SOURCE))

    def decide(self, new: NewStep, *, actor: str) -> TierStep:
        """The result of the recommendation that waits; an approval raises the member's tier in the same breath."""
        with self._database.write() as session:
            membership = _active(session, new.membership_id)
            before = _steps(session, (membership.id,))
            waiting = pending(before, new.tier)
            if waiting is None:
                raise NotAllowedError(
                    f"“{membership.unit_name}”没有等待结果的{new.tier.label}推荐，请先推荐再登记结果（{new.clause}）。"
                )
            step = _append(session, membership, before, new, self._author(actor, _SOURCE), call_id=waiting.call_id)
            if new.kind is TierStepKind.APPROVED:
                _row(session, membership.id).tier = new.tier.value
            return step

    def places_taken(self, call_id: str) -> int:
        """How many of a call's places are taken, as `recommend` counts them."""
        with self._database.read() as session:
            return len(_places_taken(session, call_id))

    def end(self, new: NewStep, *, actor: str) -> TierStep:
        """The city or the nation took the member off its list; it stays in the library."""
        with self._database.write() as session:
            membership = _active(session, new.membership_id)
            if membership.tier is Tier.DISTRICT or (new.tier is Tier.NATION and membership.tier is not Tier.NATION):
                raise NotAllowedError(f"“{membership.unit_name}”不在{new.tier.label}名单上，不用办理退出。")
            author = self._author(actor, _SOURCE)
            if new.tier is Tier.NATION:
                step = _append(session, membership, _steps(session, (membership.id,)), new, author)
                _row(session, membership.id).tier = Tier.CITY.value
                return step
            _require_order(membership, _steps(session, (membership.id,)), new.day)
            levels.end_all(session, membership.id, new.day, new.reason, new.clause, author, document=new.document)
            return _steps(session, (membership.id,))[-1]

    def answered(self, field: str, record_ids: Iterable[str]) -> Mapping[str, Stored]:
        """Record id → its answer, of the records that answer this field: who claims priority at all."""
        wanted = select(AnswerRow.record_id, AnswerRow.value).where(
            AnswerRow.field == field, AnswerRow.record_id.in_(tuple(record_ids))
        )
        with self._database.read() as session:
            return {row.record_id: cast(Stored, row.value) for row in session.execute(wanted)}


def _refusals(
    session: Session, membership: Membership, tier: Tier, call: TierCall, day: date
) -> tuple[str, ...]:
    name, clause = membership.unit_name, _clause(tier)
    if not membership.is_active:
        return (f"“{name}”已于{membership.left_on}离开培育库，不能推荐（{clause}）。",)
    if call.tier is not tier:
        return (f"“{call.title}”是{call.tier.label}的申报通知，不能用来推荐到{tier.label}，请另选（{clause}）。",)
    if _already(membership, tier):
        return (_already(membership, tier),)
    found = []
    if not call.issued_on <= day <= call.deadline:
        when = "还没有发布" if day < call.issued_on else "已经截止"
        found.append(
            f"“{call.title}”{when}（{call.issued_on}发布，{call.deadline}截止），{day}不能按它推荐“{name}”（{clause}）。"
        )
    steps = _steps(session, (membership.id,))
    found.extend(_repeated(steps, membership, tier, call))
    sent = _places_taken(session, call.id)
    if call.quota is not None and len(sent) >= call.quota:
        found.append(
            f"“{call.title}”限额{call.quota}家，已经推荐{len(sent)}家，不能再推荐“{name}”，请择优调整（{clause}）。"
        )
    missing = [item.document for item in _checklist(session, call, membership.id) if item.done_on is None]
    if missing:
        found.append(
            f"“{name}”还缺“{call.title}”要求的{len(missing)}项材料：{'、'.join(missing)}，收齐、勾选后再推荐（{clause}）。"
        )
    return tuple(found)


def _repeated(steps: Sequence[TierStep], membership: Membership, tier: Tier, call: TierCall) -> list[str]:
    name, clause = membership.unit_name, _clause(tier)
    in_call = [s for s in steps if s.kind is TierStepKind.RECOMMENDED and s.call_id == call.id]
    if in_call:
        return [f"“{name}”已于{in_call[-1].happened_on}按“{call.title}”推荐过，同一通知不能推荐两次（{clause}）。"]
    waiting = pending(steps, tier)
    if waiting is not None:
        return [f"“{name}”{waiting.happened_on}推荐到{tier.label}还没有结果，登记结果后才能再推荐（{clause}）。"]
    return []


def _places_taken(session: Session, call_id: str) -> set[str]:
    """Members that were recommended in the call; one that left before any result gives its place back."""
    sent = select(TierStepRow.membership_id).where(
        TierStepRow.call_id == call_id, TierStepRow.kind == TierStepKind.RECOMMENDED.value
    )
    results = (TierStepKind.APPROVED.value, TierStepKind.REJECTED.value)
    settled = select(TierStepRow.membership_id).where(TierStepRow.call_id == call_id, TierStepRow.kind.in_(results))
    held = set(session.scalars(sent))
    left = set(
        session.scalars(select(MembershipRow.id).where(MembershipRow.id.in_(held), MembershipRow.left_on.is_not(None)))
    )
    return held - (left - set(session.scalars(settled)))


def _append(
    session: Session, membership: Membership, before: Sequence[TierStep], new: NewStep, author: Author, *,
    call_id: str | None = None,
) -> TierStep:
    _require_order(membership, before, new.day)
    session.execute(
        insert(TierStepRow).values(
            membership_id=membership.id, tier=new.tier.value, kind=new.kind.value, call_id=call_id or new.call_id,
            happened_on=new.day, document=column_text(new.document), reason=column_text(new.reason, limit=_MAX_REASON),
            clause=new.clause, trace=[list(part) for part in new.trace], recorded_by=author.actor,
            recorded_at=author.at,
        )
    )
    return _steps(session, (membership.id,))[-1]


def _require_order(membership: Membership, before: Sequence[TierStep], day: date) -> None:
    """Steps follow one another in time: what a member held on a past day never changes afterwards."""
    earliest, what = (before[-1].happened_on, "上一步") if before else (membership.admitted_on, "入库")
    if day < earliest:
        raise NotAllowedError(f"“{membership.unit_name}”{what}的日期是{earliest}，现在填的{day}更早，请核对日期。")


def _already(membership: Membership, tier: Tier) -> str:
    if membership.tier not in (tier, Tier.NATION):
        return ""
    return f"“{membership.unit_name}”已经是{membership.tier.label}，不用再推荐到{tier.label}（{_clause(tier)}）。"


def _active(session: Session, membership_id: str) -> Membership:
    membership = members.membership_of(session, membership_id)
    if not membership.is_active:
        raise NotAllowedError(
            f"“{membership.unit_name}”已于{membership.left_on}离开培育库，不能再办梯度培育（三(三)）。"
        )
    return membership


def _row(session: Session, membership_id: str) -> MembershipRow:
    row = session.get(MembershipRow, membership_id)
    if row is None:
        raise LookupError(membership_id)
    return row


def _clause(tier: Tier) -> str:
    return "三(三)" if tier is Tier.CITY else "二"


def _call(session: Session, call_id: str) -> TierCall:
    row = session.get(TierCallRow, call_id)
    if row is None:
        raise NotFoundError(f"没有编号为“{call_id}”的申报通知，请核对编号，或先登记通知。")
    return _call_of(row)


def _call_of(row: TierCallRow) -> TierCall:
    documents = row.documents if isinstance(row.documents, list) else []
    return TierCall(
        row.id, Tier(row.tier), row.year, row.title, row.issued_on, row.deadline, row.quota,
        tuple(str(document) for document in documents),
    )


def _checklist(session: Session, call: TierCall, membership_id: str) -> tuple[ChecklistItem, ...]:
    query = select(ChecklistRow).where(
        ChecklistRow.call_id == call.id, ChecklistRow.membership_id == membership_id
    )
    brought = {row.document: row for row in session.scalars(query)}
    return tuple(
        ChecklistItem(
            call.id, membership_id, document, brought[document].done_on if document in brought else None,
            brought[document].note if document in brought else "",
        )
        for document in call.documents
    )


def _steps(session: Session, membership_ids: Iterable[str] | None) -> tuple[TierStep, ...]:
    query = select(TierStepRow).order_by(TierStepRow.sequence)
    if membership_ids is not None:
        query = query.where(TierStepRow.membership_id.in_(tuple(membership_ids)))
    return tuple(_step_of(row) for row in session.scalars(query))


def _step_of(row: TierStepRow) -> TierStep:
    trace = row.trace if isinstance(row.trace, list) else []
    return TierStep(
        row.sequence, row.membership_id, Tier(row.tier), TierStepKind(row.kind), row.call_id, row.happened_on,
        row.document, row.reason, row.clause, tuple((str(r), str(o), str(m)) for r, o, m in trace), row.recorded_by,
        row.recorded_at,
    )

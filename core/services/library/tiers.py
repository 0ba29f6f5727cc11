"""梯度培育 (三(三), 二): calls of city and nation, the bureau's opinion, recommendation, result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.enums import Outcome
from core.domain.errors import NotAllowedError
from core.domain.finding import Finding
from core.domain.library import Membership, Tier
from core.domain.tiers import (
    ChecklistItem,
    Evaluation,
    TierCall,
    TierStep,
    TierStepKind,
    held_since,
    last_opinion,
    opinion,
)
from core.rules.facts import CityFacts, NationFacts
from core.rules.members import judge_member
from core.services import drafts
from core.services.library import evaluations
from core.services.library.access import day_of, require_bureau
from core.services.library.members import members, membership
from core.services.workspace import Workspace
from core.store.library.tiers import NewStep

_CLAUSES: Final = {Tier.CITY: "三(三)", Tier.NATION: "二"}
_BELOW: Final = {Tier.CITY: Tier.DISTRICT, Tier.NATION: Tier.CITY}
_GROUNDS_FIELD: Final = "priority_grounds"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member that may go up a tier: `grounds` are the Q rules met, `findings` the gate, `evaluation` the newest."""

    membership: Membership
    grounds: tuple[str, ...]
    findings: tuple[Finding, ...]
    steps: tuple[TierStep, ...]
    evaluation: Evaluation | None

    @property
    def is_ready(self) -> bool:
        """True when the gate is open."""
        return all(finding.outcome is Outcome.MET for finding in self.findings)


# Calls and checklists


def calls(ws: Workspace, tier: Tier | None = None) -> tuple[TierCall, ...]:
    """The calls (of one tier), the latest deadline first."""
    return ws.store.library.tiers.calls(tier)


def call(ws: Workspace, call_id: str) -> TierCall:
    """One call.

    Raises:
        NotFoundError: there is none with that id.
    """
    return ws.store.library.tiers.call(call_id)


def add_call(
    ws: Workspace,
    *,
    tier: Tier,
    year: int,
    title: str,
    issued_on: date,
    deadline: date,
    quota: int | None,
    documents: Sequence[str],
) -> TierCall:
    """Keep an 申报通知 of the city or the nation: until when, how many (None: no limit), with which documents.

    Raises:
        NotAllowedError: not the bureau; a part is wrong; the call is there already.
    """
    require_bureau(ws)
    clause = _clause(tier)
    if not title.strip():
        raise NotAllowedError(f"没有填申报通知的名称（文号），请补填（{clause}）。")
    if deadline < day_of(ws, issued_on):
        raise NotAllowedError(f"截止日期{deadline}早于发布日期{issued_on}，请核对日期。")
    if quota is not None and quota < 1:
        raise NotAllowedError(f"限额应从1起，现在是{quota}；不限家数的不用填。")
    asked = tuple(d.strip() for d in documents if d.strip())
    if len(set(asked)) < len(asked):
        raise NotAllowedError("要求的材料中有重复的，请删去重复的再登记。")
    return ws.store.library.tiers.add_call(
        tier=tier, year=year, title=title.strip(), issued_on=issued_on, deadline=deadline, quota=quota, documents=asked
    )


def checklist(ws: Workspace, call_id: str, membership_id: str) -> tuple[ChecklistItem, ...]:
    """Every document that the call asks, with what the member has brought.

    Raises:
        NotFoundError: no such call.
    """
    return ws.store.library.tiers.checklist(call_id, membership_id)


def tick(
    ws: Workspace,
    call_id: str,
    membership_id: str,
    document: str,
    *,
    done: bool,
    note: str = "",
    on: date | None = None,
) -> tuple[ChecklistItem, ...]:
    """Note that a document is there (on that day), or is not after all; gives the whole checklist.

    Raises:
        NotAllowedError: not the bureau, or the unit has left the library.
        NotFoundError: no such call or member, or the call asks no such document.
    """
    require_bureau(ws)
    day = day_of(ws, on)
    return ws.store.library.tiers.tick(
        call_id, membership_id, document.strip(), done_on=day if done else None, note=note.strip()
    )


# Steps


def steps(ws: Workspace, membership_id: str) -> tuple[TierStep, ...]:
    """What happened to a member on its way up, oldest first."""
    return ws.store.library.tiers.steps((membership_id,))


def gate(ws: Workspace, membership_id: str, tier: Tier, on: date | None = None) -> tuple[Finding, ...]:
    """T1 for the city, T2 for the nation, with the actual values of the member.

    Raises:
        NotAllowedError: nothing leads to the district tier but admission.
        NotFoundError: no such member.
    """
    _clause(tier)
    member, day = membership(ws, membership_id), day_of(ws, on)
    return _judge(ws, member, tier, steps(ws, membership_id), evaluations.newest(ws, membership_id, day), day)


def obstacles(
    ws: Workspace, membership_id: str, tier: Tier, call_id: str, on: date | None = None
) -> tuple[str, ...]:
    """Why `recommend` would be refused now, a sentence each; empty when it may be done.

    Raises:
        NotFoundError: no such member or call.
    """
    day = day_of(ws, on)
    findings = gate(ws, membership_id, tier, day)
    return _obstacles(ws, membership(ws, membership_id), tier, call_id, findings, day)


def agree(
    ws: Workspace, membership_id: str, tier: Tier, *, agreed: bool, reason: str = "", on: date | None = None
) -> TierStep:
    """区局推荐同意 (三(三)), or the refusal with its reason; it stands until the next result.

    Raises:
        NotAllowedError: not the bureau; nothing to agree to yet (no evaluation that meets; to the nation before the
            city, T2); a refusal without reason; a result is awaited.
        NotFoundError: no such member.
    """
    require_bureau(ws)
    clause = _clause(tier)
    member, day = membership(ws, membership_id), day_of(ws, on)
    if not agreed and not reason.strip():
        raise NotAllowedError(f"不同意推荐“{member.unit_name}”要写明理由（{clause}）。")
    evaluation = evaluations.newest(ws, membership_id, day)
    if agreed and tier is Tier.CITY and (evaluation is None or not evaluation.meets):
        what = "没有第三方评价" if evaluation is None else f"{evaluation.evaluated_on}的第三方评价没有达到标准要求"
        raise NotAllowedError(f"“{member.unit_name}”{what}，经评价达到标准要求后才能同意推荐（{clause}）。")
    kind = TierStepKind.AGREED if agreed else TierStepKind.DISAGREED
    findings = _judge(ws, member, tier, steps(ws, membership_id), evaluation, day)
    if agreed and tier is Tier.NATION and member.is_active:
        for sentence in _closed(findings):
            raise NotAllowedError(sentence)
    trace = _trace(findings)
    return ws.store.library.tiers.give_opinion(
        NewStep(membership_id, tier, kind, day, clause, reason=reason.strip(), trace=trace), actor=ws.actor
    )


def recommend(ws: Workspace, membership_id: str, tier: Tier, call_id: str, on: date | None = None) -> TierStep:
    """择优推荐 a member under a call of the city or the nation.

    Raises:
        NotAllowedError: not the bureau; the gate is not open; call, quota, documents or an earlier step stand against
            it; the sentence cites the clause.
        NotFoundError: no such member or call.
    """
    require_bureau(ws)
    day = day_of(ws, on)
    member, findings = membership(ws, membership_id), gate(ws, membership_id, tier, day)
    for sentence in _obstacles(ws, member, tier, call_id, findings, day):
        raise NotAllowedError(sentence)
    new = NewStep(
        membership_id, tier, TierStepKind.RECOMMENDED, day, _clause(tier), call_id=call_id, trace=_trace(findings)
    )
    return ws.store.library.tiers.recommend(new, actor=ws.actor)


def decide(
    ws: Workspace,
    membership_id: str,
    tier: Tier,
    *,
    approved: bool,
    document: str,
    reason: str = "",
    on: date | None = None,
) -> TierStep:
    """Record the result of a recommendation: 获认定 raises the member's tier.

    Raises:
        NotAllowedError: not the bureau; no document is named; no recommendation waits; the unit has left.
        NotFoundError: no such member.
    """
    require_bureau(ws)
    clause = _clause(tier)
    if not document.strip():
        raise NotAllowedError(f"没有写明公布结果的文件（名称、文号），请补填（{clause}）。")
    member, day = membership(ws, membership_id), day_of(ws, on)
    kind = TierStepKind.APPROVED if approved else TierStepKind.REJECTED
    evaluation = evaluations.newest(ws, membership_id, day)
    trace = _trace(_judge(ws, member, tier, steps(ws, membership_id), evaluation, day))
    return ws.store.library.tiers.decide(
        NewStep(membership_id, tier, kind, day, clause, document=document.strip(), reason=reason.strip(), trace=trace),
        actor=ws.actor,
    )


def end(
    ws: Workspace, membership_id: str, tier: Tier, *, reason: str, document: str = "", on: date | None = None
) -> TierStep:
    """The city (and with it the nation) or the nation took a member off its list; it stays in the library.

    Raises:
        NotAllowedError: not the bureau; no reason; the member does not hold that tier.
        NotFoundError: no such member.
    """
    require_bureau(ws)
    clause = _clause(tier)
    if not reason.strip():
        raise NotAllowedError(f"没有写明退出{tier.label}名单的原因，请补填（{clause}）。")
    new = NewStep(
        membership_id, tier, TierStepKind.ENDED, day_of(ws, on), clause, document=document.strip(),
        reason=reason.strip(),
    )
    return ws.store.library.tiers.end(new, actor=ws.actor)


# Candidates


def candidates(ws: Workspace, tier: Tier) -> tuple[Candidate, ...]:
    """Members one tier below, those first that meet most priority grounds (二), then by score, then by name."""
    _clause(tier)
    return ranked(ws, tier, members(ws, tier=_BELOW[tier]))


def ranked(ws: Workspace, tier: Tier, found: Sequence[Membership]) -> tuple[Candidate, ...]:
    """These members as candidates for a tier, in the order of `candidates`."""
    today = ws.clock.today()
    done: dict[str, list[TierStep]] = {}
    for step in ws.store.library.tiers.steps():
        done.setdefault(step.membership_id, []).append(step)
    newest = {e.membership_id: e for e in ws.store.library.evaluations.standing()}
    grounds = _grounds(ws, found, today)
    made = []
    for member in found:
        past, evaluation = tuple(done.get(member.id, ())), newest.get(member.id)
        findings = _judge(ws, member, tier, past, evaluation, today)
        made.append(Candidate(member, grounds.get(member.id, ()), findings, past, evaluation))
    return tuple(sorted(made, key=_rank))


def _rank(candidate: Candidate) -> tuple[int, float, str, str]:
    evaluation = candidate.evaluation
    score = evaluation.score if evaluation is not None and evaluation.score is not None else -1.0
    return -len(candidate.grounds), -score, candidate.membership.unit_name, candidate.membership.id


def _grounds(ws: Workspace, found: Sequence[Membership], day: date) -> Mapping[str, tuple[str, ...]]:
    """Membership id → the Q rules that its admission form meets; a form that claims none is not even opened."""
    forms = {m.record_id: m.id for m in found if m.record_id is not None}
    met = {}
    for record_id in ws.store.library.tiers.answered(_GROUNDS_FIELD, forms):
        checked = drafts.check_record(ws, ws.store.get(record_id), day)
        met[forms[record_id]] = tuple(
            f.rule for f in checked.verdict.findings if f.rule.startswith("Q") and f.outcome is Outcome.MET
        )
    return met


# The gate


def _judge(
    ws: Workspace,
    member: Membership,
    tier: Tier,
    past: Sequence[TierStep],
    evaluation: Evaluation | None,
    day: date,
) -> tuple[Finding, ...]:
    name = member.unit_name
    if tier is Tier.NATION:
        since = held_since(past, Tier.CITY)
        if member.tier is Tier.DISTRICT or not member.is_active:
            since = None
        elif since is None:
            since = member.admitted_on  # 补录 with its tier: no step tells when
        return (judge_member(ws.pack, "T2", NationFacts(name, since), day),)
    said = opinion(past, tier) if member.tier is Tier.DISTRICT else last_opinion(past, tier)
    facts = CityFacts(
        name, member.admitted_on if member.is_active and member.admitted_on <= day else None,
        evaluations.standard_label(ws, evaluation) if evaluation else "",
        evaluation.evaluated_on if evaluation else None, evaluation.meets if evaluation else None,
        said.kind is TierStepKind.AGREED if said else None,
    )
    return (judge_member(ws.pack, "T1", facts, day),)


def _obstacles(
    ws: Workspace, member: Membership, tier: Tier, call_id: str, findings: Sequence[Finding], day: date
) -> tuple[str, ...]:
    """The gate first: what no call can mend; then what speaks against this call."""
    against = ws.store.library.tiers.refusals(member.id, tier, call_id, day)
    if not member.is_active or member.tier in (tier, Tier.NATION):
        return against
    closed = _closed(findings)
    said = opinion(steps(ws, member.id), tier)
    if tier is Tier.NATION and said is not None and said.kind is TierStepKind.DISAGREED:
        closed.append(f"区局{said.happened_on}不同意推荐“{member.unit_name}”到{tier.label}：{said.reason}（二）。")
    return (*closed, *against)


def _closed(findings: Sequence[Finding]) -> list[str]:
    return [
        f"{f.message.rstrip('。')}（{f.clause}）{f'；{f.todo}' if f.todo else '。'}"
        for f in findings
        if f.outcome is not Outcome.MET
    ]


def _trace(findings: Sequence[Finding]) -> tuple[tuple[str, str, str], ...]:
    return tuple((f.rule, f.outcome.value, f.message) for f in findings)


def _clause(tier: Tier) -> str:
    """The clause that leads to a tier.

    Raises:
        NotAllowedError: the district tier is reached by admission.
    """
    if tier is Tier.DISTRICT:
        raise NotAllowedError("入库就是区级，不用推荐；请选市级或国家级（三(二)2）。")
    return _CLAUSES[tier]

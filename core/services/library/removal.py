"""移出 (三(四)2): R1 and R2 at the window, R3 at once; what is proposed, decided, announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import uuid4

from core.domain.calendar import add_months, format_chinese
from core.domain.enums import Outcome
from core.domain.errors import NotAllowedError
from core.domain.finding import Finding
from core.domain.library import Decision, DecisionKind, Membership, RemovalGround
from core.policy.reports import report_due
from core.rules.facts import AccidentFacts, FalsificationFacts, ReportFacts
from core.rules.members import judge_member
from core.services.library import announcements, members, reports, windows
from core.services.library.access import day_of, require_bureau
from core.services.workspace import Workspace
from core.store.library.decisions import NewDecision

_R1_MONTHS: Final = 12
_WITHDRAWAL: Final = "withdrawal"
_SERIOUS: Final = ("major", "extraordinary")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A member that R1 or R2 wants removed at the window; `decision` is the last word on it, None while it waits.

    `subject` is the matter as it is stored, `short` as people type it (R1:2025, R2:2026-08-04).
    """

    membership: Membership
    subject: str
    rule: str
    clause: str
    finding: Finding
    decision: Decision | None
    short: str = ""

    @property
    def label(self) -> str:
        """The matter in words: 2025年度动态管理表, 2026年8月4日查实的造假."""
        rule, _, rest = self.short.partition(":")
        if rule == "R1":
            return f"{rest}年度动态管理表"
        day, _, second = rest.partition("#")
        return f"{format_chinese(date.fromisoformat(day))}查实的造假{f'（第{second}件）' if second else ''}"


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """An accident as it is reported to the bureau; `level` as the authority graded it (a choice of incident_level)."""

    kind: str
    happened_on: date
    level: str
    detail: str
    source: str
    deaths: int | None = None
    injuries: int | None = None
    loss_wan: float | None = None
    evacuated: int | None = None


@dataclass(frozen=True, slots=True)
class IncidentResult:
    """What became of it: the finding of R3, who was removed (as before the removal), and the 公告 draft.

    `earlier` are accidents of the same kind and day that were recorded before: perhaps the same one, graded anew.
    """

    ground: RemovalGround
    counts: bool
    finding: Finding
    removed: tuple[Membership, ...]
    announcement: str
    earlier: tuple[RemovalGround, ...] = ()


def proposals(ws: Workspace, as_of: date | None = None) -> tuple[Proposal, ...]:
    """Every member that R1 or R2 proposes to remove; matters settled in an earlier window are left out."""
    day = as_of or ws.clock.today()
    running = windows.current(ws)
    last: dict[tuple[str, str], Decision] = {}
    for decision in ws.store.library.grounds.decisions():
        last[(decision.membership_id or "", decision.subject)] = decision
    found = []
    for proposal in (*_late_reports(ws, day), *_falsifications(ws, day)):
        decided = last.get((proposal.membership.id, proposal.subject))
        if decided is None or decided.kind is DecisionKind.REVOKE:
            found.append(proposal)
        elif running is not None and decided.window_id == running.id:
            found.append(replace(proposal, decision=decided))
    return tuple(found)


def _late_reports(ws: Workspace, day: date) -> Iterator[Proposal]:
    """R1: reports that fell due in the last twelve months and were late or are missing."""
    since = add_months(day, -_R1_MONTHS)
    for year in (day.year - 2, day.year - 1):
        if not since < report_due(ws.pack, year) < day:
            continue
        for status in reports.statuses(ws, year, as_of=day):
            if status.is_before_entry:
                continue
            facts = ReportFacts(status.membership.unit_name, year, status.due_on, status.filed_on)
            finding = judge_member(ws.pack, "R1", facts, day)
            if finding.outcome is Outcome.NOT_MET:
                yield Proposal(status.membership, f"R1:{year}", "R1", finding.clause, finding, None, f"R1:{year}")


def _falsifications(ws: Workspace, day: date) -> Iterator[Proposal]:
    grounds = ws.store.library.grounds.all("R2")
    here = {m.id: m for m in members.members(ws)} if grounds else {}
    seen: Counter[tuple[str, date]] = Counter()
    for ground in grounds:
        member = here.get(ground.membership_id or "")
        if member is not None and ground.happened_on <= day:
            facts = FalsificationFacts(member.unit_name, ground.happened_on, ground.detail)
            finding = judge_member(ws.pack, "R2", facts, day)
            seen[member.id, ground.happened_on] += 1
            count = seen[member.id, ground.happened_on]
            short = f"R2:{ground.happened_on}{f'#{count}' if count > 1 else ''}"
            yield Proposal(member, f"R2:{ground.id}", "R2", finding.clause, finding, None, short)


def remove(
    ws: Workspace, membership_id: str, *, subject: str, reason: str = "", on: date | None = None,
    shown: Proposal | None = None,
) -> Decision:
    """Decide the removal that a proposal asks for; it takes effect when the window closes.

    `shown`, here and for `keep`, is the proposal as the reviewer saw it: a colleague's decision since is not overruled
    unseen. None takes it as it stands.

    Raises:
        NotAllowedError: not the bureau; no window is open; no such proposal stands (the sentence cites the clause).
    """
    require_bureau(ws)
    day = day_of(ws, on)
    proposal = _proposal(ws, membership_id, subject, day)
    told = proposal.finding.message.replace(f"“{proposal.membership.unit_name}”", "").rstrip("。")
    return _decide(ws, proposal, DecisionKind.REMOVE, reason.strip() or told, day, shown or proposal)


def keep(
    ws: Workspace, membership_id: str, *, subject: str, reason: str, on: date | None = None,
    shown: Proposal | None = None,
) -> Decision:
    """Decide against a proposed removal, with the reason; it settles that matter for good.

    Raises:
        NotAllowedError: as `remove`, and without a reason.
    """
    require_bureau(ws)
    if not reason.strip():
        raise NotAllowedError("保留要写明理由，请补填。")
    day = day_of(ws, on)
    proposal = _proposal(ws, membership_id, subject, day)
    return _decide(ws, proposal, DecisionKind.KEEP, reason.strip(), day, shown or proposal)


def take_back(ws: Workspace, membership_id: str, subject: str) -> Decision:
    """Take a decision of the open window back, so that the proposal waits again.

    Raises:
        NotAllowedError: not the bureau; there is none in the open window.
    """
    require_bureau(ws)
    running = windows.current(ws)
    known = {p.short: p.subject for p in proposals(ws) if p.membership.id == membership_id}
    subject = known.get(subject, subject)
    made = [d for d in ws.store.library.grounds.decisions([membership_id]) if d.subject == subject]
    if running is None or not made or made[-1].kind is DecisionKind.REVOKE or made[-1].window_id != running.id:
        raise NotAllowedError("没有可以撤销的决定：本批次没有对该单位作过决定，或批次已经关闭（三(二)2）。")
    new = NewDecision(
        DecisionKind.REVOKE, ws.clock.today(), running.id, membership_id=membership_id, subject=subject,
        reason="撤销决定",
    )
    return ws.store.library.grounds.decide(new, actor=ws.actor)


def withdraw_member(ws: Workspace, membership_id: str, reason: str, on: date | None = None) -> Decision:
    """自愿退出: the unit itself asks to leave; takes effect when the window closes and is no removal.

    Raises:
        NotAllowedError: not the bureau; no window is open; no reason.
    """
    require_bureau(ws)
    if not reason.strip():
        raise NotAllowedError("没有写退出原因（如企业书面申请的日期），请补填。")
    running = windows.current(ws)
    new = NewDecision(
        DecisionKind.REMOVE, day_of(ws, on), running.id if running else None, membership_id=membership_id,
        subject=_WITHDRAWAL, clause="三(二)2", reason=reason.strip(),
    )
    return ws.store.library.grounds.decide(new, actor=ws.actor)


def record_falsification(
    ws: Workspace, membership_id: str, *, found_on: date, detail: str, source: str
) -> RemovalGround:
    """Record that a member's material or data was falsified (R2); the window decides.

    Raises:
        NotAllowedError: not the bureau; no detail or source; the member has left; it was recorded before.
    """
    require_bureau(ws)
    member = members.membership(ws, membership_id)
    if not member.is_active:
        raise NotAllowedError(f"“{member.unit_name}”已于{member.left_on}离开培育库，不用再办。")
    if not detail.strip() or not source.strip():
        raise NotAllowedError("造假情况和查实的依据都要写，请补填。")
    ground = RemovalGround(
        str(uuid4()), member.unit_id, member.id, "R2", "falsified", day_of(ws, found_on), "", None, None, None, None,
        detail.strip(), source.strip(), ws.actor, ws.clock.now(),
    )
    return ws.store.library.grounds.add(ground, actor=ws.actor)


def judge_incident(ws: Workspace, unit_id: str, report: IncidentReport, on: date | None = None) -> Finding:
    """What R3 says of an accident, before anything is recorded: 不符合 means removal at once."""
    unit = ws.store.library.units.get(unit_id)
    facts = AccidentFacts(
        unit.unit_name, report.kind, report.happened_on, report.level, report.deaths, report.injuries,
        report.loss_wan, report.evacuated,
    )
    return judge_member(ws.pack, "R3", facts, day_of(ws, on))


def record_incident(
    ws: Workspace, unit_id: str, report: IncidentReport, on: date | None = None
) -> IncidentResult:
    """Record an accident; where R3 counts it, the unit leaves every level's list the same day (三(四)2(3)).

    Raises:
        NotAllowedError: not the bureau; no detail; the day is in the future; the very same one was recorded before.
    """
    require_bureau(ws)
    day = day_of(ws, on)
    if day_of(ws, report.happened_on) > day:
        raise NotAllowedError(f"移出日期{day}早于事故日期{report.happened_on}，请核对日期。")
    if not report.detail.strip() or not report.source.strip():
        raise NotAllowedError("事故经过和认定依据都要写，请补填。")
    _refuse_strange(ws, report)
    finding = judge_incident(ws, unit_id, report, day)
    ground = RemovalGround(
        str(uuid4()), unit_id, None, "R3", report.kind, report.happened_on, report.level, report.deaths,
        report.injuries, report.loss_wan, report.evacuated, report.detail.strip(), report.source.strip(), ws.actor,
        ws.clock.now(),
    )
    earlier = tuple(
        g for g in ws.store.library.grounds.all("R3")
        if (g.unit_id, g.kind, g.happened_on) == (unit_id, report.kind, report.happened_on)
    )
    if finding.outcome is not Outcome.NOT_MET:
        return IncidentResult(ws.store.library.grounds.add(ground, actor=ws.actor), False, finding, (), "", earlier)
    before = tuple(m for m in ws.store.library.members.of_units((unit_id,)) if m.is_active)
    after = ws.store.library.grounds.remove_at_once(
        ground, day=day, reason=_told(ws, ground), verdict="", actor=ws.actor
    )
    removed = tuple(replace(now, tier=was.tier) for now, was in zip(after, before, strict=True))
    return IncidentResult(ground, True, finding, removed, announcements.draft(ws, removed), earlier)


def _refuse_strange(ws: Workspace, report: IncidentReport) -> None:
    """A slip in kind or level would quietly mean: no removal."""
    for name, given in (("incident_kind", report.kind), ("incident_level", report.level)):
        known = ws.pack.lists[name]
        if given not in known.by_name:
            words = "、".join(f"{c.name}（{c.label}）" for c in known.choices)
            what = "类别" if name == "incident_kind" else "等级"
            raise NotAllowedError(f"事故的{what}“{given}”不认识，可用的有：{words}。")
    figures = (report.deaths, report.injuries, report.loss_wan, report.evacuated)
    if any(figure is not None and figure < 0 for figure in figures):
        raise NotAllowedError("伤亡人数、损失和疏散人数不能是负数，请改正。")


def _told(ws: Workspace, ground: RemovalGround) -> str:
    """The accident in one clause, as rosters and the announcement tell it."""
    kind = ws.pack.lists["incident_kind"].label_of(ground.kind)
    level = ws.pack.lists["incident_level"].label_of(ground.level)
    figures = (
        ("死亡{}人", ground.deaths), ("重伤（中毒）{}人", ground.injuries), ("直接经济损失{}万元", ground.loss_wan),
        ("疏散{}人", ground.evacuated),
    )
    harm = "".join(f"，{text.format(f'{number:g}')}" for text, number in figures if number)
    # A level that the figures overtake is not told: a “general” accident with twelve deaths would contradict itself.
    grade = f"（{level}）" if ground.level in _SERIOUS else "，达到重大及以上标准"
    return f"{format_chinese(ground.happened_on)}发生{kind}{grade}{harm}，{ground.detail.rstrip('。')}"


def announcement(ws: Workspace, membership_ids: tuple[str, ...]) -> str:
    """The 公告 draft for members that were removed, with the tiers that they held the day before."""
    ended = [members.membership(ws, m) for m in membership_ids]
    held: Mapping[str, Membership] = {}
    for day in {m.left_on for m in ended if m.left_on}:
        held = {**held, **{m.id: m for m in members.members(ws, as_of=day - timedelta(days=1))}}
    return announcements.draft(ws, tuple(replace(m, tier=held[m.id].tier) if m.id in held else m for m in ended))


def _proposal(ws: Workspace, membership_id: str, subject: str, day: date) -> Proposal:
    for proposal in proposals(ws, day):
        if proposal.membership.id == membership_id and subject in (proposal.subject, proposal.short):
            return proposal
    member = members.membership(ws, membership_id)
    rule = subject.partition(":")[0]
    clause = {"R1": "三(四)2(1)", "R2": "三(四)2(2)"}.get(rule, "三(四)2")
    what = {"R1": "没有按时填报动态管理表", "R2": "造假"}.get(rule, subject)
    raise NotAllowedError(
        f"“{member.unit_name}”现在没有可以办理移出的“{what}”情形（{clause}）：没有到期未报、迟报或查实造假的记录，"
        f"或已经决定过。"
    )


def _decide(
    ws: Workspace, proposal: Proposal, kind: DecisionKind, reason: str, day: date, shown: Proposal
) -> Decision:
    running = windows.current(ws)
    new = NewDecision(
        kind, day, running.id if running else None, membership_id=proposal.membership.id, subject=proposal.subject,
        rule=proposal.rule, clause=proposal.clause, reason=reason, as_of=day, pack_digest=ws.pack.digest,
    )
    after = shown.decision.sequence if shown.decision is not None else 0
    return ws.store.library.grounds.decide(new, actor=ws.actor, after=after)

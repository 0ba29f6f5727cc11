"""What the page says of a candidate: where it stands, why it cannot be recommended yet, what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from core.domain.enums import Outcome
from core.domain.library import Tier
from core.domain.tiers import Evaluation, TierCall, TierStep, TierStepKind, opinion, pending
from core.services.library import evaluations, exports, tiers
from core.services.library.members import kind_label
from core.services.library.tiers import Candidate
from core.services.workspace import Workspace
from gui.models.rows_model import Cell, Row
from gui.widgets.detail_panel import Line, Section
from gui.widgets.list_table import Column

COLUMNS: Final = (
    Column("单位名称", stretches=True), Column("类别", 136, hide_below=560), Column("优先情形", 76, hide_below=480),
    Column("评价", 84), Column("得分", 52, hide_below=520), Column("进展", 112),
)
_TONES: Final = {
    TierStepKind.AGREED: "good", TierStepKind.DISAGREED: "bad", TierStepKind.RECOMMENDED: "",
    TierStepKind.APPROVED: "good", TierStepKind.REJECTED: "bad", TierStepKind.ENDED: "bad",
}


class Stage(StrEnum):
    """Where a candidate stands on its way to a tier."""

    READY = "ready"
    LACKING = "lacking"
    WAITING = "waiting"
    HELD = "held"

    @property
    def label(self) -> str:
        """The word of the filter."""
        return {"ready": "条件具备", "lacking": "还缺条件", "waiting": "已推荐，等结果", "held": "已获认定"}[self.value]


def stage_of(candidate: Candidate, tier: Tier) -> Stage:
    """The stage of a candidate, for the filter."""
    if candidate.membership.tier in (tier, Tier.NATION):
        return Stage.HELD
    if pending(candidate.steps, tier) is not None:
        return Stage.WAITING
    said = opinion(candidate.steps, tier)
    is_refused = said is not None and said.kind is TierStepKind.DISAGREED
    return Stage.READY if candidate.is_ready and not is_refused else Stage.LACKING


def row_of(ws: Workspace, candidate: Candidate, tier: Tier) -> Row:
    """One line of the list."""
    member, evaluation = candidate.membership, candidate.evaluation
    count = len(candidate.grounds)
    score = evaluation.score if evaluation is not None else None
    evaluated = Cell("没有", "plain") if evaluation is None else _evaluated(evaluation)
    return (
        Cell(member.unit_name, tip=f"{member.unit_name}\n{member.credit_code}"), kind_label(ws, member.kind),
        Cell(f"{count}项" if count else "", order=float(count), tip=exports.ground_labels(ws, candidate.grounds)),
        evaluated, Cell("" if score is None else f"{score:g}", order=-1.0 if score is None else score),
        _progress(candidate, tier),
    )


def _evaluated(evaluation: Evaluation) -> Cell:
    tip = f"{evaluation.body_name}　{evaluation.evaluated_on}"
    return Cell("达到标准", "good", tip=tip) if evaluation.meets else Cell("未达标准", "bad", tip=tip)


def _progress(candidate: Candidate, tier: Tier) -> Cell:
    """The next thing that is missing, or how far it came."""
    stage, said = stage_of(candidate, tier), opinion(candidate.steps, tier)
    if stage is Stage.HELD:
        return Cell(candidate.membership.tier.label, "good")
    if stage is Stage.WAITING:
        return Cell("已推荐待结果", "plain")
    if stage is Stage.READY:
        return Cell("条件具备", "good")
    if said is not None and said.kind is TierStepKind.DISAGREED:
        return Cell("区局不同意", "bad")
    if tier is Tier.CITY and candidate.evaluation is None:
        return Cell("缺第三方评价", "wait")
    if tier is Tier.CITY and candidate.evaluation is not None and not candidate.evaluation.meets:
        return Cell("评价未达标准", "bad")
    return Cell("待区局意见" if tier is Tier.CITY else "条件不足", "wait")


def sections(ws: Workspace, candidate: Candidate, tier: Tier, call: TierCall | None) -> Sequence[Section]:
    """Everything that the page knows of a candidate."""
    member = candidate.membership
    facts = [
        Line(f"{kind_label(ws, member.kind)}　{member.tier.label}　{ws.office_label(member.office)}　"
             f"{member.admitted_on}入库\n信用代码 {member.credit_code}"),
        Line(f"优先情形：{exports.ground_labels(ws, candidate.grounds) or '没有'}"),
    ]
    return (
        Section("", facts), Section(f"{tier.label}条件", _gate(ws, candidate, tier, call)),
        Section("第三方评价", _evaluations(ws, member.id)), Section("办理经过", _steps(ws, candidate)),
    )


def _gate(ws: Workspace, candidate: Candidate, tier: Tier, call: TierCall | None) -> list[Line]:
    if candidate.membership.tier in (tier, Tier.NATION):
        return [Line(f"已经是{candidate.membership.tier.label}。", tone="good")]
    found = []
    for finding in candidate.findings:
        tone = {Outcome.MET: "good", Outcome.NOT_MET: "bad"}.get(finding.outcome, "wait")
        todo = f"\n{finding.todo}" if finding.todo and finding.outcome is not Outcome.MET else ""
        found.append(Line(f"{finding.message}（{finding.clause}）{todo}", finding.rule, tone))
    if call is None:
        found.append(Line(f"还没有{tier.label}申报通知，收到后先按“登记通知”。", tone="note"))
        return found
    known = {f.message.rstrip("。") for f in candidate.findings}
    for sentence in tiers.obstacles(ws, candidate.membership.id, tier, call.id):
        if not any(sentence.startswith(message) for message in known):
            found.append(Line(sentence, tone="wait"))
    return found


def _evaluations(ws: Workspace, membership_id: str) -> list[Line]:
    found = []
    for each in reversed(evaluations.evaluations(ws, membership_id)):
        words = "达到标准要求" if each.meets else "没有达到标准要求"
        score = "" if each.score is None else f"，得分{each.score:g}"
        body = f"{each.body_name}（法定代表人{each.body_representative}）"
        text = f"{body}\n按{evaluations.standard_label(ws, each)}评价：{words}{score}"
        found.append(Line(text, each.evaluated_on.isoformat(), "" if each.meets else "bad"))
        found += [Line(sentence, "提示", "wait") for sentence in evaluations.hints(ws, each)]
        if each.report:
            found.append(Line(f"打开报告：{each.report}", " ", link=f"report:{each.id}"))
        found.append(Line("撤回这次评价", " ", link=f"withdraw:{each.id}"))
    return found or [Line("还没有。收到评价报告后按“登记评价”。", tone="note")]


def _steps(ws: Workspace, candidate: Candidate) -> list[Line]:
    names = {call.id: call.title for call in tiers.calls(ws)}
    return [
        Line(step_text(step, names.get(step.call_id or "", "")), step.happened_on.isoformat(), _TONES[step.kind])
        for step in reversed(candidate.steps)
    ]


def step_text(step: TierStep, call_title: str) -> str:
    """A step in a sentence or two; once it was recommended, with what the gate said on that day."""
    head = f"{step.tier.label}：{step.kind.label}（{step.clause}）"
    said = [part for part in (call_title and f"按“{call_title}”", step.document, step.reason) if part]
    shown = step.trace if step.kind not in (TierStepKind.AGREED, TierStepKind.DISAGREED) else ()
    trace = [f"{rule} {Outcome(outcome).label}：{message}" for rule, outcome, message in shown]
    return "\n".join((head, *said, *trace))


def call_words(ws: Workspace, call: TierCall) -> str:
    """A call in one line: until when, how many, how many documents."""
    today, sent = ws.clock.today(), len(exports.candidate_rows(ws, call.tier, call.id))
    left = (call.deadline - today).days
    when = f"还有{left}天" if left > 0 else "今天截止" if left == 0 else "已截止"
    quota = f"限额{call.quota}家，" if call.quota is not None else ""
    gone = exports.left_since(ws, call.tier, call.id)
    told = f"已推荐{sent + gone}家" + (f"（其中{gone}家已离库，不在名单上）" if gone else "")
    return f"{call.issued_on}发布，{call.deadline}截止（{when}）；{quota}{told}；要{len(call.documents)}项材料"

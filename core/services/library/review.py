"""审核: what waits, what speaks against admission, and the bureau's decision (三(二)2; design §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Confirmation, Decision, DecisionKind, Remark
from core.domain.records import Record, RecordSummary
from core.rules.registry import all_rules
from core.services import drafts, elsewhere, prefill
from core.services.drafts import OpenForm
from core.services.library import windows
from core.services.library.access import day_of, require_bureau
from core.services.library.members import kind_label, kinds
from core.services.workspace import Workspace
from core.store.library.decisions import NewDecision

#: Rules without a public source, which the bureau confirms against its own records, item by item.
CONFIRMED_RULES: Final = ("N3", "N4", "N5")
_CLAUSE: Final = "三(二)2"


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A form in the queue: `decision` is the last word of the open window, `received_on` when it came in."""

    record: RecordSummary
    decision: Decision | None
    received_on: date | None


@dataclass(frozen=True)
class Review:
    """A form under review as of a day. `obstacles` are the reasons, a sentence each, why it cannot be admitted now."""

    opened: OpenForm
    remarks: tuple[Remark, ...]
    confirmations: Mapping[str, Confirmation]
    obstacles: tuple[str, ...]
    decision: Decision | None
    history: tuple[Decision, ...]


def queue(ws: Workspace) -> tuple[QueueLine, ...]:
    """Forms recommended, received, and decided in the open window; the longest waiting first."""
    running = windows.current(ws)
    waiting = ws.store.library.review.waiting(kinds(ws), running.id if running else None)
    words = ws.store.library.review.last_decisions(tuple(r.id for r in waiting))
    return tuple(QueueLine(r, words.get(r.id), r.updated_at.astimezone().date()) for r in waiting)


def receive(ws: Workspace, record_id: str) -> OpenForm:
    """接收: lock a recommended or locally entered form for review, with its verdict of today.

    What the library knows of the unit is written into its answers first.

    Raises:
        NotAllowedError: not the bureau, or it is received or decided already; an annual report.
    """
    require_bureau(ws)
    record = ws.store.get(record_id)
    if record.form not in kinds(ws):
        raise NotAllowedError(f"“{record.unit_name}”的这份表是{kind_label(ws, record.form)}，请在“动态管理”中办理。")
    if record.state not in (RecordState.DRAFT, RecordState.RETURNED, RecordState.RECOMMENDED):
        who = elsewhere.by_whom(ws, record_id)
        raise NotAllowedError(f"“{record.unit_name}”{record.state.label}{who}，不用再接收。")
    missing = prefill.missing_answers(ws, ws.pack_of(record).form(record.form), record)
    if missing:
        if not record.state.is_editable:
            ws.store.set_state(record_id, RecordState.DRAFT, actor=ws.actor, source=prefill.SOURCE, expected=record)
        ws.store.set_answers(record_id, missing, actor=ws.actor, source=prefill.SOURCE)
        record = ws.store.get(record_id)
    verdict = drafts.check_record(ws, record, ws.clock.today()).verdict
    if record.state.is_editable:
        ws.bind_pack(record)
    ws.store.set_state(
        record_id, RecordState.RECEIVED, actor=ws.actor, source="接收", verdict_number=verdict.number,
        detail=verdict.as_of.isoformat(), expected=record,
    )
    return drafts.open_form(ws, record_id)


def open_review(ws: Workspace, record_id: str, as_of: date | None = None) -> Review:
    """A form as the reviewer sees it: checked as of today (or another day), with remarks and obstacles.

    Raises:
        NotFoundError: no such record.
    """
    opened = drafts.open_form(ws, record_id, as_of or ws.clock.today())
    confirmations = ws.store.library.review.confirmations(record_id)
    history = ws.store.library.review.decisions(record_id)
    last = history[-1] if history and history[-1].kind is not DecisionKind.REVOKE else None
    return Review(
        opened, ws.store.library.review.remarks(record_id), confirmations, _obstacles(ws, opened, confirmations), last,
        history,
    )


def remark(ws: Workspace, record_id: str, field: str, text: str, *, shown: Record | None = None) -> Remark:
    """Write a remark on a field (blank: on the whole form); it goes back with the form.

    `shown` is the form as the reviewer saw it: once a colleague has settled it, a remark comes too late.

    Raises:
        NotAllowedError: not the bureau, blank, or the form has another state by now than when it was `shown`.
        NotFoundError: the form has no such field.
    """
    require_bureau(ws)
    record = ws.store.get(record_id)
    form = ws.pack_of(record).form(record.form)
    if field and field not in form.by_name:
        raise NotFoundError(f"“{form.title}”中没有“{field}”这一栏。")
    if not text.strip():
        raise NotAllowedError("审核意见是空的，请写明哪里要改。")
    if shown is not None and record.state is not shown.state:
        raise NotAllowedError(
            f"“{record.unit_name}”{record.state.label}{elsewhere.by_whom(ws, record_id)}，意见没有写下。请刷新后再看。"
        )
    return ws.store.library.review.remark(record_id, field, text.strip(), actor=ws.actor)


def drop_remark(ws: Workspace, remark_id: str) -> None:
    """Take a remark off: done, or a mistake."""
    require_bureau(ws)
    ws.store.library.review.settle_remark(remark_id, actor=ws.actor)


def remarks(ws: Workspace, record_id: str) -> tuple[Remark, ...]:
    """The remarks that still stand, oldest first; the office sees them on their fields."""
    return ws.store.library.review.remarks(record_id)


def decisions(ws: Workspace, record_id: str) -> tuple[Decision, ...]:
    """Every decision about a form, oldest first, those taken back too."""
    return ws.store.library.review.decisions(record_id)


def confirm(
    ws: Workspace, record_id: str, rule: str, *, clear: bool, basis: str,
    shown: Mapping[str, Confirmation] | None = None,
) -> Confirmation:
    """The bureau's own finding on N3, N4 or N5: `clear` 查无此情形, with the record it was checked against.

    `shown` are the findings as the reviewer saw them; None takes the place of whatever stands there.

    Raises:
        NotAllowedError: not the bureau; another rule; no basis given; a colleague has found otherwise since.
    """
    require_bureau(ws)
    if rule not in CONFIRMED_RULES:
        raise NotAllowedError(f"“{rule}”不用区工信局确认；要确认的是{'、'.join(CONFIRMED_RULES)}。")
    if not basis.strip():
        raise NotAllowedError("没有写核对依据，请写明对照了哪份台账、文件。")
    before = ws.store.library.review.confirmations(record_id) if shown is None else shown
    return ws.store.library.review.confirm(
        record_id, rule, is_clear=clear, basis=basis.strip(), actor=ws.actor, expected=before.get(rule)
    )


def last_bases(ws: Workspace) -> Mapping[str, str]:
    """Rule → the record that it was last checked against: most forms of a batch are checked against the same ones."""
    return ws.store.library.review.last_bases()


def admit(
    ws: Workspace, record_id: str, *, reason: str = "", on: date | None = None, shown: Record | None = None
) -> Decision:
    """纳入: takes effect when the window closes. Refused with the clause of the first obstacle.

    `shown`, here and below, is the form as the reviewer saw it; None takes it as it stands.

    Raises:
        NotAllowedError: an obstacle (the sentence cites its clause), or a colleague was faster.
    """
    require_bureau(ws)
    day = day_of(ws, on)
    review = open_review(ws, record_id, day)
    if review.obstacles:
        more = f"（另有{len(review.obstacles) - 1}项）" if len(review.obstacles) > 1 else ""
        raise NotAllowedError(f"{review.obstacles[0]}{more}")
    return _decide(ws, review, DecisionKind.ADMIT, reason, _CLAUSE, day, shown)


def return_record(
    ws: Workspace, record_id: str, reason: str = "", *, clause: str = "", on: date | None = None,
    shown: Record | None = None,
) -> Decision:
    """退回: the form may be edited again; its remarks go with it.

    Raises:
        NotAllowedError: neither reason nor remark; not received (any more).
        NotFoundError: no such clause.
    """
    require_bureau(ws)
    review = open_review(ws, record_id, day_of(ws, on))
    _require_received(ws, review.opened.record)
    form = review.opened.form
    written = "；".join(f"{form.label_of(r.field)}：{r.text}" if r.field else r.text for r in review.remarks)
    if not reason.strip() and not written:
        raise NotAllowedError("没有写退回原因：请写明原因，或在有关栏目写审核意见。")
    told, day = reason.strip() or written, day_of(ws, on)
    return _decide(ws, review, DecisionKind.RETURN, told, clause_of(ws, clause), day, shown)


def refuse(
    ws: Workspace, record_id: str, reason: str, *, clause: str, on: date | None = None, shown: Record | None = None
) -> Decision:
    """不予纳入, with reason and clause; the unit may hand in a new form.

    Raises:
        NotAllowedError: no reason or no clause; not received (any more).
        NotFoundError: no such clause.
    """
    require_bureau(ws)
    review = open_review(ws, record_id, day_of(ws, on))
    _require_received(ws, review.opened.record)
    if not reason.strip() or not clause:
        raise NotAllowedError("不予纳入要写明原因和依据的条款，请补填。")
    day = day_of(ws, on)
    return _decide(ws, review, DecisionKind.REFUSE, reason.strip(), clause_of(ws, clause), day, shown)


def revoke(ws: Workspace, record_id: str, *, shown: Decision | None = None) -> Decision:
    """撤销决定: the form waits again. Refused once its window is closed.

    `shown` is the decision that the reviewer means; None means the last one, whosever it is.

    Raises:
        NotAllowedError: nothing to take back, a colleague has decided anew, or the roster is written.
    """
    require_bureau(ws)
    return ws.store.library.review.revoke(record_id, day=ws.clock.today(), actor=ws.actor, expected=shown)


def _decide(
    ws: Workspace, review: Review, kind: DecisionKind, reason: str, clause: str, day: date, shown: Record | None
) -> Decision:
    record, verdict = review.opened.record, review.opened.verdict
    running = windows.current(ws)
    if running is not None and day < running.opened_on:
        raise NotAllowedError(f"办理日期{day}早于“{running.title}”的打开日期{running.opened_on}，请核对日期。")
    pack = ws.pack_of(record)
    ws.keep_pack(pack)
    new = NewDecision(
        kind, day, running.id if running else None, record.id, clause=clause, reason=reason,
        verdict_number=verdict.number, as_of=verdict.as_of, pack_digest=pack.digest, answers=record.answers,
    )
    return ws.store.library.review.decide(shown or record, new, actor=ws.actor)


def _require_received(ws: Workspace, record: Record) -> None:
    if record.state is RecordState.RECOMMENDED:
        raise NotAllowedError(f"“{record.unit_name}”还没有接收，请先接收再审核。")
    if record.state is not RecordState.RECEIVED:
        who = elsewhere.by_whom(ws, record.id)
        raise NotAllowedError(f"“{record.unit_name}”{record.state.label}{who}，不在待审核的表中。")


def clause_of(ws: Workspace, given: str) -> str:
    """The clause that was given by its number (brackets of either width) or by a rule that rests on it; blank stays.

    Raises:
        NotFoundError: no such clause and no such rule.
    """
    clause = given.strip().replace("（", "(").replace("）", ")")
    clause = next((r.clause for r in all_rules() if r.id.lower() == clause.lower()), clause)
    if clause and clause not in ws.pack.clauses:
        raise NotFoundError(f"工作方案中没有“{given}”这一条，请核对条款编号（如三(四)1(3)）或规则编号（如N3）。")
    return clause


def _obstacles(
    ws: Workspace, opened: OpenForm, confirmations: Mapping[str, Confirmation]
) -> tuple[str, ...]:
    """Every reason against admission now, the law's first; each sentence cites its clause where it has one."""
    record = opened.record
    found: list[str] = []
    if record.state is not RecordState.RECEIVED:
        who = elsewhere.by_whom(ws, record.id)
        found.append(f"“{record.unit_name}”{record.state.label}{who}，只有待审核的表才能纳入（{_CLAUSE}）。")
    if record.is_sample:
        found.append(f"“{record.unit_name}”是示例单位，不能纳入真实的培育库。")
    why = drafts.why_not(opened.verdict)
    if why:
        found.append(why.replace("不能推荐", "不能纳入").replace("才能推荐", "才能纳入"))
    undecided = drafts.undecided_sentence(ws, record)
    if undecided:
        found.append(undecided)
    if prefill.missing_answers(ws, opened.form, record):
        found.append(f"培育库记载“{record.unit_name}”曾被移出，表中没有如实反映，请退回重填（三(四)1(3)）。")
    found += _unconfirmed(ws, confirmations)
    found += _already_in(ws, record)
    if windows.current(ws) is None:
        found.append(f"没有打开的更新窗口，入库要在动态更新时办理（{_CLAUSE}）。请先打开窗口或增开批次。")
    return tuple(found)


def _unconfirmed(ws: Workspace, confirmations: Mapping[str, Confirmation]) -> Sequence[str]:
    found = []
    for rule in CONFIRMED_RULES:
        text = ws.pack.rule_texts[rule].title
        clause = next(r.clause for r in all_rules() if r.id == rule)
        confirmation = confirmations.get(rule)
        if confirmation is None:
            found.append(f"区工信局还没有对照台账确认“{text}”（{clause}）。")
        elif not confirmation.is_clear:
            found.append(f"区工信局台账核对“{text}”不符合（{clause}）：{confirmation.basis}，不能纳入。")
    return found


def _already_in(ws: Workspace, record: Record) -> Sequence[str]:
    unit = ws.store.library.units.by_code(record.credit_code)
    for membership in ws.store.library.members.of_units((unit.id,)) if unit else ():
        if membership.is_active and membership.kind == record.form:
            return [
                f"“{membership.unit_name}”已于{membership.admitted_on}作为{kind_label(ws, record.form)}入库，"
                f"同一类别不能重复入库（{_CLAUSE}）。"
            ]
    return []

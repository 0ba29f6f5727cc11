"""A unit's form from the first keystroke to the recommendation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Final

from core.domain.enums import REPORT_FORM, Eligibility, Outcome, RecordState, Role, Severity, handing_in
from core.domain.errors import EditedElsewhereError, NotAllowedError, NotFoundError
from core.domain.finding import Verdict
from core.domain.paper_code import holds_scan
from core.domain.records import Evidence, FieldChange, Record, RecordEvent, RecordSummary, VerdictNote
from core.domain.reports import period_of
from core.domain.values import Answers, Stored
from core.forms.definition import FieldType, FormDefinition
from core.forms.evaluation import FormState
from core.forms.values import parse, parse_repeat
from core.rules.verdict import Checked, check, values_digest, with_explanations
from core.services import elsewhere, prefill
from core.services.workspace import Workspace
from core.store.listing import RecordOrder

#: The steps that lock a form; their detail is the as-of date of the verdict.
LOCKING_STEPS: Final = frozenset({"recommended", "received", "filed"})


@dataclass(frozen=True)
class OpenForm:
    """A record with its form, evaluated and checked as of a day, and its evidence.

    `known` are the fields that the library answered (an earlier removal); nobody can change them.
    """

    record: Record
    form: FormDefinition
    checked: Checked
    evidence: tuple[Evidence, ...]
    known: frozenset[str] = frozenset()

    @property
    def state(self) -> FormState:
        """The evaluated form."""
        return self.checked.state

    @property
    def verdict(self) -> Verdict:
        """What the check says."""
        return self.checked.verdict

    @property
    def is_locked(self) -> bool:
        """True once recommended: nothing may be edited until it is withdrawn."""
        return not self.record.state.is_editable

    @property
    def evidence_names(self) -> Mapping[str, str]:
        """Evidence id → file name."""
        return {e.id: e.file_name for e in self.evidence}


def begin(
    ws: Workspace, form_id: str, answers: Answers | None = None, *, source: str = "窗口录入", is_sample: bool = False
) -> OpenForm:
    """Start a new draft; the station's own office is filled in where the form has none.

    Raises:
        NotFoundError: no such form.
        NotAllowedError: another record of the same form has that credit code.
    """
    form = ws.pack.form(form_id)
    given: dict[str, Stored] = dict(answers or {})
    station = ws.station
    if "office" not in given and station is not None and station.office:
        given["office"] = station.office
    record = ws.store.create_record(
        form_id,
        given,
        office=str(given.get("office") or ""),
        pack_version=ws.pack.label,
        actor=ws.actor,
        source=source,
        is_sample=is_sample,
        period=period_of(form_id, given),
    )
    return _opened(ws, form, record, ws.clock.today())


def open_form(ws: Workspace, record_id: str, as_of: date | None = None) -> OpenForm:
    """The record, checked as of a day: by default today, or the day of the recommendation once it is locked.

    Raises:
        NotFoundError: no such record, or its form is not in the pack.
    """
    record = ws.store.get(record_id)
    day = as_of or recommended_on(ws, record) or ws.clock.today()
    return _opened(ws, ws.pack_of(record).form(record.form), record, day)


def recommended_on(ws: Workspace, record: Record) -> date | None:
    """The as-of date of the verdict under which the record is locked; None for a draft."""
    if record.state.is_editable:
        return None
    days = [step_day(e.detail) for e in ws.store.events(record.id) if e.kind in LOCKING_STEPS]
    return next((day for day in reversed(days) if day is not None), None)


def step_day(detail: str) -> date | None:
    """The day that an event tells; None for other words, which may have come in a file."""
    try:
        return date.fromisoformat(detail)
    except ValueError:
        return None


def find_unit(ws: Workspace, credit_code: str, form_id: str | None = None) -> tuple[Record, ...]:
    """Every record of a unit, by credit code.

    Raises:
        NotFoundError: the unit is not in the store.
    """
    found = ws.store.find(credit_code, form_id)
    if not found and form_id and ws.store.find(credit_code):
        raise NotFoundError(f"信用代码为“{credit_code}”的单位没有填“{ws.pack.form(form_id).title}”，请核对是哪一张表。")
    if not found:
        raise NotFoundError(f"没有信用代码为“{credit_code}”的单位，请核对代码，或先录入、导入。")
    return found


def check_record(ws: Workspace, record: Record, as_of: date) -> Checked:
    """Check a stored record; explanations whose values have changed since no longer count."""
    return check_answers(ws, record, record.answers, as_of)


def check_answers(ws: Workspace, record: Record, answers: Answers, as_of: date) -> Checked:
    """Check a record as if it held these answers, with those of its explanations that still count.

    A locked form is judged by the pack under which it was locked.
    """
    checked = check(ws.pack_of(record), record.form, answers, as_of)
    valid = {e.rule: e.text for e in record.explanations if e.values_digest == values_digest(checked.state, e.rule)}
    return with_explanations(checked, valid)


def _opened(
    ws: Workspace, form: FormDefinition, record: Record, as_of: date, judged: Checked | None = None
) -> OpenForm:
    """`judged` is the check of this very record, if there was one; the store holds its note then."""
    known = prefill.known_answers(ws, form, record) if record.state.is_editable else {}
    missing = {name: value for name, value in known.items() if record.answers.get(name) != value}
    if missing:
        record, judged = ws.store.set_answers(record.id, missing, actor=ws.actor, source=prefill.SOURCE), None
    checked = judged or check_record(ws, record, as_of)
    # The list shows today's verdict; a look at another day must not change it.
    if judged is None and record.state.is_editable and as_of == ws.clock.today():
        note = _note_of(checked)
        ws.store.note_verdict(
            record.id, record.revision, note.eligibility, note.open_count, note.number, note.checked_on
        )
    return OpenForm(record, form, checked, ws.store.evidence(record.id), frozenset(known))


class _Judge:
    """Checks a record while it is saved: the answer and its verdict reach the disk together."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._day = ws.clock.today()
        self.checked: Checked | None = None

    def __call__(self, record: Record) -> VerdictNote:
        """What the list is to show of the record."""
        self.checked = check_record(self._ws, record, self._day)
        return _note_of(self.checked)


def _note_of(checked: Checked) -> VerdictNote:
    verdict = checked.verdict
    return VerdictNote(verdict.eligibility, attention(verdict), verdict.number, verdict.as_of)


def attention(verdict: Verdict) -> int:
    """How many findings still ask for something before the sheet may be printed."""
    blocking = sum(1 for f in verdict.findings if f.severity is Severity.MANDATORY and f.outcome is not Outcome.MET)
    return blocking + len(verdict.open_findings)


def save_answer(
    ws: Workspace, record_id: str, name: str, raw: object, *, source: str = "窗口录入", expected: Answers | None = None
) -> OpenForm:
    """Save one field (a whole repeat group under its name), wrong values kept as given, and check again.

    `expected` are the answers as the clerk was shown them; None saves over whatever stands there.

    Raises:
        NotFoundError: no such record or field.
        EditedElsewhereError: the field reads otherwise by now than in `expected`; nothing was saved.
        NotAllowedError: the record is locked, the credit code is another record's, the library gave the answer, or a
            scanner typed the code of a sheet of paper there.
    """
    record = ws.store.get(record_id)
    form = ws.pack.form(record.form)
    if isinstance(raw, str) and holds_scan(raw):
        raise NotAllowedError(
            f"扫进“{form.label_of(name)}”的是纸件上的二维码，没有保存；请删掉它，要核对纸件请先按F7再扫。"
        )
    if name in prefill.known_answers(ws, form, record):
        raise NotAllowedError(f"“{form.label_of(name)}”由培育库带出，不能改动；如有不符，请与区工信局核对。")
    judge, changes = _Judge(ws), {name: to_stored(form, name, raw)}
    saved = store_answers(ws, record, changes, source=source, expected=expected, judge=judge)
    return _opened(ws, form, saved, ws.clock.today(), judge.checked)


def store_answers(
    ws: Workspace, record: Record, changes: Answers, *, source: str, expected: Answers | None = None,
    judge: Callable[[Record], VerdictNote] | None = None,
) -> Record:
    """Save answers in their stored form; kind and year of an annual report are kept in step with them.

    `judge` checks what is saved, within the same step.

    Raises:
        NotAllowedError: the record is locked, or another record has that code (in that kind and year).
        EditedElsewhereError: one of them reads otherwise by now than in `expected`; nothing was saved.
    """
    period = partial(period_of, record.form) if record.form == REPORT_FORM else None
    try:
        saved = ws.store.set_answers(
            record.id, changes, actor=ws.actor, source=source, period=period, expected=expected, judge=judge
        )
    except EditedElsewhereError as error:
        raise elsewhere.in_words(ws, ws.pack_of(record).form(record.form), error) from error
    if saved.revision == record.revision or saved.pack_version == ws.pack.label:
        return saved
    ws.store.library.packs.refile(saved.id, ws.pack.label, actor=ws.actor)
    return replace(saved, pack_version=ws.pack.label)


def to_stored(form: FormDefinition, name: str, raw: object) -> Stored:
    """What the store keeps of a given answer: canonical where it can be read, as given where not; None for blank.

    Raises:
        NotFoundError: the form has no such top-level field.
    """
    field = form.by_name.get(name)
    if field is None or field.repeat or not field.type.is_input:
        raise NotFoundError(f"“{form.title}”中没有可以填写的“{name}”这一栏。")
    if field.type is FieldType.REPEAT:
        rows, _, _ = parse_repeat(field, raw)
        return rows
    return parse(field, raw).stored


def explain(ws: Workspace, record_id: str, rule: str, text: str, *, shown: OpenForm | None = None) -> OpenForm:
    """Write the clerk's 情况说明 on an open `verify` finding; blank text takes it back.

    `shown` is the form as the clerk saw it when writing; None asks nothing.

    Raises:
        NotAllowedError: the finding is not one that an explanation can answer, or what it rests on was changed since.
        EditedElsewhereError: somebody else has explained it otherwise since.
    """
    opened = open_form(ws, record_id)
    rule = next((f.rule for f in opened.verdict.findings if f.rule.lower() == rule.lower()), rule)
    finding = opened.verdict.finding(rule)
    if finding is None:
        raise NotFoundError(f"校核结果中没有“{rule}”这一条，请核对编号。")
    if finding.severity is not Severity.VERIFY or finding.outcome is Outcome.MET:
        raise NotAllowedError(f"“{rule}”不是需要说明的核实性问题：{finding.message}")
    digest, expected = values_digest(opened.state, rule), None
    if shown is not None:
        if digest != values_digest(shown.state, rule):
            raise NotAllowedError(_moved_ground(ws, opened, shown, rule))
        expected = next((e.text for e in shown.record.explanations if e.rule == rule), "")
    try:
        ws.store.set_explanation(
            record_id, rule, text.strip(), digest, actor=ws.actor, source="情况说明", expected=expected
        )
    except EditedElsewhereError as error:
        raise elsewhere.in_words(ws, opened.form, error) from error
    return open_form(ws, record_id)


def _moved_ground(ws: Workspace, opened: OpenForm, shown: OpenForm, rule: str) -> str:
    """An explanation is of the values that its writer saw: why it is not taken for others."""
    changed = elsewhere.news(ws, opened.form, opened.record, shown.record.answers)
    told = elsewhere.news_sentence(ws, changed).removesuffix("，已更新。") or "有关数据刚在另一处改过"
    return f"{told}，“{rule}”的说明没有保存。请看过新的校核结果再写。"


def recommend(ws: Workspace, record_id: str, *, shown: Record | None = None) -> OpenForm:
    """Lock the record as recommended, with its verdict number (design §5).

    `shown` is the record as the clerk judged it; None takes it as it stands.

    Raises:
        NotAllowedError: not eligible, a `verify` finding is not explained, or it was changed since it was `shown`; the
            sentence says which.
    """
    opened = open_form(ws, record_id)
    if opened.is_locked:
        who = elsewhere.by_whom(ws, record_id)
        raise NotAllowedError(f"“{opened.record.unit_name}”已经推荐过{who}，不用重复推荐；要修改请先撤回。")
    if opened.form.id == REPORT_FORM:
        raise NotAllowedError(f"“{opened.record.unit_name}”的动态管理表不用推荐，请用“上报”。")
    if not opened.verdict.may_recommend:
        raise NotAllowedError(why_not(opened.verdict))
    undecided = undecided_sentence(ws, opened.record)
    if undecided:
        raise NotAllowedError(undecided)
    ws.bind_pack(opened.record)
    ws.store.set_state(
        record_id,
        RecordState.RECOMMENDED,
        actor=ws.actor,
        source="推荐",
        verdict_number=opened.verdict.number,
        detail=opened.verdict.as_of.isoformat(),
        expected=shown or opened.record,
    )
    return open_form(ws, record_id)


def foreign_sentence(ws: Workspace, record: Record) -> str:
    """Why the office at this workstation does not recommend a unit: another has jurisdiction; empty where it does.

    `recommend` does not ask this: whoever calls it says so before. Letters and packages leave such units out.
    """
    station = ws.station
    if station is None or station.role is not Role.OFFICE or record.is_sample:
        return ""
    if not record.office or record.office == station.office:
        return ""
    return (
        f"“{record.unit_name}”的所属街镇、园区是“{ws.office_label(record.office)}”，"
        f"不由{ws.office_label(station.office)}推荐：填错的请改正（已推荐的先撤回），没有填错的请转交对方。"
    )


def undecided_sentence(ws: Workspace, record: Record) -> str:
    """Why a form waits for a decision between two versions of a field (冲突); empty when it does not."""
    fields = len(ws.store.exchange.conflicts(record.id))
    if not fields:
        return ""
    is_bureau = ws.station is not None and ws.station.role is Role.BUREAU
    place = "收发" if is_bureau else "报送"
    return f"“{record.unit_name}”有{fields}栏本机和来件都改过、还没有决定用哪一个，请先在“{place}”页“处理冲突”中选定。"


def withdraw(ws: Workspace, record_id: str) -> OpenForm:
    """撤回: back to draft, so that it can be edited again; a report that was handed in then counts as not handed in.

    Raises:
        NotAllowedError: it has not been recommended or handed in, or the bureau has it already.
    """
    record = ws.store.get(record_id)
    if record.state.is_editable:
        raise NotAllowedError(f"“{record.unit_name}”还没有{handing_in(record.form)}，不用撤回。")
    if record.state is RecordState.FILED:
        ws.store.library.reports.withdraw(record, actor=ws.actor)
        return open_form(ws, record_id)
    if record.state is not RecordState.RECOMMENDED:
        raise NotAllowedError(f"“{record.unit_name}”{record.state.label}，区工信局已经接收，不能再撤回。")
    ws.store.set_state(
        record_id, RecordState.DRAFT, actor=ws.actor, source="撤回", verdict_number=None, detail="", expected=record
    )
    return open_form(ws, record_id)


def why_not(verdict: Verdict) -> str:
    """Why the official sheet may not be printed yet, in one sentence with clauses; empty when it may."""
    name = verdict.unit_name or "该单位"
    if verdict.eligibility is not Eligibility.ELIGIBLE:
        wanted = Outcome.NOT_MET if verdict.eligibility is Eligibility.NOT_ELIGIBLE else Outcome.UNKNOWN
        reasons = [f for f in verdict.findings if f.severity is Severity.MANDATORY and f.outcome is wanted]
        first = reasons[0]
        clause = f"（{first.clause}）" if first.clause else ""
        more = f"等{len(reasons)}项" if len(reasons) > 1 else ""
        waits = "待核实，" if verdict.eligibility is Eligibility.INCOMPLETE else ""
        return f"“{name}”{waits}不能推荐：{first.message.rstrip('。')}{clause}{more}。"
    still_open = verdict.open_findings
    if still_open:
        ids = "、".join(f.rule for f in still_open[:5])
        return f"“{name}”还有{len(still_open)}条核实性问题没有写情况说明（{ids}），写完才能推荐。"
    return ""


def delete_draft(ws: Workspace, record_id: str, *, changed_at: datetime | None = None) -> None:
    """Take a draft out of the list; its history stays.

    `changed_at` is when the list says that it was changed last: a later change was not seen by whoever deletes.

    Raises:
        NotAllowedError: it is recommended already, went to the bureau in a package, came in a file, or was changed
            since.
    """
    from core.services.exchange.trust import BUREAU

    sent = [file.number for file in ws.store.exchange.boxes.sent_to(BUREAU) if record_id in file.records]
    if sent:
        name = ws.store.get(record_id).unit_name or "这份表"
        raise NotAllowedError(
            f"“{name}”已在第{sent[-1]}包报给区工信局，不能删除；不再推荐的，请与区工信局联系退回或不予入库。"
        )
    if set(ws.store.exchange.vectors((record_id,))[record_id]) - ws.store.exchange.own_sites():
        name = ws.store.get(record_id).unit_name or "这份表"
        raise NotAllowedError(f"“{name}”是随文件收来的，不能删除；不收的请退回，或办理不予入库。")
    ws.store.delete_record(record_id, actor=ws.actor, expected=changed_at)


def list_units(
    ws: Workspace,
    *,
    query: str = "",
    form: str | None = None,
    state: RecordState | None = None,
    eligibility: Eligibility | None = None,
    office: str | None = None,
    order: RecordOrder = "updated",
    descending: bool = False,
    limit: int = 200,
    offset: int = 0,
) -> tuple[RecordSummary, ...]:
    """A page of the list of units; `query` matches name, code and pinyin initials; "updated" is the newest first."""
    return ws.store.list_records(
        query=query,
        form=form,
        state=state,
        eligibility=eligibility,
        office=office,
        order=order,
        descending=descending,
        limit=limit,
        offset=offset,
    )


def refresh_verdicts(ws: Workspace, limit: int) -> int:
    """Check drafts whose verdict is not today's: the look-back moves with the day. Returns how many it checked."""
    stale = ws.store.unchecked_drafts(ws.clock.today(), limit)
    for record_id in stale:
        open_form(ws, record_id)
    return len(stale)


def count_units(
    ws: Workspace,
    *,
    query: str = "",
    form: str | None = None,
    state: RecordState | None = None,
    eligibility: Eligibility | None = None,
    office: str | None = None,
) -> int:
    """How many units the same filters find."""
    return ws.store.count_records(query=query, form=form, state=state, eligibility=eligibility, office=office)


def history(ws: Workspace, record_id: str, field: str | None = None) -> tuple[FieldChange, ...]:
    """Every change of a record or of one field, oldest first."""
    return ws.store.history(record_id, field)


def events(ws: Workspace, record_id: str) -> tuple[RecordEvent, ...]:
    """The steps of a record's life, oldest first."""
    return ws.store.events(record_id)

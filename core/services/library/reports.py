"""动态管理表: who owes the report of a year, carried forward, handed in, accepted or returned (三(四)2(1))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from core.domain.calendar import format_chinese
from core.domain.enums import REPORT_FORM, Outcome, RecordState, Severity
from core.domain.errors import NotAllowedError
from core.domain.finding import Verdict
from core.domain.library import Membership
from core.domain.records import Record, RecordSummary
from core.domain.reports import period
from core.domain.values import Stored
from core.forms.definition import Field, FieldType, FormDefinition
from core.policy.reports import report_due
from core.rules.registry import rules_for
from core.services import drafts, elsewhere
from core.services.drafts import OpenForm
from core.services.last_year import member_of
from core.services.library import links, members
from core.services.library.access import day_of, require_bureau
from core.services.workspace import Workspace

_CLAUSE: Final = "三(四)2(1)"
_CARRIED: Final = "annual_report_carried"
_SOURCE: Final = "上年结转"
_BEFORE_ENTRY: Final = "补录晚于截止日，不作移出依据"
_MOST_YEARS_BACK: Final = 20
_MOST_HELD: Final = 5000


class ReportState(StrEnum):
    """Whether the report of a year came in, and in time."""

    NOT_DUE = "not_due"
    MISSING = "missing"
    ON_TIME = "on_time"
    LATE = "late"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"not_due": "未到期", "missing": "未报", "on_time": "按时上报", "late": "迟报"}[self.value]


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """One member's report of one year. `record_id` None until somebody began it; `filed_on` None until handed in.

    `progress` is where its form stands now: 填报中, 已上报, 已退回, 已审核; None until it is begun.
    """

    membership: Membership
    year: int
    due_on: date
    state: ReportState
    filed_on: date | None
    record_id: str | None
    progress: RecordState | None = None

    @property
    def is_before_entry(self) -> bool:
        """True where it fell due before the unit was entered here (补录): it may well have reported elsewhere.

        Such a report may still be asked for; R1 does not propose a removal on it.
        """
        known_since = self.membership.known_since
        return known_since is not None and self.due_on < known_since

    @property
    def note(self) -> str:
        """What the reminder says beside the state; blank where there is nothing to say."""
        owed = self.state in (ReportState.MISSING, ReportState.LATE)
        return _BEFORE_ENTRY if owed and self.is_before_entry else ""

    @property
    def label(self) -> str:
        """How it stands, in the word that clerks use: a report that went back waits to be handed in again."""
        return RecordState.RETURNED.label if self.progress is RecordState.RETURNED else self.state.label


def default_year(ws: Workspace) -> int:
    """The year whose report is asked for now: last year."""
    return ws.clock.today().year - 1


def statuses(
    ws: Workspace, year: int, *, as_of: date | None = None, office: str | None = None
) -> tuple[ReportStatus, ...]:
    """Members that owe the report of a year: in the library on its 31 December, and still on the as-of day."""
    today = ws.clock.today()
    day = as_of or today
    due_on = report_due(ws.pack, year)
    filings = ws.store.library.reports.of_year(REPORT_FORM, year)
    found = []
    for member in members.members(ws, office=office, as_of=day if day < today else None):
        if member.admitted_on > date(year, 12, 31):
            continue
        filing = filings.get((member.unit_id, member.kind))
        filed_on = filing.filed_on if filing and filing.filed_on and filing.filed_on <= day else None
        found.append(ReportStatus(
            member, year, due_on, _state(due_on, filed_on, day), filed_on, filing.record_id if filing else None,
            filing.state if filing else None,
        ))
    return tuple(found)


def reminder(ws: Workspace, year: int, as_of: date | None = None) -> tuple[ReportStatus, ...]:
    """催报名单: reports that are owed and not handed in, came late, or went back and are not handed in again."""
    return tuple(
        s for s in statuses(ws, year, as_of=as_of)
        if s.state is not ReportState.ON_TIME or s.progress is RecordState.RETURNED
    )


def _state(due_on: date, filed_on: date | None, day: date) -> ReportState:
    if filed_on is not None:
        return ReportState.ON_TIME if filed_on <= due_on else ReportState.LATE
    return ReportState.MISSING if day > due_on else ReportState.NOT_DUE


@dataclass(frozen=True, slots=True)
class HeldReport:
    """A report in the store of an office, which holds no library: whether its unit is a member is not known there."""

    record: RecordSummary
    due_on: date
    state: ReportState
    filed_on: date | None


def held(ws: Workspace, year: int, as_of: date | None = None) -> tuple[HeldReport, ...]:
    """The reports of a year that lie in this store, by name: what an office of its own units has."""
    day, due_on = as_of or ws.clock.today(), report_due(ws.pack, year)
    made = []
    for summary in ws.store.list_records(form=REPORT_FORM, order="name", limit=_MOST_HELD):
        if summary.year not in ("", str(year)):
            continue
        record = ws.store.get(summary.id)
        if record.answers.get("data_year") == year:
            made.append(HeldReport(summary, due_on, _state(due_on, record.filed_on, day), record.filed_on))
    return tuple(made)


def begin_report(ws: Workspace, membership_id: str, year: int) -> OpenForm:
    """The member's report of a year: the one that there is, else a new one carried forward from last year.

    Raises:
        NotAllowedError: the member has left; the year has not ended, or it ended before the library held the unit.
    """
    member = members.membership(ws, membership_id)
    known = ws.store.library.reports.of_unit(member.credit_code, REPORT_FORM, period(member.kind, year))
    if known is not None:
        return drafts.open_form(ws, known.id)
    if not member.is_active:
        raise NotAllowedError(f"“{member.unit_name}”已于{member.left_on}离开培育库，不用再填动态管理表。")
    if year >= ws.clock.today().year:
        raise NotAllowedError(f"{year}年度还没有结束，动态管理表在次年填报（{_CLAUSE}），请核对年度。")
    if year < member.admitted_on.year - 1:
        raise NotAllowedError(
            f"“{member.unit_name}”{format_chinese(member.admitted_on)}才入库，不用填{year}年度动态管理表，请核对年度。"
        )
    answers: dict[str, Stored] = {
        **_carried_from(ws, member, year), "unit_name": member.unit_name, "credit_code": member.credit_code,
        "office": member.office, "unit_kind": member.kind, "data_year": year, "current_tier": member.tier.value,
        "batch": f"{year + 1}年动态管理",
        **links.prefilled_counts(ws, member.unit_id, member.kind, ws.clock.today()),
    }
    form = ws.pack.form(REPORT_FORM)
    given = {name: drafts.to_stored(form, name, value) for name, value in answers.items() if name in form.by_name}
    return drafts.begin(ws, REPORT_FORM, given, source=_SOURCE)


def report_of(ws: Workspace, membership_id: str, year: int) -> Record | None:
    """The member's report of a year, owed or not; None until somebody began it."""
    member = members.membership(ws, membership_id)
    return ws.store.library.reports.of_unit(member.credit_code, REPORT_FORM, period(member.kind, year))


def carried(ws: Workspace, record_id: str) -> Mapping[str, Stored]:
    """What was taken over from last year, by field: an answer that differs now was changed. Empty without a member."""
    record = _report(ws, record_id)
    kind, year = record.answers.get("unit_kind"), record.answers.get("data_year")
    member = member_of(ws, record.credit_code, str(kind or ""))
    if member is None or not isinstance(year, int):
        return {}
    return _carried_from(ws, member, year)


def _carried_from(ws: Workspace, member: Membership, year: int) -> dict[str, Stored]:
    """Texts, contacts, standards and certificates of the newest earlier report, else of the admission form."""
    source = next(_earlier_reports(ws, member, year), None)
    if source is None and member.record_id is not None:
        source = ws.store.get(member.record_id)
    if source is None:
        return {}
    form = ws.pack.form(REPORT_FORM)
    names = str(ws.pack.parameters_at(date(year + 1, 1, 1)).get(_CARRIED, "")).split()
    taken = {name: _fitting(form, name, source.answers.get(name)) for name in names if name in form.by_name}
    return {name: value for name, value in taken.items() if value is not None}


def _earlier_reports(ws: Workspace, member: Membership, year: int) -> Iterator[Record]:
    """Reports of earlier years that were handed in, the newest first."""
    for earlier in range(year - 1, max(member.admitted_on.year, year - _MOST_YEARS_BACK) - 2, -1):
        found = ws.store.library.reports.of_unit(member.credit_code, REPORT_FORM, period(member.kind, earlier))
        if found is not None and found.state in (RecordState.FILED, RecordState.ACCEPTED):
            yield found


def _fitting(form: FormDefinition, name: str, value: Stored) -> Stored:
    """An answer as the report's field keeps it; files stay with the form that they were attached to."""
    field = form.by_name[name]
    if value is None or field.type is FieldType.FILE:
        return None
    if field.type is FieldType.REPEAT and isinstance(value, list | tuple):
        return drafts.to_stored(form, name, [_row(field, row) for row in value if isinstance(row, Mapping)])
    return drafts.to_stored(form, name, value)


def _row(repeat: Field, row: Mapping[str, object]) -> dict[str, object]:
    wanted = [c.name for c in repeat.columns if c.type is not FieldType.FILE and c.calculation is None]
    return {name: row[name] for name in wanted if row.get(name) is not None}


def file_report(ws: Workspace, record_id: str, on: date | None = None) -> OpenForm:
    """上报: lock the report as handed in; a late one too, and one with a ground for removal: R1 and R3 only say so.

    A report that came back keeps the day on which it was handed in first.

    Raises:
        NotAllowedError: handed in already; something is missing, malformed or not explained; two versions of a field
            wait for a decision; the day is in the future.
    """
    record = _report(ws, record_id)
    if not record.state.is_editable:
        who = elsewhere.by_whom(ws, record_id)
        raise NotAllowedError(
            f"“{record.unit_name}”的动态管理表{record.state.label}{who}，不用重复上报；要修改请先撤回。"
        )
    day = day_of(ws, on)
    record = drafts.open_form(ws, record_id).record
    _require_decided(ws, record)
    first = record.filed_on or day
    answers: Mapping[str, Stored] = {"filed_on": first.isoformat()}
    ready = drafts.check_answers(ws, record, {**record.answers, **answers}, day).verdict
    problem = _why_not(ready)
    if problem:
        raise NotAllowedError(problem)
    ws.bind_pack(record)
    ws.store.library.reports.file(
        record, first_filed_on=first, answers=answers, verdict_number=ready.number, as_of=day, actor=ws.actor
    )
    return drafts.open_form(ws, record_id)


def accept_report(ws: Workspace, record_id: str) -> OpenForm:
    """审核通过: its figures are next year's 上年数.

    Raises:
        NotAllowedError: not the bureau, it is not waiting, or two versions of a field wait for a decision.
    """
    require_bureau(ws)
    record = _waiting(ws, record_id)
    _require_decided(ws, record)
    ws.store.library.reports.accept(record, actor=ws.actor)
    return drafts.open_form(ws, record_id)


def return_report(ws: Workspace, record_id: str, reason: str) -> OpenForm:
    """退回 with a reason: it may be edited and handed in again.

    Raises:
        NotAllowedError: not the bureau, no reason, or it is not waiting.
    """
    require_bureau(ws)
    if not reason.strip():
        raise NotAllowedError("没有写退回原因，请写明要改什么。")
    ws.store.library.reports.send_back(_waiting(ws, record_id), reason.strip(), actor=ws.actor)
    return drafts.open_form(ws, record_id)


def _report(ws: Workspace, record_id: str) -> Record:
    record = ws.store.get(record_id)
    if record.form != REPORT_FORM:
        raise NotAllowedError(f"“{record.unit_name}”的这份表不是动态管理表，请在“推荐”中办理。")
    return record


def _waiting(ws: Workspace, record_id: str) -> Record:
    record = _report(ws, record_id)
    if record.state is not RecordState.FILED:
        who = elsewhere.by_whom(ws, record_id)
        raise NotAllowedError(f"“{record.unit_name}”的动态管理表{record.state.label}{who}，不在待审核的报表中。")
    return record


def _require_decided(ws: Workspace, record: Record) -> None:
    undecided = drafts.undecided_sentence(ws, record)
    if undecided:
        raise NotAllowedError(undecided)


def _why_not(verdict: Verdict) -> str:
    """Why a report cannot be handed in yet, in one sentence; the rules of removal do not stop it."""
    name = verdict.unit_name or "该单位"
    rules = {rule.id for rule in rules_for(REPORT_FORM)}
    wrong = [
        f for f in verdict.findings
        if f.severity is Severity.MANDATORY and f.outcome is not Outcome.MET and f.rule not in rules
    ]
    if wrong:
        more = f"等{len(wrong)}项" if len(wrong) > 1 else ""
        return f"“{name}”的动态管理表还不能上报（{_CLAUSE}）：{wrong[0].message.rstrip('。')}{more}。"
    still_open = verdict.open_findings
    if still_open:
        ids = "、".join(f.rule for f in still_open[:5])
        return f"“{name}”的动态管理表还有{len(still_open)}条核实性问题没有写情况说明（{ids}），写完才能上报。"
    return ""

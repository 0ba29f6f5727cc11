"""动态管理表: who owes it, what is carried forward, handed in on time or late, accepted, returned."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.documents.excel.template import write_filled
from core.domain.enums import Eligibility, Outcome, RecordState, Role
from core.domain.errors import NotAllowedError
from core.domain.library import UnitChangeKind
from core.domain.records import Station
from core.services import drafts
from core.services.importing import import_workbooks
from core.services.library import closing, cockpit, incidents, members, removal, reports, windows
from core.services.library.reports import ReportState
from core.services.printing import PrintKind, print_to_file
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE, admitted, credit_code, draft
from tests.fixtures.reports import filled

NAME = "天津岚溪泵业有限公司"
DUE = date(2027, 4, 15)


def enrolled(bureau: Bureau, number: int = 1, *, admitted_on: date = date(2025, 6, 20), office: str = OFFICE) -> str:
    return members.enrol(
        bureau.ws, unit_name=NAME if number == 1 else f"天津虚构{number}号有限公司", credit_code=credit_code(number),
        kind="green-factory", office=office, admitted_on=admitted_on, industry_code="3441",
    ).id


def state_of(bureau: Bureau, membership_id: str, year: int, as_of: date | None = None) -> ReportState:
    (found,) = [s for s in reports.statuses(bureau.ws, year, as_of=as_of) if s.membership.id == membership_id]
    return found.state


# Who owes it


def test_who_was_in_the_library_on_the_last_day_of_the_year_owes_the_report(bureau: Bureau) -> None:
    enrolled(bureau, 1, admitted_on=date(2025, 12, 31))
    enrolled(bureau, 2, admitted_on=date(2026, 1, 1))
    assert [s.membership.unit_name for s in reports.statuses(bureau.ws, 2025)] == [NAME]
    assert len(reports.statuses(bureau.ws, 2026)) == 2


def test_the_due_day_is_the_packs_and_itself_in_time(bureau: Bureau) -> None:
    member = enrolled(bureau)
    (status,) = reports.statuses(bureau.ws, 2026)
    assert (status.due_on, status.state, status.record_id, status.progress) == (DUE, ReportState.NOT_DUE, None, None)
    assert state_of(bureau, member, 2026, date(2027, 4, 15)) is ReportState.NOT_DUE
    assert state_of(bureau, member, 2026, date(2027, 4, 16)) is ReportState.MISSING


def test_the_reminder_says_of_whom_no_removal_follows(bureau: Bureau) -> None:
    enrolled(bureau, 1)
    bureau.clock.set(date(2027, 4, 20))
    enrolled(bureau, 2)
    notes = {s.membership.unit_name: s.note for s in reports.reminder(bureau.ws, 2026)}
    assert notes == {NAME: "", "天津虚构2号有限公司": "补录晚于截止日，不作移出依据"}
    assert [p.membership.unit_name for p in removal.proposals(bureau.ws)] == [NAME]
    assert {s.note for s in reports.statuses(bureau.ws, 2027)} == {""}


def test_one_office_and_the_reminder(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 20))
    enrolled(bureau, 1)
    enrolled(bureau, 2, office="120115006")
    assert [s.membership.office for s in reports.statuses(bureau.ws, 2026, office="120115006")] == ["120115006"]
    assert len(reports.reminder(bureau.ws, 2026)) == 2
    assert reports.default_year(bureau.ws) == 2026


# Carried forward


def test_the_first_report_carries_texts_of_the_admission_form_and_its_figures_only_as_last_years(
    bureau: Bureau,
) -> None:
    windows.open_window(bureau.ws)
    record = admitted(bureau.ws, 1, NAME)
    bureau.clock.set(date(2026, 6, 20))
    closing.close_window(bureau.ws)
    bureau.clock.set(date(2027, 3, 1))
    admission = drafts.open_form(bureau.ws, record.id)
    assert admission.record.answers["data_year"] == 2025
    member = members.find_member(bureau.ws, credit_code(1))
    opened = reports.begin_report(bureau.ws, member.id, 2026)
    answers = opened.record.answers
    for name in ("contact_name", "contact_phone", "standard_applied", "legal_representative"):
        assert answers[name] == admission.record.answers[name]
    assert (answers["unit_kind"], answers["data_year"], answers["current_tier"]) == ("green-factory", 2026, "district")
    assert answers["admitted_on"] == "2026-06-20"
    assert opened.record.period == "green-factory:2026"
    for name in ("output_wan", "energy_total_tce", "employees", "has_incidents", "neg_dishonest_answer"):
        assert name not in answers
    # The form holds 2025, the year before; its energy is calculated there.
    assert answers["prior_output_wan"] == admission.state.values["output_wan"]
    assert answers["prior_energy_total_tce"] == pytest.approx(admission.state.values["energy_total_tce"], abs=1e-4)
    taken = reports.carried(bureau.ws, opened.record.id)
    assert taken["contact_name"] == answers["contact_name"]
    assert "output_wan" not in taken


def test_files_of_last_year_stay_with_their_form(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 3, 1))
    member = enrolled(bureau)
    rows = [{"cert_kind": "energy", "cert_state": "certified", "cert_number": "CN-1", "cert_file": "ev-1"}]
    record = filled(bureau.ws, member, 2026, certificates=rows)
    reports.file_report(bureau.ws, record.id)
    bureau.clock.set(date(2028, 3, 1))
    opened = reports.begin_report(bureau.ws, member, 2027)
    assert opened.record.answers["certificates"] == [
        {"cert_kind": "energy", "cert_state": "certified", "cert_number": "CN-1"}
    ]


def test_last_years_figures_are_those_of_the_accepted_report_only(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 3, 1))
    member = enrolled(bureau)
    first = filled(bureau.ws, member, 2026, output_wan=40000, contact_name="钱进")
    reports.file_report(bureau.ws, first.id)
    bureau.clock.set(date(2028, 3, 1))
    second = reports.begin_report(bureau.ws, member, 2027).record
    assert second.answers["contact_name"] == "钱进"
    assert "prior_output_wan" not in second.answers
    reports.accept_report(bureau.ws, first.id)
    again = drafts.open_form(bureau.ws, second.id)
    assert again.record.answers["prior_output_wan"] == 40000
    assert {"prior_output_wan", "filed_on", "admitted_on"} <= again.known
    with pytest.raises(NotAllowedError, match="由培育库带出"):
        drafts.save_answer(bureau.ws, second.id, "prior_output_wan", 1)


def test_a_swing_over_the_packs_limit_asks_for_an_explanation(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 3, 1))
    member = enrolled(bureau)
    first = filled(bureau.ws, member, 2026)
    reports.accept_report(bureau.ws, reports.file_report(bureau.ws, first.id).record.id)
    bureau.clock.set(date(2028, 3, 1))
    same = {"energy_total_tce": 2420 * 1.3}
    second = filled(bureau.ws, member, 2027, **same)
    assert drafts.open_form(bureau.ws, second.id).verdict.finding("V401") is None
    opened = drafts.save_answer(bureau.ws, second.id, "energy_total_tce", 2420 * 1.3 + 0.1)
    finding = opened.verdict.finding("V401")
    assert finding is not None
    assert finding.is_open
    with pytest.raises(NotAllowedError, match=r"没有写情况说明（V401"):
        reports.file_report(bureau.ws, second.id)
    drafts.explain(bureau.ws, second.id, "V401", "新增一条生产线")
    assert reports.file_report(bureau.ws, second.id).record.state is RecordState.FILED


def test_begun_twice_it_is_the_same_report_also_after_a_new_code(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 3, 1))
    member = enrolled(bureau)
    first = reports.begin_report(bureau.ws, member, 2026).record
    unit = members.membership(bureau.ws, member).unit_id
    bureau.ws.store.library.units.change(
        unit, UnitChangeKind.CODE, after=credit_code(9), happened_on=date(2027, 2, 1), note="", actor="测试"
    )
    assert reports.begin_report(bureau.ws, member, 2026).record.id == first.id
    (status,) = reports.statuses(bureau.ws, 2026)
    assert status.record_id == first.id


@pytest.mark.parametrize(("year", "word"), [(2027, "还没有结束"), (2023, "才入库")])
def test_years_that_nobody_owes_are_refused(bureau: Bureau, year: int, word: str) -> None:
    bureau.clock.set(date(2027, 3, 1))
    with pytest.raises(NotAllowedError, match=word):
        reports.begin_report(bureau.ws, enrolled(bureau), year)


# Handed in


@pytest.mark.parametrize(
    ("day", "state", "outcome"),
    [
        (date(2027, 4, 15), ReportState.ON_TIME, Outcome.MET),
        (date(2027, 4, 16), ReportState.LATE, Outcome.NOT_MET),
    ],
)
def test_on_the_due_day_it_is_in_time_and_a_late_one_is_handed_in_too(
    bureau: Bureau, day: date, state: ReportState, outcome: Outcome
) -> None:
    bureau.clock.set(day)
    member = enrolled(bureau)
    record = filled(bureau.ws, member, 2026)
    opened = reports.file_report(bureau.ws, record.id)
    assert (opened.record.state, opened.record.filed_on) == (RecordState.FILED, day)
    assert opened.record.answers["filed_on"] == day.isoformat()
    finding = opened.verdict.finding("R1")
    assert finding is not None
    assert finding.outcome is outcome
    assert state_of(bureau, member, 2026) is state
    assert (len(reports.reminder(bureau.ws, 2026)) == 0) is (state is ReportState.ON_TIME)
    assert opened.verdict.eligibility.label_for("annual-report") == (
        "可上报" if outcome is Outcome.MET else "有移出情形"
    )


def test_the_verdict_of_a_filed_report_is_that_of_its_day_for_good(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    record = filled(bureau.ws, enrolled(bureau), 2026)
    number = reports.file_report(bureau.ws, record.id).verdict.number
    bureau.clock.set(date(2027, 9, 1))
    opened = drafts.open_form(bureau.ws, record.id)
    assert (opened.verdict.number, opened.record.verdict_number) == (number, number)
    assert opened.verdict.eligibility is Eligibility.ELIGIBLE


def test_what_is_missing_is_named_and_stops_it(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    record = filled(bureau.ws, enrolled(bureau), 2026, employees=None)
    with pytest.raises(NotAllowedError, match=r"还不能上报（三\(四\)2\(1\)）.*从业人员期末人数"):
        reports.file_report(bureau.ws, record.id)
    assert bureau.ws.store.get(record.id).filed_on is None


def test_a_ground_for_removal_does_not_stop_it_and_shows_in_the_verdict(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    accident = {"incident_kind": "safety", "incident_on": "2027-02-03", "incident_level": "major",
                "incident_detail": "车间爆燃"}
    record = filled(
        bureau.ws, enrolled(bureau), 2026, has_incidents="yes", incidents=[accident], still_meets_conditions="no",
        neg_violation_answer="yes", neg_violation_from="2027-02-03", neg_violation_detail="车间爆燃",
    )
    opened = reports.file_report(bureau.ws, record.id)
    finding = opened.verdict.finding("R3")
    assert finding is not None
    assert finding.outcome is Outcome.NOT_MET
    assert "即时从各层面名单移出" in finding.message
    assert opened.verdict.eligibility is Eligibility.NOT_ELIGIBLE
    (told,) = incidents.reported(bureau.ws)
    assert (told.record_id, told.finding.clause) == (record.id, "三(四)2(3)")
    due = next(d for d in cockpit.cockpit(bureau.ws).dues if d.kind is cockpit.DueKind.ACCIDENT)
    assert "应核实并即时移出（三(四)2(3)）" in due.what
    report = removal.IncidentReport("safety", date(2027, 2, 3), "major", "车间爆燃", "调查组认定")
    removal.record_incident(bureau.ws, told.membership.unit_id, report)
    assert incidents.reported(bureau.ws) == ()


def test_an_accident_whose_grade_is_not_known_yet_does_not_stop_it(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    accident = {"incident_kind": "quality", "incident_on": "2027-02-03", "incident_level": "undetermined",
                "incident_detail": "正在调查"}
    record = filled(
        bureau.ws, enrolled(bureau), 2026, has_incidents="yes", incidents=[accident], neg_violation_answer="unknown",
        neg_violation_detail="正在调查",
    )
    assert reports.file_report(bureau.ws, record.id).verdict.eligibility is Eligibility.INCOMPLETE


def test_it_is_locked_after_that_and_not_handed_in_twice(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    record = filled(bureau.ws, enrolled(bureau), 2026)
    reports.file_report(bureau.ws, record.id)
    with pytest.raises(NotAllowedError, match="已经锁定"):
        drafts.save_answer(bureau.ws, record.id, "employees", 1)
    with pytest.raises(NotAllowedError, match="不用重复上报"):
        reports.file_report(bureau.ws, record.id)


def test_the_bureau_may_note_the_day_on_which_the_paper_came_but_not_a_coming_one(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 20))
    record = filled(bureau.ws, enrolled(bureau), 2026, filled_on="2027-04-10", office_checked_on="2027-04-12",
                    **{f"neg_{n}_queried_on": "2027-04-11" for n in (
                        "deregistered", "suspended", "abnormal", "other", "violation", "delisted", "inspection",
                        "energy_rectification", "dishonest")})
    with pytest.raises(NotAllowedError, match="还没有到"):
        reports.file_report(bureau.ws, record.id, date(2027, 4, 21))
    opened = reports.file_report(bureau.ws, record.id, date(2027, 4, 14))
    assert opened.record.filed_on == date(2027, 4, 14)
    assert opened.verdict.as_of == date(2027, 4, 14)


# Accepted, returned, withdrawn


def test_a_returned_report_keeps_its_first_day_and_is_reminded_of(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    member = enrolled(bureau)
    record = filled(bureau.ws, member, 2026)
    reports.file_report(bureau.ws, record.id)
    bureau.clock.set(date(2027, 5, 6))
    back = reports.return_report(bureau.ws, record.id, "能耗与台账不符")
    assert back.record.state is RecordState.RETURNED
    assert [e.detail for e in drafts.events(bureau.ws, record.id) if e.kind == "returned"] == ["能耗与台账不符"]
    (status,) = reports.reminder(bureau.ws, 2026)
    assert (status.state, status.progress, status.label) == (ReportState.ON_TIME, RecordState.RETURNED, "已退回")
    again = filled(bureau.ws, member, 2026, energy_total_tce=2400)
    opened = reports.file_report(bureau.ws, again.id)
    assert opened.record.filed_on == date(2027, 4, 1)
    assert opened.verdict.as_of == date(2027, 5, 6)
    assert reports.reminder(bureau.ws, 2026) == ()
    assert reports.accept_report(bureau.ws, record.id).record.state is RecordState.ACCEPTED
    with pytest.raises(NotAllowedError, match=r"已审核（.+），不在待审核"):
        reports.return_report(bureau.ws, record.id, "再看看")


def test_withdrawn_it_was_not_handed_in(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    member = enrolled(bureau)
    record = filled(bureau.ws, member, 2026)
    with pytest.raises(NotAllowedError, match="还没有上报，不用撤回"):
        drafts.withdraw(bureau.ws, record.id)
    reports.file_report(bureau.ws, record.id)
    bureau.clock.set(date(2027, 4, 16))
    opened = drafts.withdraw(bureau.ws, record.id)
    assert (opened.record.state, opened.record.filed_on) == (RecordState.DRAFT, None)
    assert "filed_on" not in opened.record.answers
    assert state_of(bureau, member, 2026) is ReportState.MISSING


def test_only_the_bureau_accepts_and_returns_with_a_reason(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    record = filled(bureau.ws, enrolled(bureau), 2026)
    with pytest.raises(NotAllowedError, match=r"填报中（.+），不在待审核"):
        reports.accept_report(bureau.ws, record.id)
    reports.file_report(bureau.ws, record.id)
    with pytest.raises(NotAllowedError, match="退回原因"):
        reports.return_report(bureau.ws, record.id, "  ")
    bureau.ws.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏"))
    with pytest.raises(NotAllowedError, match=r"三\(二\)2"):
        reports.accept_report(bureau.ws, record.id)
    with pytest.raises(NotAllowedError, match=r"三\(二\)2"):
        reports.return_report(bureau.ws, record.id, "重报")


def test_a_report_is_handed_in_and_no_other_form_is(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    record = filled(bureau.ws, enrolled(bureau), 2026)
    with pytest.raises(NotAllowedError, match="请用“上报”"):
        drafts.recommend(bureau.ws, record.id)
    form = draft(bureau.ws, 5, "天津虚构5号有限公司")
    with pytest.raises(NotAllowedError, match="不是动态管理表"):
        reports.file_report(bureau.ws, form.id)


# Kind and year tell a unit's reports apart


def test_the_period_follows_kind_and_year_as_they_are_typed(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 4, 1))
    opened = drafts.begin(bureau.ws, "annual-report", {"unit_name": NAME, "credit_code": credit_code(1)})
    assert opened.record.period == ""
    drafts.save_answer(bureau.ws, opened.record.id, "unit_kind", "绿色工厂")
    assert bureau.ws.store.get(opened.record.id).period == ""
    drafts.save_answer(bureau.ws, opened.record.id, "data_year", "2026")
    assert bureau.ws.store.get(opened.record.id).period == "green-factory:2026"
    other = drafts.begin(bureau.ws, "annual-report", {
        "unit_name": NAME, "credit_code": credit_code(1), "unit_kind": "green-factory", "data_year": 2025,
    })
    with pytest.raises(NotAllowedError, match="同一年度的同一种表"):
        drafts.save_answer(bureau.ws, other.record.id, "data_year", 2026)
    assert bureau.ws.store.get(other.record.id).answers["data_year"] == 2025


def test_workbooks_of_two_years_are_two_reports_and_the_library_keeps_its_own_answers(
    bureau: Bureau, tmp_path: Path
) -> None:
    bureau.clock.set(date(2027, 4, 1))
    member = enrolled(bureau)
    first = filled(bureau.ws, member, 2026, output_wan=40000)
    reports.accept_report(bureau.ws, reports.file_report(bureau.ws, first.id).record.id)
    bureau.clock.set(date(2028, 3, 1))
    begun = reports.begin_report(bureau.ws, member, 2027)
    path = tmp_path / "企业填回.xlsx"
    typed = {**begun.record.answers, "employees": 431, "prior_output_wan": 1, "filed_on": "2028-02-01"}
    write_filled(bureau.ws.pack.form("annual-report"), bureau.ws.pack, typed, path)
    (result,) = import_workbooks(bureau.ws, [path])
    assert result.record_id == begun.record.id
    stored = bureau.ws.store.get(begun.record.id)
    assert (stored.answers["employees"], stored.answers["prior_output_wan"]) == (431, 40000)
    assert "filed_on" not in stored.answers
    assert bureau.ws.store.get(first.id).state is RecordState.ACCEPTED
    write_filled(bureau.ws.pack.form("annual-report"), bureau.ws.pack, {**typed, "data_year": 2026}, path)
    (locked,) = import_workbooks(bureau.ws, [path])
    assert "已审核、内容已锁定" in locked.sentence


def test_there_is_no_recommendation_sheet_of_a_report(bureau: Bureau, tmp_path: Path) -> None:
    bureau.clock.set(date(2027, 4, 1))
    record = filled(bureau.ws, enrolled(bureau), 2026)
    with pytest.raises(NotAllowedError, match="没有推荐表"):
        print_to_file(bureau.ws, PrintKind.RECOMMENDATION, tmp_path / "推荐表.pdf", record_ids=(record.id,))
    assert print_to_file(bureau.ws, PrintKind.FORM, tmp_path / "表.pdf", record_ids=(record.id,)).exists()


def test_last_years_figures_follow_the_year(bureau: Bureau) -> None:
    bureau.clock.set(date(2027, 3, 1))
    member = enrolled(bureau)
    first = filled(bureau.ws, member, 2026, output_wan=40000)
    reports.accept_report(bureau.ws, reports.file_report(bureau.ws, first.id).record.id)
    bureau.clock.set(date(2028, 3, 1))
    second = reports.begin_report(bureau.ws, member, 2027).record
    assert second.answers["prior_output_wan"] == 40000
    opened = drafts.save_answer(bureau.ws, second.id, "data_year", 2025)
    assert "prior_output_wan" not in opened.record.answers

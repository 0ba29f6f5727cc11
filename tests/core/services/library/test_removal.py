"""移出: R3 the same day from every list, R1 and R2 not before the window; N3 bars the way back for the look-back."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.enums import Eligibility, Outcome, RecordState
from core.domain.errors import NotAllowedError
from core.domain.library import DecisionKind, LeaveGround, Tier
from core.services import drafts
from core.services.library import closing, members, removal, review, rosters, windows
from core.services.library.removal import IncidentReport
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import admitted, confirm_all, credit_code, draft, received

NAME = "天津岚溪泵业有限公司"


def in_library(bureau: Bureau, *numbers: int, closed_on: date = date(2026, 6, 20)) -> None:
    """Units that the June window has admitted."""
    if windows.current(bureau.ws) is None:
        windows.open_window(bureau.ws)
    for number in numbers:
        admitted(bureau.ws, number, NAME if number == 1 else f"天津虚构{number}号有限公司")
    bureau.clock.set(closed_on)
    closing.close_window(bureau.ws)


def accident(**figures: object) -> IncidentReport:
    facts: dict[str, object] = {
        "kind": "safety", "happened_on": date(2026, 8, 3), "level": "major", "detail": "车间爆燃",
        "source": "事故调查组认定意见",
    }
    return IncidentReport(**{**facts, **figures})  # type: ignore[arg-type]


def unit_of(bureau: Bureau, number: int) -> str:
    return members.find_member(bureau.ws, credit_code(number)).unit_id


def test_r3_removes_the_same_day_outside_any_window_and_announces(bureau: Bureau) -> None:
    in_library(bureau, 1, 2)
    bureau.clock.set(date(2026, 8, 5))
    result = removal.record_incident(bureau.ws, unit_of(bureau, 1), accident())
    assert (result.counts, result.finding.rule, result.finding.clause) == (True, "R3", "三(四)2(3)")
    (gone,) = result.removed
    assert (gone.left_on, gone.left_ground) == (date(2026, 8, 5), LeaveGround.R3)
    assert windows.current(bureau.ws) is None
    assert [m.unit_name for m in members.members(bureau.ws)] == ["天津虚构2号有限公司"]
    assert len(rosters.roster_on(bureau.ws, date(2026, 8, 4))) == 2
    assert len(rosters.roster_on(bureau.ws, date(2026, 8, 5))) == 1
    assert bureau.ws.store.get(gone.record_id or "").state is RecordState.REMOVED
    for word in (NAME, credit_code(1), "三(四)2(3)", "2026年8月5日", "特此公告", bureau.ws.pack.bureau_name):
        assert word in result.announcement
    assert removal.announcement(bureau.ws, (gone.id,)) == result.announcement


def test_r3_takes_every_kind_and_every_tier(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    admitted(bureau.ws, 1, NAME)
    admitted(bureau.ws, 1, NAME, "green-supply-chain")
    in_library(bureau, 2)
    enrolled = members.enrol(
        bureau.ws, unit_name=NAME, credit_code=credit_code(1), kind="green-park", office="120115456",
        admitted_on=date(2025, 3, 1), tier=Tier.NATION,
    )
    bureau.clock.set(date(2026, 8, 5))
    result = removal.record_incident(bureau.ws, enrolled.unit_id, accident())
    assert sorted(m.kind for m in result.removed) == ["green-factory", "green-park", "green-supply-chain"]
    assert members.membership(bureau.ws, enrolled.id).tier is Tier.DISTRICT
    assert "区级、市级、国家级绿色工业园区名单" in result.announcement
    ended = bureau.ws.store.library.tiers.steps((enrolled.id,))
    assert {(s.tier, s.kind.value, s.clause) for s in ended} == {
        (Tier.CITY, "ended", "三(四)2(3)"), (Tier.NATION, "ended", "三(四)2(3)")
    }
    before = rosters.roster_on(bureau.ws, date(2026, 8, 4))
    assert {line.tier for line in before if line.kind == "green-park"} == {Tier.NATION}


@pytest.mark.parametrize(
    ("figures", "counts"),
    [
        ({"level": "larger", "deaths": 9}, False),
        ({"level": "larger", "deaths": 10}, True),
        ({"level": "general", "injuries": 49}, False),
        ({"level": "general", "injuries": 50}, True),
        ({"level": "general", "loss_wan": 4999.9}, False),
        ({"level": "general", "loss_wan": 5000.0}, True),
        ({"kind": "environment", "level": "larger", "evacuated": 9999}, False),
        ({"kind": "environment", "level": "larger", "evacuated": 10000}, True),
        ({"kind": "environment", "level": "larger", "loss_wan": 2000.0}, True),
        ({"kind": "quality", "level": "major"}, True),
        ({"kind": "quality", "level": "larger"}, False),
        ({"level": "extraordinary"}, True),
        ({"level": "undetermined"}, False),
    ],
)
def test_the_grade_decides_at_its_edge(bureau: Bureau, figures: dict[str, object], counts: bool) -> None:
    in_library(bureau, 1)
    bureau.clock.set(date(2026, 8, 5))
    result = removal.record_incident(bureau.ws, unit_of(bureau, 1), accident(**figures))
    assert result.counts is counts
    assert bool(members.members(bureau.ws)) is not counts
    assert len(bureau.ws.store.library.grounds.all("R3")) == 1


def test_a_unit_removed_at_once_does_not_enter_with_the_open_window(bureau: Bureau) -> None:
    in_library(bureau, 1)
    bureau.clock.set(date(2026, 6, 25))
    windows.open_window(bureau.ws, batch=1)
    record = admitted(bureau.ws, 1, NAME, "green-supply-chain")
    removal.record_incident(bureau.ws, unit_of(bureau, 1), accident(happened_on=date(2026, 6, 24)))
    assert bureau.ws.store.get(record.id).state is RecordState.RECEIVED
    with pytest.raises(NotAllowedError, match=r"三\(四\)1\(3\)"):
        review.admit(bureau.ws, record.id)
    closing.close_window(bureau.ws)
    assert members.members(bureau.ws) == ()


def test_r2_waits_for_the_window_and_blocks_its_closing(bureau: Bureau) -> None:
    in_library(bureau, 1, 2)
    bureau.clock.set(date(2026, 8, 5))
    member = members.find_member(bureau.ws, credit_code(1))
    ground = removal.record_falsification(
        bureau.ws, member.id, found_on=date(2026, 8, 4), detail="能耗台账造假", source="现场核查记录"
    )
    subject = f"R2:{ground.id}"
    with pytest.raises(NotAllowedError, match=r"没有打开的更新窗口.*三\(四\)2"):
        removal.remove(bureau.ws, member.id, subject=subject)
    bureau.clock.set(date(2026, 12, 11))
    windows.open_window(bureau.ws)
    with pytest.raises(NotAllowedError, match=r"还不能关闭.*三\(四\)2\(2\).*还没有决定"):
        closing.close_window(bureau.ws)
    decision = removal.remove(bureau.ws, member.id, subject=subject)
    assert (decision.kind, decision.clause) == (DecisionKind.REMOVE, "三(四)2(2)")
    assert members.membership(bureau.ws, member.id).is_active
    roster = closing.close_window(bureau.ws)
    assert [line.unit_name for line in roster.members] == ["天津虚构2号有限公司"]
    ended = members.membership(bureau.ws, member.id)
    assert (ended.left_on, ended.left_ground) == (date(2026, 12, 11), LeaveGround.R2)
    assert removal.proposals(bureau.ws) == ()


def test_a_kept_member_is_not_proposed_again_for_the_same_matter(bureau: Bureau) -> None:
    in_library(bureau, 1)
    member = members.find_member(bureau.ws, credit_code(1))
    ground = removal.record_falsification(
        bureau.ws, member.id, found_on=date(2026, 6, 20), detail="举报", source="举报信"
    )
    subject = f"R2:{ground.id}"
    windows.open_window(bureau.ws, batch=1)
    with pytest.raises(NotAllowedError, match="保留要写明理由"):
        removal.keep(bureau.ws, member.id, subject=subject, reason=" ")
    removal.keep(bureau.ws, member.id, subject=subject, reason="查无实据")
    (shown,) = removal.proposals(bureau.ws)
    assert shown.decision is not None
    removal.take_back(bureau.ws, member.id, subject)
    (waiting,) = removal.proposals(bureau.ws)
    assert waiting.decision is None
    removal.keep(bureau.ws, member.id, subject=subject, reason="查无实据")
    closing.close_window(bureau.ws)
    assert removal.proposals(bureau.ws) == ()
    windows.open_window(bureau.ws, batch=2)
    with pytest.raises(NotAllowedError, match="没有可以办理移出的"):
        removal.remove(bureau.ws, member.id, subject=subject)


def test_the_same_falsification_is_recorded_once_and_goes_by_words(bureau: Bureau) -> None:
    in_library(bureau, 1)
    bureau.clock.set(date(2026, 8, 5))
    member = members.find_member(bureau.ws, credit_code(1))

    def record(detail: str) -> None:
        removal.record_falsification(
            bureau.ws, member.id, found_on=date(2026, 8, 4), detail=detail, source="现场核查记录"
        )

    record("能耗台账造假")
    with pytest.raises(NotAllowedError, match=r"2026-08-04的这一造假情形已于.*登记过，不用重复登记"):
        record(" 能耗台账造假 ")
    record("监测数据造假")
    found = removal.proposals(bureau.ws)
    assert [p.short for p in found] == ["R2:2026-08-04", "R2:2026-08-04#2"]
    assert [p.label for p in found] == ["2026年8月4日查实的造假", "2026年8月4日查实的造假（第2件）"]
    windows.open_window(bureau.ws, batch=1)
    assert removal.remove(bureau.ws, member.id, subject="R2:2026-08-04#2").subject == found[1].subject
    assert removal.take_back(bureau.ws, member.id, "R2:2026-08-04#2").kind is DecisionKind.REVOKE
    removal.keep(bureau.ws, member.id, subject="R2:2026-08-04", reason="查无实据")
    with pytest.raises(NotAllowedError, match="没有可以办理移出的“没有按时填报动态管理表”情形"):
        removal.remove(bureau.ws, member.id, subject="R1")


def test_the_same_accident_is_recorded_once_and_another_of_that_day_is_told(bureau: Bureau) -> None:
    in_library(bureau, 1)
    bureau.clock.set(date(2026, 8, 5))
    unit = unit_of(bureau, 1)
    assert removal.record_incident(bureau.ws, unit, accident(level="undetermined")).earlier == ()
    with pytest.raises(NotAllowedError, match=r"这起事故已于.*登记过"):
        removal.record_incident(bureau.ws, unit, accident(level="undetermined"))
    graded = removal.record_incident(bureau.ws, unit, accident(level="major"))
    assert (len(graded.earlier), len(graded.removed)) == (1, 1)
    with pytest.raises(NotAllowedError, match=r"这起事故已于.*登记过"):
        removal.record_incident(bureau.ws, unit, accident(level="major"))
    other = removal.record_incident(bureau.ws, unit, accident(happened_on=date(2026, 8, 2)))
    assert (other.counts, other.removed, other.announcement, other.earlier) == (True, (), "", ())
    assert len(bureau.ws.store.library.grounds.all("R3")) == 3


def test_r1_proposes_at_the_next_window_and_never_before(bureau: Bureau) -> None:
    in_library(bureau, 1)
    member = members.find_member(bureau.ws, credit_code(1))
    bureau.clock.set(date(2027, 4, 15))
    assert removal.proposals(bureau.ws) == ()
    bureau.clock.set(date(2027, 4, 16))
    (proposal,) = removal.proposals(bureau.ws)
    assert (proposal.subject, proposal.rule, proposal.clause) == ("R1:2026", "R1", "三(四)2(1)")
    assert proposal.finding.outcome is Outcome.NOT_MET
    with pytest.raises(NotAllowedError, match="没有打开的更新窗口"):
        removal.remove(bureau.ws, member.id, subject="R1:2026")
    bureau.clock.set(date(2027, 6, 1))
    windows.open_window(bureau.ws)
    removal.remove(bureau.ws, member.id, subject="R1:2026")
    assert members.membership(bureau.ws, member.id).is_active
    closing.close_window(bureau.ws)
    assert members.membership(bureau.ws, member.id).left_on == date(2027, 6, 1)


def removed_on(bureau: Bureau, day: date) -> None:
    in_library(bureau, 1)
    bureau.clock.set(day)
    removal.record_incident(bureau.ws, unit_of(bureau, 1), accident())


@pytest.mark.parametrize(
    ("day", "barred"),
    [(date(2026, 8, 5), True), (date(2029, 8, 5), True), (date(2029, 8, 6), False)],
)
def test_n3_bars_the_way_back_for_exactly_the_look_back(bureau: Bureau, day: date, barred: bool) -> None:
    removed_on(bureau, date(2026, 8, 5))
    bureau.clock.set(day)
    windows.open_window(bureau.ws, batch=9)
    record = draft(bureau.ws, 1, NAME)
    opened = drafts.open_form(bureau.ws, record.id)
    assert opened.record.answers["neg_delisted_answer"] == "yes"
    assert opened.record.answers["neg_delisted_from"] == "2026-08-05"
    assert "neg_delisted_answer" in opened.known
    finding = opened.verdict.finding("N3")
    assert finding is not None
    assert (finding.outcome is Outcome.NOT_MET) is barred
    with pytest.raises(NotAllowedError, match="由培育库带出"):
        drafts.save_answer(bureau.ws, record.id, "neg_delisted_answer", "no")
    for each in opened.verdict.open_findings:
        drafts.explain(bureau.ws, record.id, each.rule, "见公告")
    review.receive(bureau.ws, record.id)
    confirm_all(bureau.ws, record.id)
    if barred:
        with pytest.raises(NotAllowedError, match=r"三\(四\)1\(3\)"):
            review.admit(bureau.ws, record.id)
    else:
        review.admit(bureau.ws, record.id)


def test_the_edge_day_of_n3_is_told(bureau: Bureau) -> None:
    removed_on(bureau, date(2026, 8, 5))
    bureau.clock.set(date(2029, 8, 5))
    opened = drafts.open_form(bureau.ws, draft(bureau.ws, 1, NAME).id)
    finding = opened.verdict.finding("N3")
    assert finding is not None
    assert "正是近三年的第一日" in finding.message


def test_what_the_office_sealed_before_the_removal_is_mended_on_receipt(bureau: Bureau) -> None:
    in_library(bureau, 1)
    record = draft(bureau.ws, 1, NAME, "green-supply-chain")
    assert drafts.recommend(bureau.ws, record.id).verdict.eligibility is Eligibility.ELIGIBLE
    bureau.clock.set(date(2026, 8, 5))
    removal.record_incident(bureau.ws, unit_of(bureau, 1), accident())
    opened = review.receive(bureau.ws, record.id)
    assert opened.verdict.eligibility is Eligibility.NOT_ELIGIBLE
    assert opened.record.answers["neg_delisted_answer"] == "yes"


def test_a_merged_unit_is_not_removed_and_does_not_trip_n3(bureau: Bureau) -> None:
    in_library(bureau, 1, 2)
    ws = bureau.ws
    ws.store.library.members.merge(
        unit_of(bureau, 1), unit_of(bureau, 2), happened_on=date(2026, 6, 20), note="", actor="测试"
    )
    record = received(ws, 1, NAME)
    assert record.answers["neg_delisted_answer"] == "no"


def test_a_member_may_leave_at_the_window_by_its_own_wish(bureau: Bureau) -> None:
    in_library(bureau, 1)
    member = members.find_member(bureau.ws, credit_code(1))
    windows.open_window(bureau.ws, batch=1)
    removal.withdraw_member(bureau.ws, member.id, "企业6月20日书面申请")
    roster = closing.close_window(bureau.ws)
    (line,) = roster.lines
    assert (line.change.value, line.reason, line.clause) == ("left", "自愿退出：企业6月20日书面申请", "三(二)2")
    assert drafts.open_form(bureau.ws, draft(bureau.ws, 1, NAME).id).record.answers["neg_delisted_answer"] == "no"


def test_asking_to_leave_does_not_escape_a_removal_of_the_same_window(bureau: Bureau) -> None:
    in_library(bureau, 1)
    member = members.find_member(bureau.ws, credit_code(1))
    found_on = date(2026, 6, 20)
    ground = removal.record_falsification(bureau.ws, member.id, found_on=found_on, detail="造假", source="核查")
    windows.open_window(bureau.ws, batch=1)
    removal.withdraw_member(bureau.ws, member.id, "企业书面申请")
    removal.remove(bureau.ws, member.id, subject=f"R2:{ground.id}")
    closing.close_window(bureau.ws)
    assert members.membership(bureau.ws, member.id).left_ground is LeaveGround.R2


def test_enrolling_is_no_way_back_for_a_removed_unit(bureau: Bureau) -> None:
    removed_on(bureau, date(2026, 8, 5))
    for day in (date(2025, 3, 1), date(2026, 8, 5)):
        with pytest.raises(NotAllowedError, match=r"不能补录.*三\(四\)1\(3\)"):
            members.enrol(
                bureau.ws, unit_name=NAME, credit_code=credit_code(1), kind="green-factory", office="120115456",
                admitted_on=day,
            )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"kind": "fire"}, "类别“fire”不认识"), ({"level": "majr"}, "等级“majr”不认识"), ({"deaths": -1}, "不能是负数")],
)
def test_a_slip_in_an_accident_is_not_stored(bureau: Bureau, wrong: dict[str, object], sentence: str) -> None:
    in_library(bureau, 1)
    bureau.clock.set(date(2026, 8, 5))
    with pytest.raises(NotAllowedError, match=sentence):
        removal.record_incident(bureau.ws, unit_of(bureau, 1), accident(**wrong))
    assert bureau.ws.store.library.grounds.all() == ()


def test_the_announcement_does_not_contradict_the_figures(bureau: Bureau) -> None:
    in_library(bureau, 1)
    bureau.clock.set(date(2026, 8, 5))
    result = removal.record_incident(bureau.ws, unit_of(bureau, 1), accident(level="general", deaths=12))
    assert "达到重大及以上标准，死亡12人" in result.announcement
    assert "一般" not in result.announcement


def test_an_old_window_gives_the_same_numbers_under_its_own_pack(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    refused = received(bureau.ws, 3, "天津不符合有限公司", production_status="closed")
    review.refuse(bureau.ws, refused.id, "已经关闭", clause="三(一)1(1)")
    in_library(bureau, 1, 2)
    bureau.clock.set(date(2028, 1, 1))
    found = closing.rerun(bureau.ws, 1)
    assert {r.unit_name for r in found} == {"天津不符合有限公司", NAME, "天津虚构2号有限公司"}
    assert all(r.is_same and r.number_now for r in found)

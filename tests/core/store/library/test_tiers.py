"""Calls, checklists and steps: append-only, in order, the tier raised in the same breath."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import LeaveGround, Tier
from core.domain.tiers import TierCall, TierStep, TierStepKind
from core.store.history import Author
from core.store.library import members as member_rows
from core.store.library.tiers import NewStep
from core.store.store import Store
from tests.core.store.conftest import NOW
from tests.fixtures.on_server import REFUSED, past_the_program

TRACE = (("T1", "met", "已在库，评价达标，区局同意。"),)


def member(store: Store, number: int = 1, tier: Tier = Tier.DISTRICT) -> str:
    return store.library.members.enrol(
        unit_name=f"宝坻样板{number}厂", credit_code=f"9112011500000000{number:02d}", kind="green-factory",
        office="120115456", admitted_on=date(2026, 1, 5), industry_code="3441", tier=tier, actor="测试",
    ).id


def call(
    store: Store, tier: Tier = Tier.CITY, *, quota: int | None = None, documents: tuple[str, ...] = ()
) -> TierCall:
    number = len(store.library.tiers.calls()) + 1
    return store.library.tiers.add_call(
        tier=tier, year=2026, title=f"第{number}号通知", issued_on=date(2026, 3, 1), deadline=date(2026, 6, 30),
        quota=quota, documents=documents,
    )


def step(
    membership_id: str, kind: TierStepKind, day: date = date(2026, 3, 10), *, tier: Tier = Tier.CITY,
    to: TierCall | None = None,
) -> NewStep:
    clause = "三(三)" if tier is Tier.CITY else "二"
    return NewStep(membership_id, tier, kind, day, clause, call_id=to.id if to else None, document="文号", trace=TRACE)


def recommend(store: Store, membership_id: str, to: TierCall, day: date = date(2026, 3, 10)) -> TierStep:
    return store.library.tiers.recommend(
        step(membership_id, TierStepKind.RECOMMENDED, day, tier=to.tier, to=to), actor="测试"
    )


def approve(store: Store, membership_id: str, day: date, tier: Tier = Tier.CITY) -> TierStep:
    return store.library.tiers.decide(step(membership_id, TierStepKind.APPROVED, day, tier=tier), actor="测试")


def leave(store: Store, membership_id: str, day: date) -> None:
    with store.library.tiers._database.write() as session:
        member_rows.leave(session, membership_id, day, LeaveGround.R3, "重大事故", Author("测试", "移出", NOW))


def test_calls_are_numbered_within_tier_and_year_and_read_back(store: Store) -> None:
    first = call(store, quota=3, documents=("自评价报告", "第三方评价报告"))
    nation, second = call(store, Tier.NATION), call(store)
    assert [first.id, nation.id, second.id] == ["city-2026-1", "nation-2026-1", "city-2026-2"]
    assert store.library.tiers.call(first.id) == first
    assert (first.quota, first.documents) == (3, ("自评价报告", "第三方评价报告"))
    assert store.library.tiers.calls(Tier.NATION) == (nation,)
    with pytest.raises(NotAllowedError, match="已经登记过"):
        store.library.tiers.add_call(
            tier=Tier.CITY, year=2026, title="第1号通知", issued_on=date(2026, 3, 1), deadline=date(2026, 6, 30),
            quota=None, documents=(),
        )
    with pytest.raises(NotFoundError, match="city-2027-1"):
        store.library.tiers.call("city-2027-1")


def test_a_checklist_follows_the_call_and_can_be_unticked(store: Store) -> None:
    one, asked = member(store), call(store, documents=("自评价报告", "评价报告"))
    assert [i.done_on for i in store.library.tiers.checklist(asked.id, one)] == [None, None]
    store.library.tiers.tick(asked.id, one, "评价报告", done_on=date(2026, 3, 2), note="扫描件")
    found = store.library.tiers.checklist(asked.id, one)
    assert [(i.document, i.done_on, i.note) for i in found] == [
        ("自评价报告", None, ""), ("评价报告", date(2026, 3, 2), "扫描件"),
    ]
    store.library.tiers.tick(asked.id, one, "评价报告", done_on=None, note="缺页退回")
    assert store.library.tiers.checklist(asked.id, one)[1].done_on is None
    assert store.library.tiers.checklist(asked.id, member(store, 2))[1].note == ""
    with pytest.raises(NotFoundError, match="自评价报告、评价报告"):
        store.library.tiers.tick(asked.id, one, "营业执照", done_on=None, note="")


def test_an_approval_raises_the_tier_and_keeps_the_call_and_the_trace(store: Store) -> None:
    one, asked = member(store), call(store)
    recommend(store, one, asked)
    assert store.library.members.get(one).tier is Tier.DISTRICT
    approved = approve(store, one, date(2026, 9, 1))
    assert (approved.call_id, approved.document, approved.trace) == (asked.id, "文号", TRACE)
    assert store.library.members.get(one).tier is Tier.CITY
    assert [s.kind for s in store.library.tiers.steps((one,))] == [TierStepKind.RECOMMENDED, TierStepKind.APPROVED]


def test_a_rejection_leaves_the_tier_and_the_next_call_is_open(store: Store) -> None:
    one, first, second = member(store), call(store), call(store)
    recommend(store, one, first)
    assert "还没有结果" in store.library.tiers.refusals(one, Tier.CITY, second.id, date(2026, 3, 11))[0]
    store.library.tiers.decide(step(one, TierStepKind.REJECTED, date(2026, 5, 1)), actor="测试")
    assert store.library.members.get(one).tier is Tier.DISTRICT
    assert "同一通知不能推荐两次" in store.library.tiers.refusals(one, Tier.CITY, first.id, date(2026, 5, 2))[0]
    recommend(store, one, second, date(2026, 5, 2))


def test_a_result_needs_a_recommendation_and_only_one(store: Store) -> None:
    one, asked = member(store), call(store)
    with pytest.raises(NotAllowedError, match=r"请先推荐再登记结果（三\(三\)）"):
        approve(store, one, date(2026, 4, 1))
    recommend(store, one, asked)
    approve(store, one, date(2026, 4, 1))
    with pytest.raises(NotAllowedError, match="没有等待结果"):
        approve(store, one, date(2026, 4, 2))


def test_a_call_is_open_on_its_first_and_last_day_only(store: Store) -> None:
    one, asked = member(store), call(store)

    def refused(day: date) -> tuple[str, ...]:
        return store.library.tiers.refusals(one, Tier.CITY, asked.id, day)

    assert "还没有发布" in refused(date(2026, 2, 28))[0]
    assert refused(date(2026, 3, 1)) == ()
    assert refused(date(2026, 6, 30)) == ()
    assert "已经截止" in refused(date(2026, 7, 1))[0]
    with pytest.raises(NotAllowedError, match=r"已经截止.*三\(三\)"):
        recommend(store, one, asked, date(2026, 7, 1))
    assert store.library.tiers.steps() == ()


def test_the_quota_counts_members_and_a_leaver_without_result_gives_its_place_back(store: Store) -> None:
    asked = call(store, quota=2)
    one, two, three = (member(store, n) for n in (1, 2, 3))
    recommend(store, one, asked)
    recommend(store, two, asked)
    with pytest.raises(NotAllowedError, match=r"限额2家，已经推荐2家.*三\(三\)"):
        recommend(store, three, asked)
    leave(store, two, date(2026, 3, 12))
    recommend(store, three, asked, date(2026, 3, 12))


def test_a_leaver_with_a_result_keeps_its_place(store: Store) -> None:
    asked = call(store, quota=1)
    one, two = member(store, 1), member(store, 2)
    recommend(store, one, asked)
    approve(store, one, date(2026, 4, 1))
    leave(store, one, date(2026, 4, 2))
    assert "限额1家" in store.library.tiers.refusals(two, Tier.CITY, asked.id, date(2026, 4, 3))[0]


def test_missing_documents_are_named(store: Store) -> None:
    one, asked = member(store), call(store, documents=("自评价报告", "评价报告", "营业执照"))
    store.library.tiers.tick(asked.id, one, "评价报告", done_on=date(2026, 3, 2), note="")
    with pytest.raises(NotAllowedError, match="2项材料：自评价报告、营业执照"):
        recommend(store, one, asked)


def test_a_call_serves_its_own_tier_and_members_below_it(store: Store) -> None:
    city, nation = call(store), call(store, Tier.NATION)
    at_city, at_nation = member(store, 1, Tier.CITY), member(store, 2, Tier.NATION)
    day = date(2026, 3, 10)
    assert "是市级的申报通知" in store.library.tiers.refusals(at_city, Tier.NATION, city.id, day)[0]
    assert "已经是市级" in store.library.tiers.refusals(at_city, Tier.CITY, city.id, day)[0]
    assert "已经是国家级" in store.library.tiers.refusals(at_nation, Tier.CITY, city.id, day)[0]
    assert store.library.tiers.refusals(at_city, Tier.NATION, nation.id, day) == ()


def test_steps_follow_one_another_in_time(store: Store) -> None:
    one, asked = member(store), call(store)
    early = step(one, TierStepKind.AGREED, date(2026, 1, 4))
    with pytest.raises(NotAllowedError, match="入库的日期是2026-01-05"):
        store.library.tiers.give_opinion(early, actor="测试")
    recommend(store, one, asked)
    with pytest.raises(NotAllowedError, match="上一步的日期是2026-03-10"):
        approve(store, one, date(2026, 3, 9))
    with pytest.raises(NotAllowedError, match="等结果登记后再表态"):
        store.library.tiers.give_opinion(step(one, TierStepKind.DISAGREED), actor="测试")


def test_leaving_the_library_ends_every_tier_that_is_held(store: Store) -> None:
    one = member(store, 1, Tier.NATION)
    leave(store, one, date(2026, 3, 20))
    ended = store.library.tiers.steps((one,))
    assert [(s.kind, s.tier, s.happened_on, s.clause) for s in ended] == [
        (TierStepKind.ENDED, Tier.NATION, date(2026, 3, 20), "三(四)2(3)"),
        (TierStepKind.ENDED, Tier.CITY, date(2026, 3, 20), "三(四)2(3)"),
    ]
    assert store.library.members.get(one).tier is Tier.DISTRICT
    with pytest.raises(NotAllowedError, match="离开培育库"):
        recommend(store, one, call(store))


def test_the_nation_alone_can_be_lost_and_past_days_keep_their_tier(store: Store) -> None:
    one, city, nation = member(store), call(store), call(store, Tier.NATION)
    recommend(store, one, city)
    approve(store, one, date(2026, 4, 1))
    recommend(store, one, nation, date(2026, 4, 2))
    approve(store, one, date(2026, 5, 1), Tier.NATION)
    store.library.tiers.end(step(one, TierStepKind.ENDED, date(2026, 6, 1), tier=Tier.NATION), actor="测试")
    assert store.library.members.get(one).tier is Tier.CITY
    with pytest.raises(NotAllowedError, match="不在国家级名单上"):
        store.library.tiers.end(step(one, TierStepKind.ENDED, date(2026, 6, 2), tier=Tier.NATION), actor="测试")
    store.library.tiers.end(step(one, TierStepKind.ENDED, date(2026, 7, 1)), actor="测试")
    assert store.library.tiers.steps((one,))[-1].document == "文号"

    def tier_on(day: date) -> Tier:
        return next(m for m in store.library.members.active(as_of=day) if m.id == one).tier

    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)]
    assert [tier_on(day) for day in days] == [Tier.DISTRICT, Tier.CITY, Tier.NATION, Tier.CITY, Tier.DISTRICT]


@pytest.mark.parametrize("change", ["UPDATE tier_steps SET tier = 'nation'", "DELETE FROM tier_steps"])
def test_the_database_itself_refuses_to_change_a_step(store: Store, change: str) -> None:
    recommend(store, member(store), call(store))
    with past_the_program(store) as raw, pytest.raises(REFUSED, match="append"):
        raw.execute(change)


def test_records_that_answer_a_field_are_found_at_once(store: Store) -> None:
    answers = {"unit_name": "甲厂", "credit_code": "911201150000000099", "priority_grounds": ["specialized_new"]}
    record = store.create_record(
        "green-factory", answers, office="120115456", pack_version="2026.1", actor="测试", source="window"
    )
    assert store.library.tiers.answered("priority_grounds", [record.id, "没有"]) == {record.id: ["specialized_new"]}
    assert store.library.tiers.answered("priority_detail", [record.id]) == {}

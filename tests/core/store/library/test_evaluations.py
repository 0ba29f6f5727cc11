"""Evaluations: kept, taken back, never counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Tier
from core.domain.tiers import EvaluationFacts
from core.store.store import Store

FACTS = EvaluationFacts(
    body_name="天津绿评技术服务有限公司", body_code="91120224PDY0000365", body_representative="周正",
    evaluated_on=date(2026, 2, 10), meets=True, standard="GB/T 36132-2025", score=86.5, note="现场评价两天",
)
REPORT = ("评价报告.pdf", "a" * 64)


def member(store: Store, number: int = 1) -> str:
    return store.library.members.enrol(
        unit_name=f"宝坻样板{number}厂", credit_code=f"9112011500000000{number:02d}", kind="green-factory",
        office="120115456", admitted_on=date(2026, 1, 5), industry_code="3441", tier=Tier.DISTRICT, actor="测试",
    ).id


def test_what_was_recorded_reads_back_whole(store: Store) -> None:
    added = store.library.evaluations.add(member(store), FACTS, report=REPORT, actor="区局 赵敏行")
    read = store.library.evaluations.get(added.id)
    assert read == added
    assert (read.score, read.meets, read.standard, read.report, read.report_sha256) == (
        86.5, True, "GB/T 36132-2025", *REPORT,
    )
    assert (read.added_by, read.evaluated_on, read.note) == ("区局 赵敏行", date(2026, 2, 10), "现场评价两天")


def test_standing_ones_come_in_the_order_of_their_dates(store: Store) -> None:
    one, other = member(store, 1), member(store, 2)
    late = store.library.evaluations.add(one, FACTS, report=("", ""), actor="测试")
    early = store.library.evaluations.add(
        one, replace(FACTS, evaluated_on=date(2025, 5, 1)), report=("", ""), actor="测试"
    )
    foreign = store.library.evaluations.add(other, FACTS, report=("", ""), actor="测试")
    assert store.library.evaluations.standing((one,)) == (early, late)
    assert set(store.library.evaluations.standing()) == {early, late, foreign}
    assert store.library.evaluations.standing(()) == ()


def test_the_same_one_twice_is_refused_until_it_is_taken_back(store: Store) -> None:
    one = member(store)
    first = store.library.evaluations.add(one, FACTS, report=("", ""), actor="测试")
    with pytest.raises(NotAllowedError, match="已经登记过"):
        store.library.evaluations.add(one, replace(FACTS, score=90), report=("", ""), actor="测试")
    store.library.evaluations.withdraw(first.id, reason="得分录错", actor="区局 赵敏行")
    second = store.library.evaluations.add(one, replace(FACTS, score=90), report=("", ""), actor="测试")
    assert store.library.evaluations.standing((one,)) == (second,)


def test_taking_back_keeps_who_and_why(store: Store) -> None:
    added = store.library.evaluations.add(member(store), FACTS, report=REPORT, actor="测试")
    store.library.evaluations.withdraw(added.id, reason="报告不实", actor="区局 赵敏行")
    assert store.library.evaluations.get(added.id).note == "现场评价两天；区局 赵敏行撤回：报告不实"
    with pytest.raises(NotAllowedError, match="已经撤回"):
        store.library.evaluations.withdraw(added.id, reason="", actor="测试")
    with pytest.raises(NotFoundError, match="没有编号"):
        store.library.evaluations.withdraw("没有", reason="", actor="测试")


def test_the_year_of_a_representative_has_both_ends(store: Store) -> None:
    year = (date(2026, 1, 1), date(2026, 12, 31))
    days = [date(2025, 12, 31), *year, date(2027, 1, 1)]
    for number, day in enumerate(days):
        store.library.evaluations.add(
            member(store, number), replace(FACTS, evaluated_on=day), report=("", ""), actor="测试"
        )
    other = replace(FACTS, body_representative="吴越", evaluated_on=date(2026, 6, 1))
    store.library.evaluations.add(member(store, 9), other, report=("", ""), actor="测试")
    found = store.library.evaluations.by_representative("周正", *year)
    assert [e.evaluated_on for e in found] == list(year)

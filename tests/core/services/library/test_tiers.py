"""梯度培育: each gate refuses with its clause; what was decided keeps its trace; priority grounds order candidates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.domain.enums import Outcome, Role
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Membership, Tier
from core.domain.records import Station
from core.domain.tiers import EvaluationFacts, TierCall, TierStepKind
from core.services.library import evaluations, exports, members, tiers
from core.services.workspace import Workspace
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE, credit_code

DOCUMENTS = ("自评价报告", "第三方评价报告")
FACTS = EvaluationFacts(
    body_name="天津绿评技术服务有限公司", body_code="91120224PDY0000365", body_representative="周正",
    evaluated_on=date(2026, 5, 20), meets=True, standard="GB/T 36132-2025", score=86.5,
)


def enrol(ws: Workspace, number: int = 1, tier: Tier = Tier.DISTRICT) -> Membership:
    return members.enrol(
        ws, unit_name=f"天津样板{number}制造有限公司", credit_code=credit_code(number), kind="green-factory",
        office=OFFICE, admitted_on=date(2025, 12, 15), industry_code="3441", tier=tier,
    )


def call(ws: Workspace, tier: Tier = Tier.CITY, *, quota: int | None = 2) -> TierCall:
    number = len(tiers.calls(ws)) + 1
    return tiers.add_call(
        ws, tier=tier, year=2026, title=f"关于组织申报的通知（第{number}号）", issued_on=date(2026, 5, 25),
        deadline=date(2026, 6, 30), quota=quota, documents=DOCUMENTS,
    )


def bring_all(ws: Workspace, asked: TierCall, member: Membership) -> None:
    for document in asked.documents:
        tiers.tick(ws, asked.id, member.id, document, done=True)


def ready(ws: Workspace, number: int = 1) -> Membership:
    """A member that meets T1."""
    member = enrol(ws, number)
    evaluations.add_evaluation(ws, member.id, FACTS)
    tiers.agree(ws, member.id, Tier.CITY, agreed=True)
    return member


def refused(ws: Workspace, member: Membership, asked: TierCall, sentence: str, clause: str = "三(三)") -> None:
    """The recommendation is refused with that sentence and the clause, and nothing is written."""
    before = tiers.steps(ws, member.id)
    with pytest.raises(NotAllowedError, match=sentence) as error:
        tiers.recommend(ws, member.id, asked.tier, asked.id)
    assert f"（{clause}" in str(error.value)
    assert str(error.value) in tiers.obstacles(ws, member.id, asked.tier, asked.id)
    assert tiers.steps(ws, member.id) == before


def test_nobody_is_agreed_to_for_the_nation_before_the_city(bureau: Bureau) -> None:
    member = ready(bureau.ws)
    with pytest.raises(NotAllowedError, match="市级") as refusal:
        tiers.agree(bureau.ws, member.id, Tier.NATION, agreed=True)
    assert tiers.gate(bureau.ws, member.id, Tier.NATION)[0].message.rstrip("。") in str(refusal.value)
    assert "（二）" in str(refusal.value)
    assert [s.tier for s in tiers.steps(bureau.ws, member.id)] == [Tier.CITY]
    city = enrol(bureau.ws, 2, Tier.CITY)
    assert tiers.agree(bureau.ws, city.id, Tier.NATION, agreed=True).kind is TierStepKind.AGREED


def test_the_whole_way_from_district_to_nation(bureau: Bureau) -> None:
    ws, clock = bureau.ws, bureau.clock
    member, asked = ready(ws), call(ws)
    bring_all(ws, asked, member)
    assert tiers.obstacles(ws, member.id, Tier.CITY, asked.id) == ()
    step = tiers.recommend(ws, member.id, Tier.CITY, asked.id)
    assert (step.kind, step.call_id, step.clause) == (TierStepKind.RECOMMENDED, asked.id, "三(三)")
    assert [(rule, outcome) for rule, outcome, _ in step.trace] == [("T1", "met")]
    assert step.trace[0][2]
    clock.set(date(2026, 9, 10))
    tiers.decide(ws, member.id, Tier.CITY, approved=True, document="津工信节能〔2026〕9号")
    assert members.membership(ws, member.id).tier is Tier.CITY
    assert tiers.gate(ws, member.id, Tier.CITY)[0].outcome is Outcome.MET
    refused(ws, member, asked, "已经是市级")
    clock.set(date(2027, 5, 26))
    nation = tiers.add_call(
        ws, tier=Tier.NATION, year=2027, title="国家级申报通知", issued_on=date(2027, 5, 20),
        deadline=date(2027, 6, 30), quota=None, documents=(),
    )
    up = tiers.recommend(ws, member.id, Tier.NATION, nation.id)
    assert [(rule, outcome) for rule, outcome, _ in up.trace] == [("T2", "met")]
    assert "2026-09-10" in up.trace[0][2] or "2026年9月10日" in up.trace[0][2]
    tiers.decide(ws, member.id, Tier.NATION, approved=True, document="工信厅节函〔2027〕97号")
    assert members.membership(ws, member.id).tier is Tier.NATION
    assert [s.kind.value for s in tiers.steps(ws, member.id)] == [
        "agreed", "recommended", "approved", "recommended", "approved",
    ]


def test_city_without_evaluation_is_refused(bureau: Bureau) -> None:
    member, asked = enrol(bureau.ws), call(bureau.ws)
    bring_all(bureau.ws, asked, member)
    refused(bureau.ws, member, asked, "评价")
    with pytest.raises(NotAllowedError, match=r"没有第三方评价.*（三\(三\)）"):
        tiers.agree(bureau.ws, member.id, Tier.CITY, agreed=True)


def test_city_with_an_evaluation_that_does_not_meet_is_refused(bureau: Bureau) -> None:
    member, asked = ready(bureau.ws), call(bureau.ws)
    bring_all(bureau.ws, asked, member)
    worse = replace(FACTS, evaluated_on=date(2026, 5, 30), meets=False, score=41)
    evaluations.add_evaluation(bureau.ws, member.id, worse)
    assert tiers.gate(bureau.ws, member.id, Tier.CITY)[0].outcome is Outcome.NOT_MET
    refused(bureau.ws, member, asked, "没有达到")
    with pytest.raises(NotAllowedError, match=r"没有达到标准要求.*（三\(三\)）"):
        tiers.agree(bureau.ws, member.id, Tier.CITY, agreed=True)


def test_city_without_the_bureaus_agreement_is_refused(bureau: Bureau) -> None:
    ws, asked = bureau.ws, call(bureau.ws)
    member = enrol(ws)
    evaluations.add_evaluation(ws, member.id, FACTS)
    bring_all(ws, asked, member)
    assert tiers.gate(ws, member.id, Tier.CITY)[0].outcome is Outcome.UNKNOWN
    refused(ws, member, asked, "同意")
    with pytest.raises(NotAllowedError, match="写明理由"):
        tiers.agree(ws, member.id, Tier.CITY, agreed=False)
    said = tiers.agree(ws, member.id, Tier.CITY, agreed=False, reason="环保处罚未整改")
    assert said.kind is TierStepKind.DISAGREED
    assert [(rule, outcome) for rule, outcome, _ in said.trace] == [("T1", "unknown")]
    assert tiers.gate(ws, member.id, Tier.CITY)[0].outcome is Outcome.NOT_MET
    refused(ws, member, asked, "不同意")
    tiers.agree(ws, member.id, Tier.CITY, agreed=True)
    tiers.recommend(ws, member.id, Tier.CITY, asked.id)


def test_nation_without_city_is_refused(bureau: Bureau) -> None:
    member, asked = ready(bureau.ws), call(bureau.ws, Tier.NATION)
    bring_all(bureau.ws, asked, member)
    refused(bureau.ws, member, asked, "市级", clause="二")


def test_nation_against_the_bureaus_word_is_refused(bureau: Bureau) -> None:
    member, asked = enrol(bureau.ws, tier=Tier.CITY), call(bureau.ws, Tier.NATION)
    bring_all(bureau.ws, asked, member)
    tiers.agree(bureau.ws, member.id, Tier.NATION, agreed=False, reason="能效下降")
    refused(bureau.ws, member, asked, "不同意推荐.*能效下降", clause="二")


def test_a_member_enrolled_at_city_level_may_go_on(bureau: Bureau) -> None:
    member, asked = enrol(bureau.ws, tier=Tier.CITY), call(bureau.ws, Tier.NATION)
    bring_all(bureau.ws, asked, member)
    tiers.recommend(bureau.ws, member.id, Tier.NATION, asked.id)


def test_deadline_quota_documents_and_second_time(bureau: Bureau) -> None:
    ws = bureau.ws
    first, second, asked = ready(ws, 1), ready(ws, 2), call(ws, quota=1)
    tiers.tick(ws, asked.id, first.id, "自评价报告", done=True, note="原件")
    refused(ws, first, asked, "还缺.*1项材料：第三方评价报告")
    bring_all(ws, asked, first)
    bring_all(ws, asked, second)
    bureau.clock.set(date(2026, 7, 1))
    refused(ws, first, asked, "已经截止")
    bureau.clock.set(date(2026, 6, 30))
    tiers.recommend(ws, first.id, Tier.CITY, asked.id)
    refused(ws, first, asked, "同一通知不能推荐两次")
    refused(ws, second, asked, "限额1家，已经推荐1家")


def test_a_rejection_asks_for_a_new_agreement(bureau: Bureau) -> None:
    ws = bureau.ws
    member, asked, again = ready(ws), call(ws), call(ws)
    bring_all(ws, asked, member)
    bring_all(ws, again, member)
    tiers.recommend(ws, member.id, Tier.CITY, asked.id)
    tiers.decide(ws, member.id, Tier.CITY, approved=False, document="津工信节能〔2026〕9号", reason="未过专家评审")
    assert members.membership(ws, member.id).tier is Tier.DISTRICT
    refused(ws, member, again, "同意")
    tiers.agree(ws, member.id, Tier.CITY, agreed=True)
    tiers.recommend(ws, member.id, Tier.CITY, again.id)


def test_a_result_names_its_document(bureau: Bureau) -> None:
    with pytest.raises(NotAllowedError, match="没有写明公布结果的文件"):
        tiers.decide(bureau.ws, enrol(bureau.ws).id, Tier.CITY, approved=True, document=" ")


def test_the_city_may_take_a_member_off_its_list(bureau: Bureau) -> None:
    member = enrol(bureau.ws, tier=Tier.CITY)
    with pytest.raises(NotAllowedError, match="原因"):
        tiers.end(bureau.ws, member.id, Tier.CITY, reason="")
    tiers.end(bureau.ws, member.id, Tier.CITY, reason="连续三年得分靠后", document="津工信节能〔2026〕3号")
    now = members.membership(bureau.ws, member.id)
    assert (now.tier, now.is_active) == (Tier.DISTRICT, True)


def test_the_district_tier_is_reached_by_admission_only(bureau: Bureau) -> None:
    member = enrol(bureau.ws)
    for step in (
        lambda: tiers.gate(bureau.ws, member.id, Tier.DISTRICT),
        lambda: tiers.candidates(bureau.ws, Tier.DISTRICT),
        lambda: tiers.agree(bureau.ws, member.id, Tier.DISTRICT, agreed=True),
        lambda: call(bureau.ws, Tier.DISTRICT),
    ):
        with pytest.raises(NotAllowedError, match="入库就是区级"):
            step()


def test_an_office_may_look_but_not_act(bureau: Bureau) -> None:
    ws, member, asked = bureau.ws, ready(bureau.ws), call(bureau.ws)
    ws.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏"))
    assert len(tiers.candidates(ws, Tier.CITY)) == 1
    for step in (
        lambda: tiers.agree(ws, member.id, Tier.CITY, agreed=True),
        lambda: tiers.recommend(ws, member.id, Tier.CITY, asked.id),
        lambda: tiers.decide(ws, member.id, Tier.CITY, approved=True, document="文号"),
        lambda: tiers.tick(ws, asked.id, member.id, "自评价报告", done=True),
        lambda: tiers.end(ws, member.id, Tier.CITY, reason="退出"),
        lambda: call(ws),
    ):
        with pytest.raises(NotAllowedError, match="培育库由"):
            step()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "没有填申报通知的名称"), ({"deadline": date(2026, 5, 24)}, "早于发布日期"),
        ({"quota": 0}, "限额应从1起"), ({"documents": ("营业执照", " 营业执照")}, "有重复"),
        ({"issued_on": date(2026, 6, 2)}, "还没有到"),
    ],
)
def test_a_wrong_call_is_refused(bureau: Bureau, wrong: dict[str, object], sentence: str) -> None:
    given = {
        "tier": Tier.CITY, "year": 2026, "title": "通知", "issued_on": date(2026, 5, 25),
        "deadline": date(2026, 6, 30), "quota": 3, "documents": DOCUMENTS, **wrong,
    }
    with pytest.raises(NotAllowedError, match=sentence):
        tiers.add_call(bureau.ws, **given)  # type: ignore[arg-type]
    assert tiers.calls(bureau.ws) == ()


def admitted(ws: Workspace, number: int, name: str, grounds: list[str]) -> Membership:
    """A member that a form led to: its priority grounds are what the form claims."""
    answers = {
        "unit_name": name, "credit_code": credit_code(number), "office": OFFICE, "priority_grounds": grounds,
        "priority_detail": "2025年认定（市工业和信息化局）",
    }
    record = ws.store.create_record(
        "green-factory", {k: v for k, v in answers.items() if v}, office=OFFICE, pack_version=ws.pack.label,
        actor=ws.actor, source="测试",
    )
    member = members.enrol(
        ws, unit_name=name, credit_code=credit_code(number), kind="green-factory", office=OFFICE,
        admitted_on=date(2025, 12, 15), industry_code="3441",
    )
    with ws.store.library.members._database.write() as session:
        from core.store.library_tables import MembershipRow

        row = session.get(MembershipRow, member.id)
        assert row is not None
        row.record_id = record.id
    return members.membership(ws, member.id)


def test_priority_grounds_order_the_candidates_then_score_then_name(bureau: Bureau) -> None:
    ws = bureau.ws
    plain = admitted(ws, 1, "丙 没有优先情形", [])
    claimed = admitted(ws, 2, "乙 一项", ["specialized_new"])
    most = admitted(ws, 3, "甲 两项", ["energy_water_leader", "leading_industry"])
    scored, better = enrol(ws, 4), enrol(ws, 5)
    evaluations.add_evaluation(ws, scored.id, replace(FACTS, score=80))
    evaluations.add_evaluation(ws, better.id, replace(FACTS, score=90))
    enrol(ws, 6, Tier.CITY)
    found = tiers.candidates(ws, Tier.CITY)
    assert [c.membership.id for c in found] == [most.id, claimed.id, better.id, scored.id, plain.id]
    assert [c.grounds for c in found] == [("Q1", "Q10"), ("Q8",), (), (), ()]
    assert [c.is_ready for c in found] == [False] * 5
    assert [c.membership.unit_name for c in tiers.candidates(ws, Tier.NATION)] == ["天津样板6制造有限公司"]


def test_a_ground_that_is_claimed_without_its_document_does_not_count(bureau: Bureau) -> None:
    ws = bureau.ws
    member = admitted(ws, 1, "甲", ["key_chain_link"])
    assert tiers.candidates(ws, Tier.CITY)[0].grounds == ()
    assert member.record_id is not None
    ws.store.set_answers(member.record_id, {"key_chain_link": "高端装备"}, actor="测试", source="测试")
    assert tiers.candidates(ws, Tier.CITY)[0].grounds == ("Q7",)


def test_rows_of_the_recommendation_list(bureau: Bureau) -> None:
    ws = bureau.ws
    member = admitted(ws, 1, "天津青禾流体装备有限公司", ["specialized_new", "leading_industry"])
    evaluations.add_evaluation(ws, member.id, FACTS)
    enrol(ws, 2)
    other = ready(ws, 3)
    expected = (
        "1", "天津青禾流体装备有限公司", credit_code(1), "绿色工厂", "宝坻经济开发区", "3441",
        "天津绿评技术服务有限公司", "绿色工厂评价通则（GB/T 36132-2025）", "2026-05-20", "86.5",
        "专精特新企业、主导产业企业", "",
    )
    rows = exports.candidate_rows(ws, Tier.CITY)
    assert len(exports.CANDIDATE_COLUMNS) == len(expected)
    assert rows[0] == expected
    assert [(r[1], r[-1]) for r in rows[1:]] == [(other.unit_name, "同意推荐")]
    asked = call(ws)
    assert exports.candidate_rows(ws, Tier.CITY, asked.id) == ()
    bring_all(ws, asked, other)
    tiers.recommend(ws, other.id, Tier.CITY, asked.id)
    tiers.decide(ws, other.id, Tier.CITY, approved=True, document="文号")
    assert [(r[0], r[1], r[-1]) for r in exports.candidate_rows(ws, Tier.CITY, asked.id)] == [
        ("1", other.unit_name, "同意推荐"),
    ]
    with pytest.raises(NotFoundError):
        exports.candidate_rows(ws, Tier.CITY, "city-1999-1")

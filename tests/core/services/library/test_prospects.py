"""Prospects: noted, guided, turned into a form; ties between units; changes of a unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import LeaveGround, Membership, Tier, UnitChangeKind
from core.domain.prospects import GuidanceKind, LinkKind, ProspectFacts, ProspectState
from core.domain.records import Station
from core.services import drafts
from core.services.library import links, members, prospects, reports, units
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE, credit_code

FACTS = ProspectFacts(
    "天津岚溪泵业有限公司", "green-factory", OFFICE, credit_code(1), "屋顶光伏已并网", "重点产业链配套", "穆青稞",
    "13800000011", "辅导填表", date(2026, 6, 20),
)


def enrolled(bureau: Bureau, number: int, kind: str = "green-factory", tier: Tier = Tier.DISTRICT) -> Membership:
    return members.enrol(
        bureau.ws, unit_name=f"天津虚构{number}号有限公司", credit_code=credit_code(number), kind=kind, office=OFFICE,
        admitted_on=date(2025, 3, 1), tier=tier,
    )


def test_a_prospect_is_guided_and_becomes_a_form(bureau: Bureau) -> None:
    ws = bureau.ws
    made = prospects.add(ws, FACTS)
    prospects.note(ws, made.id, GuidanceKind.PROMOTION, "到企业宣讲新国标", date(2026, 5, 20))
    prospects.note(ws, made.id, GuidanceKind.GUIDANCE, "指导填写能耗表")
    with pytest.raises(NotAllowedError, match="没有写做了什么"):
        prospects.note(ws, made.id, GuidanceKind.VISIT, " ")
    assert [n.text for n in prospects.log(ws, made.id)] == ["指导填写能耗表", "到企业宣讲新国标"]
    opened = prospects.begin_form(ws, made.id)
    assert opened.record.answers["contact_name"] == "穆青稞"
    formed = prospects.prospect(ws, made.id)
    assert (formed.state, formed.record_id) == (ProspectState.FORMED, opened.record.id)
    assert prospects.log(ws, made.id)[0].text == "转为填报表"
    with pytest.raises(NotAllowedError, match="已经转为填报表"):
        prospects.begin_form(ws, made.id)
    with pytest.raises(NotAllowedError, match="已经转为填报表"):
        prospects.drop(ws, made.id, "x")


def test_dropping_needs_a_reason_and_can_be_undone(bureau: Bureau) -> None:
    made = prospects.add(bureau.ws, FACTS)
    with pytest.raises(NotAllowedError, match="不再跟进的原因"):
        prospects.drop(bureau.ws, made.id, "")
    assert prospects.drop(bureau.ws, made.id, "企业外迁").state is ProspectState.DROPPED
    assert prospects.reopen(bureau.ws, made.id).state is ProspectState.OPEN
    assert [n.text for n in prospects.log(bureau.ws, made.id)] == ["恢复跟进", "不再跟进：企业外迁"]


def test_prospects_are_found_by_pinyin_and_ordered_by_the_next_step(bureau: Bureau) -> None:
    later = prospects.add(bureau.ws, replace(FACTS, credit_code="", next_on=date(2026, 7, 1)))
    soon = prospects.add(bureau.ws, replace(FACTS, unit_name="天津砚屿纸业有限公司", credit_code=credit_code(2)))
    undated = prospects.add(bureau.ws, replace(FACTS, unit_name="天津翊禾涂料有限公司", credit_code="", next_on=None))
    assert [p.id for p in prospects.prospects(bureau.ws)] == [soon.id, later.id, undated.id]
    assert [p.id for p in prospects.prospects(bureau.ws, query="yyzy")] == [soon.id]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"unit_name": " "}, "没有填单位名称"), ({"credit_code": "91120115PDY00001X5"}, "校验位不对")],
)
def test_wrong_facts_are_refused(bureau: Bureau, wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NotAllowedError, match=sentence):
        prospects.add(bureau.ws, replace(FACTS, **wrong))
    with pytest.raises(NotFoundError, match="没有“annual-report”这个类别"):
        prospects.add(bureau.ws, replace(FACTS, kind="annual-report"))


def test_a_member_and_a_second_note_are_refused(bureau: Bureau) -> None:
    prospects.add(bureau.ws, FACTS)
    with pytest.raises(NotAllowedError, match="不用重复登记"):
        prospects.add(bureau.ws, FACTS)
    enrolled(bureau, 2)
    with pytest.raises(NotAllowedError, match="不用再培育"):
        prospects.add(bureau.ws, replace(FACTS, credit_code=credit_code(2)))


def test_an_office_sees_and_edits_only_its_own(bureau: Bureau) -> None:
    ws = bureau.ws
    other = prospects.add(ws, replace(FACTS, office="120115101"))
    ws.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏"))
    own = prospects.add(ws, replace(FACTS, credit_code=credit_code(2), office="120115101"))
    assert own.office == OFFICE
    assert [p.id for p in prospects.prospects(ws)] == [own.id]
    with pytest.raises(NotAllowedError, match="由大口屯镇培育"):
        prospects.edit(ws, other.id, FACTS)


def test_counts_come_from_the_ties(bureau: Bureau) -> None:
    ws = bureau.ws
    park = enrolled(bureau, 1, "green-park")
    tied = [enrolled(bureau, n, tier=t) for n, t in ((2, Tier.DISTRICT), (3, Tier.CITY), (4, Tier.NATION))]
    loose = enrolled(bureau, 5)
    for each in tied:
        links.link(ws, LinkKind.PARK_FACTORY, park.unit_id, each.unit_id, date(2026, 1, 1))
    assert links.counts(ws, park.unit_id) == links.LinkCounts(3, 2, 1)
    assert links.counts(ws, park.unit_id, date(2025, 12, 31)) == links.LinkCounts(0, 0, 0)
    assert links.prefilled_counts(ws, park.unit_id, "green-park", date(2026, 6, 1)) == {
        "green_factories_district": 3, "green_factories_city": 2, "green_factories_nation": 1,
    }
    found = {each.unit.id: each for each in links.children(ws, park.unit_id)}
    assert set(found) == {each.unit_id for each in tied}
    first = found[tied[0].unit_id]
    links.unlink(ws, first.link.id, date(2026, 5, 1))
    assert links.counts(ws, park.unit_id).district == 2
    assert links.counts(ws, park.unit_id, date(2026, 4, 30)).district == 3
    with pytest.raises(NotAllowedError, match="没有作为绿色供应链管理企业入过库"):
        links.link(ws, LinkKind.SUPPLIER, park.unit_id, loose.unit_id)
    with pytest.raises(NotAllowedError, match="不用重复关联"):
        links.link(ws, LinkKind.PARK_FACTORY, park.unit_id, tied[1].unit_id)
    with pytest.raises(NotAllowedError, match="不能与自己关联"):
        links.link(ws, LinkKind.PARK_FACTORY, park.unit_id, park.unit_id)
    with pytest.raises(NotAllowedError, match="已于2026-05-01解除"):
        links.unlink(ws, first.link.id)


def test_a_unit_is_found_by_its_earlier_code_and_keeps_its_history(bureau: Bureau) -> None:
    ws = bureau.ws
    member = enrolled(bureau, 1)
    april, may, june = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
    units.change_unit(ws, member.unit_id, UnitChangeKind.CODE, after=credit_code(7).lower(), happened_on=april)
    units.change_unit(ws, member.unit_id, UnitChangeKind.OFFICE, after="120115101", happened_on=may)
    units.change_unit(ws, member.unit_id, UnitChangeKind.NAME, after="天津新名有限公司", happened_on=may)
    found = members.find_member(ws, credit_code(1))
    assert (found.id, found.credit_code, found.office) == (member.id, credit_code(7), "120115101")
    assert [c.before for c in units.changes(ws, member.unit_id)] == [credit_code(1), OFFICE, "天津虚构1号有限公司"]
    (then,) = members.members(ws, as_of=date(2026, 3, 31))
    assert (then.unit_name, then.credit_code, then.office) == ("天津虚构1号有限公司", credit_code(1), OFFICE)
    with pytest.raises(NotAllowedError, match="早于上一次更名"):
        units.change_unit(ws, member.unit_id, UnitChangeKind.NAME, after="别名", happened_on=date(2026, 4, 30))
    with pytest.raises(NotAllowedError, match="前后相同"):
        units.change_unit(ws, member.unit_id, UnitChangeKind.NAME, after="天津新名有限公司", happened_on=june)
    other = enrolled(bureau, 2)
    with pytest.raises(NotAllowedError, match="已经是“天津新名有限公司”的"):
        units.change_unit(ws, other.unit_id, UnitChangeKind.CODE, after=credit_code(1), happened_on=june)


def test_a_merger_ends_the_membership_without_blame(bureau: Bureau) -> None:
    ws = bureau.ws
    one, two = enrolled(bureau, 1), enrolled(bureau, 2)
    with pytest.raises(NotAllowedError, match="不能并入自己"):
        units.merge(ws, one.unit_id, one.unit_id, happened_on=date(2026, 5, 1))
    units.merge(ws, one.unit_id, two.unit_id, happened_on=date(2026, 5, 1), note="工商变更")
    ended = members.membership(ws, one.id)
    assert (ended.left_on, ended.left_ground) == (date(2026, 5, 1), LeaveGround.MERGED)
    opened = drafts.begin(ws, "green-factory", {"credit_code": credit_code(1), "unit_name": "甲"})
    assert opened.known == frozenset()


def test_the_counts_of_the_ties_stand_in_the_annual_report(bureau: Bureau) -> None:
    ws = bureau.ws
    park = enrolled(bureau, 1, "green-park")
    for number, tier in ((2, Tier.DISTRICT), (3, Tier.NATION)):
        links.link(ws, LinkKind.PARK_FACTORY, park.unit_id, enrolled(bureau, number, tier=tier).unit_id)
    answers = reports.begin_report(ws, park.id, 2025).record.answers
    levels = [answers[f"green_factories_{level}"] for level in ("district", "city", "nation")]
    assert levels == [2, 1, 1]

"""Prospects: noted, guided, turned into a form; ties between units; changes of a unit."""

from __future__ import annotations

import sqlite3
from contextlib import closing as closing_file
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import LeaveGround, Membership, Tier, UnitChangeKind
from core.domain.prospects import GuidanceKind, LinkKind, ProspectFacts, ProspectState
from core.domain.records import Station
from core.services import drafts
from core.services.library import closing, links, members, prospects, removal, reports, units, windows
from core.store.store import DATABASE_FILE
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE, admitted, credit_code
from tests.fixtures.on_server import of_the_file

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


@of_the_file
def test_form_and_prospect_change_together_or_not_at_all(bureau: Bureau) -> None:
    ws = bureau.ws
    made = prospects.add(ws, replace(FACTS, kind="绿色工厂"))
    assert made.kind == "green-factory"
    with closing_file(sqlite3.connect(ws.folder / DATABASE_FILE)) as raw:
        raw.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON prospect_notes BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    with pytest.raises(IntegrityError, match="disk full"):
        prospects.begin_form(ws, made.id)
    assert drafts.list_units(ws) == ()
    assert prospects.prospect(ws, made.id).state is ProspectState.OPEN
    with closing_file(sqlite3.connect(ws.folder / DATABASE_FILE)) as raw:
        raw.execute("DROP TRIGGER full_disk")
    opened = prospects.begin_form(ws, made.id)
    assert (opened.record.office, opened.record.state.value) == (OFFICE, "draft")
    drafts.delete_draft(ws, opened.record.id)
    assert prospects.prospect(ws, made.id).state is ProspectState.OPEN
    assert prospects.begin_form(ws, made.id).record.id != opened.record.id


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
    for refused in (prospects.prospect, prospects.log, prospects.begin_form, prospects.reopen):
        with pytest.raises(NotAllowedError, match="由大口屯镇培育"):
            refused(ws, other.id)
    with pytest.raises(NotAllowedError, match="由大口屯镇培育"):
        prospects.edit(ws, other.id, FACTS)
    assert [p.id for p in prospects.prospects(ws, office="120115101")] == [own.id]


def test_an_office_is_given_by_code_or_name_and_must_be_listed(bureau: Bureau) -> None:
    assert prospects.add(bureau.ws, replace(FACTS, office="大口屯镇")).office == "120115101"
    with pytest.raises(NotFoundError, match="清单中没有“不存在的镇”"):
        prospects.add(bureau.ws, replace(FACTS, credit_code="", office="不存在的镇"))


def test_a_form_is_refused_where_the_unit_has_one_or_is_in_the_library(bureau: Bureau) -> None:
    ws = bureau.ws
    busy = prospects.add(ws, FACTS)
    drafts.begin(ws, "green-factory", {"credit_code": credit_code(1), "unit_name": FACTS.unit_name})
    with pytest.raises(NotAllowedError, match=credit_code(1)):
        prospects.begin_form(ws, busy.id)
    assert prospects.prospect(ws, busy.id).state is ProspectState.OPEN
    entered = prospects.add(ws, replace(FACTS, credit_code=credit_code(2)))
    enrolled(bureau, 2)
    with pytest.raises(NotAllowedError, match="不用再培育"):
        prospects.begin_form(ws, entered.id)
    park = prospects.add(ws, replace(FACTS, credit_code=credit_code(2), kind="green-supply-chain"))
    assert prospects.begin_form(ws, park.id).form.id == "green-supply-chain"


def test_deleting_the_draft_gives_the_prospect_back(bureau: Bureau) -> None:
    ws = bureau.ws
    made = prospects.add(ws, FACTS)
    drafts.delete_draft(ws, prospects.begin_form(ws, made.id).record.id)
    again = prospects.prospect(ws, made.id)
    assert (again.state, again.record_id) == (ProspectState.OPEN, None)
    assert [n.text for n in prospects.log(ws, made.id)] == ["填报表已删除，恢复跟进", "转为填报表"]
    assert prospects.begin_form(ws, made.id).record.answers["unit_name"] == FACTS.unit_name


def test_a_dropped_prospect_comes_back_only_where_it_is_still_wanted(bureau: Bureau) -> None:
    ws = bureau.ws
    made = prospects.add(ws, FACTS)
    prospects.drop(ws, made.id, "暂停扩产")
    with pytest.raises(NotAllowedError, match="先恢复跟进"):
        prospects.begin_form(ws, made.id)
    second = prospects.add(ws, FACTS)
    with pytest.raises(NotAllowedError, match="不用重复登记"):
        prospects.reopen(ws, made.id)
    prospects.drop(ws, second.id, "重复")
    assert prospects.reopen(ws, made.id).state is ProspectState.OPEN


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


def test_a_tie_is_not_doubled_over_days_that_it_had(bureau: Bureau) -> None:
    ws = bureau.ws
    leader, supplier = enrolled(bureau, 1, "green-supply-chain"), enrolled(bureau, 2)
    tie = (LinkKind.SUPPLIER, leader.unit_id, supplier.unit_id)
    first = links.link(ws, *tie, date(2026, 1, 1))
    with pytest.raises(NotAllowedError, match="早于关联日期"):
        links.unlink(ws, first.id, date(2025, 12, 31))
    links.unlink(ws, first.id, date(2026, 3, 1))
    with pytest.raises(NotAllowedError, match="2026-03-01才解除"):
        links.link(ws, *tie, date(2026, 2, 28))
    links.link(ws, *tie, date(2026, 3, 1))
    for day in (date(2026, 2, 28), date(2026, 3, 1)):
        assert len(links.children(ws, leader.unit_id, day)) == 1
    with pytest.raises(NotAllowedError, match="还没有到"):
        links.link(ws, *tie, date(2026, 6, 2))


def test_counts_are_of_one_kind_of_tie_and_of_members_of_that_day(bureau: Bureau) -> None:
    ws = bureau.ws
    both = enrolled(bureau, 1, "green-park")
    enrolled(bureau, 1, "green-supply-chain")
    factory, supplier, chain = enrolled(bureau, 2), enrolled(bureau, 3), enrolled(bureau, 4, "green-supply-chain")
    day, park, leader = date(2026, 1, 1), LinkKind.PARK_FACTORY, LinkKind.SUPPLIER
    for kind, child in ((park, factory), (leader, factory), (leader, supplier), (leader, chain)):
        links.link(ws, kind, both.unit_id, child.unit_id, day)
    assert links.counts(ws, both.unit_id) == links.LinkCounts(2, 0, 0)
    assert links.prefilled_counts(ws, both.unit_id, "green-supply-chain", day) == {"suppliers_green_factories": 2}
    assert links.prefilled_counts(ws, both.unit_id, "green-park", day)["green_factories_district"] == 1
    assert links.prefilled_counts(ws, factory.unit_id, "green-factory", day) == {}
    assert links.prefilled_counts(ws, both.unit_id, "green-park", date(2025, 12, 31)) == {}
    units.merge(ws, factory.unit_id, supplier.unit_id, happened_on=date(2026, 5, 1))
    assert links.prefilled_counts(ws, both.unit_id, "green-park", date(2026, 4, 30))["green_factories_district"] == 1
    assert links.prefilled_counts(ws, both.unit_id, "green-park", date(2026, 5, 1))["green_factories_district"] == 0
    held = {c.unit.id: len(c.memberships) for c in links.children(ws, both.unit_id, date(2026, 4, 30))}
    assert held == {factory.unit_id: 1, supplier.unit_id: 1, chain.unit_id: 1}


def test_only_the_bureau_ties_and_changes_units(bureau: Bureau) -> None:
    ws = bureau.ws
    park, factory = enrolled(bureau, 1, "green-park"), enrolled(bureau, 2)
    tied = links.link(ws, LinkKind.PARK_FACTORY, park.unit_id, factory.unit_id)
    ws.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏"))
    day = date(2026, 5, 1)
    for step in (
        lambda: links.link(ws, LinkKind.PARK_FACTORY, park.unit_id, factory.unit_id),
        lambda: links.unlink(ws, tied.id),
        lambda: units.change_unit(ws, factory.unit_id, UnitChangeKind.NAME, after="别名", happened_on=day),
        lambda: units.merge(ws, factory.unit_id, park.unit_id, happened_on=day),
    ):
        with pytest.raises(NotAllowedError, match=r"三\(二\)2"):
            step()


def test_a_unit_is_found_by_its_earlier_name(bureau: Bureau) -> None:
    ws = bureau.ws
    member = enrolled(bureau, 1)
    day, new = date(2026, 5, 1), "天津砚屿纸业有限公司"
    units.change_unit(ws, member.unit_id, UnitChangeKind.NAME, after=new, happened_on=day)
    units.change_unit(ws, member.unit_id, UnitChangeKind.CODE, after=credit_code(7), happened_on=day)
    for query in ("砚屿", "yyzy", "虚构1号", "tjxg", credit_code(1), credit_code(7).lower()):
        assert [u.unit_name for u in units.search(ws, query)] == [new], query
        assert [m.unit_name for m in members.members(ws, query=query)] == [new], query


@pytest.mark.parametrize(
    ("kind", "after", "day", "sentence"),
    [
        (UnitChangeKind.NAME, "别名", date(2026, 6, 2), "还没有到"),
        (UnitChangeKind.NAME, " ", date(2026, 6, 1), "没有填"),
        (UnitChangeKind.CODE, "91120115PDY00001X5", date(2026, 6, 1), "校验位不对"),
        (UnitChangeKind.CODE, credit_code(2), date(2026, 6, 1), "已经是“天津虚构2号有限公司”的"),
        (UnitChangeKind.OFFICE, "不存在的镇", date(2026, 6, 1), "清单中没有“不存在的镇”"),
        (UnitChangeKind.MERGED, "x", date(2026, 6, 1), "请用“并入”办理"),
    ],
)
def test_wrong_changes_are_refused(
    bureau: Bureau, kind: UnitChangeKind, after: str, day: date, sentence: str
) -> None:
    member = enrolled(bureau, 1)
    enrolled(bureau, 2)
    with pytest.raises((NotAllowedError, NotFoundError), match=sentence):
        units.change_unit(bureau.ws, member.unit_id, kind, after=after, happened_on=day)
    assert units.changes(bureau.ws, member.unit_id) == ()


def test_the_forms_of_a_renamed_unit_keep_their_name(bureau: Bureau) -> None:
    ws = bureau.ws
    windows.open_window(ws)
    record = admitted(ws, 1, "天津岚溪泵业有限公司")
    for proposal in removal.proposals(ws):
        removal.keep(ws, proposal.membership.id, subject=proposal.subject, reason="首年")
    closing.close_window(ws)
    member = members.find_member(ws, credit_code(1))
    units.change_unit(ws, member.unit_id, UnitChangeKind.NAME, after="天津新名有限公司", happened_on=date(2026, 6, 1))
    assert members.find_member(ws, credit_code(1)).unit_name == "天津新名有限公司"
    assert ws.store.get(record.id).unit_name == "天津岚溪泵业有限公司"


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
    three = enrolled(bureau, 3)
    with pytest.raises(NotAllowedError, match="不用重复办理"):
        units.merge(ws, one.unit_id, three.unit_id, happened_on=date(2026, 5, 2))
    with pytest.raises(NotAllowedError, match="自己已经并入"):
        units.merge(ws, three.unit_id, one.unit_id, happened_on=date(2026, 5, 2))
    with pytest.raises(NotAllowedError, match="早于“天津虚构3号有限公司”的入库日期"):
        units.merge(ws, three.unit_id, two.unit_id, happened_on=date(2025, 2, 28))


def test_the_counts_of_the_ties_stand_in_the_annual_report(bureau: Bureau) -> None:
    ws = bureau.ws
    park = enrolled(bureau, 1, "green-park")
    for number, tier in ((2, Tier.DISTRICT), (3, Tier.NATION)):
        links.link(ws, LinkKind.PARK_FACTORY, park.unit_id, enrolled(bureau, number, tier=tier).unit_id)
    answers = reports.begin_report(ws, park.id, 2025).record.answers
    levels = [answers[f"green_factories_{level}"] for level in ("district", "city", "nation")]
    assert levels == [2, 1, 1]

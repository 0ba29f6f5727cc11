"""校核报告 and 查询清单."""

from __future__ import annotations

from typing import Any

import pytest

from core.documents.model import Table
from core.documents.pdf.writer import pdf_bytes
from core.documents.products.query_list import QueryRow, query_list
from core.documents.products.verdict_report import verdict_report
from core.domain.enums import Outcome
from core.policy.query_sites import query_sites, screenshot_name
from tests.core.documents.printing import FORMS, USUAL, checked, fonts, pack, page_texts, squeeze

BAD = {
    "legal_status": "other", "employees": None, "production_address": "天津市武清区", "contact_email": "x",
    "neg_dishonest_queried_on": "2026-08-01", "unit_profile": None, "credit_code": "91350100M000100Y43",
}


def _report(form_id: str, changes: dict[str, Any], explanations: dict[str, str] | None = None) -> str:
    verdict = checked(form_id, {**USUAL[form_id](), **changes}, explanations).verdict
    return "".join(page_texts(pdf_bytes(verdict_report(pack(), verdict), fonts())))


@pytest.mark.parametrize(
    ("changes", "words"),
    [({}, "可推荐"), ({"legal_status": "other"}, "不可推荐"), ({"meets_standard": None}, "待核实")],
)
def test_the_verdict_comes_first_in_large_words(changes: dict[str, Any], words: str) -> None:
    text = _report("green-factory", changes)
    assert text.startswith(f"校核报告（区级绿色工厂培育表）{words}")


@pytest.mark.parametrize("form_id", FORMS)
def test_every_finding_stands_in_the_report_with_its_clause(form_id: str) -> None:
    text = _report(form_id, BAD)
    verdict = checked(form_id, {**USUAL[form_id](), **BAD}).verdict
    for finding in verdict.findings:
        if finding.rule.startswith("Q") and finding.outcome is Outcome.NOT_MET:
            continue
        assert squeeze(finding.message)[:20] in text
        if finding.clause.startswith("三(四)1("):
            assert squeeze(pack().clauses[finding.clause].text) in text
    for wanted in (verdict.number, verdict.pack, "2023年11月23日至2026年11月23日"):
        assert squeeze(wanted) in text


def test_findings_are_grouped_by_what_they_ask_of_the_clerk() -> None:
    text = _report("green-factory", BAD, {"V004": "厂区跨界。"})
    places = [text.index(f"{name}（") for name in ("不符合", "待核实", "需说明", "提示")]
    assert places == sorted(places)
    assert "情况说明：厂区跨界。" in text
    assert "没有选的优先情形（不影响申报）：重点行业能效（水效）领跑者" in text


def test_the_sites_of_the_query_list_come_from_the_pack() -> None:
    assert {site.name: site.labels for site in query_sites(pack())} == {
        "国家企业信用信息公示系统": ("工商注销", "列入经营异常名录", "事故及违法违规"),
        "信用中国": ("事故及违法违规",),
        "中国执行信息公开网": ("失信被执行人",),
    }


def test_the_query_list_has_a_line_for_each_unit_and_site() -> None:
    units = [QueryRow("甲公司", "91120115PDY00001X4"), QueryRow("乙园区", "12120115PDY00001X9")]
    text = "".join(page_texts(pdf_bytes(query_list(pack(), units), fonts())))
    assert "共2个单位、6次查询" in text
    assert text.count("☐无☐有") == 6
    for unit in units:
        for site in query_sites(pack()):
            assert screenshot_name(unit.credit_code, site.name) in text
    assert screenshot_name("91120115PDY00001X4", "信用中国") == "91120115PDY00001X4_信用中国.png"


def test_a_fields_own_finding_names_the_field_and_quotes_no_clause() -> None:
    text = _report("green-factory", {"contact_phone": "12345", "registered_address": None})
    assert "“联系电话”（一、基本情况）联系电话应为11位手机号" in text
    assert "“注册地址”（一、基本情况）必填项“注册地址”没有填写。" in text
    assert squeeze(pack().clauses["三(二)1"].text) not in text


def test_a_blank_field_that_a_rule_cannot_judge_without_is_told_once() -> None:
    text = _report("green-factory", {"established_on": None, "neg_dishonest_answer": None, "registered_address": None})
    assert "待核实（3项）" in text
    assert "三(一)1(1)F1填报要求" in text
    assert "还不能判断是不是从事实际生产的制造型企业：“成立日期”没有填写或填写有误。请补填“成立日期”。" in text
    assert "必填项“成立日期”" not in text
    assert "必填项“近三年是否为失信被执行人" not in text
    assert "必填项“注册地址”没有填写。" in text


def test_what_rests_on_no_clause_takes_the_clauses_room() -> None:
    found = checked("green-factory", {**USUAL["green-factory"](), "unit_profile": None}).verdict
    tables = [b for b in verdict_report(pack(), found).blocks if isinstance(b, Table)]
    rows = [row for table in tables for row in table.rows if "单位简介" in str(row)]
    assert [[(c.column, c.columns) for c in row.cells] for row in rows] == [[(0, 1), (1, 2), (3, 1)]]


def test_the_note_on_other_grounds_never_stands_alone_on_a_page() -> None:
    for form_id in FORMS[:3]:
        blocks = verdict_report(pack(), checked(form_id, USUAL[form_id]()).verdict).blocks
        assert isinstance(blocks[-1], Table)

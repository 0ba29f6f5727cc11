"""推荐表: what it shows, and when it is only a draft."""

from __future__ import annotations

from typing import Any

import pytest

from core.documents.pdf.layout import layout
from core.documents.pdf.writer import pdf_bytes
from core.documents.products.recommendation_sheet import RecordFacts, draft_reason, recommendation_sheet
from tests.core.documents.printing import USUAL, checked, fonts, pack, page_texts, squeeze

TITLES = {"green-factory": "绿色工厂", "green-supply-chain": "绿色供应链管理企业", "green-park": "绿色工业园区"}


def _pages(form_id: str, changes: dict[str, Any], explanations: dict[str, str] | None = None) -> list[str]:
    found = checked(form_id, {**USUAL[form_id](), **changes}, explanations)
    facts = RecordFacts("大口屯镇", explained_by={"V004": "李慧敏，2026年11月20日"})
    return page_texts(pdf_bytes(recommendation_sheet(pack(), found.state, found.verdict, facts), fonts()))


@pytest.mark.parametrize("form_id", TITLES)
def test_an_official_sheet_fits_two_pages_and_says_everything(form_id: str) -> None:
    pages = _pages(form_id, {})
    text = "".join(pages)
    verdict = checked(form_id, USUAL[form_id]()).verdict
    assert len(pages) == 2
    assert f"区级绿色制造单位推荐表（{TITLES[form_id]}）" in text
    for wanted in (verdict.unit_name, verdict.credit_code, verdict.number, verdict.pack, "2026年11月23日", "可推荐",
                   "2023年11月23日至2026年11月23日", "大口屯镇（盖章）", "法定代表人（负责人）签字：",
                   "区工业和信息化局意见"):
        assert squeeze(wanted) in text
    assert "草稿" not in text
    assert "情况说明" not in text


@pytest.mark.parametrize("form_id", TITLES)
def test_every_condition_and_every_negative_item_stands_on_the_sheet(form_id: str) -> None:
    text = "".join(_pages(form_id, {}))
    for finding in checked(form_id, USUAL[form_id]()).verdict.findings:
        if finding.clause.startswith("三(一)") and finding.rule in pack().rule_texts:
            assert squeeze(finding.message) in text
    for item in pack().negative_items:
        assert item.question in text


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"legal_status": "other"}, "校核结论为“不可推荐”，不符合三(一)1(1)。"),
        ({"neg_violation_answer": "yes", "neg_violation_from": "2025-01-02"}, "不符合三(四)1(2)。"),
        ({"meets_standard": None}, "校核结论为“待核实”，还有1项没有填写或不能判断。"),
        ({"production_address": "天津市武清区"}, "还有1项核实性问题没有写情况说明。"),
    ],
)
def test_anything_but_an_explained_eligible_verdict_is_a_draft_on_every_page(
    changes: dict[str, Any], reason: str
) -> None:
    pages = _pages("green-factory", changes)
    assert all(page.startswith("草稿") for page in pages)
    assert reason in pages[0]
    assert "同意（）不同意（）推荐" in "".join(pages)


def test_explanations_stand_beside_what_they_explain_and_lift_the_draft() -> None:
    text = "".join(_pages("green-factory", {"production_address": "天津市武清区"}, {"V004": "厂区跨界，由本区管理。"}))
    assert "草稿" not in text
    assert "厂区跨界，由本区管理。（李慧敏，2026年11月20日）" in text
    assert "生产地址“天津市武清区”没有写明在宝坻" in text


def test_the_outcome_of_each_negative_item_is_its_own_rules() -> None:
    changes = {"neg_other_answer": "yes", "neg_other_from": "2025-01-02", "neg_other_detail": "搬迁"}
    text = "".join(_pages("green-factory", changes))
    assert text.count("不符合") - text.count("不符合（）") == 1
    assert "其他未正常经营生产的情形有街镇台账、现场核查2026.11.16不符合" in text


def test_no_reason_for_an_official_sheet() -> None:
    assert draft_reason(pack().form("green-park"), checked("green-park", USUAL["green-park"]()).verdict) == ""


def test_the_page_that_is_sealed_names_the_unit_and_so_does_each_opinion() -> None:
    for form_id in TITLES:
        verdict = checked(form_id, USUAL[form_id]()).verdict
        sealed = _pages(form_id, {})[1]
        assert f"单位名称{verdict.unit_name}" in sealed
        assert squeeze(verdict.credit_code) in sealed
        assert f"经核查，{verdict.unit_name}符合{TITLES[form_id]}培育条件" in sealed
        assert f"将{verdict.unit_name}纳入区级绿色制造单位培育库" in sealed
    assert "经核查，该单位符合" in "".join(_pages("green-factory", {"unit_name": None}))


def _rows_of_the_list(pages: list[str]) -> list[int]:
    return [sum(item.question in page for item in pack().negative_items) for page in pages]


def test_the_negative_list_stays_on_the_first_page_where_lower_rows_make_room() -> None:
    pages = _pages("green-supply-chain", {"production_address": "天津市武清区"})
    assert len(pages) == 2
    assert _rows_of_the_list(pages) == [9, 0]
    assert pages[1].startswith("草稿五、情况说明")


def test_three_rows_of_the_negative_list_at_least_go_overleaf() -> None:
    found = set()
    for lines in range(3, 40):
        rows = _rows_of_the_list(_pages("green-supply-chain", {"main_products": "电动自行车、智能控制器。" * lines}))
        found.add(rows[0])
    assert 9 in found
    assert found & {3, 4, 5, 6}
    assert not found & {7, 8}


def test_who_explained_stands_only_beside_an_explanation() -> None:
    text = "".join(_pages("green-factory", {"production_address": "天津市武清区"}))
    assert "（待说明）" in text
    assert "李慧敏，2026" not in text


def test_a_source_of_ten_characters_stands_on_one_line() -> None:
    found = checked("green-factory", {**USUAL["green-factory"](), "neg_inspection_source": "区工信局节能监察台账"})
    pages = layout(recommendation_sheet(pack(), found.state, found.verdict, RecordFacts("大口屯镇")), fonts())
    assert "区工信局节能监察台账" in [t.line.text for t in pages[0].texts]

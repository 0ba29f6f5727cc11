"""封面, 推荐汇总表, 回执, 通知: what stands on them, and that nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.documents.model import Document
from core.documents.pdf.layout import layout
from core.documents.pdf.writer import pdf_bytes
from core.documents.products.office_summary import office_summary
from core.documents.products.package_cover import package_cover
from core.documents.products.receipt_paper import NoticeText, notice_paper, packages_sentence, receipt_paper
from tests.core.documents import exchange_papers as made
from tests.core.documents.measures import faults
from tests.core.documents.printing import fonts, page_texts, squeeze
from tests.fixtures.library import credit_code

PAPERS: dict[str, Callable[[], Document]] = {
    "cover": lambda: package_cover(made.UP, made.units(4)),
    "empty cover": lambda: package_cover(replace(made.UP, window=""), ()),
    "long cover": lambda: package_cover(made.WIDE, made.units(40)),
    "summary": lambda: office_summary(made.UP.sender, made.UP.window, made.UP.made_on, made.summary_rows(4)),
    "empty summary": lambda: office_summary(made.UP.sender, "", made.UP.made_on, ()),
    "long summary": lambda: office_summary(made.WIDE.sender, made.WIDE.window, made.UP.made_on, made.summary_rows(40)),
    "receipt": lambda: receipt_paper(made.DOWN, 3, (2,), made.fates(4), made.returned(1), made.members(2)),
    "empty receipt": lambda: receipt_paper(made.DOWN, 0, (), (), ()),
    "long receipt": lambda: receipt_paper(
        made.DOWN, 90, range(2, 89), made.fates(40), made.returned(12), made.members(60)
    ),
    "notice": lambda: notice_paper(made.DOWN, made.NOTICE, made.members(3)),
    "long notice": lambda: notice_paper(made.DOWN, NoticeText("", None, "请按工作方案要求认真组织填报，" * 90)),
}


def _texts(name: str) -> list[str]:
    return page_texts(pdf_bytes(PAPERS[name](), fonts()))


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_is_cut_crossed_overlapped_or_lost(paper: str) -> None:
    document = PAPERS[paper]()
    assert faults(document, layout(document, fonts())) == []


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_facts_give_the_same_bytes(paper: str) -> None:
    assert pdf_bytes(PAPERS[paper](), fonts()) == pdf_bytes(PAPERS[paper](), fonts())


def test_the_cover_says_who_sends_what_and_how_it_is_proved() -> None:
    (text,) = _texts("cover")
    assert text.startswith("绿色制造单位报送包封面（第3包）报送单位宝坻经济开发区接收单位天津市宝坻区工业和信息化局")
    assert "批次2026年6月动态更新包号第3包日期2026年6月1日内容4份表（4个单位），佐证材料492件" in text
    assert "密钥7F3A-91C2政策包baodi2026.1核对码4821993011750462区工信局接收时" in text
    assert "16位数字都相同，才是街镇、园区报出的原文件" in text
    assert f"1天津岚溪1号泵业有限公司{credit_code(1)}区级绿色供应链培育表已推荐可推荐123更正" in text
    assert text.count("经办人：负责人：（盖章）年月日") == 2


def test_a_long_cover_names_every_unit_and_keeps_both_places_to_sign_on_one_page() -> None:
    pages = _texts("long cover")
    assert len(pages) == 3
    assert all("序号单位名称统一社会信用代码" in page for page in pages)
    assert all("核对码4821993011750462" in page for page in pages)
    assert all(credit_code(n) in "".join(pages) for n in range(1, 41))
    assert pages[-1].count("经办人：负责人：") == 2


def test_two_forms_of_one_unit_are_one_unit() -> None:
    one = made.units(1)[0]
    (text,) = page_texts(pdf_bytes(package_cover(made.UP, [one, replace(one, form_title="动态管理表")]), fonts()))
    assert "2份表（1个单位）" in text


def test_papers_of_a_sample_are_marked() -> None:
    for document in (package_cover(replace(made.UP, is_sample=True), ()), receipt_paper(
        replace(made.DOWN, is_sample=True), 0, (), (), ()
    ), office_summary("街道", "", made.UP.made_on, (), is_sample=True)):
        assert document.watermark == "示例"


def test_the_summary_has_a_line_for_every_form_and_a_place_to_sign() -> None:
    text = "".join(_texts("summary"))
    assert text.startswith("区级绿色制造单位推荐汇总表（2026年6月动态更新）推荐单位：宝坻经济开发区")
    assert "填报日期：2026年6月1日共4份：区级绿色工厂培育表4份。" in text
    assert squeeze(
        f"1天津岚溪1号泵业有限公司{credit_code(1)}区级绿色工厂培育表泵及真空设备制造绿色工厂评价通则（GB/T36132-2025）第三方评价"
        "专精特新企业；主导产业企业穆青稞13800000011已推荐可推荐F23B-D0B9-2A1D-3D0C12"
    ) in text
    assert "推荐单位意见" in text
    assert "经办人：负责人：（盖章）年月日" in text


def test_the_receipt_tells_gaps_fates_and_remarks_by_field() -> None:
    text = "".join(_texts("receipt"))
    assert text.startswith("接收回执（宝坻经济开发区第2号）宝坻经济开发区：已收到你单位第1包至第3包，其中第2包未收到。")
    assert "核对码4821993011750462" in text
    assert "不予入库审核未通过：四至范围与批复文件不一致，理由见决定书。" in text
    back = text[text.index("二、退回更正的表（1份）") :]
    assert "1．天津岚溪1号泵业有限公司（区级绿色工厂培育表）退回原因：与统计年报不一致" in back
    assert "1营业收入（万元）请核对。2近三年是否发生安全" in back
    assert "三、培育库中你单位推荐的单位（2家）" in back
    assert back.index("天津市宝坻区工业和信息化局2026年6月1日") > back.index("2026年6月移出")


def test_a_receipt_without_returns_has_no_part_for_them() -> None:
    text = "".join(page_texts(pdf_bytes(receipt_paper(made.DOWN, 1, (), made.fates(1), (), made.members(1)), fonts())))
    assert "退回更正的表" not in text
    assert "二、培育库中你单位推荐的单位（1家）" in text


@pytest.mark.parametrize(("received_to", "missing", "sentence"), [
    (0, (), "还没有收到你单位的报送包。"),
    (1, (), "已收到你单位第1包，没有缺号。"),
    (4, (), "已收到你单位第1包至第4包，没有缺号。"),
    (5, (3,), "已收到你单位第1包至第5包，其中第3包未收到。请把第3包再送一次，或者在下一次报送时一并报来。"),
    (
        5, (4, 2, 2, 9),
        "已收到你单位第1包至第5包，其中第2包、第4包未收到。请把第2包、第4包再送一次，或者在下一次报送时一并报来。",
    ),
])
def test_the_sentence_about_packages(received_to: int, missing: tuple[int, ...], sentence: str) -> None:
    assert packages_sentence(received_to, missing) == sentence


def test_the_notice_is_an_official_text_with_its_last_day() -> None:
    (text,) = _texts("notice")
    assert text.startswith(
        "关于报送2026年12月动态更新推荐材料的通知（2026年6月动态更新）宝坻经济开发区：培育库将于12月中旬更新，请组织单位填报。"
        "没有推荐单位的，也请回复。报送截止日期：2026年12月10日（含当日）。天津市宝坻区工业和信息化局2026年6月1日"
    )
    assert "核对码4821993011750462街镇、园区读取通知时" in text
    assert "附：培育库中你单位推荐的单位（3家）" in text


def test_headings_of_a_notice_stand_in_the_typeface_of_their_level() -> None:
    text = "一、报送范围\n（一）在库单位。均应报送。\n1.绿色工厂。逐家报送。\n附件：名单"
    (page,) = layout(notice_paper(made.DOWN, replace(made.NOTICE, text=text)), fonts())
    fonts_of = {p.line.text: [m.font for m in p.line.marks] for p in page.texts}
    assert set(fonts_of["一、报送范围"]) == {"hei"}
    assert fonts_of["（一）在库单位。均应报送。"] == ["kai"] * 8 + ["fang"] * 5
    assert set(fonts_of["1.绿色工厂。逐家报送。"]) == {"fang"}
    lines = {p.line.text: p.baseline for p in page.texts}
    assert lines["附件：名单"] - lines["1.绿色工厂。逐家报送。"] == pytest.approx(2 * 28.95, abs=0.1)


def test_a_long_notice_begins_under_its_salutation_and_its_signature_is_not_parted() -> None:
    pages = _texts("long notice")
    assert "宝坻经济开发区：请按工作方案要求" in pages[0]
    assert sum("天津市宝坻区工业和信息化局2026年6月1日" in page for page in pages) == 1

"""名单, 移出公告, 催报名单, 推荐名单: what stands on them, and that nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from core.documents.model import Document
from core.documents.pdf.layout import layout
from core.documents.pdf.page import POINTS_PER_MM
from core.documents.pdf.writer import pdf_bytes
from core.documents.products.announcement import Announcement, announcement
from core.documents.products.recommendation_list import CallWords, recommendation_list
from core.documents.products.reminder import reminder
from core.documents.products.roster import library_on, roster
from core.domain.library import RosterChange, Tier
from tests.core.documents import library_papers as made
from tests.core.documents.measures import faults
from tests.core.documents.printing import fonts, pack, page_texts, squeeze

_NAME = "天津甲乙精密制造有限公司"
_WORDS = Announcement(
    f"关于移出{_NAME}绿色制造单位名单的公告",
    (
        f"{_NAME}（统一社会信用代码91120115PDY00001X4）为绿色工厂。2026年8月3日发生重大生产安全事故。",
        "特此公告。",
    ),
    "天津市宝坻区工业和信息化局", date(2026, 8, 5),
)


def _roster(count: int) -> Document:
    found, differences, before = made.second_roster(count)
    return roster(pack(), found, differences, made.labels(), before)


def _texts(document: Document) -> list[str]:
    return page_texts(pdf_bytes(document, fonts()))


PAPERS: dict[str, Callable[[], Document]] = {
    "roster": lambda: _roster(40),
    "first": lambda: roster(pack(), made.first_roster(3), (), made.labels()),
    "empty": lambda: roster(pack(), replace(made.first_roster(0), count=0), (), made.labels()),
    "as of": lambda: library_on(pack(), date(2026, 3, 1), made.first_roster(40).lines, made.labels(), date(2026, 9, 1)),
    "announcement": lambda: announcement(pack(), _WORDS),
    "long announcement": lambda: announcement(pack(), replace(_WORDS, paragraphs=_WORDS.paragraphs[:1] * 14)),
    "reminder": lambda: reminder(pack(), 2025, made.reminder_rows(), date(2026, 5, 1)),
    "city": lambda: recommendation_list(pack(), Tier.CITY, 2026, made.recommended_rows(), date(2026, 7, 2)),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_is_cut_crossed_overlapped_or_lost(paper: str) -> None:
    document = PAPERS[paper]()
    assert faults(document, layout(document, fonts())) == []


def test_the_roster_names_every_unit_with_all_its_columns() -> None:
    found, _, _ = made.second_roster(40)
    text = "".join(_texts(_roster(40)))
    for number, line in enumerate(found.members, start=1):
        labels = made.labels()
        wanted = (
            f"{number}{line.unit_name}{line.credit_code}{labels.kind(line.kind)}{labels.office(line.office)}"
            f"{labels.industry(line.industry_code)}{line.tier.label}"
            f"{line.admitted_on.year}.{line.admitted_on.month}.{line.admitted_on.day}{line.change.label}"
        )
        assert squeeze(wanted) in text


def test_the_heads_of_the_roster_stand_on_each_of_its_pages_and_the_seal_beside_each_number() -> None:
    pages = _texts(_roster(40))
    assert len(pages) == 4
    assert all("序号单位名称统一社会信用代码类别街镇、园区行业层级入库日期变动" in page for page in pages[:3])
    assert all("第2号封存校验码3F9A-0C71-D2E8-4B56政策包baodi2026.1" in page for page in pages)
    assert pages[0].startswith("区级绿色制造单位培育库名单（第2号2026年6月动态更新2026年6月30日）共40家：")


def test_the_annex_tells_who_came_changed_and_left_with_reason_and_clause() -> None:
    first, *_, annex = _texts(_roster(40))
    counts = "与第1号名单（2025年12月20日）相比：新增1家、保留38家、变更1家、移出1家。"
    assert counts in first
    assert annex.startswith(f"附与上期名单的变动（第2号名单与第1号名单比较）{counts}保留的38家没有变动，不再列出。")
    places = [annex.index(f"{n}{word}天津") for n, word in ((1, "新增"), (2, "变更"), (3, "移出"))]
    assert places == sorted(places)
    assert "至2026年6月30日没有填报三(四)2(1)" in annex
    assert "更名，原“天津京津冀高端装备（集团）2有限公司”" in annex


def test_a_unit_in_two_kinds_is_counted_once_as_a_unit() -> None:
    found = made.first_roster(3)
    twice = replace(found, lines=(*found.lines, replace(found.lines[0], kind="green-park", membership_id="x")))
    assert "共4家（涉及3个单位）：" in "".join(_texts(roster(pack(), twice, (), made.labels())))


def test_the_first_roster_says_so_and_has_no_annex() -> None:
    text = "".join(_texts(PAPERS["first"]()))
    assert "本期为首期名单。" in text
    assert "附" not in text
    assert "共0家。" in "".join(_texts(PAPERS["empty"]()))


def test_the_library_of_an_earlier_day_can_not_pass_for_a_numbered_roster() -> None:
    pages = _texts(PAPERS["as of"]())
    assert pages[0].startswith("区级绿色制造单位培育库名单（2026年3月1日在库情况，追溯）")
    assert "不能代替动态更新时编号封存的名单" in pages[0]
    assert all("2026年3月1日在库情况（追溯，不是编号名单）" in page for page in pages)
    assert "封存校验码" not in "".join(pages)
    assert RosterChange.KEPT.label not in "".join(pages)


def test_the_announcement_is_marked_as_a_draft_until_it_is_final() -> None:
    assert PAPERS["announcement"]().watermark == "草稿"
    final = announcement(pack(), replace(_WORDS, is_draft=False))
    assert final.watermark == ""
    text = "".join(_texts(final))
    assert text.startswith(f"关于移出{_NAME}绿色制造单位名单的公告{_NAME}（统一社会信用代码")
    assert "特此公告。天津市宝坻区工业和信息化局2026年8月5日" in text


def test_the_announcement_has_the_measures_of_an_official_text() -> None:
    document = PAPERS["announcement"]()
    (page,) = layout(document, fonts())
    lines = {placed.line.text: placed for placed in page.texts}
    assert "绿色制造单位名单的公告" in lines
    assert {m.size for m in lines["绿色制造单位名单的公告"].line.marks} == {22.0}
    body = next(p for text, p in lines.items() if text.startswith("特此公告"))
    assert {m.size for m in body.line.marks} == {16.0}
    left = document.page.binding * POINTS_PER_MM
    assert body.x == pytest.approx(left + 2 * 16.0)
    day, name = lines["2026年8月5日"], lines["天津市宝坻区工业和信息化局"]
    right = left + document.page.body_width * POINTS_PER_MM
    assert right - (day.x + day.line.width) == pytest.approx(4 * 16.0, abs=0.1)
    assert day.x + day.line.width / 2 == pytest.approx(name.x + name.line.width / 2, abs=0.1)


def test_the_seal_of_a_long_announcement_never_stands_on_a_page_without_text() -> None:
    for count in range(5, 12):
        words = replace(_WORDS, paragraphs=(*_WORDS.paragraphs[:1] * count, "特此公告。"))
        last = _texts(announcement(pack(), words))[-1]
        assert "特此公告。" in last
        assert "天津市宝坻区工业和信息化局2026年8月5日" in last


def test_the_reminder_has_a_part_for_each_office() -> None:
    text = "".join(_texts(PAPERS["reminder"]()))
    assert "应在2026年4月15日前（含当日）填报2025年度动态管理表" in text
    assert "以下4个街镇、园区的12家单位需要催报。逾期未报或迟报的" in text
    for office in ("海滨街道", "方家庄镇", "宝坻经济开发区", "京津中关村科技城"):
        assert f"{office}（3家）序号单位名称" in text
    for row in made.reminder_rows():
        assert squeeze(f"{row.unit_name}{row.credit_code}{row.kind}2026.4.15{row.state}{row.note}") in text


def test_a_reminder_without_units_says_so() -> None:
    text = "".join(_texts(reminder(pack(), 2025, (), date(2026, 5, 1))))
    assert "2025年度动态管理表没有应催报的单位" in text


def test_a_list_without_units_says_so() -> None:
    text = "".join(_texts(recommendation_list(pack(), Tier.CITY, 2026, (), date(2026, 7, 2))))
    assert "目前没有推荐申报市级绿色制造单位的单位。" in text
    assert "推荐日期无天津市" in text


@pytest.mark.parametrize(("tier", "title"), [(Tier.CITY, "市级"), (Tier.NATION, "国家级")])
def test_the_recommendation_list_names_call_quota_and_every_unit(tier: Tier, title: str) -> None:
    call = CallWords("关于组织申报的通知", date(2026, 7, 20), 6)
    rows = made.recommended_rows()
    text = "".join(_texts(recommendation_list(pack(), tier, 2026, rows, date(2026, 7, 2), call)))
    assert text.startswith(f"{title}绿色制造单位推荐名单（2026年度2026年7月2日）")
    assert "《关于组织申报的通知》（2026年7月20日截止，推荐名额6家），择优推荐以下4家单位" in text
    for row in rows:
        assert squeeze(row.credit_code) in text
    assert text.count("能效（水效）领跑者、专精特新") == len(rows)

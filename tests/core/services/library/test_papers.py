"""名单, 移出公告, 催报名单, 推荐名单 from a real library, read back from the PDF."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.services.library import members
from core.services.printing import PrintKind, page_count, page_text, print_to_file
from tests.core.services.library import story
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import credit_code


def _text(bureau: Bureau, folder: Path, kind: PrintKind, **about: Any) -> str:
    out = print_to_file(bureau.ws, kind, folder / "印件.pdf", **about)
    return re.sub(r"\s+", "", "".join(page_text(out, n) for n in range(page_count(out)))).replace("\ufffe", "-")


def test_the_newest_roster_is_printed_with_its_changes_and_its_seal(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    digest = bureau.ws.store.library.rosters.get(2).digest.upper()
    text = _text(bureau, tmp_path, PrintKind.ROSTER)
    assert text.startswith("区级绿色制造单位培育库名单（第2号2026年度第一批2026年8月10日）共3家：绿色工厂2家")
    assert "与第1号名单（2026年6月20日）相比：新增1家、保留2家、变更0家、移出1家。" in text
    assert f"封存校验码{digest[:4]}-{digest[4:8]}-{digest[8:12]}-{digest[12:16]}" in text
    assert f"{story.PUMPS}{credit_code(1)}绿色工厂宝坻经济开发区通用设备制造业区级2025.12.15保留" in text
    left = text[text.index("附与上期名单的变动") :]
    assert f"2移出{story.PAPER}" in left
    assert "三(四)2(3)" in left


def test_an_earlier_roster_keeps_its_own_contents(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    text = _text(bureau, tmp_path, PrintKind.ROSTER, number=1)
    assert "（第1号2026年6月动态更新2026年6月20日）共3家" in text
    assert "本期为首期名单。" in text
    assert story.PAPER in text
    assert story.MOTORS not in text


def test_the_library_of_a_day_is_marked_as_traced_back(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    text = _text(bureau, tmp_path, PrintKind.ROSTER, as_of=date(2026, 8, 4))
    assert text.startswith("区级绿色制造单位培育库名单（2026年8月4日在库情况，追溯）共4家")
    assert story.PAPER in text
    assert "市级" in text
    after = _text(bureau, tmp_path, PrintKind.ROSTER, as_of=date(2026, 8, 5))
    assert story.PAPER not in after
    assert "共3家" in after


def test_a_number_together_with_a_day_or_a_day_to_come_is_refused(bureau: Bureau, tmp_path: Path) -> None:
    out = tmp_path / "印件.pdf"
    with pytest.raises(UnreadableInputError, match="只能写一个"):
        print_to_file(bureau.ws, PrintKind.ROSTER, out, number=1, as_of=date(2026, 1, 1))
    with pytest.raises(NotAllowedError, match="还没有到"):
        print_to_file(bureau.ws, PrintKind.ROSTER, out, as_of=date(2026, 6, 2))
    with pytest.raises(NotFoundError, match="还没有名单"):
        print_to_file(bureau.ws, PrintKind.ROSTER, out)
    assert not out.exists()


@pytest.mark.parametrize("about", [{}, {"as_of": date(2026, 8, 5)}, {"number": 2}])
def test_the_announcement_names_who_was_removed_and_from_which_lists(
    bureau: Bureau, tmp_path: Path, about: dict[str, object]
) -> None:
    story.two_rosters(bureau)
    text = _text(bureau, tmp_path, PrintKind.ANNOUNCEMENT, **about)
    assert f"关于移出{story.PAPER}绿色制造单位名单的公告" in text
    assert "自2026年8月5日起将该单位移出区级、市级绿色工厂名单。特此公告。" in text
    assert "天津市宝坻区工业和信息化局2026年8月5日" in text
    assert "草稿" in text


def test_the_final_announcement_carries_no_mark(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    assert "草稿" not in _text(bureau, tmp_path, PrintKind.ANNOUNCEMENT, is_final=True)


def test_there_is_no_announcement_of_who_is_still_a_member_or_when_nobody_left(bureau: Bureau, tmp_path: Path) -> None:
    out = tmp_path / "印件.pdf"
    with pytest.raises(NotFoundError, match="没有移出的单位"):
        print_to_file(bureau.ws, PrintKind.ANNOUNCEMENT, out)
    story.two_rosters(bureau)
    here = members.find_member(bureau.ws, credit_code(1))
    with pytest.raises(NotAllowedError, match=f"“{story.PUMPS}”还在培育库中"):
        print_to_file(bureau.ws, PrintKind.ANNOUNCEMENT, out, membership_ids=(here.id,))
    for about in ({"number": 1}, {"as_of": date(2026, 8, 6)}):
        with pytest.raises(NotFoundError, match="没有移出的单位"):
            print_to_file(bureau.ws, PrintKind.ANNOUNCEMENT, out, **about)


def test_many_removals_make_a_title_that_still_is_one(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    for number in (1, 3, 4):
        story.accident(bureau, number)
    text = _text(bureau, tmp_path, PrintKind.ANNOUNCEMENT)
    assert re.match(r"(草稿)?关于移出天津.{4}有限公司等3家单位绿色制造单位名单的公告", text)
    assert all(name in text for name in (story.PUMPS, story.PAINT, story.MOTORS))


def test_the_reminder_lists_what_is_owed_by_office(bureau: Bureau, tmp_path: Path) -> None:
    story.enrol(bureau, 1, story.PUMPS)
    story.enrol(bureau, 2, story.PAPER, office="120115001")
    story.enrol(bureau, 3, story.PAINT, on=date(2026, 1, 5))
    text = _text(bureau, tmp_path, PrintKind.REMINDER)
    assert text.startswith("动态管理表催报名单（2025年度截至2026年6月1日）")
    assert "2个街镇、园区的2家单位需要催报" in text
    assert f"海滨街道（1家）序号单位名称统一社会信用代码类别应报日期状态说明1{story.PAPER}" in text
    assert "2026.4.15未报" in text
    assert story.PAINT not in text
    one = _text(bureau, tmp_path, PrintKind.REMINDER, office="120115456")
    assert story.PUMPS in one
    assert story.PAPER not in one
    before = _text(bureau, tmp_path, PrintKind.REMINDER, year=2025, as_of=date(2026, 3, 1))
    assert "督促单位按时填报" in before


def test_the_city_list_says_who_is_recommended_under_the_call(bureau: Bureau, tmp_path: Path) -> None:
    out = tmp_path / "印件.pdf"
    with pytest.raises(NotFoundError, match="没有登记市级的申报通知"):
        print_to_file(bureau.ws, PrintKind.CITY_LIST, out)
    asked = story.recommended(bureau, 1, story.PUMPS)
    text = _text(bureau, tmp_path, PrintKind.CITY_LIST)
    assert text.startswith("市级绿色制造单位推荐名单（2026年度2026年6月1日）")
    assert f"《{asked.title}》（2026年6月30日截止，推荐名额5家），择优推荐以下1家单位" in text
    for wanted in (story.PUMPS, credit_code(1), "天津绿评技术服务", "2026.5.20达到标准（86.5分）", "2026.6.1"):
        assert wanted in text
    assert text == _text(bureau, tmp_path, PrintKind.CITY_LIST, year=2026, call_id=asked.id)
    with pytest.raises(UnreadableInputError, match="请打印市级推荐名单"):
        print_to_file(bureau.ws, PrintKind.NATION_LIST, out, call_id=asked.id)
    with pytest.raises(NotFoundError, match="没有登记2025年度市级的申报通知"):
        print_to_file(bureau.ws, PrintKind.CITY_LIST, out, year=2025)
    with pytest.raises(NotFoundError, match="没有登记国家级的申报通知"):
        print_to_file(bureau.ws, PrintKind.NATION_LIST, out)


@pytest.mark.parametrize("kind", [k for k in PrintKind if k.is_of_library])
def test_papers_are_named_by_clerks_words_too(kind: PrintKind) -> None:
    assert PrintKind.named(kind.label) is kind
    assert PrintKind.named(kind.value) is kind


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("汇总表", PrintKind.OFFICE_SUMMARY), ("区级绿色工厂培育表", PrintKind.FORM),
        ("绿色工厂培育表", PrintKind.FORM), ("培育表", PrintKind.FORM),
        ("动态管理表", PrintKind.FORM), ("公告", PrintKind.ANNOUNCEMENT),
        ("回执", PrintKind.RECEIPT), ("封面", PrintKind.PACKAGE_COVER), (" 函 ", PrintKind.LETTER),
        ("Verdict-Report", PrintKind.REPORT), ("blank_form", PrintKind.BLANK),
    ],
)
def test_papers_are_named_by_the_words_that_clerks_say(word: str, kind: PrintKind) -> None:
    assert PrintKind.named(word) is kind


@pytest.mark.parametrize("word", ["推荐名单", "表", "函件"])
def test_a_word_that_may_mean_several_papers_is_asked_back(word: str) -> None:
    with pytest.raises(UnreadableInputError, match=r"没有“.+”这种打印件，可用的有：recommendation（推荐表）"):
        PrintKind.named(word)

"""Breaking lines of Chinese text."""

from __future__ import annotations

import pytest

from core.documents.model import Align, Run, Style, runs
from core.documents.pdf.text import Lines, break_text, fit, may_break
from tests.core.documents.printing import fonts

STYLE = Style(size=10.0, align=Align.LEFT)


def broken(text: str, characters: float, style: Style = STYLE) -> list[str]:
    return [line.text for line in break_text(fonts(), runs(text), style, 10.0, characters * 10.0).lines]


def test_a_closing_mark_never_starts_a_line() -> None:
    assert broken("绿色制造单位，符合要求。", 6) == ["绿色制造单", "位，符合要", "求。"]


def test_an_opening_mark_never_ends_a_line() -> None:
    assert broken("绿色工厂《通则》", 5) == ["绿色工厂", "《通则》"]


def test_words_numbers_and_codes_stay_whole_until_they_are_wider_than_the_line() -> None:
    assert broken("依据GB/T 36132-2025评价", 7) == ["依据GB/T", "36132-2025评价"]
    long = broken("91120115PDY00001X4", 4)
    assert "".join(long) == "91120115PDY00001X4"
    assert len(long) > 1


@pytest.mark.parametrize("pair", ["——", "……"])
def test_a_dash_or_ellipsis_is_not_torn(pair: str) -> None:
    assert not may_break(pair[0], pair[1])


def test_choices_break_before_their_boxes() -> None:
    assert broken("☑正常生产 ☐停产 ☐关闭", 9) == ["☑正常生产 ☐停产", "☐关闭"]


def test_centred_lines_are_evened_out() -> None:
    assert broken("统一社会信用代码", 7, Style(size=10.0, align=Align.CENTER)) == ["统一社会", "信用代码"]


def test_text_shrinks_to_its_limit_and_then_takes_more_height() -> None:
    style = Style(size=10.5, smallest=8.0, align=Align.LEFT, leading=1.2)
    one_line = fit(fonts(), runs("十二个字的一行文字在此处"), style, 110.0, 13.0)
    assert (one_line.size, len(one_line.lines)) == (9.0, 1)
    long = fit(fonts(), runs("字" * 100), style, 110.0, 13.0)
    assert long.size == 8.0
    assert len(long.lines) == 8
    assert "".join(line.text for line in long.lines) == "字" * 100


def test_newlines_start_paragraphs_and_control_characters_vanish() -> None:
    lines = break_text(fonts(), (Run("一\n二"), Run("\x00三\ud800")), STYLE, 10.0, 100.0)
    assert [line.text for line in lines.lines] == ["一", "二三"]
    assert isinstance(lines, Lines)


def test_a_line_narrower_than_a_character_still_ends() -> None:
    assert broken("绿色", 0.5) == ["绿", "色"]


def test_a_label_of_two_lines_parts_before_its_bracket() -> None:
    centred = Style(size=10.0, align=Align.CENTER)
    assert broken("取水量（新鲜水，m³）", 8, centred) == ["取水量", "（新鲜水，m³）"]
    assert broken("企业规模（自动判定）", 7, centred) == ["企业规模", "（自动判定）"]
    assert broken("工业总产值（当年价（现行），万元）", 9, centred) == ["工业总产值（当年价", "（现行），万元）"]


def test_a_label_of_two_lines_parts_behind_its_pause() -> None:
    centred = Style(size=10.0, align=Align.CENTER)
    assert broken("街镇、园区经办人", 6, centred) == ["街镇、", "园区经办人"]
    assert broken("街镇、园区核查日期", 6, centred) == ["街镇、园区", "核查日期"]
    assert broken("认定文件、年度和部门", 7, centred) == ["认定文件、", "年度和部门"]


def test_a_name_leaves_no_single_character_below() -> None:
    assert broken("天津岚溪水泵业有限公司", 10) == ["天津岚溪水泵", "业有限公司"]

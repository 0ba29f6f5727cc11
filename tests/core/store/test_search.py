"""Names are found by characters, pinyin and initials, with doubtful characters read either way."""

from __future__ import annotations

import pytest

from core.store.search import initials, search_terms, search_text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("天津市宝坻区长城重工有限公司", "bdqccz"),
        ("天津市宝坻区长城重工有限公司", "ccgyx"),
        ("天津市宝坻区长城重工有限公司", "changcheng"),
        ("重庆乐陵绿色厂", "cqll"),
        ("重庆乐陵绿色厂", "zqll"),
        ("重庆乐陵绿色厂", "lvse"),
        ("单县曾氏", "sx"),
        ("ＡＢＣ（中国）有限公司", "abczg"),
        ("ＡＢＣ（中国）有限公司", "(中国)"),
        ("𠮷田食品", "𠮷tsp"),
    ],
)
def test_found(name: str, typed: str) -> None:
    assert all(term in search_text(name, "") for term in search_terms(typed))


def test_the_text_begins_with_the_pinyin_and_stays_short() -> None:
    assert search_text("宝坻", "91X").split() == ["baodi", "宝坻", "91x", "bd"]
    assert search_text("Plain Ltd", "") == "plainltd plain ltd"
    assert search_text("", "") == ""
    assert len(search_text("长" * 10_000, "9" * 10_000)) < 1000


def test_ascii_names_need_no_dictionary() -> None:
    assert initials("abc") == ()


def test_terms_are_folded() -> None:
    assert search_terms(" ＢＤ　钢铁 ") == ("bd", "钢铁")

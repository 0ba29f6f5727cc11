"""Names of files hold on Windows and Linux, whatever people call things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.infra.file_names import safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("天津青禾/流体: 装备", "天津青禾_流体_ 装备"), (" ..", "未命名"), ("", "未命名"), ("甲公司.", "甲公司"),
        ("CON", "_CON"), ("aux.pdf", "_aux.pdf"), ("com1", "_com1"), ("Console", "Console"), ("lpt", "lpt"),
    ],
)
def test_a_name_is_as_windows_takes_it(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_the_mark_stands_whole_at_the_end_of_a_long_name() -> None:
    name = safe_name("长" * 300, mark="（2）")
    assert name.endswith("长（2）")
    assert len(name) <= 80


@given(st.text(max_size=120))
def test_any_text_makes_a_name_that_can_be_written(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not set(name) & set('\\/:*?"<>|')
    assert name == name.strip(" .")
    assert len(name.encode("utf-8", "replace")) <= 255

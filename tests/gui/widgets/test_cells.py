"""Dates, ticks, fonts and the strip of sections."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.check_group import CheckGroup
from gui.widgets.date_cell import DateCell
from gui.widgets.fonts import load_fonts
from gui.widgets.options import Option, OptionList
from gui.widgets.section_navigator import SectionNavigator
from tests.fixtures.packs import shipped_pack

FONTS = Path(__file__).parents[3] / "resources" / "fonts"
GROUNDS = OptionList([Option("a", "能效领跑者"), Option("b", "废水循环利用"), Option("c", "单项冠军")])


def _show(qtbot: QtBot, widget: DateCell | CheckGroup) -> tuple[list[Any], QWidget]:
    """What it reports, and the window that holds it beside another field; it has the focus."""
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.addWidget(widget)
    layout.addWidget(QLineEdit(window))
    layout.addStretch()
    window.resize(500, 400)
    edits: list[Any] = []
    widget.edited.connect(edits.append)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    widget.setFocus()
    return edits, window


def test_calendar_by_keys(qtbot: QtBot) -> None:
    cell = DateCell()
    edits, _window = _show(qtbot, cell)
    cell.load("2026-03-01")
    QTest.keyClick(cell, Qt.Key.Key_F4)
    calendar = QApplication.focusWidget()
    assert calendar is not None
    assert calendar is not cell
    QTest.keyClick(calendar, Qt.Key.Key_Right)
    QTest.keyClick(calendar, Qt.Key.Key_Return)
    assert edits == ["2026-03-02"]
    assert (cell.text(), cell.hasFocus()) == ("2026-03-02", True)


def test_calendar_closes_without_a_change(qtbot: QtBot) -> None:
    cell = DateCell()
    edits, _window = _show(qtbot, cell)
    cell.load("wrong")
    popup = cell.open_calendar()
    assert popup is not None
    assert popup.calendar.selectedDate() == QDate.currentDate()
    QTest.keyClick(QApplication.focusWidget() or popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert (edits, cell.text(), cell.hasFocus()) == ([], "wrong", True)


def test_calendar_closes_when_the_clerk_goes_elsewhere(qtbot: QtBot) -> None:
    cell = DateCell()
    _edits, _window = _show(qtbot, cell)
    popup = cell.open_calendar()
    assert popup is not None
    field = next(w for w in cell.window().findChildren(QLineEdit) if w is not cell and not popup.isAncestorOf(w))
    field.setFocus()
    assert not popup.isVisible()
    assert field.hasFocus()


def test_ticks_by_keys(qtbot: QtBot) -> None:
    group = CheckGroup(GROUNDS)
    edits, _window = _show(qtbot, group)
    assert group.boxes[0].hasFocus()
    QTest.keyClick(group.boxes[0], Qt.Key.Key_Space)
    QTest.keyClick(group.boxes[0], Qt.Key.Key_Right)
    assert group.boxes[1].hasFocus()
    QTest.keyClicks(group.boxes[1], "3")
    QTest.keyClicks(group.boxes[1], "1")
    assert edits == [["a"], ["a", "c"], ["c"]]
    QTest.keyClicks(group.boxes[1], "3")
    assert edits[-1] is None


def test_ticks_keep_strange_text_until_something_is_ticked(qtbot: QtBot) -> None:
    group = CheckGroup(GROUNDS)
    edits, _window = _show(qtbot, group)
    group.load_names([], "别的")
    assert (group.raw(), edits) == ("别的", [])
    QTest.keyClicks(group.boxes[0], "2")
    assert edits == [["b"]]


def test_ticks_wrap_and_ask_for_the_height(qtbot: QtBot) -> None:
    group = CheckGroup(GROUNDS)
    _edits, _window = _show(qtbot, group)
    assert group.height_for(120) > group.height_for(900)


def test_own_fonts_come_first_and_rare_characters_have_one(dressed: QApplication) -> None:
    font = load_fonts(FONTS)
    assert QFontInfo(font).family() == "Noto Sans SC"
    assert {"GreenLadder Rare A", "GreenLadder Rare B"} <= set(font.families())
    assert set(font.families()[:3]) <= set(QFontDatabase.families())
    assert dressed.font().pointSizeF() >= 9


def test_missing_fonts_are_passed_over(tmp_path: Path, dressed: QApplication) -> None:
    assert load_fonts(tmp_path).families()
    assert dressed is not None


def test_section_names_shrink_with_the_window(qtbot: QtBot) -> None:
    strip = SectionNavigator()
    qtbot.addWidget(strip)
    strip.set_sections(["表头", "一、基本情况", "二、资源利用与环境排放", "三、管理体系与环保手续"])
    strip.resize(900, 30)
    strip.show()
    assert strip.tabText(2) == "二、资源利用与环境排放"
    strip.resize(260, 30)
    assert strip.tabText(2) in ("二 资源利用", "二 资源…", "二")
    assert strip.tabToolTip(2).startswith("二、资源利用与环境排放")
    chosen: list[int] = []
    strip.section_chosen.connect(chosen.append)
    strip.show_current(1)
    assert (chosen, strip.currentIndex()) == ([], 1)


@pytest.mark.parametrize("width", [520, 700, 860, 1000])
@pytest.mark.parametrize("form", ["green-factory", "green-supply-chain", "green-park", "annual-report"])
def test_a_section_name_is_never_cut_without_a_sign(qtbot: QtBot, form: str, width: int) -> None:
    titles = [section or "表头" for section in shipped_pack().form(form).sections]
    strip = SectionNavigator()
    qtbot.addWidget(strip)
    strip.set_sections(titles)
    strip.resize(width, 30)
    strip.show()
    texts = [strip.tabText(place) for place in range(strip.count())]
    assert strip.tabRect(strip.count() - 1).right() < width
    assert len(set(texts)) == len(texts)
    ends = re.compile("$|…$|[、与和（]|情况|清单")
    for title, text in zip(titles, texts, strict=True):
        _, _, name = text.partition(" ")
        cut = name.strip("…")
        assert cut in title
        assert text.endswith("…") or not name or ends.match(title[title.index(cut) + len(cut) :])


def test_two_sections_that_begin_alike_are_told_apart_in_a_narrow_window(qtbot: QtBot) -> None:
    strip = SectionNavigator()
    qtbot.addWidget(strip)
    strip.set_sections([section or "表头" for section in shipped_pack().form("green-supply-chain").sections])
    strip.resize(700, 30)
    strip.show()
    assert strip.tabText(5).startswith("五 绿色")
    assert strip.tabText(6).startswith("六 …评价")

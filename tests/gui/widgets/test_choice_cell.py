"""Choices by name, pinyin, number key and list; strange text stays."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.choice_cell import ChoiceCell, ChoiceMode
from gui.widgets.options import Option, OptionList

STATES = OptionList([Option("producing", "正常生产"), Option("suspended", "停产"), Option("closed", "关闭")])
TOWN_NAMES = "宝平街道 钰华街道 朝霞街道 大口屯镇 大白庄镇 黄庄镇 周良街道 牛道口镇 口东镇 海滨街道"
TOWNS = OptionList([Option(name, name) for name in TOWN_NAMES.split()])
CODE_NAMES = {"1311": "稻谷加工", "1312": "小麦加工", "3441": "泵制造"}
CODES = OptionList([Option(code, label, code) for code, label in CODE_NAMES.items()])


class Bench:
    def __init__(self, qtbot: QtBot, options: OptionList, mode: ChoiceMode) -> None:
        self.window = QWidget()
        self.cell = ChoiceCell(options, self.window, mode=mode)
        self.other = QLineEdit(self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.cell)
        layout.addWidget(self.other)
        layout.addStretch()
        self.window.resize(300, 400)
        self.edits: list[Any] = []
        self.cell.edited.connect(self.edits.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.cell.setFocus()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.cell, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.cell, key, modifier)

    def leave(self) -> None:
        self.other.setFocus()


@pytest.fixture
def closed(qtbot: QtBot) -> Bench:
    return Bench(qtbot, STATES, ChoiceMode.CLOSED)


@pytest.fixture
def towns(qtbot: QtBot) -> Bench:
    return Bench(qtbot, TOWNS, ChoiceMode.OPEN)


@pytest.fixture
def codes(qtbot: QtBot) -> Bench:
    return Bench(qtbot, CODES, ChoiceMode.CODE)


def test_number_key_picks_at_once(closed: Bench) -> None:
    closed.type("2")
    assert (closed.edits, closed.cell.text()) == (["suspended"], "停产")
    closed.type("3")
    assert closed.edits == ["suspended", "closed"]


def test_pinyin_initials_narrow_and_leaving_picks(closed: Bench) -> None:
    closed.type("zc")
    assert closed.cell.popup is not None
    assert closed.edits == []
    closed.leave()
    assert (closed.edits, closed.cell.text()) == (["producing"], "正常生产")
    assert closed.cell.popup is None


def test_leaving_half_typed_pinyin_keeps_the_old_value(qtbot: QtBot) -> None:
    bench = Bench(qtbot, TOWNS, ChoiceMode.CLOSED)
    bench.cell.load("周良街道")
    bench.cell.selectAll()
    bench.type("d")
    bench.leave()
    assert (bench.edits, bench.cell.text()) == ([], "周良街道")
    bench.cell.setFocus()
    bench.cell.selectAll()
    bench.type("d")
    bench.key(Qt.Key.Key_Down)
    bench.leave()
    assert bench.edits == ["大白庄镇"], "the highlight was moved on purpose"


def test_enter_takes_the_highlighted_match_of_several(qtbot: QtBot) -> None:
    bench = Bench(qtbot, TOWNS, ChoiceMode.CLOSED)
    bench.type("d")
    bench.key(Qt.Key.Key_Return)
    assert bench.edits == ["大口屯镇"]


def test_whole_initials_of_one_choice_mean_it_though_others_match() -> None:
    grades = OptionList([Option("a", "国有控股"), Option("b", "国有"), Option("c", "大国有")])
    assert [grades.meant(t) for t in ("gy", "g", "", "dgy")] == [grades.by_name["b"], None, None, grades.by_name["c"]]


@pytest.mark.parametrize("opener", [(Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier),
                                    (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)])
def test_list_by_keys(closed: Bench, opener: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
    closed.key(*opener)
    assert closed.cell.popup is not None
    closed.key(Qt.Key.Key_Down)
    closed.key(Qt.Key.Key_Down)
    closed.key(Qt.Key.Key_Return)
    assert closed.edits == ["closed"]
    assert closed.cell.popup is None


def test_escape_closes_the_list_and_changes_nothing(closed: Bench) -> None:
    closed.cell.load("producing")
    closed.key(Qt.Key.Key_F4)
    closed.key(Qt.Key.Key_Down)
    closed.key(Qt.Key.Key_Escape)
    closed.leave()
    assert (closed.edits, closed.cell.text()) == ([], "正常生产")


def test_click_opens_and_click_picks(closed: Bench) -> None:
    QTest.mouseClick(closed.cell, Qt.MouseButton.LeftButton)
    popup = closed.cell.popup
    assert popup is not None
    assert [popup.list.item(i).text() for i in range(popup.list.count())] == ["1  正常生产", "2  停产", "3  关闭"]
    where = popup.list.visualItemRect(popup.list.item(1)).center()
    QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert closed.edits == ["suspended"]
    assert closed.cell.hasFocus()


def test_strange_text_is_kept(closed: Bench) -> None:
    closed.type("xqq")
    closed.leave()
    assert (closed.edits, closed.cell.text()) == (["xqq"], "xqq")


def test_blank_clears(closed: Bench) -> None:
    closed.cell.load("producing")
    closed.cell.selectAll()
    closed.key(Qt.Key.Key_Delete)
    closed.leave()
    assert closed.edits == [None]


def test_open_list_keeps_a_name_that_only_resembles_its_choices(towns: Bench) -> None:
    towns.cell.setText("街道")
    towns.leave()
    assert (towns.edits, towns.cell.text()) == (["街道"], "街道")


def test_open_list_takes_the_only_match(towns: Bench) -> None:
    towns.type("dkt")
    towns.leave()
    assert towns.edits == ["大口屯镇"]


def test_codes_are_found_by_digits_and_by_pinyin(codes: Bench) -> None:
    codes.type("13")
    popup = codes.cell.popup
    assert popup is not None
    assert popup.list.count() == 2
    codes.leave()
    assert codes.edits == ["13"]
    codes.cell.setFocus()
    codes.cell.selectAll()
    codes.type("xmjg")
    codes.key(Qt.Key.Key_Return)
    assert (codes.edits[-1], codes.cell.text()) == ("1312", "1312")


def test_loading_shows_the_label_and_emits_nothing(closed: Bench) -> None:
    closed.cell.load("closed")
    assert (closed.cell.text(), closed.cell.raw(), closed.edits) == ("关闭", "closed", [])


def test_locked_cell_opens_no_list(closed: Bench) -> None:
    closed.cell.set_locked(True)
    closed.key(Qt.Key.Key_F4)
    closed.type("2")
    assert (closed.cell.popup, closed.edits) == (None, [])


def test_matching_ranks_beginnings_first() -> None:
    assert [o.name for o in TOWNS.matching("kd")] == ["口东镇"]
    assert [o.name for o in TOWNS.matching("口")] == ["口东镇", "大口屯镇", "牛道口镇"]
    assert [o.name for o in TOWNS.matching("d")][:2] == ["大口屯镇", "大白庄镇"]
    assert TOWNS.by_number("1") is None


def test_a_text_without_room_keeps_number_and_year(qtbot: QtBot) -> None:
    editions = [Option(f"{y}", f"绿色工厂评价通则（GB/T 36132-{y}）") for y in (2018, 2025)]
    bench = Bench(qtbot, OptionList(editions), ChoiceMode.CLOSED)
    bench.cell.setFixedWidth(160)
    bench.cell.load("2018")
    bench.other.setFocus()
    assert bench.cell._shortened().startswith("绿色工")
    assert bench.cell._shortened().endswith("2018）")
    assert "…" in bench.cell._shortened()
    first = bench.cell.grab().toImage()
    bench.cell.load("2025")
    assert bench.cell.grab().toImage() != first
    bench.cell.setToolTip("选一项")
    assert bench.cell.tip == f"{editions[1].label}\n选一项"
    bench.cell.setFixedWidth(600)
    assert bench.cell.tip == "选一项"

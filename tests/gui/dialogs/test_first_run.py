from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from core.domain.enums import Role
from core.domain.records import Station
from gui.dialogs.first_run import StationDialog
from gui.dialogs.office_picker import OfficePicker
from tests.fixtures.packs import shipped_pack
from tests.gui.hands import Script, Text, play


def _dialog(qtbot: QtBot, current: Station | None = None) -> StationDialog:
    made = StationDialog(shipped_pack().lists["office"].choices, current)
    qtbot.addWidget(made)
    made.show()
    return made


def _fill(dialog: StationDialog, search: str, name: str) -> None:
    picker = dialog.findChild(OfficePicker)
    assert picker is not None
    QTest.keyClicks(picker.search, search)
    lines = [line for line in dialog.findChildren(QLineEdit) if line is not picker.search]
    lines[0].setText(name)


@pytest.mark.parametrize(("search", "label"), [("bpjd", "宝平街道"), ("haibin", "海滨街道")])
def test_an_office_is_found_by_pinyin(qtbot: QtBot, search: str, label: str) -> None:
    dialog = _dialog(qtbot)
    _fill(dialog, search, "李慧敏")
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
    offices = shipped_pack().lists["office"]
    assert offices.label_of(dialog.station.office) == label
    assert dialog.station.role is Role.OFFICE
    assert not dialog.wants_samples


@pytest.mark.parametrize(("search", "name", "words"), [("", "李", "请选择"), ("bpjd", " ", "请填写经办人")])
def test_what_is_missing_is_said(qtbot: QtBot, search: str, name: str, words: str) -> None:
    dialog = _dialog(qtbot)
    _fill(dialog, search, name)
    dialog.accept()
    assert dialog.isVisible()
    assert any(words in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    _fill(dialog, "bpjd", "李慧敏")
    assert not any(words in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_a_search_that_finds_nothing_chooses_nothing(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    _fill(dialog, "bpjd", "李慧敏")
    picker = dialog.findChild(OfficePicker)
    assert picker is not None
    picker.search.setText("没有这个街道")
    assert picker.office() == ""
    picker.search.clear()
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.office() == shipped_pack().lists["office"].choices[0].name


def test_the_bureau_needs_no_office_and_a_later_change_keeps_the_rest(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, Station(Role.BUREAU, "", "王主任", "29240000"))
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.station == Station(Role.BUREAU, "", "王主任", "29240000")
    assert not dialog.wants_samples


def test_keys_alone_choose_the_office(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    picker = dialog.findChild(OfficePicker)
    assert picker is not None

    def script() -> Script:
        yield lambda: QApplication.focusWidget() is not None
        yield "Alt+N"
        yield Text("lihuimin")
        yield "Alt+O"
        yield picker.search.hasFocus
        yield Text("bpjd")
        yield "Alt+S"
        yield lambda: not dialog.isVisible()

    play(script())
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert shipped_pack().lists["office"].label_of(dialog.station.office) == "宝平街道"


def test_the_bureau_sees_that_no_office_is_asked_for(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    picker = dialog.findChild(OfficePicker)
    assert picker is not None
    corner = picker.list.viewport().rect().bottomRight()
    open_ground = picker.list.viewport().grab().toImage().pixelColor(corner)

    def script() -> Script:
        yield lambda: QApplication.focusWidget() is not None
        yield "Alt+Q"
        yield lambda: not picker.isEnabled()
        yield "Alt+O"

    play(script())
    assert not picker.search.hasFocus()
    closed_ground = picker.list.viewport().grab().toImage().pixelColor(corner)
    assert closed_ground.lightness() < open_ground.lightness()


def test_a_problem_that_is_said_moves_nothing(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    _fill(dialog, "", "")
    places = {w: w.geometry() for w in dialog.findChildren(QLineEdit)}
    dialog.accept()
    QApplication.processEvents()
    assert any("请选择" in label.text() for label in dialog.findChildren(QLabel))
    assert {w: w.geometry() for w in places} == places


@pytest.mark.parametrize(("phone", "accepted"), [
    ("王小明", False), ("29", False), ("022-29240016", True), ("（022）2924 0016转8012、13800000000", True), ("", True),
])
def test_a_phone_number_has_digits(qtbot: QtBot, phone: str, accepted: bool) -> None:
    dialog = _dialog(qtbot, Station(Role.BUREAU, "", "王主任", phone))
    dialog.accept()
    assert (dialog.result() == QDialog.DialogCode.Accepted) is accepted
    assert any("联系电话请填数字" in label.text() for label in dialog.findChildren(QLabel)) is not accepted

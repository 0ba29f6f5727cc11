"""Composing in the cells of a form: nothing is saved, moved or lost meanwhile, and leaving keeps it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.widgets.composing import FINISH, ComposingWatch
from gui.widgets.filter_line import FilterLine
from tests.gui.forms.driver import Driver

#: A line, long text, a cell of a table, and the free text of a choice.
PLACES = [("unit_name", None), ("main_products", None), ("project_name", 1), ("ownership", None)]
PAUSE_MS = 400


@pytest.fixture(autouse=True)
def watch(qapp: QGuiApplication) -> Iterator[ComposingWatch]:
    """What the program installs at its start."""
    made = ComposingWatch()
    made.follow(qapp)
    yield made
    qapp.focusObjectChanged.disconnect(made._on_focus)
    made.deleteLater()


def _compose(text: str, commit: str = "") -> None:
    event = QInputMethodEvent(text, [])
    event.setCommitString(commit)
    focus = QApplication.focusWidget()
    assert focus is not None
    QApplication.sendEvent(focus, event)


@pytest.mark.parametrize(("path", "row"), PLACES)
def test_nothing_happens_to_a_cell_while_it_is_composed_in(
    factory: Driver, qtbot: QtBot, path: str, row: int | None
) -> None:
    editor = factory.focus(path, row)
    _compose("lv")
    _compose("lv se")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape, Qt.Key.Key_F4):
        factory.key(key)
    factory.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    factory.key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(PAUSE_MS)
    factory.judge()
    factory.page.set_answers(factory.answers, {})
    assert QApplication.focusWidget() is editor
    assert factory.edits == []
    _compose("", "绿色")
    factory.key(Qt.Key.Key_Tab)
    name, value = factory.edits[-1]
    assert value == "绿色" if row is None else value[row - 1] == {path: "绿色"}
    assert name == (path if row is None else "projects")


@pytest.mark.parametrize(("path", "row"), PLACES)
def test_leaving_a_cell_keeps_what_an_engine_drops_at_that_moment(
    factory: Driver, path: str, row: int | None
) -> None:
    factory.focus(path, row)
    _compose("绿色")
    _compose("")
    factory.page.focus_field("credit_code")
    value = factory.edits[-1][1]
    assert value == "绿色" if row is None else value == [{path: "绿色"}]


@pytest.mark.parametrize(("path", "row"), PLACES)
def test_what_escape_dropped_does_not_come_back(
    factory: Driver, qtbot: QtBot, path: str, row: int | None
) -> None:
    factory.focus(path, row)
    _compose("绿色")
    _compose("")
    qtbot.wait(1)
    factory.page.focus_field("credit_code")
    assert factory.edits == []


def test_a_step_saves_what_an_input_method_gives_up_when_asked(factory: Driver) -> None:
    """As our client of fcitx does."""

    class Composing(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() is FINISH:
                _compose("", "绿色")
            return False

    editor = factory.focus("unit_name")
    composing = Composing()
    editor.installEventFilter(composing)
    _compose("lv se")
    factory.page.flush()
    assert factory.edits == [("unit_name", "绿色")]
    editor.removeEventFilter(composing)


def test_shortcuts_of_the_form_wait(factory: Driver) -> None:
    factory.load({})
    factory.judge()
    editor = factory.focus("unit_name")
    window = QGuiApplication.focusWindow()
    _compose("lv")
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert QApplication.focusWidget() is editor
    _compose("", "绿")
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert QApplication.focusWidget() is not editor


def test_a_search_begins_with_the_finished_word(qtbot: QtBot) -> None:
    line = FilterLine("名称、代码或拼音")
    qtbot.addWidget(line)
    with qtbot.waitActive(line):
        line.show()
        line.activateWindow()
    line.begin_search()
    changed: list[str] = []
    line.changed.connect(lambda: changed.append(line.query))
    _compose("lv se")
    qtbot.wait(PAUSE_MS)
    assert changed == []
    with qtbot.waitSignal(line.changed):
        _compose("", "绿色")
    assert changed == ["绿色"]

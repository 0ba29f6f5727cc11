"""Every field of every form takes keys, and what is typed arrives unchanged."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from core.forms.definition import Field, FieldType
from core.forms.values import parse
from gui.forms.form_page import FormPage
from gui.widgets.theme import Mark
from tests.fixtures.sample_answers import factory_answers, park_answers, supply_chain_answers
from tests.fixtures.sample_report import report_answers
from tests.gui.forms.conftest import PageMaker
from tests.gui.forms.driver import Driver

SAMPLES = {
    "green-factory": factory_answers, "green-supply-chain": supply_chain_answers, "green-park": park_answers,
    "annual-report": report_answers,
}
KEYS = {
    FieldType.TEXT: ("abc 1", "abc 1"), FieldType.INTEGER: ("12", 12), FieldType.DECIMAL: ("3.5", 3.5),
    FieldType.DATE: ("2026.3.1", "2026-03-01"), FieldType.YES_NO: ("1", "yes"),
}


def _keys_and_value(field: Field) -> tuple[str, Any]:
    if field.choices is not None and field.type is FieldType.SELECT_MULTIPLE:
        return "1", [field.choices.choices[0].name]
    if field.choices is not None and len(field.choices.choices) > 9:
        return field.choices.choices[2].name, field.choices.choices[2].name
    if field.choices is not None and field.type is FieldType.SELECT_ONE:
        return "1", field.choices.choices[0].name
    return ("91120115PDY00001X4", "91120115PDY00001X4") if field.is_code else KEYS[field.type]


@pytest.mark.parametrize("form_id", list(SAMPLES))
def test_every_input_field_is_edited_by_keys_alone(open_page: PageMaker, form_id: str) -> None:
    driver = open_page(form_id)
    for field in driver.page.form.fields:
        if not field.type.is_input or field.type in (FieldType.REPEAT, FieldType.FILE):
            continue
        keys, value = _keys_and_value(field)
        driver.focus(field.name)
        driver.type(keys)
        driver.key(Qt.Key.Key_Return)
        assert parse(field, driver.answers.get(field.name)).stored == value, field.name


@pytest.mark.parametrize("form_id", list(SAMPLES))
def test_every_column_of_every_table_is_edited_by_keys_alone(open_page: PageMaker, form_id: str) -> None:
    driver = open_page(form_id)
    for repeat in (f for f in driver.page.form.fields if f.type is FieldType.REPEAT):
        fixed_key = repeat.key_column.name if repeat.rows_from is not None else ""
        for column in repeat.columns:
            if not column.type.is_input or column.type is FieldType.FILE or column.name == fixed_key:
                continue
            keys, value = _keys_and_value(column)
            driver.focus(column.name, 1)
            driver.type(keys)
            driver.key(Qt.Key.Key_Return)
            assert parse(column, driver.answers[repeat.name][0][column.name]).stored == value, column.name


@pytest.mark.parametrize("form_id", list(SAMPLES))
def test_walking_through_a_filled_form_changes_nothing(open_page: PageMaker, form_id: str) -> None:
    driver = open_page(form_id).load(SAMPLES[form_id]())
    driver.judge()
    driver.page.focus_first()
    driver.key(Qt.Key.Key_Tab, times=len(driver.sheet.open_cells()))
    assert driver.edits == []


def test_typing_arrives_after_a_pause_without_leaving_the_cell(factory: Driver, qtbot: QtBot) -> None:
    factory.focus("unit_name")
    factory.type("abc")
    assert factory.edits == []
    qtbot.waitUntil(lambda: bool(factory.edits), timeout=2000)
    assert factory.edits == [("unit_name", "abc")]


def test_flush_emits_at_once_and_only_once(factory: Driver) -> None:
    factory.focus("unit_name")
    factory.type("abc")
    factory.page.flush()
    factory.page.flush()
    assert factory.edits == [("unit_name", "abc")]


def test_clearing_a_field_reports_none(factory: Driver) -> None:
    factory.load({"unit_name": "甲"})
    factory.focus("unit_name")
    factory.key(Qt.Key.Key_Delete)
    factory.key(Qt.Key.Key_Tab)
    assert factory.edits == [("unit_name", None)]


@pytest.mark.parametrize(
    ("name", "typed"), [("revenue_wan", "12x"), ("established_on", "2026-13-45"), ("credit_code", "91 OOPS")]
)
def test_wrong_value_stays_as_typed_and_is_marked(factory: Driver, name: str, typed: str) -> None:
    factory.focus(name)
    factory.type(typed)
    factory.key(Qt.Key.Key_Tab)
    factory.judge()
    factory.focus(name)
    assert factory.cell().mark is Mark.WRONG
    assert factory.cell().words
    assert factory.answers[name] == typed


def test_strange_choice_stays_as_typed_and_is_marked(factory: Driver) -> None:
    factory.focus("ownership")
    factory.type("zzzz")
    factory.key(Qt.Key.Key_Tab)
    factory.judge()
    assert factory.edits == [("ownership", "zzzz")]
    assert factory.page.value_text("ownership") == "zzzz"
    factory.focus("ownership")
    assert factory.cell().mark is Mark.WRONG


def test_finished_text_is_written_as_it_is_stored(factory: Driver) -> None:
    factory.focus("established_on")
    factory.type("2011.4.8")
    factory.key(Qt.Key.Key_Tab)
    assert factory.page.value_text("established_on") == "2011-04-08"


def test_input_method_is_left_to_compose(factory: Driver, qtbot: QtBot) -> None:
    for path in ("unit_name", "main_products"):
        factory.edits.clear()
        editor = factory.focus(path)
        QApplication.sendEvent(editor, QInputMethodEvent("lv", []))
        qtbot.wait(400)
        factory.page.flush()
        assert factory.edits == []
        done = QInputMethodEvent("", [])
        done.setCommitString("绿阶")
        QApplication.sendEvent(editor, done)
        factory.page.flush()
        assert factory.edits == [(path, "绿阶")]


def test_escape_brings_back_the_value_before_editing(factory: Driver, qtbot: QtBot) -> None:
    factory.load({"unit_name": "before", "main_products": "pumps"})
    for path, before in (("unit_name", "before"), ("main_products", "pumps")):
        factory.focus(path)
        factory.type("xyz")
        qtbot.wait(400)
        factory.key(Qt.Key.Key_Escape)
        assert factory.answers[path] == before
        assert factory.page.value_text(path) == before


def test_state_neither_moves_the_cursor_nor_overwrites_typing(factory: Driver) -> None:
    factory.load({**factory_answers(), "unit_name": "abcdef"})
    editor = factory.focus("unit_name")
    assert isinstance(editor, QLineEdit)
    editor.setCursorPosition(3)
    factory.type("X")
    factory.judge()
    factory.page.set_answers({**factory_answers(), "unit_name": "abcdef"}, {})
    assert (editor.text(), editor.cursorPosition()) == ("abcXdef", 4)
    assert QApplication.focusWidget() is editor


def test_wheel_scrolls_and_never_changes_a_value(factory: Driver) -> None:
    factory.load(factory_answers())
    for path in ("ownership", "established_on", "unit_profile"):
        editor = factory.focus(path)
        target = editor.viewport() if isinstance(editor, QPlainTextEdit) else editor
        where, none = QPointF(5, 5), Qt.KeyboardModifier.NoModifier
        wheel = QWheelEvent(
            where, target.mapToGlobal(where), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton, none,
            Qt.ScrollPhase.NoScrollPhase, False,
        )
        QApplication.sendEvent(target, wheel)
        factory.page.flush()
    assert factory.edits == []


def test_long_text_grows_and_alt_enter_breaks_the_line(factory: Driver) -> None:
    factory.focus("main_products")
    before = factory.cell().rect.height()
    factory.type("one")
    factory.key(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    factory.type("two")
    QTest.qWait(20)
    assert factory.cell().rect.height() > before
    factory.key(Qt.Key.Key_Return)
    assert factory.answers["main_products"] == "one\ntwo"
    assert factory.cell().name == "unit_profile"


def test_read_only_page_takes_no_keys(factory: Driver) -> None:
    factory.load({"unit_name": "甲"})
    factory.page.set_read_only(True)
    for path, keys in (("unit_name", "abc"), ("ownership", "1"), ("priority_grounds", "1"), ("energy_quantity", "1")):
        factory.focus(path)
        factory.type(keys)
        factory.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        factory.page.flush()
    assert factory.edits == []
    assert isinstance(factory.page, FormPage)

"""The keyboard alone: printed order, sections, findings, jumps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from core.forms.definition import FieldType
from gui.forms.form_page import FormPage
from gui.forms.plan import CellKind, RepeatPlan, plan_form
from gui.widgets.section_navigator import SectionNavigator
from gui.widgets.theme import Mark
from tests.fixtures.packs import FORM_IDS
from tests.fixtures.sample_answers import factory_answers
from tests.gui.forms.conftest import AS_OF, PageMaker
from tests.gui.forms.driver import Driver

SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def _printed_order(driver: Driver) -> list[str]:
    """Names of the fields that are filled in, from the plan alone; one row of each free table."""
    names: list[str] = []
    for block in plan_form(driver.page.form):
        cells = block.cells
        inputs = [c.field.name for c in cells if c.field is not None and c.kind is CellKind.INPUT]
        many = isinstance(block, RepeatPlan) and block.field.rows_from is not None
        names += inputs * (block.field.max_rows if many and isinstance(block, RepeatPlan) else 1)
    return names


@pytest.mark.parametrize("form_id", FORM_IDS)
@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Return])
def test_tab_and_enter_go_through_the_fields_in_printed_order(
    open_page: PageMaker, form_id: str, key: Qt.Key
) -> None:
    driver = open_page(form_id)
    wanted = _printed_order(driver)
    driver.focus(wanted[0])
    seen = [driver.cell().name]
    for _ in wanted[1:]:
        driver.key(key)
        seen.append(driver.cell().name)
    assert seen == wanted


def test_backwards_is_the_same_way_back(factory: Driver) -> None:
    factory.focus("data_year")
    factory.key(Qt.Key.Key_Tab, times=7)
    there = factory.cell().name
    factory.key(Qt.Key.Key_Tab, SHIFT, times=7)
    assert factory.cell().name == "data_year"
    factory.key(Qt.Key.Key_Return, times=7)
    assert factory.cell().name == there
    factory.key(Qt.Key.Key_Return, SHIFT, times=7)
    assert factory.cell().name == "data_year"


def test_tab_enters_and_leaves_the_sheet_at_both_ends(qtbot: QtBot, factory: Driver) -> None:
    window = QWidget()
    layout = QHBoxLayout(window)
    before = QLineEdit(window)
    page = FormPage(factory.page.form, window)
    after = QLineEdit(window)
    for widget in (before, page, after):
        layout.addWidget(widget)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    inside = Driver(page, factory.pack, AS_OF)
    assert inside.cell().name == "batch"
    inside.key(Qt.Key.Key_Tab, SHIFT)
    assert QApplication.focusWidget() is before
    after.setFocus()
    QTest.keyClick(after, Qt.Key.Key_Tab, SHIFT)
    assert inside.cell().name == "office_handler_phone"
    inside.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after


def test_arrows_move_up_and_down_in_the_same_column(factory: Driver) -> None:
    factory.focus("legal_representative")
    factory.key(Qt.Key.Key_Down)
    assert factory.cell().name == "contact_name"
    factory.key(Qt.Key.Key_Up, times=2)
    assert factory.cell().name == "legal_status"


def test_cells_that_are_not_needed_are_passed_over(factory: Driver) -> None:
    factory.load(factory_answers())
    factory.judge()
    factory.focus("legal_status")
    factory.key(Qt.Key.Key_Tab)
    assert factory.cell().name == "legal_representative"


def test_sections_by_keys_and_by_click(factory: Driver) -> None:
    assert factory.page.sections() == factory.page.form.sections
    factory.focus("unit_name")
    factory.key(Qt.Key.Key_PageDown, ALT)
    assert (factory.page.current_section, factory.cell().name) == (2, "data_year")
    factory.key(Qt.Key.Key_PageUp, ALT)
    assert (factory.page.current_section, factory.cell().name) == (1, "unit_name")
    strip = factory.page.findChild(SectionNavigator)
    assert isinstance(strip, SectionNavigator)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.tabRect(9).center())
    assert (factory.page.current_section, factory.cell().name) == (9, "neg_deregistered_answer")
    assert strip.currentIndex() == 9


def test_a_jump_scrolls_the_field_into_sight(factory: Driver) -> None:
    scroll = factory.page.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    for path in ("office_handler", "neg_dishonest_answer", "unit_name", "gone"):
        if path == "gone":
            assert not factory.page.focus_field(path)
            continue
        editor = factory.focus(path)
        corner = editor.mapTo(scroll.viewport(), QPoint(0, 0))
        assert scroll.viewport().rect().contains(corner)
        assert factory.page.value_text(path) == ""


def test_a_jump_finds_rows_of_tables_by_their_stored_number(factory: Driver) -> None:
    answers = factory_answers()
    factory.load(answers)
    for path, row in (("energy_items[3].energy_quantity", None), ("energy_quantity", 3)):
        factory.focus(path, row)
        assert factory.cell().name == "energy_quantity"
        assert factory.page.value_text("energy_items[3].energy_quantity") == str(
            answers["energy_items"][2]["energy_quantity"]
        )
        assert factory.focused[-1] == "energy_items[3].energy_quantity"
    factory.focus("energy_items", 0)
    assert factory.focused[-1] == "energy_items[1].energy_kind"


def test_f8_goes_round_the_findings(factory: Driver) -> None:
    factory.load({**factory_answers(), "revenue_wan": "many", "employees": "few", "main_products": None})
    factory.judge()
    factory.focus("unit_name")
    seen = []
    for _ in range(4):
        factory.key(Qt.Key.Key_F8)
        seen.append(factory.cell().name)
    assert seen == ["main_products", "employees", "revenue_wan", "main_products"]
    factory.key(Qt.Key.Key_F8, SHIFT)
    assert factory.cell().name == "revenue_wan"
    assert factory.cell().mark is Mark.WRONG


def test_f8_without_findings_stays(factory: Driver) -> None:
    factory.load(factory_answers())
    factory.judge()
    factory.focus("unit_name")
    factory.key(Qt.Key.Key_F8)
    assert factory.cell().name == "unit_name"


def test_every_field_reports_its_path_when_focused(factory: Driver) -> None:
    factory.focus("contact_name")
    for field in factory.page.form.fields:
        if field.type.is_input and field.type is not FieldType.REPEAT:
            factory.focus(field.name)
            assert factory.focused[-1] == field.name

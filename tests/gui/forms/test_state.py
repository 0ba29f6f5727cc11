"""What the evaluated form does to the page: calculations, relevance, marks, words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics

from core.forms.definition import FieldType
from core.forms.values import display
from core.policy.loader import load_pack
from gui.forms.hint_bar import HintBar
from gui.forms.measures import WRAP
from gui.forms.plan import CellKind, RowKind
from gui.widgets.date_cell import DateCell
from gui.widgets.file_cell import FileCell
from gui.widgets.theme import Mark
from tests.fixtures.packs import PACK_FOLDER
from tests.fixtures.sample_answers import factory_answers, park_answers, supply_chain_answers
from tests.fixtures.sample_report import report_answers
from tests.gui.forms.conftest import PageMaker
from tests.gui.forms.driver import Driver

SAMPLES = {
    "green-factory": factory_answers, "green-supply-chain": supply_chain_answers, "green-park": park_answers,
    "annual-report": report_answers,
}


@pytest.mark.parametrize("form_id", list(SAMPLES))
def test_calculated_values_stand_on_the_sheet(open_page: PageMaker, form_id: str) -> None:
    driver = open_page(form_id).load(SAMPLES[form_id]())
    state = driver.judge().state
    shown = 0
    for field in driver.page.form.fields:
        if field.type is FieldType.CALCULATE:
            assert driver.page.value_text(field.name) == display(field, state.values[field.name])
            shown += bool(driver.page.value_text(field.name))
    assert shown >= 2


def test_calculated_columns_follow_typing(factory: Driver) -> None:
    factory.focus("energy_kind", 1)
    factory.type("wgdl")
    factory.key(Qt.Key.Key_Tab)
    factory.judge()
    factory.focus("energy_quantity", 1)
    factory.type("100")
    factory.key(Qt.Key.Key_Tab)
    factory.judge()
    row = factory.cell().row
    texts = {c.name: c.text for c in row.cells if c.plan.kind is CellKind.CALCULATED}
    assert texts["energy_unit"] == "万kWh"
    assert float(texts["energy_tce"]) > 0


def test_fields_that_are_not_needed_are_grey_until_they_are(factory: Driver) -> None:
    factory.load(factory_answers())
    factory.judge()
    factory.focus("unit_name")
    factory.focus("suspended_on")
    assert factory.cell().name == "unit_name"
    factory.focus("production_status")
    factory.type("2")
    factory.judge()
    factory.focus("suspended_on")
    assert factory.cell().name == "suspended_on"
    factory.type("2026-01-05")
    factory.key(Qt.Key.Key_Tab)
    assert factory.answers["suspended_on"] == "2026-01-05"


def test_marks_tell_missing_wrong_and_doubtful_apart(factory: Driver) -> None:
    answers = {**factory_answers(), "revenue_wan": "x", "main_products": None, "contact_phone": "12"}
    factory.load(answers)
    factory.judge()
    marks = {}
    for name in ("revenue_wan", "main_products", "contact_phone", "unit_name"):
        factory.focus(name)
        marks[name] = factory.cell().mark
    assert marks == {
        "revenue_wan": Mark.WRONG, "main_products": Mark.MISSING, "contact_phone": Mark.VERIFY, "unit_name": Mark.NONE,
    }
    factory.focus("contact_phone")
    bar = factory.page.findChild(HintBar)
    assert isinstance(bar, HintBar)
    assert "联系电话应为11位手机号" in bar.text
    assert "联系电话应为11位手机号" in factory.cell().words


def test_mended_field_loses_its_mark(factory: Driver) -> None:
    factory.load({**factory_answers(), "revenue_wan": "x"})
    factory.judge()
    factory.focus("revenue_wan")
    factory.type("38650.4")
    factory.page.flush()
    factory.judge()
    assert factory.cell().mark is Mark.NONE


def test_marks_in_tables_skip_rows_left_blank(factory: Driver) -> None:
    factory.load(factory_answers())
    factory.focus("energy_quantity", 1)
    factory.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    factory.focus("energy_items[2].energy_quantity")
    factory.type("-5")
    factory.key(Qt.Key.Key_Tab)
    factory.judge()
    factory.focus("energy_items[2].energy_quantity")
    assert factory.cell().mark is Mark.WRONG
    assert factory.cell().row.cells[0].text == "3"


def test_notes_are_printed_with_the_numbers_of_the_plan(factory: Driver) -> None:
    notes = [c.text for r in factory.sheet.rows for c in r.cells if c.plan.field and c.plan.field.name == "neg_note"]
    assert "向前推36个月" in notes[0]


@pytest.mark.parametrize("form_id", list(SAMPLES))
def test_no_label_is_cut_off(open_page: PageMaker, form_id: str) -> None:
    driver = open_page(form_id).load(SAMPLES[form_id]())
    driver.judge()
    driver.sheet.relayout()
    measures = driver.sheet.measures
    for row in driver.sheet.rows:
        if row.kind in (RowKind.TITLE, RowKind.SECTION, RowKind.ANNEX, RowKind.HEAD):
            continue
        metrics = QFontMetrics(measures.font_of(row.kind))
        for cell in (c for c in row.cells if c.editor is None and c.text):
            inner = cell.rect.adjusted(measures.pad + 1, 0, -measures.pad, 0)
            needed = metrics.boundingRect(QRect(0, 0, inner.width(), 9999), WRAP, cell.text).height()
            assert needed <= cell.rect.height(), cell.text


def test_dates_show_whole_even_on_the_narrowest_sheet(factory: Driver) -> None:
    factory.load(factory_answers())
    factory.sheet.resize(factory.sheet.minimumWidth(), factory.sheet.height())
    seen = 0
    for row in factory.sheet.rows:
        for cell in (c for c in row.cells if isinstance(c.editor, DateCell) and c.value):
            assert isinstance(cell.editor, DateCell)
            needed = cell.editor.fontMetrics().horizontalAdvance("2026-11-23") + 2
            assert cell.editor.contentsRect().width() >= needed, cell.name
            seen += 1
    assert seen > 9


def test_sheet_fits_beside_the_findings_on_a_small_screen(factory: Driver) -> None:
    assert factory.sheet.minimumWidth() <= 1366 - 360 - 40


def test_a_field_added_to_the_file_appears(open_page: PageMaker, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(PACK_FOLDER, folder)
    path = folder / "forms" / "green-factory.csv"
    text = path.read_text(encoding="utf-8-sig")
    row = "二、生产经营情况,sample_added_wan,试加的一栏,decimal,万元,no,,,,,,,三(二)2,r9 c1-2,unit\n"
    anchor = "二、生产经营情况,products,"
    path.write_text(text.replace(anchor, row + anchor), encoding="utf-8-sig")
    driver = open_page("green-factory", of=load_pack(folder))
    driver.focus("sample_added_wan")
    driver.type("7.5")
    driver.key(Qt.Key.Key_Tab)
    assert driver.answers == {"sample_added_wan": "7.5"}
    labels = [c.text for r in driver.sheet.rows for c in r.cells if c.plan.kind is CellKind.LABEL]
    assert "试加的一栏（万元）" in labels


def test_attached_file_shows_its_name(factory: Driver) -> None:
    factory.load({"business_license": "ev-1"}, {"ev-1": "营业执照.pdf"})
    editor = factory.focus("business_license")
    assert isinstance(editor, FileCell)
    assert editor.file_name == "营业执照.pdf"

"""Tables of rows: add, remove, move, bring back; files attached by key and by drop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from core.forms.definition import FieldType
from tests.fixtures.packs import FORM_IDS
from tests.fixtures.sample_answers import factory_answers, supply_chain_answers
from tests.gui.forms.conftest import PageMaker
from tests.gui.forms.driver import Driver

CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


def _products(driver: Driver) -> list[Any]:
    return [row.get("product_name") for row in driver.answers["products"]]


@pytest.fixture
def filled(factory: Driver) -> Driver:
    rows = [{"product_name": name} for name in ("A", "B")]
    factory.load({"products": rows})
    return factory


def test_a_row_is_added_filled_and_reported_whole(filled: Driver) -> None:
    filled.focus("product_name", 1)
    filled.key(Qt.Key.Key_Return, CTRL)
    assert filled.edits == []
    filled.type("C")
    filled.key(Qt.Key.Key_Tab, times=2)
    filled.type("12")
    filled.key(Qt.Key.Key_Return)
    assert filled.answers["products"] == [
        {"product_name": "A"}, {"product_name": "C", "product_capacity": "12"}, {"product_name": "B"},
    ]
    rows = len(filled.sheet.rows)
    filled.key(Qt.Key.Key_Return, CTRL)
    assert len(filled.sheet.rows) == rows, "the form takes three rows"


def test_a_row_is_removed_and_brought_back(filled: Driver) -> None:
    filled.focus("product_name", 1)
    filled.key(Qt.Key.Key_Delete, CTRL)
    assert _products(filled) == ["B"]
    assert filled.page.value_text("products[1].product_name") == "B"
    filled.key(Qt.Key.Key_Delete, CTRL_SHIFT)
    assert _products(filled) == ["A", "B"]


def test_removing_the_last_row_clears_it(filled: Driver) -> None:
    filled.focus("product_name", 2)
    filled.key(Qt.Key.Key_Delete, CTRL, times=2)
    assert filled.answers["products"] == []
    filled.type("D")
    filled.key(Qt.Key.Key_Tab)
    assert _products(filled) == ["D"]


def test_removing_a_row_in_the_middle_of_typing_reports_what_is_left(filled: Driver) -> None:
    filled.focus("product_name", 2)
    filled.type("typed")
    filled.key(Qt.Key.Key_Delete, CTRL)
    assert _products(filled) == ["A"]


def test_rows_move_with_their_values(filled: Driver) -> None:
    filled.focus("product_name", 2)
    filled.key(Qt.Key.Key_Up, CTRL_SHIFT)
    assert _products(filled) == ["B", "A"]
    assert filled.page.value_text("products[1].product_name") == "B"
    filled.key(Qt.Key.Key_Down, CTRL_SHIFT)
    assert _products(filled) == ["A", "B"]
    edits = len(filled.edits)
    filled.key(Qt.Key.Key_Down, CTRL_SHIFT)
    assert len(filled.edits) == edits


def test_buttons_do_the_same_with_the_mouse(filled: Driver) -> None:
    filled.focus("product_name", 1)
    top = filled.cell().rect.top()
    buttons = [b for b in filled.sheet.findChildren(QToolButton) if b.isVisible() and 0 < top - b.y() < 120]
    by_text = {b.text(): b for b in buttons}
    assert len(by_text) == 4
    QTest.mouseClick(by_text["－ 删除本行"], Qt.MouseButton.LeftButton)
    assert _products(filled) == ["B"]
    QTest.mouseClick(by_text["＋ 添加一行"], Qt.MouseButton.LeftButton)
    filled.type("C")
    filled.page.flush()
    assert _products(filled) == ["B", "C"]


def test_stored_rows_come_and_go_without_a_report(factory: Driver) -> None:
    factory.load(factory_answers())
    assert factory.page.value_text("energy_items[5].energy_kind") != ""
    factory.load({})
    assert factory.page.value_text("energy_items[1].energy_kind") == ""
    assert factory.edits == []


def test_fixed_rows_are_reported_with_their_key(open_page: PageMaker) -> None:
    driver = open_page("green-supply-chain").load({})
    driver.focus("gsci_score", 3)
    driver.type("5")
    driver.key(Qt.Key.Key_Return)
    [row] = driver.answers["gsci_items"]
    repeat = driver.page.form.by_name["gsci_items"]
    assert repeat.rows_from is not None
    assert row == {"gsci_item": repeat.rows_from.choices[2].name, "gsci_score": "5"}
    driver.load(supply_chain_answers())
    driver.judge()
    driver.key(Qt.Key.Key_Delete, CTRL)
    assert driver.edits[-1][0] == "gsci_items"
    assert len(driver.edits) == 1


def _drop(target: QWidget, *files: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(f)) for f in files])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(3, 3), Qt.DropAction.CopyAction, data, button, none)
    QApplication.sendEvent(target, enter)
    drop = QDropEvent(QPointF(3, 3), Qt.DropAction.CopyAction, data, button, none)
    QApplication.sendEvent(target, drop)
    return enter.isAccepted() and drop.isAccepted()


def test_a_dropped_file_is_reported_with_its_path(factory: Driver, tmp_path: Path) -> None:
    scan = tmp_path / "营业执照 扫描.pdf"
    scan.write_bytes(b"%PDF-1.4")
    seen: list[tuple[str, list[str]]] = []
    factory.page.evidence_dropped.connect(lambda path, files: seen.append((path, files)))
    assert _drop(factory.focus("business_license"), scan)
    assert _drop(factory.focus("cert_file", 1), scan)
    assert seen == [("business_license", [str(scan)]), ("certificates[1].cert_file", [str(scan)])]
    assert not _drop(factory.focus("business_license"))


def test_a_locked_file_cell_takes_no_drop(factory: Driver, tmp_path: Path) -> None:
    scan = tmp_path / "a.pdf"
    scan.write_bytes(b"%PDF-1.4")
    seen: list[str] = []
    factory.page.evidence_dropped.connect(lambda path, _files: seen.append(path))
    factory.page.set_read_only(True)
    assert not _drop(factory.focus("business_license"), scan)
    assert seen == []


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_file_field_asks_for_its_file_by_key(open_page: PageMaker, form_id: str) -> None:
    driver = open_page(form_id)
    asked: list[str] = []
    driver.page.evidence_requested.connect(asked.append)
    wanted = []
    for field in driver.page.form.walk():
        if field.type is FieldType.FILE:
            wanted.append(f"{field.repeat}[1].{field.name}" if field.repeat else field.name)
            driver.focus(field.name, 1)
            driver.key(Qt.Key.Key_Space)
    assert len(wanted) >= 13
    assert asked == wanted


def test_files_by_keys_alone(factory: Driver) -> None:
    asked: list[tuple[str, str]] = []
    factory.page.evidence_requested.connect(lambda path: asked.append(("choose", path)))
    factory.page.evidence_open_requested.connect(lambda identifier: asked.append(("open", identifier)))
    factory.page.evidence_removed.connect(lambda path: asked.append(("remove", path)))
    factory.focus("business_license")
    factory.key(Qt.Key.Key_Space)
    factory.load({"business_license": "ev-1"}, {"ev-1": "a.pdf"})
    factory.key(Qt.Key.Key_Space)
    factory.key(Qt.Key.Key_Delete)
    assert asked == [("choose", "business_license"), ("open", "ev-1"), ("remove", "business_license")]
    assert factory.edits == []

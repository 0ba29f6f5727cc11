"""Ctrl+Z: what was typed on this visit of a cell, or the row removed just before; nothing older."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from tests.gui.forms.driver import Driver

CTRL = Qt.KeyboardModifier.ControlModifier


def _names(driver: Driver) -> list[Any]:
    return [row.get("product_name") for row in driver.answers["products"]]


@pytest.fixture
def typed(factory: Driver) -> Driver:
    """Two rows, typed by hand."""
    factory.load({})
    factory.focus("product_name", 1)
    factory.type("A")
    factory.key(Qt.Key.Key_Return, CTRL)
    factory.type("B")
    factory.key(Qt.Key.Key_Tab)
    assert _names(factory) == ["A", "B"]
    return factory


def test_undo_brings_back_the_row_removed_just_before(typed: Driver) -> None:
    typed.focus("product_name", 2)
    typed.key(Qt.Key.Key_Delete, CTRL)
    assert _names(typed) == ["A"]
    typed.key(Qt.Key.Key_Z, CTRL)
    assert _names(typed) == ["A", "B"]
    assert typed.page.value_text("products[1].product_name") == "A"
    typed.key(Qt.Key.Key_Z, CTRL)
    assert _names(typed) == ["A", "B"]


def test_undo_after_a_later_edit_leaves_the_removed_row_alone(typed: Driver) -> None:
    typed.focus("product_name", 2)
    typed.key(Qt.Key.Key_Delete, CTRL)
    typed.focus("employees")
    typed.type("12")
    typed.key(Qt.Key.Key_Tab)
    typed.key(Qt.Key.Key_Z, CTRL)
    assert _names(typed) == ["A"]


@pytest.mark.parametrize("path", ["unit_name", "main_products"])
def test_undo_takes_back_this_visit_only(factory: Driver, path: str) -> None:
    factory.focus(path)
    factory.type("first")
    factory.key(Qt.Key.Key_Tab)
    factory.focus(path)
    factory.key(Qt.Key.Key_End)
    factory.type("2")
    factory.key(Qt.Key.Key_Z, CTRL)
    factory.key(Qt.Key.Key_Z, CTRL)
    factory.page.flush()
    assert factory.page.value_text(path) == "first"
    assert factory.answers[path] == "first"


def test_a_removed_row_is_not_brought_into_other_answers(typed: Driver) -> None:
    typed.focus("product_name", 2)
    typed.key(Qt.Key.Key_Delete, CTRL)
    typed.load({"products": [{"product_name": "of another unit"}]})
    edits = len(typed.edits)
    typed.key(Qt.Key.Key_Z, CTRL)
    typed.key(Qt.Key.Key_Delete, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert len(typed.edits) == edits

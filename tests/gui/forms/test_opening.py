"""Cells that a choice opens or closes are reached, or passed over, by the very key that leaves the choice."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.fixtures.sample_answers import factory_answers
from tests.gui.forms.driver import Driver

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def live(factory: Driver) -> Driver:
    """Every edit is judged at once, as in the program."""
    factory.load({**factory_answers(), "neg_deregistered_answer": None})
    factory.judge()
    factory.page.answer_edited.connect(lambda _name, _raw: factory.judge())
    return factory


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Return])
@pytest.mark.parametrize("typed", ["y", "2"])
def test_the_date_that_a_yes_opens_is_next(live: Driver, key: Qt.Key, typed: str) -> None:
    live.focus("neg_deregistered_answer")
    live.type(typed)
    live.key(key)
    assert live.answers["neg_deregistered_answer"] == "yes"
    assert live.cell().name == "neg_deregistered_from"
    live.type("2025.3.1")
    live.key(Qt.Key.Key_Tab)
    assert live.answers["neg_deregistered_from"] == "2025.3.1"
    assert live.cell().name == "neg_deregistered_to"


def test_backwards_and_downwards_see_the_new_cells_too(live: Driver) -> None:
    live.focus("neg_deregistered_answer")
    live.type("y")
    live.key(Qt.Key.Key_Tab, SHIFT)
    assert live.answers["neg_deregistered_answer"] == "yes"
    live.key(Qt.Key.Key_Tab, times=2)
    assert live.cell().name == "neg_deregistered_from"
    live.focus("neg_suspended_answer")
    live.type("2")
    live.key(Qt.Key.Key_Up)
    assert live.cell().name == "neg_deregistered_answer"
    live.key(Qt.Key.Key_Tab)
    live.key(Qt.Key.Key_Down)
    assert live.cell().name == "neg_suspended_from"


def test_cells_that_a_no_closes_are_passed_over(live: Driver) -> None:
    live.focus("neg_deregistered_answer")
    live.type("2")
    live.focus("neg_deregistered_answer")
    live.type("w")
    live.key(Qt.Key.Key_Tab)
    assert live.answers["neg_deregistered_answer"] == "no"
    assert live.cell().name == "neg_deregistered_source"

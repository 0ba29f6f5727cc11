from __future__ import annotations

import pytest

from core.domain.errors import UnreadableInputError
from gui.dialogs.print_plan import PrintChoice, Sides, page_ranges, paper_needed, sheets_of, sides_in_order


@pytest.mark.parametrize(("text", "pages"), [
    ("1-3,5", (0, 1, 2, 4)),
    ("1－3，５", (0, 1, 2, 4)),
    ("2至3、1", (1, 2, 0)),
    ("7-", (6, 7)),
    ("-2", (0, 1)),
    ("3-1", (0, 1, 2)),
    (" 1 1, 1-2 ;", (0, 1)),
    ("8", (7,)),
])
def test_a_range_is_read_as_clerks_write_it(text: str, pages: tuple[int, ...]) -> None:
    assert page_ranges(text, 8) == pages


@pytest.mark.parametrize(("text", "words"), [
    ("", "请写要打印哪几页"), (" ,", "请写要打印哪几页"), ("一", "看不懂"), ("-", "看不懂"), ("1-2-3", "看不懂"),
    ("0", "没有第0页"), ("9", "没有第9页，一共8页"), ("5-12", "没有第12页"),
])
def test_a_wrong_range_is_told_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(UnreadableInputError, match=words):
        page_ranges(text, 8)


def _choice(count: int, **about: object) -> PrintChoice:
    return PrintChoice("打印机", range(count), **about)  # type: ignore[arg-type]


def test_one_side_after_another() -> None:
    assert sides_in_order(_choice(3)) == (0, 1, 2)
    assert sides_in_order(_choice(3, copies=2)) == (0, 1, 2, 0, 1, 2)
    assert sides_in_order(_choice(3, copies=2, collates=False)) == (0, 0, 1, 1, 2, 2)
    assert sides_in_order(_choice(3, copies=2), printer_copies=True) == (0, 1, 2)
    assert sides_in_order(_choice(3, is_reversed=True)) == (2, 1, 0)


def test_on_both_sides_each_unit_and_each_copy_begins_a_sheet() -> None:
    both = {"sides": Sides.LONG_EDGE}
    assert sides_in_order(_choice(5, **both)) == (0, 1, 2, 3, 4)
    assert sides_in_order(_choice(5, **both), starts=(0, 3)) == (0, 1, 2, None, 3, 4)
    assert sides_in_order(_choice(3, copies=2, **both)) == (0, 1, 2, None, 0, 1, 2)
    assert sides_in_order(_choice(3, copies=2, collates=False, **both)) == (0, 1, 0, 1, 2, None, 2)


def test_by_hand_the_backs_fit_the_fronts() -> None:
    starts = (0, 3)
    fronts = sides_in_order(_choice(5, sides=Sides.FRONTS, copies=2), starts)
    backs = sides_in_order(_choice(5, sides=Sides.BACKS, copies=2), starts)
    assert fronts == (0, 2, 3, 0, 2, 3)
    assert backs == (1, None, 4, 1, None, 4)
    turned = sides_in_order(_choice(5, sides=Sides.BACKS, is_reversed=True), starts)
    assert turned == (4, None, 1)


def test_the_paper_is_counted() -> None:
    assert paper_needed(_choice(5)) == (5, 5)
    assert paper_needed(_choice(5, copies=3)) == (15, 15)
    assert paper_needed(_choice(5, sides=Sides.LONG_EDGE), (0, 3)) == (5, 3)
    assert paper_needed(_choice(5, sides=Sides.FRONTS), (0, 3)) == (3, 3)
    assert paper_needed(_choice(5, sides=Sides.BACKS), (0, 3)) == (2, 3)
    assert sheets_of(PrintChoice("", (4, 0), sides=Sides.SHORT_EDGE)) == ((4, 0),)

"""The looks of official forms: labels 黑体, values 仿宋, notes 楷体; and cells made in them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from core.documents.model import Align, Cell, FontRole, Row, Runs, Style, VerticalAlign, runs

#: No text of a form is ever smaller (小五 is 9 points): what needs more room makes its row higher.
SMALLEST: Final = 8.5
# Two lines of 9 points fill a row of `ROW`: the row keeps its height, the text its size.
_TIGHT: Final = 1.07
LABEL: Final = Style(FontRole.HEI, 9.0, smallest=SMALLEST, align=Align.CENTER, leading=_TIGHT)
VALUE: Final = Style(FontRole.FANG, 10.5, smallest=SMALLEST, align=Align.CENTER, leading=_TIGHT)
LONG_VALUE: Final = Style(FontRole.FANG, 10.5, smallest=SMALLEST, align=Align.LEFT, leading=_TIGHT)
TEXT: Final = Style(FontRole.FANG, 10.5, align=Align.JUSTIFY, leading=1.4)
SMALL: Final = Style(FontRole.FANG, 9.0, smallest=SMALLEST, align=Align.CENTER, leading=_TIGHT)
SMALL_TEXT: Final = Style(FontRole.FANG, 9.0, smallest=SMALLEST, align=Align.LEFT, leading=_TIGHT)
# Codes, dates and figures shrink until they stand on one line: a leading of which two do not fit into a row.
ONE_LINE: Final = Style(FontRole.FANG, 9.0, smallest=7.5, align=Align.CENTER, leading=1.4)
_ONE_LINES: Final = {align: replace(ONE_LINE, align=align) for align in Align}
WORD: Final = Style(FontRole.FANG, 10.5, smallest=8.0, align=Align.CENTER, leading=1.2)
CODE: Final = Style(FontRole.SONG, 9.0, smallest=7.5, align=Align.CENTER, leading=1.4)
READ: Final = Style(FontRole.FANG, 9.5, align=Align.LEFT, leading=1.25)
NOTE: Final = Style(FontRole.KAI, 9.5, smallest=8.5, align=Align.JUSTIFY, leading=1.35)
SECTION: Final = Style(FontRole.HEI, 12.0, align=Align.LEFT)
PART: Final = Style(FontRole.HEI, 10.0, align=Align.LEFT)
HINT_GRAY: Final = 0.35
ROW: Final = 7.7
SECTION_ROW: Final = 8.0
PART_ROW: Final = 6.0
_SHORT: Final = 18
_LONGEST_WORD: Final = 24
_KEPT: Final = 4096


def label(column: int, text: str | Runs, *, columns: int = 1, rows: int = 1, style: Style = LABEL) -> Cell:
    """A label's cell."""
    if isinstance(text, str):
        return own_words(column, text, style, columns=columns, rows=rows)
    return Cell(column, text, style, columns, rows)


@lru_cache(maxsize=_KEPT)
def own_words(
    column: int, text: str, style: Style, role: FontRole | None = None, *, columns: int = 1, rows: int = 1
) -> Cell:
    """A cell of the form's own words: the same one on every sheet, so that a thousand carry it once."""
    return Cell(column, runs(text, role), style, columns, rows)


def value(column: int, content: Runs, *, columns: int = 1, style: Style | None = None) -> Cell:
    """A value's cell: short ones stand in the middle, on one line where they are one word; long ones start left."""
    text = "".join(r.text for r in content)
    chosen = VALUE if len(text) <= _SHORT else LONG_VALUE
    if text.isascii() and " " not in text and len(text) <= _LONGEST_WORD:
        chosen = WORD
    return Cell(column, content, style or chosen, columns)


def small(content: Runs, style: Style = SMALL) -> Style:
    """The style of a narrow column's content: one line for a date, a figure or a code."""
    text = "".join(r.text for r in content)
    is_word = text.isascii() and " " not in text and len(text) <= _SHORT
    return _ONE_LINES[style.align] if is_word else style


def whole(content: Runs, style: Style, columns: int, *, top: bool = False) -> Cell:
    """A cell as wide as the table."""
    return Cell(0, content, style, columns, vertical=VerticalAlign.TOP if top else VerticalAlign.MIDDLE)


def after_name(name: str, *texts: str) -> tuple[str, ...]:
    """Footers that begin with the unit's name; none for a unit without one."""
    return tuple(f"{name}　{text.strip('　')}" for text in texts) if name else ()


@lru_cache(maxsize=_KEPT)
def section_row(title: str, columns: int) -> Row:
    """The head of a section, never parted from what follows."""
    return Row((whole(runs(title), SECTION, columns),), SECTION_ROW, keeps_next=True)


def part_row(content: Runs, columns: int) -> Row:
    """The head of a table inside a section."""
    return Row((whole(content, PART, columns),), PART_ROW, keeps_next=True)


@lru_cache(maxsize=_KEPT)
def head_row(texts: tuple[str, ...]) -> Row:
    """Column heads, repeated on each page that the table goes on."""
    return Row(tuple(label(n, text) for n, text in enumerate(texts)), ROW, repeats=True)

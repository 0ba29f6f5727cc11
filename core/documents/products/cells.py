"""The looks of official forms: labels 黑体, values 仿宋, notes 楷体; and cells made in them."""

from __future__ import annotations

from typing import Final

from core.documents.model import Align, Cell, FontRole, Row, Runs, Style, VerticalAlign, runs

LABEL: Final = Style(FontRole.HEI, 9.0, smallest=8.0, align=Align.CENTER, leading=1.15)
VALUE: Final = Style(FontRole.FANG, 10.5, smallest=8.0, align=Align.CENTER, leading=1.15)
LONG_VALUE: Final = Style(FontRole.FANG, 10.5, smallest=8.0, align=Align.LEFT, leading=1.15)
TEXT: Final = Style(FontRole.FANG, 10.5, align=Align.JUSTIFY, leading=1.4)
SMALL: Final = Style(FontRole.FANG, 9.0, smallest=8.0, align=Align.CENTER, leading=1.15)
SMALL_TEXT: Final = Style(FontRole.FANG, 9.0, smallest=8.0, align=Align.LEFT, leading=1.2)
READ: Final = Style(FontRole.FANG, 9.5, align=Align.LEFT, leading=1.25)
NOTE: Final = Style(FontRole.KAI, 9.5, smallest=8.5, align=Align.JUSTIFY, leading=1.35)
SECTION: Final = Style(FontRole.HEI, 12.0, align=Align.LEFT)
PART: Final = Style(FontRole.HEI, 10.0, align=Align.LEFT)
HINT_GRAY: Final = 0.35
ROW: Final = 7.2
SECTION_ROW: Final = 8.0
PART_ROW: Final = 6.0
_SHORT: Final = 18


def label(column: int, text: str | Runs, *, columns: int = 1, rows: int = 1, style: Style = LABEL) -> Cell:
    """A label's cell."""
    return Cell(column, runs(text) if isinstance(text, str) else text, style, columns, rows)


def value(column: int, content: Runs, *, columns: int = 1, style: Style | None = None) -> Cell:
    """A value's cell: short ones stand in the middle, long ones start at the left."""
    length = sum(len(r.text) for r in content)
    chosen = style or (VALUE if length <= _SHORT else LONG_VALUE)
    return Cell(column, content, chosen, columns)


def whole(content: Runs, style: Style, columns: int, *, top: bool = False) -> Cell:
    """A cell as wide as the table."""
    return Cell(0, content, style, columns, vertical=VerticalAlign.TOP if top else VerticalAlign.MIDDLE)


def section_row(title: str, columns: int) -> Row:
    """The head of a section, never parted from what follows."""
    return Row((whole(runs(title), SECTION, columns),), SECTION_ROW, keeps_next=True)


def part_row(content: Runs, columns: int) -> Row:
    """The head of a table inside a section."""
    return Row((whole(content, PART, columns),), PART_ROW, keeps_next=True)


def head_row(texts: tuple[str, ...]) -> Row:
    """Column heads, repeated on each page that the table goes on."""
    return Row(tuple(label(n, text) for n, text in enumerate(texts)), ROW, repeats=True)

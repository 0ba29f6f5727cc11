"""Which page comes on which side of which sheet: page ranges, copies, both sides, by hand or by the printer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from core.domain.errors import UnreadableInputError

_PARTS: Final = re.compile(r"[,;、\s]+")
_RANGE: Final = re.compile(r"(\d{0,6})[-~–—至到](\d{0,6})")
_NUMBER: Final = re.compile(r"\d{1,6}")

#: Front and back of a sheet, as page numbers from 0; None stays blank.
Sheet = tuple[int, int | None]


class Sides(Enum):
    """How the sheets are printed on."""

    ONE = "one"
    LONG_EDGE = "long-edge"
    SHORT_EDGE = "short-edge"
    FRONTS = "fronts"
    BACKS = "backs"

    @property
    def label(self) -> str:
        """The words that clerks read."""
        return {
            "one": "单面",
            "long-edge": "双面，长边翻页（左侧装订）",
            "short-edge": "双面，短边翻页（上边装订）",
            "fronts": "手动双面：先打正面（奇数页）",
            "backs": "手动双面：再打背面（偶数页）",
        }[self.value]

    @property
    def is_automatic(self) -> bool:
        """True when the printer turns the sheets itself."""
        return self in (Sides.LONG_EDGE, Sides.SHORT_EDGE)


@dataclass(frozen=True, slots=True)
class PrintChoice:
    """What the clerk chose; `pages` from 0, in the order in which they are printed."""

    printer: str
    pages: Sequence[int]
    copies: int = 1
    collates: bool = True
    sides: Sides = Sides.ONE
    is_reversed: bool = False


def page_ranges(text: str, count: int) -> tuple[int, ...]:
    """Pages from 0 of a range such as `1-3,5` or `7-`, each once, in the order written.

    Raises:
        UnreadableInputError: it is blank, no range, or names a page that is not there.
    """
    words = [w for w in _PARTS.split(unicodedata.normalize("NFKC", text)) if w]
    if not words:
        raise UnreadableInputError("请写要打印哪几页，如：1-3,5。")
    pages: list[int] = []
    for word in words:
        if _NUMBER.fullmatch(word):
            first = last = int(word)
        elif (found := _RANGE.fullmatch(word)) and (found[1] or found[2]):
            first, last = int(found[1] or 1), int(found[2] or count)
        else:
            raise UnreadableInputError(f"页码“{word}”看不懂，请写成1-3,5这样。")
        first, last = min(first, last), max(first, last)
        if first < 1 or last > count:
            raise UnreadableInputError(f"没有第{first if first < 1 else last}页，一共{count}页，请改正。")
        pages.extend(range(first - 1, last))
    return tuple(dict.fromkeys(pages))


def sheets_of(choice: PrintChoice, starts: Sequence[int] = ()) -> tuple[Sheet, ...]:
    """The sheets of one copy, in order; a page of `starts` (first pages of units) always begins a sheet."""
    if choice.sides is Sides.ONE:
        sheets: list[Sheet] = [(page, None) for page in choice.pages]
    else:
        sheets, begins = [], frozenset(starts)
        for page in choice.pages:
            if sheets and sheets[-1][1] is None and page not in begins:
                sheets[-1] = (sheets[-1][0], page)
            else:
                sheets.append((page, None))
    return tuple(reversed(sheets)) if choice.is_reversed else tuple(sheets)


def sides_in_order(
    choice: PrintChoice, starts: Sequence[int] = (), *, printer_copies: bool = False
) -> tuple[int | None, ...]:
    """What goes to the printer side by side; None is a blank side. With `printer_copies` one copy is enough."""
    sheets = sheets_of(choice, starts)
    if not printer_copies and choice.copies > 1:
        if choice.collates:
            sheets = sheets * choice.copies
        else:
            sheets = tuple(sheet for sheet in sheets for _ in range(choice.copies))
    if choice.sides is Sides.BACKS:
        return tuple(back for _front, back in sheets)
    if choice.sides in (Sides.ONE, Sides.FRONTS):
        return tuple(front for front, _back in sheets)
    sides = [side for sheet in sheets for side in sheet]
    return tuple(sides[:-1] if sides and sides[-1] is None else sides)


def paper_needed(choice: PrintChoice, starts: Sequence[int] = ()) -> tuple[int, int]:
    """Printed sides and sheets of paper of all copies."""
    sheets = sheets_of(choice, starts)
    fronts, backs = len(sheets), sum(back is not None for _front, back in sheets)
    printed = {Sides.ONE: fronts, Sides.FRONTS: fronts, Sides.BACKS: backs}.get(choice.sides, fronts + backs)
    return printed * choice.copies, len(sheets) * choice.copies

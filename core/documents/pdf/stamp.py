"""The QR code and the short code in the margin above the type area (天头), at the right, on every page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from core.documents.model import Align, Document, FontRole, PageSetup, Style, runs
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.page import POINTS_PER_MM, Box, Page
from core.documents.pdf.text import fit

#: A module's side in millimetres: 29 of them are 16 mm, which a phone or a cheap scanner reads from a photocopy.
MODULE: Final = 0.55
# The standard asks for four white modules around; one more keeps the text off.
_QUIET: Final = 4 * MODULE
_BELOW: Final = 2.6
_BESIDE: Final = _QUIET + MODULE
_CODE: Final = Style(FontRole.HEI, 9.0, align=Align.RIGHT, leading=1.3)
_WORDS: Final = Style(FontRole.SONG, 8.5, align=Align.RIGHT, leading=1.3)
_INVITATION: Final = "扫码或输入编号核对"
_MASK: Final = 2
#: Pages of a document follow one another; a large batch must not fill the memory.
_KEPT: Final = 64

Bar = tuple[int, int, int, int]


def qr_place(setup: PageSetup, number: int, side: float) -> tuple[float, float]:
    """Left and top, in millimetres, of a square of that side on the page of that number."""
    return setup.left(number) + setup.body_width - side, setup.top - _BELOW - side


def put_stamp(page: Page, document: Document, fonts: FontSet) -> None:
    """Put the document's stamp on a page, where it has one; the type area is not touched."""
    if document.stamp is None:
        return
    count, dark = bars(document.stamp.payload)
    side = count * MODULE
    left, top = qr_place(document.page, page.number, side)
    for column, row, width, height in dark:
        page.fills.append((_box(left + column * MODULE, top + row * MODULE, width * MODULE, height * MODULE), 0.0))
    first, right = document.page.left(page.number), left - _BESIDE
    room = (right - first) * POINTS_PER_MM
    code = fit(fonts, runs(document.stamp.code), _CODE, room)
    words = fit(fonts, runs(_INVITATION), _WORDS, room)
    y = (top + side) * POINTS_PER_MM - code.height - words.height
    for lines in (code, words):
        page.put(lines, Box(first * POINTS_PER_MM, y, room, lines.height), Align.RIGHT)
        y += lines.height


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(x * POINTS_PER_MM, y * POINTS_PER_MM, width * POINTS_PER_MM, height * POINTS_PER_MM)


@lru_cache(maxsize=_KEPT)
def bars(payload: str) -> tuple[int, tuple[Bar, ...]]:
    """How many modules a side has, and the dark ones as few rectangles: column, row, width, height in modules."""
    dark = modules(payload)
    return len(dark), tuple(_united(dark))


def modules(payload: str) -> Sequence[Sequence[int]]:
    """The modules of a code (GB/T 18284-2000), 1 for dark, rows from the top; a quarter may be sealed over (level Q).

    Raises:
        ValueError: other characters than capitals, digits and ` $%*+-./:`, or far too many of them.
    """
    import segno

    # Readers take any mask. Trying all eight, as the standard advises against large even patches, takes five times as
    # long, and what is printed here is mostly hashes, which have no patches.
    return segno.make_qr(payload, error="q", mode="alphanumeric", mask=_MASK, boost_error=False).matrix


def _united(modules: Sequence[Sequence[int]]) -> list[Bar]:
    """Runs of dark modules in a row; the same run in rows below is one rectangle with it."""
    made: list[Bar] = []
    open_ones: dict[tuple[int, int], int] = {}
    for number, row in enumerate([*modules, ()]):
        found = _runs(row)
        for (start, width), since in [*open_ones.items()]:
            if (start, width) not in found:
                made.append((start, since, width, number - since))
                del open_ones[start, width]
        for run in found:
            open_ones.setdefault(run, number)
    return sorted(made, key=lambda bar: (bar[1], bar[0]))


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and found and sum(found[-1]) == place:
            found[-1] = found[-1][0], found[-1][1] + 1
        elif dark:
            found.append((place, 1))
    return found

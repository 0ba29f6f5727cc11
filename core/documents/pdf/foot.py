"""What stands outside the type area: page number, footer, and whether a table comes from or goes on to another page."""

from __future__ import annotations

from typing import Final

from core.documents.model import Align, Document, runs
from core.documents.pdf import page as page_styles
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.page import POINTS_PER_MM, Box, Page
from core.documents.pdf.text import Lines, fit

#: Above a table whose heads are repeated; below and above a row that is parted itself.
TABLE_GOES_ON: Final = "（续表）"
ROW_GOES_ON: Final = "（下页续）"
ROW_CAME_FROM: Final = "（续上页）"
_DASH_ABOVE_BASELINE: Final = 0.38
_ABOVE: Final = 4.4
_BELOW: Final = 0.7
_FOOTER_SHARE: Final = 0.8


def put_foot(page: Page, document: Document, fonts: FontSet) -> None:
    """Page number outside, one character in; footer text at the binding side (GB/T 9704-2012 7.5)."""
    setup = document.page
    style = page_styles.PAGE_NUMBER
    left = setup.left(page.number) * POINTS_PER_MM
    width = setup.body_width * POINTS_PER_MM
    below = (setup.top + setup.body_height + setup.number_below) * POINTS_PER_MM
    baseline = below + _DASH_ABOVE_BASELINE * style.size
    box = Box(left + style.size, baseline - 0.88 * style.size, width - 2.0 * style.size, style.size)
    odd = page.number % 2 == 1
    number_text = f"— {page.number} —" if document.numbers_pages else ""
    number = (fit(fonts, runs(number_text), style, box.width), box)
    lines = _footer(document, fonts, box.width * _FOOTER_SHARE)
    footer = (lines, Box(box.x, baseline - 0.88 * lines.size, box.width, lines.size))
    left_one, right_one = (footer, number) if odd else (number, footer)
    page.put(*left_one, Align.LEFT)
    page.put(*right_one, Align.RIGHT)


def _footer(document: Document, fonts: FontSet, width: float) -> Lines:
    """The first text that fits on one line; the last one shrinks until it does."""
    for text in document.fuller_footers:
        lines = fit(fonts, runs(text), page_styles.FULLER_FOOTER, width, page_styles.FOOTER.size)
        if len(lines.lines) == 1:
            return lines
    return fit(fonts, runs(document.footer), page_styles.FOOTER, width, page_styles.FOOTER.size)


def put_continuation(page: Page, document: Document, fonts: FontSet) -> None:
    """The words of a table or row that goes on: at the left above the type area, in the middle below it."""
    setup, style = document.page, page_styles.CONTINUED
    left = setup.left(page.number) * POINTS_PER_MM
    width = setup.body_width * POINTS_PER_MM
    top = (setup.top - _ABOVE) * POINTS_PER_MM
    bottom = (setup.top + setup.body_height + _BELOW) * POINTS_PER_MM
    for text, y, align in ((page.above, top, Align.LEFT), (page.below, bottom, Align.CENTER)):
        if text:
            page.put(fit(fonts, runs(text), style, width), Box(left, y, width, style.size), align)

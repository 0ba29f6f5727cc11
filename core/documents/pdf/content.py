"""What stands on a page, as the operators of a PDF: fills, watermark, rules, text, drawn characters."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, TypeAlias

from core.documents.model import FontRole, Style, runs
from core.documents.pdf.drawn import strokes
from core.documents.pdf.fonts import FontSet, Shape
from core.documents.pdf.page import Page, PlacedLine
from core.documents.pdf.text import Line, Span, fit

#: The characters used of each font and plane.
Used: TypeAlias = defaultdict[tuple[str, int], set[str]]
Rule: TypeAlias = tuple[float, float, float, float]

_SHOWN: Final = 0
_UNSEEN: Final = 3
_RULE: Final = 0.5
_STROKE: Final = 0.05
_FINE_STROKE: Final = 0.025
_TILT: Final = 0.7071
_WATERMARK: Final = Style(FontRole.HEI, 150.0, gray=0.88)
_WIDE: Final = 1e6
_LEVEL: Final = 6


def used_characters() -> Used:
    """None yet."""
    return defaultdict(set)


def font_name(font: str, plane: int) -> str:
    """The name by which pages call the font object of a plane."""
    return f"{font}.{plane}"


def page_content(page: Page, width: float, height: float, watermark: str, fonts: FontSet, used: Used) -> bytes:
    """The operators of a page of that size in points; what it uses of the fonts is added to `used`.

    Raises:
        FontError: a font is missing or damaged.
    """
    made = [_fills(page, height)]
    if watermark:
        made.append(_watermark(watermark, width, height, fonts, used))
    if page.rules:
        made.append(f"{number(_RULE)} w 2 J\n{_path(joined(page.rules), height)}S\n")
    pen = Pen(height, used)
    for placed in page.texts:
        pen.put(placed)
    made.append(pen.operators())
    return "".join(made).encode("latin-1")


def _fills(page: Page, height: float) -> str:
    made: list[str] = []
    gray = -1.0
    for box, shade in page.fills:
        if shade != gray:
            made.append(f"{'f' if made else ''}\n{gray_ink(shade)}")
            gray = shade
        made.append(f"{box.x:.2f} {height - box.bottom:.2f} {box.width:.2f} {box.height:.2f} re\n")
    return "".join((*made, "f\n")).lstrip() if made else ""


def _watermark(text: str, width: float, height: float, fonts: FontSet, used: Used) -> str:
    """Large gray characters on the diagonal, under the rules and the text."""
    line = fit(fonts, runs(text), _WATERMARK, _WIDE).lines[0]
    pen = Pen(0.0, used)
    pen.put_line(line, -line.width / 2.0, -_WATERMARK.size * 0.38)
    turn = f"{_TILT} {_TILT} -{_TILT} {_TILT} {width / 2.0:.2f} {height / 2.0:.2f} cm"
    return f"q {turn}\n{pen.operators()}Q\n"


def joined(rules: Iterable[Rule]) -> list[Rule]:
    """Rules that lie in one line and touch, as one."""
    level: defaultdict[float, list[tuple[float, float]]] = defaultdict(list)
    upright: defaultdict[float, list[tuple[float, float]]] = defaultdict(list)
    made = []
    for x1, y1, x2, y2 in rules:
        if y1 == y2:
            level[y1].append((x1, x2))
        elif x1 == x2:
            upright[x1].append((y1, y2))
        else:
            made.append((x1, y1, x2, y2))
    made += [(x1, y, x2, y) for y, spans in level.items() for x1, x2 in _united(spans)]
    return made + [(x, y1, x, y2) for x, spans in upright.items() for y1, y2 in _united(spans)]


def _united(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    spans.sort()
    start, end = spans[0]
    made = []
    for first, last in spans:
        if first > end:
            made.append((start, end))
            start, end = first, last
        elif last > end:
            end = last
    made.append((start, end))
    return made


def _path(lines: Iterable[Rule], height: float) -> str:
    return "".join([f"{x1:.2f} {height - y1:.2f} m {x2:.2f} {height - y2:.2f} l\n" for x1, y1, x2, y2 in lines])


@cache
def gray_ink(gray: float) -> str:
    """The operator that fills in a gray (1 is white)."""
    return f"{number(gray)} g "


class Pen:
    """Writes lines of text; an operator is written only where something changes."""

    def __init__(self, height: float, used: Used) -> None:
        self._height = height
        self._used = used
        self._made: list[str] = []
        self._drawn: defaultdict[float, list[Rule]] = defaultdict(list)
        self._font: tuple[str, int, float] | None = None
        self._mode = self._spread = -1.0
        self._ink = ""

    def put(self, placed: PlacedLine) -> None:
        """Write a line of a page."""
        self.put_line(placed.line, placed.x, self._height - placed.baseline, placed.spread)

    def put_line(self, line: Line, x: float, baseline: float, spread: float = 0.0, ink: str = "") -> None:
        """Write a line at the left end of its baseline, in points from the bottom left corner.

        `ink`: the operator of another colour than the line's own grays.
        """
        spread = round(spread, 3)
        if spread != self._spread:
            self._spread = spread
            self._made.append(f"{number(spread)} Tc ")
        self._made.append(f"1 0 0 1 {x:.2f} {baseline:.2f} Tm ")
        for span in line.spans:
            self._put(span, ink or gray_ink(span.gray))
        if line.is_drawn:
            self._draw(line, x, baseline, spread)

    def _put(self, span: Span, ink: str) -> None:
        font = (span.font, span.plane, span.size)
        if font != self._font:
            self._font = font
            self._made.append(f"/{font_name(span.font, span.plane)} {number(span.size)} Tf ")
        if ink != self._ink:
            self._ink = ink
            self._made.append(ink)
        mode = _SHOWN if span.shape is Shape.GLYPH else _UNSEEN
        if mode != self._mode:
            self._mode = mode
            self._made.append(f"{mode} Tr ")
        self._used[span.font, span.plane].update(span.text)
        self._made.append(f"({span.codes})Tj\n")

    def _draw(self, line: Line, x: float, baseline: float, spread: float) -> None:
        for mark in line.marks:
            if mark.shape is not Shape.GLYPH:
                size = mark.size
                self._drawn[size * (_FINE_STROKE if mark.shape is Shape.FRAME else _STROKE)] += [
                    (x + x1 * size, baseline + y1 * size, x + x2 * size, baseline + y2 * size)
                    for x1, y1, x2, y2 in strokes(mark.shape, mark.character)
                ]
            x += mark.width + spread

    def operators(self) -> str:
        """All that was written, and over it the characters that are drawn with lines."""
        made = ["BT\n", *self._made, "ET\n"] if self._made else []
        for width, lines in self._drawn.items():
            if lines:
                made.append(f"{number(width)} w 2 J\n")
                made += [f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l\n" for x1, y1, x2, y2 in lines]
                made.append("S\n")
        return "".join(made)


def deflated(data: bytes) -> bytes:
    """The operators of a page as the file holds them."""
    return zlib.compress(data, _LEVEL)


@lru_cache(4096)
def number(value: float) -> str:
    """A length or share, to a thousandth, as short as it can be written."""
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"

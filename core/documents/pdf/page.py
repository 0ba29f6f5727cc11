"""What stands on a laid-out page, in points from its top left corner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from core.documents.model import Align, FontRole, Style
from core.documents.pdf.text import Line, Lines

POINTS_PER_MM: Final = 72.0 / 25.4
_ASCENT: Final = 0.88
_MOST_SPREAD: Final = 0.12


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of text at its baseline; `spread` is added between characters; `box` is the room that it was given."""

    x: float
    baseline: float
    line: Line
    spread: float
    box: Box


@dataclass
class Page:
    """One page: fills lie lowest, then the watermark, then rules and text.

    `above` and `below` are said outside the type area where a table or a row of it goes on over pages.
    """

    number: int
    fills: list[tuple[Box, float]] = field(default_factory=list)
    rules: dict[tuple[float, float, float, float], None] = field(default_factory=dict)
    texts: list[PlacedLine] = field(default_factory=list)
    above: str = ""
    below: str = ""

    def frame(self, box: Box) -> None:
        """Draw the four edges of a box; an edge that is there already is not drawn twice."""
        left, top, right, bottom = round(box.x, 2), round(box.y, 2), round(box.right, 2), round(box.bottom, 2)
        rules = self.rules
        rules[left, top, right, top] = rules[left, bottom, right, bottom] = None
        rules[left, top, left, bottom] = rules[right, top, right, bottom] = None

    def put(self, lines: Lines, box: Box, align: Align) -> None:
        """Place lines from the top of a box downwards."""
        for number, line in enumerate(lines.lines):
            room = Box(box.x, box.y + number * lines.pitch, box.width, box.height) if number else box
            self.put_line(line, lines.size, lines.pitch, room, align)

    def put_line(self, line: Line, size: float, pitch: float, box: Box, align: Align) -> None:
        """Place one line at the top of a box."""
        if not line.marks:
            return
        room = box.width - line.indent - line.width
        spread = _spread(line, room, size) if align is Align.JUSTIFY else 0.0
        shift = room / 2.0 if align is Align.CENTER else room if align is Align.RIGHT else 0.0
        baseline = box.y + (pitch - size) / 2.0 + _ASCENT * size
        self.texts.append(PlacedLine(box.x + line.indent + shift, baseline, line, spread, box))


def _spread(line: Line, room: float, size: float) -> float:
    """What each gap of a justified line takes: a little more than nothing, or less where 28 characters are squeezed."""
    each = room / (len(line.marks) - 1) if len(line.marks) > 1 else 0.0
    if each < 0.0:
        return each
    return each if not line.is_last and each <= _MOST_SPREAD * size else 0.0


PAGE_NUMBER: Final = Style(FontRole.SONG, 14.0, align=Align.LEFT, leading=1.0)
FOOTER: Final = Style(FontRole.SONG, 9.0, smallest=6.0, align=Align.LEFT, leading=1.0)
FULLER_FOOTER: Final = Style(FontRole.SONG, 9.0, smallest=8.5, align=Align.LEFT, leading=1.0)
CONTINUED: Final = Style(FontRole.KAI, 9.0, align=Align.LEFT, leading=1.0)
CORNER: Final = Style(FontRole.HEI, 16.0, align=Align.LEFT)
TITLE: Final = Style(FontRole.SONG_BOLD, 22.0, smallest=18.0, align=Align.CENTER, leading=1.35)
SUBTITLE: Final = Style(FontRole.KAI, 16.0, smallest=12.0, align=Align.CENTER)
SIGNOFF: Final = Style(FontRole.FANG, 16.0, align=Align.CENTER, leading=1.81)
HEADING: Final = Style(FontRole.HEI, 14.0, align=Align.LEFT, leading=1.5)

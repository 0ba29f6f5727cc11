"""Lines of Chinese text: where they may break (避头尾), how they shrink to fit."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import Final

from core.documents.model import TICKED, UNTICKED, Align, FontRole, Run, Style
from core.documents.pdf.fonts import FontSet, Shape

_NO_START: Final = frozenset("，。、；：？！）》」』”’】〕〉％%‰℃°′″²³₂·…—～,.!?;:)]}")
_NO_END: Final = frozenset("（《「『“‘【〔〈([{￥$#" + TICKED + UNTICKED)
_PAIRS: Final = frozenset("—…")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0d-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: Tabs and their like part figures that would be read as one without them.
_GAPS: Final = str.maketrans("\t\v\f", "   ")
_SHRINK_STEP: Final = 0.5
_TOLERANCE: Final = 0.01
_BOXES: Final = (Shape.BOX, Shape.TICKED_BOX)
_MOST_EVENED: Final = 4
_LEFT_OVER: Final = 2
_A_PAIR: Final = 2
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)", "\r": "\\r"})
_MOST_KEPT: Final = 6000


@dataclass(frozen=True, slots=True)
class Mark:
    """One character as it will be drawn; `width` and `size` in points."""

    character: str
    font: str
    width: float
    size: float
    gray: float
    shape: Shape

    @property
    def plane(self) -> int:
        """The plane of Unicode that the character is from."""
        return ord(self.character) >> 16


@dataclass(frozen=True)
class Span:
    """Neighbours that are written alike; `plane` is the plane of Unicode that they are from."""

    text: str
    font: str
    plane: int
    size: float
    gray: float
    shape: Shape

    @cached_property
    def codes(self) -> str:
        """Its codes as a string of a PDF page, byte by byte: the lower half of each code point (see `type0`)."""
        text = self.text if not self.plane else "".join([chr(ord(c) & 0xFFFF) for c in self.text])
        return text.encode("utf-16-be", "surrogatepass").decode("latin-1").translate(_ESCAPED)


@dataclass(frozen=True)
class Line:
    """One line: its characters, its width in points, its indent, and whether it ends a paragraph."""

    marks: tuple[Mark, ...]
    width: float
    indent: float
    is_last: bool

    @cached_property
    def text(self) -> str:
        """The characters of the line."""
        return "".join([m.character for m in self.marks])

    @cached_property
    def is_drawn(self) -> bool:
        """True when lines are drawn over it: boxes, frames."""
        return any(m.shape not in (Shape.GLYPH, Shape.NOTHING) for m in self.marks)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The line as it is written; found once, however often the line is printed."""
        return tuple(
            Span("".join([m.character for m in group]), *alike)
            for alike, group in groupby(self.marks, key=lambda m: (m.font, m.plane, m.size, m.gray, m.shape))
        )


@dataclass(frozen=True)
class Lines:
    """Text broken to a width: its lines and the height of each."""

    lines: tuple[Line, ...]
    size: float
    pitch: float

    @cached_property
    def height(self) -> float:
        """Height of all lines in points."""
        return self.pitch * len(self.lines)


def fit(fonts: FontSet, runs: Iterable[Run], style: Style, width: float, height: float = 0.0) -> Lines:
    """Break text to a width; where it is higher than `height`, try smaller sizes down to `style.smallest`.

    Text that does not fit even then keeps the smallest size and takes the height that it needs. What was asked before
    is not broken again: most of what stands on a printed form is the same from unit to unit.
    """
    asked = (tuple(runs), style, width, height)
    found: Lines | None = fonts.kept.get(asked)
    if found is None:
        if len(fonts.kept) >= _MOST_KEPT:
            fonts.kept.clear()
        found = fonts.kept[asked] = _fitted(fonts, *asked)
    return found


def _fitted(fonts: FontSet, runs: tuple[Run, ...], style: Style, width: float, height: float) -> Lines:
    size = style.size
    smallest = style.smallest or style.size
    while True:
        broken = break_text(fonts, runs, style, size, width)
        if size <= smallest or broken.height <= height + _TOLERANCE:
            return broken
        size = max(smallest, size - _SHRINK_STEP)


def break_text(fonts: FontSet, runs: Iterable[Run], style: Style, size: float, width: float) -> Lines:
    """Break text to a width at one size; a newline in a run starts a new paragraph.

    Centred lines are evened out, or end before a bracket; a second line of one or two characters takes more.
    """
    lines: list[Line] = []
    for marks in _paragraphs(fonts, runs, style, size):
        broken = _break(marks, width, style.indent * size)
        if 1 < len(broken) <= _MOST_EVENED and style.align in (Align.CENTER, Align.LEFT):
            broken = _before_bracket(marks, broken, width) or _evened(marks, broken, style, width)
        lines.extend(broken)
    return Lines(tuple(lines), size, size * style.leading)


def _before_bracket(marks: Sequence[Mark], broken: Sequence[Line], width: float) -> list[Line] | None:
    """取水量／（新鲜水，m³）: two lines, the second what stands in brackets at the end; None if too wide."""
    place = _bracket_at_end("".join([m.character for m in marks])) if len(broken) == _A_PAIR else 0
    return _parted(marks, place, width) if place else None


def _parted(marks: Sequence[Mark], place: int, width: float) -> list[Line] | None:
    ends = sum(m.width for m in marks[:place]), sum(m.width for m in marks[place:])
    if max(ends) > width + _TOLERANCE:
        return None
    return [_line(marks[:place], 0.0, is_last=False), _line(marks[place:], 0.0, is_last=True)]


def _bracket_at_end(text: str) -> int:
    """Where the brackets begin that a text ends with; 0 for none."""
    depth = 0
    for place in range(len(text) - 1 if text.endswith("）") else 0, 0, -1):
        depth += {"）": 1, "（": -1}.get(text[place], 0)
        if not depth:
            return place
    return 0


def _evened(marks: Sequence[Mark], broken: list[Line], style: Style, width: float) -> list[Line]:
    """As many lines, as narrow as they can be; text from the left only where a scrap of it is left over."""
    count, size = len(broken), marks[0].size
    if style.align is Align.LEFT and (count != _A_PAIR or len(broken[-1].marks) > _LEFT_OVER):
        return broken
    tried = sum(m.width for m in marks) / count
    while tried < width:
        lines = _break(marks, tried, 0.0)
        if len(lines) <= count:
            return _at_pause(marks, lines, width) or lines
        tried += size / 4.0
    return broken


def _at_pause(marks: Sequence[Mark], lines: Sequence[Line], width: float) -> list[Line] | None:
    """街镇、／园区经办人: where the first of two lines ends one character behind a pause, it ends there."""
    first = lines[0].marks
    is_torn = len(lines) == _A_PAIR and len(first) > _A_PAIR and first[-2].character == "、"
    return _parted(marks, len(first) - 1, width) if is_torn else None


def _paragraphs(fonts: FontSet, runs: Iterable[Run], style: Style, size: float) -> list[list[Mark]]:
    paragraphs: list[list[Mark]] = [[]]
    for run in runs:
        role = run.role or style.role
        gray = style.gray if run.gray is None else run.gray
        for number, part in enumerate(_UNPRINTABLE.sub("", run.text).translate(_GAPS).split("\n")):
            if number:
                paragraphs.append([])
            paragraphs[-1].extend(_marks(fonts, part, role, size * run.scale, gray))
    return paragraphs


def _marks(fonts: FontSet, text: str, role: FontRole, size: float, gray: float) -> list[Mark]:
    """The characters as they are drawn; equal ones are one object."""
    known = fonts.marks.setdefault((role, size, gray), {})
    made = []
    for character in text:
        mark = known.get(character)
        if mark is None:
            glyph = fonts.glyph(role, character)
            mark = known[character] = Mark(character, glyph.font, glyph.width * size, size, gray, glyph.shape)
        made.append(mark)
    return made


def may_break(before: str, after: str) -> bool:
    """True where a line may end between two characters: closing marks stay behind, words and numbers whole."""
    if after in _NO_START or before in _NO_END or after == " ":
        return before in _PAIRS and after not in _NO_START
    return not (_in_word(before) and _in_word(after))


def _in_word(character: str) -> bool:
    return (character.isalnum() and ord(character) < 0x2E80) or character in "@_-/+&"


def _break(marks: Sequence[Mark], width: float, indent: float) -> list[Line]:
    """Fill lines one by one. Where a line offers choices it breaks before a box, so that none is torn."""
    ends = [0.0, *accumulate([m.width for m in marks])]
    if indent + ends[-1] <= width + _TOLERANCE:
        return [_line(marks, indent, is_last=True)]
    lines: list[Line] = []
    start, boxed = 0, any(m.shape in _BOXES for m in marks)
    while (end := _end(marks, ends, start, width - (0.0 if lines else indent), boxed=boxed)) < len(marks):
        lines.append(_line(marks[start:end], 0.0 if lines else indent, is_last=False))
        start = end
    lines.append(_line(marks[start:], 0.0 if lines else indent, is_last=True))
    return lines


def _end(marks: Sequence[Mark], ends: Sequence[float], start: int, width: float, *, boxed: bool) -> int:
    """Where a line ends that begins at `start`: before a box, else at the last chance, else where it is full."""
    full = max(start + 1, bisect_right(ends, ends[start] + width + _TOLERANCE) - 1)
    while full < len(marks) and marks[full].character == " ":
        full += 1
    if full >= len(marks):
        return len(marks)
    chance = 0
    for place in range(full, start, -1):
        if boxed and marks[place].shape in _BOXES:
            return place
        if not chance and may_break(marks[place - 1].character, marks[place].character):
            chance = place
            if not boxed:
                break
    return chance or full


def _line(marks: Sequence[Mark], indent: float, *, is_last: bool) -> Line:
    end = len(marks)
    while end > 0 and not is_last and marks[end - 1].character == " ":
        end -= 1
    return Line(tuple(marks[:end]), sum(m.width for m in marks[:end]), indent, is_last)

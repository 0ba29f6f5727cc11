"""Lines of Chinese text: where they may break (避头尾), how they shrink to fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.documents.model import TICKED, UNTICKED, Align, FontRole, Run, Style
from core.documents.pdf.fonts import FontSet, Shape

_NO_START: Final = frozenset("，。、；：？！）》」』”’】〕〉％%‰℃°′″²³₂·…—～,.!?;:)]}")
_NO_END: Final = frozenset("（《「『“‘【〔〈([{￥$#" + TICKED + UNTICKED)
_PAIRS: Final = frozenset("—…")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SHRINK_STEP: Final = 0.5
_TOLERANCE: Final = 0.01
_MOST_EVENED: Final = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One character as it will be drawn; `width` and `size` in points."""

    character: str
    font: str
    width: float
    size: float
    gray: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its characters, its width in points, its indent, and whether it ends a paragraph."""

    marks: tuple[Mark, ...]
    width: float
    indent: float
    is_last: bool

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(m.character for m in self.marks)


@dataclass(frozen=True, slots=True)
class Lines:
    """Text broken to a width: its lines and the height of each."""

    lines: tuple[Line, ...]
    size: float
    pitch: float

    @property
    def height(self) -> float:
        """Height of all lines in points."""
        return self.pitch * len(self.lines)


def fit(fonts: FontSet, runs: Iterable[Run], style: Style, width: float, height: float = 0.0) -> Lines:
    """Break text to a width; where it is higher than `height`, try smaller sizes down to `style.smallest`.

    Text that does not fit even then keeps the smallest size and takes the height that it needs.
    """
    given = tuple(runs)
    size = style.size
    smallest = style.smallest or style.size
    while True:
        broken = break_text(fonts, given, style, size, width)
        if size <= smallest or broken.height <= height + _TOLERANCE:
            return broken
        size = max(smallest, size - _SHRINK_STEP)


def break_text(fonts: FontSet, runs: Iterable[Run], style: Style, size: float, width: float) -> Lines:
    """Break text to a width at one size; a newline in a run starts a new paragraph.

    Centred lines are evened out: no last line of a single character under a full one.
    """
    lines: list[Line] = []
    for marks in _paragraphs(fonts, runs, style, size):
        broken = _break(marks, width, style.indent * size)
        if style.align is Align.CENTER and 1 < len(broken) <= _MOST_EVENED:
            broken = _evened(marks, len(broken), width, size)
        lines.extend(broken)
    return Lines(tuple(lines), size, size * style.leading)


def _evened(marks: Sequence[Mark], count: int, width: float, size: float) -> list[Line]:
    """As many lines, as narrow as they can be."""
    tried = sum(m.width for m in marks) / count
    while tried < width:
        lines = _break(marks, tried, 0.0)
        if len(lines) <= count:
            return lines
        tried += size / 4.0
    return _break(marks, width, 0.0)


def _paragraphs(fonts: FontSet, runs: Iterable[Run], style: Style, size: float) -> list[list[Mark]]:
    paragraphs: list[list[Mark]] = [[]]
    for run in runs:
        role = run.role or style.role
        gray = style.gray if run.gray is None else run.gray
        for number, part in enumerate(_UNPRINTABLE.sub("", run.text).split("\n")):
            if number:
                paragraphs.append([])
            paragraphs[-1].extend(_marks(fonts, part, role, size * run.scale, gray))
    return paragraphs


def _marks(fonts: FontSet, text: str, role: FontRole, size: float, gray: float) -> Iterable[Mark]:
    for character in text:
        glyph = fonts.glyph(role, character)
        yield Mark(character, glyph.font, glyph.width * size, size, gray, glyph.shape)


def may_break(before: str, after: str) -> bool:
    """True where a line may end between two characters: closing marks stay behind, words and numbers whole."""
    if after in _NO_START or before in _NO_END or after == " ":
        return before in _PAIRS and after not in _NO_START
    return not (_in_word(before) and _in_word(after))


def _in_word(character: str) -> bool:
    return (character.isalnum() and ord(character) < 0x2E80) or character in "@_-/+&"


def _break(marks: Sequence[Mark], width: float, indent: float) -> list[Line]:
    """Fill lines one by one. Where a line offers choices it breaks before a box, so that none is torn."""
    lines: list[Line] = []
    start, used, chance, before_box = 0, indent, 0, 0
    index = 0
    while index < len(marks):
        mark = marks[index]
        if index > start and may_break(marks[index - 1].character, mark.character):
            chance = index
        if mark.shape in (Shape.BOX, Shape.TICKED_BOX):
            before_box = index
        if used + mark.width > width + _TOLERANCE and index > start and mark.character != " ":
            end = next((place for place in (before_box, chance, index) if place > start), index)
            lines.append(_line(marks[start:end], indent if not lines else 0.0, is_last=False))
            start = chance = index = end
            used = 0.0
            continue
        used += mark.width
        index += 1
    lines.append(_line(marks[start:], indent if not lines else 0.0, is_last=True))
    return lines


def _line(marks: Sequence[Mark], indent: float, *, is_last: bool) -> Line:
    end = len(marks)
    while end > 0 and not is_last and marks[end - 1].character == " ":
        end -= 1
    return Line(tuple(marks[:end]), sum(m.width for m in marks[:end]), indent, is_last)

"""The pieces that a document falls into: each is drawn on one page, or split between two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

from core.documents.model import Align
from core.documents.pdf.page import POINTS_PER_MM, Box, Page
from core.documents.pdf.text import Lines

PADDING_X: Final = 1.2 * POINTS_PER_MM
PADDING_Y: Final = 0.45 * POINTS_PER_MM
_LEAST_LINES: Final = 2


class Piece(Protocol):
    """A piece of the flow. `before` is dropped at the top of a page; `repeats` go first on a page that it starts."""

    @property
    def height(self) -> float:
        """Height in points, without `before`."""

    @property
    def before(self) -> float:
        """Space above, in points."""

    @property
    def keeps_next(self) -> bool:
        """True when the next piece must stand on the same page."""

    @property
    def repeats(self) -> tuple[Piece, ...]:
        """Table heads drawn again above this piece at the top of a page."""

    @property
    def spare(self) -> float:
        """By how much the piece may become lower, in points, and be read and signed as well."""

    def lowered(self, share: float) -> Piece:
        """The piece without that share (0 to 1) of what it can spare."""

    def draw(self, page: Page, x: float, y: float) -> None:
        """Put the piece on a page at its top left corner."""

    def split(self, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        """Part the piece so that the first fits into `room`; None where it should not be parted there.

        `must`: the piece fits on no page, so it has to be parted.
        """


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Lines of a title, heading or paragraph, as wide as the type area.

    Running text goes on over pages without a word: there the page number says it (GB/T 9704-2012).
    """

    lines: Lines
    align: Align
    width: float
    before: float = 0.0
    after: float = 0.0
    keeps_next: bool = False
    repeats: tuple[Piece, ...] = ()

    @property
    def height(self) -> float:
        """Height of the lines and of the space below."""
        return self.lines.height + self.after

    @property
    def spare(self) -> float:
        """Text spares nothing."""
        return 0.0

    def lowered(self, share: float) -> Piece:
        """The same: text keeps its lines' height."""
        return self

    def draw(self, page: Page, x: float, y: float) -> None:
        """Put the lines on a page."""
        page.put(self.lines, Box(x, y, self.width, self.lines.height), self.align)

    def split(self, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        """Part between lines, two at least on each page."""
        count = split_count(self.lines, room, must=must)
        if count is None:
            return None
        first, second = cut(self.lines, count)
        return replace(self, lines=first, after=0.0), replace(self, lines=second, before=0.0)


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces that become lower to fit on one page; where that is not enough they flow one by one."""

    pieces: tuple[Piece, ...]


def split_count(lines: Lines, room: float, *, must: bool) -> int | None:
    """How many lines stay in `room`, leaving no single line on either page; None if that cannot be."""
    total = len(lines.lines)
    count = min(int((room + 0.01) / lines.pitch), total - _LEAST_LINES)
    if count >= _LEAST_LINES:
        return count
    return 1 if must and total > 1 and room + 0.01 >= lines.pitch else None


def cut(lines: Lines, count: int) -> tuple[Lines, Lines]:
    """The first `count` lines, and the rest."""
    return replace(lines, lines=lines.lines[:count]), replace(lines, lines=lines.lines[count:])

"""The pieces that a document falls into: each is drawn on one page, or split between two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

from core.documents.model import Align, SignatureBlock
from core.documents.pdf.page import POINTS_PER_MM, Box, Page
from core.documents.pdf.text import Lines

PADDING_X: Final = 1.2 * POINTS_PER_MM
PADDING_Y: Final = 0.35 * POINTS_PER_MM
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

    def draw(self, page: Page, x: float, y: float) -> None:
        """Put the piece on a page at its top left corner."""

    def split(self, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        """Part the piece so that the first fits into `room`; None where it should not be parted there.

        `must`: the piece fits on no page, so it has to be parted.
        """


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Lines of a title, heading or paragraph, as wide as the type area."""

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


def split_count(lines: Lines, room: float, *, must: bool) -> int | None:
    """How many lines stay in `room`, leaving no single line on either page; None if that cannot be."""
    total = len(lines.lines)
    count = min(int((room + 0.01) / lines.pitch), total - _LEAST_LINES)
    if count >= _LEAST_LINES:
        return count
    return 1 if must and total > 1 else None


def cut(lines: Lines, count: int) -> tuple[Lines, Lines]:
    """The first `count` lines, and the rest."""
    return replace(lines, lines=lines.lines[:count]), replace(lines, lines=lines.lines[count:])


@dataclass(frozen=True, slots=True)
class SignaturePiece:
    """A framed place to sign: label at the left, statement above, signers, seal and date at the bottom right."""

    block: SignatureBlock
    label: Lines | None
    statement: Lines
    signers: tuple[Lines, ...]
    seal: Lines
    date: Lines
    width: float
    label_width: float
    before: float = 0.0
    keeps_next: bool = False
    repeats: tuple[Piece, ...] = ()

    @property
    def height(self) -> float:
        """At least the block's own height; more where the statement is long."""
        foot = max((s.height * 1.6 for s in self.signers), default=0.0) + self.seal.height * 1.3 + self.date.height
        least = self.statement.height + foot + 10.0 * PADDING_Y
        return max(self.block.height * POINTS_PER_MM, least)

    def draw(self, page: Page, x: float, y: float) -> None:
        """Put the frame and its lines on a page."""
        left = x
        page.frame(Box(x, y, self.width, self.height))
        if self.label is not None:
            page.frame(Box(x, y, self.label_width, self.height))
            top = y + (self.height - self.label.height) / 2.0
            room = Box(x + PADDING_X, top, self.label_width - 2.0 * PADDING_X, self.label.height)
            page.put(self.label, room, Align.CENTER)
            left = x + self.label_width
        inner = Box(left + 2.0 * PADDING_X, y, x + self.width - left - 4.0 * PADDING_X, self.height)
        page.put(
            self.statement, Box(inner.x, y + 4.0 * PADDING_Y, inner.width, self.statement.height), Align.JUSTIFY
        )
        self._draw_foot(page, inner)

    def _draw_foot(self, page: Page, inner: Box) -> None:
        """Date at the bottom, seal above it, signers above the seal: 右空四字 for seal and date."""
        indent = 4.0 * self.date.size
        date_top = inner.bottom - self.date.height - 4.0 * PADDING_Y
        seal_top = date_top - self.seal.height * 1.3
        each = inner.width / max(1, len(self.signers))
        for number, signer in enumerate(self.signers):
            top = seal_top - signer.height * 1.6
            page.put(signer, Box(inner.x + number * each, top, each, signer.height), Align.LEFT)
        page.put(self.seal, Box(inner.x, seal_top, inner.width - indent, self.seal.height), Align.RIGHT)
        page.put(self.date, Box(inner.x, date_top, inner.width - indent, self.date.height), Align.RIGHT)

    def split(self, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        """A place to sign is never parted."""
        return None

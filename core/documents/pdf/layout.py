"""A document laid out on pages: blocks become pieces, pieces flow from page to page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from core.documents.model import (
    Block,
    Document,
    Heading,
    KeepTogether,
    PageBreak,
    PageSetup,
    Paragraph,
    SignatureBlock,
    Signoff,
    Table,
    Title,
    runs,
)
from core.documents.pdf import page as page_styles
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.foot import ROW_CAME_FROM, ROW_GOES_ON, TABLE_GOES_ON, put_continuation, put_foot
from core.documents.pdf.page import POINTS_PER_MM, Page
from core.documents.pdf.pieces import Group, Piece, TextPiece, cut
from core.documents.pdf.signature import SignaturePiece, signature_piece
from core.documents.pdf.stamp import put_stamp
from core.documents.pdf.table import Band, table_pieces
from core.documents.pdf.text import fit

#: What flows: a piece, a group of them, or None for a page break.
_Flowing: TypeAlias = Piece | Group | None
_TOLERANCE: Final = 0.01
_LEAST_ABOVE_SIGNING: Final = 2
# A round seal of 42 mm, its middle between name and date, ends as far below the date.
_SEAL_BELOW: Final = 10.5


def layout(document: Document, fonts: FontSet) -> list[Page]:
    """Lay a document out.

    Raises:
        FontError: a font is missing or damaged.
    """
    width = document.page.body_width * POINTS_PER_MM
    flow = _Flow(document.page, document.first_page)
    flow.run([*_corner(document, fonts, width), *_pieces(document.blocks, fonts, width)])
    for page in flow.pages:
        put_foot(page, document, fonts)
        put_continuation(page, document, fonts)
        put_stamp(page, document, fonts)
    return flow.pages


def _corner(document: Document, fonts: FontSet, width: float) -> list[Piece]:
    if not document.corner:
        return []
    style = page_styles.CORNER
    return [TextPiece(fit(fonts, runs(document.corner), style, width), style.align, width, keeps_next=True)]


def _pieces(blocks: Iterable[Block], fonts: FontSet, width: float) -> list[_Flowing]:
    """The pieces of blocks in order; None stands for a page break."""
    pieces: list[_Flowing] = []
    for block in blocks:
        if isinstance(block, PageBreak):
            pieces.append(None)
        elif isinstance(block, KeepTogether):
            inner = _pieces(block.blocks, fonts, width)
            pieces.extend([_group(inner)] if block.gives else _kept(inner))
        else:
            if isinstance(block, Signoff) and pieces:
                pieces[-1:] = _kept_for_signing(pieces[-1])
            pieces.extend(_block_pieces(block, fonts, width))
    return pieces


def _group(pieces: Iterable[_Flowing]) -> Group:
    """One group, of what stands in groups inside as well; a page break has no place in it."""
    flat: list[Piece] = []
    for piece in pieces:
        flat.extend(piece.pieces if isinstance(piece, Group) else () if piece is None else (piece,))
    return Group(tuple(flat))


def _kept_for_signing(piece: _Flowing) -> list[_Flowing]:
    """不得出现空白印章: the end of what is above a signature goes with it, two lines of a text, one row of a table."""
    if piece is None or isinstance(piece, Group):
        return [piece]
    if isinstance(piece, TextPiece) and len(piece.lines.lines) > _LEAST_ABOVE_SIGNING + 1:
        first, last = cut(piece.lines, len(piece.lines.lines) - _LEAST_ABOVE_SIGNING)
        return [replace(piece, lines=first, after=0.0), replace(piece, lines=last, before=0.0, keeps_next=True)]
    return [_keep(piece)]


def _kept(pieces: Sequence[_Flowing]) -> list[_Flowing]:
    last = len(pieces) - 1
    return [p if n == last or p is None or isinstance(p, Group) else _keep(p) for n, p in enumerate(pieces)]


def _keep(piece: Piece) -> Piece:
    return replace(piece, keeps_next=True) if isinstance(piece, TextPiece | SignaturePiece | Band) else piece


def _block_pieces(
    block: Title | Heading | Paragraph | Table | SignatureBlock | Signoff, fonts: FontSet, width: float
) -> list[Piece]:
    if isinstance(block, Table):
        return table_pieces(fonts, block, width)
    if isinstance(block, SignatureBlock):
        return [signature_piece(fonts, block, width)]
    if isinstance(block, Signoff):
        return _signoff(block, fonts, width)
    if isinstance(block, Title):
        return _title(block, fonts, width)
    if isinstance(block, Heading):
        style = page_styles.HEADING
        lines = fit(fonts, runs(block.text), style, width)
        return [TextPiece(lines, style.align, width, before=3.0 * POINTS_PER_MM, keeps_next=True)]
    lines = fit(fonts, block.runs, block.style, width * (1.0 + block.style.squeeze))
    before, after = block.before * POINTS_PER_MM, block.after * POINTS_PER_MM
    return [TextPiece(lines, block.style.align, width, before, after, block.keep_with_next)]


def _title(block: Title, fonts: FontSet, width: float) -> list[Piece]:
    """The title shrinks before it takes a second line; so does the line below it."""
    made: list[Piece] = []
    given = [(block.text, page_styles.TITLE), (block.subtitle, page_styles.SUBTITLE)]
    shown = [(text, style) for text, style in given if text]
    for number, (text, style) in enumerate(shown):
        lines = fit(fonts, runs(text), style, width, style.size * style.leading)
        after = 4.0 * POINTS_PER_MM if number == len(shown) - 1 else 0.0
        made.append(TextPiece(lines, style.align, width, before=0.0, after=after, keeps_next=True))
    return made


def _signoff(block: Signoff, fonts: FontSet, width: float) -> list[Piece]:
    """Two lines about one middle: that of the date, unless the name is too long for it; a seal has room on both."""
    style = page_styles.SIGNOFF
    name, day = (fit(fonts, runs(text), style, width) for text in (block.name, block.date))
    name_width, day_width = (max((line.width for line in lines.lines), default=0.0) for lines in (name, day))
    middle = min(width - 4.0 * style.size - day_width / 2.0, width - name_width / 2.0)
    return [
        TextPiece(name, style.align, 2.0 * middle, before=block.before * POINTS_PER_MM, keeps_next=True),
        TextPiece(day, style.align, 2.0 * middle, after=_SEAL_BELOW * POINTS_PER_MM),
    ]


@dataclass
class _Flow:
    """Fills pages from the top; starts a new one when a piece, and what must stay with it, does not fit."""

    setup: PageSetup
    first: int = 1

    def __post_init__(self) -> None:
        self.pages = [Page(self.first)]
        self.y = self.top

    @property
    def top(self) -> float:
        return self.setup.top * POINTS_PER_MM

    @property
    def bottom(self) -> float:
        return self.top + self.setup.body_height * POINTS_PER_MM

    @property
    def is_fresh(self) -> bool:
        return self.y == self.top

    def run(self, pieces: Sequence[_Flowing]) -> None:
        """Place all pieces; None starts a new page."""
        waiting = list(pieces)
        while waiting:
            if waiting[0] is None:
                waiting.pop(0)
                if any(waiting):
                    self._turn()
                continue
            if isinstance(waiting[0], Group):
                waiting[:1] = self._fitted(waiting[0].pieces)
                continue
            chain = _chain(waiting)
            rest = self._place_chain(chain)
            waiting[: len(chain)] = rest

    def _fitted(self, pieces: Sequence[Piece]) -> Sequence[Piece]:
        """The pieces of a group as low as this page asks, or the next where none of them fits on this one."""
        spare = sum(p.spare for p in pieces)
        if not self.is_fresh and self._excess(pieces) > spare and self._excess(_chain(pieces)) > _TOLERANCE:
            self._turn()
        excess = self._excess(pieces)
        return [p.lowered(excess / spare) for p in pieces] if _TOLERANCE < excess <= spare else pieces

    def _excess(self, pieces: Sequence[Piece]) -> float:
        return self._needed(pieces) - (self.bottom - self.y)

    def _turn(self) -> None:
        if not self.is_fresh:
            self.pages.append(Page(self.first + len(self.pages)))
            self.y = self.top

    def _turn_within(self, piece: Piece) -> None:
        """Turn the page in the middle of a piece: a row of a table says so on both."""
        is_row = isinstance(piece, Band)
        self.pages[-1].below = ROW_GOES_ON if is_row else ""
        self._turn()
        self.pages[-1].above = ROW_CAME_FROM if is_row else ""

    def _place_chain(self, chain: list[Piece]) -> list[Piece]:
        """Place a chain, or what fits of it; returns what is left for the next page."""
        if self._needed(chain) <= self.bottom - self.y + _TOLERANCE:
            for piece in chain:
                self._place(piece)
            return []
        parts = self._split_last(chain)
        if parts is not None:
            for piece in (*chain[:-1], parts[0]):
                self._place(piece)
            self._turn_within(chain[-1])
            return [parts[1]]
        if not self.is_fresh:
            self._turn()
            return chain
        return self._place_first(chain)

    def _place_first(self, chain: list[Piece]) -> list[Piece]:
        """On a fresh page that cannot hold the whole chain: place what fits, piece by piece."""
        first = chain[0]
        if self._needed([first]) > self.bottom - self.y + _TOLERANCE:
            parts = first.split(self.bottom - self.y - self._heads(first), must=True)
            if parts is not None:
                self._place(parts[0])
                self._turn_within(first)
                return [parts[1], *chain[1:]]
        self._place(first)
        rest = chain[1:]
        while rest and self._needed(rest[:1]) <= self.bottom - self.y + _TOLERANCE:
            self._place(rest.pop(0))
        self._turn()
        return rest

    def _split_last(self, chain: Sequence[Piece]) -> tuple[Piece, Piece] | None:
        """The last piece of a chain parted at the page's edge; None where the chain should move as a whole."""
        last = chain[-1]
        room = self.bottom - self.y - self._needed(chain[:-1]) - (last.before if len(chain) > 1 else 0.0)
        if len(chain) == 1:
            room -= self._heads(last) if self.is_fresh else last.before
        if room <= 0.0:
            return None
        page_height = self.bottom - self.top
        return last.split(room, must=last.height + sum(r.height for r in last.repeats) > page_height)

    def _heads(self, piece: Piece) -> float:
        return sum(r.height for r in piece.repeats) if self.is_fresh else 0.0

    def _needed(self, chain: Sequence[Piece]) -> float:
        if not chain:
            return 0.0
        return self._heads(chain[0]) + sum(
            p.height + (0.0 if n == 0 and self.is_fresh else p.before) for n, p in enumerate(chain)
        )

    def _place(self, piece: Piece) -> None:
        page = self.pages[-1]
        x = self.setup.left(page.number) * POINTS_PER_MM
        if self.is_fresh:
            page.above = page.above or (TABLE_GOES_ON if piece.repeats else "")
            for head in piece.repeats:
                head.draw(page, x, self.y)
                self.y += head.height
        else:
            self.y += piece.before
        piece.draw(page, x, self.y)
        self.y += piece.height


def _chain(waiting: Sequence[_Flowing]) -> list[Piece]:
    chain: list[Piece] = []
    for piece in waiting:
        if piece is None or isinstance(piece, Group):
            break
        chain.append(piece)
        if not piece.keeps_next:
            break
    return chain

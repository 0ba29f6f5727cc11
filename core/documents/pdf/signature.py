"""Places to sign: statement above, signers below it at the left, the seal over name and date at the right."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from core.documents.model import Align, FontRole, SignatureBlock, Style, runs
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.page import POINTS_PER_MM, Box, Page
from core.documents.pdf.pieces import PADDING_X, Piece
from core.documents.pdf.text import Lines, fit

#: The round seal of an office or an enterprise, in millimetres (国发〔1999〕25号: 42 mm; enterprises use 40).
SEAL_DIAMETER: Final = 42.0
_LABEL_WIDTH: Final = 25.0
_LABEL: Final = Style(FontRole.HEI, 10.5, smallest=9.0, align=Align.CENTER)
_STATEMENT: Final = Style(FontRole.FANG, 11.0, smallest=9.5, leading=1.4, indent=2.0)
_SIGNING: Final = Style(FontRole.FANG, 11.0, smallest=9.0, align=Align.LEFT)
_SEALED: Final = Style(FontRole.FANG, 11.0, smallest=9.0, align=Align.CENTER)
# 回行词意完整: what kind of opinion stands under whose it is.
_OPINION: Final = re.compile(r"(?<=[^\n]{2})((?:推荐|核查|审核)?意见)$")
_CHARACTERS_RIGHT: Final = 4.0
_DATE_UP: Final = 14.0
_SIGNERS_APART: Final = 17.0
_MARGIN: Final = 1.0
_GAP: Final = 6.0
_PAD: Final = 1.4


@dataclass(frozen=True, slots=True)
class SignaturePiece:
    """A framed place to sign. It is never parted, and always has room for a whole seal under its statement."""

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
        """At least the block's own height; more where the statement, a name or the signers are long."""
        return max(self.block.height * POINTS_PER_MM, self._needed)

    @property
    def _needed(self) -> float:
        """What statement, seal, signers and label need, in points."""
        above = self.statement.height + 2.0 * _PAD * POINTS_PER_MM
        signing = sum(2.0 * s.height for s in self.signers) + _DATE_UP * POINTS_PER_MM
        under = max((SEAL_DIAMETER + 2.0 * _MARGIN) * POINTS_PER_MM, signing)
        named = _DATE_UP * POINTS_PER_MM + self.date.height + self.seal.height + 2.0 * _PAD * POINTS_PER_MM
        label = self.label.height + 2.0 * _PAD * POINTS_PER_MM if self.label is not None else 0.0
        return max(above + max(under, named), label)

    @property
    def spare(self) -> float:
        """What is left between statement and signers."""
        return self.height - self._needed

    def lowered(self, share: float) -> Piece:
        """The place to sign, less high; a whole seal still fits."""
        return replace(self, block=replace(self.block, height=(self.height - share * self.spare) / POINTS_PER_MM))

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
        statement = Box(inner.x, y + _PAD * POINTS_PER_MM, inner.width, self.statement.height)
        page.put(self.statement, statement, Align.JUSTIFY)
        self._draw_signers(page, inner, statement.bottom)
        self._draw_seal(page, inner)

    def _draw_signers(self, page: Page, inner: Box, top: float) -> None:
        """One above the other up from the height of the date, each with room for handwriting."""
        last = inner.bottom - _DATE_UP * POINTS_PER_MM
        each = min(_SIGNERS_APART * POINTS_PER_MM, (last - top) / max(1, len(self.signers)))
        width = inner.width - 2.0 * _half(self.date) - _GAP
        for number, signer in enumerate(self.signers, start=1):
            place = last + self.date.height - signer.height - (len(self.signers) - number) * each
            page.put(signer, Box(inner.x, place, width, signer.height), Align.LEFT)

    def _draw_seal(self, page: Page, inner: Box) -> None:
        """The date 右空四字, the name centred over it: a seal pressed on both stays inside the frame."""
        half = _half(self.date)
        room = Box(inner.right - 2.0 * half, 0.0, 2.0 * half, 0.0)
        date_top = inner.bottom - _DATE_UP * POINTS_PER_MM
        seal_top = date_top - self.seal.height - 2.0 * _PAD * POINTS_PER_MM
        page.put(self.seal, replace(room, y=seal_top, height=self.seal.height), Align.CENTER)
        page.put(self.date, replace(room, y=date_top, height=self.date.height), Align.CENTER)

    def split(self, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        """A place to sign is never parted."""
        return None


def signature_piece(fonts: FontSet, block: SignatureBlock, width: float) -> SignaturePiece:
    """Measure a place to sign of that width (points)."""
    label_width = _LABEL_WIDTH * POINTS_PER_MM if block.label else 0.0
    inner = width - label_width - 4.0 * PADDING_X
    label = None
    if block.label:
        text = _OPINION.sub(r"\n\1", block.label)
        label = fit(fonts, runs(text), _LABEL, label_width - 2.0 * PADDING_X, block.height * POINTS_PER_MM)
    date = fit(fonts, runs(block.date), replace(_SEALED, smallest=0.0), inner)
    room = 2.0 * _half(date)
    two_lines = 2.0 * _SEALED.size * _SEALED.leading
    return SignaturePiece(
        block, label, fit(fonts, runs(block.statement), _STATEMENT, inner, block.height * POINTS_PER_MM / 2.5),
        tuple(fit(fonts, runs(s), _SIGNING, inner - room - _GAP, two_lines) for s in block.signers),
        fit(fonts, runs(block.seal), _SEALED, room, two_lines), date, width, label_width,
    )


def _half(date: Lines) -> float:
    """From the middle of the date to the right edge."""
    day = max((line.width for line in date.lines), default=0.0)
    return day / 2.0 + _CHARACTERS_RIGHT * date.size

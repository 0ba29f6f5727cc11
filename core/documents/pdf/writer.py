"""Writes a laid-out document as PDF: fonts embedded as subsets, the same bytes for the same document."""

from __future__ import annotations

import io
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reportlab.pdfgen.canvas import Canvas

from core.documents.model import Document, FontRole, Style, runs
from core.documents.pdf.drawn import strokes
from core.documents.pdf.fonts import FontSet, Shape
from core.documents.pdf.layout import layout
from core.documents.pdf.page import POINTS_PER_MM, Page, PlacedLine
from core.documents.pdf.text import Mark, break_text
from core.infra.atomic_files import write_atomically

if TYPE_CHECKING:
    from reportlab.pdfgen.textobject import PDFTextObject

_FILL: Final = 0
_UNSEEN: Final = 3
_RULE: Final = 0.5
_STROKE: Final = 0.05
_FINE_STROKE: Final = 0.025
_WATERMARK: Final = Style(FontRole.HEI, 150.0, gray=0.88)


def write_pdf(document: Document, path: Path, fonts: FontSet) -> None:
    """Write a document; the file appears whole or not at all.

    Raises:
        FontError: a font is missing or damaged.
        StoreError: the file cannot be written there.
    """
    write_atomically(path, pdf_bytes(document, fonts))


def pdf_bytes(document: Document, fonts: FontSet) -> bytes:
    """The PDF of a document; equal documents give equal bytes.

    Raises:
        FontError: a font is missing or damaged.
    """
    pages = layout(document, fonts)
    stream = io.BytesIO()
    size = (document.page.width * POINTS_PER_MM, document.page.height * POINTS_PER_MM)
    canvas = Canvas(
        stream, pagesize=size, invariant=1, pageCompression=1, lang=document.language,
        initialFontName=fonts.font(FontRole.SONG).fontName,  # type: ignore[arg-type] # the stub takes it for a number
    )
    _describe(canvas, document)
    for page in pages:
        _Sheet(canvas, size, fonts).draw(page, document.watermark)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _describe(canvas: Canvas, document: Document) -> None:
    canvas.setTitle(document.title)
    canvas.setAuthor(document.author)
    canvas.setSubject(document.subject)
    canvas.setKeywords("，".join(document.keywords))
    canvas.setCreator("绿阶 GreenLadder")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.setViewerPreference("PrintScaling", "/None")


class _Sheet:
    """One page of the canvas, drawn from the bottom layer up."""

    def __init__(self, canvas: Canvas, size: tuple[float, float], fonts: FontSet) -> None:
        self.canvas = canvas
        self.width, self.height = size
        self.fonts = fonts

    def draw(self, page: Page, watermark: str) -> None:
        for box, gray in page.fills:
            self.canvas.setFillGray(gray)
            self.canvas.rect(box.x, self.height - box.bottom, box.width, box.height, stroke=0, fill=1)
        if watermark:
            self._watermark(watermark)
        self.canvas.setStrokeGray(0.0)
        self.canvas.setLineWidth(_RULE)
        self.canvas.setLineCap(2)
        if page.rules:
            self.canvas.lines([(x1, self.height - y1, x2, self.height - y2) for x1, y1, x2, y2 in page.rules])
        for placed in page.texts:
            self._text(placed)

    def _watermark(self, text: str) -> None:
        """Large gray characters on the diagonal, under the rules and the text."""
        line = break_text(self.fonts, runs(text), _WATERMARK, _WATERMARK.size, 1e6).lines[0]
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(self.width / 2.0, self.height / 2.0)
        canvas.rotate(45)
        pen = canvas.beginText(-line.width / 2.0, -_WATERMARK.size * 0.38)
        self._put_marks(pen, line.marks)
        canvas.drawText(pen)
        canvas.restoreState()

    def _text(self, placed: PlacedLine) -> None:
        baseline = self.height - placed.baseline
        pen = self.canvas.beginText(placed.x, baseline)
        pen.setCharSpace(placed.spread)
        self._put_marks(pen, placed.line.marks)
        pen.setCharSpace(0)
        pen.setTextRenderMode(_FILL)
        self.canvas.drawText(pen)
        x = placed.x
        for mark in placed.line.marks:
            if mark.shape is not Shape.GLYPH:
                self._strokes(mark, x, baseline)
            x += mark.width + placed.spread

    def _put_marks(self, pen: PDFTextObject, marks: tuple[Mark, ...]) -> None:
        for (font, size, gray, shape), group in groupby(marks, key=lambda m: (m.font, m.size, m.gray, m.shape)):
            pen.setFillGray(gray)
            pen.setTextRenderMode(_FILL if shape is Shape.GLYPH else _UNSEEN)
            pen.setFont(self.fonts.font(font).fontName, size)
            pen.textOut("".join(m.character for m in group))

    def _strokes(self, mark: Mark, x: float, baseline: float) -> None:
        canvas = self.canvas
        canvas.setLineWidth(mark.size * (_FINE_STROKE if mark.shape is Shape.FRAME else _STROKE))
        size = mark.size
        canvas.lines([
            (x + x1 * size, baseline + y1 * size, x + x2 * size, baseline + y2 * size)
            for x1, y1, x2, y2 in strokes(mark.shape, mark.character)
        ])
        canvas.setLineWidth(_RULE)

"""A chart as PDF (fonts embedded, the same bytes each time) and as PNG."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from core.documents.charts.layout import draw
from core.documents.charts.model import Chart, DrawnChart, HitArea, Text
from core.documents.model import FontRole
from core.documents.pdf.fonts import FontSet

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLOUR: Final = 2
_INCHES_PER_METRE: Final = 39.37


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as PNG, in pixels, and where its bars stand."""

    png: bytes
    width: int
    height: int
    areas: tuple[HitArea, ...]


def picture(chart: Chart, fonts: FontSet, width: float, height: float, scale: float = 1.0) -> Picture:
    """The chart at `width` × `height`, `scale` pixels for each of these (2 for a fine screen or for print).

    Raises:
        FontError: a font is missing or damaged.
    """
    from core.documents.pdf.preview import render_pdf

    drawn = draw(chart, fonts, width, height)
    across, down, bgra = render_pdf(_pdf(drawn, fonts, chart.title), 0, scale)
    return Picture(png_bytes(across, down, bgra, scale), across, down, drawn.areas)


def chart_pdf(chart: Chart, fonts: FontSet, width: float, height: float) -> bytes:
    """The chart as a PDF page of its own size in points; equal charts give equal bytes.

    Raises:
        FontError: a font is missing or damaged.
    """
    return _pdf(draw(chart, fonts, width, height), fonts, chart.title)


def png_bytes(width: int, height: int, bgra: bytes, scale: float = 1.0) -> bytes:
    """Pixels as a PNG without transparency; its size in print is that of the chart in points."""
    rgb = bytearray(width * height * 3)
    rgb[0::3], rgb[1::3], rgb[2::3] = bgra[2::4], bgra[1::4], bgra[0::4]
    row = width * 3
    lines = b"".join(b"\x00" + rgb[y * row : (y + 1) * row] for y in range(height))
    density = round(72.0 * scale * _INCHES_PER_METRE)
    return b"".join((
        _SIGNATURE,
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _COLOUR, 0, 0, 0)),
        _chunk(b"pHYs", struct.pack(">IIB", density, density, 1)),
        _chunk(b"IDAT", zlib.compress(lines, 6)),
        _chunk(b"IEND", b""),
    ))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pdf(drawn: DrawnChart, fonts: FontSet, title: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(
        stream, pagesize=(drawn.width, drawn.height), invariant=1, pageCompression=1, lang="zh-CN",
        initialFontName=fonts.font(FontRole.HEI).fontName,  # type: ignore[arg-type] # the stub takes it for a number
    )
    canvas.setTitle(title)
    canvas.setCreator("绿阶 GreenLadder")
    for rect in drawn.rects:
        canvas.setFillColorRGB(*_rgb(rect.colour))
        canvas.rect(rect.x, drawn.height - rect.y - rect.height, rect.width, rect.height, stroke=0, fill=1)
    for text in drawn.texts:
        _write(canvas, text, drawn.height, fonts)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _write(canvas: Canvas, text: Text, height: float, fonts: FontSet) -> None:
    pen = canvas.beginText(text.x, height - text.baseline)
    pen.setFillColorRGB(*_rgb(text.colour))
    for (font, size), marks in groupby(text.line.marks, key=lambda m: (m.font, m.size)):
        pen.setFont(fonts.font(font).fontName, size)
        pen.textOut("".join(m.character for m in marks))
    canvas.drawText(pen)


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour)
    return red / 255.0, green / 255.0, blue / 255.0

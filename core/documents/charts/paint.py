"""A chart as PDF (fonts embedded, the same bytes each time) and as PNG."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from core.documents.charts.layout import draw
from core.documents.charts.model import Chart, DrawnChart, HitArea
from core.documents.pdf.content import Pen, deflated, number, used_characters
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.writer import About, Sheaf, Written

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
    stream = io.BytesIO()
    sheaf = Sheaf(stream, fonts)
    used = used_characters()
    made = [
        f"{_ink(r.colour)}{r.x:.2f} {drawn.height - r.y - r.height:.2f} {r.width:.2f} {r.height:.2f} re f\n"
        for r in drawn.rects
    ]
    pen = Pen(drawn.height, used)
    for text in drawn.texts:
        pen.put_line(text.line, text.x, drawn.height - text.baseline, ink=_ink(text.colour))
    content = "".join((*made, pen.operators())).encode("latin-1")
    sheaf.add(Written(title, drawn.width, drawn.height, (deflated(content),)))
    sheaf.close(About(title), used)
    return stream.getvalue()


def _ink(colour: str) -> str:
    """The operator that fills in a colour."""
    return " ".join((*(number(part / 255.0) for part in bytes.fromhex(colour)), "rg "))

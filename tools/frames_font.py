"""Draw ``frames.ttf``: a frame with the code point for every ideograph that no bundled font has.

``build_fonts.py`` calls `build`; alone it is built from the finished fonts::

    python tools/frames_font.py resources/fonts
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FAMILY = "GreenLadder Frames"
# Whole blocks, places not assigned yet as well: a newer Unicode then needs no newer font to be legible.
BLOCKS = (
    (0x2E80, 0x2FDF),  # radicals
    (0x2FF0, 0x2FFF),  # ideographic description characters
    (0x31C0, 0x31EF),  # strokes
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x20000, 0x2A6DF),  # extension B
    (0x2A700, 0x2EE5F),  # extensions C, D, E, F, I
    (0x2F800, 0x2FA1F),  # compatibility supplement
    (0x30000, 0x3347F),  # extensions G, H, J
)
# Private use: characters that an office made for itself (造字). Fonts disagree about them, so all are framed.
PRIVATE = (0xE000, 0xF8FF)

_ADVANCE = 1000
_ASCENT, _DESCENT = 880, -120
_LEFT, _RIGHT, _LOW, _HIGH = 50, 950, -80, 840
_FRAME_LINE, _DIGIT_LINE = 30, 44
_DIGIT_WIDTH, _DIGIT_HEIGHT, _GAP = 200, 350, 66
_UPPER, _LOWER = 428, -18
# Seven segments in a unit cell, as in core/documents/pdf/drawn.py.
_SEGMENTS = (
    (0, 1, 1, 1), (1, 0.5, 1, 1), (1, 0, 1, 0.5), (0, 0, 1, 0), (0, 0, 0, 0.5), (0, 0.5, 0, 1), (0, 0.5, 1, 0.5),
)
_DIGITS = {
    "0": "012345", "1": "12", "2": "01643", "3": "01623", "4": "5612", "5": "05623", "6": "056423", "7": "012",
    "8": "0123456", "9": "056123", "A": "012456", "B": "23456", "C": "0345", "D": "12346", "E": "03456", "F": "0456",
}
_VERSION = "Version 1.0"
_LICENCE = "Part of GreenLadder and under its licence; may be embedded, copied and changed."


def drawn_by(path: Path) -> set[int]:
    """Return the code points that a font draws with a glyph that is not empty."""
    font: Any = TTFont(path, lazy=True)
    places = font["loca"]
    order = font.getReverseGlyphMap()
    return {
        code for code, name in font.getBestCmap().items() if places[order[name]] != places[order[name] + 1]
    }


def framed(fonts: Sequence[Path]) -> list[int]:
    """Return what must be framed, in order: ideographs that no font draws, and private use."""
    drawn = set().union(*(drawn_by(path) for path in fonts))
    codes = {code for first, last in BLOCKS for code in range(first, last + 1)} - drawn
    return sorted(codes | set(range(PRIVATE[0], PRIVATE[1] + 1)))


def rows_of(code: int) -> tuple[str, str]:
    """Return the two rows of digits: E0/00 for U+E000, 2E/BF0 for U+2EBF0."""
    digits = f"{code:04X}"
    cut = 2 if len(digits) == 4 else len(digits) - 3
    return digits[:cut], digits[cut:]


def build(fonts: Sequence[Path], target: Path) -> list[int]:
    """Write the font and return the code points that it frames."""
    codes = framed(fonts)
    rows = [rows_of(code) for code in codes]
    tops, bottoms = sorted({top for top, _ in rows}), sorted({bottom for _, bottom in rows})
    glyphs: dict[str, Any] = {}
    _add(glyphs, ".notdef", _bars(_frame()))
    _add(glyphs, "frame", _bars(_frame()))
    for digit, segments in _DIGITS.items():
        _add(glyphs, f"d{digit}", _bars(_segment(number) for number in segments))
    for top in tops:
        _add(glyphs, f"t{top}", _parts(glyphs, [("frame", 0, 0), *_row(top, _UPPER)]))
    for bottom in bottoms:
        _add(glyphs, f"b{bottom}", _parts(glyphs, list(_row(bottom, _LOWER))))
    cmap = {}
    for code, (top, bottom) in zip(codes, rows, strict=True):
        name = cmap[code] = f"u{code:05X}"
        _add(glyphs, name, _parts(glyphs, [(f"t{top}", 0, 0), (f"b{bottom}", 0, 0)]))
    _save(glyphs, cmap, target)
    return codes


def _save(glyphs: dict[str, Any], cmap: dict[int, str], target: Path) -> None:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics({name: (_ADVANCE, table[name].xMin) for name in glyphs})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable({
        "copyright": "Copyright 2026 the authors of GreenLadder.", "familyName": FAMILY, "styleName": "Regular",
        "uniqueFontIdentifier": f"{FAMILY} {_VERSION}", "fullName": f"{FAMILY} Regular", "version": _VERSION,
        "psName": "GreenLadderFrames-Regular", "licenseDescription": _LICENCE,
    })
    builder.setupOS2(
        sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT, usWinDescent=-_DESCENT, fsType=0,
        usWeightClass=400, sCapHeight=_HIGH,
    )
    builder.setupPost(keepGlyphNames=False)
    head: Any = builder.font["head"]
    head.created = head.modified = 3_850_000_000  # the same bytes on every day
    builder.font.recalcTimestamp = False
    builder.save(target)


def _add(glyphs: dict[str, Any], name: str, glyph: Any) -> None:
    glyphs[name] = glyph


def _row(digits: str, low: int) -> Iterator[tuple[str, int, int]]:
    width = len(digits) * _DIGIT_WIDTH + (len(digits) - 1) * _GAP
    for number, digit in enumerate(digits):
        yield f"d{digit}", (_ADVANCE - width) // 2 + number * (_DIGIT_WIDTH + _GAP), low


def _parts(glyphs: dict[str, Any], parts: Sequence[tuple[str, int, int]]) -> Any:
    pen = TTGlyphPen(glyphs)
    for name, x, y in parts:
        pen.addComponent(name, (1, 0, 0, 1, x, y))
    return pen.glyph()


def _frame() -> Iterator[tuple[float, float, float, float]]:
    line = _FRAME_LINE
    yield _LEFT, _LOW, _RIGHT, _LOW + line
    yield _LEFT, _HIGH - line, _RIGHT, _HIGH
    yield _LEFT, _LOW + line, _LEFT + line, _HIGH - line
    yield _RIGHT - line, _LOW + line, _RIGHT, _HIGH - line


def _segment(number: str) -> tuple[float, float, float, float]:
    """Return a segment as a bar, wholly inside the cell of a digit."""
    x1, y1, x2, y2 = _SEGMENTS[int(number)]
    wide, high, half = _DIGIT_WIDTH - _DIGIT_LINE, _DIGIT_HEIGHT - _DIGIT_LINE, _DIGIT_LINE / 2
    return (
        half + x1 * wide - half, half + y1 * high - half, half + x2 * wide + half, half + y2 * high + half,
    )


def _bars(bars: Iterator[tuple[float, float, float, float]]) -> Any:
    pen = TTGlyphPen(None)
    for left, low, right, high in bars:
        points = [(left, low), (left, high), (right, high), (right, low)]
        pen.moveTo((round(points[0][0]), round(points[0][1])))
        for x, y in points[1:]:
            pen.lineTo((round(x), round(y)))
        pen.closePath()
    return pen.glyph()


def main() -> None:
    """Build the font from the finished fonts of a folder."""
    folder = Path(sys.argv[1])
    target = folder / "frames.ttf"
    others = sorted(path for path in folder.glob("*.ttf") if path != target)
    print(f"{target.name}: {len(build(others, target))} code points, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""Characters drawn with lines: ticked and empty boxes, and a frame with the code point where no font has a glyph."""

from __future__ import annotations

from typing import Final, TypeAlias

from core.documents.pdf.fonts import Shape

Stroke: TypeAlias = tuple[float, float, float, float]

_LEFT, _RIGHT, _LOW, _HIGH = 0.11, 0.89, -0.04, 0.74
_BOX: Final[tuple[Stroke, ...]] = (
    (_LEFT, _LOW, _RIGHT, _LOW), (_RIGHT, _LOW, _RIGHT, _HIGH), (_RIGHT, _HIGH, _LEFT, _HIGH),
    (_LEFT, _HIGH, _LEFT, _LOW),
)
_TICK: Final[tuple[Stroke, ...]] = ((0.24, 0.38, 0.43, 0.14), (0.43, 0.14, 0.80, 0.62))
# Seven segments in a unit cell: top, upper right, lower right, bottom, lower left, upper left, middle.
_SEGMENTS: Final[tuple[Stroke, ...]] = (
    (0, 1, 1, 1), (1, 1, 1, 0.5), (1, 0.5, 1, 0), (0, 0, 1, 0), (0, 0, 0, 0.5), (0, 0.5, 0, 1), (0, 0.5, 1, 0.5),
)
_DIGITS: Final = {
    "0": "012345", "1": "12", "2": "01643", "3": "01623", "4": "5612", "5": "05623", "6": "056423", "7": "012",
    "8": "0123456", "9": "056123", "A": "012456", "B": "23456", "C": "0345", "D": "12346", "E": "03456", "F": "0456",
}
_A_ROW: Final = 3


def strokes(shape: Shape, character: str) -> tuple[Stroke, ...]:
    """The lines of a drawn character, in sizes from the left end of its baseline."""
    if shape is Shape.BOX:
        return _BOX
    if shape is Shape.TICKED_BOX:
        return (*_BOX, *_TICK)
    return (*_BOX, *_code_point(f"{ord(character):06X}")) if shape is Shape.FRAME else ()


def _code_point(digits: str) -> tuple[Stroke, ...]:
    made: list[Stroke] = []
    for number, digit in enumerate(digits):
        x = _LEFT + 0.08 + (number % _A_ROW) * 0.23
        y = 0.40 if number < _A_ROW else 0.04
        for segment in _DIGITS[digit]:
            x1, y1, x2, y2 = _SEGMENTS[int(segment)]
            made.append((x + x1 * 0.14, y + y1 * 0.26, x + x2 * 0.14, y + y2 * 0.26))
    return tuple(made)

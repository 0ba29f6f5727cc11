"""Where a page of evidence stands on A4: upright or across, fitted into the margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.documents.model import PageSetup
from core.documents.pdf.page import POINTS_PER_MM

#: The type area holds the head line and the evidence; the page number stands below it.
UPRIGHT: Final = PageSetup(210.0, 297.0, 10.0, 12.0, 186.0, 269.0)
ACROSS: Final = PageSetup(297.0, 210.0, 10.0, 12.0, 273.0, 182.0)
_HEAD: Final = 8.0
_GAIN: Final = 1.05
_COARSEST_DPI: Final = 72.0

#: A matrix as PDF writes it: x' = a·x + c·y + e, y' = b·x + d·y + f.
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Size:
    """What is to be placed, in points as it is seen, turned already. `grows`: a picture, which has no size of its own.

    Of a picture the points are pixels.
    """

    width: float
    height: float
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the book: its paper, and where on it the evidence begins and how large it is (points, from below)."""

    setup: PageSetup
    x: float
    y: float
    scale: float

    @property
    def matrix(self) -> Matrix:
        """From the evidence's own points to the paper."""
        return (self.scale, 0.0, 0.0, self.scale, self.x, self.y)


def place(size: Size) -> Place:
    """The paper is turned where that shows the evidence larger; a PDF is never enlarged, a picture fills the room."""
    upright, across = _scale(size, UPRIGHT), _scale(size, ACROSS)
    setup, scale = (ACROSS, across) if across > upright * _GAIN else (UPRIGHT, upright)
    left, bottom, width, height = _room(setup)
    return Place(
        setup, left + (width - size.width * scale) / 2.0, bottom + (height - size.height * scale) / 2.0, scale
    )


def _room(setup: PageSetup) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of the room for evidence, in points."""
    below = setup.height - setup.top - setup.body_height
    return (
        setup.binding * POINTS_PER_MM, below * POINTS_PER_MM, setup.body_width * POINTS_PER_MM,
        (setup.body_height - _HEAD) * POINTS_PER_MM,
    )


def _scale(size: Size, setup: PageSetup) -> float:
    _, _, width, height = _room(setup)
    return min(width / size.width, height / size.height, 72.0 / _COARSEST_DPI if size.grows else 1.0)


def multiplied(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does one after the other."""
    a1, b1, c1, d1, e1, f1 = first
    a2, b2, c2, d2, e2, f2 = then
    return (
        a1 * a2 + b1 * c2, a1 * b2 + b1 * d2, c1 * a2 + d1 * c2, c1 * b2 + d1 * d2, e1 * a2 + f1 * c2 + e2,
        e1 * b2 + f1 * d2 + f2,
    )


def written(matrix: Matrix) -> str:
    """The matrix as an operator of a content stream."""
    return " ".join(f"{value:.6f}".rstrip("0").rstrip(".") or "0" for value in matrix) + " cm"

"""What a chart shows, and what a drawn one is made of. Lengths are points from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from core.documents.pdf.text import Line


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `key` is what a click on it filters by. `is_rest`: the folded tail, which has no key and no bar."""

    key: str
    label: str
    value: int
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """Counts side by side, in the given order; `others` names a folded tail (其余15个街镇)."""

    title: str
    bars: tuple[Bar, ...]
    unit: str = "家"
    others: str = "项"


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every stack: a value for each of the chart's stacks."""

    key: str
    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StackedChart:
    """How a whole and its parts move: a stack for each key, in the order of time."""

    title: str
    keys: tuple[str, ...]
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = "家"

    @property
    def totals(self) -> tuple[int, ...]:
        """The height of each stack."""
        return tuple(sum(s.values[n] for s in self.series) for n in range(len(self.keys)))


Chart: TypeAlias = BarChart | StackedChart


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle; `colour` is six hexadecimal digits."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at the left end of its baseline."""

    x: float
    baseline: float
    line: Line
    colour: str


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the picture, as fractions of its width and height."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """True for a point inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class HitArea:
    """Where a bar (or a part of a stack) stands. `slot` is the room to click on, label and empty side included."""

    key: str
    series: str
    label: str
    value: int
    bar: Area
    slot: Area
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart laid out at a size."""

    width: float
    height: float
    rects: tuple[Rect, ...]
    texts: tuple[Text, ...]
    areas: tuple[HitArea, ...]

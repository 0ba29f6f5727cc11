"""Charts laid out: bars that carry their numbers, no grid, no frame; calm colours that the colour-blind tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.documents.charts.model import (
    Area,
    Bar,
    BarChart,
    Chart,
    DrawnChart,
    HitArea,
    Rect,
    StackedChart,
    Text,
)
from core.documents.model import Align, FontRole, Style, runs
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.text import Line, break_text

INK: Final = "1d2129"
MUTED: Final = "5c6672"
RULE: Final = "c3cad2"
#: One dark, one warm, one pale, then two more: told apart by lightness as well as by hue.
COLOURS: Final = ("3f6f9c", "e0a64f", "a9bdcf", "7b4f6b", "5fa39b")

_TITLE: Final = Style(FontRole.HEI_BOLD, 13.0, align=Align.LEFT)
_LABEL: Final = Style(FontRole.HEI, 11.0, align=Align.LEFT)
_SMALL: Final = Style(FontRole.HEI, 10.0, align=Align.LEFT)
_MARGIN: Final = 12.0
_TITLE_HEIGHT: Final = 26.0
_LEGEND_HEIGHT: Final = 20.0
_LABEL_HEIGHT: Final = 20.0
_VALUE_HEIGHT: Final = 17.0
_GAP: Final = 6.0
_LEAST_PITCH: Final = 17.0
_MOST_PITCH: Final = 34.0
_THICKEST: Final = 18.0
_WIDEST: Final = 46.0
_MOST_UPRIGHT: Final = 10
_SEAM: Final = 1.0
_ASCENT: Final = 0.36
_NOTHING: Final = "暂无数据"


def draw(chart: Chart, fonts: FontSet, width: float, height: float) -> DrawnChart:
    """Lay a chart out at that size.

    Raises:
        FontError: a font is missing or damaged.
    """
    board = _Board(fonts, width, height)
    top = board.head(chart.title, chart.unit)
    if isinstance(chart, StackedChart):
        _stacks(board, chart, top)
    elif not chart.bars:
        board.nothing(top)
    elif _stands(board, chart):
        _upright(board, chart, top)
    else:
        _lying(board, chart, top)
    return DrawnChart(width, height, tuple(board.rects), tuple(board.texts), tuple(board.areas))


def full_height(chart: Chart) -> float:
    """The height at which no bar has to be folded away."""
    count = len(chart.bars) if isinstance(chart, BarChart) else 0
    return max(260.0, 2.0 * _MARGIN + _TITLE_HEIGHT + count * (_LEAST_PITCH + 3.0))


class _Board:
    """Collects shapes; knows how wide words are."""

    def __init__(self, fonts: FontSet, width: float, height: float) -> None:
        self.fonts = fonts
        self.width, self.height = width, height
        self.left, self.right = _MARGIN, width - _MARGIN
        self.bottom = height - _MARGIN
        self.rects: list[Rect] = []
        self.texts: list[Text] = []
        self.areas: list[HitArea] = []

    def head(self, title: str, unit: str) -> float:
        """Title at the left, unit at the right; gives where the rest begins."""
        if not title:
            return _MARGIN
        measure = self.line(f"单位：{unit}", _SMALL) if unit else None
        room = self.right - self.left - (measure.width + _GAP if measure else 0.0)
        self.put(self.line(title, _TITLE, room), self.left, _MARGIN + 7.0, _TITLE)
        if measure is not None:
            self.put(measure, self.right - measure.width, _MARGIN + 7.0, _SMALL, MUTED)
        return _MARGIN + _TITLE_HEIGHT

    def nothing(self, top: float) -> None:
        """Say that there is nothing to draw."""
        line = self.line(_NOTHING, _LABEL)
        self.put(line, (self.width - line.width) / 2.0, (top + self.bottom) / 2.0, _LABEL, MUTED)

    def line(self, text: str, style: Style, room: float = 1e6) -> Line:
        """One line; words that need more room end in …"""
        found = break_text(self.fonts, runs(text), style, style.size, 1e6).lines[0]
        cut = text
        while found.width > room and cut:
            cut = cut[:-1]
            found = break_text(self.fonts, runs(f"{cut}…"), style, style.size, 1e6).lines[0]
        return found

    def put(self, line: Line, x: float, middle: float, style: Style, colour: str = INK) -> None:
        """Place a line so that its characters are centred about `middle`."""
        self.texts.append(Text(x, middle + _ASCENT * style.size, line, colour))

    def bar(self, box: tuple[float, float, float, float], colour: str) -> None:
        """Fill a box: left, top, width, height."""
        self.rects.append(Rect(*box, colour))

    def hit(
        self, bar: Bar, series: str, box: tuple[float, float, float, float], slot: tuple[float, float, float, float]
    ) -> None:
        """Remember where a bar stands."""
        self.areas.append(
            HitArea(bar.key, series, bar.label, bar.value, self._area(box), self._area(slot), bar.is_rest)
        )

    def _area(self, box: tuple[float, float, float, float]) -> Area:
        x, y, width, height = box
        return Area(x / self.width, y / self.height, width / self.width, height / self.height)


def _stands(board: _Board, chart: BarChart) -> bool:
    """Upright bars where every label has room under its own."""
    slot = (board.right - board.left) / len(chart.bars)
    widest = max(board.line(b.label, _LABEL).width for b in chart.bars)
    return len(chart.bars) <= _MOST_UPRIGHT and widest <= slot - _GAP


def _upright(board: _Board, chart: BarChart, top: float) -> None:
    base = board.bottom - _LABEL_HEIGHT
    most = max(1, *(b.value for b in chart.bars))
    room = base - top - _VALUE_HEIGHT
    slot = (board.right - board.left) / len(chart.bars)
    width = min(_WIDEST, slot * 0.56)
    for number, bar in enumerate(chart.bars):
        middle = board.left + (number + 0.5) * slot
        height = room * bar.value / most
        box = (middle - width / 2.0, base - height, width, height)
        board.bar(box, COLOURS[0])
        board.hit(bar, "", box, (middle - slot / 2.0, top, slot, board.bottom - top))
        value, label = board.line(str(bar.value), _LABEL), board.line(bar.label, _LABEL, slot - 2.0)
        board.put(value, middle - value.width / 2.0, base - height - _VALUE_HEIGHT / 2.0, _LABEL)
        board.put(label, middle - label.width / 2.0, base + _LABEL_HEIGHT / 2.0 + 1.0, _LABEL, MUTED)
    board.bar((board.left, base, board.right - board.left, 0.8), RULE)


def _lying(board: _Board, chart: BarChart, top: float) -> None:
    bars = _folded(chart, int((board.bottom - top) / _LEAST_PITCH))
    labels = [board.line(b.label, _LABEL, (board.right - board.left) * 0.42) for b in bars]
    # The folded tail is told in figures only: its bar would dwarf the others.
    most = max(1, *(b.value for b in bars if not b.is_rest))
    widest = max(board.line(str(b.value), _LABEL).width for b in bars)
    start = board.left + max(line.width for line in labels) + _GAP
    room = board.right - start - widest - _GAP
    pitch = min(_MOST_PITCH, (board.bottom - top) / len(bars))
    thick = min(_THICKEST, pitch * 0.64)
    for number, (bar, label) in enumerate(zip(bars, labels, strict=True)):
        middle = top + (number + 0.5) * pitch
        box = (start, middle - thick / 2.0, 0.0 if bar.is_rest else room * bar.value / most, thick)
        board.bar(box, COLOURS[0])
        board.hit(bar, "", box, (board.left, middle - pitch / 2.0, board.right - board.left, pitch))
        board.put(label, start - _GAP - label.width, middle, _LABEL, MUTED)
        board.put(board.line(str(bar.value), _LABEL), start + box[2] + _GAP * 0.7, middle, _LABEL)
    board.bar((start - 0.8, top, 0.8, pitch * len(bars)), RULE)


def _folded(chart: BarChart, most: int) -> tuple[Bar, ...]:
    """As many bars as have room; the tail becomes one line without a bar."""
    if len(chart.bars) <= max(most, 2):
        return chart.bars
    kept = max(most, 2) - 1
    rest = chart.bars[kept:]
    return (*chart.bars[:kept], Bar("", f"其余{len(rest)}{chart.others}", sum(b.value for b in rest), is_rest=True))


def _stacks(board: _Board, chart: StackedChart, top: float) -> None:
    totals = chart.totals
    if not totals:
        board.nothing(top)
        return
    top = _legend(board, chart, top)
    base = board.bottom - _LABEL_HEIGHT
    room = base - top - _VALUE_HEIGHT
    slot = (board.right - board.left) / len(totals)
    width = min(_WIDEST, slot * 0.62)
    shown = _shown(board, chart, slot)
    for number, total in enumerate(totals):
        middle = board.left + (number + 0.5) * slot
        y = base
        for index, series in enumerate(chart.series):
            height = room * series.values[number] / max(1, *totals)
            y -= height
            seam = min(_SEAM, height / 2.0) if index else 0.0
            box = (middle - width / 2.0, y, width, height)
            board.bar((box[0], y, width, height - seam), COLOURS[index % len(COLOURS)])
            part = Bar(chart.keys[number], f"{chart.labels[number]} {series.label}", series.values[number])
            board.hit(part, series.key, box, (middle - slot / 2.0, y, slot, height))
        if number in shown:
            value, label = board.line(str(total), _LABEL), board.line(chart.labels[number], _SMALL)
            board.put(value, middle - value.width / 2.0, y - _VALUE_HEIGHT / 2.0, _LABEL)
            x = min(max(middle - label.width / 2.0, board.left), board.right - label.width)
            board.put(label, x, base + _LABEL_HEIGHT / 2.0 + 1.0, _SMALL, MUTED)
    board.bar((board.left, base, board.right - board.left, 0.8), RULE)


def _legend(board: _Board, chart: StackedChart, top: float) -> float:
    """A swatch and a name for each part, from the left; none for a single part."""
    if len(chart.series) < 2:
        return top
    x, middle, side = board.left, top + 5.0, 9.0
    for index, series in enumerate(chart.series):
        line = board.line(series.label, _SMALL)
        board.bar((x, middle - side / 2.0, side, side), COLOURS[index % len(COLOURS)])
        board.put(line, x + side + 4.0, middle, _SMALL, MUTED)
        x += side + 4.0 + line.width + 14.0
    return top + _LEGEND_HEIGHT


def _shown(board: _Board, chart: StackedChart, slot: float) -> frozenset[int]:
    """The stacks that carry words: all, or every second, third … counted back from the last."""
    count = len(chart.keys)
    widest = max(_widths(board, (*chart.labels, *(str(t) for t in chart.totals))))
    step = next((s for s in range(1, count + 1) if s * slot >= widest + _GAP), count)
    return frozenset(range(count - 1, -1, -step))


def _widths(board: _Board, texts: Iterable[str]) -> list[float]:
    return [board.line(text, _LABEL).width for text in texts]

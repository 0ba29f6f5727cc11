"""Pictures of the library: counts and trend as PNG with their hit areas, and as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.errors import UnreadableInputError
from core.infra.atomic_files import write_atomically
from core.services.fonts import font_set
from core.services.library.cockpit import CountBy, counts, trend
from core.services.library.members import kind_label, kinds
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.charts.model import Chart

WIDTH: Final = 420.0
HEIGHT: Final = 260.0
_FINE: Final = 3.0
_OTHERS: Final = {CountBy.OFFICE: "个街镇、园区", CountBy.INDUSTRY: "个行业"}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a bar stands, in fractions of the picture: `box` the bar itself, `slot` the room to click on.

    `key` is what a click filters by (a `CountLine.key`, or a roster's number), `series` the kind in a trend.
    `is_rest`: the line that sums up bars without room; it has no key.
    """

    key: str
    series: str
    label: str
    value: int
    box: tuple[float, float, float, float]
    slot: tuple[float, float, float, float]
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """A chart as PNG: its size in pixels and its bars."""

    png: bytes
    width: int
    height: int
    spots: tuple[Spot, ...]

    def spot_at(self, x: float, y: float) -> Spot | None:
        """The bar whose room holds that point, given in fractions of the picture."""
        for spot in self.spots:
            left, top, width, height = spot.slot
            if left <= x < left + width and top <= y < top + height:
                return spot
        return None


def counts_picture(
    ws: Workspace, by: CountBy, *, width: float = WIDTH, height: float = HEIGHT, scale: float = 1.0,
    as_of: date | None = None, title: str | None = None,
) -> ChartPicture:
    """The members counted by one side; `scale` is the screen's pixels for a pixel of the layout.

    `title` None writes a plain one; a blank one leaves the head away.
    """
    return _picture(ws, _counts_chart(ws, by, as_of, title), width, height, scale)


def trend_picture(
    ws: Workspace, *, width: float = WIDTH, height: float = HEIGHT, scale: float = 1.0, title: str | None = None
) -> ChartPicture:
    """How many units stood on each roster, by kind."""
    return _picture(ws, _trend_chart(ws, title), width, height, scale)


def save_counts(ws: Workspace, by: CountBy, out: Path, *, as_of: date | None = None) -> Path:
    """Write the picture of the counts, every bar shown; `.png` or `.pdf`.

    Raises:
        UnreadableInputError: another kind of file is asked for.
        StoreError: the file cannot be written.
    """
    from core.documents.charts.layout import full_height

    chart = _counts_chart(ws, by, as_of, None)
    return _save(ws, chart, out, full_height(chart))


def save_trend(ws: Workspace, out: Path) -> Path:
    """Write the picture of the trend; `.png` or `.pdf`. Raises as `save_counts`."""
    return _save(ws, _trend_chart(ws, None), out, HEIGHT)


def _counts_chart(ws: Workspace, by: CountBy, as_of: date | None, title: str | None) -> Chart:
    from core.documents.charts.model import Bar, BarChart

    when = f"（{as_of.isoformat()}）" if as_of else ""
    bars = tuple(Bar(line.key, line.label, line.count) for line in counts(ws, by, as_of))
    head = f"在库单位按{by.label}{when}" if title is None else title
    return BarChart(head, bars if any(b.value for b in bars) else (), others=_OTHERS.get(by, "项"))


def _trend_chart(ws: Workspace, title: str | None) -> Chart:
    from core.documents.charts.model import Series, StackedChart

    lines = trend(ws)
    return StackedChart(
        "历期名单的单位数" if title is None else title,
        tuple(str(line.number) for line in lines),
        tuple(f"{line.closed_on.year}.{line.closed_on.month}" for line in lines),
        tuple(
            Series(kind, kind_label(ws, kind), tuple(line.by_kind.get(kind, 0) for line in lines))
            for kind in kinds(ws)
        ),
    )


def _picture(ws: Workspace, chart: Chart, width: float, height: float, scale: float) -> ChartPicture:
    from core.documents.charts.paint import picture

    found = picture(chart, font_set(ws), width, height, scale)
    return ChartPicture(
        found.png, found.width, found.height,
        tuple(
            Spot(
                a.key, a.series, a.label, a.value, (a.bar.x, a.bar.y, a.bar.width, a.bar.height),
                (a.slot.x, a.slot.y, a.slot.width, a.slot.height), a.is_rest,
            )
            for a in found.areas
        ),
    )


def _save(ws: Workspace, chart: Chart, out: Path, height: float) -> Path:
    from core.documents.charts.paint import chart_pdf, picture

    kind = out.suffix.lower()
    if kind not in (".png", ".pdf"):
        raise UnreadableInputError(f"图只能存为.png或.pdf，“{out.name}”不是，请改文件名。")
    out.parent.mkdir(parents=True, exist_ok=True)
    fonts = font_set(ws)
    if kind == ".pdf":
        write_atomically(out, chart_pdf(chart, fonts, WIDTH, height))
    else:
        write_atomically(out, picture(chart, fonts, WIDTH, height, _FINE).png)
    return out

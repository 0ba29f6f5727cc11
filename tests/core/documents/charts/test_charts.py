"""Charts: what is painted stands where the hit areas say, in figures that can be read."""

from __future__ import annotations

import io
from itertools import combinations

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image

from core.documents.charts.layout import COLOURS, draw, full_height
from core.documents.charts.model import Bar, BarChart, Chart, DrawnChart, HitArea, Series, StackedChart, Text
from core.documents.charts.paint import Picture, chart_pdf, picture
from tests.core.documents.printing import fonts, squeeze

_WIDTH, _HEIGHT = 420.0, 260.0
KINDS = BarChart(
    "按类别",
    (Bar("green-factory", "绿色工厂", 123), Bar("green-supply-chain", "绿色供应链管理企业", 17),
     Bar("green-park", "绿色工业园区", 0)),
)
OFFICES = BarChart(
    "按街镇、园区", tuple(Bar(f"o{n}", f"第{n}街道办事处", 60 - 2 * n) for n in range(30)), others="个街镇、园区"
)
TREND = StackedChart(
    "历期名单", tuple(str(n) for n in range(1, 21)), tuple(f"{2017 + n // 2}.{12 if n % 2 else 6}" for n in range(20)),
    (Series("green-factory", "绿色工厂", tuple(10 + 6 * n for n in range(20))),
     Series("green-supply-chain", "绿色供应链管理企业", tuple(2 + n for n in range(20))),
     Series("green-park", "绿色工业园区", tuple(n // 3 for n in range(20)))),
)
_TRANSPORT = "铁路、船舶、航空航天和其他运输设备制造业"
LONG = BarChart("按行业", (Bar("37", _TRANSPORT * 3, 3), Bar("34", "通用设备制造业", 5)))
CHARTS: dict[str, Chart] = {
    "kinds": KINDS, "offices": OFFICES, "trend": TREND, "long": LONG, "none": BarChart("按层级", ()),
    "no roster": StackedChart("历期名单", (), (), ()),
    "zero": BarChart("按层级", (Bar("city", "市级", 0), Bar("nation", "国家级", 0))),
    "one": BarChart("按类别", (Bar("green-factory", "绿色工厂", 5),)),
}


def _image(found: Picture) -> Image.Image:
    return Image.open(io.BytesIO(found.png)).convert("RGB")


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour))


def _colour(image: Image.Image, area: HitArea) -> tuple[int, ...]:
    x = (area.bar.x + area.bar.width / 2) * image.width
    y = (area.bar.y + area.bar.height / 2) * image.height
    found = image.getpixel((int(x), int(y)))
    return found if isinstance(found, tuple) else ()


def _words(chart: Chart) -> str:
    document = pypdfium2.PdfDocument(chart_pdf(chart, fonts(), _WIDTH, _HEIGHT))
    try:
        return squeeze(document[0].get_textpage().get_text_range())
    finally:
        document.close()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_bar_is_painted_where_its_area_says(scale: float) -> None:
    found = picture(KINDS, fonts(), _WIDTH, _HEIGHT, scale)
    image = _image(found)
    assert image.size == (found.width, found.height)
    assert image.size == (int(_WIDTH * scale), int(_HEIGHT * scale))
    assert [(a.key, a.label, a.value) for a in found.areas] == [(b.key, b.label, b.value) for b in KINDS.bars]
    assert [_colour(image, a) == _rgb(COLOURS[0]) for a in found.areas] == [True, True, False]
    for area in found.areas:
        assert area.slot.holds(area.bar.x, area.bar.y)


def test_the_parts_of_a_stack_have_their_colours_and_areas() -> None:
    found = picture(TREND, fonts(), _WIDTH, _HEIGHT, 2.0)
    image = _image(found)
    last = [a for a in found.areas if a.key == "20"]
    assert [a.series for a in last] == ["green-factory", "green-supply-chain", "green-park"]
    assert [a.value for a in last] == [124, 21, 6]
    assert [_colour(image, a) for a in last] == [_rgb(c) for c in COLOURS[:3]]
    assert sum(a.bar.height for a in last) == pytest.approx(_tallest(found.areas))


def _tallest(areas: tuple[HitArea, ...]) -> float:
    heights: dict[str, float] = {}
    for area in areas:
        heights[area.key] = heights.get(area.key, 0.0) + area.bar.height
    return max(heights.values())


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = draw(OFFICES, fonts(), _WIDTH, full_height(OFFICES))
    assert len(drawn.areas) == 30
    unit = drawn.areas[0].bar.width / 60
    assert [a.bar.width for a in drawn.areas] == pytest.approx([a.value * unit for a in drawn.areas])


def test_bars_without_room_are_folded_and_their_sum_is_told() -> None:
    drawn = draw(OFFICES, fonts(), _WIDTH, _HEIGHT)
    *shown, rest = drawn.areas
    assert 8 <= len(shown) < 30
    left = OFFICES.bars[len(shown) :]
    assert (rest.key, rest.is_rest, rest.value, rest.bar.width) == ("", True, sum(b.value for b in left), 0.0)
    assert rest.label == f"其余{len(left)}个街镇、园区"
    assert f"{rest.label}{rest.value}" in _words(OFFICES)


def test_words_and_numbers_are_text_with_real_glyphs() -> None:
    text = _words(KINDS)
    for wanted in ("按类别", "单位：家", "123", "17", "绿色供应链管理企业"):
        assert wanted in text
    rare = BarChart("按单位", (Bar("x", "𠮷田𬭩业", 3),))
    assert "𠮷田𬭩业" in _words(rare)
    assert b"/FontFile2" in chart_pdf(rare, fonts(), _WIDTH, _HEIGHT)
    assert "暂无数据" in _words(CHARTS["none"])
    assert "暂无数据" in _words(CHARTS["no roster"])


def test_long_words_end_in_dots_and_short_ones_stay_whole() -> None:
    lines = [t.line.text for t in draw(LONG, fonts(), _WIDTH, _HEIGHT).texts]
    assert "通用设备制造业" in lines
    assert any(line.endswith("…") and line.startswith("铁路、船舶") for line in lines)


@pytest.mark.parametrize("size", [(420.0, 260.0), (300.0, 200.0), (900.0, 500.0)])
@pytest.mark.parametrize("name", CHARTS)
def test_nothing_overlaps_or_leaves_the_picture(name: str, size: tuple[float, float]) -> None:
    drawn = draw(CHARTS[name], fonts(), *size)
    for rect in drawn.rects:
        assert rect.x >= 0
        assert rect.x + rect.width <= size[0]
        assert rect.y >= 0
        assert rect.y + rect.height <= size[1] + 0.01
    boxes = [(t.line.text, _box(t)) for t in drawn.texts]
    for text, (left, top, right, bottom) in boxes:
        assert left >= 0 <= top, text
        assert right <= size[0], text
        assert bottom <= size[1], text
    touching = [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if _touch(one, other)]
    assert touching == []
    assert _covered(drawn) == []


def _box(text: Text) -> tuple[float, float, float, float]:
    size = text.line.marks[0].size
    return text.x, text.baseline - 0.8 * size, text.x + text.line.width, text.baseline + 0.08 * size


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _covered(drawn: DrawnChart) -> list[str]:
    """Words that a bar runs through."""
    bars = [(r.x, r.y, r.x + r.width, r.y + r.height) for r in drawn.rects if r.width > 0 < r.height]
    return [t.line.text for t in drawn.texts for b in bars if _touch(_box(t), b)]


def test_the_same_chart_is_the_same_bytes() -> None:
    one, two = (picture(TREND, fonts(), _WIDTH, _HEIGHT) for _ in range(2))
    assert one == two
    assert chart_pdf(TREND, fonts(), 300, 200) == chart_pdf(TREND, fonts(), 300, 200)


def test_colours_differ_in_lightness() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (c / 255 for c in bytes.fromhex(colour))
        return 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue

    first, second, third = (lightness(c) for c in COLOURS[:3])
    assert second > 2 * first
    assert third > 2 * first

"""Laid-out pages, measured: nothing overlaps, nothing is cut off, tables go on with their heads."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from core.documents.model import (
    Align,
    Block,
    Cell,
    Document,
    KeepTogether,
    PageBreak,
    Paragraph,
    Row,
    SignatureBlock,
    Signoff,
    Style,
    Table,
    VerticalAlign,
    runs,
)
from core.documents.pdf.foot import ROW_CAME_FROM, ROW_GOES_ON, TABLE_GOES_ON
from core.documents.pdf.layout import layout
from core.documents.pdf.page import POINTS_PER_MM, Box, Page
from core.documents.pdf.signature import SEAL_DIAMETER
from core.documents.products.official import BODY
from tests.core.documents.measures import crossed, crowded_seals, extent, faults, outside, overlapping
from tests.core.documents.printing import fonts

_SEAL = SEAL_DIAMETER * POINTS_PER_MM


def _document(*blocks: Block) -> Document:
    return Document("试", tuple(blocks))


def _texts(page: Page) -> list[str]:
    return [p.line.text for p in page.texts]


def _table(count: int, height: float = 20.0) -> Table:
    head = Row((Cell(0, runs("表头")),), repeats=True)
    return Table((1.0,), (head, *(Row((Cell(0, runs(f"第{n}行")),), height) for n in range(count))))


def test_a_table_goes_on_under_its_repeated_head() -> None:
    pages = layout(_document(_table(30)), fonts())
    assert len(pages) == 3
    assert all(_texts(page)[0] == "表头" for page in pages)
    assert [TABLE_GOES_ON in _texts(page) for page in pages] == [False, True, True]
    assert [t for page in pages for t in _texts(page) if t.startswith("第")] == [f"第{n}行" for n in range(30)]


def test_no_row_stands_alone_on_the_last_page() -> None:
    room = int((225 - 7.5) // 10)
    pages = layout(_document(_table(room + 1, 10.0)), fonts())
    assert [sum(t.startswith("第") for t in _texts(p)) for p in pages] == [room - 1, 2]


def test_a_row_longer_than_a_page_flows_on_whole() -> None:
    text = "".join(f"（{n}）节能降碳" for n in range(600))
    row = Row((Cell(0, runs("栏目")), Cell(1, runs(text), Style(), vertical=VerticalAlign.TOP)))
    pages = layout(_document(Table((1.0, 5.0), (row,))), fonts())
    assert len(pages) > 1
    said = (ROW_GOES_ON, ROW_CAME_FROM)
    shown = "".join(t for page in pages for t in _texts(page) if t not in ("栏目", *said) and not t.startswith("—"))
    assert shown == text
    assert all("栏目" in _texts(page) for page in pages)
    assert [ROW_CAME_FROM in _texts(page) for page in pages] == [False, *[True] * (len(pages) - 1)]
    assert [ROW_GOES_ON in _texts(page) for page in pages] == [*[True] * (len(pages) - 1), False]
    assert all(crossed(page) == [] for page in pages)


def test_rows_tied_by_a_span_part_only_where_no_page_holds_them() -> None:
    tall = [Row((Cell(1, runs(f"第{n}行")),), 30.0) for n in range(1, 12)]
    first = Row((Cell(0, runs("单位"), rows=12), Cell(1, runs("第0行"))), 30.0)
    pages = layout(_document(Table((1.0, 3.0), (first, *tall))), fonts())
    assert [t for page in pages for t in _texts(page) if t.startswith("第")] == [f"第{n}行" for n in range(12)]
    assert all("单位" in _texts(page) for page in pages)


def test_blocks_kept_together_turn_the_page_together() -> None:
    sign = SignatureBlock("意见", "同意。", ("经办人：",), "（盖章）", "年　月　日", 60.0)
    pages = layout(_document(_table(6, 20.0), KeepTogether((sign, sign))), fonts())
    assert [_texts(p).count("意见") for p in pages] == [0, 2]


def test_running_text_goes_on_without_a_word() -> None:
    pages = layout(_document(Paragraph(runs("请认真组织填报，" * 900))), fonts())
    assert len(pages) > 1
    assert all("续" not in text for page in pages for text in _texts(page))


def test_a_whole_seal_has_room_beside_the_signers_and_under_the_statement() -> None:
    long = "经核查，该单位符合绿色工厂培育条件，近三年没有负面准入清单所列情形，同意推荐。" * 6
    signers = ("经办人：李慧敏　022-29240016", "负责人：")
    sign = SignatureBlock("意见", long, signers, "（盖章）", "年　　月　　日", 20.0)
    (page,) = layout(_document(sign), fonts())
    placed = {p.line.text: p for p in page.texts}
    day, seal = placed["年　　月　　日"], placed["（盖章）"]
    middle = day.x + day.line.width / 2.0
    assert middle == pytest.approx(seal.x + seal.line.width / 2.0)
    bottom = max(y for _, _, _, y in page.rules)
    circle = Box(middle - _SEAL / 2.0, bottom - _SEAL - 2.0, _SEAL, _SEAL)
    assert circle.y < seal.baseline < day.baseline < circle.bottom
    assert circle.right < max(x for _, _, x, _ in page.rules)
    for text, line in placed.items():
        if line not in (day, seal):
            left, top, right, low = extent(line)
            assert right <= circle.x or low <= circle.y or left >= circle.right or top >= circle.bottom, text


def test_a_seal_on_a_signature_touches_neither_the_text_above_nor_the_page_number() -> None:
    for count in range(90, 118):
        text = Paragraph(runs("请按工作方案认真组织填报。" * count), Style(size=16.0, leading=1.8))
        page = layout(_document(text, Signoff("天津市宝坻区工业和信息化局", "2026年8月5日")), fonts())[-1]
        *_, above, name, day, number = page.texts
        middle = (extent(name)[3] + extent(day)[1]) / 2.0
        assert extent(above)[3] <= middle - _SEAL / 2.0 + 1.0
        assert middle + _SEAL / 2.0 <= extent(number)[1]


def test_an_official_page_has_22_lines_of_28_characters() -> None:
    pages = layout(_document(Paragraph(runs("绿色制造单位培育" * 400), BODY)), fonts())
    first = [p for p in pages[0].texts if not p.line.text.startswith("—")]
    assert len(first) == 22
    assert {len(p.line.text) for p in first} == {26, 28}
    right = (28.0 + 156.0) * POINTS_PER_MM
    assert all(extent(p)[2] == pytest.approx(right, abs=0.1) for p in first)


def test_a_signature_takes_the_end_of_the_text_with_it() -> None:
    for count in range(60, 110):
        text = Paragraph(runs("请按工作方案认真组织填报。" * count), Style(size=16.0, leading=1.8))
        last = layout(_document(text, Signoff("天津市宝坻区工业和信息化局", "2026年8月5日")), fonts())[-1]
        assert [t[:4] for t in _texts(last)[-3:]] == ["天津市宝", "2026", f"— {last.number} "[:4]]
        assert len(_texts(last)) >= 5


def test_page_numbers_stand_outside_and_start_at_one() -> None:
    pages = layout(_document(_table(1), PageBreak(), _table(1)), fonts())
    numbers = [next(p for p in page.texts if p.line.text.startswith("—")) for page in pages]
    assert [n.line.text for n in numbers] == ["— 1 —", "— 2 —"]
    middle = 105 * POINTS_PER_MM
    assert numbers[0].x > middle > numbers[1].x
    assert numbers[0].baseline > (37 + 225 + 7) * POINTS_PER_MM


def test_page_breaks_at_the_edges_make_no_empty_page() -> None:
    assert len(layout(_document(PageBreak(), _table(1), PageBreak()), fonts())) == 1


def test_the_measure_itself_notices_overlap_and_cutting() -> None:
    page = layout(_document(_table(2)), fonts())[0]
    first = page.texts[0]
    page.texts.append(first)
    page.rules[0.0, first.baseline - 4.0, 500.0, first.baseline - 4.0] = None
    assert overlapping(page) == ["表头 / 表头"]
    assert crossed(page) == ["crossed by a rule: 表头"] * 2


@pytest.mark.parametrize(("x", "y", "fault"), [
    (-30.0, 0.0, "beside the type area"), (420.0, 0.0, "beside the type area"), (0.0, -40.0, "above the type area"),
    (0.0, 640.0, "below the type area"), (0.0, 730.0, "where printers do not print"),
])
def test_the_measure_itself_notices_what_leaves_the_type_area(x: float, y: float, fault: str) -> None:
    document = _document(Paragraph(runs("绿色工厂"), Style(align=Align.LEFT)))
    (page,) = layout(document, fonts())
    assert outside(document, page) == []
    page.texts[0] = replace(page.texts[0], x=page.texts[0].x + x, baseline=page.texts[0].baseline + y)
    assert f"{fault}: 绿色工厂" in outside(document, page)


def test_the_measure_itself_notices_what_stands_where_a_seal_goes() -> None:
    sign = SignatureBlock("意见", "同意。", ("经办人：",), "（盖章）", "年　　月　　日")
    (page,) = layout(_document(sign), fonts())
    assert crowded_seals(page) == []
    signer = next(p for p in page.texts if p.line.text == "经办人：")
    page.texts.append(replace(signer, x=signer.x + 270.0))
    bottom = max(y for _, _, _, y in page.rules)
    page.rules[80.0, bottom - 60.0, 500.0, bottom - 60.0] = None
    assert crowded_seals(page) == ["no room for a seal: （盖章）", "under the seal: 经办人："]


def test_the_measure_itself_notices_what_is_lost() -> None:
    document = _document(Paragraph(runs("绿色工厂\n绿色园区")))
    (page,) = layout(document, fonts())
    assert faults(document, [page]) == []
    del page.texts[1]
    assert faults(document, [page]) == ["lost 1 of '绿'", "lost 1 of '色'", "lost 1 of '园'", "lost 1 of '区'"]
    moved = _document(_table(1))
    (page,) = layout(moved, fonts())
    page.rules[0.0, 100.0, 500.0, 100.0] = None
    assert any("rule" in fault for fault in faults(moved, [page]))


def _giving(rows: int, *after: Block) -> Document:
    return _document(KeepTogether((_table(rows, 10.0), *after), gives=True))


def test_rows_of_a_group_become_lower_to_fit_on_the_page() -> None:
    fitting, lowered, flowing = (layout(_giving(count), fonts()) for count in (21, 24, 27))
    assert [len(pages) for pages in (fitting, lowered, flowing)] == [1, 1, 2]
    edges = sorted({y for _, y, _, _ in lowered[0].rules})
    assert edges[-1] == pytest.approx((37 + 225) * POINTS_PER_MM, abs=0.1)
    assert min(b - a for a, b in pairwise(edges)) >= 0.86 * 7.5 * POINTS_PER_MM - 0.1
    assert not faults(_giving(24), lowered)


def test_places_to_sign_of_a_group_keep_room_for_a_seal() -> None:
    blocks = tuple(SignatureBlock("意见", "同意。", ("负责人：",), "（盖章）", "年　月　日", 80.0) for _ in range(3))
    document = _document(KeepTogether(blocks, gives=True))
    pages = layout(document, fonts())
    assert len(pages) == 1
    assert not faults(document, pages)


def test_a_group_moves_to_the_next_page_where_nothing_of_it_fits() -> None:
    document = _document(_table(20, 10.0), KeepTogether((_table(5, 10.0),), gives=True))
    pages = layout(document, fonts())
    assert [sum(t.startswith("第") for t in _texts(p)) for p in pages] == [20, 5]


@pytest.mark.parametrize(("fuller", "shown"), [(("长" * 60, "短甲", "短乙"), "短甲"), (("长" * 60,), "底"), ((), "底")])
def test_the_first_footer_that_fits_is_printed(fuller: tuple[str, ...], shown: str) -> None:
    document = replace(_document(Paragraph(runs("文"))), footer="底", fuller_footers=fuller)
    assert shown in _texts(layout(document, fonts())[0])


@pytest.mark.parametrize("above", [210.0, 214.0, 217.0])
def test_a_text_longer_than_a_page_begins_only_where_a_line_has_room(above: float) -> None:
    document = _document(_table(1, above), Paragraph(runs("文" * 1200), BODY))
    pages = layout(document, fonts())
    assert len(pages) > 2
    assert not faults(document, pages)


def test_places_to_sign_become_lower_rather_than_turn_the_page() -> None:
    blocks = tuple(SignatureBlock("意见", "同意。", ("负责人：",), "（盖章）", "年　月　日", 80.0) for _ in range(2))
    group = KeepTogether((KeepTogether(blocks),), gives=True)
    together, apart = (_document(_table(rows, 10.0), group) for rows in (9, 12))
    assert [len(layout(d, fonts())) for d in (together, apart)] == [1, 2]
    (signed,) = layout(apart, fonts())[1:]
    assert max(y for *_, y in signed.rules) == pytest.approx((37 + 160) * POINTS_PER_MM, abs=0.1)

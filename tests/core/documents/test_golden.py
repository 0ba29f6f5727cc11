"""Every product as it was last looked at and found good. `tools/golden.py` writes the golden pages anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from core.documents.model import Cell, Document, Paragraph, Row, Table, runs
from core.documents.pdf.writer import pdf_bytes
from tests.core.documents import golden_pages as golden
from tests.core.documents.printing import fonts
from tests.core.documents.products_table import BY_NAME


@pytest.mark.parametrize("name", BY_NAME)
def test_a_product_is_as_it_was_found_good(name: str) -> None:
    data = pdf_bytes(BY_NAME[name].make(), fonts())
    lines = golden.text_file(name).read_text(encoding="utf-8").splitlines()
    assert golden.differing_texts([golden.Stretch.read(line) for line in lines], golden.stretches(data)) == []
    pages = golden.pages_pictured(data)
    for page, found in zip(pages, golden.pictures(data), strict=True):
        with Image.open(golden.picture_file(name, page)) as wanted:
            assert golden.differing_pictures(wanted, found) == "", f"page {page + 1}"


def test_nothing_else_lies_among_the_golden_pages() -> None:
    known = set(BY_NAME)
    kept = [p for p in golden.GOLDEN.iterdir() if p.suffix in (".txt", ".png")]
    strange = [p.name for p in kept if p.stem.removesuffix(f".{p.stem.rsplit('.', 1)[-1]}") not in known and
               p.stem not in known]
    assert strange == []
    assert sum(p.stat().st_size for p in kept) < 4_000_000


def _page(text: str = "本单位承诺：所填数据真实、准确。", row: float = 30.0) -> Document:
    table = Table((1.0,), (Row((), row), Row((), 60.0)))
    framed = replace(table, rows=tuple(replace(r, cells=_cell()) for r in table.rows))
    return Document("试", (Paragraph(runs(text)), framed))


def _cell() -> tuple[Cell, ...]:
    return (Cell(0, runs("绿色工厂")),)


@pytest.mark.parametrize(
    "other",
    [
        lambda: _page("本单位承诺：所填数据真实、准。"), lambda: _page("本单位承诺：所填真实、准确。"),
        lambda: _page(row=31.0),
    ],
)
def test_the_comparison_notices_a_lost_word_and_a_rule_that_moved(other: Callable[[], Document]) -> None:
    one, two = (pdf_bytes(d, fonts()) for d in (_page(), other()))
    assert golden.differing_texts(golden.stretches(one), golden.stretches(two)) != []
    (wanted,), (found,) = golden.pictures(one), golden.pictures(two)
    assert "differs by" in golden.differing_pictures(wanted, found)


def test_the_comparison_forgives_other_shades_of_an_edge() -> None:
    data = pdf_bytes(_page(), fonts())
    (picture,) = golden.pictures(data)
    other = picture.point([max(0, v - 9) if 0 < v < 255 else v for v in range(256)])
    assert golden.differing_pictures(picture, other) == ""
    texts = golden.stretches(data)
    assert golden.differing_texts(texts, [replace(t, x=t.x + 0.4) for t in texts]) == []
    assert len(golden.differing_texts(texts, [replace(t, x=t.x + 0.6) for t in texts])) == len(texts)


def test_what_is_written_of_a_text_is_read_back() -> None:
    text = golden.Stretch(3, 28.04, 61.46, "第 一 行")
    assert golden.Stretch.read(text.written()) == replace(text, x=28.0, y=61.5)

"""What holds for every printed product, in short, usual and longest input."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from core.documents.model import Document
from core.documents.pdf.layout import layout
from core.documents.pdf.writer import pdf_bytes
from tests.core.documents.measures import faults
from tests.core.documents.printing import fonts, page_texts, squeeze
from tests.core.documents.products_table import BY_NAME, SAMPLES

_MACHINE_DATE = re.compile(r"20\d\d-\d\d-\d\d(?!\d)")


@pytest.mark.parametrize("name", BY_NAME)
def test_nothing_is_cut_crossed_overlapped_or_lost(name: str) -> None:
    document = BY_NAME[name].make()
    pages = layout(document, fonts())
    assert pages[0].texts
    assert faults(document, pages) == []


@pytest.mark.parametrize("name", BY_NAME)
def test_dates_are_written_as_people_write_them(name: str) -> None:
    """2026年6月1日, in narrow columns 2026.6.1; never 2026-06-01, as machines write."""
    data = pdf_bytes(BY_NAME[name].make(), fonts())
    assert [d for text in page_texts(data) for d in _MACHINE_DATE.findall(text)] == []


@pytest.mark.parametrize("name", BY_NAME)
def test_no_text_is_smaller_than_may_be(name: str) -> None:
    """8.5 points; codes, dates, figures and the words of the stamp 7.5; hints on blank forms 7.2 (`cells.SMALLEST`)."""
    marks = {m for page in layout(BY_NAME[name].make(), fonts()) for p in page.texts for m in p.line.marks}
    small = [m for m in marks if m.size < 8.5 - 1e-6]
    assert min((m.size for m in small), default=9.0) >= 7.2
    assert [m for m in small if m.size < 7.5 - 1e-6 and m.gray == 0.0] == []


@pytest.mark.parametrize("name", BY_NAME)
def test_the_text_comes_back_exactly_and_the_file_says_what_it_is(name: str) -> None:
    document = BY_NAME[name].make()
    data = pdf_bytes(document, fonts())
    assert page_texts(data) == _laid_out(document)
    read = pypdfium2.PdfDocument(data)
    about = read.get_metadata_dict()
    assert about["Title"] == document.title != ""
    assert about["Author"] == document.author
    assert str(PdfReader(io.BytesIO(data)).root_object["/Lang"]) == "zh-CN"
    assert {tuple(round(side) for side in page.get_size()) for page in read} <= {(595, 842), (842, 595)}


@pytest.mark.parametrize("name", BY_NAME)
def test_every_font_is_embedded(name: str) -> None:
    reader = PdfReader(io.BytesIO(pdf_bytes(BY_NAME[name].make(), fonts())))
    found = {}
    for page in reader.pages:
        found.update({str(f.get_object()["/BaseFont"]): f.get_object() for f in _fonts_of(page).values()})
    assert len(found) >= 3
    for font in found.values():
        (child,) = font["/DescendantFonts"]
        outlines = child["/FontDescriptor"]["/FontFile2"].get_data()
        assert outlines.startswith(b"\x00\x01\x00\x00")
        assert b"glyf" in outlines[:200]
        assert "/ToUnicode" in font


def _fonts_of(page: Any) -> dict[str, Any]:
    return dict(page["/Resources"].get_object()["/Font"].get_object())


@pytest.mark.parametrize("product", sorted({s.product for s in SAMPLES}))
def test_equal_inputs_give_equal_bytes_and_others_do_not(product: str) -> None:
    one, two = (BY_NAME[f"{product}.{how}"] for how in ("usual", "short"))
    first = pdf_bytes(one.make(), fonts())
    assert pdf_bytes(one.make(), fonts()) == first
    assert pdf_bytes(two.make(), fonts()) != first


def _laid_out(document: Document) -> list[str]:
    pages = layout(document, fonts())
    return [document.watermark + squeeze("".join(p.line.text for p in page.texts)) for page in pages]

"""Written PDFs, read back by another library."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from core.documents.model import Document, FontRole, Paragraph, Style, runs
from core.documents.pdf.content import used_characters
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.preview import page_text
from core.documents.pdf.writer import About, Sheaf, pdf_bytes, write_pdf, written
from core.domain.errors import StoreError
from tests.core.documents.printing import (
    FONTS,
    fonts,
    form_document,
    page_texts,
    sheet_document,
    squeeze,
)

RARE = "陈𠮷安、𫖯、㐀、\U0002ebf0、〇、ⅡΔ、tCO₂、m²、☑☐"


@pytest.mark.parametrize("role", list(FontRole))
def test_rare_characters_come_back_in_every_role(role: FontRole) -> None:
    document = Document("生僻字", (Paragraph(runs(RARE), Style(role)),))
    assert page_texts(pdf_bytes(document, fonts())) == [f"{RARE}—1—"]


def test_a_character_without_a_glyph_is_seen_and_still_reads_back() -> None:
    text = "甲\U0001f600\u200d\U000e0100乙"
    data = pdf_bytes(Document("无字形", (Paragraph(runs(text)),)), fonts())
    assert page_texts(data) == [f"{text}—1—"]
    assert _ink(data) > _ink(pdf_bytes(Document("无字形", (Paragraph(runs("甲　乙")),)), fonts()))


def _ink(data: bytes) -> int:
    """How many dark pixels the first page has."""
    page = pypdfium2.PdfDocument(data)[0]
    return sum(1 for value in bytes(page.render(scale=2, grayscale=True).buffer) if value < 128)


def test_every_font_is_embedded() -> None:
    reader = _read(pdf_bytes(form_document("green-factory", "usual"), fonts()))
    used = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert len({font["/BaseFont"] for font in used}) >= 4
    for font in used:
        (child,) = font["/DescendantFonts"]
        assert child.get_object()["/FontDescriptor"]["/FontFile2"].get_data()[:4] == b"\0\1\0\0"
    assert b"Helvetica" not in reader.stream.read()


def _read(data: bytes) -> Any:
    """Read by a library that refuses every table of objects, length or reference that is not exact."""
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def test_structure_and_properties_are_those_of_another_reader() -> None:
    names = ("括号(半\\边) 甲\U000231a0", "plain (ASCII)", "丽")
    sheaf = Sheaf(stream := io.BytesIO(), fonts())
    used = used_characters()
    for name in names:
        sheaf.add(written(Document(name, (Paragraph(runs(name)),)), fonts(), used), even=True)
    assert sheaf.page_count == 6
    sheaf.close(About(names[0], author=names[1], keywords=names), used, bookmarks=True)
    reader = _read(stream.getvalue())
    assert [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline] == [
        (name, 2 * place) for place, name in enumerate(names)
    ]
    assert [squeeze(page.extract_text()) for page in reader.pages] == [
        text for name in names for text in (f"{squeeze(name)}—1—", "")
    ]
    assert dict(reader.metadata or {}) == {
        "/Title": names[0], "/Author": names[1], "/Keywords": "，".join(names), "/Creator": "绿阶 GreenLadder",
        "/Producer": "GreenLadder",
    }
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/PageMode"]) == ("zh-CN", "/UseOutlines")
    assert root["/ViewerPreferences"] == {"/DisplayDocTitle": True, "/PrintScaling": "/None"}
    assert root["/Pages"]["/Count"] == 6


def test_the_number_of_a_file_is_its_contents() -> None:
    documents = [Document("号", (Paragraph(runs(text)),)) for text in ("甲", "乙", "甲")]
    numbers = [_read(pdf_bytes(document, fonts())).trailer["/ID"] for document in documents]
    assert numbers[0] == numbers[2] != numbers[1]
    assert len(numbers[0][0].original_bytes) == 16


def test_equal_documents_give_equal_bytes_also_from_other_fonts_in_memory() -> None:
    document = sheet_document("green-park", "usual")
    first = pdf_bytes(document, fonts())
    assert pdf_bytes(sheet_document("green-park", "usual"), FontSet.load(FONTS)) == first
    assert pdf_bytes(sheet_document("green-factory", "usual"), fonts()) != first


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "推荐表.pdf"
    write_pdf(sheet_document("green-factory", "usual"), path, fonts())
    document = pypdfium2.PdfDocument(path)
    about = document.get_metadata_dict()
    assert about["Title"] == "天津青禾流体装备有限公司 区级绿色制造单位推荐表"
    assert about["Author"] == "宝坻经济开发区"
    assert b"/Lang (zh-CN)" in path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["推荐表.pdf"]


def test_pages_are_a4() -> None:
    document = pypdfium2.PdfDocument(pdf_bytes(sheet_document("green-factory", "usual"), fonts()))
    assert [tuple(round(side) for side in page.get_size()) for page in document] == [(595, 842)] * 2


def test_a_folder_that_is_not_there_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="不存在"):
        write_pdf(sheet_document("green-factory", "usual"), tmp_path / "没有" / "a.pdf", fonts())
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_fits_on_any_usb_stick() -> None:
    assert len(pdf_bytes(sheet_document("green-factory", "usual"), fonts())) < 400_000


def test_a_tab_between_figures_does_not_vanish_on_paper(tmp_path: Path) -> None:
    path = tmp_path / "表.pdf"
    write_pdf(Document("表", (Paragraph(runs("产量12\t34吨"), Style(FontRole.FANG, 16.0)),)), path, fonts())
    assert "1234" not in page_text(path, 0)

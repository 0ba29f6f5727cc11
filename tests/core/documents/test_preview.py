"""Pages as pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.documents.pdf.preview import page_count, page_text, render_page
from core.documents.pdf.writer import write_pdf
from core.domain.errors import UnreadableInputError
from tests.core.documents.printing import fonts, sheet_document


def test_a_page_becomes_a_picture_of_its_size(tmp_path: Path) -> None:
    path = tmp_path / "表.pdf"
    write_pdf(sheet_document("green-factory", "usual"), path, fonts())
    assert page_count(path) == 2
    assert "区级绿色制造单位推荐表" in page_text(path, 0)
    assert "同意推荐" in page_text(path, 1)
    width, height, pixels = render_page(path, 1, 1.5)
    assert (width, height) == (893, 1263)
    assert len(pixels) == width * height * 4
    assert set(pixels[3::4]) == {255}
    assert min(pixels[0::4]) < 60
    assert pixels[:4] == b"\xff\xff\xff\xff"


def test_what_is_no_pdf_is_named(tmp_path: Path) -> None:
    path = tmp_path / "坏.pdf"
    with pytest.raises(UnreadableInputError, match=r"坏\.pdf"):
        page_count(path)
    path.write_bytes(b"%PDF-1.4 broken")
    with pytest.raises(UnreadableInputError, match=r"坏\.pdf"):
        render_page(path, 0, 1.0)


def test_a_page_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "表.pdf"
    write_pdf(sheet_document("green-factory", "usual"), path, fonts())
    with pytest.raises(UnreadableInputError, match="第3页"):
        render_page(path, 2, 1.0)
    with pytest.raises(UnreadableInputError, match="第3页"):
        page_text(path, 2)

"""The code above the type area: read back by another program from clean and from worn pages, and never in the way."""

from __future__ import annotations

import hashlib
import io
import random
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from core.documents.model import FORM_PAGE, LANDSCAPE_PAGE, OFFICIAL_PAGE, Document, PageSetup, Paragraph, Stamp, runs
from core.documents.pdf.layout import layout
from core.documents.pdf.page import POINTS_PER_MM
from core.documents.pdf.writer import pdf_bytes
from core.domain.paper_code import PaperCode, PaperKind
from tests.core.documents.printing import fonts, form_document, page_texts, sheet_document, squeeze

_DIGEST = hashlib.sha256(b"paper").hexdigest()
_CODE = PaperCode(PaperKind.RECOMMENDATION, _DIGEST[:32], 137, _DIGEST)
_STAMP = Stamp(_CODE.payload, _CODE.short)
_DUST = 1000


def _stamped(document: Document) -> Document:
    return replace(document, stamp=_STAMP)


def _pages(document: Document, dots: int) -> list[Image.Image]:
    opened = pypdfium2.PdfDocument(pdf_bytes(document, fonts()))
    try:
        return [page.render(scale=dots / 72).to_pil().convert("L") for page in opened]
    finally:
        opened.close()


def _copied(page: Image.Image, degrees: float) -> Image.Image:
    """The page as it lay askew on a copier, a little out of focus, with dust on the glass, kept as a small JPEG."""
    turned = page.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255).filter(
        ImageFilter.GaussianBlur(1.0)
    )
    chance = random.Random(7)
    for _ in range(turned.width * turned.height // _DUST):
        turned.putpixel((chance.randrange(turned.width), chance.randrange(turned.height)), chance.choice((0, 255)))
    kept = io.BytesIO()
    turned.save(kept, "JPEG", quality=55)
    return Image.open(kept)


def _read(page: Image.Image) -> list[str]:
    return [str(found.text) for found in zxingcpp.read_barcodes(page)]


@pytest.mark.parametrize("dots", [150, 200])
@pytest.mark.parametrize("degrees", [-2.0, 0.0, 2.0])
def test_every_page_is_read_also_from_a_poor_copy(dots: int, degrees: float) -> None:
    for page in _pages(_stamped(sheet_document("green-factory", "usual")), dots):
        assert _read(page) == [_STAMP.payload]
        assert _read(_copied(page, degrees)) == [_STAMP.payload]


def test_it_is_read_with_a_corner_under_ink() -> None:
    (page,) = _pages(Document("章", (Paragraph(runs("正文")),), FORM_PAGE, stamp=_STAMP), 150)
    (found,) = zxingcpp.read_barcodes(page)
    corner, size = found.position.bottom_right, (found.position.top_right.x - found.position.top_left.x) // 5
    page.paste(0, (corner.x - size, corner.y - size, corner.x, corner.y))
    assert _read(page) == [_STAMP.payload]


@pytest.mark.parametrize("setup", [OFFICIAL_PAGE, FORM_PAGE, LANDSCAPE_PAGE])
def test_it_keeps_to_the_margin_on_both_sides_of_the_sheet(setup: PageSetup) -> None:
    for number in (1, 2):
        (page,) = layout(Document("边", (Paragraph(runs("正文")),), setup, stamp=_STAMP, first_page=number), fonts())
        left = setup.left(number) * POINTS_PER_MM
        right, bottom = left + setup.body_width * POINTS_PER_MM, setup.top * POINTS_PER_MM
        boxes = [box for box, _ in page.fills]
        assert max(box.right for box in boxes) == pytest.approx(right)
        assert bottom - 4.0 * POINTS_PER_MM < max(box.bottom for box in boxes) <= bottom - 2.2 * POINTS_PER_MM
        assert min(box.y for box in boxes) >= 6.0 * POINTS_PER_MM
        assert min(box.width for box in boxes) >= 0.4 * POINTS_PER_MM
        words = [text for text in page.texts if text.baseline < bottom]
        assert [squeeze(text.line.text) for text in words] == [_STAMP.code, "扫码或输入编号核对"]
        quiet = 4 * 0.55 * POINTS_PER_MM
        assert all(text.x + text.line.width <= min(box.x for box in boxes) - quiet for text in words)
        assert all(text.x >= left for text in words)


@pytest.mark.parametrize("how", ["short", "longest"])
def test_the_type_area_is_as_without_it(how: str) -> None:
    document = form_document("green-park", how)
    plain, stamped = layout(document, fonts()), layout(_stamped(document), fonts())
    assert len(plain) == len(stamped)
    for before, after in zip(plain, stamped, strict=True):
        assert after.texts[: len(before.texts)] == before.texts
        assert after.rules == before.rules


def test_the_text_of_a_stamped_page_still_comes_back_exactly() -> None:
    document = _stamped(sheet_document("green-factory", "usual"))
    laid = [squeeze("".join(text.line.text for text in page.texts)) for page in layout(document, fonts())]
    assert page_texts(pdf_bytes(document, fonts())) == laid
    assert all(_STAMP.code in text for text in laid)


def test_equal_stamps_give_equal_bytes() -> None:
    document = _stamped(sheet_document("green-park", "usual"))
    assert pdf_bytes(document, fonts()) == pdf_bytes(_stamped(sheet_document("green-park", "usual")), fonts())

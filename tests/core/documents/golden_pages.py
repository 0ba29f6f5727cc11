"""Golden pages: what stands where on every page, and how it looks; written by `tools/golden.py`, compared by the tests.

Texts are read back from the PDF by another library: a line for each stretch of characters on one baseline, with page, x
and y in millimetres from the top left. They must agree exactly, their places within `PLACE`.

Pictures are gray, `DPI` dots an inch, 16 shades. Two agree when they differ by at most `MEAN` of 255 on average, and no
block of 8×8 dots (4 mm) by more than `BLOCK` on average: another version of the renderer shades edges a little
differently (by 9 of 255, say), but a missing character changes its block by 38, a rule that moved by 1 mm by 64.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageChops, ImageStat

GOLDEN: Final = Path(__file__).parent / "golden"
#: Millimetres by which a text may stand elsewhere.
PLACE: Final = 0.5
DPI: Final = 54
MEAN: Final = 1.5
BLOCK: Final = 12.0
_BLOCK_SIDE: Final = 8
_SHADES: Final = 17
_MM: Final = 25.4 / 72.0
_ON_ONE_LINE: Final = 0.05
_GAP: Final = 1.35
#: Longer documents keep their first pages and the last.
MOST_PAGES: Final = 9
_FIRST_PAGES: Final = 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters on one baseline: page counted from 1, left end of the baseline in millimetres, the text."""

    page: int
    x: float
    y: float
    text: str

    def written(self) -> str:
        """`3 28.0 61.5 第一行`."""
        return f"{self.page} {self.x:.1f} {self.y:.1f} {self.text}"

    @classmethod
    def read(cls, line: str) -> Stretch:
        """What `written` has written."""
        page, x, y, text = line.split(" ", 3)
        return cls(int(page), float(x), float(y), text)


def kept_pages(count: int) -> tuple[int, ...]:
    """The pages, counted from 0, that are kept of a document: all of a short one."""
    return tuple(range(count)) if count <= MOST_PAGES else (*range(_FIRST_PAGES), count - 1)


def pictured_pages(count: int) -> tuple[int, ...]:
    """The pages, counted from 0, that are kept as pictures: the first, the second and the last."""
    return tuple(sorted({0, min(1, count - 1), count - 1}))


def stretches(data: bytes) -> list[Stretch]:
    """The texts of the kept pages, in the order in which they were written."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [s for index in kept_pages(len(document)) for s in _of_page(document[index], index + 1)]
    finally:
        document.close()


def _of_page(page: Any, number: int) -> Iterator[Stretch]:
    height = page.get_height()
    text = ""
    start = last = (0.0, 0.0)
    for character, x, y, size in _characters(page.get_textpage()):
        goes_on = text and abs(y - last[1]) < _ON_ONE_LINE and 0.0 <= x - last[0] < _GAP * size
        if text and not goes_on:
            yield Stretch(number, start[0] * _MM, (height - start[1]) * _MM, text)
            text = ""
        if not text:
            start = (x, y)
        text += character
        last = (x, y)
    if text:
        yield Stretch(number, start[0] * _MM, (height - start[1]) * _MM, text)


def _characters(page: Any) -> Iterator[tuple[str, float, float, float]]:
    """Each character with its origin and size; those that the reader makes up (line ends) are left out."""
    raw, x, y, high = page.raw, ctypes.c_double(), ctypes.c_double(), 0
    for index in range(page.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        if code <= 0x20 or pdfium.FPDFText_IsGenerated(raw, index) == 1:
            continue
        pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
        yield chr(code), x.value, y.value, pdfium.FPDFText_GetFontSize(raw, index)


def pictures(data: bytes) -> list[Image.Image]:
    """The pictured pages."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [picture_of(document[index], DPI) for index in pictured_pages(len(document))]
    finally:
        document.close()


def picture_of(page: Any, dpi: int) -> Image.Image:
    """A page in 16 shades of gray."""
    image: Image.Image = page.render(scale=dpi / 72.0, grayscale=True).to_pil()
    return image.convert("L").point([min(255, (v + _SHADES // 2) // _SHADES * _SHADES) for v in range(256)])


def save_picture(image: Image.Image, path: Path) -> None:
    """As small a PNG as 16 shades allow: four bits a dot."""
    small = Image.frombytes("P", image.size, bytes(v // _SHADES for v in image.tobytes()))
    small.putpalette([v for n in range(16) for v in (n * _SHADES,) * 3])
    small.save(path, optimize=True, bits=4)


def differing_texts(wanted: Sequence[Stretch], found: Sequence[Stretch]) -> list[str]:
    """Sentences about texts that are not what or where they should be; the first ten."""
    differences = [
        f"wanted {one.written()} / found {other.written()}"
        for one, other in zip(wanted, found, strict=False)
        if (one.page, one.text) != (other.page, other.text)
        or abs(one.x - other.x) > PLACE or abs(one.y - other.y) > PLACE
    ]
    if len(wanted) != len(found):
        differences.append(f"wanted {len(wanted)} texts / found {len(found)}")
    return differences[:10]


def differing_pictures(wanted: Image.Image, found: Image.Image) -> str:
    """A sentence about two pictures that do not agree; blank for two that do."""
    if wanted.size != found.size:
        return f"wanted {wanted.size} dots / found {found.size}"
    difference = ImageChops.difference(wanted.convert("L"), found.convert("L"))
    mean = ImageStat.Stat(difference).mean[0]
    blocks = difference.reduce(_BLOCK_SIDE)
    worst = int(str(blocks.getextrema()[1]))
    if mean <= MEAN and worst <= BLOCK:
        return ""
    places = (n for n, v in enumerate(blocks.tobytes()) if v == worst)
    place = next(places)
    x, y = (v * _BLOCK_SIDE * 25.4 / DPI for v in (place % blocks.width, place // blocks.width))
    return f"differs by {mean:.2f} on average, by {worst} in a block at {x:.0f}, {y:.0f} mm"


def text_file(name: str) -> Path:
    """Where the texts of a sample are kept."""
    return GOLDEN / f"{name}.txt"


def picture_file(name: str, page: int) -> Path:
    """Where the picture of a page, counted from 0, is kept."""
    return GOLDEN / f"{name}.{page + 1}.png"


def pages_pictured(data: bytes) -> tuple[int, ...]:
    """The pictured pages of a PDF, counted from 0."""
    document = pypdfium2.PdfDocument(data)
    try:
        return pictured_pages(len(document))
    finally:
        document.close()

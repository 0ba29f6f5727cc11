"""A book of given files, bound and read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image
from pypdf import PdfReader

from core.documents.binding import own_pages
from core.documents.binding.assembling import bind
from core.documents.binding.model import BookPlan, Bound, EvidenceFile
from core.documents.model import Document, PageBreak, Paragraph, Title, runs
from tests.core.documents.printing import fonts, squeeze

FORM_PAGES = 2
#: Cover, contents and the form stand before the evidence.
BEFORE = 2 + FORM_PAGES


@dataclass(frozen=True)
class Book:
    """A bound book."""

    path: Path
    bound: Bound

    @property
    def reader(self) -> PdfReader:
        return PdfReader(self.path)

    def texts(self) -> list[str]:
        """The text of each page without white space."""
        document = pypdfium2.PdfDocument(self.path)
        try:
            return [squeeze(page.get_textpage().get_text_range()) for page in document]
        finally:
            document.close()

    def image(self, index: int, scale: float = 0.5) -> Image.Image:
        """A page, counted from 0, as it looks."""
        document = pypdfium2.PdfDocument(self.path)
        try:
            image: Image.Image = document[index].render(scale=scale).to_pil().convert("RGB")
            return image
        finally:
            document.close()

    def outline(self) -> list[tuple[int, str, int]]:
        """Level, title and page (from 1) of each bookmark."""
        document = pypdfium2.PdfDocument(self.path)
        try:
            return [(b.level, str(b.get_title()), int(b.get_dest().get_index()) + 1) for b in document.get_toc()]
        finally:
            document.close()


def files(folder: Path, *given: tuple[str, bytes | None]) -> tuple[EvidenceFile, ...]:
    """Files of evidence, numbered as given; None stands for one that the store lost."""
    made = []
    for number, (name, data) in enumerate(given, start=1):
        path = None if data is None else folder / f"{number}-{name}"
        if path is not None and data is not None:
            path.write_bytes(data)
        made.append(EvidenceFile(number, f"材料{number}", name, path))
    return tuple(made)


def plan_of(evidence: Sequence[EvidenceFile]) -> BookPlan:
    """A book with a form of two pages."""
    blocks = (Title("培育表"), Paragraph(runs("第一页")), PageBreak(), Paragraph(runs("第二页")))
    form = Document("培育表", blocks)
    cover = own_pages.cover("培育表及佐证材料", (("单位名称", "某厂"),), "2026年11月23日", "", "")
    return BookPlan(
        "某厂 培育表及佐证材料", "某街道", cover,
        (("培育表", lambda first: replace(form, first_page=first)),), tuple(evidence),
    )


def bound(
    folder: Path, *given: tuple[str, bytes | None], told: Callable[[int, int], None] = lambda _done, _total: None,
    **changes: Any,
) -> Book:
    """Bind those files."""
    out = folder / "合订本.pdf"
    return Book(out, bind(replace(plan_of(files(folder, *given)), **changes), out, fonts(), told))


def centre(image: Image.Image, color: tuple[int, int, int], tolerance: int = 40) -> tuple[float, float] | None:
    """Where on the page a colour lies: the middle of it as shares of width and height, or None."""
    found = [
        (x, y) for y in range(image.height) for x in range(image.width)
        if all(abs(a - b) < tolerance for a, b in zip(image.getpixel((x, y)), color, strict=True))  # type: ignore[arg-type]
    ]
    if not found:
        return None
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return (min(xs) + max(xs)) / 2 / image.width, (min(ys) + max(ys)) / 2 / image.height

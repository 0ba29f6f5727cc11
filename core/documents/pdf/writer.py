"""Writes a laid-out document as PDF: fonts embedded as subsets, the same bytes for the same document."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.documents.model import Document
from core.documents.pdf.content import Used, deflated, font_name, page_content, used_characters
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.layout import layout
from core.documents.pdf.page import POINTS_PER_MM
from core.infra.atomic_files import write_atomically

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFObjectReference

    from core.documents.pdf.objects import Sink

_CREATOR: Final = "绿阶 GreenLadder"


def write_pdf(document: Document, path: Path, fonts: FontSet) -> None:
    """Write a document; the file appears whole or not at all.

    Raises:
        FontError: a font is missing or damaged.
        StoreError: the file cannot be written there.
    """
    write_atomically(path, pdf_bytes(document, fonts))


def pdf_bytes(document: Document, fonts: FontSet) -> bytes:
    """The PDF of a document; equal documents give equal bytes.

    Raises:
        FontError: a font is missing or damaged.
    """
    stream = io.BytesIO()
    sheaf = Sheaf(stream, fonts)
    used = used_characters()
    sheaf.add(written(document, fonts, used))
    sheaf.close(About.of(document), used)
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Written:
    """A document's pages, deflated; width and height in points."""

    title: str
    width: float
    height: float
    pages: tuple[bytes, ...]


def written(document: Document, fonts: FontSet, used: Used) -> Written:
    """Lay a document out and write its pages; what it uses of the fonts is added to `used`.

    Raises:
        FontError: a font is missing or damaged.
    """
    width, height = document.page.width * POINTS_PER_MM, document.page.height * POINTS_PER_MM
    pages = tuple(
        deflated(page_content(page, width, height, document.watermark, fonts, used))
        for page in layout(document, fonts)
    )
    return Written(document.title, width, height, pages)


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself."""

    title: str
    author: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    language: str = "zh-CN"

    @classmethod
    def of(cls, document: Document) -> About:
        """What a document says of itself."""
        return cls(document.title, document.author, document.subject, document.keywords, document.language)

    @property
    def properties(self) -> dict[str, str]:
        """The properties of the file; what is empty is left out."""
        given = {
            "Title": self.title, "Author": self.author, "Subject": self.subject, "Keywords": "，".join(self.keywords),
            "Creator": _CREATOR, "Producer": "GreenLadder",
        }
        return {name: value for name, value in given.items() if value}


class Sheaf:
    """Pages of one or more documents written into one PDF, one after another; the fonts come last."""

    def __init__(self, sink: Sink, fonts: FontSet) -> None:
        from core.documents.pdf.objects import PdfFile

        self._pdf = PdfFile(sink)
        self._fonts = fonts
        self._marks: list[tuple[str, int]] = []

    def add(self, document: Written, *, even: bool = False) -> None:
        """Add a document's pages; `even`: an empty page after an odd number of them."""
        self._marks.append((document.title, self.page_count))
        for page in document.pages:
            self._pdf.add_page(document.width, document.height, page)
        if even and len(document.pages) % 2:
            self._pdf.add_page(document.width, document.height, None)

    @property
    def page_count(self) -> int:
        """How many pages were added."""
        return self._pdf.page_count

    def close(self, about: About, used: Mapping[tuple[str, int], set[str]], *, bookmarks: bool = False) -> None:
        """Embed the fonts and end the file; `bookmarks`: one for each document.

        Raises:
            FontError: a font is missing or damaged.
        """
        fonts = dict(self._embedded(used))
        self._pdf.close(about.properties, about.language, fonts, self._marks if bookmarks else ())

    def _embedded(self, used: Mapping[tuple[str, int], set[str]]) -> Iterator[tuple[str, PDFObjectReference]]:
        from core.documents.pdf.type0 import add_font

        planes: dict[str, dict[int, set[str]]] = {}
        for (font, plane), characters in sorted(used.items()):
            planes.setdefault(font, {})[plane] = characters
        for font, of_planes in planes.items():
            for plane, made in add_font(self._pdf, self._fonts.font(font), of_planes).items():
                yield font_name(font, plane), made

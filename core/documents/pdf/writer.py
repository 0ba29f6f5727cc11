"""Writes a laid-out document as PDF: fonts embedded as subsets, the same bytes for the same document."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.documents.model import Document
from core.documents.pdf.content import Used, font_name, page_content, used_characters
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.layout import layout
from core.documents.pdf.objects import PdfFile, Sink, deflated, number, text
from core.documents.pdf.page import POINTS_PER_MM
from core.documents.pdf.type0 import add_font
from core.infra.atomic_files import write_atomically

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
    def entries(self) -> str:
        """The entries of the file's properties; what is empty is left out."""
        given = {
            "Title": self.title, "Author": self.author, "Subject": self.subject, "Keywords": "，".join(self.keywords),
            "Creator": _CREATOR, "Producer": "GreenLadder",
        }
        return "".join(f"/{name}{text(value)}" for name, value in given.items() if value)


class Sheaf:
    """Pages of one or more documents written into one PDF, one after another; the fonts come last."""

    def __init__(self, sink: Sink, fonts: FontSet) -> None:
        self._pdf = PdfFile(sink)
        self._fonts = fonts
        self._root, self._tree, self._resources = (self._pdf.reserve() for _ in range(3))
        self._pages: list[int] = []
        self._marks: list[tuple[str, int]] = []

    def add(self, document: Written, *, even: bool = False) -> None:
        """Add a document's pages; `even`: an empty page after an odd number of them."""
        self._marks.append((document.title, len(self._pages)))
        box = f"{number(document.width)} {number(document.height)}"
        contents = [f"/Contents {self._pdf.add_stream(page, packed=True)} 0 R" for page in document.pages]
        if even and len(contents) % 2:
            contents.append("")
        for content in contents:
            self._pages.append(self._pdf.add(
                f"<</Type/Page/Parent {self._tree} 0 R/MediaBox[0 0 {box}]/Resources {self._resources} 0 R{content}>>"
            ))

    @property
    def page_count(self) -> int:
        """How many pages were added."""
        return len(self._pages)

    def close(self, about: About, used: Mapping[tuple[str, int], set[str]], *, bookmarks: bool = False) -> None:
        """Embed the fonts and end the file; `bookmarks`: one for each document.

        Raises:
            FontError: a font is missing or damaged.
        """
        pdf = self._pdf
        named = "".join(f"/{name} {font} 0 R" for name, font in self._embedded(used))
        pdf.add(f"<</Font<<{named}>>/ProcSet[/PDF/Text]>>", self._resources)
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        pdf.add(f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>", self._tree)
        outline = f"/PageMode/UseOutlines/Outlines {self._bookmarks()} 0 R" if bookmarks else ""
        pdf.add(
            f"<</Type/Catalog/Pages {self._tree} 0 R/Lang {text(about.language)}{outline}"
            f"/ViewerPreferences<</DisplayDocTitle true/PrintScaling/None>>>>", self._root,
        )
        pdf.close(self._root, pdf.add(f"<<{about.entries}>>"))

    def _embedded(self, used: Mapping[tuple[str, int], set[str]]) -> Sequence[tuple[str, int]]:
        planes: dict[str, dict[int, set[str]]] = {}
        for (font, plane), characters in sorted(used.items()):
            planes.setdefault(font, {})[plane] = characters
        return [
            (font_name(font, plane), made)
            for font, of_planes in planes.items()
            for plane, made in add_font(self._pdf, self._fonts.font(font), of_planes).items()
        ]

    def _bookmarks(self) -> int:
        outline = self._pdf.reserve()
        numbers = [self._pdf.reserve() for _ in self._marks]
        for place, (title, page) in enumerate(self._marks):
            before = f"/Prev {numbers[place - 1]} 0 R" if place else ""
            after = f"/Next {numbers[place + 1]} 0 R" if place + 1 < len(numbers) else ""
            self._pdf.add(
                f"<</Title{text(title)}/Parent {outline} 0 R{before}{after}/Dest[{self._pages[page]} 0 R/Fit]>>",
                numbers[place],
            )
        ends = f"/First {numbers[0]} 0 R/Last {numbers[-1]} 0 R" if numbers else ""
        return self._pdf.add(f"<</Type/Outlines/Count {len(numbers)}{ends}>>", outline)

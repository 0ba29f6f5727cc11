"""The file around pages and fonts, made of reportlab's objects; each is written as soon as it is whole.

Strings, dictionaries, bookmarks, the table of objects and the trailer are the library's. What it would do at the end
only is to be asked here one by one: `PDFDocument.format` keeps every object, their text and the file in memory at once.
This module loads the library: import it where a file is written.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from reportlab.pdfbase.pdfdoc import (
    BasicFonts,
    PDFArray,
    PDFCrossReferenceTable,
    PDFDestinationFit,
    PDFDictionary,
    PDFDocument,
    PDFFile,
    PDFIndirectObject,
    PDFName,
    PDFObject,
    PDFObjectReference,
    PDFOutlines,
    PDFPages,
    PDFResourceDictionary,
    PDFStream,
    PDFString,
    PDFTrailer,
    PDFtrue,
    ViewerPreferencesPDFDictionary,
)

_VERSION: Final = (1, 6)
# Outlines of glyphs hardly shrink further at higher levels, which take twice as long.
_LEVEL: Final = 3


class Sink(Protocol):
    """What a file is written to."""

    def write(self, data: bytes, /) -> int:
        """Take these bytes."""


class PdfFile:
    """A PDF being written. The same objects in the same order give the same bytes."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._document = PDFDocument(compression=0, invariant=1, pdfVersion=_VERSION)
        self._file = PDFFile(_VERSION)
        self._take(self._file.format(self._document))
        self._file.strings.clear()
        self._file.write = self._take
        self._tree = PDFPages()
        self._parent = self._reference(self._tree)
        resources = PDFResourceDictionary()
        resources.basicFonts()
        self._resources = self._reference(resources)

    def add(self, thing: PDFObject) -> PDFObjectReference:
        """Write an object; returns the reference to it."""
        made = self._reference(thing)
        self._write(made.name)
        return made

    def add_stream(self, data: bytes, entries: Mapping[str, object] | None = None) -> PDFObjectReference:
        """Write data, deflated."""
        return self._add_deflated(zlib.compress(data, _LEVEL), entries or {})

    def add_page(self, width: float, height: float, content: bytes | None) -> None:
        """Write a page of that size in points; `content`: its operators, deflated already, None for an empty page."""
        page = {
            "Type": PDFName("Page"), "Parent": self._parent, "Resources": self._resources,
            "MediaBox": PDFArray([0, 0, round(width, 3), round(height, 3)]),
        }
        if content is not None:
            page["Contents"] = self._add_deflated(content, {})
        self._tree.addPage(self.add(PDFDictionary(page)))

    @property
    def page_count(self) -> int:
        """How many pages were added."""
        return len(self._tree.pages)

    def close(
        self, properties: Mapping[str, str], language: str, fonts: Mapping[str, PDFObjectReference],
        bookmarks: Sequence[tuple[str, int]],
    ) -> None:
        """End the file.

        `properties`: title, author and the like; `fonts`: by the names that pages call them; `bookmarks`: title and
        page, counted from 0.
        """
        self._document.idToObject[BasicFonts] = PDFDictionary(fonts)
        preferences = ViewerPreferencesPDFDictionary()
        preferences["DisplayDocTitle"] = PDFtrue
        preferences["PrintScaling"] = "None"
        catalog = {
            "Type": PDFName("Catalog"), "Pages": self._parent, "Lang": PDFString(language),
            "ViewerPreferences": preferences,
        }
        if bookmarks:
            catalog |= {"PageMode": PDFName("UseOutlines"), "Outlines": self._outlines(bookmarks)}
        root = self.add(PDFDictionary(catalog))
        about = self.add(PDFDictionary({name: PDFString(value) for name, value in properties.items()}))
        self._end(root, about)

    def _outlines(self, bookmarks: Sequence[tuple[str, int]]) -> PDFObjectReference:
        outlines = self._document.Outlines = PDFOutlines()
        outlines.destinationnamestotitles = {f"{place}": title for place, (title, _) in enumerate(bookmarks)}
        outlines.setDestinations([
            {f"{place}": PDFDestinationFit(self._tree[page])} for place, (_, page) in enumerate(bookmarks)
        ])
        outlines.prepare(self._document, None)
        return self._reference(outlines)

    def _end(self, root: PDFObjectReference, about: PDFObjectReference) -> None:
        document = self._document
        names: list[str] = []
        # Formatting one object may name another for the first time: it gets the next number.
        while (name := document.numberToId.get(len(names) + 1)) is not None:
            if name not in document.idToOffset:
                self._write(name)
            names.append(name)
        table = PDFCrossReferenceTable()
        table.addsection(0, names)
        place = self._file.add(table.format(document))
        trailer = PDFTrailer(place, Size=len(names) + 1, Root=root, Info=about, ID=document.ID())
        self._file.add(trailer.format(document))

    def _add_deflated(self, data: bytes, entries: Mapping[str, object]) -> PDFObjectReference:
        return self.add(PDFStream(PDFDictionary({**entries, "Filter": PDFName("FlateDecode")}), data))

    def _reference(self, thing: PDFObject) -> PDFObjectReference:
        made: PDFObjectReference = self._document.Reference(thing)  # type: ignore[no-untyped-call]
        return made

    def _write(self, name: str) -> None:
        document = self._document
        made = PDFIndirectObject(name, document.idToObject[name]).format(document)
        document.updateSignature(made)
        document.idToOffset[name] = self._file.add(made)
        # Only its number and place are still asked for.
        document.idToObject[name] = PDFObjectReference(name)

    def _take(self, data: bytes) -> None:
        self._sink.write(data)

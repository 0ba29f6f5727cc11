"""What a viewer shows beside the pages: outline, page labels, title, layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.documents.binding.copying import Layers
from core.documents.binding.object_file import ObjectFile, dictionary

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject, IndirectObject, PdfObject

_CREATOR = "绿阶 GreenLadder"


@dataclass
class Mark:
    """A bookmark and those below it."""

    title: str
    page: IndirectObject
    children: list[Mark] = field(default_factory=list)


class Outline:
    """The bookmarks of the book."""

    def __init__(self) -> None:
        self._top: list[Mark] = []

    def add(self, title: str, page: IndirectObject, parent: Mark | None = None) -> Mark:
        """A bookmark after those that are there."""
        mark = Mark(title, page)
        (parent.children if parent else self._top).append(mark)
        return mark

    def write(self, book: ObjectFile) -> IndirectObject:
        """Put all bookmarks into the file; returns their root."""
        from pypdf.generic import NameObject, NumberObject

        root = book.reserve()
        first, last = _write_level(self._top, root, book)
        book.put(root, dictionary({
            "/Type": NameObject("/Outlines"), "/First": first, "/Last": last, "/Count": NumberObject(_shown(self._top)),
        }))
        return root


def _write_level(marks: list[Mark], parent: IndirectObject, book: ObjectFile) -> tuple[IndirectObject, IndirectObject]:
    from pypdf.generic import ArrayObject, NameObject, NumberObject

    places = [book.reserve() for _ in marks]
    for number, mark in enumerate(marks):
        items: dict[str, PdfObject] = {
            "/Title": _text(mark.title), "/Parent": parent,
            "/Dest": ArrayObject([mark.page, NameObject("/Fit")]),
        }
        if number:
            items["/Prev"] = places[number - 1]
        if number + 1 < len(marks):
            items["/Next"] = places[number + 1]
        if mark.children:
            items["/First"], items["/Last"] = _write_level(mark.children, places[number], book)
            items["/Count"] = NumberObject(len(mark.children))
        book.put(places[number], dictionary(items))
    return places[0], places[-1]


def _shown(marks: list[Mark]) -> int:
    return sum(1 + _shown(mark.children) for mark in marks)


def catalogue(pages: IndirectObject, outline: IndirectObject, layers: Layers) -> DictionaryObject:
    """The root of the book; the cover is called 封面, every other page by the number printed on it."""
    from pypdf.generic import ArrayObject, BooleanObject, NameObject, NumberObject

    labels = ArrayObject([
        NumberObject(0), dictionary({"/P": _text("封面")}),
        NumberObject(1), dictionary({"/S": NameObject("/D"), "/St": NumberObject(2)}),
    ])
    root = dictionary({
        "/Type": NameObject("/Catalog"), "/Pages": pages, "/Outlines": outline, "/PageMode": NameObject("/UseOutlines"),
        "/PageLabels": dictionary({"/Nums": labels}), "/Lang": _text("zh-CN"),
        "/ViewerPreferences": dictionary({
            "/DisplayDocTitle": BooleanObject(value=True), "/PrintScaling": NameObject("/None"),
        }),
    })
    if layers.all:
        root[NameObject("/OCProperties")] = dictionary({
            "/OCGs": ArrayObject(layers.all),
            "/D": dictionary({"/ON": ArrayObject([]), "/OFF": ArrayObject(layers.hidden)}),
        })
    return root


def information(title: str, author: str) -> DictionaryObject:
    """Title and author; no day, so that the same book has the same bytes."""
    return dictionary({"/Title": _text(title), "/Author": _text(author), "/Creator": _text(_CREATOR)})


def _text(text: str) -> PdfObject:
    from pypdf.generic import TextStringObject

    return TextStringObject(text)

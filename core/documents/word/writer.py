"""Writes a neutral document as a Word file (.docx): the same measures as the PDF, to be edited by hand.

Word sets the lines itself, so pages need not break where the PDF's do. The stamp that ties an official sheet to its
data is left out: what is edited afterwards is no longer what the data say.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from core.documents.excel.archive import without_times
from core.documents.model import (
    Align,
    Block,
    Document,
    FontRole,
    Heading,
    KeepTogether,
    PageBreak,
    PageSetup,
    Paragraph,
    SignatureBlock,
    Signoff,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.word import margins
from core.documents.word.parts import LINE, NAMESPACES, font_table, settings_xml, styles_xml
from core.documents.word.tables import signature_xml, table_xml
from core.documents.word.text import Place, paragraph, styled_paragraph, width_of, writable
from core.infra.atomic_files import write_atomically

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.section import Section

_KEPT_PARTS: Final = ("styles", "settings", "fontTable", "core-properties", "officeDocument")
_WRITTEN: Final = datetime(2000, 1, 1)  # noqa: DTZ001 # the properties hold no zone; equal documents, equal bytes
_CORNER: Final = Style(FontRole.HEI, 16.0, align=Align.LEFT)
_SIGNOFF: Final = Style(FontRole.FANG, 16.0, align=Align.RIGHT, leading=28.95 / 16.0)
_SPACER: Final = Style(FontRole.SONG, 1.0, leading=1.0)
_TITLE_SIZE: Final = 18.0
_LONGEST_PROPERTY: Final = 255
_DATE_IN: Final = 4.0
# A longer name takes a second line.
_NAME_SHARE: Final = 0.75
_POINTS_PER_MM: Final = 72.0 / 25.4


def write_docx(document: Document, path: Path) -> None:
    """Write a document; the file appears whole or not at all.

    Raises:
        StoreError: the file cannot be written there.
    """
    write_atomically(path, docx_bytes(document))


def docx_bytes(document: Document) -> bytes:
    """The Word file of a document; equal documents give equal bytes."""
    file = docx.Document()
    _drop_foreign_parts(file)
    _fill(file.styles.element, styles_xml())
    _fill(file.settings.element, settings_xml())
    _describe(file, document)
    section = file.sections[0]
    _set_page(section, document.page)
    margins.put(section, document)
    if document.first_page != 1:
        start = parse_xml(f'<w:pgNumType {NAMESPACES} w:start="{document.first_page}"/>')
        section._sectPr.find(qn("w:cols")).addprevious(start)
    body = parse_xml(f"<w:body {NAMESPACES}>{_Body(document).xml()}</w:body>")
    for child in reversed(list(body)):
        file.element.body.insert(0, child)
    stream = io.BytesIO()
    file.save(stream)
    return without_times(stream)


def _drop_foreign_parts(file: WordFile) -> None:
    """The library's template brings a picture, a theme and styles that are none of ours."""
    for owner in (file.part, file.part.package):
        for key, relation in list(owner.rels.items()):
            kind = relation.reltype.rpartition("/")[2]
            if kind == "fontTable":
                relation.target_part._blob = font_table()
            if kind not in _KEPT_PARTS:
                owner.rels.pop(key)


def _fill(element: object, xml: str) -> None:
    """Put the children of `xml` in place of the element's own."""
    root = parse_xml(xml)
    element[:] = list(root)  # type: ignore[index] # an lxml element


def _describe(file: WordFile, document: Document) -> None:
    about = file.core_properties
    about.title, about.subject, about.author = map(_property, (document.title, document.subject, document.author))
    about.keywords, about.language, about.comments = _property("，".join(document.keywords)), document.language, ""
    about.last_modified_by, about.created, about.modified = about.author, _WRITTEN, _WRITTEN


def _property(text: str) -> str:
    return writable(text)[:_LONGEST_PROPERTY]


def _set_page(section: Section, page: PageSetup) -> None:
    """The inner margin is the binding side: mirrored margins turn it round on even pages."""
    section.page_width, section.page_height = Mm(page.width), Mm(page.height)
    section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.height - page.top - page.body_height)
    section.left_margin = Mm(page.binding)
    section.right_margin = Mm(page.width - page.binding - page.body_width)
    section.header_distance, section.footer_distance = Mm(15.0), Mm(margins.footer_distance(page))
    element = section._sectPr
    if page.width > page.height:
        element.find(qn("w:pgSz")).set(qn("w:orient"), "landscape")
    for grid in element.xpath("./w:docGrid"):
        element.remove(grid)
    element.append(parse_xml(f'<w:docGrid {NAMESPACES} w:type="lines" w:linePitch="{LINE}"/>'))


class _Body:
    """The blocks of a document in order, as the children of Word's body."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._width = document.page.body_width
        self._parts: list[str] = []
        self._turns = False
        self._ends_in_table = False

    def xml(self) -> str:
        """All blocks; a table never stands last, as Word asks."""
        if self._document.corner:
            self._put(paragraph(runs(self._document.corner), _CORNER, Place(keeps_next=True)))
        self._add(self._document.blocks, keeps=False)
        if self._ends_in_table or not self._parts:
            self._put(paragraph((), _SPACER, Place()))
        return "".join(self._parts)

    def _add(self, blocks: Sequence[Block], *, keeps: bool) -> None:
        """`keeps`: all of them hold to the next one but the last; what is above a signature always does."""
        for block, following in zip(blocks, (*blocks[1:], None), strict=True):
            if isinstance(block, PageBreak):
                self._turns = bool(self._parts)
            elif isinstance(block, KeepTogether):
                self._add(block.blocks, keeps=True)
            else:
                holds = (keeps and following is not None) or isinstance(following, Signoff)
                self._block(block, is_kept=keeps, keeps=holds)

    def _block(
        self, block: Title | Heading | Paragraph | Table | SignatureBlock | Signoff, *, is_kept: bool, keeps: bool
    ) -> None:
        if isinstance(block, Table):
            self._table(table_xml(block, self._width, is_kept=is_kept, keeps_next=keeps), block.before)
        elif isinstance(block, SignatureBlock):
            self._table(signature_xml(block, self._width, keeps_next=keeps), 0.0)
        elif isinstance(block, Title):
            self._title(block)
        elif isinstance(block, Heading):
            self._put(styled_paragraph("Heading1", runs(block.text), self._place(0.0, 0.0, keeps=True)))
        elif isinstance(block, Signoff):
            self._signoff(block, keeps=keeps)
        else:
            self._paragraph(block, keeps=keeps)

    def _title(self, block: Title) -> None:
        shown = [("Title", block.text), ("Subtitle", block.subtitle)]
        parts = [(style, text) for style, text in shown if text]
        for number, (style, text) in enumerate(parts):
            after = 4.0 if number == len(parts) - 1 else 0.0
            self._put(styled_paragraph(style, runs(text), self._place(0.0, after, keeps=True)))

    def _paragraph(self, block: Paragraph, *, keeps: bool) -> None:
        style = block.style
        place = self._place(block.before, block.after, keeps=keeps or block.keep_with_next)
        is_title = style.role is FontRole.SONG_BOLD and style.align is Align.CENTER and style.size >= _TITLE_SIZE
        if is_title:
            self._put(styled_paragraph("Title", block.runs, place, line=style.size * style.leading))
        else:
            self._put(paragraph(block.runs, style, place))

    def _signoff(self, block: Signoff, *, keeps: bool) -> None:
        """The date 右空四字, the name centred over it, unless the name is too long for that."""
        count = max(1, math.ceil(width_of(block.name, _SIGNOFF.size) / (_NAME_SHARE * self._width * _POINTS_PER_MM)))
        each = math.ceil(len(block.name) / count)
        lines = [block.name[n * each : (n + 1) * each] for n in range(count)]
        day = width_of(block.date, _SIGNOFF.size)
        middle = max(_DATE_IN * _SIGNOFF.size + day / 2.0, width_of(lines[0], _SIGNOFF.size) / 2.0)
        before = block.before
        for line in lines:
            right = middle - width_of(line, _SIGNOFF.size) / 2.0
            self._put(paragraph(runs(line), _SIGNOFF, self._place(before, 0.0, keeps=True), right=right))
            before = 0.0
        place = self._place(0.0, 0.0, keeps=keeps)
        self._put(paragraph(runs(block.date), _SIGNOFF, place, right=middle - day / 2.0))

    def _table(self, xml: str, before: float) -> None:
        if before or self._turns:
            self._put(paragraph((), _SPACER, self._place(before, 0.0, keeps=True)))
        self._parts.append(xml)
        self._ends_in_table = True

    def _place(self, before: float, after: float, *, keeps: bool) -> Place:
        place = Place(before, after, keeps, starts_page=self._turns)
        self._turns = False
        return place

    def _put(self, xml: str) -> None:
        self._parts.append(xml)
        self._ends_in_table = False

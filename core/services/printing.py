"""Printed products: data of the store into a document, the document into a PDF, the PDF onto the screen."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.documents.pdf.preview import OutlineEntry, PdfPages, Pixels
from core.infra.atomic_files import atomic_path
from core.services.fonts import font_set
from core.services.products import binding, missing, word_copies
from core.services.products.kinds import PrintKind
from core.services.products.making import document_of, only_record
from core.services.products.request import PrintRequest
from core.services.workspace import Workspace

__all__ = [
    "OutlineEntry", "PageImage", "PdfPages", "Pixels", "PrintKind", "PrintRequest", "Printed", "page_count",
    "page_text", "print_request", "print_to_file", "render_page", "save_copy",
]


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as pixels: RGBA, eight bits each, rows without gaps."""

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class Printed:
    """A product that was written: what it is marked, 草稿 or 示例 or nothing, and what has to be looked at on it."""

    path: Path
    mark: str
    notices: tuple[str, ...]


def print_to_file(
    ws: Workspace,
    kind: PrintKind,
    out: Path,
    *,
    record_ids: Sequence[str] = (),
    form_id: str | None = None,
    as_of: date | None = None,
    number: int | None = None,
    year: int | None = None,
    office: str | None = None,
    membership_ids: Sequence[str] = (),
    call_id: str | None = None,
    is_final: bool = False,
) -> Path:
    """Print a product into a PDF, or where `out` ends in .docx into a Word file, whole or not at all.

    A sheet of a unit that may not be recommended yet is marked 草稿 on every page, one of a sample unit 示例.
    From `number` on, the keywords are for the papers of the library (`core.services.library.papers.PaperRequest`).

    Raises:
        NotFoundError: no such record, form, roster, removal or call.
        NotAllowedError: the paper is not to be had yet, or of a day to come.
        UnreadableInputError: more than one unit for a product of one unit; a product that is no Word file.
        StoreError: the file cannot be written.
    """
    request = PrintRequest(
        kind, tuple(record_ids), form_id, as_of, number, year, office, tuple(membership_ids), call_id, is_final
    )
    return print_request(ws, request, out).path


def print_request(ws: Workspace, request: PrintRequest, out: Path) -> Printed:
    """As `print_to_file`, of a request made before."""
    as_word = word_copies.is_word(out)
    if as_word:
        word_copies.require_word(request.kind, out)
    elif request.kind is PrintKind.BOUND:
        book = binding.bind_to_file(ws, only_record(request.record_ids), out, as_of=request.as_of)
        return Printed(book.path, "", (*book.problems, *book.notes))
    document = document_of(ws, request)
    out.parent.mkdir(parents=True, exist_ok=True)
    if as_word:
        from core.documents.word.writer import write_docx

        write_docx(document, out)
    else:
        from core.documents.pdf.writer import write_pdf

        write_pdf(document, out, font_set(ws))
    return Printed(out, document.watermark, missing.notices_of(ws, document, out))


def save_copy(pdf: Path, out: Path) -> None:
    """Put a copy of a PDF at `out`, byte for byte, whole or not at all.

    Raises:
        StoreError: it cannot be written there.
    """
    with atomic_path(out) as temporary:
        shutil.copyfile(pdf, temporary)


def page_count(pdf: Path) -> int:
    """How many pages a PDF has.

    Raises:
        UnreadableInputError: the file is missing or is no PDF.
    """
    from core.documents.pdf import preview

    return preview.page_count(pdf)


def render_page(pdf: Path, index: int, scale: float) -> PageImage:
    """A page, counted from 0, as a picture; `scale` 1 is 72 pixels an inch.

    Raises:
        UnreadableInputError: the file is missing, is no PDF, or has no such page.
    """
    from core.documents.pdf import preview

    width, height, bgra = preview.render_page(pdf, index, scale)
    pixels = bytearray(bgra)
    pixels[0::4], pixels[2::4] = bgra[2::4], bgra[0::4]
    return PageImage(width, height, bytes(pixels))


def page_text(pdf: Path, index: int) -> str:
    """The text of a page as a reader would copy it.

    Raises:
        UnreadableInputError: the file is missing, is no PDF, or has no such page.
    """
    from core.documents.pdf import preview

    return preview.page_text(pdf, index)

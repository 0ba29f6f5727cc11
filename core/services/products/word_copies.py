"""Word copies (.docx) of the papers whose words leaders edit: 推荐函, 移出公告, lists and reminders of the library."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.domain.errors import UnreadableInputError
from core.services.products.kinds import PrintKind
from core.services.products.making import document_of
from core.services.products.request import PrintRequest
from core.services.workspace import Workspace

SUFFIX: Final = ".docx"


def is_word(out: Path) -> bool:
    """True where a file's name asks for Word; the old .doc does so too, and is refused."""
    return out.suffix.lower() in (SUFFIX, ".doc")


def write_word(ws: Workspace, request: PrintRequest, out: Path) -> Path:
    """Write a product as a Word file, whole or not at all.

    Raises:
        NotFoundError, NotAllowedError: as `document_of`.
        UnreadableInputError: a product that is only printed; the file is to be a .doc.
        StoreError: the file cannot be written.
    """
    from core.documents.word.writer import write_docx

    if not request.kind.has_word_copy:
        kinds = "、".join(kind.label for kind in PrintKind if kind.has_word_copy)
        raise UnreadableInputError(
            f"{request.kind.label}只能打印成PDF，不能存为Word；请把文件名的结尾改为.pdf（能存为Word的有：{kinds}）。"
        )
    if out.suffix.lower() != SUFFIX:
        raise UnreadableInputError(f"“{out.name}”是旧的.doc格式，不能写出；请把文件名的结尾改为{SUFFIX}。")
    document = document_of(ws, request)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_docx(document, out)
    return out

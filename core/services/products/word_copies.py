"""Word copies (.docx) of the papers whose words leaders edit: 推荐函, 移出公告, lists and reminders of the library."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.domain.errors import UnreadableInputError
from core.services.products.kinds import PrintKind

SUFFIX: Final = ".docx"


def is_word(out: Path) -> bool:
    """True where a file's name asks for Word; the old .doc does so too, and is refused."""
    return out.suffix.lower() in (SUFFIX, ".doc")


def require_word(asked: PrintKind, out: Path) -> None:
    """Make sure that there is a Word copy of a product and that the file's name is one of today's Word.

    Raises:
        UnreadableInputError: a product that is only printed; the file is to be a .doc.
    """
    if not asked.has_word_copy:
        kinds = "、".join(kind.label for kind in PrintKind if kind.has_word_copy)
        raise UnreadableInputError(
            f"{asked.label}只能打印成PDF，不能存为Word；请把文件名的结尾改为.pdf（能存为Word的有：{kinds}）。"
        )
    if out.suffix.lower() != SUFFIX:
        raise UnreadableInputError(f"“{out.name}”是旧的.doc格式，不能写出；请把文件名的结尾改为{SUFFIX}。")

"""移出公告: an official text in GB/T 9704-2012 measures, marked 草稿 until the bureau says that it is final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from core.documents.model import (
    OFFICIAL_PAGE,
    Block,
    Document,
    Paragraph,
    Signoff,
    runs,
)
from core.documents.products.official import LINE_MM, TITLE, body
from core.domain.calendar import format_chinese
from core.policy.pack import PolicyPack

_CHARACTERS: Final = 20
_BREAK_BEFORE: Final = "绿色制造单位"
DRAFT: Final = "草稿"


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement's words: title, body paragraphs, who signs, and the day; `is_draft` until it is final."""

    title: str
    paragraphs: tuple[str, ...]
    signer: str
    day: date
    is_draft: bool = True


def announcement(pack: PolicyPack, words: Announcement) -> Document:
    """The announcement as it goes out under the bureau's seal."""
    blocks: list[Block] = [Paragraph(runs(_in_lines(words.title)), TITLE, after=LINE_MM, keep_with_next=True)]
    blocks += body(words.paragraphs)
    blocks.append(Signoff(words.signer, format_chinese(words.day), before=2.0 * LINE_MM))
    return Document(
        words.title, tuple(blocks), OFFICIAL_PAGE, watermark=DRAFT if words.is_draft else "",
        author=pack.bureau_name, subject="移出公告", keywords=("绿色制造", "公告"),
    )


def _in_lines(title: str) -> str:
    """回行要词意完整: a title too long for one line breaks after the unit's name."""
    head, words, tail = title.rpartition(_BREAK_BEFORE)
    return f"{head}\n{words}{tail}" if head and len(title) > _CHARACTERS else title

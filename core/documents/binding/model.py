"""What is bound, what became of it, and the limits that keep hostile files from harm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from core.documents.model import Document
from core.domain.errors import UnreadableInputError

MOST_PAGES: Final = 1_000
MOST_PIXELS: Final = 100_000_000
MOST_DECODED_PIXELS: Final = 50_000_000
RESCAN: Final = "请重新扫描上传。"

#: Told how much is done of how much; raises to stop the binding.
Told: TypeAlias = Callable[[int, int], None]
#: Makes a document whose first page has that number.
Part: TypeAlias = Callable[[int], Document]


class UnbindableError(UnreadableInputError):
    """A file that cannot be bound: the reason and what to do, as two short sentences.

    `fate` is what became of it in a word: 打不开, or 没有装订 for a file that is sound but of another kind.
    """

    def __init__(self, sentence: str, fate: str = "打不开") -> None:
        super().__init__(sentence)
        self.fate = fate


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file of the list of attachments. `number` is the list's (附3), 0 for what the list does not name.

    `path` is None when the file is missing from the store.
    """

    number: int
    label: str
    file_name: str
    path: Path | None

    @property
    def mark(self) -> str:
        """附3, as the form refers to it."""
        return f"附{self.number}" if self.number else "另附"

    @property
    def name(self) -> str:
        """附3 营业执照（执照.pdf）; without brackets where not even the file's name is known."""
        return f"{self.mark} {self.label}（{self.file_name}）" if self.file_name else f"{self.mark} {self.label} "


@dataclass(frozen=True, slots=True)
class BookPlan:
    """A book to bind. `parts` stand before the evidence, each with its words in contents and outline."""

    title: str
    author: str
    cover: Document
    parts: tuple[tuple[str, Part], ...]
    evidence: tuple[EvidenceFile, ...]
    lacking: str = ""
    watermark: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """The book as it was written: how many pages, and a sentence for each file that could not be bound whole."""

    pages: int
    problems: tuple[str, ...]

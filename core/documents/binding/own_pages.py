"""The book's own pages: cover, contents, and the head line and page number around each page of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.documents.binding.model import BookPlan
from core.documents.binding.place import UPRIGHT
from core.documents.model import (
    FORM_PAGE,
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    PageBreak,
    PageSetup,
    Paragraph,
    Row,
    Run,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.products import cells

_HEAD: Final = Style(FontRole.SONG, 9.0, smallest=7.0, align=Align.LEFT, leading=1.2)
_SAID: Final = Style(FontRole.HEI, 16.0, smallest=12.0, align=Align.CENTER, leading=1.6)
_WHY: Final = Style(FontRole.FANG, 14.0, align=Align.CENTER, leading=1.6)
_WIDTHS: Final = (14.0, 58.0, 56.0, 13.0, 15.0)
_HEADS: Final = ("序号", "材料名称", "文件名", "页数", "起始页")
_COVER_VALUE: Final = Style(FontRole.FANG, 16.0, align=Align.LEFT, leading=1.5, indent=3.0)
_ENTRY: Final = Style(FontRole.FANG, 10.5, smallest=9.0, align=Align.LEFT, leading=1.2)
_FIGURE: Final = Style(FontRole.FANG, 10.5, align=Align.CENTER)
_COVER_DATE: Final = Style(FontRole.FANG, 16.0, align=Align.CENTER)
_MOST_NAME: Final = 34


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents. `mark` is 附3, blank for form and sheet; `problem` tells what is missing and why."""

    mark: str
    label: str
    file_name: str
    pages: int
    first: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of evidence: its head line, its paper, and what to say where the evidence itself cannot be shown."""

    head: str
    setup: PageSetup
    said: str = ""
    why: str = ""


def cover(title: str, facts: Sequence[tuple[str, str]], day: str, author: str, watermark: str) -> Document:
    """The title page: what is bound, whose, and of which day."""
    blocks: list[Block] = [
        Paragraph(runs("　"), _COVER_DATE, after=34.0), Title(title, "（合订本）"),
        Paragraph(runs("　"), _COVER_DATE, after=36.0),
    ]
    for name, value in facts:
        line = (Run(f"{name}：", FontRole.HEI), *runs(value))
        blocks.append(Paragraph(line, _COVER_VALUE, before=4.0, after=2.0))
    blocks.append(Paragraph(runs(day), _COVER_DATE, before=36.0))
    return Document(title, tuple(blocks), FORM_PAGE, author=author, watermark=watermark, numbers_pages=False)


def contents(plan: BookPlan, entries: Sequence[Entry], first_page: int) -> Document:
    """目录: every part and every file with the page where it begins."""
    rows = [cells.head_row(_HEADS)]
    for number, entry in enumerate(entries, start=1):
        name = (*runs(entry.label), *((Run(entry.problem, FontRole.KAI),) if entry.problem else ()))
        rows.append(Row((
            Cell(0, runs(entry.mark or str(number)), _FIGURE),
            Cell(1, name, _ENTRY),
            Cell(2, runs(entry.file_name or "—"), _ENTRY if entry.file_name else _FIGURE),
            Cell(3, runs(str(entry.pages)), _FIGURE),
            Cell(4, runs(str(entry.first)), _FIGURE),
        )))
    blocks: list[Block] = [Title("目　录"), Table(_WIDTHS, tuple(rows))]
    if plan.lacking:
        blocks.append(Paragraph(runs(plan.lacking), cells.NOTE, before=2.0))
    return Document(
        plan.title, tuple(blocks), FORM_PAGE, author=plan.author, watermark=plan.watermark, first_page=first_page
    )


def leaves(plan: BookPlan, pages: Sequence[Leaf], first_page: int) -> Document:
    """What the program itself prints on pages of evidence that follow one another on the same paper."""
    blocks: list[Block] = []
    for number, leaf in enumerate(pages):
        if number:
            blocks.append(PageBreak())
        blocks.append(Paragraph(runs(leaf.head), _HEAD))
        if leaf.said:
            blocks.append(Paragraph(runs(leaf.said), _SAID, before=70.0, after=6.0))
            blocks.append(Paragraph(runs(leaf.why), _WHY))
    return Document(
        plan.title, tuple(blocks), pages[0].setup, author=plan.author, watermark=plan.watermark, first_page=first_page
    )


def at_one_height(document: Document) -> Document:
    """The document with its page numbers as far from the paper's edge as those on pages of evidence."""
    setup = document.page
    edge = UPRIGHT.height - UPRIGHT.top - UPRIGHT.body_height - UPRIGHT.number_below
    below = setup.height - setup.top - setup.body_height - edge
    return replace(document, page=replace(setup, number_below=below))


def shortened(file_name: str) -> str:
    """A long file name without its middle, so that the head line stays one line."""
    if len(file_name) <= _MOST_NAME:
        return file_name
    return f"{file_name[: _MOST_NAME - 13]}…{file_name[-12:]}"

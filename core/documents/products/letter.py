"""推荐函: the letter in which an office recommends units to the bureau, or the bureau to the city (GB/T 9704-2012)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from core.documents.model import (
    OFFICIAL_PAGE,
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    KeepTogether,
    PageBreak,
    Paragraph,
    Row,
    Signoff,
    Style,
    Table,
    runs,
)
from core.documents.products import cells
from core.documents.products.official import BODY, LINE_MM, RECIPIENT, TITLE
from core.domain.calendar import format_chinese

#: As many units stand in the letter itself; more go onto a list behind it.
MOST_IN_TEXT: Final = 5
_DRAFT: Final = "草稿"
_NOTE: Final = replace(BODY, role=FontRole.KAI)
_ANNEX: Final = replace(RECIPIENT, indent=2.0)
_NEXT_ANNEX: Final = replace(RECIPIENT, indent=5.0)
_ANNEX_MARK: Final = replace(RECIPIENT, role=FontRole.HEI)
_CHARACTERS: Final = 20
_WIDTHS: Final = (11.0, 51.0, 42.0, 26.0, 26.0)
_CODE: Final = Style(FontRole.SONG, 9.5, smallest=8.0, align=Align.CENTER, leading=1.15)
_TEXT: Final = Style(FontRole.FANG, 10.5, smallest=9.0, align=Align.LEFT, leading=1.2)
_MIDDLE: Final = Style(FontRole.FANG, 10.5, smallest=9.0, align=Align.CENTER, leading=1.2)
# Where a long name may go onto the next line: behind the place, before the words for what kind of company it is.
_NAME_PARTS: Final = re.compile(
    r"(?<=[省市区县])(?=.{6})|(?=科技发展|（)|(?<=）)|(?=股份有限公司|有限责任公司|集团有限公司|(?<!股份)(?<!集团)有限公司)"
)


@dataclass(frozen=True, slots=True)
class LetterUnit:
    """A unit that is recommended: labels as they are printed; `note` stands under the list's `note_head`."""

    unit_name: str
    credit_code: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's words.

    `title`: parts between which a line may end; `text`: what comes before the units, `close` after them; `cautions`:
    why it is a draft. `annexes` are named without numbers; a list of the units, where there is one, goes first.
    """

    title: tuple[str, ...]
    recipient: str
    text: tuple[str, ...]
    units: tuple[LetterUnit, ...]
    close: str
    annexes: tuple[str, ...]
    list_title: str
    note_head: str
    signer: str
    day: date
    contact: str
    cautions: tuple[str, ...] = ()
    watermark: str = ""


def letter(words: Letter) -> Document:
    """The letter as it goes out under the sender's seal; with its list of units where they are many."""
    has_list = len(words.units) > MOST_IN_TEXT
    annexes = ((words.list_title,) if has_list else ()) + words.annexes
    blocks: list[Block] = [
        Paragraph(runs("\n".join(lines_of(words.title))), TITLE, after=LINE_MM, keep_with_next=True),
        Paragraph(runs(f"{words.recipient}："), RECIPIENT, keep_with_next=True),
        *(Paragraph(runs(text), BODY) for text in words.text),
    ]
    if 1 < len(words.units) <= MOST_IN_TEXT:
        blocks += [Paragraph(runs(_line(n, unit)), BODY) for n, unit in enumerate(words.units, start=1)]
    blocks += [Paragraph(runs(text), _NOTE) for text in words.cautions]
    # 不得出现空白印章: what goes with the signature stands on its page.
    blocks.append(KeepTogether((
        Paragraph(runs(words.close), BODY), *_annex_lines(annexes),
        Signoff(words.signer, format_chinese(words.day), before=2.0 * LINE_MM),
        *([Paragraph(runs(f"（{words.contact}）"), _ANNEX)] if words.contact else []),
    )))
    if has_list:
        blocks += _unit_list(words, "附件1" if len(annexes) > 1 else "附件")
    is_draft = bool(words.cautions)
    return Document(
        "".join(words.title), tuple(blocks), OFFICIAL_PAGE, watermark=words.watermark or (_DRAFT if is_draft else ""),
        author=words.signer, subject="推荐函", keywords=("绿色制造", "推荐函"),
    )


def lines_of(parts: Sequence[str]) -> tuple[str, ...]:
    """回行词意完整: as few lines as there can be, as even as they can be, ending only between words."""
    pieces = [piece for part in parts for piece in _pieces(part)]
    best: list[tuple[int, int, tuple[int, ...]]] = [(0, 0, (0,))]
    for end in range(1, len(pieces) + 1):
        lengths = ((start, sum(map(len, pieces[start:end]))) for start in range(end))
        best.append(min(
            (best[start][0] + 1, best[start][1] + length * length, (*best[start][2], end))
            for start, length in lengths if length <= _CHARACTERS or end - start == 1
        ))
    return tuple("".join(pieces[start:end]) for start, end in pairwise(best[-1][2]))


def _pieces(part: str) -> list[str]:
    """A part that fits a line stays whole; a name that does not is parted by its words, a word by its length."""
    if len(part) <= _CHARACTERS:
        return [part]
    return [half for piece in _NAME_PARTS.split(part) for half in _halves(piece)]


def _halves(piece: str) -> list[str]:
    count = -(-len(piece) // _CHARACTERS)
    each = -(-len(piece) // count) if count else 0
    return [piece[n * each : (n + 1) * each] for n in range(count)]


def _line(number: int, unit: LetterUnit) -> str:
    note = f"，{unit.note}" if unit.note else ""
    return f"{number}. {unit.unit_name}（统一社会信用代码{unit.credit_code}），{unit.kind}{note}。"


def _annex_lines(annexes: Sequence[str]) -> list[Paragraph]:
    """附件说明 (7.3.4): one blank line under the text, two characters in; numbers stand under one another."""
    if len(annexes) == 1:
        return [Paragraph(runs(f"附件：{annexes[0]}"), _ANNEX, before=LINE_MM)]
    return [
        Paragraph(
            runs(f"附件：{n}. {name}" if n == 1 else f"{n}. {name}"), _ANNEX if n == 1 else _NEXT_ANNEX,
            before=LINE_MM if n == 1 else 0.0,
        )
        for n, name in enumerate(annexes, start=1)
    ]


def _unit_list(words: Letter, mark: str) -> list[Block]:
    """The annex (7.3.5): its mark on the first line, its title on the third, on a page of its own."""
    heads = ("序号", "单位名称", "统一社会信用代码", "类别", words.note_head)
    made = [cells.head_row(heads)]
    for number, unit in enumerate(words.units, start=1):
        made.append(Row((
            Cell(0, runs(str(number)), _MIDDLE), Cell(1, runs(unit.unit_name), _TEXT),
            Cell(2, runs(unit.credit_code), _CODE), Cell(3, runs(unit.kind), _MIDDLE),
            Cell(4, runs(unit.note), _MIDDLE),
        ), 9.0))
    return [
        PageBreak(),
        Paragraph(runs(mark), _ANNEX_MARK, keep_with_next=True),
        Paragraph(runs(words.list_title), TITLE, before=LINE_MM, after=LINE_MM / 2.0, keep_with_next=True),
        Table(_WIDTHS, tuple(made)),
    ]

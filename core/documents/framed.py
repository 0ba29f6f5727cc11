"""Which characters of a document no font has, ours, or those that Word shows it in; and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from core.documents.model import (
    Block,
    Cell,
    Document,
    FontRole,
    Heading,
    KeepTogether,
    Paragraph,
    Row,
    Run,
    SignatureBlock,
    Signoff,
    Table,
    Title,
)

if TYPE_CHECKING:
    from core.documents.pdf.fonts import FontSet

_TEXT: Final = "正文"
_TITLE: Final = "标题"
_LONGEST: Final = 24
# Radicals, ideographs, private use and compatibility, and the planes beyond the first.
_IDEOGRAPHS: Final = (range(0x2E80, 0x2FE0), range(0x3400, 0xA000), range(0xE000, 0xFB00), range(0x20000, 0x110000))

_Meant: TypeAlias = Callable[[FontRole, str], bool]


@dataclass(frozen=True, slots=True)
class Framed:
    """A character that is framed, and where: the label of its field, the head of its column, or the part of the text.

    `row` is the number in front of its row of a list, 0 elsewhere.
    """

    character: str
    where: str
    row: int = 0


def framed_characters(document: Document, fonts: FontSet) -> tuple[Framed, ...]:
    """Each framed character once for each place, in printed order.

    Raises:
        FontError: a font is missing or damaged.
    """
    return _found(document, lambda role, character: fonts.glyph(role, character).is_framed)


def beyond_office_fonts(document: Document) -> tuple[str, ...]:
    """The ideographs that the usual fonts of Word and WPS lack, those outside GBK, each once, in printed order."""
    return tuple(dict.fromkeys(f.character for f in _found(document, lambda _role, c: _is_beyond(c))))


def framed_in_text(text: str, fonts: FontSet, role: FontRole = FontRole.FANG) -> tuple[str, ...]:
    """The framed characters of a text, each once.

    Raises:
        FontError: a font is missing or damaged.
    """
    framed = _framed(lambda of, character: fonts.glyph(of, character).is_framed, ((text, role),), "")
    return tuple(dict.fromkeys(f.character for f in framed))


def _is_beyond(character: str) -> bool:
    if not any(ord(character) in block for block in _IDEOGRAPHS):
        return False
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return True
    return False


def _found(document: Document, is_meant: _Meant) -> tuple[Framed, ...]:
    """Each character that is meant, once for each place, in printed order."""
    return tuple(dict.fromkeys((
        *_framed(is_meant, ((document.corner, FontRole.HEI), (document.footer, FontRole.SONG)), _TITLE),
        *_in_blocks(is_meant, document.blocks, _TEXT),
    )))


def _framed(is_meant: _Meant, parts: Iterable[tuple[str, FontRole]], where: str, row: int = 0) -> Iterator[Framed]:
    for text, role in parts:
        if not text.isascii():
            for character in text:
                if not character.isspace() and is_meant(role, character):
                    yield Framed(character, where, row)


def _in_blocks(is_meant: _Meant, blocks: Sequence[Block], where: str) -> Iterator[Framed]:
    for block in blocks:
        if isinstance(block, Heading):
            where = _short(block.text) or where
            yield from _framed(is_meant, ((block.text, FontRole.HEI),), where)
        elif isinstance(block, Title):
            texts = (block.text, FontRole.SONG_BOLD), (block.subtitle, FontRole.KAI)
            yield from _framed(is_meant, texts, _TITLE)
        elif isinstance(block, Paragraph):
            yield from _framed(is_meant, _parts(block.runs, block.style.role), where)
        elif isinstance(block, Table):
            yield from _in_table(is_meant, block, where)
        elif isinstance(block, SignatureBlock):
            said = [(text, FontRole.FANG) for text in (block.statement, *block.signers, block.seal, block.date)]
            yield from _framed(is_meant, ((block.label, FontRole.HEI), *said), _short(block.label))
        elif isinstance(block, Signoff):
            yield from _framed(is_meant, ((block.name, FontRole.FANG), (block.date, FontRole.FANG)), "落款")
        elif isinstance(block, KeepTogether):
            yield from _in_blocks(is_meant, block.blocks, where)


def _in_table(is_meant: _Meant, table: Table, where: str) -> Iterator[Framed]:
    heads: dict[int, str] = {}
    for row in table.rows:
        if row.repeats:
            heads.update({column: _said(c) for c in row.cells for column in range(c.column, c.column + c.columns)})
        number = _number(row)
        for place, cell in enumerate(row.cells):
            before = row.cells[place - 1] if place else None
            label = _said(before) if before is not None and _is_label(before) else heads.get(cell.column, "")
            own = _said(cell) if _is_label(cell) else ""
            yield from _framed(
                is_meant, _parts(cell.runs, cell.style.role), _short(own or label) or where, number
            )


def _parts(runs: Sequence[Run], role: FontRole) -> Iterator[tuple[str, FontRole]]:
    return ((run.text, run.role or role) for run in runs)


def _is_label(cell: Cell) -> bool:
    return cell.style.role in (FontRole.HEI, FontRole.HEI_BOLD)


def _said(cell: Cell) -> str:
    return "".join(run.text for run in cell.runs)


def _number(row: Row) -> int:
    """The number in front of a row of a list."""
    first = _said(row.cells[0]) if row.cells else ""
    return int(first) if first.isascii() and first.isdigit() else 0


def _short(text: str) -> str:
    plain = "".join(text.split()).lstrip("*").rstrip("：")
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"

"""Before printing: the characters that no font of the program has, where they stand, and what a clerk can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.values import Stored
from core.forms.definition import FieldType
from core.services.fonts import FontSet, font_notices, font_set
from core.services.products.kinds import PrintKind
from core.services.products.making import document_of
from core.services.products.request import PrintRequest
from core.services.products.word_copies import is_word
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.model import Document
    from core.services.drafts import OpenForm

_MOST_SENTENCES: Final = 8
_MOST_PLACES: Final = 3
_WHAT_TO_DO: Final = "程序的字体里没有，纸上印成带编码的方框；请核对该字，或手写更正并盖章。"


@dataclass(frozen=True, slots=True)
class MissingCharacter:
    """A character that is printed as a frame: `where` a field or part is called so, `row` of a list or 0."""

    character: str
    where: str
    row: int = 0

    @property
    def code_point(self) -> str:
        """U+2EBF0."""
        return f"U+{ord(self.character):04X}"

    @property
    def named(self) -> str:
        """The character with its code point, in a sentence."""
        return f"“{self.character}”（{self.code_point}）"

    @property
    def place(self) -> str:
        """“单位名称”, with the number of its row in a list."""
        return f"“{self.where}”第{self.row}行" if self.row else f"“{self.where}”"


def missing_characters(ws: Workspace, request: PrintRequest) -> tuple[MissingCharacter, ...]:
    """What a paper would frame, each character once for each place, in printed order.

    Raises:
        GreenLadderError: as `core.services.products.making.document_of`, or a font is missing.
    """
    return missing_in(ws, _shown(ws, request))


def notices(ws: Workspace, request: PrintRequest, out: Path) -> tuple[str, ...]:
    """The sentences of a paper that is printed into `out`: as `notices_of`.

    Raises:
        GreenLadderError: as `missing_characters`.
    """
    return notices_of(ws, _shown(ws, request), out)


def notices_of(ws: Workspace, document: Document, out: Path) -> tuple[str, ...]:
    """The sentences of a document that is printed into `out`, also of chosen fonts that are gone.

    A Word file is shown in the fonts of whatever PC it is opened on: there one sentence names what they may lack.

    Raises:
        FontError: a font is missing or damaged.
    """
    if is_word(out):
        return _word_notices(document)
    return (*font_notices(ws), *sentences(missing_in(ws, document)))


def _shown(ws: Workspace, request: PrintRequest) -> Document:
    if request.kind is PrintKind.BOUND:
        # 合订本: the form holds every answer that its other pages repeat.
        request = PrintRequest(PrintKind.FORM, request.record_ids, as_of=request.as_of)
    return document_of(ws, request)


def _word_notices(document: Document) -> tuple[str, ...]:
    from core.documents.framed import beyond_office_fonts

    found = beyond_office_fonts(document)
    if not found:
        return ()
    named = "、".join(MissingCharacter(character, "").named for character in found[:_MOST_SENTENCES])
    more = f"等{len(found)}个字" if len(found) > _MOST_SENTENCES else ""
    return (
        f"Word里{named}{more}能否显示，取决于打开它的电脑上的字体，请打开看一看；显示成方框、空白的，请改用PDF打印。",
    )


def missing_in(ws: Workspace, document: Document) -> tuple[MissingCharacter, ...]:
    """The same of a document that was made already.

    Raises:
        FontError: a font is missing or damaged.
    """
    from core.documents.framed import framed_characters

    return tuple(MissingCharacter(f.character, f.where, f.row) for f in framed_characters(document, font_set(ws)))


def sentences(found: Iterable[MissingCharacter]) -> tuple[str, ...]:
    """A sentence for each character: where it stands, what is printed, what to do; beyond eight, how many more."""
    places: dict[str, list[str]] = {}
    first: dict[str, MissingCharacter] = {}
    for each in found:
        places.setdefault(each.character, []).append(each.place)
        first.setdefault(each.character, each)
    told = [_sentence(first[character], places[character]) for character in list(places)[:_MOST_SENTENCES]]
    left = list(places)[_MOST_SENTENCES:]
    if left:
        codes = "、".join(first[character].code_point for character in left[:_MOST_SENTENCES])
        more = "等" if len(left) > _MOST_SENTENCES else ""
        told.append(f"另有{len(left)}个字（{codes}{more}）也印成带编码的方框，请一并核对。")
    return tuple(told)


def missing_in_answers(ws: Workspace, opened: OpenForm) -> Mapping[str, str]:
    """Path of a field → what its paper will show instead of a character, for the fields of text that have such.

    It is no finding: a verdict is a function of the answers, whatever fonts a PC has.

    Raises:
        FontError: a font is missing or damaged.
    """
    told: dict[str, str] = {}
    fonts = font_set(ws)
    for field in opened.form.fields:
        if field.repeat:
            continue
        value = opened.record.answers.get(field.name)
        if field.type is FieldType.REPEAT and isinstance(value, list):
            labels = {column.name: column.label for column in field.columns}
            for number, row in enumerate(value, start=1):
                if isinstance(row, Mapping):
                    for name, label in labels.items():
                        _tell(fonts, told, f"{field.name}[{number}].{name}", label, row.get(name))
        else:
            _tell(fonts, told, field.name, field.label, value)
    return told


def _tell(fonts: FontSet, told: dict[str, str], path: str, label: str, value: Stored) -> None:
    from core.documents.framed import framed_in_text

    if isinstance(value, str) and not value.isascii():
        framed = framed_in_text(value, fonts)
        if framed:
            told[path] = f"“{label}”中的{'、'.join(MissingCharacter(c, label).named for c in framed)}{_WHAT_TO_DO}"


def _sentence(each: MissingCharacter, places: Sequence[str]) -> str:
    named = "、".join(places[:_MOST_PLACES])
    more = f"等{len(places)}处" if len(places) > _MOST_PLACES else ""
    return f"{named}{more}中的{each.named}{_WHAT_TO_DO}"

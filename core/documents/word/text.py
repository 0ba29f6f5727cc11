"""Paragraphs and stretches of text as WordprocessingML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape

from core.documents.model import Align, FontRole, Runs, Style
from core.documents.word.parts import BOLD, EXTENSION_B, EXTENSION_G, FONTS, LINE, fonts_xml

TWIPS_PER_POINT: Final = 20.0
TWIPS_PER_MM: Final = 1440.0 / 25.4
_JUSTIFY: Final = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.JUSTIFY: "both"}
# What XML cannot hold, and halves of surrogate pairs.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PARTS: Final = re.compile(r"(\r\n|\n|\r|\t)")
_SECOND_PLANE: Final = range(0x20000, 0x30000)
_THIRD_PLANE: Final = range(0x30000, 0x40000)
#: 3号仿宋, two characters in, 28.95 points a line: the text of official documents.
BODY: Final = Style(FontRole.FANG, 16.0, align=Align.JUSTIFY, leading=28.95 / 16.0, indent=2.0)


def twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point."""
    return round(millimetres * TWIPS_PER_MM)


@dataclass(frozen=True, slots=True)
class Place:
    """How a paragraph stands among others; `before` and `after` in millimetres."""

    before: float = 0.0
    after: float = 0.0
    keeps_next: bool = False
    starts_page: bool = False
    in_table: bool = False

    @property
    def keeps(self) -> str:
        """The marks that hold a paragraph to the next one or to a page's top."""
        return ("<w:keepNext/>" if self.keeps_next else "") + ("<w:pageBreakBefore/>" if self.starts_page else "")


def writable(text: str) -> str:
    """The text without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def styled_paragraph(style: str, content: Runs, place: Place, *, line: float = 0.0) -> str:
    """A paragraph of a named style; `line` in points where it differs from the style's."""
    spacing = _spacing(place, f' w:line="{round(line * TWIPS_PER_POINT)}" w:lineRule="exact"' if line else "")
    texts = "".join(_stretch(r.text, r.role, "") for r in content)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{place.keeps}{spacing}</w:pPr>{texts}</w:p>'


def paragraph(content: Runs, style: Style, place: Place, *, right: float = 0.0, tabs: str = "") -> str:
    """A paragraph that looks as `style` says; `right` is its indent from the right, in points."""
    if _is_body(style) and not right:
        return styled_paragraph("BodyText", content, place)
    pitch = style.size * style.leading * TWIPS_PER_POINT
    # In a table nothing may be cut: a line may grow there for a font that is taller.
    rule = "atLeast" if place.in_table else "exact"
    spacing = _spacing(place, f' w:line="{round(pitch)}" w:lineRule="{rule}"')
    indent = ""
    if style.indent:
        first = round(style.indent * style.size * TWIPS_PER_POINT)
        indent = f' w:firstLineChars="{round(style.indent * 100)}" w:firstLine="{first}"'
    if right:
        indent += f' w:right="{round(right * TWIPS_PER_POINT)}"'
    grid = "" if abs(pitch - LINE) < 1.0 else '<w:snapToGrid w:val="0"/>'
    texts = "".join(
        _stretch(r.text, r.role or style.role, _look(
            r.role or style.role, style.size * r.scale, style.gray if r.gray is None else r.gray
        ))
        for r in content
    )
    return (
        f"<w:p><w:pPr>{place.keeps}{tabs}{grid}{spacing}{f'<w:ind{indent}/>' if indent else ''}"
        f'<w:jc w:val="{_JUSTIFY[style.align]}"/>{_mark(style)}</w:pPr>{texts}</w:p>'
    )


def width_of(text: str, size: float) -> float:
    """About how wide a line is, in points: full-width characters one em, others half of it."""
    return size * sum(1.0 if ord(c) > 0x2E7F or c in "—…“”‘’" else 0.5 for c in text)


def stretch(text: str, role: FontRole, size: float) -> str:
    """Text in a font and size of its own."""
    return _stretch(text, role, _look(role, size, 0.0))


def _is_body(style: Style) -> bool:
    return (style.role, style.size, style.align, style.indent, style.gray) == (
        BODY.role, BODY.size, BODY.align, BODY.indent, BODY.gray
    )


def _spacing(place: Place, line: str) -> str:
    before = f' w:before="{twips(place.before)}"' if place.before else ""
    after = f' w:after="{twips(place.after)}"' if place.after else ""
    return f"<w:spacing{before}{after}{line}/>" if before or after or line else ""


def _mark(style: Style) -> str:
    """The look of the paragraph's end, which an empty paragraph is as high as and typing goes on in."""
    return f"<w:rPr>{fonts_xml(FONTS[style.role])}{_look(style.role, style.size, style.gray)}</w:rPr>"


def _look(role: FontRole, size: float, gray: float) -> str:
    half = round(size * 2.0)
    level = round(max(0.0, min(1.0, gray)) * 255.0)
    colour = f'<w:color w:val="{f"{level:02X}" * 3}"/>' if level else ""
    spacing = "" if size == BODY.size else '<w:spacing w:val="0"/>'
    return f'{"<w:b/>" if role in BOLD else ""}{colour}{spacing}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _stretch(text: str, role: FontRole | None, look: str) -> str:
    """Runs of one font each: a rare character names the font that has it, or a PC may draw a box."""
    made = []
    for font, group in groupby(writable(text), key=_rare_font):
        if font:
            fonts = fonts_xml(font, latin=font)
        else:
            fonts = fonts_xml(FONTS[role]) if role is not None else '<w:rFonts w:hint="eastAsia"/>'
        made.append(f"<w:r><w:rPr>{fonts}{look}</w:rPr>{_content(''.join(group))}</w:r>")
    return "".join(made)


def _rare_font(character: str) -> str:
    if ord(character) in _SECOND_PLANE:
        return EXTENSION_B
    return EXTENSION_G if ord(character) in _THIRD_PLANE else ""


def _content(text: str) -> str:
    parts = []
    for part in _PARTS.split(text):
        if part == "\t":
            parts.append("<w:tab/>")
        elif part in ("\n", "\r", "\r\n"):
            parts.append("<w:br/>")
        elif part:
            parts.append(f'<w:t xml:space="preserve">{escape(part)}</w:t>')
    return "".join(parts)

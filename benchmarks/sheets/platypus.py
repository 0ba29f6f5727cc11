"""Plain reportlab platypus on the same sheets: Paragraphs in Tables, the fonts registered as anybody registers them.

`platypus.py FOLDER FONTS OUT`
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)
from reportlab.platypus.flowables import Flowable

Unit = dict[str, str]
_FILES: Final = {
    "song": "song.ttf", "song_bold": "song-bold.ttf", "hei": "hei.ttf", "kai": "kai.ttf", "fang": "fang.ttf",
}
_FALLBACK: Final = ("song", "hei", "kai")
_SIDES: Final[dict[str, Any]] = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_LEFT}
_FONTS: Final[dict[str, TTFont]] = {}
_GRID: Final[list[Any]] = [
    ("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), 1.2 * mm), ("RIGHTPADDING", (0, 0), (-1, -1), 1.2 * mm),
    ("TOPPADDING", (0, 0), (-1, -1), 0.3 * mm), ("BOTTOMPADDING", (0, 0), (-1, -1), 0.3 * mm),
]
_BARE: Final[list[Any]] = [
    *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
    ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
]


@cache
def _font_of(role: str, character: str) -> str:
    for name in (role, *_FALLBACK):
        if ord(character) in _FONTS[name].face.charToGlyph:
            return name
    return role


@cache
def _style(role: str, size: float, leading: float, side: str, indent: float = 0.0) -> ParagraphStyle:
    return ParagraphStyle(
        f"{role}-{size}-{side}", fontName=role, fontSize=size, leading=size * leading, alignment=_SIDES[side],
        wordWrap="CJK", firstLineIndent=indent * size,
    )


def _marked(role: str, text: str) -> str:
    """Text as platypus reads it, in another font where the role's own lacks a character."""
    spaced = text.replace("\u3000", "\u00a0" * 4)  # platypus takes an ideographic space for one that may go
    parts = ((font, escape("".join(group))) for font, group in groupby(spaced, lambda c: _font_of(role, c)))
    return "".join(part if font == role else f'<font name="{font}">{part}</font>' for font, part in parts)


def _said(place: dict[str, Any], unit: Unit) -> str:
    return unit[place["field"]] if "field" in place else place["text"]


def _paragraph(spans: list[dict[str, Any]], side: str, unit: Unit) -> Paragraph:
    first = spans[0]["style"]
    text = "".join(
        f'<font name="{role}" size="{span["style"]["size"]}">{_marked(role, _said(span, unit))}</font>'
        for span in spans for role in (span["style"]["role"],)
    )
    return Paragraph(text, _style(first["role"], first["size"], first["leading"], side))


def _plain(place: dict[str, Any], unit: Unit, role: str, size: float, side: str, indent: float = 0.0) -> Paragraph:
    text = _marked(role, _said(place, unit)).replace("\n", "<br/>")
    return Paragraph(text, _style(role, size, 1.4, side, indent))


@dataclass
class _Now:
    """Whose sheet is being drawn, and on which page of the file it began."""

    unit: Unit
    start: int = 1


class _Begin(Flowable):
    """Takes no room; says that a unit's sheet begins here, so that its pages count from 1."""

    def __init__(self, unit: Unit, now: _Now) -> None:
        super().__init__()
        self.unit, self.now = unit, now

    def wrap(self, *_room: float) -> tuple[float, float]:
        return 0.0, 0.0

    def draw(self) -> None:
        self.now.unit, self.now.start = self.unit, self.canv.getPageNumber()


class _Sheets:
    """The story of all units, and the foot of each page."""

    def __init__(self, template: dict[str, Any]) -> None:
        self.template = template
        self.page = template["page"]
        self.now = _Now({})

    def build(self, values: list[Unit], out: Path) -> None:
        page = self.page
        size = (page["width"] * mm, page["height"] * mm)
        height = size[1] - (page["top"] + page["bottom"]) * mm
        width = size[0] - (page["binding"] + page["outside"]) * mm
        templates = [
            PageTemplate(
                name, [Frame(left * mm, page["bottom"] * mm, width, height, 0, 0, 0, 0)], onPageEnd=self._foot,
                autoNextPageTemplate=after,
            )
            for name, left, after in (("odd", page["binding"], "even"), ("even", page["outside"], "odd"))
        ]
        document = BaseDocTemplate(str(out), pagesize=size, pageTemplates=templates, lang="zh-CN")
        document.build([flowable for unit in values for flowable in self._sheet(unit)])

    def _sheet(self, unit: Unit) -> Iterator[Flowable]:
        yield _Begin(unit, self.now)
        for block in self.template["blocks"]:
            if block["kind"] == "paragraph":
                yield Spacer(1, block["before"] * mm)
                yield _paragraph(block["spans"], block["align"], unit)
                yield Spacer(1, block["after"] * mm)
            elif block["kind"] == "table":
                yield from self._table(block, unit)
            else:
                yield self._signature(block, unit)
        yield NextPageTemplate("odd")
        yield PageBreak()

    def _table(self, block: dict[str, Any], unit: Unit) -> Iterator[Flowable]:
        """The rows above a repeated head are a table of their own: platypus repeats from the top only."""
        rows = block["rows"]
        head = next((number for number, row in enumerate(rows) if row["repeats"]), 0)
        for part, repeats in ((rows[:head], 0), (rows[head:], int(bool(head)))):
            if part:
                yield self._grid(block["widths"], part, repeats, unit)

    def _grid(self, widths: list[float], rows: list[dict[str, Any]], repeats: int, unit: Unit) -> Table:
        data, spans = [], []
        for number, row in enumerate(rows):
            made: list[Any] = []
            for cell in row["cells"]:
                if cell["columns"] > 1:
                    spans.append(("SPAN", (len(made), number), (len(made) + cell["columns"] - 1, number)))
                made.append(_paragraph(cell["spans"], cell["align"], unit))
                made.extend("" for _ in range(cell["columns"] - 1))
            data.append(made)
        return Table(
            data, [width * mm for width in widths], minRowHeights=[row["height"] * mm for row in rows],
            style=[*_GRID, *spans], repeatRows=repeats,
        )

    def _signature(self, block: dict[str, Any], unit: Unit) -> Table:
        size, height = block["style"]["size"], block["height"] * mm
        statement = _plain(block["statement"], unit, "fang", size, "justify", 2.0)
        _, stated = statement.wrap(128 * mm, height)
        signers = [[_plain(signer, unit, "fang", size, "left")] for signer in block["signers"]]
        sealed = [[_plain(block[name], unit, "fang", size, "center")] for name in ("seal", "date")]
        foot = Table(
            [[Table(signers, [70 * mm], 17 * mm, style=_BARE), Table(sealed, [54 * mm], 8 * mm, style=_BARE)]],
            [72 * mm, 54 * mm], style=_BARE,
        )
        _, footed = foot.wrap(128 * mm, height)
        body = [statement, Spacer(1, height - stated - footed - 15 * mm), foot]
        label = _plain(block["label"], unit, "hei", 10.5, "center")
        return Table([[label, body]], [23 * mm, 133 * mm], [height], style=[
            ("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (0, 0), "MIDDLE"),
            ("VALIGN", (1, 0), (1, 0), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 1.2 * mm),
            ("RIGHTPADDING", (0, 0), (0, 0), 1.2 * mm),
        ])

    def _foot(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        page, unit = self.page, self.now.unit
        number = canvas.getPageNumber() - self.now.start + 1
        base = (page["bottom"] - 11.0) * mm
        near, far = (page["binding"], page["outside"]) if number % 2 else (page["outside"], page["binding"])
        left, right = (near + 5) * mm, (page["width"] - far - 5) * mm
        put = (canvas.drawString, left), (canvas.drawRightString, right)
        (footer, at), (dash, there) = put if number % 2 else reversed(put)
        canvas.setFont("song", self.template["footer_style"]["size"])
        footer(at, base, _said(self.template["footer"], unit))
        canvas.setFont("song", 14)
        dash(there, base, f"— {number} —")


def main(folder: Path, fonts: Path, out: Path) -> None:
    """Write the sheets, and print the seconds."""
    start = time.perf_counter()
    for name, file in _FILES.items():
        _FONTS[name] = TTFont(name, fonts / file)
        pdfmetrics.registerFont(_FONTS[name])
    template = json.loads((folder / "template.json").read_text(encoding="utf-8"))
    _Sheets(template).build(json.loads((folder / "values.json").read_text(encoding="utf-8")), out)
    print(json.dumps({"seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))

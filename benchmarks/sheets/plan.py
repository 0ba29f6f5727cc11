"""The same sheets for everybody: our documents taken apart into one template and a row of values for each unit.

What reads alike on every sheet belongs to the template, what differs is data; so are all conclusions. A value's name
(`f017`) is the place where it stands, counted from the top of the sheet.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from core.documents.model import (
    Block,
    Document,
    FontRole,
    KeepTogether,
    Paragraph,
    Run,
    Runs,
    SignatureBlock,
    Style,
    Table,
)
from core.domain.enums import Eligibility, Outcome

Frame: TypeAlias = dict[str, Any]
TEMPLATE: Final = "template.json"
VALUES: Final = "values.json"
TABLE: Final = "sheets.csv"
_CONCLUSIONS: Final = frozenset(("有", "无", *(o.label for o in Outcome), *(e.label for e in Eligibility)))
_SMALL_PRINT: Final = 9.0
_STATEMENT: Final = Style(FontRole.FANG, 11.0, leading=1.4)


class UnlikeError(Exception):
    """Two sheets have different tables, so that no template fits both."""


def write_plan(documents: Iterable[Document], folder: Path) -> int:
    """Write template and values into the folder; gives the number of values of a sheet.

    Raises:
        UnlikeError: the sheets differ in more than their texts.
    """
    frame: Frame | None = None
    rows: list[list[str]] = []
    for document in documents:
        taken = _Taken()
        found = taken.sheet(document)
        if frame is not None and found != frame:
            raise UnlikeError(f"{document.title} is laid out unlike the sheets before it")
        frame = found
        rows.append(taken.texts)
    columns = list(zip(*rows, strict=True))
    names = {
        place: f"f{place:03d}" for place, column in enumerate(columns)
        if len(set(column)) > 1 or column[0] in _CONCLUSIONS
    }
    template = _named(frame, names, rows[0])
    values = [{name: row[place] for place, name in names.items()} for row in rows]
    (folder / TEMPLATE).write_text(json.dumps(template, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / VALUES).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(names.values()), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(values)
    return len(names)


def _named(part: Any, names: dict[int, str], texts: list[str]) -> Any:
    """The frame with each place replaced by the text of the template or the name of a value."""
    if isinstance(part, dict):
        if "place" in part:
            place = part["place"]
            said = {"field": names[place]} if place in names else {"text": texts[place]}
            return {key: value for key, value in part.items() if key != "place"} | said
        return {key: _named(value, names, texts) for key, value in part.items()}
    return [_named(value, names, texts) for value in part] if isinstance(part, list) else part


class _Taken:
    """Takes one document apart: its frame holds places, `texts` what stands there."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def sheet(self, document: Document) -> Frame:
        page = document.page
        return {
            "page": {
                "width": page.width, "height": page.height, "top": page.top, "binding": page.binding,
                "outside": page.width - page.binding - page.body_width,
                "bottom": page.height - page.top - page.body_height,
            },
            "blocks": [self._block(block) for block in _single(document.blocks)],
            "footer": self._place(document.footer),
            "footer_style": _style(Style(FontRole.SONG, 9.0)),
        }

    def _place(self, text: str) -> Frame:
        self.texts.append(text)
        return {"place": len(self.texts) - 1}

    def _block(self, block: object) -> Frame:
        if isinstance(block, Paragraph):
            return {
                "kind": "paragraph", "align": block.style.align.value, "before": block.before, "after": block.after,
                "spans": self._spans(block.runs, block.style),
            }
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, SignatureBlock):
            return {
                "kind": "signature", "height": block.height, "style": _style(_STATEMENT),
                "label": self._place(block.label), "statement": self._place(block.statement),
                "signers": [self._place(s) for s in block.signers], "seal": self._place(block.seal),
                "date": self._place(block.date),
            }
        raise UnlikeError(f"a sheet has no place for a {type(block).__name__}")

    def _table(self, table: Table) -> Frame:
        rows = [
            {
                "height": row.height, "repeats": row.repeats,
                "cells": [
                    {"columns": cell.columns, "align": cell.style.align.value,
                     "spans": self._spans(cell.runs or (Run(""),), cell.style)}
                    for cell in row.cells
                ],
            }
            for row in table.rows
        ]
        return {"kind": "table", "widths": list(table.widths), "rows": rows}

    def _spans(self, runs: Runs, style: Style) -> list[Frame]:
        return [{"style": _style(style, run.role, run.scale), **self._place(run.text)} for run in runs]


def _single(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks one by one: what is to stay together has no other page to go to."""
    for block in blocks:
        if isinstance(block, KeepTogether):
            yield from _single(block.blocks)
        else:
            yield block


def _style(style: Style, role: FontRole | None = None, scale: float = 1.0) -> Frame:
    """Our small print may shrink a little to spare its row a line; others cannot: there it is that small throughout."""
    size = style.smallest if style.smallest and style.size <= _SMALL_PRINT else style.size
    return {"role": (role or style.role).value, "size": round(size * scale, 2), "leading": style.leading}

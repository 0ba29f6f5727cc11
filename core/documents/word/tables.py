"""Framed tables and places to sign as WordprocessingML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from core.documents.model import (
    Align,
    Cell,
    FontRole,
    Row,
    SignatureBlock,
    Style,
    Table,
    VerticalAlign,
    runs,
)
from core.documents.word.text import Place, paragraph, twips

_PADDING_X: Final = 1.2
_PADDING_Y: Final = 0.35
_SIDES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")
_LABEL_WIDTH: Final = 24.0
_LABEL: Final = Style(FontRole.HEI, 10.5, align=Align.CENTER)
_STATEMENT: Final = Style(FontRole.FANG, 11.0, leading=1.4, indent=2.0)
_SIGNING: Final = Style(FontRole.FANG, 11.0, align=Align.LEFT)
_CLOSING: Final = Style(FontRole.FANG, 11.0, align=Align.RIGHT)
_EMPTY: Final = Style()


def table_xml(table: Table, width: float, *, is_kept: bool = False, keeps_next: bool = False) -> str:
    """A table as wide as the type area (`width` in millimetres); heads repeat, and no row is parted by a page's end.

    `is_kept`: its rows stand on one page; `keeps_next`: its last row stands with what follows.
    """
    grid = _grid(table.widths, width)
    heads = _heads(table.rows)
    last = len(table.rows) - 1
    rows = []
    for number, (row, cells) in enumerate(zip(table.rows, _slots(table), strict=True)):
        keeps = row.keeps_next or (keeps_next if number == last else is_kept or number < heads)
        shown = "".join(_cell_xml(slot, grid, keeps=keeps) for slot in cells)
        rows.append(f"<w:tr>{_row_marks(row.height, is_head=number < heads)}{shown}</w:tr>")
    return _framed(grid, "".join(rows))


def signature_xml(block: SignatureBlock, width: float, *, keeps_next: bool = False) -> str:
    """A framed place to sign, seal and date."""
    label_width = _LABEL_WIDTH if block.label else 0.0
    grid = _grid((label_width, width - label_width) if block.label else (width,), width)
    keep = Place(keeps_next=keeps_next, in_table=True)
    inner = twips(width - label_width - 2.0 * _PADDING_X)
    each = inner // max(1, len(block.signers))
    stops = "".join(f'<w:tab w:val="left" w:pos="{each * n}"/>' for n in range(1, len(block.signers)))
    tabs = f"<w:tabs>{stops}</w:tabs>" if stops else ""
    room = Place(before=block.height / 4.0, keeps_next=keeps_next, in_table=True)
    content = paragraph(runs(block.statement), _STATEMENT, keep) + paragraph(
        runs("\t".join(block.signers)), _SIGNING, room, tabs=tabs
    )
    content += "".join(paragraph(runs(text), _CLOSING, keep, right=22.0) for text in (block.seal, block.date) if text)
    cells = ""
    if block.label:
        cells = _box(grid[0], "", "center", paragraph(runs(block.label), _LABEL, keep))
    cells += _box(grid[-1], "", "center", content)
    return _framed(grid, f"<w:tr>{_row_marks(block.height, is_head=False)}{cells}</w:tr>")


class _Slot:
    """A place in a row of the grid: a cell, the lower part of one from above, or nothing."""

    def __init__(self, column: int, columns: int, cell: Cell | None, merge: str = "") -> None:
        self.column, self.columns, self.cell, self.merge = column, columns, cell, merge


def _slots(table: Table) -> list[list[_Slot]]:
    """Word wants each row to fill the grid: what a cell spans below is told again, gaps are told as empty."""
    columns = len(table.widths)
    below: dict[int, tuple[Cell, int]] = {}
    found = []
    for row in table.rows:
        starting = {cell.column: cell for cell in row.cells}
        slots, column = [], 0
        while column < columns:
            slot = _slot_at(column, columns, starting, below)
            slots.append(slot)
            column += slot.columns
        found.append(slots)
        below = {n: (cell, left - 1) for n, (cell, left) in below.items() if left > 1}
        below |= {cell.column: (cell, cell.rows - 1) for cell in row.cells if cell.rows > 1}
    return found


def _slot_at(column: int, columns: int, starting: Mapping[int, Cell], below: Mapping[int, tuple[Cell, int]]) -> _Slot:
    if column in starting:
        cell = starting[column]
        return _Slot(column, cell.columns, cell, "restart" if cell.rows > 1 else "")
    if column in below:
        return _Slot(column, below[column][0].columns, None, "continue")
    end = min((n for n in (*starting, *below) if n > column), default=columns)
    return _Slot(column, end - column, None)


def _heads(rows: Sequence[Row]) -> int:
    """How many rows from the first one on repeat; Word knows no others."""
    return next((n for n, row in enumerate(rows) if not row.repeats), len(rows))


def _grid(widths: Sequence[float], width: float) -> list[int]:
    """Column widths in twips, that add up to the whole."""
    total, done, edges = sum(widths), 0.0, [0]
    for each in widths:
        done += each
        edges.append(twips(width * done / total))
    return [right - left for left, right in pairwise(edges)]


def _framed(grid: Sequence[int], rows: str) -> str:
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES)
    margins = "".join(
        f'<w:{side} w:w="{twips(room)}" w:type="dxa"/>'
        for side, room in (
            ("top", _PADDING_Y), ("left", _PADDING_X), ("bottom", _PADDING_Y), ("right", _PADDING_X)
        )
    )
    columns = "".join(f'<w:gridCol w:w="{each}"/>' for each in grid)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(grid)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def _row_marks(height: float, *, is_head: bool) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    return f'<w:trPr><w:cantSplit/><w:trHeight w:val="{twips(height)}" w:hRule="atLeast"/>{head}</w:trPr>'


def _cell_xml(slot: _Slot, grid: Sequence[int], *, keeps: bool) -> str:
    width = sum(grid[slot.column : slot.column + slot.columns])
    marks = f'<w:gridSpan w:val="{slot.columns}"/>' if slot.columns > 1 else ""
    place = Place(keeps_next=keeps, in_table=True)
    if slot.merge:
        marks += f'<w:vMerge w:val="{slot.merge}"/>'
    if slot.cell is None:
        return _box(width, marks, "center", paragraph((), _EMPTY, place))
    if slot.cell.shading < 1.0:
        level = f"{round(max(0.0, slot.cell.shading) * 255.0):02X}" * 3
        marks += f'<w:shd w:val="clear" w:color="auto" w:fill="{level}"/>'
    vertical = "top" if slot.cell.vertical is VerticalAlign.TOP else "center"
    return _box(width, marks, vertical, paragraph(slot.cell.runs, slot.cell.style, place))


def _box(width: int, marks: str, vertical: str, content: str) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{marks}<w:vAlign w:val="{vertical}"/></w:tcPr>'
        f"{content}</w:tc>"
    )

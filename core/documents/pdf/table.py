"""Tables: rows measured, joined into bands by their spans, split where a row is long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from core.documents.model import Cell, Table, VerticalAlign
from core.documents.pdf.fonts import FontSet
from core.documents.pdf.page import POINTS_PER_MM, Box, Page
from core.documents.pdf.pieces import PADDING_X, PADDING_Y, Piece, cut, split_count
from core.documents.pdf.text import Lines, fit

# Lower rows go onto the next page whole; two of them are kept together where one would stand alone.
_TALL: Final = 45.0 * POINTS_PER_MM
_MOST_GUARDED: Final = 80.0 * POINTS_PER_MM
_LEAST_ROWS_TO_GUARD: Final = 2
# What a row keeps of its height where a page has to hold more: more than the line of text that it was made for.
_LEAST_SHARE: Final = 0.86


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell in its band: first row within the band, left edge and width in points, its lines."""

    cell: Cell
    row: int
    rows: int
    x: float
    width: float
    lines: Lines


@dataclass(frozen=True, slots=True)
class Band:
    """Rows that spans tie together, usually one row."""

    heights: tuple[float, ...]
    cells: tuple[_Placed, ...]
    before: float = 0.0
    keeps_next: bool = False
    repeats: tuple[Piece, ...] = ()

    @property
    def height(self) -> float:
        """Height of all rows."""
        return sum(self.heights)

    @property
    def spare(self) -> float:
        """A part of the air above and below the text of a row; nothing where spans tie rows together."""
        if len(self.heights) > 1:
            return 0.0
        needed = max((c.lines.height for c in self.cells), default=0.0) + 2.0 * PADDING_Y
        return max(0.0, self.height - max(needed, self.height * _LEAST_SHARE))

    def lowered(self, share: float) -> Piece:
        """The row, less high."""
        spare = self.spare
        return replace(self, heights=(self.heights[0] - share * spare,)) if spare else self

    def draw(self, page: Page, x: float, y: float) -> None:
        """Draw frames, shading and text."""
        edges = [0.0, *accumulate(self.heights)]
        for placed in self.cells:
            top = y + edges[placed.row]
            height = edges[placed.row + placed.rows] - edges[placed.row]
            box = Box(x + placed.x, top, placed.width, height)
            page.frame(box)
            if placed.cell.shading < 1.0:
                page.fills.append((box, placed.cell.shading))
            free = height - placed.lines.height
            inset = free / 2.0 if placed.cell.vertical is VerticalAlign.MIDDLE else min(PADDING_Y, free / 2.0)
            room = Box(box.x + PADDING_X, top + inset, box.width - 2.0 * PADDING_X, placed.lines.height)
            page.put(placed.lines, room, placed.cell.style.align)

    def split(self, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        """Part a long row between its lines, and rows tied by spans between rows where no page holds them."""
        if len(self.heights) > 1:
            return self._split_rows(room) if must else None
        return self._split_lines(room, must=must) if must or self.height >= _TALL else None

    def _split_lines(self, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        first, second = [], []
        inner = room - 2.0 * PADDING_Y
        if not must and all(placed.lines.height <= inner for placed in self.cells):
            return None
        for placed in self.cells:
            now, later = placed.lines, replace(placed.lines, lines=())
            if placed.lines.height > inner:
                count = split_count(placed.lines, inner, must=must)
                if count is None:
                    return None
                now, later = cut(placed.lines, count)
            elif placed.cell.column == 0 and len(self.cells) > 1:
                later = placed.lines
            first.append(replace(placed, lines=now))
            second.append(replace(placed, lines=later))
        return self._part(first, room), self._part(second, 0.0)

    def _part(self, cells: Sequence[_Placed], height: float) -> Band:
        needed = max(c.lines.height for c in cells) + 2.0 * PADDING_Y
        return replace(self, heights=(max(height, needed),), cells=tuple(cells), before=0.0)

    def _split_rows(self, room: float) -> tuple[Piece, Piece] | None:
        count, used = 0, 0.0
        while count < len(self.heights) - 1 and used + self.heights[count] <= room:
            used += self.heights[count]
            count += 1
        if count == 0:
            return None
        first = [replace(c, rows=min(c.rows, count - c.row)) for c in self.cells if c.row < count]
        second = [
            replace(c, row=max(0, c.row - count), rows=c.row + c.rows - max(count, c.row))
            for c in self.cells if c.row + c.rows > count
        ]
        return (
            replace(self, heights=self.heights[:count], cells=tuple(first)),
            replace(self, heights=self.heights[count:], cells=tuple(second), before=0.0),
        )


def table_pieces(fonts: FontSet, table: Table, width: float) -> list[Piece]:
    """Measure a table of that width (points) and part it into bands."""
    scale = width / sum(table.widths)
    edges = [0.0]
    for relative in table.widths:
        edges.append(edges[-1] + relative * scale)
    rows = [[_measure(fonts, table, n, cell, edges) for cell in row.cells] for n, row in enumerate(table.rows)]
    heights = _heights(table, rows)
    return _bands(table, rows, heights)


def _measure(fonts: FontSet, table: Table, number: int, cell: Cell, edges: Sequence[float]) -> _Placed:
    x = edges[cell.column]
    width = edges[cell.column + cell.columns] - x
    least = sum(r.height for r in table.rows[number : number + cell.rows]) * POINTS_PER_MM
    lines = fit(fonts, cell.runs, cell.style, width - 2.0 * PADDING_X, least - 2.0 * PADDING_Y)
    return _Placed(cell, 0, cell.rows, x, width, lines)


def _heights(table: Table, rows: Sequence[Sequence[_Placed]]) -> list[float]:
    heights = [row.height * POINTS_PER_MM for row in table.rows]
    for number, cells in enumerate(rows):
        for placed in cells:
            if placed.rows == 1:
                heights[number] = max(heights[number], placed.lines.height + 2.0 * PADDING_Y)
    for number, cells in enumerate(rows):
        for placed in cells:
            lacking = placed.lines.height + 2.0 * PADDING_Y - sum(heights[number : number + placed.rows])
            if lacking > 0.0:
                heights[number + placed.rows - 1] += lacking
    return heights


def _bands(table: Table, rows: Sequence[Sequence[_Placed]], heights: Sequence[float]) -> list[Piece]:
    pieces: list[Piece] = []
    repeats: list[Piece] = []
    guarded = _guarded(table, heights)
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and any(n + p.rows > end for n in range(start, end) for p in rows[n]):
            end += 1
        cells = tuple(replace(p, row=n - start) if n > start else p for n in range(start, end) for p in rows[n])
        before = table.before * POINTS_PER_MM if start == 0 else 0.0
        is_head = table.rows[start].repeats
        is_tall = sum(heights[start:end]) >= _TALL
        keeps = is_head or (table.rows[end - 1].keeps_next and not is_tall) or (end - 1 in guarded and end < len(rows))
        band = Band(tuple(heights[start:end]), cells, before, keeps, () if is_head else tuple(repeats))
        pieces.append(band)
        if is_head:
            repeats.append(replace(band, before=0.0))
        start = end
    return pieces


def _guarded(table: Table, heights: Sequence[float]) -> frozenset[int]:
    """Body rows kept with the next one so that no row stands alone under or above a page's edge."""
    body = [n for n, row in enumerate(table.rows) if not row.repeats and not row.keeps_next]
    if len(body) < _LEAST_ROWS_TO_GUARD:
        return frozenset()
    return frozenset(n for n in (body[0], body[-2]) if heights[n] + heights[n + 1] < _MOST_GUARDED)

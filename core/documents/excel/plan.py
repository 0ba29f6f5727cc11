"""Where everything of a form stands on its Excel sheet, as data: the writer draws it, the reader looks it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from core.documents.excel.label_text import normalised
from core.forms.definition import Field

#: Fine columns of the sheet; the six columns of the paper form are four of them each.
COLUMNS: Final = 24
#: Width of one fine column in characters, as Excel counts.
COLUMN_WIDTH: Final = 4.7


class CellKind(StrEnum):
    """How a cell looks, and whether a person fills it."""

    TITLE = "title"
    ANNEX = "annex"
    SECTION = "section"
    CAPTION = "caption"
    HEADER = "header"
    LABEL = "label"
    INPUT = "input"
    CALCULATED = "calculated"
    FIXED = "fixed"
    NOTE = "note"
    SIGNATURE = "signature"
    BLANK = "blank"


#: Cells whose text helps to find the others again after rows and columns were inserted.
ANCHORS: Final = frozenset((CellKind.TITLE, CellKind.SECTION, CellKind.CAPTION, CellKind.HEADER, CellKind.LABEL))


@dataclass(frozen=True)
class PlanCell:
    """One cell, from fine column `col` to `last`; `index` is the row of its repeat, from 1, or 0."""

    row: int
    col: int
    last: int
    kind: CellKind
    text: str = ""
    field: Field | None = None
    index: int = 0
    spellings: frozenset[str] = frozenset()

    @cached_property
    def accepted(self) -> frozenset[str]:
        """Normalised texts that identify this anchor."""
        return self.spellings or frozenset((normalised(self.text),))


@dataclass(frozen=True)
class Spot:
    """The input cell of a top-level field. Between the label before it and the next label it may have moved."""

    field: Field
    row: int
    col: int
    last: int
    label_col: int | None


@dataclass(frozen=True)
class Block:
    """The rows of a repeat group under their header; `columns` give the first and last fine column of each field."""

    field: Field
    header_row: int
    first_row: int
    rows: int
    columns: Mapping[str, tuple[int, int]]

    @property
    def last_row(self) -> int:
        """The last row of the block."""
        return self.first_row + self.rows - 1


@dataclass(frozen=True)
class SheetPlan:
    """The whole sheet. `heights` are the least heights of rows in lines of text."""

    cells: tuple[PlanCell, ...]
    spots: tuple[Spot, ...]
    blocks: tuple[Block, ...]
    heights: Mapping[int, float]
    head_rows: int
    sections: Mapping[str, int]

    @cached_property
    def rows(self) -> int:
        """Number of rows."""
        return max(c.row for c in self.cells)

    @cached_property
    def anchors(self) -> Mapping[int, tuple[PlanCell, ...]]:
        """Anchor cells by row, from left to right."""
        rows: dict[int, list[PlanCell]] = {}
        for cell in self.cells:
            if cell.kind in ANCHORS:
                rows.setdefault(cell.row, []).append(cell)
        return {row: tuple(sorted(cells, key=lambda c: c.col)) for row, cells in rows.items()}

    @cached_property
    def text_count(self) -> int:
        """How many anchor texts the sheet has: the measure of how well a sheet fits."""
        return sum(len(cells) for cells in self.anchors.values())

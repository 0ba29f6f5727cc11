"""Text into cells so that no program ever runs or changes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")
#: Excel's own limit for the text of one cell.
LONGEST_CELL: Final = 32_767


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell that can hold a value.

    Raises:
        ValueError: the place lies under a merged area.
    """
    from openpyxl.cell.cell import Cell

    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise ValueError(f"{cell.coordinate} is merged")
    return cell


def put_text(cell: Cell, text: str) -> None:
    """Write a text as text: what begins like a formula stays text in Excel, WPS and LibreOffice (CSV injection)."""
    clean = safe_text(text)
    cell.value = clean
    cell.data_type = "s"
    if is_active(clean):
        cell.quotePrefix = True


def safe_text(text: str) -> str:
    """What a cell can hold of a text, and reads back as it was."""
    # Of printable signs none is illegal; most texts hold no others.
    clean = (text if text.isprintable() else _ILLEGAL.sub("", text))[:LONGEST_CELL]
    return _ESCAPE.sub("_x005F_", clean) if "_x" in clean else clean


def is_active(text: str) -> bool:
    """True where a text begins as formulas do."""
    return text.startswith(_ACTIVE)

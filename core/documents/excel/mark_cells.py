"""Red cells and their comments; the red goes away by itself once the cell is corrected."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from core.documents.excel.cell_text import cell_at
from core.documents.excel.model import MARKER_AUTHOR
from core.documents.excel.references import split_reference
from core.documents.excel.styles import INPUT_COLOUR

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

#: Solid red of a wrong cell, light enough to read black text on.
WRONG_COLOUR: Final = "FFFF7C80"
_LONGEST_LITERAL: Final = 250
_LONGEST_COMMENT: Final = 1_000


def mark(sheet: Worksheet, where: str, message: str) -> str:
    """Colour a cell and comment it; returns what the cell shows now."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = _anchor(sheet, where)
    cell.fill = PatternFill("solid", start_color=WRONG_COLOUR, end_color=WRONG_COLOUR)
    text = f"请改正：{message}"[:_LONGEST_COMMENT]
    if cell.comment is not None and cell.comment.author != MARKER_AUTHOR:
        text = f"{text}\n（原批注：{cell.comment.text}）"[:_LONGEST_COMMENT]
    cell.comment = Comment(text, MARKER_AUTHOR, height=110, width=260)
    _clear_when_corrected(sheet, cell)
    return "" if cell.value is None else str(cell.value)


def clear_marks(sheet: Worksheet) -> None:
    """Take the marks of an earlier check away."""
    from openpyxl.formatting.formatting import ConditionalFormattingList
    from openpyxl.styles import PatternFill

    marked = False
    # Not iter_rows: one formatted cell at the end of the sheet would make it create 17 billion.
    for cell in list(sheet._cells.values()):
        if cell.comment is not None and cell.comment.author == MARKER_AUTHOR:
            marked = True
            cell.comment = None
            cell.fill = PatternFill("solid", start_color=INPUT_COLOUR, end_color=INPUT_COLOUR)
    if not marked:
        return
    kept = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if not _is_ours(rule.formula):
                kept.add(str(area.sqref), rule)
    sheet.conditional_formatting = kept


def _is_ours(formulas: list[str]) -> bool:
    return bool(formulas) and formulas[0].startswith("AND(TRUE,")


def _anchor(sheet: Worksheet, where: str) -> Cell:
    """The cell that shows: the first of the merged area that `where` lies in."""
    place = split_reference(where)
    if place is None:
        raise ValueError(where)
    for area in sheet.merged_cells.ranges:
        if area.min_row <= place[0] <= area.max_row and area.min_col <= place[1] <= area.max_col:
            place = (area.min_row, area.min_col)
    return cell_at(sheet, *place)


def _clear_when_corrected(sheet: Worksheet, cell: Cell) -> None:
    """A protected sheet lets nobody recolour a cell: a rule paints it plain again when it holds something else."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    fill = PatternFill("solid", start_color=INPUT_COLOUR, end_color=INPUT_COLOUR)
    formula = f"AND(TRUE,{_changed(cell.coordinate, cell)})"
    rule = Rule("expression", formula=[formula], dxf=DifferentialStyle(fill=fill))
    sheet.conditional_formatting.add(cell.coordinate, rule)


def _changed(where: str, cell: Cell) -> str:
    """Excel's condition that the cell no longer holds what it holds now."""
    value = cell.value
    if value is None or value == "":
        return f"LEN({where})>0"
    if cell.data_type == "f":
        return f"NOT(_xlfn.ISFORMULA({where}))"
    if cell.data_type == "e":
        return f"NOT(ISERROR({where}))"
    if isinstance(value, bool):
        return f"NOT(EXACT({where},{str(value).upper()}))"
    if isinstance(value, int | float):
        return f"IFERROR({where}<>{value!r},TRUE)"
    if isinstance(value, date | datetime):
        return f"NOT(EXACT(TEXT({where},\"yyyy-mm-dd\"),\"{value:%Y-%m-%d}\"))"
    text = str(value)
    if len(text) > _LONGEST_LITERAL or "\n" in text:
        return f"LEN({where})<>{len(text)}"
    quoted = text.replace('"', '""')
    return f'NOT(EXACT({where},"{quoted}"))'

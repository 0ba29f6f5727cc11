"""Gives a filled workbook back with the wrong cells red, a comment each, and a list of them on the first sheet."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.documents.excel import archive
from core.documents.excel.book import Book, read_book
from core.documents.excel.cell_text import cell_at, put_text
from core.documents.excel.guard import check_workbook_file
from core.documents.excel.mark_cells import clear_marks, mark
from core.documents.excel.model import PROBLEMS_SHEET, WorkbookReading
from core.documents.excel.references import split_reference
from core.domain.errors import UnreadableInputError

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LARGEST_PICTURE: Final = 20_000_000  # pixels
_HEADS: Final = (("序号", 6.0), ("单元格", 10.0), ("栏目", 36.0), ("现在填的", 30.0), ("问题", 60.0))
_LONGEST_SHOWN: Final = 200


def write_marked(
    source: Path, reading: WorkbookReading, findings_by_path: Mapping[str, str], target: Path
) -> None:
    """Write a marked copy of `source` to `target`; everything that openpyxl understands is kept.

    Args:
        source: the workbook that was read.
        reading: what `read_workbook` gave for it.
        findings_by_path: what is wrong, by `name` or `repeat[2].name`.
        target: the marked copy, always in .xlsx format.

    Raises:
        UnreadableInputError: the workbook cannot be opened for marking.
        StoreError: the copy cannot be written.
    """
    check_workbook_file(source)
    raw = read_book(source)
    book = _open(source)
    if reading.sheet not in book.sheetnames:
        raise UnreadableInputError(f"“{source.name}”中没有工作表“{reading.sheet}”，无法标注。")
    sheet = book[reading.sheet]
    _uncover(sheet, raw)
    clear_marks(sheet)
    _freeze_formulas(sheet, reading, raw)
    shown: dict[str, str] = {}
    for path, message in findings_by_path.items():
        where = _cell_of(path, reading)
        if where:
            shown[path] = mark(sheet, where, message)
    _list_problems(book, reading, findings_by_path, shown)
    archive.save(book, target)


def _open(source: Path) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every extension that it does not carry over
            book = load_workbook(io.BytesIO(source.read_bytes()), rich_text=True)
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise UnreadableInputError(
            f"“{source.name}”无法标注（{type(error).__name__}）。请在Excel或WPS中打开，另存后再试。"
        ) from None
    for sheet in book.worksheets:
        # Pictures are decoded again when saved: a small file may hold a picture of gigabytes.
        pictures = getattr(sheet, "_images", [])
        pictures[:] = [p for p in pictures if p.width * p.height <= _LARGEST_PICTURE]
    return book


def _cell_of(path: str, reading: WorkbookReading) -> str:
    """The cell of a path; a field of a repeat without its own cell is shown at the repeat."""
    if path in reading.cells:
        return reading.cells[path]
    return reading.cells.get(path.partition("[")[0], "")


def _uncover(sheet: Worksheet, raw: Book) -> None:
    """Put back values that lie under merged areas: openpyxl drops them, and Excel would hide them."""
    cells = next((s.cells for s in raw.sheets if s.title == sheet.title), {})
    for area in list(sheet.merged_cells.ranges):
        hidden = {
            (row, column): cells[row, column]
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
            if (row, column) in cells and (row, column) != (area.min_row, area.min_col)
        }
        if not hidden:
            continue
        sheet.unmerge_cells(area.coord)
        for (row, column), cell in hidden.items():
            if isinstance(cell.value, str):
                put_text(cell_at(sheet, row, column), cell.value)
            else:
                sheet.cell(row, column).value = cell.value


def _freeze_formulas(sheet: Worksheet, reading: WorkbookReading, raw: Book) -> None:
    """Formulas in cells to fill become the values that were judged: openpyxl saves formulas without results."""
    cells = next((s.cells for s in raw.sheets if s.title == sheet.title), {})
    for where in reading.cells.values():
        place = split_reference(where)
        cell = cells.get(place) if place is not None else None
        if place is None or cell is None or not cell.formula or cell.value is None or cell.is_error:
            continue
        if isinstance(cell.value, str):
            put_text(cell_at(sheet, *place), cell.value)
        else:
            sheet.cell(*place).value = cell.value


def _list_problems(
    book: Workbook, reading: WorkbookReading, findings: Mapping[str, str], shown: Mapping[str, str]
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    if PROBLEMS_SHEET in book.sheetnames:
        del book[PROBLEMS_SHEET]
    sheet = book.create_sheet(PROBLEMS_SHEET, 0)
    task = f"共{len(findings)}处需要改正。请按下表逐项改正原表中标红的单元格，改好后保存并交回。"
    put_text(cell_at(sheet, 1, 1), task)
    sheet.cell(1, 1).font = Font(name="黑体", size=12)
    for column, (head, width) in enumerate(_HEADS, start=1):
        cell = cell_at(sheet, 2, column)
        put_text(cell, head)
        cell.font = Font(name="宋体", size=11, bold=True)
        cell.fill = PatternFill("solid", start_color="FFF2F2F2")
        sheet.column_dimensions[cell.column_letter].width = width
    for number, (path, message) in enumerate(findings.items(), start=1):
        # No row height is given: Excel, WPS and LibreOffice then fit it to the longest cell.
        where = _cell_of(path, reading)
        label = reading.labels.get(path) or reading.labels.get(path.partition("[")[0]) or path
        texts = (str(number), where or "—", label, shown.get(path, "")[:_LONGEST_SHOWN], message)
        for column, text in enumerate(texts, start=1):
            cell = cell_at(sheet, number + 2, column)
            put_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if where:
            title = reading.sheet.replace("'", "''")
            sheet.cell(number + 2, 2).hyperlink = f"#'{title}'!{where}"
            sheet.cell(number + 2, 2).font = Font(name="宋体", color="FF0563C1", underline="single")
    sheet.freeze_panes = "A3"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0

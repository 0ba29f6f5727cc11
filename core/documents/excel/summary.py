"""Summaries as Excel: one plain table a sheet, for WPS, Excel and LibreOffice; text never runs as a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.documents.excel import archive
from core.documents.excel.cell_text import cell_at, put_text
from core.documents.excel.table_rows import StyleNumbers, TableRows, Value, rows_xml
from core.domain.errors import UnreadableInputError

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.styles import NamedStyle
    from openpyxl.worksheet.worksheet import Worksheet

_HEAD_ROW: Final = 2
_LONGEST_TITLE: Final = 31
_FORBIDDEN = re.compile(r"[\\/*?:\[\]]")
_MOST_ROWS: Final = 1_000_000
_LINE_POINTS: Final = 15.0
_TEXT: Final = "绿阶汇总-文字"
_MIDDLE: Final = "绿阶汇总-居中"
_NUMBER: Final = "绿阶汇总-数字"
_DATE: Final = "绿阶汇总-日期"
_HEAD: Final = "绿阶汇总-表头"
_TITLE: Final = "绿阶汇总-标题"
_NOTE: Final = "绿阶汇总-说明"
_MARGIN_INCHES: Final = 0.6
_SHORT: Final = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `title` on its tab, `heading` above the table, `notes` below; `widths` in characters of Excel.

    A text stays text whatever it looks like; a date is a real date; an int or a float is a number.
    """

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Value]]
    widths: Sequence[float]
    heading: str = ""
    notes: Sequence[str] = ()


def write_sheets(path: Path, sheets: Sequence[Sheet]) -> Path:
    """Write a workbook of these sheets, whole or not at all.

    Raises:
        StoreError: the file cannot be written.
        UnreadableInputError: the file is to be no Excel workbook, or a table is longer than a sheet.
    """
    if path.suffix.lower() != ".xlsx":
        raise UnreadableInputError(f"“{path.name}”不是Excel文件名，请用.xlsx结尾。")
    book, tables = _workbook(sheets)
    archive.save(book, path, tables)
    return path


def _workbook(sheets: Sequence[Sheet]) -> tuple[Workbook, Mapping[str, TableRows]]:
    """The workbook without the rows of its tables, and these by the part that they go into."""
    from openpyxl import Workbook

    book = Workbook()
    for style in _styles():
        book.add_named_style(style)
    first = book.worksheets[0]
    taken: set[str] = set()
    tables: dict[str, TableRows] = {}
    for number, sheet in enumerate(sheets):
        title = _tab(sheet.title, taken)
        target = first if number == 0 else book.create_sheet()
        target.title = title
        if table := _fill(target, sheet):
            tables[f"xl/worksheets/sheet{number + 1}.xml"] = table
        _set_up(target, sheet)
    book.properties.creator = "绿阶 GreenLadder"
    book.properties.title = sheets[0].heading or sheets[0].title
    return book, tables


def _tab(title: str, taken: set[str]) -> str:
    """A name that Excel takes for a tab: short, without its own signs, and used once."""
    clean = _FORBIDDEN.sub(" ", title).strip("' ")[:_LONGEST_TITLE] or "表"
    found, number = clean, 2
    while found.lower() in taken:
        end = f"（{number}）"
        found, number = clean[: _LONGEST_TITLE - len(end)] + end, number + 1
    taken.add(found.lower())
    return found


def _fill(target: Worksheet, sheet: Sheet) -> TableRows | None:
    """Write heading, heads and notes; the rows between them are handed back as they will stand in the file."""
    from openpyxl.utils import get_column_letter

    if len(sheet.rows) > _MOST_ROWS:
        raise UnreadableInputError(f"“{sheet.title}”有{len(sheet.rows)}行，一张Excel表放不下，请分开导出。")
    numbers = _Numbers(target)
    _put_styled(cell_at(target, 1, 1), sheet.heading or sheet.title, _TITLE, numbers)
    for column, text in enumerate(sheet.headers, start=1):
        _put_styled(cell_at(target, _HEAD_ROW, column), text, _HEAD, numbers)
    chunks = tuple(rows_xml(sheet.rows, _HEAD_ROW + 1, _style_of, numbers))
    last = _HEAD_ROW + len(sheet.rows)
    for row, note in enumerate(sheet.notes, start=last + 2):
        _put_styled(cell_at(target, row, 1), note, _NOTE, numbers)
    if not chunks:
        return None
    widest = max(len(sheet.headers), *map(len, sheet.rows))
    reach = f"{get_column_letter(widest)}{last + 1 + len(sheet.notes) if sheet.notes else last}"
    return TableRows(_HEAD_ROW, reach, chunks)


def _style_of(value: Value) -> str:
    if isinstance(value, str):
        return _MIDDLE if len(value) <= _SHORT else _TEXT
    if value is None:
        return _TEXT
    return _DATE if isinstance(value, date) else _NUMBER


class _Numbers:
    """The numbers that a workbook gives to styles, in the order in which they are first asked for."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._known: dict[tuple[str, bool], int] = {}

    def __call__(self, style: str, *, is_active: bool) -> int:
        """The number of a style, with the mark that keeps a text a text or without."""
        from openpyxl.cell.cell import Cell

        found = self._known.get((style, is_active))
        if found is None:
            cell = Cell(self._sheet, 1, 1)
            cell.style = style
            if is_active:
                cell.quotePrefix = True
            found = self._known[style, is_active] = cell.style_id
        return found


def _put_styled(cell: Cell, text: str, style: str, numbers: StyleNumbers) -> None:
    """The style comes first: it would take the mark away again that keeps a text a text."""
    cell.style = style
    put_text(cell, text)
    # Asked for at once: the numbers go by the order in which the sheet uses the styles.
    numbers(style, is_active=bool(cell.quotePrefix))


def _set_up(target: Worksheet, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.cell_range import CellRange
    from openpyxl.worksheet.properties import PageSetupProperties

    columns = len(sheet.headers)
    for column, width in enumerate(sheet.widths, start=1):
        target.column_dimensions[get_column_letter(column)].width = width
    last = get_column_letter(columns)
    whole = [1, *range(_HEAD_ROW + len(sheet.rows) + 2, _HEAD_ROW + len(sheet.rows) + 2 + len(sheet.notes))]
    for row in whole:
        target.merged_cells.ranges.add(CellRange(min_col=1, max_col=columns, min_row=row, max_row=row))
    target.row_dimensions[1].height = 33
    target.row_dimensions[_HEAD_ROW].height = 22
    room = sum(sheet.widths) / 2.0
    for row, note in zip(whole[1:], sheet.notes, strict=True):
        target.row_dimensions[row].height = _LINE_POINTS * (1 + int(len(note) / room))
    target.freeze_panes = f"A{_HEAD_ROW + 1}"
    target.auto_filter.ref = f"A{_HEAD_ROW}:{last}{_HEAD_ROW + max(1, len(sheet.rows))}"
    target.print_title_rows = f"1:{_HEAD_ROW}"
    setup = target.page_setup
    setup.paperSize, setup.orientation = 9, "landscape"
    setup.fitToWidth, setup.fitToHeight = 1, 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target.print_options.horizontalCentered = True
    margins = target.page_margins
    margins.left = margins.right = margins.top = margins.bottom = _MARGIN_INCHES
    footer = target.oddFooter
    if footer is not None and footer.center is not None:
        footer.center.text = "第 &P 页　共 &N 页"


def _styles() -> list[NamedStyle]:
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    side = Side(style="thin", color="FF9AA4B0")
    frame = Border(left=side, right=side, top=side, bottom=side)
    looks: Mapping[str, tuple[str, float, str, str, bool]] = {
        # font, size, horizontal, number format, framed
        _TEXT: ("宋体", 10.5, "left", "@", True),
        _MIDDLE: ("宋体", 10.5, "center", "@", True),
        _NUMBER: ("宋体", 10.5, "center", "General", True),
        _DATE: ("宋体", 10.5, "center", "yyyy-mm-dd", True),
        _HEAD: ("黑体", 10.5, "center", "@", True),
        _TITLE: ("黑体", 16, "center", "@", False),
        _NOTE: ("宋体", 10, "left", "@", False),
    }
    made: list[NamedStyle] = []
    for name, (font, size, horizontal, number_format, framed) in looks.items():
        style = NamedStyle(
            name=name, font=Font(name=font, size=size), number_format=number_format,
            alignment=Alignment(horizontal=horizontal, vertical="center", wrap_text=True),
            border=frame if framed else Border(),
        )
        if name == _HEAD:
            style.fill = PatternFill("solid", start_color="FFF1F4F7", end_color="FFF1F4F7")
        made.append(style)
    return made

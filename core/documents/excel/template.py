"""Writes the Excel form, blank or with the answers of a record, for Excel, WPS and LibreOffice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.documents.excel import archive
from core.documents.excel.cell_answers import CellAnswers
from core.documents.excel.cell_text import cell_at, put_text
from core.documents.excel.choice_lists import add_choices_sheet, coded_lists
from core.documents.excel.formulas import FormulaWriter
from core.documents.excel.label_text import printed
from core.documents.excel.model import IDENTITY_MARK, IDENTITY_SHEET, TEMPLATE_VERSION, defined_name
from core.documents.excel.plan import COLUMN_WIDTH, COLUMNS, CellKind, PlanCell, SheetPlan
from core.documents.excel.planner import lines_needed, plan_form
from core.documents.excel.validations import validation_for
from core.forms.definition import Field, FieldType, FormDefinition
from core.forms.texts import fill
from core.policy.pack import PolicyPack

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_LINE_POINTS: Final = 16.0
_TALLEST_ROW: Final = 400.0
_BY_SYSTEM: Final = "由系统计算"
_NUMBER_FORMATS: Final = {FieldType.DATE: "yyyy-mm-dd", FieldType.INTEGER: "0", FieldType.DECIMAL: "General"}
_TEXT_FORMAT: Final = "@"


def write_template(form: FormDefinition, pack: PolicyPack, path: Path) -> None:
    """Write the blank form.

    Raises:
        StoreError: the file cannot be written.
    """
    write_filled(form, pack, {}, path)


def write_filled(form: FormDefinition, pack: PolicyPack, answers: Mapping[str, object], path: Path) -> None:
    """Write the form with these answers; wrong ones stand as they were given.

    Raises:
        StoreError: the file cannot be written.
    """
    archive.save(_Writer(form, pack, answers).workbook(), path)


class _Writer:
    """Draws one plan."""

    def __init__(self, form: FormDefinition, pack: PolicyPack, answers: Mapping[str, object]) -> None:
        self.form = form
        self.pack = pack
        self.answers = CellAnswers(form, answers)
        # Notes cite numbers of the pack; a blank form is of no date, so the newest value of each stands.
        newest = {p.name: p.value for p in pack.parameters}
        self.plan = plan_form(
            form, fill_note=lambda text: fill(text, form, {}, newest), row_counts=self.answers.row_counts
        )
        self.heights = dict(self.plan.heights)
        self.formulas = FormulaWriter(form, self.plan)

    def workbook(self) -> Workbook:
        from openpyxl import Workbook

        from core.documents.excel.styles import named_styles

        book = Workbook()
        for style in named_styles():
            book.add_named_style(style)
        sheet = book.worksheets[0]
        sheet.title = self.form.title[:31]
        for cell in self.plan.cells:
            self._draw(sheet, cell)
        _size(sheet, self.heights)
        _name_cells(book, sheet.title, self.plan)
        self._validate(sheet)
        _protect(book, sheet)
        _set_up_page(sheet, self.plan)
        add_choices_sheet(book, self.form)
        self._identity(book)
        book.properties.creator = "绿阶 GreenLadder"
        book.properties.title = self.form.title
        return book

    def _draw(self, sheet: Worksheet, planned: PlanCell) -> None:
        from openpyxl.worksheet.cell_range import CellRange

        from core.documents.excel.styles import style_name

        number_format = None
        if planned.kind is CellKind.INPUT and planned.field is not None:
            number_format = _NUMBER_FORMATS.get(planned.field.type, _TEXT_FORMAT)
        for col in range(planned.col, planned.last + 1):
            part = sheet.cell(planned.row, col)
            part.style = style_name(planned.kind)
            if number_format is not None:
                part.number_format = number_format
        cell = cell_at(sheet, planned.row, planned.col)
        if planned.kind is CellKind.INPUT and planned.field is not None:
            self._fill(cell, planned, planned.field)
        elif planned.kind is CellKind.CALCULATED and planned.field is not None:
            self._calculate(cell, planned, planned.field)
        elif planned.text:
            put_text(cell, planned.text)
        if planned.last > planned.col:
            # merge_cells() would work out borders that every cell of the area has already: most of the time went there.
            area = CellRange(min_col=planned.col, max_col=planned.last, min_row=planned.row, max_row=planned.row)
            sheet.merged_cells.ranges.add(area)

    def _fill(self, cell: Cell, planned: PlanCell, field: Field) -> None:
        value = self.answers.value(field, planned.index)
        if isinstance(value, str):
            put_text(cell, value)
            lines = lines_needed(value, planned.last - planned.col + 1)
            self.heights[planned.row] = max(self.heights[planned.row], lines)
        elif value is not None:
            # A choice or text that happens to be a number stays text; only number fields hold numbers.
            cell.value = value if isinstance(value, date) else float(value)
            if isinstance(value, int):
                cell.value = value

    def _calculate(self, cell: Cell, planned: PlanCell, field: Field) -> None:
        formula = self.formulas.formula(field, planned.row if planned.index else 0)
        if formula:
            cell.value = formula
            cell.number_format = "0.####" if field.choices is None else _TEXT_FORMAT
        else:
            put_text(cell, _BY_SYSTEM)

    def _validate(self, sheet: Worksheet) -> None:
        from openpyxl.utils import get_column_letter

        coded = coded_lists(self.form)
        for planned in self.plan.cells:
            field = planned.field
            if planned.kind is not CellKind.INPUT or field is None or planned.index > 1:
                continue
            validation = validation_for(field, printed(field), coded.get(field.name))
            letter = get_column_letter(planned.col)
            last_row = planned.row
            if planned.index:
                last_row = next(b.last_row for b in self.plan.blocks if b.field.name == field.repeat)
            validation.add(f"{letter}{planned.row}:{letter}{last_row}" if planned.index else f"{letter}{planned.row}")
            sheet.add_data_validation(validation)

    def _identity(self, book: Workbook) -> None:
        """The very hidden sheet: which form, of which pack, in which template format."""
        sheet = book.create_sheet(IDENTITY_SHEET)
        sheet.sheet_state = "veryHidden"
        sheet.protection.sheet = True
        lines = (
            (IDENTITY_MARK, "请勿修改本页"),
            ("form", self.form.id),
            ("title", self.form.title),
            ("pack", self.pack.id),
            ("pack_version", self.pack.version),
            ("template_version", str(TEMPLATE_VERSION)),
        )
        for row, (key, value) in enumerate(lines, start=1):
            put_text(cell_at(sheet, row, 1), key)
            put_text(cell_at(sheet, row, 2), value)


def _size(sheet: Worksheet, heights: Mapping[int, float]) -> None:
    from openpyxl.utils import get_column_letter

    for col in range(1, COLUMNS + 1):
        sheet.column_dimensions[get_column_letter(col)].width = COLUMN_WIDTH
    for row, lines in heights.items():
        sheet.row_dimensions[row].height = min(_TALLEST_ROW, _LINE_POINTS * lines + 9)
    sheet.row_dimensions[2].height = 39


def _name_cells(book: Workbook, title: str, plan: SheetPlan) -> None:
    """Workbook-level names: every input cell, every column of a repeat, every repeat."""
    from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
    from openpyxl.workbook.defined_name import DefinedName

    def add(field: Field, first: tuple[int, int], last: tuple[int, int]) -> None:
        start, end = (f"{get_column_letter(col)}{row}" for row, col in (first, last))
        reference = absolute_coordinate(start if start == end else f"{start}:{end}")
        name = defined_name(field.name)
        book.defined_names[name] = DefinedName(name, attr_text=f"{quote_sheetname(title)}!{reference}")

    for spot in plan.spots:
        add(spot.field, (spot.row, spot.col), (spot.row, spot.col))
    for block in plan.blocks:
        add(block.field, (block.first_row, 1), (block.last_row, COLUMNS))
        for column in block.field.columns:
            if column.name in block.columns and column.calculation is None:
                col = block.columns[column.name][0]
                add(column, (block.first_row, col), (block.last_row, col))


def _protect(book: Workbook, sheet: Worksheet) -> None:
    """Only the cells to fill are open; no password: it guards against slips, not against people."""
    from openpyxl.workbook.protection import WorkbookProtection

    sheet.protection.sheet = True
    sheet.protection.formatRows = False
    sheet.protection.insertRows = False
    sheet.protection.formatColumns = False
    book.security = WorkbookProtection(lockStructure=True)


def _set_up_page(sheet: Worksheet, plan: SheetPlan) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.freeze_panes = f"A{plan.head_rows + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.55
    margins.top = margins.bottom = 0.7
    footer = sheet.oddFooter
    if footer is not None and footer.center is not None:
        footer.center.text = "第 &P 页　共 &N 页"
    sheet.print_area = f"A1:X{plan.rows}"

"""Reading a filled form and writing tables, beside openpyxl alone; see README.md."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from benchmarks.measuring import Case, Work, run
from benchmarks.sheets.units import pack
from core.documents.excel.exchange_books import summary_sheet
from core.documents.excel.reader import read_workbook
from core.documents.excel.summary import Sheet, write_sheets
from core.documents.excel.table_rows import Value
from core.documents.excel.template import write_filled
from core.documents.products.office_summary import SummaryRow
from tests.fixtures.library import credit_code
from tests.fixtures.sample_answers import AS_OF, factory_answers

ROWS: Final = 10_000
_FORM: Final = "green-factory"
_BOOK: Final = "表.xlsx"


def prepare(folder: Path) -> None:
    """A filled form."""
    given = pack()
    write_filled(given.form(_FORM), given, factory_answers(), folder / _BOOK)


def reading(folder: Path) -> tuple[Work, Work]:
    """Which form, where each answer stands, what it says, guard and all; openpyxl only looks at every cell."""
    path, forms = folder / _BOOK, pack().forms

    def plain() -> int:
        book = load_workbook(path, read_only=True)
        found = 0
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            found += sum(cell.value is not None for row in sheet.iter_rows() for cell in row)
        book.close()
        return found

    return lambda: read_workbook(path, forms), plain


def form(folder: Path) -> tuple[Work, Work]:
    """The filled form with its styles, checks and names; openpyxl writes as many cells without."""
    given = pack()
    cells = sum(1 for sheet in load_workbook(folder / _BOOK) for row in sheet.iter_rows() for _ in row)

    def plain() -> None:
        book = Workbook()
        sheet = book.worksheets[0]
        for number in range(cells):
            sheet.cell(number // 8 + 1, number % 8 + 1, "文字")
        book.save(folder / "plain.xlsx")

    return lambda: write_filled(given.form(_FORM), given, factory_answers(), folder / "ours.xlsx"), plain


def summary(folder: Path) -> tuple[Work, Work]:
    """推荐汇总表 with frames, fonts and alignment; openpyxl writes the same values as plain cells."""
    sheet = _summary()

    def plain() -> None:
        book = Workbook(write_only=True)
        target = book.create_sheet()
        for row in _rows(sheet):
            target.append(row)
        book.save(folder / "plain.xlsx")

    return lambda: write_sheets(folder / "ours.xlsx", [sheet]), plain


def styled_summary(folder: Path) -> tuple[Work, Work]:
    """The same; openpyxl gives every cell a style, as ours have."""
    sheet = _summary()

    def styled() -> None:
        book = Workbook(write_only=True)
        target = book.create_sheet()
        for row in _rows(sheet):
            cells = [WriteOnlyCell(target, value) for value in row]  # type: ignore[arg-type] # stubs know no date
            for cell in cells:
                cell.style = "Total" if isinstance(cell.value, str) else "Title"
            target.append(cells)
        book.save(folder / "styled.xlsx")

    return lambda: write_sheets(folder / "ours.xlsx", [sheet]), styled


def _rows(sheet: Sheet) -> list[Sequence[Value]]:
    return [[sheet.heading], sheet.headers, *sheet.rows, [], *([note] for note in sheet.notes)]


def _summary() -> Sheet:
    """An office's summary of so many invented units."""
    rows = [
        SummaryRow(
            f"天津第{n}样板装备制造有限公司", credit_code(n), "区级绿色工厂培育表", "泵及真空设备制造",
            "GB/T 36132-2025 绿色工厂评价通则", "自评价", "用能、用水“领跑者”",
            f"王春梅 022-2924{n % 10_000:04d}", "已推荐", "可推荐", f"VN-{n:08X}", n % 9,
        )
        for n in range(ROWS)
    ]
    return summary_sheet("朝霞街道", "2026年12月动态更新", AS_OF, rows, ["新报"] * ROWS)


CASES: Final = (
    Case("read a filled form / openpyxl read-only", "≤ 1.5", reading, 15),
    Case("write a summary of 10,000 rows / write-only", "≤ 1.3", summary, 5),
    Case("  the same / write-only with styles", "", styled_summary, 3),
    Case("write a filled form / as many plain cells", "", form, 9),
)


def main(arguments: Sequence[str] = ()) -> None:
    """Every figure."""
    run("benchmarks.excel", prepare, CASES, arguments)


if __name__ == "__main__":
    main(sys.argv[1:])

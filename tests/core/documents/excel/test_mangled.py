"""What people do to a form before it comes back: it is read all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from core.documents.excel.book import read_book
from core.documents.excel.model import WorkbookReading
from core.documents.excel.reader import read_workbook
from core.documents.excel.template import write_filled
from core.forms.values import parse_form
from core.policy.pack import PolicyPack
from tests.core.documents.excel.answers import form_sheet, named_cells
from tests.fixtures.hostile_workbooks import parts_of, zipped
from tests.fixtures.sample_answers import factory_answers

Change = Callable[[Workbook, Worksheet], None]


@pytest.fixture(scope="module")
def filled(pack: PolicyPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "filled.xlsx"
    write_filled(pack.form("green-factory"), pack, factory_answers(), path)
    return path


def expected(pack: PolicyPack) -> dict[str, Any]:
    """The sample without files, which have no cells."""
    form = pack.form("green-factory")
    answers = {n: a for n, a in factory_answers().items() if form.by_name[n].type.value != "file"}
    for row in answers["certificates"]:
        row.pop("cert_file", None)
    return dict(parse_form(form.fields, answers).stored)


def read_changed(filled: Path, pack: PolicyPack, tmp_path: Path, change: Change) -> WorkbookReading:
    book = load_workbook(filled)
    change(book, form_sheet(book))
    path = tmp_path / "changed.xlsx"
    book.save(path)
    return read_workbook(path, pack.forms)


def stored(pack: PolicyPack, reading: WorkbookReading) -> dict[str, Any]:
    return dict(parse_form(pack.form(reading.form_id).fields, reading.answers).stored)


def rename(book: Workbook, sheet: Worksheet) -> None:
    sheet.title = "填好了"


def reorder(book: Workbook, sheet: Worksheet) -> None:
    book.create_sheet("说明", 0).append(["请看下一页"])
    book.move_sheet(sheet, 2)


def delete_hidden(book: Workbook, sheet: Worksheet) -> None:
    del book["模板信息"]


def delete_names(book: Workbook, sheet: Worksheet) -> None:
    book.defined_names.clear()


def delete_both(book: Workbook, sheet: Worksheet) -> None:
    delete_hidden(book, sheet)
    delete_names(book, sheet)


def space_labels(book: Workbook, sheet: Worksheet) -> None:
    for row in sheet.iter_rows(min_col=1, max_col=1):
        if isinstance(row[0].value, str) and row[0].protection.locked:
            row[0].value = " " + row[0].value.replace("（", " (").replace("）", ") ") + "： *"
            row[0].data_type = "s"


def rewrite_labels(book: Workbook, sheet: Worksheet) -> None:
    """Labels in other words: then only the names tell."""
    for cell in named_cells(book, "unit_name") + named_cells(book, "land_area_m2"):
        for label in sheet[cell.row]:
            if isinstance(label.value, str) and label.coordinate != cell.coordinate and label.column < 5:
                label.value = "改过的栏目名"


def insert_moving_names(book: Workbook, sheet: Worksheet) -> None:
    """As Excel does: three rows above everything, one column on the left, names and merged areas moved along."""
    for area in list(sheet.merged_cells.ranges):
        area.shift(1, 3)
    sheet.insert_rows(1, 3)
    sheet.insert_cols(1)
    for name, defined in list(book.defined_names.items()):
        if name.startswith("_list_"):
            continue
        (title, area), = defined.destinations
        cells = sheet[area.replace("$", "")]
        first = cells[0][0] if isinstance(cells, tuple) else cells
        last = cells[-1][-1] if isinstance(cells, tuple) else cells
        corners = [f"${get_column_letter(c.column + 1)}${c.row + 3}" for c in (first, last)]
        text = f"'{title}'!" + ":".join(corners)
        book.defined_names[name] = DefinedName(name, attr_text=text)


def blank_rows_in_repeat(book: Workbook, sheet: Worksheet) -> None:
    first = named_cells(book, "energy_kind")[0].row
    for area in list(sheet.merged_cells.ranges):
        if area.min_row > first:
            area.shift(0, 2)
    sheet.insert_rows(first + 1, 2)


def merge_around(book: Workbook, sheet: Worksheet) -> None:
    """The notes of the last row become one area; a text cell is split from its own."""
    row = named_cells(book, "main_products")[0].row
    sheet.unmerge_cells(f"E{row}:X{row}")
    sheet.merge_cells(f"E{row}:J{row}")


@pytest.mark.parametrize("change", [
    rename, reorder, delete_hidden, delete_names, delete_both, space_labels, rewrite_labels, insert_moving_names,
    blank_rows_in_repeat, merge_around,
])
def test_nothing_is_lost(change: Change, filled: Path, pack: PolicyPack, tmp_path: Path) -> None:
    reading = read_changed(filled, pack, tmp_path, change)
    assert reading.problems == ()
    assert stored(pack, reading) == expected(pack)


def test_source_says_how_the_cells_were_found(filled: Path, pack: PolicyPack, tmp_path: Path) -> None:
    assert read_changed(filled, pack, tmp_path, rename).source == "names"
    assert read_changed(filled, pack, tmp_path, delete_names).source == "labels"


def test_identity_is_read(filled: Path, pack: PolicyPack) -> None:
    reading = read_workbook(filled, pack.forms)
    assert (reading.form_id, reading.pack_version, reading.template_version) == ("green-factory", pack.version, 1)
    assert reading.cells["unit_name"] in {c.coordinate for c in named_cells(load_workbook(filled), "unit_name")}


RICH = CellRichText("津宝", TextBlock(InlineFont(b=True), "泵业"))


@pytest.mark.parametrize(("field", "value", "number_format", "wanted"), [
    ("established_on", "2012年3月5日", "", "2012-03-05"),
    ("established_on", "2012.3.5", "", "2012-03-05"),
    ("established_on", 40973, "General", "2012-03-05"),
    ("established_on", date(2012, 3, 5), 'yyyy"年"m"月"d"日"', "2012-03-05"),
    ("employees", "１２６", "", 126),
    ("revenue_wan", "12,345.5", "", 12345.5),
    ("land_area_m2", 1.5e4, "0.00", 15000),
    ("green_material_pct", 0.85, "0%", 85),
    ("contact_phone", 13800138000, "0", "13800138000"),
    ("credit_code", " ９１１２０２２４ｐｄｙ００００１ｘａ ", "", "91120224PDY00001XA"),
    ("legal_status", "legal_person", "", "legal_person"),
    ("commitment", True, "General", "yes"),
    ("priority_grounds", "", "", None),
    ("industry_code", "3441 泵及真空设备制造", "", "3441"),
    ("industry_code", 3441, "General", "3441"),
    ("unit_name", RICH, "", "津宝泵业"),
])
def test_values_are_read_kindly(
    field: str, value: Any, number_format: str, wanted: Any, filled: Path, pack: PolicyPack, tmp_path: Path
) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        cell = named_cells(book, field)[0]
        cell.value = value
        if number_format:
            cell.number_format = number_format

    reading = read_changed(filled, pack, tmp_path, change)
    assert stored(pack, reading).get(field) == wanted


def test_formulas_with_a_cached_value(filled: Path, pack: PolicyPack, tmp_path: Path) -> None:
    parts = parts_of(filled.read_bytes())
    where = read_workbook(filled, pack.forms).cells["employees"]
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    start = sheet.index(f'<c r="{where}"')
    end = sheet.index("</c>", start)
    sheet = sheet[:start] + f'<c r="{where}"><f>100+26</f><v>126</v>' + sheet[end:]
    path = tmp_path / "formula.xlsx"
    zipped(path, parts | {"xl/worksheets/sheet1.xml": sheet.encode()})
    reading = read_workbook(path, pack.forms)
    assert reading.problems == ()
    assert stored(pack, reading)["employees"] == 126


def test_values_under_stale_merged_areas_are_seen(filled: Path) -> None:
    book = load_workbook(filled)
    sheet = form_sheet(book)
    sheet.insert_rows(5)
    path = filled.with_name("stale.xlsx")
    book.save(path)
    kept = {c.value for c in read_book(path).sheets[0].cells.values()}
    assert {c.value for c in read_book(filled).sheets[0].cells.values()} <= kept


def test_names_that_look_like_cells(templates: Mapping[str, Path]) -> None:
    from core.documents.excel.model import defined_name

    assert defined_name("x11") == "_x11"
    assert defined_name("indicator_y1") == "indicator_y1"

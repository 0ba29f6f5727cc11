"""The marked copy: red cells with comments, a list first, everything else as it was, and it reads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.documents.excel.mark_cells import WRONG_COLOUR
from core.documents.excel.marker import write_marked
from core.documents.excel.model import PROBLEMS_SHEET
from core.documents.excel.reader import read_workbook
from core.documents.excel.template import write_filled
from core.forms.values import parse_form
from core.policy.pack import PolicyPack
from tests.core.documents.excel.answers import form_sheet, named_cells
from tests.fixtures.hostile_workbooks import set_cell
from tests.fixtures.sample_answers import factory_answers

FINDINGS = {
    "employees": "“从业人员期末人数”应填数字，现在是“约两百”",
    "products[1].product_output": "“年产量”应填数字",
    "business_license": "缺营业执照",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marker") / "企业交来.xlsx"
    set_cell("employees", "约两百")(path)
    return path


@pytest.fixture(scope="module")
def marked(source: Path, pack: PolicyPack) -> Path:
    target = source.with_name("标注.xlsx")
    write_marked(source, read_workbook(source, pack.forms), FINDINGS, target)
    return target


def test_wrong_cells_are_red_with_a_comment(marked: Path) -> None:
    book = load_workbook(marked)
    for name in ("employees", "product_output"):
        cell = named_cells(book, name)[0]
        assert cell.fill.start_color.rgb == WRONG_COLOUR
        assert cell.comment is not None
        assert "应填数字" in cell.comment.text
    assert named_cells(book, "unit_name")[0].comment is None


def test_the_list_of_problems_comes_first(marked: Path) -> None:
    sheet = load_workbook(marked).worksheets[0]
    assert sheet.title == PROBLEMS_SHEET
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[2] for row in rows] == ["从业人员期末人数", "主要产品及产能第1行：年产量", "business_license"]
    assert rows[0][3] == "约两百"
    assert rows[2][1] == "—"
    assert sheet["B3"].hyperlink.location is not None or sheet["B3"].hyperlink.target is not None


def test_answers_validations_and_protection_are_kept(source: Path, marked: Path, pack: PolicyPack) -> None:
    before, after = read_workbook(source, pack.forms), read_workbook(marked, pack.forms)
    fields = pack.form("green-factory").fields
    assert parse_form(fields, after.answers).stored == parse_form(fields, before.answers).stored
    old, new = (load_workbook(p)["区级绿色工厂培育表"] for p in (source, marked))
    assert len(new.data_validations.dataValidation) == len(old.data_validations.dataValidation)
    assert new.protection.sheet
    assert not new[after.cells["employees"]].protection.locked


def test_red_goes_away_once_corrected(marked: Path, pack: PolicyPack, tmp_path: Path) -> None:
    """By a rule at once; and marking the corrected copy again leaves nothing of the first time."""
    book = load_workbook(marked)
    cell = named_cells(book, "employees")[0]
    rules = [r for area in cell.parent.conditional_formatting if cell.coordinate in area.sqref for r in area.rules]
    assert ['AND(TRUE,NOT(EXACT(' in r.formula[0] for r in rules] == [True]
    cell.value = 126
    corrected = tmp_path / "corrected.xlsx"
    book.save(corrected)
    reading = read_workbook(corrected, pack.forms)
    assert reading.answers["employees"] == 126
    again = tmp_path / "again.xlsx"
    write_marked(corrected, reading, {"unit_name": "“单位名称”有误"}, again)
    book = load_workbook(again)
    assert named_cells(book, "employees")[0].comment is None
    assert named_cells(book, "employees")[0].fill.start_color.rgb != WRONG_COLOUR
    assert named_cells(book, "unit_name")[0].comment is not None
    assert book.sheetnames.count(PROBLEMS_SHEET) == 1


def test_values_under_stale_merged_areas_are_kept(pack: PolicyPack, tmp_path: Path) -> None:
    path = tmp_path / "stale.xlsx"
    write_filled(pack.form("green-factory"), pack, factory_answers(), path)
    book = load_workbook(path)
    form_sheet(book).insert_rows(6, 2)
    book.save(path)
    reading = read_workbook(path, pack.forms)
    write_marked(path, reading, FINDINGS, tmp_path / "marked.xlsx")
    assert read_workbook(tmp_path / "marked.xlsx", pack.forms).answers == reading.answers

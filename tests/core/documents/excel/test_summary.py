"""Summaries as Excel, read back: types, looks, print set-up, and that no text ever runs."""

from __future__ import annotations

import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.documents.excel.summary import Sheet, write_sheets
from core.domain.errors import StoreError, UnreadableInputError

_CODE = "91120115PDY00001X4"
_ACTIVE = ("=1+1", "+86 22", "-2", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"y\")", "\t=1", "=cmd|' /C calc'!A0")


def _sheet(*rows: tuple[str | int | float | date | None, ...], title: str = "名单") -> Sheet:
    return Sheet(
        title, ("单位名称", "信用代码", "入库日期", "家数", "得分"), rows, (30, 22, 13, 8, 8),
        heading="区级绿色制造单位培育库名单", notes=("共1家。", "说明：" + "很长的说明，" * 30),
    )


def test_codes_are_text_dates_are_dates_and_numbers_are_numbers(tmp_path: Path) -> None:
    row = ("天津甲公司", _CODE, date(2026, 6, 30), 12, 92.5)
    path = write_sheets(tmp_path / "名单.xlsx", (_sheet(row, ("0012", "000123", None, 0, None)),))
    book = load_workbook(path)
    sheet = book["名单"]
    first, second = sheet[3], sheet[4]
    assert [c.value for c in first[:2]] == ["天津甲公司", _CODE]
    assert first[1].data_type == "s"
    assert first[1].number_format == "@"
    assert first[2].value == datetime(2026, 6, 30)  # noqa: DTZ001 - a cell knows no zone
    assert first[2].data_type == "d"
    assert first[2].number_format == "yyyy-mm-dd"
    assert [c.value for c in first[3:5]] == [12, 92.5]
    assert [c.value for c in second] == ["0012", "000123", None, 0, None]
    assert second[0].data_type == "s"


@pytest.mark.parametrize("text", _ACTIVE)
def test_text_that_begins_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    sheet = Sheet(text, (text,), ((text,),), (20,), heading=text, notes=(text,))
    path = write_sheets(tmp_path / "名单.xlsx", (sheet,))
    with zipfile.ZipFile(path) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    read = load_workbook(path).worksheets[0]
    for row in (1, 2, 3, 5):
        cell = read.cell(row, 1)
        assert cell.data_type == "s"
        assert str(cell.value).strip() == text.strip()
        assert cell.quotePrefix


def test_the_sheet_is_ready_to_read_and_to_print(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "名单.xlsx", (_sheet(*(("甲", _CODE, None, n, None) for n in range(100))),))
    sheet = load_workbook(path).worksheets[0]
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.auto_filter.ref == "A2:E102"
    assert [sheet.column_dimensions[c].width for c in "ABCDE"] == [30, 22, 13, 8, 8]
    assert {sheet.cell(3, 1).font.name, sheet.cell(2, 1).font.name} == {"宋体", "黑体"}
    assert sheet["A1"].value == "区级绿色制造单位培育库名单"
    assert sheet["A104"].value == "共1家。"


def test_an_empty_table_is_a_readable_workbook(tmp_path: Path) -> None:
    sheet = load_workbook(write_sheets(tmp_path / "空.xlsx", (_sheet(),))).worksheets[0]
    assert [c.value for c in sheet[2]] == ["单位名称", "信用代码", "入库日期", "家数", "得分"]
    assert sheet["A4"].value == "共1家。"


def test_names_of_tabs_are_such_as_excel_takes(tmp_path: Path) -> None:
    titles = ("按街镇/园区[表]", "按街镇 园区 表", "", "长" * 40, "长" * 40)
    path = write_sheets(tmp_path / "统计.xlsx", tuple(_sheet(title=t) for t in titles))
    names = load_workbook(path).sheetnames
    assert names[:3] == ["按街镇 园区 表", "按街镇 园区 表（2）", "表"]
    assert len(set(names)) == 5
    assert all(len(name) <= 31 for name in names)


def test_equal_sheets_are_equal_bytes(tmp_path: Path) -> None:
    one, two = (write_sheets(tmp_path / n, (_sheet(("甲", _CODE, None, 1, None)),)) for n in ("1.xlsx", "2.xlsx"))
    assert one.read_bytes() == two.read_bytes()


def test_what_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match=r"名单\.csv”不是Excel文件名"):
        write_sheets(tmp_path / "名单.csv", (_sheet(),))
    with pytest.raises(StoreError, match="不存在"):
        write_sheets(tmp_path / "没有" / "名单.xlsx", (_sheet(),))
    assert list(tmp_path.iterdir()) == []


def test_three_thousand_units_take_a_moment(tmp_path: Path) -> None:
    rows = tuple((f"天津第{n}有限公司", _CODE, date(2026, 6, 30), n, 1.5) for n in range(3000))
    start = time.perf_counter()
    write_sheets(tmp_path / "名单.xlsx", (_sheet(*rows),))
    assert time.perf_counter() - start < 8

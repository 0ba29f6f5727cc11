"""The library's lists as Excel, read back with openpyxl."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.domain.errors import NotFoundError
from core.domain.library import Tier
from core.services.library import sheets
from tests.core.services.library import story
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import credit_code


def _rows(path: Path, name: str | None = None) -> list[list[object]]:
    """The table of a sheet: heads and rows, without heading above and notes below."""
    book = load_workbook(path)
    sheet = book[name] if name else book.worksheets[0]
    found: list[list[object]] = []
    for row in sheet.iter_rows(min_row=2, values_only=True):
        if not any(v is not None for v in row):
            break
        found.append([v.date() if isinstance(v, datetime) else v for v in row])
    return found


def test_a_roster_with_its_leavers(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    path = sheets.export_roster(bureau.ws, tmp_path / "导出" / "名单.xlsx")
    heads, *rows = _rows(path)
    assert heads == [
        "序号", "单位名称", "统一社会信用代码", "类别", "街镇、园区", "行业代码", "行业", "层级", "入库日期", "变动",
        "原因", "依据",
    ]
    assert len(rows) == 3
    by_name = {row[1]: row for row in rows}
    assert by_name[story.MOTORS][2:] == [
        credit_code(4), "绿色工厂", "宝坻经济开发区", "3441", "泵及真空设备制造", "区级", date(2026, 8, 1), "新增",
        "补录的已入库单位", "三(二)2",
    ]
    _, left = _rows(path, "移出")
    assert left[1:3] == [story.PAPER, credit_code(2)]
    assert left[9] == "移出"
    assert left[11] == "三(四)2(3)"
    sheet = load_workbook(path).worksheets[0]
    assert sheet["A1"].value == "区级绿色制造单位培育库名单（第2号　2026年度第一批　2026年8月10日）"
    digest = bureau.ws.store.library.rosters.get(2).digest
    assert f"封存校验值：{digest}" in [c.value for c in sheet["A"]]


def test_the_library_of_a_day_gone_by(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    path = sheets.export_roster(bureau.ws, tmp_path / "名单.xlsx", as_of=date(2026, 8, 4))
    heads, *rows = _rows(path)
    assert "变动" not in heads
    assert {row[1] for row in rows} == {story.PUMPS, story.PAPER, story.PAINT, story.MOTORS}
    assert "追溯" in str(load_workbook(path).worksheets[0]["A1"].value)
    with pytest.raises(NotFoundError, match="没有第9号名单"):
        sheets.export_roster(bureau.ws, tmp_path / "x.xlsx", number=9)


def test_a_difference_says_who_came_and_left(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    _, *rows = _rows(sheets.export_difference(bureau.ws, tmp_path / "变动.xlsx", 2, 1))
    assert [(row[0], row[1]) for row in rows[:2]] == [("新增", story.MOTORS), ("移出", story.PAPER)]
    assert {row[0] for row in rows[2:]} == {"保留"}
    assert rows[1][10] == "三(四)2(3)"


def test_a_reminder(bureau: Bureau, tmp_path: Path) -> None:
    story.enrol(bureau, 1, story.PUMPS)
    story.enrol(bureau, 2, "=天津可疑公式有限公司", office="120115001")
    path = sheets.export_reminder(bureau.ws, tmp_path / "催报.xlsx", 2025)
    _, *rows = _rows(path)
    (late,) = {row[-1] for row in rows}
    assert "补录" in str(late)
    assert {tuple(row[1:]) for row in rows} == {
        ("宝坻经济开发区", story.PUMPS, credit_code(1), "绿色工厂", 2025, date(2026, 4, 15), "未报", None, late),
        ("海滨街道", "=天津可疑公式有限公司", credit_code(2), "绿色工厂", 2025, date(2026, 4, 15), "未报", None, late),
    }
    suspicious = [c for row in load_workbook(path).worksheets[0].iter_rows() for c in row if str(c.value)[:1] == "="]
    assert [(c.data_type, bool(c.quotePrefix)) for c in suspicious] == [("s", True)]
    assert len(_rows(sheets.export_reminder(bureau.ws, tmp_path / "一个.xlsx", office="120115001"))) == 2


def test_counts_have_a_sheet_for_each_side_and_one_for_the_rosters(bureau: Bureau, tmp_path: Path) -> None:
    story.two_rosters(bureau)
    path = sheets.export_counts(bureau.ws, tmp_path / "统计.xlsx")
    assert load_workbook(path).sheetnames == ["类别", "街镇、园区", "行业", "层级", "入库年份", "历期名单"]
    assert _rows(path, "街镇、园区") == [["街镇、园区", "家数"], ["宝坻经济开发区", 2], ["海滨街道", 1]]
    assert _rows(path, "历期名单")[1:] == [
        [1, "2026年6月动态更新", date(2026, 6, 20), 3, 2, 1, 0], [2, "2026年度第一批", date(2026, 8, 10), 3, 2, 1, 0],
    ]


def test_candidates_carry_numbers_and_dates_as_such(bureau: Bureau, tmp_path: Path) -> None:
    asked = story.recommended(bureau, 1, story.PUMPS)
    for call_id in (None, asked.id):
        heads, row = _rows(sheets.export_candidates(bureau.ws, tmp_path / "候选.xlsx", Tier.CITY, call_id))
        told = dict(zip(heads, row, strict=True))
        assert (told["序号"], told["评价日期"], told["得分"]) == (1, date(2026, 5, 20), 86.5)
        assert (told["信用代码"], told["区局意见"]) == (credit_code(1), "同意推荐")

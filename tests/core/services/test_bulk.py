"""Folders of filled forms as offices keep them: sub-folders, leftovers of Excel, old formats, protected sticks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.documents.excel.template import write_filled
from core.domain.errors import UnreadableInputError
from core.services import drafts
from core.services.bulk import MARKED_FOLDER, REPORT_NAME, FolderImport, import_folder, scan_folder
from core.services.importing import Imported, ImportStatus, import_workbooks
from core.services.library import members
from core.services.workspace import Workspace
from tests.fixtures.library import OFFICE, credit_code, open_bureau
from tests.fixtures.packs import sample
from tests.fixtures.sample_answers import AS_OF, factory_answers

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "企业表"
    made.mkdir()
    return made


def _form(ws: Workspace, path: Path, number: int, *, saved_at: int | None = None, **answers: Any) -> Path:
    """A filled form of the unit with that number; `saved_at` in seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unit = {"unit_name": f"天津虚构{number}号有限公司", "credit_code": credit_code(number)}
    write_filled(ws.pack.form("green-factory"), ws.pack, {**factory_answers(), **unit, **answers}, path)
    if saved_at is not None:
        os.utime(path, (saved_at, saved_at))
    return path


def _fate(done: FolderImport, name: str) -> Imported:
    (found,) = [r for r in done.results if r.path.name == name]
    return found


def _rows(report: Path | None) -> dict[str, tuple[Any, ...]]:
    """The rows of the report by file."""
    assert report is not None
    sheet = load_workbook(report).worksheets[0]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    return {str(row[1]): row for row in rows[1:] if row[1]}


def test_thirty_forms_come_in_at_one_go_with_their_marked_copies_and_one_report(ws: Workspace, folder: Path) -> None:
    for number in range(24):
        _form(ws, folder / f"{number:02}.xlsx", number)
    for number in range(24, 30):
        _form(ws, folder / "大口屯镇" / f"{number:02}.xlsx", number, employees="很多")
    seen: list[tuple[int, int]] = []
    done = import_folder(ws, folder, progress=lambda *step: seen.append(step))
    assert seen == [(n, 30) for n in range(1, 31)]
    assert drafts.count_units(ws) == 30
    assert done.summary == "共30个Excel表，存入30个，有错已标注6个。"
    record = drafts.find_unit(ws, credit_code(27))[0]
    assert record.answers["employees"] == "很多"
    assert "employees" in drafts.open_form(ws, record.id).state.wrong
    marked = sorted(p.name for p in (folder / MARKED_FOLDER).iterdir())
    assert marked == [f"{n}（已标注）.xlsx" for n in range(24, 30)]
    assert done.report == folder / REPORT_NAME
    rows = _rows(done.report)
    assert len(rows) == 30
    title = ws.pack.form("green-factory").title
    assert rows["00.xlsx"][2:7] == ("天津虚构0号有限公司", credit_code(0), title, "已存入", None)
    wrong = rows[str(Path("大口屯镇") / "27.xlsx")]
    assert wrong[5:7] == ("有错已标注", 1)
    assert wrong[8] == str(Path(MARKED_FOLDER) / "27（已标注）.xlsx")
    assert wrong[9] == _fate(done, "27.xlsx").sentence


def test_a_second_run_passes_over_what_the_first_one_wrote(ws: Workspace, folder: Path) -> None:
    _form(ws, folder / "甲.xlsx", 1, employees="很多")
    import_folder(ws, folder)
    again = import_folder(ws, folder)
    assert [(r.path.name, r.status) for r in again.results] == [
        (REPORT_NAME, ImportStatus.SKIPPED), ("甲.xlsx", ImportStatus.MARKED), (MARKED_FOLDER, ImportStatus.SKIPPED),
    ]
    assert {p.name for p in (folder / MARKED_FOLDER).iterdir()} == {"甲（已标注）.xlsx", "甲（已标注2）.xlsx"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("~$甲.xlsx", "临时文件"),
        (".甲.xlsx", "隐藏文件"),
        (".0123.tmp", "隐藏文件"),
        ("甲（已标注）.xlsx", "去掉文件名中的“（已标注）”"),
        ("甲（已标注2）.xlsx", "程序标注过的表"),
        ("导入情况表.xlsx", "以前的导入情况表"),
        ("说明.docx", "不是Excel文件"),
        ("Thumbs.db", "不是Excel文件"),
        ("企业表.zip", "请先解压"),
    ],
)
def test_what_is_no_form_is_passed_over_by_name(ws: Workspace, folder: Path, name: str, words: str) -> None:
    _form(ws, folder / "甲.xlsx", 1)
    (folder / name).write_bytes(b"anything")
    fate = _fate(import_folder(ws, folder), name)
    assert fate.status is ImportStatus.SKIPPED
    assert words in fate.sentence
    assert fate.sentence.startswith(f"“{name}”")
    assert drafts.count_units(ws) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("旧.xls", _OLE + b"\0" * 600, "另存为“Excel 工作簿（.xlsx）”"),
        ("旧.et", _OLE + b"\0" * 600, "另存为“Excel 工作簿（.xlsx）”"),
        ("锁.xlsx", _OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        ("坏.xlsx", b"PK\x03\x04 broken", "已损坏"),
        ("空.xlsx", b"", "空文件"),
    ],
)
def test_an_unreadable_one_does_not_hold_up_the_others(
    ws: Workspace, folder: Path, name: str, content: bytes, words: str
) -> None:
    _form(ws, folder / "甲.xlsx", 1)
    (folder / name).write_bytes(content)
    done = import_folder(ws, folder)
    fate = _fate(done, name)
    assert fate.status is ImportStatus.REFUSED
    assert words in fate.sentence
    assert fate.sentence.count("。") <= 2
    assert _fate(done, "甲.xlsx").record_id is not None
    assert _rows(done.report)[name][5] == "没有导入"


@pytest.mark.parametrize(("first", "second", "stands"), [(100, 200, "乙"), (200, 100, "甲"), (100, 100, "甲")])
def test_of_two_forms_of_a_unit_the_one_saved_last_stands(
    ws: Workspace, folder: Path, first: int, second: int, stands: str
) -> None:
    _form(ws, folder / "甲.xlsx", 1, saved_at=first, employees=11)
    _form(ws, folder / "子" / "乙.xlsx", 1, saved_at=second, employees=22)
    done = import_folder(ws, folder)
    older = "甲" if stands == "乙" else "乙"
    assert drafts.find_unit(ws, credit_code(1))[0].answers["employees"] == (22 if stands == "乙" else 11)
    assert _fate(done, f"{older}.xlsx").status is ImportStatus.OUTDATED
    assert f"“{stands}.xlsx”保存得更晚，以那一份为准。" in _fate(done, f"{older}.xlsx").sentence
    assert f"同一单位更早的“{older}.xlsx”没有采用" in _fate(done, f"{stands}.xlsx").sentence
    assert done.summary == "共2个Excel表，存入1个，没有采用1个。"


def test_two_units_under_one_code_are_told(ws: Workspace, folder: Path) -> None:
    _form(ws, folder / "甲.xlsx", 1, saved_at=100, unit_name="天津甲有限公司")
    _form(ws, folder / "乙.xlsx", 1, saved_at=200, unit_name="天津乙有限公司")
    assert "单位名称不同，请核对信用代码有没有填错" in _fate(import_folder(ws, folder), "甲.xlsx").sentence


def test_a_broken_later_copy_leaves_the_earlier_one_standing(ws: Workspace, folder: Path) -> None:
    _form(ws, folder / "甲.xlsx", 1, saved_at=100)
    (folder / "乙.xlsx").write_bytes((folder / "甲.xlsx").read_bytes()[:3000])
    done = import_folder(ws, folder)
    assert _fate(done, "甲.xlsx").record_id is not None
    assert _fate(done, "乙.xlsx").status is ImportStatus.REFUSED


def test_a_stopped_import_says_what_it_has_not_reached(ws: Workspace, folder: Path) -> None:
    for number in range(4):
        _form(ws, folder / f"{number}.xlsx", number, saved_at=100 - number)
    steps: list[int] = []
    done = import_folder(ws, folder, progress=lambda n, _: steps.append(n), cancelled=lambda: len(steps) == 2)
    statuses = [r.status for r in done.results]
    assert statuses == [ImportStatus.STORED] * 2 + [ImportStatus.STOPPED] * 2
    assert done.summary == "共4个Excel表，存入2个，没有处理2个。"
    assert drafts.count_units(ws) == 2
    assert _rows(done.report)["3.xlsx"][5] == "没有处理"


def test_a_folder_without_forms_is_refused_in_a_sentence(ws: Workspace, folder: Path) -> None:
    with pytest.raises(UnreadableInputError, match=r"没有找到文件夹.*U盘"):
        import_folder(ws, folder / "没有")
    with pytest.raises(UnreadableInputError, match="没有可以导入的Excel表，请核对"):
        import_folder(ws, folder)
    (folder / "说明.docx").write_bytes(b"x")
    with pytest.raises(UnreadableInputError, match="另有1个文件不是填报表"):
        import_folder(ws, folder)
    assert [p.name for p in folder.iterdir()] == ["说明.docx"]


def test_the_wrong_folder_is_noticed_by_its_size(folder: Path) -> None:
    for number in range(2001):
        (folder / f"{number}.xlsx").touch()
    with pytest.raises(UnreadableInputError, match=r"文件太多.*像是选错了文件夹"):
        scan_folder(folder)


def test_the_programs_own_folder_and_links_to_folders_are_not_looked_into(ws: Workspace, tmp_path: Path) -> None:
    _form(ws, tmp_path / "甲.xlsx", 1)
    _form(ws, ws.folder / "marked" / "乙.xlsx", 2)
    if sys.platform != "win32":
        (tmp_path / "环").symlink_to(tmp_path, target_is_directory=True)
    assert [p.name for p in scan_folder(tmp_path, inner=(ws.folder,)).files] == ["甲.xlsx"]


def test_the_marked_copies_may_go_elsewhere(ws: Workspace, folder: Path, tmp_path: Path) -> None:
    _form(ws, folder / "甲.xlsx", 1, employees="很多")
    done = import_folder(ws, folder, marked_folder=tmp_path / "退回")
    assert [p.name for p in (tmp_path / "退回").iterdir()] == ["甲（已标注）.xlsx"]
    assert _rows(done.report)["甲.xlsx"][8] == str(tmp_path / "退回" / "甲（已标注）.xlsx")
    assert not (folder / MARKED_FOLDER).exists()


def test_what_cannot_be_written_there_goes_into_the_stores_folder(ws: Workspace, folder: Path) -> None:
    _form(ws, folder / "甲.xlsx", 1, employees="很多")
    (folder / MARKED_FOLDER).write_bytes(b"a file where the folder should be")
    (folder / REPORT_NAME).mkdir()
    done = import_folder(ws, folder)
    assert _fate(done, "甲.xlsx").marked == ws.folder / "marked" / "甲（已标注）.xlsx"
    assert done.report == ws.folder / "marked" / REPORT_NAME
    assert "写不到原文件夹，已存到" in done.report_sentence
    assert "同名的文件夹" in done.report_sentence


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A real file system of its own, as a stick is."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts")
    place = tmp_path / "U盘"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine mounts nothing")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def test_a_stick_pulled_out_half_way_keeps_what_came_in_and_names_the_rest(ws: Workspace, stick: Path) -> None:
    folder = stick / "宝坻"
    for number in range(4):
        _form(ws, folder / f"{number}.xlsx", number, saved_at=100 - number)

    def pull_out(number: int, _of: int) -> None:
        if number == 2:
            subprocess.run(["umount", "-l", str(stick)], check=True)

    done = import_folder(ws, folder, progress=pull_out)
    assert [r.status for r in done.results] == [ImportStatus.STORED] * 2 + [ImportStatus.REFUSED] * 2
    assert "没有找到文件“3.xlsx”" in _fate(done, "3.xlsx").sentence
    assert drafts.count_units(ws) == 2
    assert list(stick.iterdir()) == []
    assert done.report == ws.folder / "marked" / REPORT_NAME
    assert "写不到原文件夹" in done.report_sentence


def test_a_protected_stick_is_read_and_its_copies_are_kept_in_the_store(ws: Workspace, stick: Path) -> None:
    _form(ws, stick / "甲.xlsx", 1, employees="很多")
    subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
    done = import_folder(ws, stick)
    assert [p.name for p in stick.iterdir()] == ["甲.xlsx"]
    assert _fate(done, "甲.xlsx").marked == ws.folder / "marked" / "甲（已标注）.xlsx"
    assert _rows(done.report)["甲.xlsx"][5] == "有错已标注"
    assert done.report_sentence.startswith(f"导入情况表写不到原文件夹，已存到：{ws.folder / 'marked' / REPORT_NAME}")
    assert "只读" in done.report_sentence


# What the library knows better


def test_another_name_than_the_librarys_is_told(tmp_path: Path, folder: Path) -> None:
    ws, _ = open_bureau(tmp_path / "库", AS_OF)
    with ws:
        members.enrol(
            ws, unit_name="天津岚溪泵业有限公司", credit_code=credit_code(1), kind="green-factory", office=OFFICE,
            admitted_on=date(2025, 6, 20), industry_code="3441",
        )
        (other,) = import_workbooks(ws, [_form(ws, folder / "甲.xlsx", 1, unit_name="天津岚溪泵阀有限公司")])
        (same,) = import_workbooks(ws, [_form(ws, folder / "乙.xlsx", 1, unit_name="天津岚溪泵业有限公司 ")])
    assert other.record_id is not None
    assert "培育库中该信用代码的单位是“天津岚溪泵业有限公司”，请核对；确已更名的请办理更名" in other.sentence
    assert "培育库" not in same.sentence


@pytest.mark.parametrize(
    ("kind", "words"), [("green-factory", ""), ("green-park", "现在不在“绿色工业园区”培育库中"), ("", "")]
)
def test_a_report_of_a_unit_that_is_no_member_is_stored_and_told(
    tmp_path: Path, kind: str, words: str
) -> None:
    ws, _ = open_bureau(tmp_path / "库", AS_OF)
    with ws:
        members.enrol(
            ws, unit_name="天津岚溪泵业有限公司", credit_code=credit_code(1), kind="green-factory", office=OFFICE,
            admitted_on=date(2025, 6, 20), industry_code="3441",
        )
        given = {**sample("annual-report"), "unit_name": "天津岚溪泵业有限公司", "credit_code": credit_code(1)}
        path = tmp_path / "表.xlsx"
        write_filled(ws.pack.form("annual-report"), ws.pack, {**given, "unit_kind": kind or None}, path)
        (result,) = import_workbooks(ws, [path])
        given["credit_code"] = credit_code(2)
        write_filled(ws.pack.form("annual-report"), ws.pack, given, path)
        (stranger,) = import_workbooks(ws, [path])
    assert result.record_id is not None
    assert words in result.sentence
    assert ("不在" in result.sentence) is bool(words)
    assert stranger.record_id is not None
    assert "该单位现在不在“绿色工厂”培育库中，不需要报动态管理表" in stranger.sentence


def test_an_office_does_not_know_who_is_a_member(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    write_filled(ws.pack.form("annual-report"), ws.pack, sample("annual-report"), path)
    assert "培育库" not in import_workbooks(ws, [path])[0].sentence

"""`import` on mangled and hostile workbooks: the exit status, the sentence, and what is in the store afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.main import run
from core.documents.excel.template import write_filled
from core.services import drafts
from core.services.workspace import open_workspace
from tests.fixtures.hostile_workbooks import CATALOGUE, HARMLESS, HostileWorkbook
from tests.fixtures.library import credit_code
from tests.fixtures.packs import shipped_pack
from tests.fixtures.sample_answers import factory_answers


def _no_window(folder: Path) -> int:
    raise AssertionError(folder)


def _units(store: Path) -> int:
    with open_workspace(store) as ws:
        return drafts.count_units(ws)


@pytest.mark.parametrize("case", [*CATALOGUE, *HARMLESS], ids=lambda c: c.name)
def test_every_file_meets_its_fate(case: HostileWorkbook, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, store = tmp_path / "企业表.xlsx", tmp_path / "数据"
    case.build(path)
    before = path.read_bytes()
    status = run(["import", str(path), "--store", str(store)], _no_window)
    said = capsys.readouterr()
    assert path.read_bytes() == before
    if case.outcome == "refused":
        assert status == 2
        assert case.expected in said.err
        assert len(said.err.strip().splitlines()) == 1
        assert _units(store) == 0
        assert [p.name for p in tmp_path.iterdir() if p.suffix == ".xlsx"] == ["企业表.xlsx"]
    elif case.outcome == "marked":
        assert status == 1
        assert "已标红" in said.out
        assert (tmp_path / "企业表（已标注）.xlsx").exists()
        assert _units(store) == (0 if case.path == "credit_code" else 1)
    else:
        assert status == 0
        assert _units(store) == 1


def _folder(place: Path) -> Path:
    """Two good forms, a wrong one and a broken one, as an office has them."""
    form = shipped_pack().form("green-factory")
    for number, (name, employees) in enumerate((("一", 10), ("二", 20), ("子/三", "很多"))):
        path = place / f"{name}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        answers = {**factory_answers(), "credit_code": credit_code(number), "employees": employees}
        write_filled(form, shipped_pack(), answers, path)
    (place / "坏.xlsx").write_bytes(b"not a workbook")
    (place / "~$一.xlsx").write_bytes(b"x")
    return place


def test_a_folder_stores_each_readable_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, store = _folder(tmp_path / "企业表"), tmp_path / "数据"
    assert run(["import", str(place), "--store", str(store)], _no_window) == 2
    said = capsys.readouterr()
    assert _units(store) == 3
    assert said.err.startswith("“坏.xlsx”没有导入：")
    assert len(said.err.strip().splitlines()) == 1
    lines = said.out.strip().splitlines()
    assert lines[-2:] == [
        "共4个Excel表，存入3个，有错已标注1个，没有导入1个；另跳过1个不是填报表的文件或文件夹。",
        f"导入情况表：{place / '导入情况表.xlsx'}",
    ]
    assert len(lines) == 6
    assert (place / "退企业改正" / "三（已标注）.xlsx").is_file()
    assert (place / "导入情况表.xlsx").is_file()


def test_a_folder_is_told_as_json_and_by_the_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, store = _folder(tmp_path / "企业表"), tmp_path / "数据"
    (place / "坏.xlsx").unlink()
    command = ["import", str(place), "--store", str(store), "--marked", str(tmp_path / "退"), "--json"]
    assert run(command, _no_window) == 1
    told = json.loads(capsys.readouterr().out)
    assert {Path(r["file"]).name: r["status"] for r in told["imported"]} == {
        "一.xlsx": "stored", "二.xlsx": "stored", "三.xlsx": "marked", "~$一.xlsx": "skipped",
    }
    assert told["report"] == str(place / "导入情况表.xlsx")
    assert [p.name for p in (tmp_path / "退").iterdir()] == ["三（已标注）.xlsx"]
    (place / "子" / "三.xlsx").unlink()
    assert run(command[:-1], _no_window) == 0


def test_files_named_one_by_one_are_all_stored_or_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, store = _folder(tmp_path / "企业表"), tmp_path / "数据"
    files = [str(place / name) for name in ("一.xlsx", "坏.xlsx")]
    assert run(["import", *files, "--store", str(store)], _no_window) == 2
    assert "一个都没有存入" in capsys.readouterr().err
    assert _units(store) == 0
    assert run(["import", str(place), files[0], "--store", str(store)], _no_window) == 2
    assert "文件夹要单独导入" in capsys.readouterr().err

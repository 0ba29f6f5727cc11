"""`print` for many units as scripts use it: real processes, read back from the files."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import Destination

from core.services import drafts
from core.services.workspace import open_workspace
from tests.end2end.test_command_line import run, run_json
from tests.fixtures.library import credit_code, draft, open_bureau

_TODAY = date(2026, 11, 23)
_NAMES = ("天津虚构甲有限公司", "天津虚构乙有限公司", "天津虚构丙有限公司")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three units, the second recommended."""
    folder = tmp_path / "数据"
    ws, _clock = open_bureau(folder, _TODAY)
    ids = [draft(ws, number, name).id for number, name in enumerate(_NAMES, start=1)]
    drafts.recommend(ws, ids[1])
    ws.close()
    return folder


def _titles(path: Path) -> list[str]:
    return [str(mark.title) for mark in pypdf.PdfReader(path).outline if isinstance(mark, Destination)]


def test_units_named_one_by_one_go_into_one_pdf_in_that_order(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "推荐表.pdf"
    done = run("print", "recommendation", credit_code(3), credit_code(1), "-o", out, store=store)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == f"已写出：{out}。2份推荐表，共{len(pypdf.PdfReader(out).pages)}页。"
    assert _titles(out) == [_NAMES[2], _NAMES[0]]


def test_all_and_a_state_choose_the_units(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "报告.pdf"
    found = run_json("print", "report", "--all", "-o", out, store=store)
    assert found["printed"] == 3
    assert found["files"] == [str(out)]
    assert sorted(_titles(out)) == sorted(_NAMES)
    for word in ("recommended", "已推荐"):
        run_json("print", "report", "--state", word, "-o", out, store=store)
        assert _titles(out) == [_NAMES[1]]
    wrong = run("print", "report", "--state", "未知", "-o", out, store=store)
    assert (wrong.returncode, "没有“未知”这种状态" in wrong.stderr) == (2, True)
    none = run("print", "report", "--state", "refused", "-o", out, store=store)
    assert (none.returncode, "没有符合条件的单位" in none.stderr) == (2, True)
    both = run("print", "report", credit_code(1), "--all", "-o", out, store=store)
    assert (both.returncode, "请只用一种" in both.stderr) == (2, True)
    other = run("print", "roster", "--all", "-o", out, store=store)
    assert (other.returncode, "能成批打印的有" in other.stderr) == (2, True)
    assert _titles(out) == [_NAMES[1]]


def test_a_folder_gets_a_file_for_each_and_keeps_what_it_has(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "打印件"
    found = run_json("print", "form", "--all", "-o", out, store=store)
    names = sorted(f"{name} 区级绿色工厂培育表.pdf" for name in _NAMES)
    assert sorted(Path(path).name for path in found["files"]) == names
    assert sorted(path.name for path in out.iterdir()) == names
    (out / names[0]).write_bytes(b"signed")
    again = run("print", "form", "--all", "-o", out, store=store)
    assert (again.returncode, "已有3个同名文件" in again.stderr) == (2, True)
    assert (out / names[0]).read_bytes() == b"signed"
    assert run("print", "form", "--all", "--replace", "-o", out, store=store).returncode == 0
    assert (out / names[0]).read_bytes().startswith(b"%PDF")
    single = run_json("print", "report", credit_code(1), "-o", out, store=store)
    assert single["files"] == [str(out / f"{_NAMES[0]} 校核报告.pdf")]


def test_a_damaged_unit_is_named_with_status_1_and_the_others_are_printed(store: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(store / "greenladder.sqlite3")) as database:
        database.execute("UPDATE records SET form = 'no-such' WHERE unit_name = ?", (_NAMES[1],))
        database.commit()
    out = tmp_path / "报告.pdf"
    done = run("print", "report", "--all", "-o", out, store=store)
    assert done.returncode == 1
    assert done.stderr.startswith(f"没有打印“{_NAMES[1]}”：")
    assert sorted(_titles(out)) == sorted((_NAMES[0], _NAMES[2]))


def test_a_wrong_code_among_several_is_named_last_and_the_others_are_printed(store: Path, tmp_path: Path) -> None:
    out, strange = tmp_path / "推荐表.pdf", credit_code(77)
    done = run("print", "recommendation", credit_code(3), strange, credit_code(1), "-o", out, store=store)
    assert done.returncode == 1
    assert done.stdout.strip() == f"已写出：{out}。2份推荐表，共{len(pypdf.PdfReader(out).pages)}页。"
    assert done.stderr.startswith(f"没有打印“{strange}”：")
    assert done.stderr.count("\n") == 1
    assert _titles(out) == [_NAMES[2], _NAMES[0]]
    told = run("print", "report", strange, credit_code(1), "--json", "-o", tmp_path / "a.pdf", store=store)
    assert [failure["unit"] for failure in json.loads(told.stdout)["failed"]] == [strange]
    none = run("print", "report", strange, "乱写", "-o", tmp_path / "b.pdf", store=store)
    assert (none.returncode, none.stderr.startswith("一份也没有打印出来：")) == (2, True)
    assert not (tmp_path / "b.pdf").exists()


def test_drafts_are_counted_and_marked_in_their_names(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "打印件"
    with open_workspace(store) as ws:
        drafts.save_answer(ws, drafts.find_unit(ws, credit_code(1))[0].id, "unit_name", "")
    single = run("print", "recommendation", credit_code(1), "-o", tmp_path / "a.pdf", store=store)
    assert single.stdout.strip() == f"已写出：{tmp_path / 'a.pdf'}（草稿）"
    official = run("print", "recommendation", credit_code(2), "-o", tmp_path / "b.pdf", store=store)
    assert official.stdout.strip() == f"已写出：{tmp_path / 'b.pdf'}"
    done = run("print", "recommendation", "--all", "-o", out, store=store)
    assert done.stdout.strip().endswith("份推荐表，共6页。其中1份是草稿（还不能推荐）。")
    assert "未填名称 推荐表（草稿）.pdf" in {path.name for path in out.iterdir()}


def test_a_wrong_place_is_told_in_one_sentence(store: Path, tmp_path: Path) -> None:
    units = (credit_code(1), credit_code(2))
    word = run("print", "report", *units, "-o", tmp_path / "报告.docx", store=store)
    assert (word.returncode, "两样都不是" in word.stderr) == (2, True)
    (tmp_path / "文件").write_bytes(b"x")
    taken = run("print", "report", *units, "-o", tmp_path / "文件", store=store)
    assert (taken.returncode, "不是文件夹" in taken.stderr) == (2, True)
    bound = run("print", "bound", *units, "-o", tmp_path / "书.pdf", store=store)
    assert (bound.returncode, "合订本每家一个文件" in bound.stderr) == (2, True)
    assert not (tmp_path / "书.pdf").exists()

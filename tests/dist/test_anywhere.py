"""The frozen program runs from any folder, for any user, and says in one sentence where it cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.dist.conftest import NOBODY, UNKNOWN, Done, Frozen, is_root, needs_root

pytestmark = pytest.mark.dist

DATABASE = "greenladder.sqlite3"


def _does_its_work(frozen: Frozen, workbook: Path, out: Path, **how: Any) -> Path:
    """Import a form, list it, print it; gives the data folder's database."""
    for words in (("import", workbook, "--marked", out.parent), ("list",)):
        done = frozen.run(*words, **how)
        assert done.status == 0, done
    listed = json.loads(frozen.run("list", "--json", **how).out)
    (unit,) = listed["units"]
    done = frozen.run("print", "recommendation", unit["credit_code"], "-o", out, **how)
    assert done.status == 0, done
    assert out.read_bytes().startswith(b"%PDF-")
    return frozen.home / ".local" / "share" / "GreenLadder" / DATABASE


def _one_sentence(done: Done) -> str:
    """The refusal: status 2, one line, no traceback."""
    assert done.status == 2, done
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) == 1, done.err
    return done.err


def _read_only(folder: Path) -> None:
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        path.chmod(0o555)


def test_from_a_path_with_chinese_spaces_and_signs(frozen: Frozen, workbook: Path, place: Path) -> None:
    moved = frozen.named(place / "U盘 (E) 100% #1" / "绿阶 '新版' & 培训")
    assert _does_its_work(moved, workbook, place / "推荐表 一.pdf").is_file()


@needs_root
def test_from_a_read_only_folder_as_another_user(frozen: Frozen, workbook: Path, place: Path) -> None:
    shared = frozen.named(place / "只读共享")
    _read_only(shared.folder)
    out = frozen.home / "推荐表.pdf"
    assert _does_its_work(shared, workbook, out, user=NOBODY).is_file()


def test_the_marker_keeps_all_data_beside_the_program(frozen: Frozen, workbook: Path, place: Path) -> None:
    stick = frozen.named(place / "U盘" / "绿阶")
    (stick.folder / "便携模式.txt").touch()
    assert not _does_its_work(stick, workbook, place / "推荐表.pdf").exists()
    assert (stick.folder / "绿阶数据" / DATABASE).is_file()
    assert list(stick.home.iterdir()) == []
    carried = Frozen(stick.folder.rename(place / "另一台电脑上的绿阶"), stick.home)
    assert len(json.loads(carried.run("list", "--json").out)["units"]) == 1


@needs_root
def test_the_marker_on_a_read_only_folder_is_told_with_the_way_out(frozen: Frozen, place: Path) -> None:
    shared = frozen.named(place / "只读共享")
    (shared.folder / "便携模式.txt").touch()
    _read_only(shared.folder)
    said = _one_sentence(shared.run("list", user=NOBODY))
    assert "便携模式" in said
    assert "复制到" in said


@needs_root
def test_portable_data_on_a_read_only_folder_is_told(frozen: Frozen, place: Path) -> None:
    shared = frozen.named(place / "只读U盘")
    (shared.folder / "便携模式.txt").touch()
    assert shared.run("list").status == 0
    _read_only(shared.folder)
    for path in (shared.folder / "绿阶数据").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert "写" in _one_sentence(shared.run("list", user=NOBODY))


@needs_root
@pytest.mark.parametrize(("home", "user"), [(None, NOBODY), ("/nonexistent", NOBODY), (None, UNKNOWN)])
def test_without_a_home_it_asks_for_a_folder(frozen: Frozen, home: str | None, user: int) -> None:
    assert "--store" in _one_sentence(frozen.run("list", environment={"HOME": home}, user=user))
    assert list(frozen.home.iterdir()) == []
    given = frozen.home / "数据"
    assert frozen.run("list", "--store", given, environment={"HOME": home}, user=user).status == 0


@needs_root
def test_a_read_only_home_is_told(frozen: Frozen) -> None:
    frozen.home.chmod(0o555)
    assert "数据文件夹" in _one_sentence(frozen.run("list", user=NOBODY))


@pytest.mark.parametrize(
    "environment",
    [{"LANG": "C"}, {"LANG": "POSIX", "LC_ALL": "C"}, {"LANG": None}, {"LANG": "zh_CN.GB18030"}, {"PYTHONHOME": "/x"}],
)
def test_in_any_language_and_with_pythons_own_variables(
    frozen: Frozen, workbook: Path, place: Path, environment: dict[str, str | None]
) -> None:
    assert _does_its_work(frozen, workbook, place / "推荐表.pdf", environment=environment).is_file()


def test_in_a_working_folder_that_vanished(frozen: Frozen, place: Path) -> None:
    gone = place / "没了"
    gone.mkdir()
    here = ("sh", "-c", f"cd '{gone}' && rmdir '{gone}' && exec \"$@\"", "sh")
    done = frozen.run("check", "--help", before=here)
    assert done.status == 0, done
    assert frozen.run("list", before=("sh", "-c", f"mkdir '{gone}'; {here[2]}", "sh")).status == 0


@pytest.mark.skipif(shutil.which("unshare") is None, reason="no unshare here")
def test_no_network_is_needed_for_anything(frozen: Frozen) -> None:
    """Without even a loopback device all parts work, the window too."""
    done = frozen.run(
        "selftest", "--window", environment={"QT_QPA_PLATFORM": "offscreen"},
        before=("unshare", "--net") if is_root() else ("unshare", "--map-root-user", "--net"),
    )
    assert done.status == 0, done
    assert "失败" not in done.out


def test_the_whole_demonstration_runs(frozen: Frozen, place: Path) -> None:
    done = frozen.run("demo", "-o", place / "示范", "--json")
    assert done.status == 0, done.err
    played = json.loads(done.out)
    assert len(played["units"]) == 18
    assert all(unit["same"] for unit in played["exchange"]["units"])

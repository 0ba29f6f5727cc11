"""Where the program looks for what is its own and for the clerk's data, in the source tree and frozen."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from core.infra import paths
from core.infra.paths import default_store_folder, is_portable, program_folder, resources_folder
from core.infra.version import program_name, program_version


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as PyInstaller lays it, with a name that a clerk would give it."""
    folder = tmp_path / "绿阶 1.0"
    (folder / "_internal").mkdir(parents=True)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(folder / "_internal"), raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "greenladder"))
    return folder


def test_the_frozen_program_finds_what_is_inside_it(frozen: Path) -> None:
    assert program_folder() == frozen
    assert resources_folder() == frozen / "_internal" / "resources"


@pytest.mark.parametrize("name", ["便携模式.txt", "便携模式", "便携模式.txt.txt"])
def test_a_marker_keeps_the_data_beside_the_program(frozen: Path, name: str) -> None:
    assert not is_portable()
    assert frozen not in default_store_folder().parents
    (frozen / name).touch()
    assert is_portable()
    assert default_store_folder() == frozen / "绿阶数据"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always knows a user's folder")
def test_a_user_of_whom_the_machine_knows_no_home_gets_no_folder_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 54321)
    assert default_store_folder() == Path("/nonexistent/GreenLadder")
    assert "--store" in paths.where_else(default_store_folder())


def test_the_source_tree_is_its_own_program_folder() -> None:
    assert (program_folder() / "main.py").is_file()
    assert program_folder() == paths.bundle_folder()


def test_the_version_is_that_of_the_project() -> None:
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", program_version())
    assert f'version = "{program_version()}"' in (program_folder() / "pyproject.toml").read_text(encoding="utf-8")
    assert program_name() == f"GreenLadder {program_version()}"

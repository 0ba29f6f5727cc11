"""`main.py` opens its window on a real X display, and a second start on the same data says so."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.services import drafts
from core.store.migrate import BACKUP_FOLDER, SCHEMA_REVISIONS
from core.store.store import DATABASE_FILE
from tests.fixtures.exchange import open_office
from tests.fixtures.library import draft

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb or xdotool is not installed"
)


@pytest.fixture
def display() -> Iterator[dict[str, str]]:
    """An X server of its own at 1366×768; yields the environment to use it."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answers:
        number = answers.readline().strip()
    try:
        yield {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait(10)


def _window_named(words: str, environment: dict[str, str]) -> str:
    """Wait for a visible window whose title has these words; its id."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", words], env=environment, capture_output=True, text=True,
            check=False,
        ).stdout.split()
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no window named {words}")


def test_the_first_start_asks_who_sits_here(display: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "main.py"), "--store", str(tmp_path / "数据")]
    program = subprocess.Popen(command, cwd=ROOT, env=display, stderr=subprocess.PIPE, text=True)
    try:
        window = _window_named("欢迎使用绿阶", display)
        size = subprocess.run(
            ["xdotool", "getwindowgeometry", window], env=display, capture_output=True, text=True, check=True
        ).stdout
        assert "Geometry" in size
        assert (tmp_path / "数据" / "greenladder.sqlite3").exists()
        second = subprocess.Popen(command, cwd=ROOT, env=display, stderr=subprocess.DEVNULL)
        try:
            _window_named("绿阶已经打开", display)
        finally:
            second.kill()
            second.wait(10)
    finally:
        program.terminate()
        errors = program.communicate(timeout=20)[1]
    assert "Traceback" not in errors


def _press(window: str, key: str, environment: dict[str, str]) -> None:
    subprocess.run(["xdotool", "windowfocus", "--sync", window, "key", key], env=environment, check=True)


def test_a_former_program_goes_back_to_the_data_from_before_the_update(display: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "数据"
    with open_office(folder) as ws:
        draft(ws, 1, "宝坻示范机械厂")
        (folder / BACKUP_FOLDER).mkdir()
        ws.store.backup(folder / BACKUP_FOLDER / f"升级前-{SCHEMA_REVISIONS[-1]}-20260610-093000.sqlite3")
        draft(ws, 2, "升级以后的厂")
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    command = [sys.executable, str(ROOT / "main.py"), "--store", str(folder)]
    program = subprocess.Popen(command, cwd=ROOT, env=display, stderr=subprocess.PIPE, text=True)
    try:
        _press(_window_named("数据比程序新", display), "alt+r", display)
        _press(_window_named("已恢复", display), "Return", display)
        _window_named("单位表", display)
    finally:
        program.terminate()
        errors = program.communicate(timeout=20)[1]
    assert "Traceback" not in errors
    with open_office(folder) as ws:
        assert [unit.unit_name for unit in drafts.list_units(ws)] == ["宝坻示范机械厂"]

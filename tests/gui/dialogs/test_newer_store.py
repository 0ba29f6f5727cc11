"""The former program on a newer store: what it says, and the way back by keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core.services import drafts
from core.store.migrate import BACKUP_FOLDER, SCHEMA_REVISIONS
from core.store.store import DATABASE_FILE
from gui.dialogs.newer_store import offer_going_back
from tests.fixtures.exchange import open_office
from tests.fixtures.library import draft
from tests.gui.hands import Condition, Script, dialog, play

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
PROBLEM = "数据文件由更新版本的绿阶建立。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_office(tmp_path) as ws:
        draft(ws, 1, "宝坻示范机械厂")
        (tmp_path / BACKUP_FOLDER).mkdir()
        ws.store.backup(tmp_path / BACKUP_FOLDER / f"升级前-{SCHEMA_REVISIONS[-1]}-20260610-093000.sqlite3")
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    return tmp_path


def _says(words: str) -> Condition:
    def is_said() -> bool:
        front = QApplication.activeModalWidget()
        return isinstance(front, QMessageBox) and words in front.text() and dialog(QMessageBox)() is True

    return is_said


def _closed() -> bool:
    return QApplication.activeModalWidget() is None


def _answered(script: Callable[[], Script], folder: Path) -> bool:
    answers: list[bool] = []
    QTimer.singleShot(0, lambda: answers.append(offer_going_back(PROBLEM, folder)))
    play(script())
    (answer,) = answers
    return answer


def test_by_keys_the_clerk_goes_back(qtbot: QtBot, folder: Path) -> None:
    def script() -> Script:
        yield _says("升级前（2026年6月10日09:30）自动留下了一份数据")
        yield "Alt+R"
        yield _says("已恢复到")
        yield "Return"
        yield _closed

    assert _answered(script, folder)
    with open_office(folder) as ws:
        assert [unit.unit_name for unit in drafts.list_units(ws)] == ["宝坻示范机械厂"]


@pytest.mark.parametrize("key", ["Return", "Escape"])
def test_nothing_happens_by_accident(qtbot: QtBot, folder: Path, key: str) -> None:
    before = (folder / DATABASE_FILE).read_bytes()

    def script() -> Script:
        yield _says(PROBLEM)
        yield key
        yield _closed

    assert not _answered(script, folder)
    assert (folder / DATABASE_FILE).read_bytes() == before


def test_without_a_copy_it_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    def script() -> Script:
        yield _says("没有升级前的备份")
        yield "Return"
        yield _closed

    assert not _answered(script, tmp_path)

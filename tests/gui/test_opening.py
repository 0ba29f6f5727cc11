"""From the first sight of the window to its first page: slow openings are told of, and can be left."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.domain.errors import StoreError
from core.services.workspace import Workspace, open_workspace
from core.store.migrate import SCHEMA_REVISIONS
from gui.main_window import MainWindow
from gui.opening import Leisure, Opening, first_page_seen, folder_opener
from gui.session import Session
from gui.tasks import SyncRunner, TaskRunner, ThreadRunner
from gui.widgets import start_trace
from tests.gui.hands import press


class SlowOpener:
    """Opens a workspace once it is let go; tells a step before where one is given."""

    def __init__(self, workspace: Workspace, step: str = "") -> None:
        self.may_go = threading.Event()
        self._workspace = workspace
        self._step = step

    def __call__(self, tell: Callable[[str], None]) -> Workspace:
        if self._step:
            tell(self._step)
        assert self.may_go.wait(60)
        return self._workspace


@pytest.fixture
def runner() -> ThreadRunner:
    return ThreadRunner()


@pytest.fixture
def window(qtbot: QtBot, runner: ThreadRunner) -> MainWindow:
    """The frame, before anything is open."""
    made = MainWindow(None, runner)
    qtbot.addWidget(made)
    return made


def begin(
    window: MainWindow, runner: TaskRunner, opener: Callable[[Callable[[str], None]], Workspace], patience_ms: int
) -> Opening:
    opening = Opening(window, runner, opener, patience_ms)
    opening.opened.connect(lambda workspace: window.enter(Session(workspace, window)))
    window.show()
    return opening


def said(window: MainWindow) -> list[str]:
    return [label.text() for label in window.curtain.findChildren(QLabel) if label.isVisible()]


def test_a_slow_opening_is_told_of_and_the_window_stays_alive(
    qtbot: QtBot, window: MainWindow, runner: ThreadRunner, workspace: Workspace
) -> None:
    opener = SlowOpener(workspace)
    opening = begin(window, runner, opener, 0)
    qtbot.waitUntil(lambda: said(window) == ["绿阶", "正在打开……"])
    assert not window.rail.pages
    assert not window.rail.isVisible()
    window.activateWindow()
    press("F1")
    press("Ctrl+1")
    assert QApplication.activeModalWidget() is None
    with qtbot.waitSignal(opening.opened, timeout=30_000):
        opener.may_go.set()
    assert window.front == "units"
    assert window.units.isVisible()
    assert not window.curtain.isVisible()
    assert all(action.isEnabled() for action in window.actions_.actions())


def test_a_quick_opening_says_nothing(
    qtbot: QtBot, window: MainWindow, runner: ThreadRunner, workspace: Workspace
) -> None:
    opener = SlowOpener(workspace)
    opening = begin(window, runner, opener, 600_000)
    qtbot.waitExposed(window)
    with qtbot.waitSignal(opening.opened, timeout=30_000):
        opener.may_go.set()
    assert window.curtain.note == ""
    assert window.units.isVisible()


def test_an_upgrade_is_told_of_at_once(
    qtbot: QtBot, window: MainWindow, runner: ThreadRunner, workspace: Workspace
) -> None:
    opener = SlowOpener(workspace, "正在升级数据，请不要关机……")
    opening = begin(window, runner, opener, 600_000)
    qtbot.waitUntil(lambda: window.curtain.note == "正在升级数据，请不要关机……")
    with qtbot.waitSignal(opening.opened, timeout=30_000):
        opener.may_go.set()


def test_whoever_closes_the_window_meanwhile_leaves_once_the_data_are_open(
    qtbot: QtBot, window: MainWindow, runner: ThreadRunner, workspace: Workspace
) -> None:
    opener = SlowOpener(workspace, "正在升级数据，请不要关机……")
    opening = begin(window, runner, opener, 600_000)
    opening.left.connect(window.close)
    qtbot.waitUntil(lambda: bool(window.curtain.note))
    assert not window.close()
    assert window.isVisible()
    assert "打开后随即退出" in window.curtain.note
    with qtbot.waitSignal(opening.left, timeout=30_000):
        opener.may_go.set()
    assert not window.isVisible()
    assert not window.rail.pages
    assert not window.rail.isVisible()


def test_closing_before_anything_has_begun_opens_nothing(
    qtbot: QtBot, window: MainWindow, runner: ThreadRunner
) -> None:
    asked: list[Callable[[str], None]] = []

    def opener(tell: Callable[[str], None]) -> Workspace:
        asked.append(tell)
        raise AssertionError

    # Connected before the opening is: the window closes first.
    window.curtain.painted.connect(lambda: QTimer.singleShot(0, window, window.close))
    opening = Opening(window, runner, opener)
    with qtbot.waitSignal(opening.left, timeout=30_000):
        window.show()
    assert not window.isVisible()
    QApplication.processEvents()
    runner.wait()
    assert asked == []


def test_what_cannot_be_opened_is_handed_on(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "greenladder.sqlite3").write_bytes(b"nothing of ours, and longer than a header of the database")
    opening = Opening(window, SyncRunner(), folder_opener(tmp_path), 0)
    with qtbot.waitSignal(opening.refused, timeout=30_000) as refused:
        window.show()
    assert refused.args is not None
    (error,) = refused.args
    assert isinstance(error, StoreError)
    assert "不是绿阶的数据文件" in str(error)


def test_a_real_upgrade_tells_of_its_backup_and_of_itself(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as ws:
        assert ws.station is None
    from core.infra.clock import SystemClock
    from core.store.engine import sqlite_database
    from core.store.migrate import upgrade

    (tmp_path / "greenladder.sqlite3").unlink()
    older = sqlite_database(tmp_path / "greenladder.sqlite3")
    upgrade(older, SCHEMA_REVISIONS[-2])
    older.close()
    told: list[str] = []
    with open_workspace(tmp_path, clock=SystemClock(), tell=told.append):
        pass
    assert told == ["正在备份升级前的数据，请不要关机……", "正在升级数据，请不要关机……"]
    with sqlite3.connect(tmp_path / "greenladder.sqlite3") as direct:
        assert direct.execute("SELECT version_num FROM alembic_version").fetchone() == (SCHEMA_REVISIONS[-1],)


def test_leisure_does_its_steps_one_by_one(qtbot: QtBot, window: MainWindow) -> None:
    done: list[int] = []
    leisure = Leisure([partial(done.append, number) for number in range(3)], window)
    assert not leisure.is_done
    leisure.start()
    qtbot.waitUntil(lambda: leisure.is_done)
    assert done == [0, 1, 2]


def test_a_traced_start_notes_its_moments_in_order(
    qtbot: QtBot, window: MainWindow, runner: ThreadRunner, workspace: Workspace, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stamps = tmp_path / "stamps"
    monkeypatch.setenv(start_trace.VARIABLE, str(stamps))
    opener = SlowOpener(workspace)
    opener.may_go.set()
    opening = Opening(window, runner, opener)
    done: list[str] = []

    def enter(opened: Workspace) -> None:
        window.enter(Session(opened, window))
        first_page_seen(window, lambda: done.append("seen"))

    opening.opened.connect(enter)
    window.show()
    qtbot.waitUntil(lambda: stamps.exists() and "usable" in stamps.read_text(encoding="utf-8"), timeout=30_000)
    lines = [line.split() for line in stamps.read_text(encoding="utf-8").splitlines()]
    assert [word for word, _, _ in lines] == ["painted", "rows", "usable"]
    assert sorted(int(moment) for _, moment, _ in lines) == [int(moment) for _, moment, _ in lines]
    assert done == ["seen"]

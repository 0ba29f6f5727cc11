"""The bureau's own store and its window, for the pages of the library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.infra.clock import SetClock
from core.services.workspace import Workspace
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import SyncRunner
from tests.fixtures.library import open_bureau
from tests.gui.pages.bureau import Desk

TODAY = date(2026, 11, 23)


@pytest.fixture
def bureau_clock(tmp_path: Path) -> Iterator[tuple[Workspace, SetClock]]:
    """The bureau's new store, and the clock of its PC."""
    ws, clock = open_bureau(tmp_path / "库", TODAY)
    with ws:
        yield ws, clock


@pytest.fixture
def bureau(bureau_clock: tuple[Workspace, SetClock]) -> Workspace:
    """The bureau's new store."""
    return bureau_clock[0]


@pytest.fixture
def open_window(qtbot: QtBot) -> Callable[[Workspace], MainWindow]:
    """The window over a store, in front and listening to keys."""

    def show(ws: Workspace) -> MainWindow:
        made = MainWindow(Session(ws), SyncRunner())
        qtbot.addWidget(made)
        made.resize(1366, 690)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and QApplication.activeWindow() is made)
        return made

    return show


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """2 June 2025, nothing in the library, no window open."""
    ws, clock = open_bureau(tmp_path / "数据", date(2025, 6, 2))
    with ws:
        yield Desk(ws, clock, tmp_path)

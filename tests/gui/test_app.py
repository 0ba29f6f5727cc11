from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.domain.enums import Role
from core.domain.records import Station
from core.services import drafts
from core.services.workspace import Workspace
from gui.app import CrashReporter, claim, introduce
from gui.dialogs.first_run import StationDialog
from gui.dialogs.progress import ProgressDialog
from gui.session import Session
from gui.tasks import SyncRunner, ThreadRunner
from tests.gui.hands import Script, Text, dialog, play


def test_a_second_window_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = claim(tmp_path)
    assert first is not None
    assert claim(tmp_path) is None
    first.unlock()
    again = claim(tmp_path)
    assert again is not None
    again.unlock()


def test_an_unexpected_error_is_logged_and_told_calmly(
    qtbot: QtBot, session: Session, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    report = CrashReporter(session, tmp_path / "greenladder.log")
    session.announce("id", "“天津青禾流体装备有限公司”已保存到14:03:22")
    told: list[str] = []

    def read() -> bool:
        front = QApplication.activeModalWidget()
        if isinstance(front, QMessageBox):
            told.append(front.text())
        return bool(told)

    def script() -> Script:
        yield read
        yield dialog(QMessageBox)
        yield "Return"

    QTimer.singleShot(0, lambda: play(script()))
    try:
        raise ZeroDivisionError("our bug")
    except ZeroDivisionError:
        kind, error, trace = sys.exc_info()
        assert kind is not None
        assert error is not None
        report(kind, error, trace)
    assert "已保存到14:03:22" in told[0]
    assert str(tmp_path / "greenladder.log") in told[0]
    assert [(r.levelno, r.exc_info is not None) for r in caplog.records] == [(logging.CRITICAL, True)]
    caplog.clear()


def test_who_has_introduced_themselves_is_not_asked_again(workspace: Workspace) -> None:
    assert introduce(workspace, SyncRunner())
    assert workspace.station == Station(Role.OFFICE, workspace.pack.lists["office"].choices[0].name, "李慧敏",
                                        "022-29240016")


def test_the_first_start_loads_the_samples_and_shows_that_it_is_at_work(
    qtbot: QtBot, empty_workspace: Workspace
) -> None:
    told: list[str] = []

    def look() -> None:
        front = QApplication.activeModalWidget()
        if isinstance(front, ProgressDialog):
            told.extend(label.text() for label in front.findChildren(QLabel))
            told.extend(button.text() for button in front.findChildren(QPushButton) if button.isVisible())

    def script() -> Script:
        yield dialog(StationDialog)
        yield "Alt+O"
        yield Text("bpjd")
        yield "Alt+N"
        yield Text("lihuimin")
        yield "Alt+L"
        yield "Alt+S"

    looking = QTimer()
    looking.timeout.connect(look)
    looking.start(5)
    QTimer.singleShot(0, lambda: play(script()))
    assert introduce(empty_workspace, ThreadRunner())
    looking.stop()
    assert set(told) == {"正在装入示例单位，请稍候……"}
    assert drafts.count_units(empty_workspace) == 18

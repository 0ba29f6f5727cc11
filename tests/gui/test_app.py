from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from core.domain.enums import Role
from core.domain.records import Station
from core.services.workspace import Workspace
from gui.app import CrashReporter, claim, introduce
from gui.session import Session
from tests.gui.hands import Script, dialog, play


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
    assert introduce(workspace)
    assert workspace.station == Station(Role.OFFICE, workspace.pack.lists["office"].choices[0].name, "李慧敏",
                                        "022-29240016")

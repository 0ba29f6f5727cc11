"""The window as a clerk sees it: in front, at the size of a small screen, with a record open."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import SyncRunner


def window_with(qtbot: QtBot, session: Session, record_id: str) -> MainWindow:
    """A window that listens to keys, with that record open."""
    made = MainWindow(session, SyncRunner())
    qtbot.addWidget(made)
    made.resize(1366, 690)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    made.open_record(record_id)
    return made

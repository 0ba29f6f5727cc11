"""The window of a bureau over a real store whose clock is set by hand, and what tests of its pages share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from core.infra.clock import SetClock
from core.services.workspace import Workspace
from gui.dialogs.form_dialog import FieldsDialog
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.list_frame import ListFrame
from tests.gui.hands import Click


@dataclass(frozen=True)
class Desk:
    """The bureau's store, its clock, and where files go."""

    ws: Workspace
    clock: SetClock
    folder: Path

    def window(self, qtbot: QtBot, runner: TaskRunner) -> MainWindow:
        """The window, with the keys."""
        made = MainWindow(Session(self.ws), runner)
        qtbot.addWidget(made)
        made.resize(1366, 720)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and QApplication.activeWindow() is made)
        return made


def button_of(window: QWidget, action: QAction) -> Callable[[], QWidget]:
    """The button of an action that can be seen."""

    def find() -> QWidget:
        found = [b for b in window.findChildren(QToolButton) if b.defaultAction() is action and b.isVisible()]
        assert found, f"no button of “{action.text()}” can be seen"
        return found[0]

    return find


def pressable(text: str) -> Callable[[], QWidget]:
    """The button of the dialog in front whose text begins so."""

    def find() -> QWidget:
        front = QApplication.activeModalWidget()
        found = [b for b in front.findChildren(QPushButton) if b.text().startswith(text)] if front else []
        assert found, f"no “{text}” in the dialog in front"
        return found[0]

    return find


def row_of(frame: ListFrame, row: int) -> Click:
    """A click on a row of a list."""
    table = frame.table
    return Click(lambda: (table.viewport(), table.visualRect(table.model().index(row, 0)).center()))


def said() -> str:
    """What the message in front says; empty when none is in front."""
    front = QApplication.activeModalWidget()
    return front.text() if isinstance(front, QMessageBox) else ""


def problem() -> str:
    """What the small form in front finds wrong."""
    front = QApplication.activeModalWidget()
    return front.problem if isinstance(front, FieldsDialog) else ""


def choose(combo: QComboBox, text: str) -> None:
    """Choose an entry of a list, as its keys would."""
    place = next(i for i in range(combo.count()) if combo.itemText(i).startswith(text))
    combo.setCurrentIndex(place)


def message(*words: str) -> Callable[[], bool]:
    """A message with these words is in front."""
    return lambda: bool(said()) and all(word in said() for word in words)

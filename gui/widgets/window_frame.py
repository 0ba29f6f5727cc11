"""The window without its contents: menu bar, rail, the middle, status line. It can be seen before the data are open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QMenu, QStackedWidget, QWidget

from gui.widgets.curtain import Curtain
from gui.widgets.page import MenuEntry
from gui.widgets.rail import Rail

APP_TITLE: Final = "绿阶"
_SMALLEST: Final = (860, 470)
_USUAL: Final = (1340, 690)


class WindowFrame(QMainWindow):
    """`actions_` are the window's own: disabled while the curtain is in front, with their keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(APP_TITLE)
        self.rail = Rail(self)
        self.curtain = Curtain(APP_TITLE, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.curtain)
        self.actions_ = QActionGroup(self)
        self.actions_.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self._saved = QLabel(self)
        self._saved.setObjectName("saved")
        self._who = QLabel(self)
        self._who.setProperty("role", "note")
        self._lay_out()

    def _lay_out(self) -> None:
        desk = QWidget(self)
        row = QHBoxLayout(desk)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._stack, 1)
        self.setCentralWidget(desk)
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_USUAL)
        self.statusBar().addWidget(self._saved, 1)
        self.statusBar().addPermanentWidget(self._who)

    def _action(self, text: str, keys: str, slot: Callable[[], object]) -> QAction:
        action = QAction(text, self.actions_)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: slot())
        return action

    def _menu(self, title: str, entries: Sequence[MenuEntry]) -> QMenu:
        menu = QMenu(title, self)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, QMenu):
                menu.addMenu(entry)
            else:
                menu.addAction(entry)
        return menu

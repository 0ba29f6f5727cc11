"""An office and the bureau, each with a store and a window of its own, and a folder that goes between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from core.domain.records import Record
from core.infra.clock import SetClock
from core.services import drafts
from core.services.exchange import packing, receiving, trust
from core.services.exchange.model import Received, Sent
from core.services.workspace import Workspace
from gui.main_window import MainWindow
from gui.models.rows_model import RowsModel
from gui.pages.exchange.page import ExchangePage
from gui.session import Session
from gui.tasks import SyncRunner, TaskRunner
from tests.fixtures.library import draft

NAMES = ("天津青禾流体装备有限公司", "天津丙丁再生资源设备制造有限公司", "天津宁川数控机床有限公司")


@dataclass
class Ends:
    """Both stores and the stick."""

    office: Workspace
    bureau: Workspace
    office_clock: SetClock
    bureau_clock: SetClock
    stick: Path
    qtbot: QtBot
    monkeypatch: pytest.MonkeyPatch
    windows: list[MainWindow] = field(default_factory=list)

    def page(self, ws: Workspace, runner: TaskRunner | None = None) -> ExchangePage:
        """The page of a store's window, alone in front."""
        for old in self.windows:
            old.close()
        made = MainWindow(Session(ws), runner or SyncRunner())
        self.windows.append(made)
        self.qtbot.addWidget(made)
        made.resize(1366, 690)
        made.show()
        made.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and QApplication.activeWindow() is made)
        made.go("exchange")
        page = made.page("exchange")
        assert isinstance(page, ExchangePage)
        return page

    def recommended(self, count: int = 2) -> list[Record]:
        """That many units of the office, ready to be handed in."""
        made = [draft(self.office, place + 1, NAMES[place]) for place in range(count)]
        for record in made:
            drafts.recommend(self.office, record.id)
        return [self.office.store.get(record.id) for record in made]

    def packed(self) -> Sent:
        """The office's next package, on the stick."""
        return packing.pack(self.office, self.stick, with_papers=False)

    def enrolled(self, sent: Sent) -> None:
        """The bureau knows the office from that package."""
        trust.enrol(self.bureau, sent.path, sent.check_code)

    def received(self, sent: Sent) -> Received:
        """The bureau has taken that package in."""
        self.enrolled(sent)
        return receiving.receive(self.bureau, sent.path)

    def will_choose(self, *paths: Path) -> None:
        """What the file dialog of the desktop will give."""
        names = [str(path) for path in paths]
        self.monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))


def rows(model: RowsModel, *columns: int) -> list[list[str]]:
    """The texts of a list, of these columns."""
    shown: Sequence[int] = columns or range(model.columnCount())
    return [[str(model.index(row, c).data()) for c in shown] for row in range(model.rowCount())]


def front(kind: type[QDialog]) -> QDialog:
    """The dialog in front, which is of that kind."""
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind), found
    return found


def closed(kind: type[QDialog]) -> Callable[[], bool]:
    """No dialog of that kind is in front any more."""
    return lambda: not isinstance(QApplication.activeModalWidget(), kind)

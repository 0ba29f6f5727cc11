"""The whole queue of the bureau printed at one go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.dialogs.batch_print import BatchDialog
from gui.dialogs.preview import PreviewDialog
from gui.pages.review.page import ReviewPage
from gui.tasks import SyncRunner
from tests.fixtures.library import open_bureau, received
from tests.gui.hands import Script, dialog, no_dialog, play
from tests.gui.pages.bureau import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ws, clock = open_bureau(tmp_path / "数据", date(2026, 6, 1))
    with ws:
        yield Desk(ws, clock, tmp_path)


def test_what_the_queue_shows_is_printed_in_its_order(desk: Desk, qtbot: QtBot) -> None:
    names = ("天津虚构丙有限公司", "天津虚构甲有限公司", "天津虚构乙有限公司")
    for number, name in enumerate(names, start=1):
        received(desk.ws, number, name)
    window = desk.window(qtbot, SyncRunner())
    window.go("review")
    page = window.page("review")
    assert isinstance(page, ReviewPage)
    listed = [str(page.model.data(page.model.index(row, 0))) for row in range(page.model.rowCount())]
    entries: list[str] = []

    def script() -> Script:
        yield "Alt+V"
        yield lambda: QApplication.activePopupWidget() is not None
        yield "P"
        yield dialog(BatchDialog)
        yield "Return"
        yield dialog(PreviewDialog)
        front = QApplication.activeModalWidget()
        assert isinstance(front, PreviewDialog)
        entries.extend(front.contents.itemText(n) for n in range(front.contents.count()))
        yield "Esc"
        yield no_dialog

    play(script())
    assert sorted(listed) == sorted(names)
    assert entries == listed


def test_an_empty_queue_is_told(desk: Desk, qtbot: QtBot) -> None:
    window = desk.window(qtbot, SyncRunner())
    window.go("review")
    page = window.page("review")
    assert isinstance(page, ReviewPage)
    page.actions_.many.trigger()
    assert page.frame.notice.text.startswith("列表是空的")

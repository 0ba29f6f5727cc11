"""The bureau binds the form under review by key; the official sheet stands in the book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.services.library import windows
from gui.dialogs.preview import PreviewDialog
from gui.tasks import SyncRunner
from tests.fixtures.library import open_bureau, received
from tests.gui.hands import Script, dialog, no_dialog, play
from tests.gui.pages.bureau import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ws, clock = open_bureau(tmp_path / "数据", date(2026, 6, 1))
    with ws:
        windows.open_window(ws)
        yield Desk(ws, clock, tmp_path)


def test_the_form_under_review_is_bound_by_key(desk: Desk, qtbot: QtBot) -> None:
    record = received(desk.ws, 1, "天津青禾流体装备有限公司")
    window = desk.window(qtbot, SyncRunner())
    window.go("review")
    shown: list[str] = []
    chapters: list[str] = []

    def script() -> Script:
        yield lambda: QApplication.focusWidget() is not None
        yield "Ctrl+Shift+B"
        yield dialog(PreviewDialog)
        front = QApplication.activeModalWidget()
        assert isinstance(front, PreviewDialog)
        shown.append(front.windowTitle())
        chapters.extend(entry.title for entry in front._pages.outline())
        yield "Escape"
        yield no_dialog

    play(script())
    assert shown == [f"预览　{record.unit_name}　合订本"]
    assert chapters[:4] == ["封面", "目录", "推荐表", "区级绿色工厂培育表"]

"""打印字体, by keys: the fonts of the PC are offered, the choice is kept, what cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from core.services import fonts
from core.services.fonts import PrintFont
from core.services.workspace import Workspace
from gui.dialogs.print_fonts import PrintFontsDialog
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import SyncRunner
from tests.core.documents import local_fonts as made
from tests.gui.hands import Script, dialog, no_dialog, play


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder of fonts, with four fonts in it."""
    own = tmp_path / "fonts"
    made.save(made.font("kai.ttf", "方正小标宋简体", "FZXiaoBiaoSong-B05S"), own / "a.ttf")
    made.save(made.font("hei.ttf", "仿宋_GB2312", "FangSong_GB2312"), own / "b.ttf")
    made.save(made.font("hei.ttf", "某花体", "Some Fancy", text="花"), own / "c.ttf")
    made.save(made.font("hei.ttf", "某限制字体", "Some Other", permission=2), own / "d.ttf")
    monkeypatch.setattr(fonts, "system_folders", lambda: (own,))
    return own


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    made_window = MainWindow(session, SyncRunner())
    qtbot.addWidget(made_window)
    made_window.show()
    made_window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return made_window


def _open(window: MainWindow) -> None:
    action = next(a for a in window.findChildren(QAction) if a.text().startswith("打印字体"))
    QTimer.singleShot(0, action.trigger)


def _front() -> PrintFontsDialog:
    front = QApplication.activeModalWidget()
    assert isinstance(front, PrintFontsDialog)
    return front


def _notes() -> list[str]:
    return [label.text() for label in _front().findChildren(QLabel, "fontNotes")]


def _chosen(ws: Workspace) -> dict[PrintFont, str]:
    return {row.use: row.chosen for row in fonts.font_rows(ws) if row.chosen}


@pytest.mark.usefixtures("folder")
def test_two_keys_choose_the_official_font(window: MainWindow, workspace: Workspace) -> None:
    notes: list[str] = []

    def script() -> Script:
        _open(window)
        yield dialog(PrintFontsDialog)
        notes.extend(_notes())
        yield "Down"
        yield "Return"
        yield no_dialog

    play(script())
    assert _chosen(workspace) == {PrintFont.TITLE: "方正小标宋简体"}
    assert "某限制字体" in notes[0]
    assert "不许嵌入" in notes[0]


@pytest.mark.usefixtures("folder")
def test_leaving_changes_nothing_and_an_unfit_font_is_named(window: MainWindow, workspace: Workspace) -> None:
    told: list[str] = []

    def script() -> Script:
        _open(window)
        yield dialog(PrintFontsDialog)
        yield "Down"
        yield "Esc"
        yield no_dialog
        _open(window)
        yield dialog(PrintFontsDialog)
        box: QComboBox = _front().boxes[PrintFont.BODY]
        box.setCurrentIndex(box.findData("某花体"))
        yield "Return"
        yield dialog(QMessageBox)
        front = QApplication.activeModalWidget()
        assert isinstance(front, QMessageBox)
        told.append(front.text())
        yield "Return"
        yield no_dialog

    play(script())
    assert _chosen(workspace) == {}
    assert "某花体" in told[0]


def test_a_font_that_is_gone_stays_in_sight_until_another_is_chosen(
    window: MainWindow, workspace: Workspace, folder: Path
) -> None:
    fonts.choose_font(workspace, PrintFont.BODY, "仿宋_GB2312", [folder])
    (folder / "b.ttf").unlink()
    shown: list[str] = []

    def script() -> Script:
        _open(window)
        yield dialog(PrintFontsDialog)
        shown.append(_front().boxes[PrintFont.BODY].currentText())
        shown.extend(_notes())
        _front().boxes[PrintFont.BODY].setCurrentIndex(0)
        yield "Return"
        yield no_dialog

    play(script())
    assert "不能用了" in shown[0]
    assert "找不到" in shown[1]
    assert _chosen(workspace) == {}


def test_a_font_of_an_english_name_chosen_elsewhere_is_shown_as_good(
    qtbot: QtBot, workspace: Workspace, folder: Path
) -> None:
    made.save(made.font("hei.ttf", "Plain Hei", "Plain Hei"), folder / "e.ttf")
    fonts.choose_font(workspace, PrintFont.HEI, "Plain Hei")
    shown = PrintFontsDialog(fonts.font_rows(workspace), fonts.local_fonts())
    qtbot.addWidget(shown)
    assert shown.boxes[PrintFont.HEI].currentText() == "Plain Hei"
    assert shown.wanted[PrintFont.HEI] == "Plain Hei"
    (folder / "e.ttf").unlink()
    spoilt = PrintFontsDialog(fonts.font_rows(workspace), fonts.local_fonts())
    qtbot.addWidget(spoilt)
    assert spoilt.boxes[PrintFont.HEI].currentText() == "Plain Hei（不能用了）"

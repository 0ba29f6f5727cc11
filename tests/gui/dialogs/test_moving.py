"""备份、恢复、换电脑、检查数据 from the file menu, by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from core.domain.errors import NotAllowedError
from core.services import moving, restoring
from core.services.exchange.moved import moved_on, require_here
from core.services.workspace import Workspace
from gui.dialogs.ask_password import PasswordDialog
from gui.dialogs.moving import BackupDialog
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import ThreadRunner
from tests.fixtures.exchange import open_office
from tests.fixtures.library import draft
from tests.gui.hands import Condition, Script, Text, dialog, no_dialog, play

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    draft(session.workspace, 1, "宝坻示范机械厂")
    made = MainWindow(session, ThreadRunner())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return made


def _said(words: str) -> Condition:
    def is_said() -> bool:
        front = QApplication.activeModalWidget()
        return isinstance(front, QMessageBox) and words in front.text() and dialog(QMessageBox)() is True

    return is_said


def _from_menu(letter: str) -> Script:
    yield "Alt+F"
    yield lambda: QApplication.activePopupWidget() is not None
    yield letter


def _into(folder: Path) -> Script:
    """The folder box has the keys: its text is replaced."""
    yield dialog(BackupDialog)
    yield "Ctrl+A"
    yield Text(str(folder))


def test_a_backup_is_written_with_a_password_and_a_wrong_repeat_is_told(
    window: MainWindow, session: Session, tmp_path: Path
) -> None:
    def script() -> Script:
        yield from _from_menu("B")
        yield from _into(tmp_path)
        yield "Alt+W"
        yield Text("abc1")
        yield "Alt+V"
        yield Text("abc2")
        yield "Return"
        yield lambda: any("不一样" in x.text() for x in _front().findChildren(QLabel))
        yield "Ctrl+A"
        yield Text("abc1")
        yield "Return"
        yield _said("已备份到")
        yield "Return"
        yield no_dialog

    play(script())
    (made,) = tmp_path.glob("绿阶备份-*.zip")
    assert restoring.look(made, "abc1").made_by == session.workspace.actor
    assert not moved_on(session.workspace)


def test_changing_the_pc_and_back(window: MainWindow, session: Session, tmp_path: Path) -> None:
    def away() -> Script:
        yield from _from_menu("H")
        yield from _into(tmp_path)
        yield "Return"
        yield _said("不再打包和接收")
        yield "Return"
        yield no_dialog

    play(away())
    with pytest.raises(NotAllowedError, match="迁到新电脑"):
        require_here(session.workspace)

    def back(keys: str) -> Script:
        yield from _from_menu("H")
        yield _said("没有换成")
        yield keys
        if keys == "Alt+J":
            yield _said("照常打包")
            yield "Return"
        yield no_dialog

    play(back("Return"))  # where something is at stake, Enter means no
    assert moved_on(session.workspace)
    play(back("Alt+J"))
    require_here(session.workspace)


def test_restoring_asks_for_password_and_consent_and_closes_the_window(
    window: MainWindow, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = session.workspace
    backup = moving.back_up(ws, tmp_path / "备份.zip", password="abc").path
    later = draft(ws, 2, "宝坻后来机械厂")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(backup)], ""))

    def script() -> Script:
        window.open_record(later.id)
        yield from _from_menu("R")
        yield dialog(PasswordDialog)
        yield Text("ab")
        yield "Return"
        yield lambda: any("密码不对" in x.text() for x in _front().findChildren(QLabel))
        yield dialog(PasswordDialog)
        yield Text("abc")
        yield "Return"
        yield _said("不会删除")
        yield "Alt+R"
        yield _said("请重新打开")
        yield "Return"
        yield lambda: not window.isVisible()

    play(script())
    ws.close()
    (aside,) = ws.folder.glob("恢复前-*")
    with open_office(aside) as kept:
        assert kept.store.count_records() == 2
    with open_office(ws.folder) as restored:
        assert restored.store.count_records() == 1


def test_a_file_that_is_no_backup_leaves_all_as_it_is(
    window: MainWindow, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "照片.zip"
    other.write_bytes(b"no zip")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(other)], ""))

    def script() -> Script:
        yield from _from_menu("R")
        yield _said("照片.zip")
        yield "Return"
        yield no_dialog

    play(script())
    assert window.isVisible()
    assert session.workspace.store.count_records() == 1


def test_the_check_tells_its_result(window: MainWindow, session: Session) -> None:
    def script() -> Script:
        yield from _from_menu("K")
        yield _said("数据完好")
        yield "Return"
        yield no_dialog

    play(script())
    assert moving.verify(session.workspace).records == 1


def _front() -> QDialog:
    front = QApplication.activeModalWidget()
    assert isinstance(front, QDialog)
    return front


def test_the_words_for_a_store_and_workspace_stay(workspace: Workspace, window: MainWindow) -> None:
    titles = [a.text() for m in window.menuBar().actions() if m.text().startswith("文件") for a in m.menu().actions()]  # type: ignore[attr-defined]
    assert [t for t in titles if t] == [
        "本机使用人(&U)…", "打印字体(&T)…", "核对纸件(&P)…", "备份(&B)…", "恢复(&R)…", "换电脑(&H)…", "检查数据(&K)",
        "退出(&X)",
    ]
    assert workspace.station is not None

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTabWidget, QTextBrowser
from pytestqt.qtbot import QtBot

from core.infra.paths import bundle_folder
from gui.dialogs.help import KEYS, HelpDialog
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import SyncRunner


def test_every_shortcut_is_listed(qtbot: QtBot, session: Session) -> None:
    window = MainWindow(session, SyncRunner())
    qtbot.addWidget(window)
    listed = {key for keys, _ in KEYS if keys for key in keys.split("、")}
    actions = [*window.findChildren(QAction), *window.units.actions(), *window.editor.actions()]
    missing = {a.text(): a.shortcut().toString() for a in actions if not a.shortcut().isEmpty()
               and a.shortcut().toString() not in listed}
    assert missing == {}


def test_no_key_means_two_things_on_a_page(qtbot: QtBot, session: Session) -> None:
    window = MainWindow(session, SyncRunner())
    qtbot.addWidget(window)
    for page in (window.units, window.editor):
        keys = [a.shortcut().toString() for a in page.actions() if not a.shortcut().isEmpty()]
        assert len(keys) == len(set(keys))


def test_the_manual_is_shown_when_it_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    without = HelpDialog(tmp_path / "nothing", "关于")
    qtbot.addWidget(without)
    leaves = without.findChild(QTabWidget)
    assert leaves is not None
    assert [leaves.tabText(i) for i in range(leaves.count())] == ["快捷键(&K)", "关于(&A)"]
    (tmp_path / "手册.md").write_text("# 用户手册\n\n先新建。", encoding="utf-8")
    with_manual = HelpDialog(tmp_path / "手册.md", "关于")
    qtbot.addWidget(with_manual)
    leaves = with_manual.findChild(QTabWidget)
    assert leaves is not None
    assert leaves.tabText(0) == "用户手册(&M)"


def test_no_mark_of_the_manual_is_left_as_it_was_typed(qtbot: QtBot) -> None:
    shown = HelpDialog(bundle_folder() / "docs" / "用户手册.md", "关于")
    qtbot.addWidget(shown)
    leaves = shown.findChild(QTabWidget)
    assert leaves is not None
    manual = leaves.widget(0)
    assert isinstance(manual, QTextBrowser)
    text = manual.toPlainText()
    assert "需说明" in text
    marks = ("|", "**", "`", "\n#", "\n- ")
    assert [mark for mark in marks if mark in text] == []

"""What a review of shipping found wrong in the window; each mark goes with its mending."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.domain.enums import RecordState
from core.domain.errors import StoreError
from core.domain.values import Stored
from core.services import drafts
from gui.main_window import MainWindow
from gui.pages.editor import page as editor_page
from gui.session import Session, StoreWatch
from gui.widgets.line_cell import LineCell
from tests.fixtures.packs import sample
from tests.gui.front import window_with

ROOT = Path(__file__).resolve().parents[2]
OTHER = "朝霞街道 李小红"


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> Iterator[MainWindow]:
    """The window with an eligible factory open."""
    answers = {k: v for k, v in sample("green-factory").items() if not k.endswith("_evidence")}
    record = drafts.begin(session.workspace, "green-factory", {**answers, "employees": 100}).record
    made = window_with(qtbot, session, record.id)
    yield made
    made.editor.saver.start("", {})  # a test that failed must not leave a window that asks before it closes


def by_other(window: MainWindow, **changes: Stored) -> None:
    window._session.workspace.store.set_answers(window.editor.record_id, changes, actor=OTHER, source="窗口录入")


def moved_by_other(window: MainWindow, state: RecordState) -> None:
    window._session.workspace.store.set_state(window.editor.record_id, state, actor=OTHER, source="推荐")


def stored(window: MainWindow, name: str) -> object:
    return window._session.workspace.store.get(window.editor.record_id).answers.get(name)


def away(*_arguments: object, **_named: object) -> NoReturn:
    raise StoreError("数据库服务器连不上。")


def gives_up(*_arguments: object, **_named: object) -> bool:
    return True


def cell_in_front(window: MainWindow, name: str) -> LineCell:
    page = window.editor.form_page
    assert page is not None
    assert page.focus_field(name)
    cell = page._sheet.current_cell()
    assert cell is not None
    assert isinstance(cell.editor, LineCell)
    return cell.editor


def test_what_stands_under_a_text_being_typed_was_not_shown(window: MainWindow) -> None:
    watch = StoreWatch(window._session)
    cell = cell_in_front(window, "employees")
    cell.selectAll()
    QTest.keyClicks(cell, "110")  # not saved yet, as while pinyin is composed
    by_other(window, employees=120)
    moved_by_other(window, RecordState.RECOMMENDED)
    watch.look()
    moved_by_other(window, RecordState.DRAFT)
    watch.look()
    cell.commit()
    assert stored(window, "employees") == 120, "written over unseen"
    assert "employees" in window.editor.saver.refused
    window.editor.saver.give_up()  # or closing the window asks for a choice


def test_what_the_clerk_gave_up_is_not_saved_later(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    saver = window.editor.saver
    monkeypatch.setattr(editor_page, "ask", gives_up)
    with monkeypatch.context() as trouble:
        trouble.setattr(window._session.workspace.store, "set_answers", away)
        saver.save("employees", "777")
        window.show_list()
    assert window._stack.currentWidget() is not window.editor
    saver._again.timeout.emit()
    assert stored(window, "employees") == 100


def test_a_form_can_be_left_while_the_server_is_away(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = window.editor
    by_other(window, employees=120)
    editor.saver.save("employees", "110")
    assert "employees" in editor.saver.refused
    monkeypatch.setattr(editor.elsewhere, "decide", lambda: False)  # the clerk has put the choice off
    monkeypatch.setattr(editor_page, "ask", gives_up)
    monkeypatch.setattr(window._session.workspace.store, "add_event", away)
    window.show_list()
    assert window._stack.currentWidget() is not editor


def test_after_a_refused_file_the_page_shows_why(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def warn(_parent: QWidget | None, _title: str, text: str) -> None:
        told.append(text)

    monkeypatch.setattr("gui.pages.editor.steps.warn", warn)
    editor, ws = window.editor, window._session.workspace
    name = next(f.name for f in ws.pack.form("green-factory").fields if f.type.value == "file")
    mine, theirs = tmp_path / "我的.png", tmp_path / "对方的.png"
    for file in (mine, theirs):
        file.write_bytes((ROOT / "resources/icons/greenladder-16.png").read_bytes())
    ws.store.attach(editor.record_id, name, theirs, actor=OTHER)
    editor._attach(name, [mine])
    assert len(told) == 1
    assert editor.saver.shown.get(name) == stored(window, name), "refused, and still not shown"


@pytest.mark.skipif(sys.platform != "linux", reason="what other programs inherit there")
def test_programs_that_the_window_opens_do_not_get_our_qt(tmp_path: Path) -> None:
    """As in the packaged program (seen there): a Qt desktop's file manager or WPS would look into our plugins."""
    inner = tmp_path / "绿阶" / "_internal"
    ours = {"QT_PLUGIN_PATH": inner / "PySide6/Qt/plugins", "QML2_IMPORT_PATH": inner / "PySide6/Qt/qml"}
    started = (
        "import os, sys; from pathlib import Path; from PySide6.QtCore import QTimer; import core.infra.paths as paths;"
        "from PySide6.QtWidgets import QApplication; import gui.app as app;"
        "app._Start.open = lambda self, patience: QTimer.singleShot(0, QApplication.quit);"
        "app.resources_folder = lambda root=Path('resources').resolve(): root;"
        "sys.frozen, sys._MEIPASS = True, sys.argv[2]; app.run(Path(sys.argv[1]));"
        "print([name for name in ('QT_PLUGIN_PATH', 'QML2_IMPORT_PATH') if name in os.environ])"
    )
    environment = {**os.environ, **{name: str(path) for name, path in ours.items()}, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", started, str(tmp_path / "数据"), str(inner)], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=True,
    )
    assert done.stdout.strip() == "[]"

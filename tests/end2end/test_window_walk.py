"""From an empty store to a printed sheet, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from core.domain.enums import Eligibility, RecordState, Severity
from core.forms.definition import FieldType
from core.services import drafts
from core.services.printing import page_count, page_text
from core.services.workspace import Workspace
from gui.app import introduce
from gui.dialogs.explain import ExplainDialog
from gui.dialogs.first_run import StationDialog
from gui.dialogs.new_form import FormDialog
from gui.dialogs.preview import PreviewDialog
from gui.main_window import MainWindow
from gui.session import Session
from gui.tasks import ThreadRunner
from tests.fixtures.packs import sample
from tests.gui.conftest import _no_unseen_warnings, dressed, empty_workspace  # noqa: F401 - fixtures
from tests.gui.hands import Script, Text, dialog, no_dialog, play

UNIT = "天津青禾流体装备有限公司"


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the clerk keeps files."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


class _Walk:
    """A clerk's first hour, in steps; each is a script of keys."""

    def __init__(self, ws: Workspace, out: Path, qtbot: QtBot) -> None:
        self.ws = ws
        self.out = out
        self.focused = ""
        self._qtbot = qtbot
        self.window: MainWindow | None = None

    def first_start(self) -> Script:
        """The first-run dialog: role, office by pinyin initials, name, phone."""
        yield dialog(StationDialog)
        yield "Tab"
        yield Text("bdjj")
        yield "Tab"
        yield "Tab"
        yield Text("李慧敏")
        yield "Tab"
        yield Text("022-29240016")
        yield "Return"

    def open_window(self) -> MainWindow:
        window = MainWindow(Session(self.ws), ThreadRunner())
        self._qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        self._qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        self.window = window
        return window

    def begin_factory(self) -> Script:
        """新建: the green factory is the first in the list."""
        assert self.window is not None
        editor = self.window.editor
        yield lambda: QApplication.focusWidget() is not None
        yield "Ctrl+N"
        yield dialog(FormDialog)
        yield "Return"
        yield lambda: editor.isVisible() and no_dialog()
        assert editor.form_page is not None
        editor.form_page.field_focused.connect(self._on_focused)
        self.focused = "unit_name"

    def type_required_fields(self) -> Script:
        """Tab from cell to cell; type where the form asks for an answer."""
        form = self.ws.pack.form("green-factory")
        answers = sample("green-factory")
        left = [f.name for f in form.fields if f.required]
        for _ in range(600):
            if self.focused in left:
                left.remove(self.focused)
                yield from self._answer(self.focused, answers[self.focused])
            if not left:
                break
            yield "Tab"
        assert left == []
        yield "Tab"

    def _answer(self, name: str, value: object) -> Script:
        field = self.ws.pack.form("green-factory").by_name[name]
        if field.type in (FieldType.SELECT_ONE, FieldType.YES_NO) and field.choices and name != "industry_code":
            yield Text(field.choices.label_of(str(value)))
        else:
            yield Text(f"{value:g}" if isinstance(value, float) else str(value))

    def explain_what_is_open(self) -> Script:
        """F2 on each open finding, until none is left."""
        for _ in range(10):
            left = len(self._opened().verdict.open_findings)
            if not left:
                return
            yield "F2"
            yield dialog(ExplainDialog)
            yield Text("已在公开网站查询，截图随附纸质材料。")
            yield "Ctrl+Return"
            yield partial(self._has_fewer_open, left)
        raise AssertionError("findings stay open")

    def recommend_and_save(self) -> Script:
        """推荐, then the preview of the sheet, then the sheet as a file."""
        yield "Ctrl+R"
        yield dialog(QMessageBox)
        yield "Alt+R"
        yield lambda: self._opened().record.state is RecordState.RECOMMENDED
        yield dialog(QMessageBox)
        yield "Alt+P"
        yield dialog(PreviewDialog)
        yield "PgDown"
        yield "Ctrl+S"
        yield dialog(QFileDialog)
        yield "Ctrl+A"
        yield Text(str(self.out))
        yield "Return"
        yield dialog(PreviewDialog)
        yield lambda: self.out.exists()
        yield "Esc"
        yield no_dialog

    def _has_fewer_open(self, than: int) -> bool:
        return no_dialog() and len(self._opened().verdict.open_findings) < than

    def _opened(self) -> drafts.OpenForm:
        assert self.window is not None
        assert self.window.editor.opened is not None
        return self.window.editor.opened

    def _on_focused(self, path: str) -> None:
        self.focused = path


@pytest.fixture
def walk(empty_workspace: Workspace, documents: Path, qtbot: QtBot) -> Iterator[_Walk]:  # noqa: F811
    made = _Walk(empty_workspace, documents / "推荐表.pdf", qtbot)
    yield made
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog):
            widget.done(0)


def test_from_an_empty_store_to_a_printed_sheet(walk: _Walk) -> None:
    QTimer.singleShot(0, lambda: play(walk.first_start()))
    assert introduce(walk.ws, ThreadRunner())
    station = walk.ws.station
    assert station is not None
    assert (walk.ws.office_label(station.office), station.clerk) == ("宝坻经济开发区", "李慧敏")

    walk.open_window()
    assert drafts.count_units(walk.ws) == 0
    play(walk.begin_factory())
    missing = [f for f in walk._opened().verdict.findings if f.severity is Severity.MANDATORY and f.needs_attention]
    assert len(missing) > 25
    play(walk.type_required_fields())
    assert walk._opened().verdict.eligibility is Eligibility.ELIGIBLE
    play(walk.explain_what_is_open())
    play(walk.recommend_and_save())

    stored = drafts.list_units(walk.ws)[0]
    assert (stored.unit_name, stored.state) == (UNIT, RecordState.RECOMMENDED)
    text = "".join(page_text(walk.out, page) for page in range(page_count(walk.out)))
    assert UNIT in text.replace("\n", "")
    assert "草稿" not in text
    changes = drafts.history(walk.ws, stored.id, "unit_name")
    assert [c.new for c in changes] == [UNIT]
    assert changes[0].changed_by == "宝坻经济开发区 李慧敏"

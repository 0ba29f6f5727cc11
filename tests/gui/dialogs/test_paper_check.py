"""核对纸件 with real keys: a scanner types into dialog, lists, form; the record opens, no answer is harmed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.enums import Role
from core.domain.records import Record, Station
from core.infra.clock import FixedClock
from core.services import drafts
from core.services.library import review
from core.services.printing import PrintKind, PrintRequest
from core.services.products.codes import look_up
from core.services.products.making import document_of
from core.services.workspace import Workspace, open_workspace
from gui.dialogs.paper_check import PaperCheckDialog
from gui.main_window import MainWindow
from gui.session import Session
from gui.widgets.line_cell import LineCell
from tests.fixtures.exchange import recommended
from tests.fixtures.library import draft
from tests.gui.conftest import NOW, TODAY
from tests.gui.hands import Script, Text, dialog, no_dialog, play, press
from tests.gui.test_main_window import show_window

_NAME = "天津岚溪泵业有限公司"
_AGREES = "与系统中的当前内容一致"
_CHANGED = "印出以后已有改动"


@pytest.fixture
def record(workspace: Workspace) -> Record:
    return draft(workspace, 1, _NAME)


@pytest.fixture
def window(record: Record, session: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    made = show_window(qtbot, session)
    made.go("units")
    yield made
    assert record.id


def _codes(ws: Workspace, record: Record, kind: PrintKind = PrintKind.FORM) -> tuple[str, str]:
    stamp = document_of(ws, PrintRequest(kind, (record.id,))).stamp
    assert stamp is not None
    return stamp.payload, stamp.code


def _scan(text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    """All keys of a scanner, one right after another, on whatever window has them."""
    window = QApplication.activeModalWidget() or QApplication.activeWindow()
    assert window is not None
    handle = window.windowHandle()
    for letter in text:
        shift = Qt.KeyboardModifier.ShiftModifier if letter.isupper() else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(handle, Qt.Key(ord(letter.upper())), shift)
    if end is not None:
        QTest.keyClick(handle, end)


def _front() -> PaperCheckDialog:
    front = QApplication.activeModalWidget()
    assert isinstance(front, PaperCheckDialog)
    return front


def test_f7_asks_and_a_scan_answers_and_opens_the_record(
    window: MainWindow, workspace: Workspace, record: Record
) -> None:
    payload, code = _codes(workspace, record)

    def script() -> Script:
        yield "F7"
        yield dialog(PaperCheckDialog)
        asked = _front()
        assert not asked.line.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        assert not asked.open_button.isEnabled()
        _scan(payload)
        assert (asked.answer.text(), asked.what.text()) == (_AGREES, f"“{_NAME}”的区级绿色工厂培育表")
        assert not asked.table.isVisible()
        _scan(code.replace("-", "").lower())  # the next sheet takes the place of the last
        assert (asked.line.text().upper(), asked.answer.text()) == (code.replace("-", ""), _AGREES)
        yield "Alt+O"
        yield no_dialog

    play(script())
    assert window.editor.record_id == record.id
    assert window.editor.isVisible()


def test_changes_are_listed_with_who_and_when(window: MainWindow, workspace: Workspace, record: Record) -> None:
    payload, _ = _codes(workspace, record)
    drafts.save_answer(workspace, record.id, "unit_name", "天津岚溪泵业集团有限公司")
    asked = PaperCheckDialog(lambda text: look_up(workspace, text), payload, window)
    asked.show()
    assert asked.answer.text() == _CHANGED
    model = asked.table.model()
    row = [model.index(0, column).data() for column in range(model.columnCount())]
    assert row[:4] == ["单位名称", _NAME, "天津岚溪泵业集团有限公司", workspace.actor]
    assert row[4].startswith("2026-11-23 ")
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert heads == ["栏目", "纸上", "现在", "谁改的", "何时"]
    asked.close()


def test_a_mistyped_code_says_what_to_do_and_opens_nothing(
    window: MainWindow, workspace: Workspace, record: Record
) -> None:
    _, code = _codes(workspace, record)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")

    def script() -> Script:
        yield "F7"
        yield dialog(PaperCheckDialog)
        _scan(wrong.replace("-", ""))
        asked = _front()
        assert asked.answer.text() == "没有读出编号"
        assert "重新输入" in asked.sentence.text()
        assert not asked.open_button.isEnabled()
        yield "Esc"
        yield no_dialog

    play(script())


def test_each_answer_has_the_headline_of_its_case(window: MainWindow, workspace: Workspace, tmp_path: Path) -> None:
    with open_workspace(tmp_path / "别处", clock=FixedClock(NOW, TODAY), pack=workspace.pack) as other:
        other.choose_station(Station(Role.OFFICE, workspace.pack.lists["office"].choices[0].name, "王小明"))
        _, strange = _codes(other, draft(other, 7, "天津未到泵业有限公司"))
    ready = recommended(workspace, 3, "天津撤回泵业有限公司")
    _, withdrawn = _codes(workspace, ready, PrintKind.RECOMMENDATION)
    drafts.withdraw(workspace, ready.id)
    window.units.table.setFocus()

    def script() -> Script:
        yield "F7"
        yield dialog(PaperCheckDialog)
        asked = _front()
        _scan(strange.replace("-", ""))
        assert (asked.answer.text(), asked.answer.property("tone")) == ("本机还没有这份", "")
        _scan(withdrawn.replace("-", ""))
        assert (asked.answer.text(), asked.answer.property("tone")) == ("已经作废", "bad")
        assert asked.sentence.text().startswith("印出以后撤回过")
        assert not asked.table.isVisible()
        yield "Esc"
        yield no_dialog

    play(script())


@pytest.mark.parametrize("end", ["Return", "Tab", ""])
def test_a_scan_over_the_list_opens_the_answer_and_searches_nothing(
    window: MainWindow, workspace: Workspace, record: Record, end: str
) -> None:
    payload, _ = _codes(workspace, record)
    window.units.table.setFocus()

    def script() -> Script:
        yield lambda: window.units.table.hasFocus()
        yield Text(payload)
        if end:
            yield end
        yield dialog(PaperCheckDialog)
        assert _front().answer.text() == _AGREES
        yield "Esc"
        yield no_dialog

    play(script())
    assert window.units.filters.search.text() == ""


def test_a_scan_into_a_form_s_field_never_reaches_it(window: MainWindow, workspace: Workspace, record: Record) -> None:
    payload, _ = _codes(workspace, record)
    before = workspace.store.get(record.id)
    changes = len(workspace.store.history(record.id))
    window.open_record(record.id)

    def script() -> Script:
        page = window.editor.form_page
        assert page is not None
        cells = [cell for cell in page.findChildren(LineCell) if cell.isVisible() and not cell.isReadOnly()]
        for cell in cells[:6]:  # names, codes, choices, dates: whatever kind of field comes first
            cell.setFocus(Qt.FocusReason.TabFocusReason)
            yield cell.hasFocus
            shown = cell.text()
            yield Text(payload)
            yield "Return"
            yield dialog(PaperCheckDialog)
            yield "Esc"
            yield no_dialog
            assert cell.text() == shown

    play(script())
    press("Alt+Left")
    after = workspace.store.get(record.id)
    assert after.answers == before.answers
    assert len(workspace.store.history(record.id)) == changes


def test_what_only_begins_like_a_code_is_typed_whole_and_in_order(
    window: MainWindow, workspace: Workspace, record: Record, qtbot: QtBot
) -> None:
    window.units.filters.search.setFocus()
    qtbot.waitUntil(window.units.filters.search.hasFocus)
    line = window.units.filters.search
    for typed in ("g", "gl", "gl1", "gl12ab", "glgl1x", "agl1"):
        line.clear()
        _scan(typed, None)
        qtbot.waitUntil(lambda wanted=typed: line.text() == wanted)  # type: ignore[misc]
    line.clear()
    _scan("gl1", Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: line.text() == "gl")


def test_a_short_code_in_the_search_line_asks_for_the_paper(
    window: MainWindow, workspace: Workspace, record: Record
) -> None:
    _, code = _codes(workspace, record)

    def script() -> Script:
        yield "Ctrl+F"
        yield lambda: window.units.filters.search.hasFocus()
        yield Text(code.replace("-", ""))
        yield "Return"
        yield dialog(PaperCheckDialog)
        assert _front().what.text() == f"“{_NAME}”的区级绿色工厂培育表"
        yield "Esc"
        yield no_dialog

    play(script())
    assert window.units.filters.search.text() == ""


def test_the_bureau_s_answer_opens_the_review_of_what_waits_there(
    workspace: Workspace, record: Record, session: Session, qtbot: QtBot
) -> None:
    workspace.choose_station(Station(Role.BUREAU, "", "赵启明"))
    review.receive(workspace, record.id)
    window = show_window(qtbot, session)
    payload, _ = _codes(workspace, record, PrintKind.RECOMMENDATION)

    def script() -> Script:
        yield Text(payload)
        yield "Return"
        yield dialog(PaperCheckDialog)
        assert _front().answer.text() == _AGREES
        yield "Alt+O"
        yield no_dialog

    play(script())
    assert window.front == "review"
    assert window.page("review").frame.current().record.id == record.id  # type: ignore[attr-defined]


def test_the_rail_has_a_button_for_it(workspace: Workspace, record: Record, session: Session, qtbot: QtBot) -> None:
    window = show_window(qtbot, session)
    (button,) = [b for b in window.rail.findChildren(QPushButton) if b.text() == "核对纸件"]
    assert "F7" in button.toolTip()

    def script() -> Script:
        button.setFocus()
        yield button.hasFocus
        yield "Space"
        yield dialog(PaperCheckDialog)
        assert isinstance(QApplication.focusWidget(), QLineEdit)
        yield "Esc"
        yield no_dialog

    play(script())

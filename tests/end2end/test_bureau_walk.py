"""A form from the enterprise's Excel to the printed roster, once with the mouse and once with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.domain.enums import Eligibility, RecordState
from core.domain.library import DecisionKind
from core.domain.records import RecordSummary
from core.services import drafts, templates
from core.services.library import members, review, rosters, windows
from core.services.printing import page_count, page_text
from gui.dialogs.explain import ExplainDialog
from gui.dialogs.form_dialog import FieldsDialog
from gui.dialogs.preview import PreviewDialog
from gui.dialogs.results import ResultsDialog
from gui.main_window import MainWindow
from gui.pages.library.page import LibraryPage
from gui.pages.review.page import ReviewPage
from gui.tasks import ThreadRunner
from tests.fixtures.library import credit_code, draft, open_bureau
from tests.gui.conftest import _no_unseen_warnings, dressed  # noqa: F401 - fixtures
from tests.gui.hands import Click, Place, Script, Text, dialog, no_dialog, play
from tests.gui.pages.bureau import Desk, button_of, pressable, row_of

UNIT = "天津岚溪泵业有限公司"
REMARK = "联系人没有填，请补填。"


@dataclass
class _Walk:
    """The bureau's clerk; `mouse` presses what the keys would press."""

    desk: Desk
    window: MainWindow
    workbook: Path
    out: Path
    mouse: bool

    @property
    def review(self) -> ReviewPage:
        page = self.window.page("review")
        assert isinstance(page, ReviewPage)
        return page

    @property
    def library(self) -> LibraryPage:
        page = self.window.page("library")
        assert isinstance(page, LibraryPage)
        return page

    def form(self) -> RecordSummary:
        (record,) = drafts.list_units(self.desk.ws)
        return record

    def state(self) -> RecordState:
        return self.form().state

    # Hands

    def _press(self, keys: str, find: Callable[[], Place]) -> Script:
        yield Click(find) if self.mouse else keys

    def _go(self, figure: int, key: str) -> Script:
        yield from self._press(f"Ctrl+{figure}", lambda: self.window.rail.button(key))
        yield lambda: self.window.front == key and self.window.page(key).isVisible()

    def _do(self, keys: str, action: QAction) -> Script:
        yield from self._press(keys, button_of(self.window, action))

    def _answer(self, keys: str, text: str) -> Script:
        """Press a button of the dialog in front."""
        yield from self._press(keys, pressable(text))

    def _choose(self, combo: Callable[[], QComboBox], row: int) -> Script:
        """With the mouse from the opened list, which does not take a release before the double-click time is over."""
        if not self.mouse:
            for _ in range(row):
                yield "Down"
            return
        yield Click(combo)
        yield lambda: combo().view().isVisible()
        opened = monotonic()
        yield lambda: monotonic() - opened > QApplication.doubleClickInterval() / 1000 + 0.1

        def entry() -> tuple[QWidget, QPoint]:
            view = combo().view()
            return view.viewport(), view.visualRect(view.model().index(row, combo().modelColumn())).center()

        yield Click(entry)
        yield lambda: not combo().view().isVisible()

    def _choose_file(self, path: Path) -> Script:
        yield dialog(QFileDialog)
        front = QApplication.activeModalWidget()
        line = front.findChild(QLineEdit) if front is not None else None
        assert line is not None
        # Its list of like names pops up at a moment of its own choosing, and takes the keys of whoever types fast.
        line.setCompleter(None)  # type: ignore[arg-type]
        yield "Ctrl+A"
        yield Text(str(path))
        yield lambda: line.text() == str(path)
        if self.mouse:
            box = front.findChild(QDialogButtonBox) if front is not None else None
            assert box is not None
            kinds = (QDialogButtonBox.StandardButton.Open, QDialogButtonBox.StandardButton.Save)
            shown = [b for b in box.buttons() if box.standardButton(b) in kinds]
            yield Click(lambda: shown[0])
        else:
            yield "Return"

    # The walk

    def import_form(self) -> Script:
        yield from self._go(8, "units")
        yield from self._do("Ctrl+I", self.window.units.actions_.take_in)
        yield from self._choose_file(self.workbook)
        yield dialog(ResultsDialog)
        yield from self._answer("Esc", "关闭")
        yield no_dialog

    def open_the_window(self) -> Script:
        yield from self._go(4, "library")
        yield from self._do("Alt+O", self.library.open_window)
        yield dialog(QMessageBox)
        yield from self._answer("Return", "打开")
        yield no_dialog
        yield lambda: windows.current(self.desk.ws) is not None

    def receive_from_this_pc(self) -> Script:
        yield from self._go(3, "review")
        if not self.mouse:
            yield "Ctrl+F"
            yield "Tab"
        yield from self._choose(lambda: self.review.frame.filters._combos["state"], 4)
        yield lambda: self.review.model.rowCount() == 1
        yield from self._receive()

    def _receive(self) -> Script:
        if self.mouse:
            yield row_of(self.review.frame, 0)
        yield from self._do("Alt+A", self.review.actions_.receive)
        yield lambda: self.state() is RecordState.RECEIVED and self.review.desk.answers.hasFocus()

    def remark(self) -> Script:
        table = self.review.desk.answers
        if self.mouse:
            row = next(n for n, line in enumerate(table.lines_model.lines) if line.field == "contact_name")
            table.scrollTo(table.lines_model.index(row, 0))
            place = table.visualRect(table.lines_model.index(row, 1)).center()
            yield Click(lambda: (table.viewport(), place))
            yield Click(button_of(self.window, self.review.actions_.remark))
        else:
            yield "F8"
            yield lambda: (line := table.current_line()) is not None and line.field == "contact_name"
            yield "Return"
        yield dialog(FieldsDialog)
        yield Text(REMARK)
        yield from self._answer("Ctrl+Return", "写下")
        yield no_dialog
        yield lambda: [r.text for r in review.remarks(self.desk.ws, self.form().id)] == [REMARK]

    def send_back(self) -> Script:
        yield from self._do("Alt+T", self.review.actions_.send_back)
        yield dialog(FieldsDialog)
        yield Text("联系人缺填")
        yield from self._answer("Ctrl+Return", "退回")
        yield no_dialog
        yield lambda: self.state() is RecordState.RETURNED

    def correct_in_the_editor(self) -> Script:
        yield from self._do("Ctrl+O", self.review.actions_.open)
        editor = self.window.editor
        yield lambda: editor.isVisible() and editor.notices.returned.isVisible()
        assert "区工信局退回：联系人缺填" in editor.notices.returned.text
        yield from self._press("Alt+J", lambda: editor.notices.returned._button)
        yield lambda: editor.form_page is not None and REMARK in editor.form_page._hints.text
        yield Text("王小梅")
        yield "Tab"
        yield lambda: drafts.open_form(self.desk.ws, self.form().id).record.answers.get("contact_name") == "王小梅"
        for _ in range(10):
            left = len(drafts.open_form(self.desk.ws, self.form().id).verdict.open_findings)
            if not left:
                break
            yield from self._do("F2", editor.actions_["explain"])
            yield dialog(ExplainDialog)
            yield Text("截图已随纸质件报送")
            yield from self._answer("Ctrl+Return", "保存说明")
            yield no_dialog
        yield from self._do("Alt+Left", editor.actions_["back"])
        yield lambda: self.review.isVisible() and self.window.front == "review"
        assert self.form().eligibility == Eligibility.ELIGIBLE

    def receive_again(self) -> Script:
        yield lambda: self.review.actions_.receive.isEnabled()
        yield from self._receive()

    def confirm_three(self) -> Script:
        yield from self._do("Alt+C", self.review.actions_.confirm)
        yield dialog(FieldsDialog)
        front = QApplication.activeModalWidget()
        assert isinstance(front, FieldsDialog)
        if not self.mouse:
            yield "Alt+3"
        for rule in review.CONFIRMED_RULES:
            combo = front.inputs[rule].widget
            assert isinstance(combo, QComboBox)
            yield from self._choose(lambda shown=combo: shown, 1)  # type: ignore[misc]
            line = front.inputs[f"{rule}.basis"].widget
            yield from self._press("Tab", lambda shown=line: shown)  # type: ignore[misc]
            yield Text(f"区局{rule}台账2026年第3页")
            if not self.mouse:
                yield "Tab"
        yield from self._answer("Return", "确认")
        yield no_dialog
        yield lambda: len(review.open_review(self.desk.ws, self.form().id).confirmations) == 3

    def admit(self) -> Script:
        yield from self._do("Alt+I", self.review.actions_.admit)
        yield lambda: self.state() is RecordState.ADMITTED
        assert no_dialog()

    def close_the_window(self) -> Script:
        yield from self._go(4, "library")
        yield from self._do("Alt+C", self.library.close_window)
        yield dialog(QMessageBox)
        yield from self._answer("Alt+C", "关闭并写名单")
        yield no_dialog
        yield lambda: windows.current(self.desk.ws) is None and self.library.rosters.isVisible()

    def print_the_roster(self) -> Script:
        yield from self._do("Alt+P", self.library.rosters.print)
        yield dialog(PreviewDialog)
        yield from self._answer("Ctrl+S", "另存为PDF")
        yield from self._choose_file(self.out)
        yield dialog(PreviewDialog)
        yield self.out.exists
        yield from self._answer("Esc", "关闭")
        yield no_dialog


@pytest.fixture(params=["mouse", "keyboard"])
def walk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[_Walk]:
    """The bureau on 2 June 2026, and a workbook from an enterprise that forgot its contact."""
    monkeypatch.setenv("HOME", str(tmp_path))
    workbook = tmp_path / "岚溪泵业.xlsx"
    ws, clock = open_bureau(tmp_path / "企业", date(2026, 6, 2))
    with ws:
        filled = drafts.open_form(ws, draft(ws, 1, UNIT, contact_name="").id)
        templates.write_filled(ws.pack, filled, workbook)
    ws, clock = open_bureau(tmp_path / "数据", date(2026, 6, 2))
    with ws:
        desk = Desk(ws, clock, tmp_path)
        window = desk.window(qtbot, ThreadRunner())
        yield _Walk(desk, window, workbook, tmp_path / "名单.pdf", request.param == "mouse")
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog):
                widget.done(0)


@pytest.mark.qt_log_ignore(r"This plugin does not support (raise\(\)|grabbing the keyboard)", extend=True)
def test_from_the_enterprises_workbook_to_the_printed_roster(walk: _Walk) -> None:
    ws = walk.desk.ws
    play(walk.import_form())
    assert (walk.form().unit_name, walk.state()) == (UNIT, RecordState.DRAFT)
    play(walk.open_the_window())
    play(walk.receive_from_this_pc())
    play(walk.remark())
    play(walk.send_back())
    play(walk.correct_in_the_editor())
    play(walk.receive_again())
    play(walk.confirm_three())
    play(walk.admit())
    assert members.members(ws) == (), "not before the window closes"
    play(walk.close_the_window())
    play(walk.print_the_roster())

    (member,) = members.members(ws)
    assert (member.unit_name, member.credit_code, member.admitted_on) == (UNIT, credit_code(1), date(2026, 6, 2))
    assert (rosters.roster(ws).number, rosters.roster(ws).count) == (1, 1)
    assert rosters.verify(ws) == ()
    kinds = [d.kind for d in review.open_review(ws, walk.form().id).history]
    assert kinds == [DecisionKind.RETURN, DecisionKind.ADMIT]
    printed = "".join(page_text(walk.out, page) for page in range(page_count(walk.out))).replace("\n", "")
    for word in (UNIT, credit_code(1), "第1号", "2026年6月2日", "绿色工厂"):
        assert word in printed.replace("\r", "").replace(" ", ""), word

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.domain.errors import NotAllowedError
from gui.dialogs.form_dialog import Field, FieldKind, FieldsDialog, ask_fields
from gui.widgets.date_cell import CalendarPopup
from tests.gui.hands import Script, Text, dialog, play

TODAY = date(2026, 11, 23)
MANY = tuple((f"街镇{n}号", f"code{n}") for n in range(20))
FIELDS = (
    Field("reason", "理由(&R)", FieldKind.MEMO, required=True),
    Field("clause", "条款(&C)", FieldKind.CHOICE, choices=(("三(一)1(1)", "1"), ("三(一)1(2)", "2"))),
    Field("on", "日期(&D)", FieldKind.DATE, value=TODAY, latest=TODAY),
    Field("deaths", "死亡人数(&N)", FieldKind.NUMBER, least=0, whole=True),
    Field("agreed", "区局同意(&Y)", FieldKind.CHECK),
)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    return made


def _ask(script: Script, parent: QWidget, fields: tuple[Field, ...] = FIELDS, **more: Any) -> dict[str, Any] | None:
    QTimer.singleShot(0, lambda: play(script))
    return ask_fields(parent, "退回", fields, **more)


def _front() -> FieldsDialog:
    front = QApplication.activeModalWidget()
    assert isinstance(front, FieldsDialog)
    return front


def test_a_form_is_filled_by_keys_in_its_order(parent: QWidget) -> None:
    def script() -> Script:
        yield dialog(FieldsDialog)
        yield Text("第3栏请补充")
        yield "Tab"
        yield "Down"
        yield "Tab"
        yield "Ctrl+A"
        yield Text("2026.11.2")
        yield "Tab"
        yield Text("3")
        yield "Tab"
        yield "Space"
        yield "Return"

    assert _ask(script(), parent) == {
        "reason": "第3栏请补充", "clause": "1", "on": date(2026, 11, 2), "deaths": 3, "agreed": True,
    }


def test_what_is_wrong_is_said_and_the_cursor_goes_there(parent: QWidget) -> None:
    said: list[str] = []

    def script() -> Script:
        yield dialog(FieldsDialog)
        yield "Ctrl+Return"
        yield lambda: _front().problem != ""
        said.append(_front().problem)
        yield Text("abc")
        yield "Alt+D"
        yield "Ctrl+A"
        yield Text("2026-11-24")
        yield "Alt+N"
        yield Text("2.5")
        yield "Return"
        yield lambda: "晚于" in _front().problem
        said.append(_front().problem)
        yield Text("2026-11-23")
        yield "Return"
        yield lambda: "整数" in _front().problem
        said.append(_front().problem)
        yield "Ctrl+A"
        yield Text("x")
        yield "Return"
        yield lambda: "应填数字" in _front().problem
        yield "Ctrl+A"
        yield "Del"
        yield "Return"

    # Returning to the date by its problem selects it whole, so that typing replaces it.
    values = _ask(script(), parent)
    assert values == {"reason": "abc", "clause": None, "on": TODAY, "deaths": None, "agreed": False}
    assert said == [
        "请填写“理由”。", "“日期”不能晚于2026-11-23，现在是2026-11-24。", "“死亡人数”应填整数，现在是“2.5”。",
    ]


def test_a_refused_step_keeps_the_dialog_and_what_was_typed(parent: QWidget) -> None:
    tried: list[str] = []

    def submit(values: dict[str, Any]) -> None:
        tried.append(values["reason"])
        if len(tried) == 1:
            raise NotAllowedError("窗口没有打开（三(二)2）。")

    def script() -> Script:
        yield dialog(FieldsDialog)
        yield Text("abc")
        yield "Ctrl+Return"
        yield lambda: _front().problem == "窗口没有打开（三(二)2）。"
        yield Text("d")
        yield "Ctrl+Return"

    values = _ask(script(), parent, submit=submit)
    assert values is not None
    assert tried == ["abc", "abcd"]


def test_leaving_asks_only_when_something_was_typed(parent: QWidget) -> None:
    def untouched() -> Script:
        yield dialog(FieldsDialog)
        yield "Esc"

    assert _ask(untouched(), parent) is None

    def typed() -> Script:
        yield dialog(FieldsDialog)
        yield Text("abc")
        yield "Esc"
        yield dialog(QMessageBox)
        yield "Return"  # the safe answer is the default
        yield dialog(FieldsDialog)
        yield "Esc"
        yield dialog(QMessageBox)
        yield "Alt+G"

    assert _ask(typed(), parent) is None


def test_a_long_list_is_searched_and_a_file_must_be_there(parent: QWidget, tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF")
    fields = (
        Field("office", "街镇(&O)", FieldKind.CHOICE, required=True, choices=MANY),
        Field("report", "报告(&F)", FieldKind.FILE, required=True),
    )

    def script() -> Script:
        yield dialog(FieldsDialog)
        yield Text("17")
        yield "Alt+F"
        yield Text("nowhere.pdf")
        yield "Return"
        yield lambda: "nowhere.pdf" in _front().problem
        yield "Ctrl+A"
        yield Text(str(report))
        yield "Return"

    assert _ask(script(), parent, fields) == {"office": "code17", "report": report}


def test_the_calendar_fits_into_the_dialog(parent: QWidget) -> None:
    def script() -> Script:
        yield dialog(FieldsDialog)
        yield "F4"
        yield lambda: bool(_front().findChildren(CalendarPopup))
        calendar = _front().findChildren(CalendarPopup)[0]
        assert _front().rect().contains(calendar.geometry())
        yield "Left"
        yield "Return"
        yield lambda: _front().values()["on"] == date(2026, 11, 22)
        yield "Return"

    assert _ask(script(), parent, (FIELDS[2],)) == {"on": date(2026, 11, 22)}


def test_the_button_says_which_keys_press_it(qtbot: QtBot) -> None:
    for kind, words in ((FieldKind.MEMO, "退回 Ctrl+Enter(&T)"), (FieldKind.TEXT, "退回(&T)")):
        shown = FieldsDialog("退回", (Field("reason", "原因(&R)", kind),), ok="退回(&T)")
        qtbot.addWidget(shown)
        assert words in [button.text() for button in shown.findChildren(QPushButton)]

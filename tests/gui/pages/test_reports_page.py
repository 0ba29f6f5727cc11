"""动态管理: begun, handed in, returned and accepted by keys and by clicks; last year's answers beside this year's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.enums import REPORT_FORM, RecordState
from core.domain.library import Membership
from core.infra.clock import SetClock
from core.services import drafts
from core.services.library import members, reports
from core.services.printing import page_text
from core.services.workspace import Workspace
from gui.dialogs.form_dialog import FieldsDialog
from gui.dialogs.preview import PreviewDialog
from gui.main_window import MainWindow
from gui.pages.reports.page import ReportsPage
from gui.widgets.roles import TONE_ROLE
from tests.fixtures.library import OFFICE, credit_code
from tests.fixtures.reports import filled
from tests.gui.hands import Script, Text, dialog, no_dialog, play, press

Show = Callable[[Workspace], MainWindow]
Bureau = tuple[Workspace, SetClock]
OTHER_OFFICE = "120115006"


def _member(ws: Workspace, number: int, name: str, office: str = OFFICE) -> Membership:
    return members.enrol(
        ws, unit_name=name, credit_code=credit_code(number), kind="green-factory", office=office,
        admitted_on=date(2024, 12, 15), industry_code="3441",
    )


def _page(window: MainWindow) -> ReportsPage:
    window.go("reports")
    page = window.page("reports")
    assert isinstance(page, ReportsPage)
    return page


def _column(page: ReportsPage, title: str) -> int:
    titles = [page.model.headerData(c, Qt.Orientation.Horizontal) for c in range(page.model.columnCount())]
    return titles.index(title)


def _cell(page: ReportsPage, title: str, row: int = 0) -> str:
    return str(page.model.index(row, _column(page, title)).data())


def _names(page: ReportsPage) -> list[str]:
    return [str(page.model.index(row, 0).data()) for row in range(page.model.rowCount())]


def _click(page: ReportsPage, text: str) -> None:
    buttons = page.frame.findChildren(QAbstractButton)
    QTest.mouseClick(next(b for b in buttons if b.text() == text and b.isVisible()), Qt.MouseButton.LeftButton)


def _click_in_front(text: str) -> None:
    front = QApplication.activeModalWidget()
    assert front is not None
    button = next(b for b in front.findChildren(QPushButton) if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def april(bureau_clock: Bureau) -> Workspace:
    """The bureau's store in April, with one member that owes the report of 2025."""
    ws, clock = bureau_clock
    _member(ws, 1, "天津样板流体装备有限公司")
    clock.set(date(2026, 4, 10))
    return ws


def test_who_owes_is_listed_with_the_days_that_are_left_and_then_late(
    bureau_clock: Bureau, april: Workspace, open_window: Show
) -> None:
    clock = bureau_clock[1]
    page = _page(open_window(april))
    assert (page.year, _names(page)) == (2025, ["天津样板流体装备有限公司"])
    assert (_cell(page, "上报情况"), _cell(page, "期限"), _cell(page, "办理")) == ("未到期", "还有5天", "没有开始")
    clock.set(date(2026, 4, 15))
    press("F5")
    assert (_cell(page, "上报情况"), _cell(page, "期限")) == ("未到期", "今天到期")
    clock.set(date(2026, 4, 16))
    press("F5")
    assert (_cell(page, "上报情况"), _cell(page, "期限")) == ("未报", "逾期1天")
    assert page.model.index(0, _column(page, "上报情况")).data(TONE_ROLE) == "bad"
    assert "三(四)2(1)" in page.detail.toPlainText()


def test_begin_hand_in_return_and_accept_by_keys_alone(
    bureau_clock: Bureau, april: Workspace, open_window: Show
) -> None:
    clock = bureau_clock[1]
    window = open_window(april)
    (member,) = members.members(april)

    def page() -> ReportsPage:
        found = window.page("reports")
        assert isinstance(found, ReportsPage)
        return found

    def begin() -> Script:
        yield "Ctrl+5"
        yield lambda: window.front == "reports" and QApplication.focusWidget() is page().frame.table
        yield "Return"
        yield lambda: window.editor.isVisible() and QApplication.focusWidget() is not None
        yield "Esc"
        yield lambda: not window.editor.isVisible()

    play(begin())
    assert _cell(page(), "办理") == "填报中"
    record = filled(april, member.id, 2025)
    clock.set(date(2026, 4, 20))

    def walk() -> Script:
        yield "F5"
        yield "Ctrl+R"
        yield dialog(FieldsDialog)
        yield "Ctrl+A"
        yield Text("2026-04-14")
        yield "Return"
        yield no_dialog
        yield lambda: _cell(page(), "上报情况") == "按时上报"
        yield "Alt+B"
        yield dialog(FieldsDialog)
        yield Text("请核对外购热力")
        yield "Ctrl+Return"
        yield no_dialog
        yield lambda: _cell(page(), "办理") == "已退回"
        assert page().frame.notice.text.startswith("已退回“")
        yield "Ctrl+R"
        yield dialog(FieldsDialog)
        yield "Return"
        yield no_dialog
        yield "Ctrl+K"
        yield dialog(QMessageBox)
        yield "Return"
        yield no_dialog

    play(walk())
    stored = april.store.get(record.id)
    assert (stored.state, stored.filed_on) == (RecordState.ACCEPTED, date(2026, 4, 14))
    assert (_cell(page(), "办理"), _cell(page(), "上报日期")) == ("已审核", "2026-04-14")
    told = [e.detail for e in drafts.events(april, record.id) if e.kind == "returned"]
    assert told == ["请核对外购热力"]
    assert not page().actions_.file.isEnabled()


def test_handing_in_by_clicks_is_refused_in_one_sentence_while_something_is_missing(
    april: Workspace, open_window: Show
) -> None:
    (member,) = members.members(april)
    record = reports.begin_report(april, member.id, 2025).record
    page = _page(open_window(april))
    told: list[str] = []

    def script() -> Script:
        yield dialog(FieldsDialog)
        QTimer.singleShot(0, lambda: _click_in_front("登记上报(&R)"))
        yield lambda: _front().problem != ""
        told.append(_front().problem)
        QTimer.singleShot(0, lambda: _click_in_front("取消(&X)"))
        yield no_dialog

    QTimer.singleShot(0, lambda: _click(page, "登记上报(&R)"))
    play(script())
    assert "还不能上报（三(四)2(1)）" in told[0]
    assert told[0].count("。") == 1
    assert april.store.get(record.id).state is RecordState.DRAFT


def _front() -> FieldsDialog:
    front = QApplication.activeModalWidget()
    assert isinstance(front, FieldsDialog)
    return front


def test_a_late_report_is_late_for_good(bureau_clock: Bureau, april: Workspace, open_window: Show) -> None:
    (member,) = members.members(april)
    bureau_clock[1].set(date(2026, 4, 18))
    record = filled(april, member.id, 2025)
    reports.file_report(april, record.id)
    page = _page(open_window(april))
    assert (_cell(page, "上报情况"), _cell(page, "期限")) == ("迟报", "迟3天")
    assert "迟报，迟3天" in page.detail.toPlainText()


def test_office_state_and_search_narrow_the_list(april: Workspace, open_window: Show) -> None:
    clock_day = april.clock.today()
    other = _member(april, 2, "天津瑞泽精密机械有限公司", OTHER_OFFICE)
    record = filled(april, other.id, 2025)
    reports.file_report(april, record.id)
    page = _page(open_window(april))
    assert len(_names(page)) == 2
    page.show_filtered({"office": OTHER_OFFICE})
    assert _names(page) == ["天津瑞泽精密机械有限公司"]
    page.show_filtered({"missing": True})
    assert _names(page) == ["天津样板流体装备有限公司"]
    page.show_filtered({"state": "on_time"})
    assert _names(page) == ["天津瑞泽精密机械有限公司"]
    page.show_filtered({"state": "filed"})
    assert _names(page) == ["天津瑞泽精密机械有限公司"]
    page.show_filtered({"year": 2024})
    assert (page.year, len(_names(page))) == (2024, 2)
    page.show_filtered({})
    assert page.year == 2025
    press("Ctrl+F")
    for letter in "rzjm":
        press(letter)
    press("Return")
    assert _names(page) == ["天津瑞泽精密机械有限公司"]
    assert clock_day == date(2026, 4, 10)


def test_the_reminder_is_printed_and_written_as_excel(
    bureau_clock: Bureau, april: Workspace, open_window: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau_clock[1].set(date(2026, 5, 6))
    page = _page(open_window(april))
    out = tmp_path / "催报.xlsx"
    seen: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(out), ""))

    def script() -> Script:
        yield "Ctrl+P"
        yield dialog(PreviewDialog)
        front = QApplication.activeModalWidget()
        assert isinstance(front, PreviewDialog)
        seen.append(page_text(front._pdf, 0))
        yield "Esc"
        yield no_dialog
        yield "Alt+X"
        yield dialog(QMessageBox)
        yield "Return"
        yield no_dialog

    play(script())
    assert "天津样板流体装备有限公司" in "".join(seen[0].split())
    values = [str(c.value) for row in load_workbook(out)["催报名单"].iter_rows() for c in row]
    assert "天津样板流体装备有限公司" in values
    assert "未报" in values
    assert page.isVisible()


def _with_last_year(bureau_clock: Bureau) -> tuple[Workspace, str]:
    """An accepted report of 2024 and a begun one of 2025."""
    ws, clock = bureau_clock
    member = _member(ws, 1, "天津样板流体装备有限公司")
    clock.set(date(2025, 4, 3))
    first = filled(ws, member.id, 2024, contact_name="王春梅")
    reports.file_report(ws, first.id)
    reports.accept_report(ws, first.id)
    clock.set(date(2026, 3, 20))
    return ws, reports.begin_report(ws, member.id, 2025).record.id


def test_the_editor_shades_what_changed_and_names_last_years_answer(
    bureau_clock: Bureau, open_window: Show, qtbot: QtBot
) -> None:
    ws, record_id = _with_last_year(bureau_clock)
    window = open_window(ws)
    window.open_record(record_id)
    form = window.editor.form_page
    assert form is not None
    cell = form._content.cells["contact_name"]
    assert (cell.before, cell.is_changed) == ("王春梅", False)

    def script() -> Script:
        form.focus_field("contact_name")
        yield lambda: "上年：王春梅" in form._hints.text
        yield "Ctrl+A"
        yield Text("陈立群")
        yield "Tab"

    play(script())
    qtbot.waitUntil(lambda: ws.store.get(record_id).answers.get("contact_name") == "陈立群")
    assert cell.is_changed
    qtbot.waitUntil(lambda: form._sheet._flashing is None)
    picture = form._sheet.grab().toImage()
    ratio = picture.devicePixelRatio()
    corner = cell.rect.bottomRight()
    spot = picture.pixelColor(round((corner.x() - 4) * ratio), round((corner.y() - 3) * ratio))
    assert spot.name() == "#f0eafa"
    page = _page(window)
    assert "王春梅 → 陈立群" in page.detail.toPlainText()


def test_another_report_of_a_unit_without_last_year_is_not_shaded(bureau_clock: Bureau, open_window: Show) -> None:
    ws, record_id = _with_last_year(bureau_clock)
    other = reports.begin_report(ws, _member(ws, 2, "天津瑞泽精密机械有限公司").id, 2025).record.id
    window = open_window(ws)
    window.open_record(record_id)
    window.open_record(other)
    form = window.editor.form_page
    assert form is not None
    assert [c.name for c in form._content.all_cells() if c.before is not None] == []


def test_the_editor_hands_in_a_report_and_takes_it_back(bureau_clock: Bureau, open_window: Show) -> None:
    ws, clock = bureau_clock
    member = _member(ws, 1, "天津样板流体装备有限公司")
    clock.set(date(2026, 4, 10))
    record = filled(ws, member.id, 2025)
    window = open_window(ws)
    window.go("reports")
    window.open_record(record.id)
    actions = window.editor.actions_
    assert actions["recommend"].text() == "上报(&R)"
    assert not actions["preview"].isVisible()

    def script() -> Script:
        yield "Ctrl+R"
        yield dialog(QMessageBox)
        yield "Return"
        yield no_dialog
        yield lambda: ws.store.get(record.id).state is RecordState.FILED
        yield "Alt+W"
        yield dialog(QMessageBox)
        yield "Alt+W"
        yield no_dialog

    play(script())
    assert ws.store.get(record.id).state is RecordState.DRAFT
    assert ws.store.get(record.id).filed_on is None


def test_an_office_begins_a_report_and_sees_those_in_its_store(workspace: Workspace, open_window: Show) -> None:
    window = open_window(workspace)

    def script() -> Script:
        yield "Ctrl+3"
        yield lambda: window.front == "reports"
        yield "Ctrl+N"
        yield dialog(FieldsDialog)
        yield "Return"
        yield lambda: window.editor.isVisible() and QApplication.focusWidget() is not None
        yield "Esc"
        yield lambda: not window.editor.isVisible()

    play(script())
    page = window.page("reports")
    assert isinstance(page, ReportsPage)
    (record,) = drafts.list_units(workspace, form=REPORT_FORM)
    assert workspace.station is not None
    assert record.office == workspace.station.office
    assert _cell(page, "上报情况") == "未报"
    words = [a.text() for a in (page.actions_.begin, page.actions_.open, page.actions_.file)]
    shown = [b.text() for b in page.frame.findChildren(QAbstractButton) if b.isVisible()]
    assert set(words) <= set(shown)
    assert "审核通过(&A)" not in shown
    assert "退回(&B)" not in shown

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core.domain.enums import RecordState
from core.domain.library import DecisionKind
from core.services import drafts
from core.services.library import review, windows
from gui.dialogs.form_dialog import FieldsDialog
from gui.main_window import MainWindow
from gui.models.rows_model import RowsModel
from gui.pages.review.page import ReviewPage
from gui.tasks import SyncRunner
from gui.widgets.roles import TONE_ROLE
from tests.fixtures.library import admitted, confirm_all, draft, open_bureau, received
from tests.gui.hands import Click, Script, Text, dialog, no_dialog, play
from tests.gui.pages.bureau import Desk, button_of, message, pressable, problem, row_of

FIRST, SECOND = "天津青禾流体装备有限公司", "天津丙丁再生资源设备制造有限公司"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ws, clock = open_bureau(tmp_path / "数据", date(2026, 6, 1))
    with ws:
        windows.open_window(ws)
        yield Desk(ws, clock, tmp_path)


def _page(window: MainWindow) -> ReviewPage:
    window.go("review")
    page = window.page("review")
    assert isinstance(page, ReviewPage)
    return page


def _cells(model: RowsModel, row: int) -> list[str]:
    return [str(model.data(model.index(row, column))) for column in range(model.columnCount())]


def test_the_queue_is_in_order_of_waiting_and_says_what_is_to_do(desk: Desk, qtbot: QtBot) -> None:
    ws = desk.ws
    waiting = draft(ws, 1, FIRST)
    drafts.recommend(ws, waiting.id)
    desk.clock.set(date(2026, 6, 4))
    received(ws, 2, SECOND)
    admitted(ws, 3, "天津宁川数控机床有限公司")
    draft(ws, 4, "天津启明铸造有限公司")
    desk.clock.set(date(2026, 6, 9))
    page = _page(desk.window(qtbot, SyncRunner()))
    found = [_cells(page.model, row) for row in range(page.model.rowCount())]
    assert found[0] == [FIRST, "绿色工厂", "待接收", "8天"]
    assert [SECOND, "绿色工厂", "待审核", "5天"] in found
    assert ["天津宁川数控机床有限公司", "绿色工厂", "拟纳入", ""] in found
    assert len(found) == 3
    page.show_filtered({"state": "received"})
    assert [_cells(page.model, 0)[0], page.model.rowCount()] == [SECOND, 1]
    page.show_filtered({"state": "decided"})
    assert _cells(page.model, 0)[2] == "拟纳入"
    assert page.model.data(page.model.index(0, 2), TONE_ROLE) == "good"
    page.show_filtered({"query": "bdjj", "state": "draft"})
    assert page.model.rowCount() == 0
    page.show_filtered({"query": "tjqm", "state": "draft"})
    assert _cells(page.model, 0)[:3] == ["天津启明铸造有限公司", "绿色工厂", "填报中"]


def test_a_form_of_this_pc_is_received_and_locked(desk: Desk, qtbot: QtBot) -> None:
    record = draft(desk.ws, 1, FIRST)
    page = _page(desk.window(qtbot, SyncRunner()))
    assert page.model.rowCount() == 0

    def script() -> Script:
        yield "Ctrl+F"
        yield "Tab"
        for _ in range(4):
            yield "Down"
        yield "Ctrl+F"
        yield "Return"
        yield lambda: page.frame.table.hasFocus()
        yield "Alt+A"
        yield lambda: page.desk.answers.hasFocus()

    play(script())
    assert desk.ws.store.get(record.id).state is RecordState.RECEIVED
    assert page.desk.heading.text() == FIRST
    assert not page.actions_.receive.isEnabled()
    assert page.actions_.send_back.isEnabled()


def test_a_reviewer_walks_from_problem_to_problem_and_remarks(desk: Desk, qtbot: QtBot) -> None:
    record = received(desk.ws, 1, FIRST, contact_name="", revenue_wan="abc")
    page = _page(desk.window(qtbot, SyncRunner()))

    def script() -> Script:
        yield lambda: page.frame.table.hasFocus()
        yield "F6"
        yield lambda: page.desk.answers.hasFocus()
        yield "F8"
        yield lambda: (line := page.desk.answers.current_line()) is not None and line.field == "contact_name"
        yield "Return"
        yield dialog(FieldsDialog)
        yield "Ctrl+Return"
        yield lambda: "审核意见" in problem()
        yield Text("联系人没有填，请补填。")
        yield "Ctrl+Return"
        yield no_dialog
        yield "F8"
        yield lambda: (line := page.desk.answers.current_line()) is not None and line.field == "revenue_wan"

    play(script())
    stored = review.remarks(desk.ws, record.id)
    assert [(r.field, r.text) for r in stored] == [("contact_name", "联系人没有填，请补填。")]
    lines = {line.field: line for line in page.desk.answers.lines_model.lines if line.row == 0}
    assert lines["contact_name"].remark_text == "联系人没有填，请补填。"
    assert lines["revenue_wan"].value == "abc"
    assert "联系人没有填，请补填。" in page.desk.conditions.toPlainText()

    def drop() -> Script:
        page.desk.answers.go_to("contact_name")
        yield "Delete"
        yield dialog(QMessageBox)
        yield "Alt+R"
        yield no_dialog

    play(drop())
    assert review.remarks(desk.ws, record.id) == ()


def test_a_finding_leads_to_its_field_and_f2_remarks_on_it(desk: Desk, qtbot: QtBot) -> None:
    record = received(desk.ws, 1, FIRST)
    page = _page(desk.window(qtbot, SyncRunner()))
    finding = page.desk.findings

    def script() -> Script:
        yield "F6"
        yield "F6"
        yield lambda: finding.tree.hasFocus() and finding.current_finding() is not None
        yield "F2"
        yield dialog(FieldsDialog)
        yield "Ctrl+Return"
        yield no_dialog

    play(script())
    written = review.remarks(desk.ws, record.id)
    current = finding.current_finding()
    assert current is not None
    assert written[0].field == current.fields[0]
    assert current.message in written[0].text


def test_three_items_are_confirmed_one_by_one_and_the_basis_is_remembered(desk: Desk, qtbot: QtBot) -> None:
    first, second = received(desk.ws, 1, FIRST), received(desk.ws, 2, SECOND)
    page = _page(desk.window(qtbot, SyncRunner()))
    page.frame.select(first.id)
    assert "近三年没有被调整出绿色制造名单" in page.desk.conditions.toPlainText()

    def script() -> Script:
        yield "Alt+C"
        yield dialog(FieldsDialog)
        yield "Return"
        yield lambda: "都还没有核对" in problem()
        yield "Alt+3"
        yield "Down"
        yield "Return"
        yield lambda: "N3的核对依据" in problem()
        yield "Tab"
        yield Text("区局移出台账2026年第3页")
        yield "Alt+4"
        yield "Down"
        yield "Down"
        yield "Tab"
        yield Text("督查通报〔2025〕8号")
        yield "Return"
        yield no_dialog

    play(script())
    found = review.open_review(desk.ws, first.id).confirmations
    assert {rule: (c.is_clear, c.basis) for rule, c in found.items()} == {
        "N3": (True, "区局移出台账2026年第3页"), "N4": (False, "督查通报〔2025〕8号"),
    }
    assert any("督查通报〔2025〕8号" in o for o in review.open_review(desk.ws, first.id).obstacles)
    assert "督查通报〔2025〕8号，不能纳入" in page.desk.conditions.toPlainText()
    page.frame.select(second.id)

    def again() -> Script:
        yield "Ctrl+K"
        yield dialog(FieldsDialog)
        for letter in "345":
            yield f"Alt+{letter}"
            yield "Down"
        yield "Alt+5"
        yield "Tab"
        yield Text("节能监察台账")
        yield "Return"
        yield no_dialog

    play(again())
    bases = {rule: c.basis for rule, c in review.open_review(desk.ws, second.id).confirmations.items()}
    assert bases == {"N3": "区局移出台账2026年第3页", "N4": "督查通报〔2025〕8号", "N5": "节能监察台账"}


def test_all_three_items_are_confirmed_on_one_basis(desk: Desk, qtbot: QtBot) -> None:
    first, second = received(desk.ws, 1, FIRST), received(desk.ws, 2, SECOND)
    page = _page(desk.window(qtbot, SyncRunner()))
    page.frame.select(first.id)

    def script() -> Script:
        yield "Alt+C"
        yield dialog(FieldsDialog)
        yield "Space"
        yield "Return"
        yield lambda: "请写明三项的核对依据" in problem()
        yield "Alt+Y"
        yield Text("区局2026年台账")
        yield "Alt+4"
        yield "End"
        yield "Return"
        yield lambda: "N4选了“查有此情形”" in problem()
        yield "Home"
        yield "Alt+5"
        yield "Tab"
        yield Text("节能监察台账")
        yield "Return"
        yield no_dialog
        page.frame.select(second.id)
        yield "Alt+C"
        yield dialog(FieldsDialog)
        yield "Space"
        yield "Alt+Y"
        yield Text("六月台账")
        yield "Return"
        yield no_dialog

    play(script())
    bases = {rule: (c.is_clear, c.basis) for rule, c in review.open_review(desk.ws, first.id).confirmations.items()}
    assert bases == {
        "N3": (True, "区局2026年台账"), "N4": (True, "区局2026年台账"), "N5": (True, "节能监察台账"),
    }
    given = review.open_review(desk.ws, second.id).confirmations
    assert [(c.is_clear, c.basis) for _, c in sorted(given.items())] == [(True, "六月台账")] * 3


def test_after_a_return_the_page_says_what_comes_next(desk: Desk, qtbot: QtBot) -> None:
    record = received(desk.ws, 1, FIRST)
    review.remark(desk.ws, record.id, "employees", "与社保人数不符，请核实")
    page = _page(desk.window(qtbot, SyncRunner()))
    links = page.desk.conditions.toPlainText()
    assert "与社保人数不符，请核实（" in links
    assert "移除第1条意见" in links

    def script() -> Script:
        yield "Alt+T"
        yield dialog(FieldsDialog)
        assert pressable("退回 Ctrl+Enter")().isVisible()
        yield "Ctrl+Return"
        yield no_dialog

    play(script())
    assert desk.ws.store.get(record.id).state is RecordState.RETURNED
    assert f"已退回“{FIRST}”，1条意见随表退回" in page.frame.notice.text
    assert "写回执" in page.frame.notice.text


def test_the_facts_name_a_state_as_the_list_does(desk: Desk, qtbot: QtBot) -> None:
    admitted(desk.ws, 1, FIRST)
    page = _page(desk.window(qtbot, SyncRunner()))
    assert _cells(page.model, 0)[2] == "拟纳入"
    assert "状态：拟纳入" in page.desk.facts.text()


def test_what_stands_against_admission_is_told_in_full(desk: Desk, qtbot: QtBot) -> None:
    record = received(desk.ws, 1, FIRST)
    _page(desk.window(qtbot, SyncRunner()))

    def script() -> Script:
        yield "Alt+I"
        yield message("还不能纳入", "三(四)1(3)", "三(四)1(4)", "三(四)1(5)")
        yield "Return"
        yield no_dialog

    play(script())
    assert desk.ws.store.get(record.id).state is RecordState.RECEIVED


def test_after_a_decision_the_next_form_that_waits_is_in_front(desk: Desk, qtbot: QtBot) -> None:
    first, second = received(desk.ws, 1, FIRST), received(desk.ws, 2, SECOND)
    for record in (first, second):
        confirm_all(desk.ws, record.id)
    window = desk.window(qtbot, SyncRunner())
    page = _page(window)

    def script() -> Script:
        page.frame.select(first.id)
        yield Click(button_of(window, page.actions_.admit))
        yield lambda: page.desk.heading.text() == SECOND and page.frame.table.hasFocus()
        assert "关闭更新窗口后生效" in page.frame.notice.text
        yield "Alt+N"
        yield dialog(FieldsDialog)
        yield Text("生产工艺属于淘汰类。")
        yield "Return"
        yield lambda: QApplication.focusWidget() is not None
        yield "Ctrl+Return"
        yield lambda: "依据条款" in problem()
        yield Text("三(一)1(2)")
        yield "Ctrl+Return"
        yield no_dialog

    play(script())
    assert desk.ws.store.get(first.id).state is RecordState.ADMITTED
    assert desk.ws.store.get(second.id).state is RecordState.REFUSED
    refused = review.open_review(desk.ws, second.id).history[-1]
    assert (refused.kind, refused.clause, refused.reason.strip()) == (
        DecisionKind.REFUSE, "三(一)1(2)", "生产工艺属于淘汰类。",
    )


def test_a_decision_is_taken_back_while_the_window_is_open(desk: Desk, qtbot: QtBot) -> None:
    record = admitted(desk.ws, 1, FIRST)
    window = desk.window(qtbot, SyncRunner())
    page = _page(window)
    assert not page.actions_.admit.isEnabled()
    assert "纳入" in page.desk.conditions.toPlainText()

    def script() -> Script:
        yield row_of(page.frame, 0)
        yield Click(button_of(window, page.actions_.revoke))
        yield message(FIRST, "纳入")
        yield "Return"
        yield no_dialog

    play(script())
    assert desk.ws.store.get(record.id).state is RecordState.RECEIVED
    assert page.actions_.admit.isEnabled()
    assert not page.actions_.revoke.isEnabled()


def test_material_is_named_on_its_line_and_calculated_values_are_told(desk: Desk, qtbot: QtBot) -> None:
    received(desk.ws, 1, FIRST)
    page = _page(desk.window(qtbot, SyncRunner()))
    lines = page.desk.answers.lines_model.lines
    headings = [line.label for line in lines if line.is_heading]
    assert headings[:2] == ["表头", "一、基本情况"]
    assert lines[0].label == "整份表"
    by_field = {line.field: line for line in lines if line.field and not line.row}
    assert by_field["unit_name"].value == FIRST
    assert by_field["office"].value == "宝坻经济开发区"
    assert by_field["batch"].is_blank
    rows = [line for line in lines if line.row]
    assert rows, "tables are told row by row"
    assert all(line.value for line in rows)


def test_a_narrow_window_shows_one_half_at_a_time(desk: Desk, qtbot: QtBot) -> None:
    received(desk.ws, 1, FIRST)
    window = desk.window(qtbot, SyncRunner())
    window.resize(910, 480)
    page = _page(window)
    assert page.desk.answers.isVisible()
    assert not page.desk.conditions.isVisible()

    def script() -> Script:
        yield "F6"
        yield "F6"
        yield lambda: page.desk.findings.isVisible() and not page.desk.answers.isVisible()
        yield "F6"
        yield lambda: page.desk.conditions.hasFocus()
        yield "F6"
        yield lambda: page.frame.table.hasFocus() and page.desk.answers.isVisible()

    play(script())

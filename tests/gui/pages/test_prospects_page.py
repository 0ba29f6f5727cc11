"""培育对象: noted, guided, turned into a form or dropped; units tied to parks and chain leaders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.library import Membership
from core.domain.prospects import GuidanceKind, Prospect, ProspectFacts, ProspectState
from core.services.library import links, members, prospects
from core.services.workspace import Workspace
from gui.dialogs.form_dialog import FieldsDialog
from gui.main_window import MainWindow
from gui.pages.prospects.links import LinksDialog
from gui.pages.prospects.page import ProspectsPage
from gui.pages.prospects.unit_search import UnitSearchDialog
from gui.widgets.roles import TONE_ROLE
from tests.fixtures.library import OFFICE, credit_code
from tests.gui.hands import Script, Text, dialog, no_dialog, play, press

Show = Callable[[Workspace], MainWindow]


def _add(ws: Workspace, name: str, office: str = OFFICE, kind: str = "green-factory", **more: object) -> Prospect:
    return prospects.add(ws, ProspectFacts(unit_name=name, kind=kind, office=office, **more))  # type: ignore[arg-type]


def _page(window: MainWindow) -> ProspectsPage:
    window.go("prospects")
    page = window.page("prospects")
    assert isinstance(page, ProspectsPage)
    return page


def _names(page: ProspectsPage) -> list[str]:
    return [str(page.model.index(row, 0).data()) for row in range(page.model.rowCount())]


def _buttons(page: ProspectsPage) -> list[QAbstractButton]:
    return page.frame.findChildren(QAbstractButton)


def _click(page: ProspectsPage, text: str) -> None:
    button = next(b for b in _buttons(page) if b.text() == text and b.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _click_ok(text: str) -> None:
    front = QApplication.activeModalWidget()
    assert front is not None
    button = next(b for b in front.findChildren(QPushButton) if b.text().startswith(text.partition("(")[0]))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_office_takes_a_prospect_to_its_form_by_keys_alone(workspace: Workspace, open_window: Show) -> None:
    window = open_window(workspace)

    def script() -> Script:
        yield "Ctrl+4"
        yield lambda: window.front == "prospects"
        yield "Ctrl+N"
        yield dialog(FieldsDialog)
        yield Text("天津海河阀门制造有限公司")
        yield "Tab"
        yield Text(credit_code(61))
        yield "Tab"
        for text in ("屋顶光伏", "能耗低于同行业", "刘建国", "022-29240120", "上门辅导", "2026-11-12"):
            yield "Tab"
            yield Text(text)
        yield "Return"
        yield no_dialog
        yield lambda: page().model.rowCount() == 1
        yield "Ctrl+K"
        yield dialog(FieldsDialog)
        yield "Down"
        yield "Down"
        yield "Tab"
        yield Text("看了空压机余热回收")
        yield "Tab"
        yield "Tab"
        yield "Tab"
        yield Text("2026-12-1")
        yield "Ctrl+Return"
        yield no_dialog
        yield "Ctrl+R"
        yield dialog(QMessageBox)
        yield "Return"
        yield no_dialog
        yield lambda: window.editor.isVisible()

    def page() -> ProspectsPage:
        found = window.page("prospects")
        assert isinstance(found, ProspectsPage)
        return found

    play(script())
    (made,) = prospects.prospects(workspace)
    assert workspace.station is not None
    assert (made.state, made.office, made.next_on) == (
        ProspectState.FORMED, workspace.station.office, date(2026, 12, 1)
    )
    visit = prospects.log(workspace, made.id)[-1]
    assert (visit.kind, visit.text) == (GuidanceKind.VISIT, "看了空压机余热回收")
    record = workspace.store.get(window.editor.record_id)
    assert record.id == made.record_id
    assert record.answers["unit_name"] == "天津海河阀门制造有限公司"
    assert record.answers["contact_name"] == "刘建国"


def test_an_office_sees_its_own_and_has_no_links(workspace: Workspace, open_window: Show) -> None:
    assert workspace.station is not None
    own = _add(workspace, "天津景行绝缘材料有限公司")
    workspace.store.library.prospects.add(
        ProspectFacts(unit_name="天津别镇电缆有限公司", kind="green-factory", office="别处"), actor="别人"
    )
    window = open_window(workspace)
    page = _page(window)
    assert _names(page) == [own.unit_name]
    assert not any(button.text().startswith("关联单位") for button in _buttons(page))
    assert page.actions_.links not in [entry for _, entries in page.menus() for entry in entries]
    assert "街镇园区" not in [page.model.headerData(c, Qt.Orientation.Horizontal) for c in range(5)]


def test_the_bureau_finds_what_is_overdue(bureau: Workspace, open_window: Show) -> None:
    offices = [choice.name for choice in bureau.pack.lists["office"].choices]
    late = _add(bureau, "天津海河阀门制造有限公司", offices[0], next_step="辅导", next_on=date(2026, 11, 12))
    near = _add(bureau, "天津景行绝缘材料有限公司", offices[1], next_step="宣贯", next_on=date(2026, 11, 28))
    far = _add(bureau, "天津润禾食品有限公司", offices[1], next_on=date(2027, 3, 1))
    page = _page(open_window(bureau))
    assert _names(page) == [late.unit_name, near.unit_name, far.unit_name]
    due = page.model.index(0, 4)
    assert (due.data(), due.data(TONE_ROLE)) == ("逾期11天", "bad")
    assert page.model.index(1, 4).data() == "还有5天"
    page.show_filtered({"due": "overdue"})
    assert _names(page) == [late.unit_name]
    page.show_filtered({"office": offices[1]})
    assert _names(page) == [near.unit_name, far.unit_name]
    page.show_filtered({"prospect": far.id})
    assert page.frame.current().id == far.id
    page.show_filtered({})
    press("Ctrl+F")
    for letter in "rhsp":
        press(letter)
    press("Return")
    assert _names(page) == [far.unit_name]


def test_drop_and_take_up_again_by_clicks(bureau: Workspace, open_window: Show, qtbot: QtBot) -> None:
    made = _add(bureau, "天津润禾食品有限公司")
    page = _page(open_window(bureau))

    def script() -> Script:
        yield dialog(FieldsDialog)
        QTimer.singleShot(0, lambda: _click_ok("不再跟进(&D)"))
        yield lambda: _front().problem != ""
        yield Text("企业计划外迁")
        QTimer.singleShot(0, lambda: _click_ok("不再跟进(&D)"))
        yield no_dialog

    QTimer.singleShot(0, lambda: _click(page, "不再跟进(&D)"))
    play(script())
    assert prospects.prospect(bureau, made.id).state is ProspectState.DROPPED
    assert page.model.rowCount() == 0
    page.show_filtered({"state": "dropped"})
    assert "不再跟进：企业计划外迁" in page.detail.toPlainText()
    qtbot.waitUntil(lambda: any(b.text() == "恢复(&R)" and b.isVisible() for b in _buttons(page)))
    _click(page, "恢复(&R)")
    assert prospects.prospect(bureau, made.id).state is ProspectState.OPEN


def _front() -> FieldsDialog:
    front = QApplication.activeModalWidget()
    assert isinstance(front, FieldsDialog)
    return front


def test_a_second_prospect_of_the_same_code_is_refused_in_the_dialog(bureau: Workspace, open_window: Show) -> None:
    first = _add(bureau, "天津海河阀门制造有限公司", credit_code=credit_code(61))
    other = _add(bureau, "天津景行绝缘材料有限公司")
    page = _page(open_window(bureau))
    page.frame.select(other.id)
    told: list[str] = []

    def script() -> Script:
        yield "F2"
        yield dialog(FieldsDialog)
        yield "Tab"
        yield Text(credit_code(61))
        yield "Return"
        yield lambda: _front().problem != ""
        told.append(_front().problem)
        yield "Esc"
        yield dialog(QMessageBox)
        yield "Alt+G"
        yield no_dialog

    play(script())
    assert first.unit_name in told[0]
    assert "不用重复登记" in told[0]
    assert prospects.prospect(bureau, other.id).credit_code == ""


def _member(ws: Workspace, number: int, name: str, kind: str = "green-factory") -> Membership:
    return members.enrol(
        ws, unit_name=name, credit_code=credit_code(number), kind=kind, office=OFFICE, admitted_on=date(2025, 12, 15),
    )


def test_units_are_tied_and_untied_by_keys(bureau: Workspace, open_window: Show) -> None:
    park = _member(bureau, 1, "天津宝平节能园区", "green-park")
    _member(bureau, 2, "天津瑞泽精密机械有限公司")
    _member(bureau, 3, "天津津沽食品有限公司")
    window = open_window(bureau)
    _page(window)
    told: list[str] = []

    def search() -> UnitSearchDialog:
        front = QApplication.activeModalWidget()
        assert isinstance(front, UnitSearchDialog)
        return front

    def shown() -> LinksDialog:
        front = QApplication.activeModalWidget()
        assert isinstance(front, LinksDialog)
        return front

    def script() -> Script:
        yield "Ctrl+L"
        yield dialog(LinksDialog)
        yield "Alt+A"
        yield dialog(UnitSearchDialog)
        yield Text("rzjm")
        yield lambda: search().list.count() == 1
        yield "Return"
        yield dialog(LinksDialog)
        told.append(shown().counts.text())
        yield "Alt+A"
        yield dialog(UnitSearchDialog)
        yield Text("rzjm")
        yield lambda: search().list.count() == 1
        yield "Return"
        yield lambda: search().problem != ""
        told.append(search().problem)
        yield "Esc"
        yield dialog(LinksDialog)
        yield "Alt+D"
        yield dialog(FieldsDialog)
        yield "Return"
        yield dialog(LinksDialog)
        told.append(shown().counts.text())
        yield "Esc"
        yield no_dialog

    play(script())
    assert "关联1家园区内工厂" in told[0]
    assert "区级及以上1家，市级及以上0家" in told[0]
    assert "不用重复关联" in told[1]
    assert "关联0家" in told[2]
    assert links.children(bureau, park.unit_id) == ()
    assert bureau.store.library.links.of_parent(park.unit_id, as_of=date(2026, 11, 22)) == ()

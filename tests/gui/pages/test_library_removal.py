from __future__ import annotations

from datetime import date

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.domain.library import DecisionKind, Tier
from core.services.library import members, removal, windows
from gui.dialogs.form_dialog import FieldsDialog
from gui.dialogs.preview import PreviewDialog
from gui.pages.library.incident import AnnouncementDialog
from gui.tasks import SyncRunner
from tests.fixtures.library import credit_code
from tests.gui.hands import Script, Text, dialog, no_dialog, play
from tests.gui.pages.bureau import Desk, message, problem, said
from tests.gui.pages.library_desk import PUMPS, enrol, library, texts

# Removals


def test_a_proposal_is_removed_kept_and_taken_back_by_keys(desk: Desk, qtbot: QtBot) -> None:
    member = enrol(desk, 1, PUMPS)
    removal.record_falsification(desk.ws, member.id, found_on=date(2025, 5, 1), detail="编造台账", source="核查报告")
    windows.open_window(desk.ws)
    page = library(desk.window(qtbot, SyncRunner()))
    page.show_filtered({"view": "proposals"})
    assert texts(page.removal.model, 5) == ["待决定"]
    assert "编造台账" in page.removal.detail.toPlainText()

    def last() -> DecisionKind | None:
        decision = removal.proposals(desk.ws)[0].decision
        return decision.kind if decision is not None else None

    def keep() -> Script:
        yield "Alt+N"
        yield dialog(FieldsDialog)
        yield "Ctrl+Return"
        yield lambda: "保留理由" in problem()
        yield Text("已补正，情节轻微")
        yield "Ctrl+Return"
        yield no_dialog

    play(keep())
    assert last() is DecisionKind.KEEP
    assert texts(page.removal.model, 5) == ["保留"]

    def then_remove() -> Script:
        yield "Alt+T"
        yield dialog(QMessageBox)
        yield "Return"
        yield no_dialog
        yield "Alt+I"
        yield dialog(FieldsDialog)
        yield "Ctrl+Return"
        yield no_dialog

    play(then_remove())
    assert last() is DecisionKind.REMOVE
    assert texts(page.removal.model, 5) == ["拟移出"]
    assert [m.unit_name for m in members.members(desk.ws)] == [PUMPS], "not before the window closes"


def _record_accident(level: int, deaths: str) -> Script:
    yield "Alt+S"
    yield dialog(FieldsDialog)
    yield "Down"
    yield "Tab"
    yield Text("2025-06-01")
    yield "Alt+L"
    for _ in range(level):
        yield "Down"
    yield "Alt+1"
    yield Text(deaths)
    yield "Alt+N"
    yield Text("车间爆燃")
    yield "Alt+R"
    yield Text("事故调查组认定意见")
    yield "Return"


def test_a_serious_accident_removes_at_once_after_naming_every_list(desk: Desk, qtbot: QtBot) -> None:
    enrol(desk, 1, PUMPS, tier=Tier.NATION)
    enrol(desk, 1, PUMPS, kind="green-supply-chain")
    page = library(desk.window(qtbot, SyncRunner()))
    question: list[str] = []

    def hesitate() -> Script:
        yield from _record_accident(1, "10")
        yield message("判定（三(四)2(3)）", "正好达到起点")
        question.append(said())
        yield "Return"
        yield no_dialog

    play(hesitate())
    assert "· 区级、市级、国家级绿色工厂名单" in question[0]
    assert "· 区级绿色供应链管理企业名单" in question[0]
    assert len(members.members(desk.ws)) == 2, "Enter alone removes nobody"

    def remove() -> Script:
        yield from _record_accident(1, "10")
        yield message("立即移出")
        yield "Alt+R"
        yield dialog(AnnouncementDialog)
        yield "Alt+C"
        yield "Alt+X"
        yield no_dialog

    play(remove())
    assert members.members(desk.ws) == ()
    copied = QGuiApplication.clipboard().text()
    for word in (PUMPS, credit_code(1), "三(四)2(3)", "特此公告"):
        assert word in copied
    page.show_filtered({"view": "proposals"})
    page.removal.frame.filters.set_values({"view": "left"})
    assert texts(page.removal.model, 5) == ["已移出", "已移出"]

    def announce() -> Script:
        yield "Alt+P"
        yield dialog(AnnouncementDialog)
        yield "Alt+P"
        yield dialog(PreviewDialog)
        yield "Esc"
        yield dialog(AnnouncementDialog)
        yield "Esc"
        yield no_dialog

    play(announce())


def test_a_small_accident_is_only_kept(desk: Desk, qtbot: QtBot) -> None:
    enrol(desk, 1, PUMPS)
    library(desk.window(qtbot, SyncRunner()))

    def script() -> Script:
        yield from _record_accident(1, "1")
        yield message("只作登记", "不移出")
        yield "Return"
        yield message("事故已登记，不移出")
        yield "Return"
        yield no_dialog

    play(script())
    assert [m.unit_name for m in members.members(desk.ws)] == [PUMPS]
    assert [g.deaths for g in desk.ws.store.library.grounds.all("R3")] == [1]

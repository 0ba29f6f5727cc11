"""梯度培育: from evaluation to result by keys and by clicks, refusals in sentences, documents ticked off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMessageBox

from core.domain.library import Membership, Tier
from core.domain.tiers import EvaluationFacts, TierCall, TierStepKind
from core.services.library import evaluations, exports, members, removal, tiers
from core.services.library.removal import IncidentReport
from core.services.printing import page_text
from core.services.workspace import Workspace
from gui.dialogs.form_dialog import FieldsDialog
from gui.dialogs.preview import PreviewDialog
from gui.main_window import MainWindow
from gui.pages.tiers.page import TiersPage
from gui.pages.tiers.words import call_words
from tests.fixtures.library import OFFICE, credit_code
from tests.gui.hands import Script, Text, dialog, no_dialog, play, press

FACTS = EvaluationFacts(
    body_name="天津绿评技术服务有限公司", body_code="91120224PDY0000365", body_representative="周正",
    evaluated_on=date(2026, 5, 20), meets=True, standard="GB/T 36132-2025", score=86.5,
)
Show = Callable[[Workspace], MainWindow]


def _member(ws: Workspace, number: int, name: str, tier: Tier = Tier.DISTRICT) -> Membership:
    return members.enrol(
        ws, unit_name=name, credit_code=credit_code(number), kind="green-factory", office=OFFICE,
        admitted_on=date(2025, 12, 15), industry_code="3441", tier=tier,
    )


def _call(ws: Workspace, tier: Tier = Tier.CITY, deadline: date = date(2026, 12, 10)) -> TierCall:
    return tiers.add_call(
        ws, tier=tier, year=2026, title=f"{tier.label}申报通知", issued_on=date(2026, 11, 2), deadline=deadline,
        quota=2, documents=("自评价报告", "第三方评价报告"),
    )


@pytest.fixture
def unit(bureau: Workspace) -> Membership:
    """The only member of the library."""
    return _member(bureau, 1, "天津样板流体装备有限公司")


def _page(window: MainWindow) -> TiersPage:
    window.go("tiers")
    page = window.page("tiers")
    assert isinstance(page, TiersPage)
    return page


def _progress(page: TiersPage, row: int = 0) -> str:
    return str(page.model.index(row, 5).data())


def _names(page: TiersPage) -> list[str]:
    return [str(page.model.index(row, 0).data()) for row in range(page.model.rowCount())]


def _click(page: TiersPage, text: str) -> None:
    """A real click on the button of the title line with that text."""
    button = next(b for b in page.frame.findChildren(QAbstractButton) if b.text() == text and b.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _register_call() -> Script:
    yield "Alt+N"
    yield dialog(FieldsDialog)
    yield "Tab"
    yield Text("津工信节能〔2026〕8号")
    yield "Tab"
    yield "Tab"
    for text in ("2026-11-2", "2026-12-10", "5"):
        yield Text(text)
        yield "Tab"
    yield Text("自评价报告\n第三方评价报告")
    yield "Ctrl+Return"
    yield no_dialog


def _register_evaluation(report: Path | None) -> Script:
    yield "Ctrl+N"
    yield dialog(FieldsDialog)
    for text in ("天津绿评技术服务有限公司", "91120224PDY0000365", "周正", "2026-5-20"):
        yield Text(text)
        yield "Tab"
    yield "Down"
    yield "Tab"
    yield "Tab"
    yield "Down"
    yield "Tab"
    yield Text("86.5")
    if report is not None:
        yield "Tab"
        yield Text(str(report))
    yield "Return"
    yield no_dialog


def _agree_tick_and_recommend(page: Callable[[], TiersPage]) -> Script:
    yield "Ctrl+K"
    yield dialog(FieldsDialog)
    yield "Down"
    yield "Ctrl+Return"
    yield no_dialog
    yield "F6"
    yield "F6"
    yield lambda: QApplication.focusWidget() is page().side.checklist.list
    yield "Space"
    yield "Down"
    yield "Space"
    yield "F6"
    yield lambda: QApplication.focusWidget() is page().frame.table
    yield "Ctrl+R"
    yield dialog(FieldsDialog)
    yield "Return"
    yield no_dialog
    yield lambda: _progress(page()) == "已推荐待结果"


def test_from_the_call_to_the_result_by_keys_alone(
    bureau: Workspace, unit: Membership, open_window: Show, tmp_path: Path
) -> None:
    report = tmp_path / "评价报告.pdf"
    report.write_bytes(b"%PDF-1.4 report")
    window = open_window(bureau)

    def page() -> TiersPage:
        found = window.page("tiers")
        assert isinstance(found, TiersPage)
        return found

    def script() -> Script:
        yield "Ctrl+6"
        yield lambda: window.front == "tiers" and QApplication.focusWidget() is page().frame.table
        yield from _register_call()
        yield from _register_evaluation(report)
        yield from _agree_tick_and_recommend(page)
        yield "Alt+D"
        yield dialog(FieldsDialog)
        yield "Down"
        yield "Tab"
        yield Text("津工信节能〔2026〕30号")
        yield "Return"
        yield no_dialog

    play(script())
    kinds = [step.kind for step in tiers.steps(bureau, unit.id)]
    assert kinds == [TierStepKind.AGREED, TierStepKind.RECOMMENDED, TierStepKind.APPROVED]
    assert members.membership(bureau, unit.id).tier is Tier.CITY
    (call,) = tiers.calls(bureau)
    assert (call.deadline, call.quota, call.documents) == (date(2026, 12, 10), 5, ("自评价报告", "第三方评价报告"))
    assert all(item.done_on for item in tiers.checklist(bureau, call.id, unit.id))
    (made,) = evaluations.evaluations(bureau, unit.id)
    assert made.score == 86.5
    assert evaluations.report_path(bureau, made).read_bytes() == b"%PDF-1.4 report"
    assert page().model.rowCount() == 0
    page().show_filtered({"tier": "nation"})
    assert _names(page()) == [unit.unit_name]


def test_a_refusal_is_one_sentence_with_its_clause(bureau: Workspace, unit: Membership, open_window: Show) -> None:
    page = _page(open_window(bureau))
    told: list[str] = []

    def script() -> Script:
        yield dialog(QMessageBox)
        told.append(_message())
        yield "Return"
        yield no_dialog

    def try_recommend() -> str:
        def walk() -> Script:
            yield "Ctrl+R"
            yield from script()

        play(walk())
        return told[-1]

    assert "还没有市级申报通知" in try_recommend()
    call = _call(bureau)
    page.refresh()
    assert "三(三)" in try_recommend()
    assert "第三方评价" in told[-1]
    evaluations.add_evaluation(bureau, unit.id, FACTS)
    tiers.agree(bureau, unit.id, Tier.CITY, agreed=True)
    page.refresh()
    assert "还缺" in try_recommend()
    assert "自评价报告、第三方评价报告" in told[-1]
    assert told[-1].count("。") == 1
    assert [s.kind for s in tiers.steps(bureau, unit.id)] == [TierStepKind.AGREED]
    assert told[-1] in page.side.panel.toPlainText()
    assert call.id == page.call_box.currentData()


def _message() -> str:
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    return box.text()


def test_the_same_way_with_the_mouse(
    bureau: Workspace, unit: Membership, open_window: Show
) -> None:
    _call(bureau)
    evaluations.add_evaluation(bureau, unit.id, FACTS)
    page = _page(open_window(bureau))
    assert _progress(page) == "待区局意见"

    def agree() -> Script:
        yield dialog(FieldsDialog)
        front = QApplication.activeModalWidget()
        assert isinstance(front, FieldsDialog)
        front.inputs["agreed"].focus.setFocus()
        yield "Down"
        yield lambda: _press_ok(front)
        yield no_dialog

    QTimer.singleShot(0, lambda: _click(page, "区局意见(&A)"))
    play(agree())
    assert _progress(page) == "条件具备"
    boxes = page.side.checklist.list
    for row in range(boxes.count()):
        place = boxes.visualItemRect(boxes.item(row)).center()
        place.setX(14)
        QTest.mouseClick(boxes.viewport(), Qt.MouseButton.LeftButton, pos=place)
    (call,) = tiers.calls(bureau)
    assert all(item.done_on for item in tiers.checklist(bureau, call.id, unit.id))
    assert "收到2项，共2项" in page.side.checklist._heading.text()


def _press_ok(front: FieldsDialog) -> bool:
    button = next(b for b in front.findChildren(QAbstractButton) if b.text().startswith("保存"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return True


def test_an_evaluation_is_withdrawn_from_its_line(bureau: Workspace, unit: Membership, open_window: Show) -> None:
    evaluations.add_evaluation(bureau, unit.id, FACTS)
    page = _page(open_window(bureau))
    assert "达到标准要求，得分86.5" in page.side.panel.toPlainText()

    def script() -> Script:
        yield "F6"
        yield "Tab"
        yield "Return"
        yield dialog(FieldsDialog)
        yield Text("报告不实")
        yield "Ctrl+Return"
        yield no_dialog

    play(script())
    assert evaluations.evaluations(bureau, unit.id) == ()
    assert _progress(page) == "缺第三方评价"


def test_a_body_that_passes_its_yearly_number_is_hinted(bureau: Workspace, open_window: Show) -> None:
    units = [_member(bureau, n, f"天津样板{n:02d}制造有限公司") for n in range(1, 17)]
    for each in units[:15]:
        evaluations.add_evaluation(bureau, each.id, FACTS)
    page = _page(open_window(bureau))
    assert page.frame.notice.text == ""
    page.frame.select(units[15].id)

    play(_register_evaluation(None))
    assert "2026年已评价16项" in page.frame.notice.text
    assert "三(三)" in page.frame.notice.text


def test_filters_narrow_by_stage_and_search_by_pinyin(bureau: Workspace, unit: Membership, open_window: Show) -> None:
    other = _member(bureau, 2, "天津瑞泽精密机械有限公司")
    evaluations.add_evaluation(bureau, other.id, FACTS)
    tiers.agree(bureau, other.id, Tier.CITY, agreed=True)
    held = _member(bureau, 3, "天津津沽食品有限公司", Tier.CITY)
    page = _page(open_window(bureau))
    assert _names(page) == [other.unit_name, unit.unit_name]
    page.show_filtered({"stage": "ready"})
    assert _names(page) == [other.unit_name]
    page.show_filtered({"stage": "held"})
    assert _names(page) == [held.unit_name]
    page.show_filtered({})
    press("Ctrl+F")
    for letter in "ybltzb":
        press(letter)
    page.frame.filters._say_changed()
    assert _names(page) == [unit.unit_name]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_a_step_off_the_list_keeps_the_unit_in_the_library(bureau: Workspace, open_window: Show) -> None:
    held = _member(bureau, 3, "天津津沽食品有限公司", Tier.CITY)
    page = _page(open_window(bureau))
    page.show_filtered({"stage": "held"})

    def script() -> Script:
        yield "Alt+T"
        yield lambda: QApplication.activePopupWidget() is not None
        yield "U"
        yield dialog(FieldsDialog)
        yield Text("市级名单复核未通过")
        yield "Ctrl+Return"
        yield no_dialog

    play(script())
    assert members.membership(bureau, held.id).tier is Tier.DISTRICT
    assert members.membership(bureau, held.id).is_active
    assert page.model.rowCount() == 0


def test_the_list_of_the_recommended_is_printed_and_written_as_excel(
    bureau: Workspace, unit: Membership, open_window: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _call(bureau)
    evaluations.add_evaluation(bureau, unit.id, FACTS)
    tiers.agree(bureau, unit.id, Tier.CITY, agreed=True)
    for document in call.documents:
        tiers.tick(bureau, call.id, unit.id, document, done=True)
    page = _page(open_window(bureau))
    out = tmp_path / "推荐名单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(out), ""))
    seen: list[str] = []

    def script() -> Script:
        yield "Ctrl+P"
        yield dialog(QMessageBox)
        seen.append(_message())
        yield "Return"
        yield no_dialog
        yield "Ctrl+R"
        yield dialog(FieldsDialog)
        yield "Return"
        yield no_dialog
        yield "Ctrl+P"
        yield dialog(PreviewDialog)
        front = QApplication.activeModalWidget()
        assert isinstance(front, PreviewDialog)
        seen.append("".join(page_text(front._pdf, 0).split()))
        yield "Esc"
        yield no_dialog
        yield "Alt+X"
        yield dialog(QMessageBox)
        yield "Return"
        yield no_dialog

    play(script())
    assert "还没有推荐单位" in seen[0]
    assert unit.unit_name in seen[1]
    values = [str(c.value) for row in load_workbook(out)["市级推荐名单"].iter_rows() for c in row]
    assert unit.unit_name in values
    assert "86.5" in values
    assert page.isVisible()


def test_the_line_of_the_call_counts_places_as_the_quota_does(bureau: Workspace) -> None:
    asked = _call(bureau)
    one, two, three = (_member(bureau, n, f"天津样板{n}号装备有限公司") for n in (1, 2, 3))
    for each in (one, two, three):
        evaluations.add_evaluation(bureau, each.id, FACTS)
        tiers.agree(bureau, each.id, Tier.CITY, agreed=True)
        for document in asked.documents:
            tiers.tick(bureau, asked.id, each.id, document, done=True)
    for each in (one, two):
        tiers.recommend(bureau, each.id, Tier.CITY, asked.id)
    assert "限额2家，已推荐2家；" in call_words(bureau, asked)
    tiers.decide(bureau, one.id, Tier.CITY, approved=True, document="津工信〔2026〕9号")
    accident = IncidentReport("safety", bureau.clock.today(), "major", "车间爆燃", "事故调查组认定意见", deaths=11)
    removal.record_incident(bureau, one.unit_id, accident)
    assert "限额2家，已推荐2家（其中1家已离库，不在名单上）；" in call_words(bureau, asked)
    assert len(exports.candidate_rows(bureau, Tier.CITY, asked.id)) == 1
    assert any("已经推荐2家" in told for told in tiers.obstacles(bureau, three.id, Tier.CITY, asked.id))

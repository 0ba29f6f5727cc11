from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core.domain.enums import Eligibility
from core.services import drafts
from core.services.samples import load_samples
from core.services.templates import write_template
from core.services.workspace import Workspace
from gui.dialogs.results import ResultsDialog
from gui.main_window import MainWindow
from gui.models.units_model import Column
from gui.pages.units.page import UnitsPage
from gui.session import Session
from gui.tasks import SyncRunner
from tests.fixtures.packs import sample
from tests.gui.hands import Script, Text, dialog, no_dialog, play, press


def _window(qtbot: QtBot, session: Session) -> MainWindow:
    made = MainWindow(session, SyncRunner())
    qtbot.addWidget(made)
    made.resize(1366, 690)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return made


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    """The sample district and one unit of our own."""
    load_samples(workspace)
    drafts.begin(workspace, "green-factory", sample("green-factory"))
    return workspace


def _names(page: UnitsPage) -> list[str]:
    return [str(page.model.index(row, Column.NAME).data()) for row in range(page.model.rowCount())]


def test_an_empty_list_offers_three_ways_to_begin(qtbot: QtBot, session: Session) -> None:
    window = _window(qtbot, session)
    assert window.units.empty.isVisible()
    assert not window.units.filters.isVisible()
    for key in ("Down", "Down", "Return"):
        press(key)
    qtbot.waitUntil(lambda: window.units.table.isVisible())
    assert window.units.model.rowCount() == 18
    assert window.units._sample_bar.isVisible()


def test_search_and_filters_narrow_and_can_be_cleared(qtbot: QtBot, filled: Workspace, session: Session) -> None:
    page = _window(qtbot, session).units
    assert len(_names(page)) == 19

    def script() -> Script:
        yield "Ctrl+F"
        yield Text("tjqhlt")
        yield lambda: _names(page) == ["天津青禾流体装备有限公司"]
        yield "Esc"
        yield lambda: len(_names(page)) == 19
        yield Text("没有这个单位")
        yield lambda: _names(page) == []

    play(script())
    assert page._nothing.isVisible()
    page.filters.clear()
    qtbot.waitUntil(lambda: len(_names(page)) == 19)
    page.filters._verdict.setCurrentIndex(1)
    assert page.model.query.eligibility is Eligibility.ELIGIBLE
    assert 0 < len(_names(page)) < 19
    assert filled is session.workspace


def test_samples_go_in_one_action_and_real_units_stay(qtbot: QtBot, filled: Workspace, session: Session) -> None:
    page = _window(qtbot, session).units

    def script() -> Script:
        yield "Alt+E"
        yield dialog(QMessageBox)
        yield "Alt+E"
        yield no_dialog

    play(script())
    assert _names(page) == ["天津青禾流体装备有限公司"]
    assert not page._sample_bar.isVisible()
    assert drafts.count_units(filled) == 1


def test_a_draft_is_deleted_only_after_a_question(qtbot: QtBot, filled: Workspace, session: Session) -> None:
    page = _window(qtbot, session).units

    def script(answer: str) -> Script:
        page.table.setFocus()
        yield lambda: page.table.hasFocus()
        yield "Del"
        yield dialog(QMessageBox)
        yield answer
        yield no_dialog

    play(script("Esc"))
    assert drafts.count_units(filled) == 19
    play(script("Return"))  # the safe answer is the default
    assert drafts.count_units(filled) == 19
    play(script("Alt+D"))
    assert drafts.count_units(filled) == 18


def test_sorting_by_the_header_is_done_by_the_store(qtbot: QtBot, filled: Workspace, session: Session) -> None:
    page = _window(qtbot, session).units
    page.table.sortByColumn(Column.CODE, Qt.SortOrder.DescendingOrder)
    codes = [str(page.model.index(row, Column.CODE).data()) for row in range(page.model.rowCount())]
    assert codes == sorted(codes, reverse=True)
    assert filled is session.workspace


def test_dropped_workbooks_are_imported_and_named_one_by_one(
    qtbot: QtBot, workspace: Workspace, session: Session, tmp_path: Path
) -> None:
    page = _window(qtbot, session).units
    blank = write_template(workspace.pack, "green-factory", tmp_path / "空表.xlsx")
    broken = tmp_path / "坏文件.xlsx"
    broken.write_bytes(b"not a workbook")
    seen: list[list[str]] = []

    def look() -> bool:
        front = QApplication.activeModalWidget()
        if not isinstance(front, ResultsDialog):
            return False
        model = front.table.model()
        seen.append([str(model.index(row, 0).data()) for row in range(model.rowCount())])
        return True

    def script() -> Script:
        yield look
        yield "Esc"

    QTimer.singleShot(0, lambda: play(script()))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(blank)), QUrl.fromLocalFile(str(broken))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    page.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, Qt.KeyboardModifier.NoModifier))
    assert seen == [["有错已标注", "没有导入"]]
    assert drafts.count_units(workspace) == 0


def test_the_narrow_window_keeps_the_name_readable(qtbot: QtBot, filled: Workspace, session: Session) -> None:
    window = _window(qtbot, session)
    window.resize(910, 480)
    qtbot.waitUntil(lambda: window.units.table.isColumnHidden(Column.UPDATED))
    assert window.units.table.columnWidth(Column.NAME) >= 190
    assert not window.units.table.isColumnHidden(Column.VERDICT)
    assert window.minimumWidth() <= 910
    assert window.minimumHeight() <= 480
    assert filled is session.workspace


def test_end_goes_to_the_last_unit_and_shift_home_selects_back(
    qtbot: QtBot, filled: Workspace, session: Session
) -> None:
    page = _window(qtbot, session).units
    page.table.setFocus()
    press("End")
    last = page.model.summary(page.model.rowCount() - 1)
    assert page.table.selected() == (last,)
    press("Shift+Home")
    assert len(page.table.selected()) == page.model.rowCount()

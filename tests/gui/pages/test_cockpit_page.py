from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from core.infra.clock import SetClock
from core.services.library import members
from core.services.library.closing import close_window
from core.services.library.windows import open_window
from core.services.workspace import Workspace
from gui.main_window import MainWindow
from gui.pages.cockpit.page import TREND, CockpitPage
from gui.session import Session
from gui.tasks import SyncRunner
from tests.fixtures.filled_library import TODAY, fill, wait_for_review
from tests.fixtures.library import OFFICE, credit_code, open_bureau
from tests.gui.hands import Script, Text, dialog, no_dialog, play, press

MEMBERS = 30


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[tuple[Workspace, SetClock]]:
    """Thirty members (24 factories, 4 chains, 2 parks) and two forms that wait."""
    ws, clock = open_bureau(tmp_path / "数据", TODAY)
    fill(ws, MEMBERS)
    wait_for_review(ws, 2)
    yield ws, clock
    ws.close()


@pytest.fixture
def window(bureau: tuple[Workspace, SetClock], qtbot: QtBot) -> MainWindow:
    made = MainWindow(Session(bureau[0]), SyncRunner())
    qtbot.addWidget(made)
    made.resize(1366, 690)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and QApplication.activeWindow() is made)
    return made


@pytest.fixture
def page(window: MainWindow) -> CockpitPage:
    found = window.page("cockpit")
    assert isinstance(found, CockpitPage)
    return found


@pytest.fixture
def ways(page: CockpitPage) -> list[tuple[str, object]]:
    """Where the page wanted to go."""
    found: list[tuple[str, object]] = []
    page.go_wanted.connect(lambda key, filters: found.append((key, filters)))
    return found


def _table(page: CockpitPage) -> list[tuple[str, str, str]]:
    model = page.counts.list.model
    return [(*(str(model.index(r, c).data()) for c in range(3)),) for r in range(model.rowCount())]  # type: ignore[misc]


def _figure(page: CockpitPage, name: str) -> str:
    return page.cards.cards[name].figure.text()


def test_the_figures_are_those_of_the_library(page: CockpitPage) -> None:
    assert _figure(page, "total") == "30"
    assert _figure(page, "pending") == "2"
    assert _figure(page, "window") == "18天"  # from 23 November to 11 December
    assert _table(page) == [("绿色工厂", "24", "80%"), ("绿色供应链管理企业", "4", "13%"), ("绿色工业园区", "2", "7%")]
    owed = sum(int(str(page.unreported.model.index(row, 1).data())) for row in range(page.unreported.model.rowCount()))
    assert str(owed) == _figure(page, "reports")
    assert "没有办理" in page.notice.text  # June 2026 went by


def test_the_plot_is_drawn_after_the_first_paint(page: CockpitPage, qtbot: QtBot) -> None:
    page.counts.picture.show_picture(QImage(), (), "")
    page.refresh()
    assert page.counts.picture.parts == ()
    qtbot.waitUntil(lambda: len(page.counts.picture.parts) == 3)
    assert "绿色工厂24" in page.counts.picture.accessibleName()


def test_a_click_on_a_bar_leads_to_what_it_counts(
    page: CockpitPage, window: MainWindow, ways: list[tuple[str, object]], qtbot: QtBot
) -> None:
    picture = page.counts.picture
    qtbot.waitUntil(lambda: len(picture.parts) == 3)
    parks = next(part for part in picture.parts if part.key == "green-park")
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.area_of(parks).center().toPoint())
    assert ways == [("library", {"kind": "green-park"})]
    assert window.front == "library"
    picture.show_picture(QImage(), (), "")
    window.go("cockpit")
    qtbot.waitUntil(lambda: len(picture.parts) == 3)  # drawn anew
    picture.setFocus()
    for key in ("Right", "Return"):
        press(key)
    assert ways[1:] == [("library", {"kind": "green-supply-chain"})]


def test_tables_cards_and_lists_lead_on_by_keys(
    page: CockpitPage, window: MainWindow, ways: list[tuple[str, object]]
) -> None:
    def script() -> Script:
        page.counts.tabs.setFocus()
        yield "Right"
        yield lambda: page.counts.side is not None and page.counts.side.name == "office"
        yield "Alt+L"
        yield lambda: page.counts.list.table.hasFocus()
        yield "Down"
        yield "Return"
        yield lambda: len(ways) == 1
        yield "Ctrl+1"
        yield "Alt+D"
        yield lambda: page.dues.table.hasFocus()
        yield "Ctrl+Home"
        yield "Return"
        yield lambda: len(ways) == 2
        yield "Ctrl+1"
        yield "Alt+J"
        yield lambda: page.unreported.table.hasFocus()
        yield "Return"
        yield lambda: len(ways) == 3
        yield "Ctrl+1"
        yield "Alt+S"
        yield lambda: window.front == "review"

    play(script())
    second = page.counts.list.model.item(1)
    assert ways[0] == ("library", {"office": second})
    assert ways[1] == ("library", {"view": "window"})  # June went by: before everything else
    office = page.unreported.model.item(0)
    assert ways[2] == ("reports", {"year": 2025, "office": getattr(office, "office", None), "missing": True})
    assert ways[3] == ("review", {})


def test_a_change_elsewhere_is_counted_at_once(page: CockpitPage, window: MainWindow) -> None:
    session = window._session
    fill(session.workspace, 1, first=500)
    session.announce_library()
    assert _figure(page, "total") == "31"
    press("Ctrl+8")
    fill(session.workspace, 1, first=501)
    session.announce_library()
    press("Ctrl+1")
    assert _figure(page, "total") == "32"


def test_rosters_are_shown_as_a_trend(tmp_path: Path, qtbot: QtBot) -> None:
    ws, _ = open_bureau(tmp_path / "数据", date(2026, 12, 12))
    with ws:
        members.enrol(
            ws, unit_name="天津青禾流体装备有限公司", credit_code=credit_code(7), kind="green-factory", office=OFFICE,
            admitted_on=date(2026, 7, 1),
        )
        open_window(ws)
        close_window(ws)
        page = CockpitPage(Session(ws), SyncRunner())
        qtbot.addWidget(page)
        page.resize(1200, 600)
        page.show()
        page.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is page)
        _look_at_the_trend(page, qtbot)
        page.close()


def _look_at_the_trend(page: CockpitPage, qtbot: QtBot) -> None:
    ways: list[tuple[str, object]] = []
    page.go_wanted.connect(lambda key, filters: ways.append((key, filters)))
    page.counts.tabs.setCurrentIndex(page.counts.tabs.count() - 1)
    assert page.counts.side is not None
    assert page.counts.side.name == TREND
    rows = _table(page)
    assert len(rows) == 1
    assert rows[0][0].startswith("第1号")
    assert rows[0][1:] == ("1", "+1")
    qtbot.waitUntil(lambda: bool(page.counts.picture.parts) and page.counts.picture.parts[0].key == "1")
    page.counts.list.table.setFocus()
    press("Return")
    assert ways == [("library", {"roster": 1})]


@pytest.mark.parametrize(("keys", "name"), [("Ctrl+Shift+P", "counts.png"), ("Ctrl+Shift+E", "counts.xlsx")])
def test_figures_are_taken_along_as_files(page: CockpitPage, tmp_path: Path, keys: str, name: str) -> None:
    out = tmp_path / name
    page.counts.tabs.setCurrentIndex(1)

    def script() -> Script:
        yield keys
        yield dialog(QFileDialog)
        yield "Ctrl+A"
        yield Text(str(out))
        yield "Return"
        yield dialog(QMessageBox)
        yield "Return"
        yield no_dialog

    play(script())
    if out.suffix == ".png":
        assert QImage(str(out)).width() > 800
    else:
        book = openpyxl.load_workbook(out)
        words = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
        assert {"绿色工厂", "24", "4", "2"} <= words
        assert len(book.worksheets) == 6
        book.close()


def test_the_menu_of_the_button_offers_both_files(page: CockpitPage) -> None:
    menu = page.counts.export.menu()
    assert menu is not None
    assert menu.actions() == [page.picture_action, page.sheet_action]


def test_an_empty_library_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    ws, _ = open_bureau(tmp_path / "空", TODAY)
    with ws:
        made = CockpitPage(Session(ws), SyncRunner())
        qtbot.addWidget(made)
        made.resize(1100, 600)
        made.show()
        assert _figure(made, "total") == "0"
        for place in range(made.counts.tabs.count()):
            made.counts.tabs.setCurrentIndex(place)
            QApplication.processEvents()
        assert made.unreported._empty.isVisible()
        made.close()

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.models.rows_model import Cell, RowsModel
from gui.widgets.detail_panel import DetailPanel, Line, Section
from gui.widgets.list_frame import ListFrame
from gui.widgets.list_table import Column
from gui.widgets.page import Page
from gui.widgets.roles import ITEM_ROLE, TONE_ROLE
from tests.gui.hands import Script, Text, play, press

COLUMNS = (Column("名称", stretches=True), Column("得分", 80), Column("街镇", 120, hide_below=500))


@dataclass(frozen=True)
class _Thing:
    id: int
    name: str
    score: float
    office: str


THINGS = (_Thing(1, "alpha", 90.5, "a"), _Thing(2, "beta", 100.0, "b"), _Thing(3, "gamma", 9.0, "a"))


class _ListPage(Page):
    """A page as a helper would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.things: tuple[_Thing, ...] = THINGS
        self.done: list[object] = []
        self.shown: list[object] = []
        self.model = RowsModel([c.title for c in COLUMNS], self, right=(1,))
        self.frame = ListFrame("清单", COLUMNS, self.model, self, key=lambda t: t.id, unit="个单位")
        self.receive = self.action("收下(&A)", "Ctrl+R", lambda: self.done.append(self.frame.current()))
        self.frame.set_actions((self.receive,))
        self.frame.filters.add_choice("office", "街镇", [("全部街镇", None), ("甲", "a"), ("乙", "b")])
        self.frame.set_empty("还没有单位。")
        self.detail = DetailPanel(self)
        self.frame.set_detail(self.detail)
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(self.done.append)
        self.frame.setGeometry(0, 0, 900, 400)
        self.resize(900, 400)

    def refresh(self) -> None:
        wanted = self.frame.filters.values()
        found = [t for t in self.things if str(wanted.get("query", "")) in t.name
                 and wanted.get("office") in (None, t.office)]
        self.model.set_rows([(t.name, Cell(f"{t.score:.1f}", "good"), t.office) for t in found], found)

    def focus_first(self) -> None:
        self.frame.focus_first()

    def _show(self, thing: object) -> None:
        self.shown.append(thing)
        if isinstance(thing, _Thing):
            lines = [Line(thing.office, "街镇"), Line("看看", link=f"unit:{thing.id}")]
            self.detail.show_sections(thing.name, [Section("基本情况", lines), Section("空", [])])


@pytest.fixture
def page(qtbot: QtBot) -> _ListPage:
    made = _ListPage()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    made.set_active(True)
    qtbot.waitUntil(lambda: made.frame.table.hasFocus())
    return made


def _names(page: _ListPage) -> list[str]:
    return [str(page.model.index(row, 0).data()) for row in range(page.model.rowCount())]


def test_arrows_move_enter_opens_and_the_button_has_its_letter(page: _ListPage) -> None:
    def script() -> Script:
        yield "Down"
        yield lambda: page.frame.current() is THINGS[1]
        yield "Return"
        yield "Alt+A"
        yield lambda: len(page.done) == 2
        yield "Ctrl+R"

    play(script())
    assert page.done == [THINGS[1]] * 3
    assert "beta" in page.detail.toPlainText()
    assert "空" not in page.detail.toPlainText()


def test_typing_searches_and_the_selection_stays_on_its_row(page: _ListPage) -> None:
    def script() -> Script:
        yield "End"
        yield "Down"
        yield "Down"
        yield lambda: page.frame.current() is THINGS[2]
        yield Text("m")
        yield lambda: _names(page) == ["gamma"]
        yield "Down"
        yield lambda: page.frame.table.hasFocus()
        yield "Ctrl+F"
        yield Text("zz")
        yield lambda: _names(page) == []
        yield "Esc"
        yield lambda: len(_names(page)) == 3
        yield "Return"
        yield lambda: page.frame.table.hasFocus()

    play(script())
    page.frame.select(3)
    page.things = (_Thing(0, "new", 1.0, "a"), *THINGS)
    page.refresh()
    assert page.frame.current() == THINGS[2]
    assert page.shown[-1] == THINGS[2]


def test_an_empty_list_says_why(page: _ListPage, qtbot: QtBot) -> None:
    page.frame.filters.set_values({"office": "b", "query": "beta"})
    assert _names(page) == ["beta"]
    assert page.frame.filters.count.text() == "找到1个单位"
    page.frame.filters.set_values({"query": "nothing"})
    assert "没有符合条件的" in page.frame._empty.text()
    press("Alt+Q")
    qtbot.waitUntil(lambda: _names(page) == ["alpha", "beta", "gamma"])
    page.things = ()
    page.refresh()
    assert page.frame._empty.text() == "还没有单位。"
    assert page.frame._empty.isVisible()
    assert not page.detail.isVisible()


def test_headers_sort_figures_by_size_and_the_order_stays(page: _ListPage) -> None:
    headers = page.frame.table.horizontalHeader()
    place = QPoint(headers.sectionViewportPosition(1) + 10, headers.height() // 2)
    QTest.mouseClick(headers.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert _names(page) == ["gamma", "alpha", "beta"]
    assert page.model.index(0, 0).data(ITEM_ROLE) is THINGS[2]
    assert page.model.index(0, 1).data(TONE_ROLE) == "good"
    QTest.mouseClick(headers.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert _names(page) == ["beta", "alpha", "gamma"]
    page.refresh()
    assert _names(page) == ["beta", "alpha", "gamma"]


def test_columns_and_detail_give_way(page: _ListPage, qtbot: QtBot) -> None:
    assert not page.frame.table.isColumnHidden(2)
    page.resize(700, 400)
    page.frame.resize(700, 400)
    qtbot.waitUntil(lambda: page.frame.table.isColumnHidden(2))
    assert page.detail.width() >= 250


def test_f6_goes_to_the_detail_and_its_links_answer_to_keys(page: _ListPage) -> None:
    pressed: list[str] = []
    page.detail.link_pressed.connect(pressed.append)

    def script() -> Script:
        yield "F6"
        yield lambda: page.detail.hasFocus()
        yield "Tab"
        yield "Return"
        yield lambda: pressed == ["unit:1"]
        yield "F6"
        yield lambda: page.frame.table.hasFocus()

    play(script())


def test_a_panel_to_read_keeps_its_ground_when_the_keys_come(qtbot: QtBot) -> None:
    panel = DetailPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 200)
    panel.show()
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(panel.hasFocus)
    ground = panel.grab().toImage().pixelColor(panel.rect().center())
    assert ground.name() == "#ffffff"


def test_home_and_end_go_to_the_first_and_the_last_row(qtbot: QtBot) -> None:
    page = _ListPage()
    qtbot.addWidget(page)
    page.refresh()
    page.show()
    page.activateWindow()
    page.frame.table.setFocus()
    qtbot.waitUntil(page.frame.table.hasFocus)
    for key, wanted in ((Qt.Key.Key_End, "gamma"), (Qt.Key.Key_Home, "alpha")):
        QTest.keyClick(page.frame.table, key)
        assert page.frame.current().name == wanted
        assert [thing.name for thing in page.frame.selected()] == [wanted]

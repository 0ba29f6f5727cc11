"""工作台: the bureau's first page. What is due, what waits, how the library stands; everything leads on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSplitter, QVBoxLayout, QWidget

from core.services.library import charts
from core.services.library.cockpit import Cockpit, CountBy, CountLine, Due, TrendLine, Unreported, cockpit
from gui.models.rows_model import Cell
from gui.pages.cockpit import words
from gui.pages.cockpit.cards import CardRow
from gui.pages.cockpit.counts import CountsPanel, Side
from gui.pages.cockpit.exports import Exports
from gui.pages.cockpit.lists import SmallList
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.list_table import Column
from gui.widgets.notice_bar import NoticeBar
from gui.widgets.page import Menus, Page
from gui.widgets.picture_view import Part

TREND: Final = "trend"
_CARDS: Final = (("window", "W"), ("pending", "S"), ("proposals", "Y"), ("reports", "B"), ("total", "K"))
_DUES: Final = (Column("期限", 92), Column("事项", stretches=True), Column("日期", 92, hide_below=360))
_UNREPORTED: Final = (Column("街镇、园区", stretches=True), Column("未报", 56), Column("应报", 56))
_LARGER: Final = 1.12
_LEFT_SHARE: Final = 0.36


class CockpitPage(Page):
    """Shows the state of the library and goes where something is to be done; it takes no filters itself.

    Leads to: review {}; library {"view": "window" | "proposals"}, {"kind" | "office" | "industry" (two digits) | "tier"
    | "year": value}, {"roster": number}; reports {"year", "office", "missing"}; tiers {"call"}; prospects {"prospect"}.
    """

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cockpit")
        self._session = session
        self._seen: Cockpit | None = None
        self.exports = Exports(self, session, runner)
        self.title = QLabel("工作台", self)
        self.title.setProperty("role", "title")
        self._day = QLabel(self)
        self._day.setProperty("role", "note")
        self.notice = NoticeBar("notice", "去补办(&U)", self)
        self.cards = CardRow(_CARDS, self)
        self.dues = SmallList("到期事项(&D)", _DUES, "没有到期的事项。", self)
        self.unreported = SmallList(
            "未报动态管理表的街镇、园区(&J)", _UNREPORTED, "都报齐了，或还没有要报的单位。", self, right=(1, 2)
        )
        self.counts = CountsPanel(self._plot, self)
        self.picture_action = self.action("图存为图片(&P)…", "Ctrl+Shift+P", self._save_picture)
        self.sheet_action = self.action("全部统计存为Excel(&X)…", "Ctrl+Shift+E", self.exports.save_sheet)
        self._lay_out()
        self._connect()

    # What the window asks of a page

    def menus(self) -> Menus:
        """Looking again, and taking the figures along."""
        return (("查看(&V)", (self.refresh_action, None, self.picture_action, self.sheet_action)),)

    def focus_first(self) -> None:
        """What is due comes first."""
        self.dues.table.setFocus()

    def refresh(self) -> None:
        """Count again; the plot follows once the figures stand on the screen."""
        seen = cockpit(self._session.workspace)
        self._seen = seen
        self._day.setText(words.heading(seen))
        self.notice.say(words.missed(seen.window))
        for name, text in words.cards(seen).items():
            self.cards.cards[name].show_text(text)
        self.dues.show_rows([words.due_row(due) for due in seen.dues], seen.dues)
        ws = self._session.workspace
        offices = [(ws.office_label(u.office) or "未填", str(u.missing), str(u.owed)) for u in seen.unreported]
        self.unreported.show_rows(offices, seen.unreported)
        sides = [Side(by.value, by.label, "占比", _shares(seen.counts[by])) for by in CountBy]
        self.counts.show_sides([*sides, Side(TREND, "历期名单", "增减", _steps(seen.trend))])

    # Going on

    def _go(self, way: words.Way) -> None:
        self.go_wanted.emit(way.page, dict(way.filters))

    def _press_card(self, name: str) -> None:
        if self._seen is not None:
            self._go(words.way_of_card(name, self._seen))

    def _open_due(self, due: object) -> None:
        if isinstance(due, Due):
            self._go(words.way_of_due(due))

    def _open_office(self, unreported: object) -> None:
        if isinstance(unreported, Unreported) and self._seen is not None:
            self._go(words.way_of_office(self._seen.report_year, unreported))

    def _open_count(self, side: str, key: str) -> None:
        self._go(words.way_of_roster(int(key)) if side == TREND else words.way_of_count(CountBy(side), key))

    # Plots

    def _plot(self, side: str, size: QSize, ratio: float) -> tuple[QImage, Sequence[Part]]:
        ws = self._session.workspace
        width, height, scale = (size.width() - 1) / _LARGER, (size.height() - 1) / _LARGER, ratio * _LARGER
        if side == TREND:
            made = charts.trend_picture(ws, width=width, height=height, scale=scale)
        else:
            made = charts.counts_picture(ws, CountBy(side), width=width, height=height, scale=scale)
        image = QImage.fromData(made.png)
        image.setDevicePixelRatio(ratio)
        parts = [Part(QRectF(*s.slot), s.key, f"{s.label}：{s.value}") for s in made.spots if not s.is_rest]
        return image, parts

    def _save_picture(self) -> None:
        if self.counts.side is not None:
            side = self.counts.side
            self.exports.save_picture(None if side.name == TREND else CountBy(side.name), side.words)

    # Building

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self._day)
        head.addStretch(1)
        menu = QMenu(self)
        menu.addActions([self.picture_action, self.sheet_action])
        self.counts.set_menu(menu)
        lists = QSplitter(Qt.Orientation.Vertical, self)
        lists.addWidget(self.dues)
        lists.addWidget(self.unreported)
        lists.setChildrenCollapsible(False)
        lists.setSizes([300, 200])
        body = QSplitter(Qt.Orientation.Horizontal, self)
        body.addWidget(lists)
        body.addWidget(self.counts)
        body.setChildrenCollapsible(False)
        self._body = body
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self.cards)
        layout.addWidget(body, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The lists keep their share beside the counts."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            left = round(event.size().width() * _LEFT_SHARE)
            self._body.setSizes([left, event.size().width() - left])

    def _connect(self) -> None:
        session = self._session
        self.refreshes_on(session.library_changed, session.records_changed, session.record_changed)
        self.notice.pressed.connect(lambda: self._press_card("window"))
        self.cards.pressed.connect(self._press_card)
        self.dues.opened.connect(self._open_due)
        self.unreported.opened.connect(self._open_office)
        self.counts.pressed.connect(self._open_count)


def _shares(lines: Sequence[CountLine]) -> list[tuple[str, str, int, Cell]]:
    total = sum(line.count for line in lines) or 1
    return [
        (line.key, line.label, line.count, Cell(f"{line.count / total:.0%}", order=line.count / total))
        for line in lines
    ]


def _steps(lines: Sequence[TrendLine]) -> list[tuple[str, str, int, Cell]]:
    """Rosters, the newest first, each with what it has more or less than the one before."""
    before = [0, *(line.total for line in lines)]
    found = [
        (str(line.number), f"第{line.number}号　{line.closed_on}", line.total,
         Cell(f"{line.total - was:+d}", order=float(line.total - was)))
        for line, was in zip(lines, before, strict=False)
    ]
    return found[::-1]

"""培育库: the window on top, below it members, rosters and removals, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from core.domain.library import PlannedWindow, Window
from core.services.library import closing, rosters, windows
from gui.pages.library.incident import IncidentSteps
from gui.pages.library.members_part import MembersPart
from gui.pages.library.removal_part import RemovalPart
from gui.pages.library.rosters_part import RostersPart
from gui.pages.library.unit_steps import UnitSteps
from gui.pages.library.window_steps import WindowSteps
from gui.pages.library.window_strip import WindowStrip
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.page import Menus, Page

_MEMBERS, _ROSTERS, _REMOVAL = range(3)
_TABS: Final = ("在库单位(&M)", "名单(&R)", "移出(&D)")


class LibraryPage(Page):
    """Members, rosters, removals.

    `show_filtered` takes `kind`, `office`, `industry`, `tier`, `year` as the cockpit counts them, `query`, `roster` (a
    number), or `view` (`window`, `proposals`).
    """

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.window_steps = WindowSteps(self, session)
        incidents = IncidentSteps(self, session, runner)
        self._make_actions()
        self.strip = WindowStrip((self.open_window, self.open_extra, self.make_up, self.close_window), self)
        steps = UnitSteps(self, session)
        self.members = MembersPart(self, session, steps, incidents)
        self.rosters = RostersPart(self, session, runner)
        self.removal = RemovalPart(self, session, steps, incidents)
        self.tabs = QTabBar(self)
        self._stack = QStackedWidget(self)
        self._lay_out()
        self._bring_forward(_MEMBERS)
        self.tabs.currentChanged.connect(self._turn)
        self.members.open_wanted.connect(self.open_wanted)
        self.refreshes_on(session.records_changed)

    # What the window asks of a page

    def menus(self) -> Menus:
        """The page's menus."""
        return (
            ("更新窗口(&W)", (
                self.open_window, self.open_extra, self.make_up, None, self.close_window, None, self.rerun,
                self.refresh_action,
            )),
            ("单位(&U)", self.members.entries()),
            ("名单(&L)", self.rosters.entries()),
            ("移出(&E)", self.removal.entries()),
        )

    def refresh(self) -> None:
        """Look again at the window and at the part in front."""
        self._show_window()
        self._part.refresh()

    def focus_first(self) -> None:
        """Keys to the list in front."""
        self._part.frame.focus_first()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Show what another page pointed at."""
        if "roster" in filters:
            self.rosters.choose(int(str(filters["roster"])))
            self._turn_to(_ROSTERS)
        elif filters.get("view") == "proposals":
            self.tabs.setCurrentIndex(_REMOVAL)
            self.removal.show_proposals()
        elif filters.get("view") != "window":
            self.tabs.setCurrentIndex(_MEMBERS)
            self.members.show_filtered(filters)
        self.focus_first()

    # Building

    def _make_actions(self) -> None:
        steps = self.window_steps
        self.open_window = self.action("打开窗口(&O)", "", steps.open_planned)
        self.open_extra = self.action("增开批次(&B)", "", steps.open_extra)
        self.make_up = self.action("补办(&K)", "", steps.make_up, "补办漏办的更新窗口")
        self.close_window = self.action("关闭窗口(&C)", "", self._close)
        self.rerun = self.action("重算核对(&V)…", "", steps.rerun, "用当时的政策包把一批校核重算一遍")

    def _lay_out(self) -> None:
        for text in _TABS:
            self.tabs.addTab(text)
        self.tabs.setProperty("role", "parts")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("培育库")
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for part in (self.members, self.rosters, self.removal):
            self._stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(2)
        top = QVBoxLayout()
        top.setContentsMargins(8, 0, 8, 0)
        top.setSpacing(2)
        top.addWidget(self.strip)
        top.addWidget(self.tabs)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)

    @property
    def _part(self) -> MembersPart | RostersPart | RemovalPart:
        return (self.members, self.rosters, self.removal)[self._stack.currentIndex()]

    # Reacting

    def _turn_to(self, index: int) -> None:
        """Bring a part to the front, looked at once."""
        if self.tabs.currentIndex() == index:
            self._part.refresh()
        else:
            self.tabs.setCurrentIndex(index)

    def _turn(self, index: int) -> None:
        had_keys = not self.tabs.hasFocus() and QApplication.focusWidget() is not None
        self._bring_forward(index)
        self._part.refresh()
        if had_keys:
            self.focus_first()

    def _bring_forward(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        for part in (self.members, self.removal):
            part.set_front(front=part is self._part)

    def _show_window(self) -> None:
        ws = self._session.workspace
        overview = windows.overview(ws)
        current = overview.current
        self.open_window.setVisible(current is None and overview.running is not None)
        self.open_extra.setVisible(current is None)
        self.make_up.setVisible(current is None and bool(overview.missed))
        self.close_window.setVisible(current is not None)
        if current is None:
            self.strip.show_closed(overview)
            return
        made = rosters.rosters(ws)
        number = made[0].number + 1 if made else 1
        self.strip.show_open(closing.closing_check(ws), self._plan_of(current), number)

    def _plan_of(self, window: Window) -> PlannedWindow | None:
        plans = windows.planned(self._session.workspace, window.year)
        return next((p for p in plans if p.month == window.month), None)

    def _close(self) -> None:
        made = self.window_steps.close()
        if made is None:
            return
        self.rosters.choose(made.number)
        self._turn_to(_ROSTERS)
        self.rosters.frame.notice.say(f"已写成第{made.number}号名单，共{made.count}个单位。按“打印名单”打印盖章。")
        self.focus_first()

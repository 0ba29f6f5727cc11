"""报送 (office) and 收发 (bureau): files between the two, and how every unit or office stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from core.domain.enums import Role
from core.domain.errors import GreenLadderError
from core.services.exchange import trust
from core.services.exchange.notices import last_notice
from gui.dialogs.messages import tell
from gui.dialogs.receive_preview import notice_text
from gui.pages.exchange.common import has_ready_samples
from gui.pages.exchange.files_part import FilesPart
from gui.pages.exchange.offices_part import OfficesPart
from gui.pages.exchange.receiving import ReceiveSteps
from gui.pages.exchange.sending import SendSteps
from gui.pages.exchange.stations_part import StationsPart
from gui.pages.exchange.strip import ActionStrip
from gui.pages.exchange.units_part import UnitsPart
from gui.pages.exchange.words import bureau_words, notice_words, office_words
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.notice_bar import NoticeBar
from gui.widgets.page import MenuEntry, Menus, Page

_SUFFIX: Final = ".zip"
_STRANGER: Final = (
    "还没有登记区工信局的工作站。收到区工信局的第一份文件（回执或通知）时按“接收回执或通知”，打电话核对16位核对码后登记。"
)


class ExchangePage(Page):
    """Units (office) or offices (bureau), files to and fro, enrolled workstations.

    `show_filtered` takes `query`, and `standing` (office: a `Standing`'s value, or `conflict`) or `state` (bureau:
    `came`, `missing`, `waiting`, `due`, `stranger`, `conflict`). A `.zip` dropped on the page is received.
    """

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        station = session.workspace.station
        self._is_bureau = station is not None and station.role is Role.BUREAU
        self.sending = SendSteps(self, session, runner)
        self.receiving = ReceiveSteps(self, session, runner)
        self.chief = self._chief_actions()
        self.strip = ActionStrip(self.chief, self)
        self.notice = NoticeBar("notice", "知道了", self)
        settle = self.receiving.settle
        self.units = None if self._is_bureau else UnitsPart(self, session, settle)
        self.offices = OfficesPart(self, session, settle) if self._is_bureau else None
        self.files = FilesPart(self, session, self.receiving)
        self.stations = StationsPart(self, session)
        self.tabs = QTabBar(self)
        self._stack = QStackedWidget(self)
        self._lay_out()
        self._connect()

    # What the window asks of a page

    def menus(self) -> Menus:
        """The page's menus."""
        more: tuple[MenuEntry, ...] = (None, self.files.report, self.files.undo)
        title = "收发(&B)" if self._is_bureau else "报送(&B)"
        stations = (self.stations.retire, self.stations.rotate)
        return ((title, (*self.chief, *more)), ("工作站(&I)", stations), ("查看(&V)", (self.refresh_action,)))

    def refresh(self) -> None:
        """Look again at what is to be done and at the part in front."""
        try:
            self._main.refresh()
            if self._part is not self._main:
                self._part.refresh()
            self._show_words()
        except GreenLadderError as error:
            self.strip.say(str(error))  # nobody has said yet who sits here, or the store cannot be read

    def focus_first(self) -> None:
        """Keys to the list in front."""
        self._part.frame.focus_first()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Show what another page pointed at."""
        self.tabs.setCurrentIndex(0)
        self._main.frame.filters.set_values(filters)

    def show_record(self, record_id: str) -> None:
        """Back from the editor: on the form that was edited."""
        if self.units is not None:
            self.units.frame.select(record_id)

    # Building

    def _chief_actions(self) -> tuple[QAction, ...]:
        if self._is_bureau:
            return (
                self.action("接收文件(&R)…", "Ctrl+R", self._receive, "接收街镇、园区的报送包；也可以把文件拖到这里"),
                self.action("写回执(&W)…", "Ctrl+K", self._write_receipts, "给有新结果的街镇、园区写回执"),
                self.action("发通知(&N)…", "Ctrl+N", self._write_notices, "给街镇、园区发通知，可以带政策包"),
            )
        self._read_notice = self.action("看通知(&M)", "", self._show_notice, "区工信局最近一份通知")
        return (
            self._read_notice,
            self.action("推荐函(&N)", "Ctrl+Shift+L", self.sending.print_letter, "推荐已推荐单位的函，可以存为Word"),
            self.action("打包上报(&P)…", "Ctrl+P", self.sending.pack, "把要报的表写成一个文件，交给区工信局"),
            self.action("接收回执或通知(&R)…", "Ctrl+R", self._receive, "读入区工信局的文件；也可以把文件拖到这里"),
        )

    def _lay_out(self) -> None:
        for text in ("街镇园区(&T)" if self._is_bureau else "单位(&T)", "往来文件(&L)", "工作站登记(&S)"):
            self.tabs.addTab(text)
        self.tabs.setProperty("role", "parts")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("收发" if self._is_bureau else "报送")
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for part in (self._main, self.files, self.stations):
            self._stack.addWidget(part)
        top = QVBoxLayout()
        top.setContentsMargins(8, 0, 8, 0)
        top.setSpacing(2)
        for widget in (self.strip, self.notice, self.tabs):
            top.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        session = self._session
        self.tabs.currentChanged.connect(self._turn)
        if self.units is not None:
            self.units.opened.connect(self.open_wanted)
        self.refreshes_on(session.library_changed, session.records_changed, session.record_changed)

    @property
    def _main(self) -> UnitsPart | OfficesPart:
        part = self.units or self.offices
        if part is None:
            raise TypeError(self)
        return part

    @property
    def _part(self) -> UnitsPart | OfficesPart | FilesPart | StationsPart:
        return (self._main, self.files, self.stations)[max(self._stack.currentIndex(), 0)]

    # Reacting

    def _turn(self, index: int) -> None:
        had_keys = not self.tabs.hasFocus() and QApplication.focusWidget() is not None
        self._stack.setCurrentIndex(index)
        self._part.refresh()
        if had_keys:
            self.focus_first()

    def _show_words(self) -> None:
        ws = self._session.workspace
        if self.units is None:
            self.strip.say(bureau_words(self.offices.lines if self.offices is not None else ()))
            return
        words = office_words(self.units.lines, only_samples=has_ready_samples(ws))
        stranger = not any(peer.party.role is Role.BUREAU and peer.retired_at is None for peer in trust.peers(ws))
        notice = last_notice(ws)
        self._read_notice.setVisible(notice is not None)
        self.strip.say(words if notice is None else f"{words}\n{notice_words(notice, ws.clock.today())}")
        self.notice.say(_STRANGER if stranger else "", offers=False)

    def _show_notice(self) -> None:
        notice = last_notice(self._session.workspace)
        if notice is not None:
            tell(self, "通知", notice_text(notice))

    def _receive(self, paths: Sequence[Path] = ()) -> None:
        outcome = self.receiving.receive(paths)
        if outcome.senders:
            self._point_at(outcome.senders[0])
        if outcome.receipts_for:
            self.sending.write_receipts(outcome.receipts_for)
        elif outcome.record_id is not None:
            self.open_wanted.emit(outcome.record_id)

    def _point_at(self, office: str) -> None:
        """To where the clerk goes on after a file came: its sender, or what the bureau wants of us."""
        if self.offices is not None:
            self.offices.frame.select(office)
        if self.units is not None:
            self.units.select_urgent()
        self.files.show_newest()

    def _write_receipts(self) -> None:
        self.sending.write_receipts()

    def _write_notices(self) -> None:
        self.sending.write_notices()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Our files may be dropped anywhere on the page."""
        urls = event.mimeData().urls()
        if urls and all(url.isLocalFile() and url.toLocalFile().lower().endswith(_SUFFIX) for url in urls):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Receive what was dropped."""
        event.acceptProposedAction()
        self._receive(tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()))

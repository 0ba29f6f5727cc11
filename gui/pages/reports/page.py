"""动态管理: the annual reports of a year, who owes one, what waits for the bureau; one report at the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from core.domain.enums import RecordState, Role
from core.services.library import members, reports
from core.services.library.reports import ReportState
from gui.models.rows_model import RowsModel
from gui.pages.reports.lines import ReportLine, columns, of_members, of_store, row_of
from gui.pages.reports.steps import ReportSteps
from gui.pages.reports.words import sections
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.detail_panel import DetailPanel
from gui.widgets.list_frame import ListFrame
from gui.widgets.page import Menus, Page
from gui.widgets.pinyin import matches

_MISSING: Final = "missing"
_STATES: Final = (
    ("全部情况", None), ("没有上报", _MISSING), *((f"其中：{s.label}", f"state:{s.value}") for s in (
        ReportState.NOT_DUE, ReportState.MISSING)),
    *((s.label, f"state:{s.value}") for s in (ReportState.ON_TIME, ReportState.LATE)),
    ("待审核", RecordState.FILED.value), ("已退回", RecordState.RETURNED.value), ("已审核", RecordState.ACCEPTED.value),
)
_YEARS_SHOWN: Final = 5
_EDITABLE: Final = (RecordState.DRAFT, RecordState.RETURNED)
_EMPTY_BUREAU: Final = "这一年没有应报的单位。上一年年底在库的单位，次年填报动态管理表。"
_EMPTY_OFFICE: Final = "本机还没有这一年的动态管理表。按“新建”填报，或在“单位表”导入企业填好的Excel。"


@dataclass(frozen=True, slots=True)
class _Actions:
    open: QAction
    begin: QAction
    file: QAction
    accept: QAction
    send_back: QAction
    withdraw: QAction
    remind: QAction
    export: QAction


class ReportsPage(Page):
    """Reports of the bureau's members, or those that an office holds.

    `show_filtered` takes `query`, `year`, `office`, `kind`, `missing` (True: not handed in), and `state`: a
    `ReportState`'s value, or that of the form (`filed`, `returned`, `accepted`).
    """

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.steps = ReportSteps(self, session, runner)
        station = session.workspace.station
        self._is_bureau = station is None or station.role is not Role.OFFICE
        shown = columns(with_office=self._is_bureau)
        self.model = RowsModel([c.title for c in shown], self)
        self.frame = ListFrame("动态管理", shown, self.model, self, key=lambda r: r.key, unit="份")
        self.year_box = QComboBox(self)
        self.detail = DetailPanel(self)
        self.actions_ = self._make_actions()
        self._lay_out()
        self._connect()

    # What the window asks of a page

    def menus(self) -> Menus:
        """The page's menus."""
        a = self.actions_
        if not self._is_bureau:
            return (("报表(&T)", (a.begin, a.open, None, a.file, a.withdraw)), ("查看(&V)", (self.refresh_action,)))
        return (
            ("报表(&T)", (a.open, None, a.file, a.accept, a.send_back, None, a.withdraw)),
            ("催报(&M)", (a.remind, a.export)), ("查看(&V)", (self.refresh_action,)),
        )

    def refresh(self) -> None:
        """Look again at the reports of the year."""
        ws, found = self._session.workspace, self._found()
        self.model.set_rows([row_of(ws, line, with_office=self._is_bureau) for line in found], found)

    def focus_first(self) -> None:
        """Keys to the list."""
        self.frame.focus_first()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Narrow the list as another page wishes."""
        state = filters.get("state")
        if state is not None and str(state) in [s.value for s in ReportState]:
            state = f"state:{state}"
        self._choose_year(filters.get("year"))
        self.frame.filters.set_values({**filters, "state": _MISSING if filters.get("missing") else state})

    def show_record(self, record_id: str) -> None:
        """Back from the editor: on the report that was edited."""
        for line in self.model.items():
            if isinstance(line, ReportLine) and line.record_id == record_id:
                self.frame.select(line.key)

    @property
    def year(self) -> int:
        """The year whose reports are listed."""
        return int(self.year_box.currentData())

    # Building

    def _make_actions(self) -> _Actions:
        words = "代填、打开(&O)" if self._is_bureau else "打开(&O)"
        return _Actions(
            open=self.action(words, "Ctrl+O", self._open, "打开年报；还没有的，从上年带出后代填"),
            begin=self.action("新建(&N)", "Ctrl+N", self._begin),
            file=self.action("登记上报(&R)", "Ctrl+R", lambda: self._do(self.steps.file), "登记收到日期，锁定"),
            accept=self.action("审核通过(&A)", "Ctrl+K", lambda: self._do(self.steps.accept)),
            send_back=self.action("退回(&B)", "", self._send_back),
            withdraw=self.action("撤回上报(&W)", "", lambda: self._do(self.steps.withdraw)),
            remind=self.action("催报名单(&P)", "Ctrl+P", self._remind),
            export=self.action("导出Excel(&X)", "Ctrl+Shift+E", self._export, "催报名单导出Excel"),
        )

    def _lay_out(self) -> None:
        a, ws, filters = self.actions_, self._session.workspace, self.frame.filters
        if self._is_bureau:
            self.frame.set_actions((a.open, None, a.file, a.accept, a.send_back, None, a.remind, a.export))
        else:
            self.frame.set_actions((a.begin, a.open, None, a.file, a.withdraw))
        self.year_box.setAccessibleName("年度")
        last = reports.default_year(ws)
        for year in range(last, last - _YEARS_SHOWN, -1):
            self.year_box.addItem(f"{year}年度", year)
        filters.add_widget(self.year_box)
        filters.add_choice("state", "上报情况", _STATES)
        kinds = [(members.kind_label(ws, kind), kind) for kind in members.kinds(ws)]
        filters.add_choice("kind", "类别", [("全部类别", None), *kinds])
        if self._is_bureau:
            offices = [(choice.label, choice.name) for choice in ws.pack.lists["office"].choices]
            filters.add_choice("office", "街镇园区", [("全部街镇园区", None), *offices])
        self.frame.set_empty(_EMPTY_BUREAU if self._is_bureau else _EMPTY_OFFICE)
        self.frame.set_detail(self.detail, share=0.38, most=560)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)

    def _connect(self) -> None:
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(lambda _line: self._open())
        self.year_box.currentIndexChanged.connect(lambda _index: self.refresh())
        self.refreshes_on(
            self._session.library_changed, self._session.records_changed, self._session.record_changed
        )

    def _choose_year(self, year: object) -> None:
        """Go to a year, also one further back than those offered; None is the one that is asked for now."""
        wanted = year if isinstance(year, int) else reports.default_year(self._session.workspace)
        with QSignalBlocker(self.year_box):
            if self.year_box.findData(wanted) < 0:
                self.year_box.addItem(f"{wanted}年度", wanted)
            self.year_box.setCurrentIndex(self.year_box.findData(wanted))

    # Showing

    def _found(self) -> list[ReportLine]:
        ws, wanted = self._session.workspace, self.frame.filters.values()
        lines = of_members(ws, self.year) if self._is_bureau else of_store(ws, self.year)
        return [
            line for line in lines
            if wanted.get("kind") in (None, line.kind) and wanted.get("office") in (None, line.office)
            and _is_in(line, wanted.get("state"))
            and matches(str(wanted.get("query", "")), line.unit_name, line.credit_code)
        ]

    def _current(self) -> ReportLine | None:
        found = self.frame.current()
        return found if isinstance(found, ReportLine) else None

    def _show(self, _line: object) -> None:
        line, ws = self._current(), self._session.workspace
        if line is not None:
            opened = self.steps.look(line)
            carried = reports.carried(ws, line.record_id) if line.record_id is not None else {}
            why = self.steps.returned_why(line.record_id) if line.record_id is not None else ""
            self.detail.show_sections(line.unit_name, sections(ws, line, opened, carried, why))
        a, progress = self.actions_, line.progress if line is not None else None
        a.open.setEnabled(line is not None)
        a.file.setEnabled(progress in _EDITABLE)
        for action in (a.accept, a.send_back, a.withdraw):
            action.setEnabled(progress is RecordState.FILED)

    # Steps

    def _do(self, step: Callable[[ReportLine], bool]) -> None:
        line = self._current()
        if line is not None:
            step(line)

    def _send_back(self) -> None:
        line = self._current()
        if line is not None and self.steps.send_back(line):
            self.frame.notice.say(
                f"已退回“{line.unit_name}”{line.year}年度动态管理表。"
                f"街镇、园区报来的，到“收发”页写回执，对方收到后才能修改。"
            )

    def _open(self) -> None:
        line = self._current()
        self._go_to(self.steps.open(line) if line is not None else None)

    def _begin(self) -> None:
        self._go_to(self.steps.begin_blank(self.year))

    def _go_to(self, record_id: str | None) -> None:
        if record_id is not None:
            self.open_wanted.emit(record_id)

    def _office(self) -> str | None:
        chosen = self.frame.filters.values().get("office")
        return None if chosen is None else str(chosen)

    def _remind(self) -> None:
        self.steps.print_reminder(self.year, self._office())

    def _export(self) -> None:
        self.steps.export_reminder(self.year, self._office())


def _is_in(line: ReportLine, wanted: object) -> bool:
    if wanted is None:
        return True
    if wanted == _MISSING:
        return line.filed_on is None
    if str(wanted).startswith("state:"):
        return line.state.value == str(wanted).removeprefix("state:")
    return line.progress is not None and line.progress.value == wanted

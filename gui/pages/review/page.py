"""审核: the queue at the left, the form under review at the right, decisions by single keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.domain.enums import RecordState
from core.domain.records import RecordSummary
from core.services import drafts
from core.services.library import members, review
from core.services.library.review import CONFIRMED_RULES, QueueLine, Review
from core.services.printing import PrintKind, PrintRequest
from gui.dialogs.batch_print import BatchPrinting
from gui.dialogs.bound_book import preview_bound
from gui.dialogs.printing import PrintJob, preview
from gui.models.rows_model import Cell, Row, RowsModel
from gui.pages.review.answers import AnswerLine, label_of
from gui.pages.review.desk import ReviewDesk
from gui.pages.review.steps import ReviewSteps
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.list_frame import ListFrame
from gui.widgets.list_table import Column
from gui.widgets.page import Menus, Page
from gui.widgets.pinyin import matches

COLUMNS: Final = (
    Column("单位名称", stretches=True), Column("类别", 106, hide_below=420), Column("状态", 80),
    Column("等待", 58, hide_below=330),
)
_LIST_LEAST: Final = 290  # a name of fourteen letters and its state
_DECIDED: Final = "decided"
_DRAFTS: Final = (RecordState.DRAFT, RecordState.RETURNED)
_CHIPS: Final[Mapping[RecordState, tuple[str, str]]] = {
    RecordState.DRAFT: ("填报中", "plain"), RecordState.RECOMMENDED: ("待接收", "plain"),
    RecordState.RECEIVED: ("待审核", "wait"), RecordState.ADMITTED: ("拟纳入", "good"),
    RecordState.RETURNED: ("已退回", "bad"), RecordState.REFUSED: ("不予纳入", "bad"),
}
_STATES: Final[Sequence[tuple[str, object]]] = (
    ("待办和已决定", None), ("待接收", RecordState.RECOMMENDED), ("待审核", RecordState.RECEIVED),
    ("已决定", _DECIDED), ("填报中（本机）", RecordState.DRAFT),
)
_EMPTY: Final = (
    "没有等待审核的表。街镇、园区推荐上来的表排在这里；\n本机录入或导入的表，在上面选“填报中（本机）”，选中后按“接收”。"
)


@dataclass(frozen=True, slots=True)
class _Actions:
    receive: QAction
    remark: QAction
    confirm: QAction
    admit: QAction
    send_back: QAction
    refuse: QAction
    revoke: QAction
    open: QAction
    report: QAction
    form: QAction
    bind: QAction
    many: QAction
    next_marked: QAction
    previous_marked: QAction


class _Queue(ListFrame):
    """The queue; F6 goes through the parts of the desk and comes back."""

    desk: ReviewDesk

    def switch(self) -> None:
        """Queue, answers, findings, conditions, queue."""
        if not self.desk.switch():
            self.focus_first()


class ReviewPage(Page):
    """Forms that wait for the bureau. `show_filtered` takes `query`, `kind` (form id), `state` (stored, `decided`)."""

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._review: Review | None = None
        self.steps = ReviewSteps(self, session)
        self._batches = BatchPrinting(self, session, runner)
        self.model = RowsModel([c.title for c in COLUMNS], self)
        self.frame = _Queue("审核", COLUMNS, self.model, self, key=lambda q: q.record.id, unit="份")
        titles = {rule: session.workspace.pack.rule_texts[rule].title for rule in CONFIRMED_RULES}
        self.desk = ReviewDesk(self.steps.clause_texts(), titles, self)
        self.actions_ = self._make_actions()
        self._lay_out()
        self._connect()

    # What the window asks of a page

    def menus(self) -> Menus:
        """The page's menus."""
        a = self.actions_
        return (
            ("审核(&S)", (a.receive, a.remark, a.confirm, None, a.admit, a.send_back, a.refuse, None, a.revoke)),
            ("查看(&V)", (
                a.open, a.next_marked, a.previous_marked, None, a.report, a.form, a.bind, a.many, None,
                self.refresh_action,
            )),
        )

    def refresh(self) -> None:
        """Look again at the queue; the form under review stays."""
        found = self._found()
        self.model.set_rows([self._row(line) for line in found], found)

    def focus_first(self) -> None:
        """Keys to the queue."""
        self.frame.focus_first()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Narrow the queue as another page wishes."""
        state = filters.get("state")
        if state is not None and state != _DECIDED:
            state = RecordState(str(state))
        self.frame.filters.set_values({**filters, "state": state})

    def show_record(self, record_id: str) -> None:
        """Back from the editor: on the form that was edited."""
        self.frame.select(record_id)

    # Building

    def _make_actions(self) -> _Actions:
        return _Actions(
            receive=self.action("接收(&A)", "Ctrl+R", self._receive, "接收这份表，锁定后审核"),
            remark=self.action("写意见(&E)", "F2", self._remark_here),
            confirm=self.action("核对(&C)", "Ctrl+K", self._confirm, "对照本局台账核对N3、N4、N5"),
            admit=self.action("纳入(&I)", "", self._admit),
            send_back=self.action("退回(&T)", "", self._send_back),
            refuse=self.action("不予纳入(&N)", "", self._refuse),
            revoke=self.action("撤销决定(&U)", "", self._revoke),
            open=self.action("打开表(&O)", "Ctrl+O", self._open),
            report=self.action("打印校核报告(&K)", "Ctrl+P", lambda: self._print(PrintKind.REPORT)),
            form=self.action("打印培育表(&B)", "Ctrl+Shift+P", lambda: self._print(PrintKind.FORM)),
            bind=self.action("合订本(&D)", "Ctrl+Shift+B", self._bind, "这份表和佐证材料装订成一个PDF"),
            many=self.action("成批打印(&P)…", "", self._print_many, "列表中所有的表，合成一个PDF或每家一个文件"),
            next_marked=self.action("下一处问题或意见(&J)", "F8", lambda: self._go_marked(1)),
            previous_marked=self.action("上一处问题或意见(&L)", "Shift+F8", lambda: self._go_marked(-1)),
        )

    def _lay_out(self) -> None:
        a, ws = self.actions_, self._session.workspace
        self.frame.set_actions(
            (a.receive, a.remark, a.confirm, None, a.admit, a.send_back, a.refuse, None, a.revoke, None, a.open)
        )
        self.frame.filters.add_choice("state", "状态", _STATES)
        kinds = [(members.kind_label(ws, kind), kind) for kind in members.kinds(ws)]
        self.frame.filters.add_choice("kind", "类别", [("全部类别", None), *kinds])
        self.frame.set_empty(_EMPTY)
        self.frame.desk = self.desk
        self.frame.set_detail(self.desk, share=0.72, most=2000, leaves=_LIST_LEAST)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)

    def _connect(self) -> None:
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(lambda _line: self.desk.answers.setFocus())
        self.desk.left.connect(self.frame.focus_first)
        self.desk.link_pressed.connect(self._on_link)
        self.desk.answers.remark_wanted.connect(self._remark)
        self.desk.answers.drop_wanted.connect(self._drop)
        self.desk.answers.evidence_wanted.connect(self._show_evidence)
        self.desk.findings.explain_requested.connect(self._remark_finding)
        self.refreshes_on(self._session.records_changed, self._session.record_changed)

    # The queue

    def _found(self) -> list[QueueLine]:
        ws, wanted = self._session.workspace, self.frame.filters.values()
        state, query = wanted.get("state"), str(wanted.get("query", ""))
        lines = _drafts(self._session) if state == RecordState.DRAFT else review.queue(ws)
        return [
            line for line in lines
            if wanted.get("kind") in (None, line.record.form) and _is_in(line, state)
            and matches(query, line.record.unit_name, line.record.credit_code)
        ]

    def _row(self, line: QueueLine) -> Row:
        record = line.record
        words, tone = _CHIPS.get(record.state, (record.state.label, "plain"))
        waits = record.state in (RecordState.RECOMMENDED, RecordState.RECEIVED) and line.received_on is not None
        days = (self._session.workspace.clock.today() - (line.received_on or date.min)).days
        name = record.unit_name or "未填名称"
        return (
            Cell(name, "sample" if record.is_sample else "", tip=f"{name}\n{record.credit_code}"),
            members.kind_label(self._session.workspace, record.form), Cell(words, tone),
            Cell(f"{days}天" if waits else "", order=float(days) if waits else -1.0),
        )

    def _current(self) -> RecordSummary | None:
        line = self.frame.current()
        return line.record if isinstance(line, QueueLine) else None

    def _show(self, _line: object) -> None:
        record = self._current()
        self._review = self.steps.look(record.id) if record is not None else None
        shown = self._review
        if shown is not None:
            self.desk.show_review(shown, self._facts(shown))
        self._show_what_can_be_done()

    def _facts(self, shown: Review) -> str:
        ws, record = self._session.workspace, shown.opened.record
        received = self.steps.received_on(record.id)
        chip = _CHIPS.get(record.state)
        parts = (
            members.kind_label(ws, record.form), record.credit_code, ws.office_label(record.office),
            f"{received}接收" if received else "还没有接收", f"状态：{chip[0] if chip else record.state.label}",
        )
        return "　".join(part for part in parts if part)

    def _show_what_can_be_done(self) -> None:
        a, shown = self.actions_, self._review
        state = shown.opened.record.state if shown is not None else None
        waits = state is RecordState.RECEIVED
        a.receive.setEnabled(state in (*_DRAFTS, RecordState.RECOMMENDED))
        for action in (a.remark, a.confirm, a.admit, a.send_back, a.refuse):
            action.setEnabled(waits)
        a.revoke.setEnabled(shown is not None and shown.decision is not None and not waits)
        for action in (a.open, a.report, a.form, a.next_marked, a.previous_marked):
            action.setEnabled(shown is not None)

    # Steps

    def _receive(self) -> None:
        record = self._current()
        if record is None or not self.steps.receive(record.id):
            return
        if self.frame.filters.values().get("state") in (RecordState.DRAFT, RecordState.RECOMMENDED):
            self.frame.filters.set_values({})
            self.frame.select(record.id)
        self.desk.answers.setFocus()

    def _remark_here(self) -> None:
        finding = self.desk.findings.current_finding()
        if self.desk.findings.tree.hasFocus() and finding is not None:
            self._remark_finding(finding.rule)
            return
        line = self.desk.answers.current_line()
        self._remark(line.field if line is not None else "")

    def _remark(self, field: str, about: str = "") -> None:
        if self._review is not None and self.actions_.remark.isEnabled():
            self.steps.remark(self._review.opened, field, about)

    def _remark_finding(self, rule: str) -> None:
        """An explanation is the unit's to write; the reviewer asks for a better one."""
        finding = self._review.opened.verdict.finding(rule) if self._review is not None else None
        if finding is not None:
            field = finding.fields[0] if finding.fields else ""
            self._remark(field, f"{finding.message}{finding.todo}")

    def _drop(self, line: object) -> None:
        if isinstance(line, AnswerLine) and self._review is not None and line.remarks:
            self.steps.drop(line.remarks[-1], label_of(self._review.opened.form, line.remarks[-1].field))

    def _on_link(self, link: str) -> None:
        what, _, about = link.partition(":")
        if self._review is None:
            return
        if what == "confirm":
            self._confirm()
        else:
            remark = next((r for r in self._review.remarks if r.id == about), None)
            if remark is not None:
                self.steps.drop(remark, label_of(self._review.opened.form, remark.field))

    def _confirm(self) -> None:
        if self._review is not None and self.actions_.confirm.isEnabled():
            self.steps.confirm(self._review.opened, self._review)

    def _admit(self) -> None:
        self._decide(
            self.steps.admit, "已决定纳入“{name}”，关闭更新窗口后生效；关闭前可以选中它按“撤销决定”。"
        )

    def _send_back(self) -> None:
        count = len(self._review.remarks) if self._review is not None else 0
        remarks = f"，{count}条意见随表退回" if count else ""
        self._decide(
            self.steps.send_back, f"已退回“{{name}}”{remarks}。街镇、园区报来的，到“收发”页写回执，对方收到后才能修改。"
        )

    def _refuse(self) -> None:
        self._decide(self.steps.refuse, "“{name}”已决定不予纳入，这份表办结；关闭更新窗口前可以选中它按“撤销决定”。")

    def _decide(self, step: Callable[[Review], bool], done: str) -> None:
        """Do a step that settles a form, say what was `done`, and go to the next one that waits."""
        shown = self._review
        if shown is None:
            return
        following = self._next_waiting(shown.opened.record.id)
        self.frame.notice.say("")
        if not step(shown):
            return
        if following:
            self.frame.select(following)
        self.frame.notice.say(done.format(name=shown.opened.record.unit_name))
        self.frame.focus_first()

    def _next_waiting(self, record_id: str) -> str:
        """The form that waits after this one in the list, round the end; empty when none does."""
        lines = [line for line in self.model.items() if isinstance(line, QueueLine)]
        place = next((n for n, line in enumerate(lines) if line.record.id == record_id), 0)
        waiting = (RecordState.RECEIVED, RecordState.RECOMMENDED)
        ring = [line for line in lines[place + 1 :] + lines[:place] if line.record.state in waiting]
        return ring[0].record.id if ring else ""

    def _revoke(self) -> None:
        if self._review is not None and self.steps.revoke(self._review):
            self.frame.notice.say("")

    def _open(self) -> None:
        record = self._current()
        if record is not None:
            self.open_wanted.emit(record.id)

    def _print(self, kind: PrintKind) -> None:
        record = self._current()
        if record is not None:
            title = f"{record.unit_name or '未填名称'}　{kind.label}"
            preview(self, self._session, self._runner, PrintJob(PrintRequest(kind, (record.id,)), title))

    def _bind(self) -> None:
        record = self._current()
        if record is not None:
            title = f"{record.unit_name or '未填名称'}　{PrintKind.BOUND.label}"
            preview_bound(self, self._session, self._runner, record.id, title)

    def _print_many(self) -> None:
        """Everything that the queue shows now, in its order."""
        units = [line.record for line in self.model.items() if isinstance(line, QueueLine)]
        if not units:
            self.frame.notice.say("列表是空的，没有可以打印的表。请先换一个状态或类别。")
            return
        chosen = self._batches.print_units(PrintKind.REPORT, units)
        if chosen:
            self.open_wanted.emit(chosen)

    def _show_evidence(self, evidence_id: str) -> None:
        if self._review is not None:
            self.steps.show_evidence(self._review.opened, evidence_id)

    def _go_marked(self, step: int) -> None:
        if self.desk.answers.next_marked(step):
            self.desk.answers.setFocus()


def _is_in(line: QueueLine, state: object) -> bool:
    if state == _DECIDED:
        return line.record.state not in (RecordState.RECOMMENDED, RecordState.RECEIVED)
    return state in (None, RecordState.DRAFT, line.record.state)


def _drafts(session: Session) -> tuple[QueueLine, ...]:
    """Forms that are still filled in on this PC, and those that came back."""
    ws = session.workspace
    kinds = members.kinds(ws)
    found = [r for state in _DRAFTS for r in drafts.list_units(ws, state=state, limit=2000) if r.form in kinds]
    return tuple(QueueLine(record, None, None) for record in found)

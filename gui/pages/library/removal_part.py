"""移出: what R1 and R2 propose for the window, what R3 asks at once, what was decided, who has left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.domain.calendar import format_chinese
from core.domain.errors import GreenLadderError
from core.domain.library import Decision, DecisionKind, Membership
from core.services.forms import clause_texts
from core.services.library import closing, incidents, members, removal, windows
from core.services.library.incidents import ReportedIncident
from core.services.library.removal import Proposal
from core.services.workspace import Workspace
from gui.dialogs.form_dialog import Field, FieldKind, ask_fields
from gui.dialogs.messages import ask, warn
from gui.models.rows_model import Cell, Row, RowsModel
from gui.pages.library.incident import IncidentSteps
from gui.pages.library.unit_steps import UnitSteps
from gui.session import Session
from gui.widgets.detail_panel import DetailPanel, Line, Section
from gui.widgets.list_frame import ListFrame
from gui.widgets.list_table import Column
from gui.widgets.page import Page
from gui.widgets.pinyin import matches

T = TypeVar("T")

COLUMNS: Final = (
    Column("单位名称", stretches=True), Column("类别", 142, hide_below=620), Column("街镇、园区", 116, hide_below=700),
    Column("情形", 176), Column("依据", 92, hide_below=560), Column("决定", 82),
)
_LEFT: Final = "left"
_CHIPS: Final = {DecisionKind.REMOVE: ("拟移出", "bad"), DecisionKind.KEEP: ("保留", "good")}
_EMPTY: Final = (
    "没有移出建议。到期未报、迟报动态管理表的（三(四)2(1)），查实造假的（三(四)2(2)），更新窗口时列在这里逐项决定；\n"
    "发生重大及以上事故的，按“登记事故”即时移出（三(四)2(3)）。"
)


@dataclass(frozen=True, slots=True)
class RemovalLine:
    """A proposal of R1 or R2, an accident that the unit reported itself, a 自愿退出, or a member that has left."""

    membership: Membership
    proposal: Proposal | None = None
    incident: ReportedIncident | None = None
    withdrawal: Decision | None = None

    @property
    def subject(self) -> str:
        """The matter, as decisions name it; empty for one that has left."""
        if self.proposal is not None:
            return self.proposal.subject
        if self.withdrawal is not None:
            return self.withdrawal.subject
        return f"R3:{self.incident.record_id}" if self.incident is not None else ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same line."""
        return self.membership.id, self.subject

    @property
    def decision(self) -> Decision | None:
        """The decision of the open window that can still be taken back."""
        return self.proposal.decision if self.proposal is not None else self.withdrawal

    @property
    def waits(self) -> bool:
        """True for a proposal without a decision."""
        return self.proposal is not None and self.proposal.decision is None


class RemovalPart(QWidget):
    """Proposals to decide, and leavers to announce."""

    def __init__(self, page: Page, session: Session, steps: UnitSteps, incidents: IncidentSteps) -> None:
        super().__init__(page)
        self._session = session
        self._incidents = incidents
        self.is_front = False
        self._clauses = clause_texts(session.workspace.pack)
        self.model = RowsModel([c.title for c in COLUMNS], self)
        self.frame = ListFrame("移出", COLUMNS, self.model, self, key=lambda line: line.key, unit="项")
        self.detail = DetailPanel(self)
        self.remove = page.action("移出(&I)", "", self._remove, "决定移出，关闭窗口时生效")
        self.keep = page.action("保留(&N)", "", self._keep, "不移出，写明理由")
        self.take_back = page.action("撤销决定(&T)", "", self._take_back)
        self.announce = page.action("移出公告(&P)", "", self._announce, "读、复制、打印移出公告")
        self.falsified = page.action("登记造假(&Z)", "", steps.falsified, "登记查实的造假，选单位")
        self.incident = page.action("登记事故(&S)", "", self._record_incident, "登记事故，选单位")
        self.frame.set_actions(
            (self.remove, self.keep, self.take_back, None, self.announce, None, self.falsified, self.incident)
        )
        self.frame.filters.add_choice(
            "view", "范围", [("移出建议", None), ("已移出、已离库", _LEFT)]
        )
        self.frame.set_empty(_EMPTY)
        self.frame.set_detail(self.detail, share=0.36)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(lambda _line: self.detail.setFocus())

    @property
    def _ws(self) -> Workspace:
        return self._session.workspace

    def entries(self) -> Sequence[QAction | None]:
        """Of the page's menu."""
        return (self.remove, self.keep, self.take_back, None, self.announce, None, self.falsified, self.incident)

    def set_front(self, *, front: bool) -> None:
        """Menus act on what is seen: on this list only while it is in front."""
        self.is_front = front
        self._show_what_can_be_done()

    def refresh(self) -> None:
        """Look again at proposals, or at those who have left."""
        wanted = self.frame.filters.values()
        gone = wanted.get("view") == _LEFT
        found = [RemovalLine(m) for m in members.former(self._ws)] if gone else _to_do(self._ws)
        query = str(wanted.get("query", ""))
        shown = [x for x in found if matches(query, x.membership.unit_name, x.membership.credit_code)]
        self.model.set_rows([self._row(line) for line in shown], shown)
        self._show_what_can_be_done()

    def show_proposals(self) -> None:
        """Every proposal."""
        self.frame.filters.set_values({})

    # Showing

    def _row(self, line: RemovalLine) -> Row:
        member, ws = line.membership, self._ws
        case, clause, chip = _case(line)
        return (
            Cell(member.unit_name, tip=f"{member.unit_name}\n{member.credit_code}"),
            members.kind_label(ws, member.kind), ws.office_label(member.office), case, clause, chip,
        )

    def _show(self, line: object) -> None:
        if isinstance(line, RemovalLine):
            self.detail.show_sections(line.membership.unit_name, self._sections(line))
        else:
            self.detail.clear()
        self._show_what_can_be_done()

    def _sections(self, line: RemovalLine) -> Sequence[Section]:
        member, ws = line.membership, self._ws
        about = [
            Line(members.kind_label(ws, member.kind), "类别"), Line(member.credit_code, "信用代码"),
            Line(ws.office_label(member.office), "街镇、园区"), Line(member.tier.label, "层级"),
            Line(format_chinese(member.admitted_on), "入库日期"),
        ]
        finding = line.proposal.finding if line.proposal else line.incident.finding if line.incident else None
        if finding is not None:
            said = [Line(finding.message, tone="bad"), Line(finding.todo, tone="note"), self._clause(finding.clause)]
            heading = "移出建议" if line.proposal else "企业在动态管理表中自报的事故"
            what = self._decided(line) if line.proposal else Line("请核实后按“登记事故”即时移出。", tone="wait")
            return (Section(heading, [x for x in said if x.text]), Section("决定", [what]), Section("单位", about))
        if line.withdrawal is not None:
            return (Section("自愿退出", [self._decided(line)]), Section("单位", about))
        if member.left_on is not None:
            ground = member.left_ground
            left = [
                Line(format_chinese(member.left_on), "离库日期"),
                Line(member.left_reason, "原因"), *([self._clause(ground.clause)] if ground else []),
            ]
            return (Section("离库", left), Section("单位", about))
        return (Section("单位", about),)

    def _clause(self, number: str) -> Line:
        return Line(f"{number}　{self._clauses.get(number, '')}".strip(), "依据")

    def _decided(self, line: RemovalLine) -> Line:
        decision = line.decision
        if decision is None:
            return Line("还没有决定。决定完才能关闭窗口。", tone="wait")
        kind = "自愿退出" if line.withdrawal is not None else decision.kind.label
        text = f"{kind}：{decision.reason}　{decision.decided_by}"
        return Line(text, decision.decided_on.isoformat(), "bad" if decision.kind is DecisionKind.REMOVE else "good")

    def _show_what_can_be_done(self) -> None:
        line = self._line()
        is_open = windows.current(self._ws) is not None
        for action in (self.remove, self.keep):
            action.setEnabled(self.is_front and is_open and line is not None and line.waits)
        self.take_back.setEnabled(self.is_front and line is not None and line.decision is not None)
        self.announce.setEnabled(self.is_front and line is not None and _is_removed(line))
        waits = any(isinstance(x, RemovalLine) and x.waits for x in self.model.items())
        self.frame.notice.say(
            "没有打开的更新窗口：移出建议要在窗口打开后决定（三(二)2）。" if waits and not is_open else "", offers=False
        )

    # Deciding

    def _line(self) -> RemovalLine | None:
        line = self.frame.current()
        return line if isinstance(line, RemovalLine) else None

    def _current(self) -> Proposal | None:
        line = self._line()
        return line.proposal if line is not None else None

    def _record_incident(self) -> None:
        """Of the unit that reported it itself, else of one that the dialog asks for."""
        line = self._line()
        self._incidents.record(line.membership if line is not None and line.incident is not None else None)

    def _remove(self) -> None:
        proposal = self._current()
        if proposal is None:
            return
        member = proposal.membership
        self._announced(ask_fields(
            self, "移出",
            (Field("reason", "原因(&R)", FieldKind.MEMO, required=True, value=proposal.finding.message),),
            intro=f"决定移出“{member.unit_name}”（{members.kind_label(self._ws, member.kind)}，{proposal.clause}）。"
                  f"关闭窗口时生效，关闭前可以撤销。",
            ok="移出(&S)",
            submit=lambda v: removal.remove(
                self._ws, member.id, subject=proposal.subject, reason=v["reason"], shown=proposal
            ),
        ))

    def _keep(self) -> None:
        proposal = self._current()
        if proposal is None:
            return
        member = proposal.membership
        self._announced(ask_fields(
            self, "保留",
            (Field("reason", "保留理由(&R)", FieldKind.MEMO, required=True),),
            intro=f"“{member.unit_name}”有移出情形：{proposal.finding.message}保留要写明理由，决定后这件事不再提出。",
            ok="保留(&S)",
            submit=lambda v: removal.keep(
                self._ws, member.id, subject=proposal.subject, reason=v["reason"], shown=proposal
            ),
        ))

    def _take_back(self) -> None:
        line = self._line()
        if line is None or line.decision is None:
            return
        member = line.membership
        words = "自愿退出" if line.withdrawal is not None else line.decision.kind.label
        if ask(self, "撤销决定", f"撤销对“{member.unit_name}”的“{words}”决定吗？", "撤销(&R)"):
            self._announced(self._try(lambda: removal.take_back(self._ws, member.id, line.subject), "不能撤销"))

    def _announce(self) -> None:
        """All that left on the same day for the same unit go into one announcement."""
        line = self._line()
        if line is None or not _is_removed(line):
            return
        member = line.membership
        same = [
            m.id for m in members.former(self._ws)
            if m.unit_id == member.unit_id and m.left_on == member.left_on and m.left_ground is member.left_ground
        ]
        self._incidents.show_announcement(tuple(same))

    def _announced(self, done: object) -> None:
        if done is not None:
            self._session.announce_library()
            self.frame.focus_first()

    def _try(self, work: Callable[[], T], title: str) -> T | None:
        try:
            return work()
        except GreenLadderError as error:
            warn(self, title, str(error))
            return None


def _to_do(ws: Workspace) -> list[RemovalLine]:
    """What R3 asks at once, what the window has to decide, and who leaves of their own will."""
    found = [RemovalLine(each.membership, incident=each) for each in incidents.reported(ws)]
    found += [RemovalLine(p.membership, p) for p in removal.proposals(ws)]
    if windows.current(ws) is not None:
        subjects = {line.key for line in found}
        leaving = [d for d in closing.closing_check(ws).leaving if d.membership_id is not None]
        lines = [RemovalLine(members.membership(ws, d.membership_id or ""), withdrawal=d) for d in leaving]
        found += [line for line in lines if line.key not in subjects]
    return found


def _case(line: RemovalLine) -> tuple[str, str, Cell]:
    """What it is about, its clause, and how far it has come."""
    if line.proposal is not None:
        year = line.subject.partition(":")[2]
        case = f"{year}年度动态管理表" if line.proposal.rule == "R1" else "材料或数据造假"
        words, tone = _CHIPS[line.proposal.decision.kind] if line.proposal.decision else ("待决定", "wait")
        return case, line.proposal.clause, Cell(words, tone)
    if line.incident is not None:
        return f"{line.incident.filed_on} 自报事故", line.incident.finding.clause, Cell("待核实", "bad")
    if line.withdrawal is not None:
        return "自愿退出", line.withdrawal.clause, Cell("拟退出", "plain")
    ground = line.membership.left_ground
    if ground is None:
        return "", "", Cell("")
    chip = Cell("已移出", "bad") if ground.is_removal else Cell("已离库", "plain")
    return f"{line.membership.left_on} {ground.label}", ground.clause, chip


def _is_removed(line: RemovalLine) -> bool:
    ground = line.membership.left_ground
    return ground is not None and ground.is_removal

"""移出: what R1 and R2 propose for the window, what was decided, and who has left, with the announcement."""

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
from core.services.library import members, removal, windows
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
_WAITING, _LEFT = "waiting", "left"
_CHIPS: Final = {DecisionKind.REMOVE: ("拟移出", "bad"), DecisionKind.KEEP: ("保留", "good")}
_EMPTY: Final = (
    "没有移出建议。到期未报、迟报动态管理表的（三(四)2(1)），查实造假的（三(四)2(2)），更新窗口时列在这里逐项决定；\n"
    "发生重大及以上事故的，按“登记事故”即时移出（三(四)2(3)）。"
)


@dataclass(frozen=True, slots=True)
class RemovalLine:
    """A proposal, or a member that has left."""

    membership: Membership
    proposal: Proposal | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same line."""
        return self.membership.id, self.proposal.subject if self.proposal else ""


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
        self.incident = page.action("登记事故(&S)", "", incidents.record, "登记事故，选单位")
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
        if wanted.get("view") == _LEFT:
            found = [RemovalLine(m) for m in members.former(self._ws)]
        else:
            found = [RemovalLine(p.membership, p) for p in removal.proposals(self._ws)]
        query = str(wanted.get("query", ""))
        shown = [x for x in found if matches(query, x.membership.unit_name, x.membership.credit_code)]
        self.model.set_rows([self._row(line) for line in shown], shown)
        self._show_what_can_be_done()

    def show_proposals(self) -> None:
        """Every proposal."""
        self.frame.filters.set_values({})

    # Showing

    def _row(self, line: RemovalLine) -> Row:
        member, proposal, ws = line.membership, line.proposal, self._ws
        ground = member.left_ground
        if proposal is not None:
            case, clause = self._case(proposal), proposal.clause
            words, tone = _CHIPS[proposal.decision.kind] if proposal.decision else ("待决定", "wait")
            chip = Cell(words, tone)
        else:
            case = f"{ground.label if ground else ''}（{member.left_on}）"
            clause = ground.clause if ground else ""
            is_removal = ground is not None and ground.is_removal
            chip = Cell("已移出" if is_removal else "已离库", "bad" if is_removal else "plain")
        return (
            Cell(member.unit_name, tip=f"{member.unit_name}\n{member.credit_code}"),
            members.kind_label(ws, member.kind), ws.office_label(member.office), case, clause, chip,
        )

    def _case(self, proposal: Proposal) -> str:
        year = proposal.subject.partition(":")[2]
        return f"{year}年度动态管理表" if proposal.rule == "R1" else "材料或数据造假"

    def _show(self, line: object) -> None:
        if isinstance(line, RemovalLine):
            self.detail.show_sections(line.membership.unit_name, self._sections(line))
        else:
            self.detail.clear()
        self._show_what_can_be_done()

    def _sections(self, line: RemovalLine) -> Sequence[Section]:
        member, proposal, ws = line.membership, line.proposal, self._ws
        about = [
            Line(members.kind_label(ws, member.kind), "类别"), Line(member.credit_code, "信用代码"),
            Line(ws.office_label(member.office), "街镇、园区"), Line(member.tier.label, "层级"),
            Line(format_chinese(member.admitted_on), "入库日期"),
        ]
        if proposal is None:
            ground = member.left_ground
            left = [
                Line(format_chinese(member.left_on) if member.left_on else "", "离库日期"),
                Line(member.left_reason, "原因"), *([self._clause(ground.clause)] if ground else []),
            ]
            return (Section("离库", left), Section("单位", about))
        finding = proposal.finding
        said = [Line(finding.message, tone="bad"), Line(finding.todo, tone="note"), self._clause(proposal.clause)]
        return (
            Section("移出建议", [x for x in said if x.text]),
            Section("决定", [self._decided(proposal.decision)]), Section("单位", about),
        )

    def _clause(self, number: str) -> Line:
        return Line(f"{number}　{self._clauses.get(number, '')}".strip(), "依据")

    def _decided(self, decision: Decision | None) -> Line:
        if decision is None:
            return Line("还没有决定。决定完才能关闭窗口。", tone="wait")
        text = f"{decision.kind.label}：{decision.reason}　{decision.decided_by}"
        return Line(text, decision.decided_on.isoformat(), "bad" if decision.kind is DecisionKind.REMOVE else "good")

    def _show_what_can_be_done(self) -> None:
        line = self.frame.current()
        proposal = line.proposal if isinstance(line, RemovalLine) else None
        is_open = windows.current(self._ws) is not None
        for action in (self.remove, self.keep):
            action.setEnabled(self.is_front and is_open and proposal is not None and proposal.decision is None)
        self.take_back.setEnabled(self.is_front and proposal is not None and proposal.decision is not None)
        self.announce.setEnabled(self.is_front and _is_removed(line))
        waits = any(isinstance(x, RemovalLine) and x.proposal and not x.proposal.decision for x in self.model.items())
        self.frame.notice.say(
            "没有打开的更新窗口：移出建议要在窗口打开后决定（三(二)2）。" if waits and not is_open else "", offers=False
        )

    # Deciding

    def _current(self) -> Proposal | None:
        line = self.frame.current()
        return line.proposal if isinstance(line, RemovalLine) else None

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
            submit=lambda v: removal.remove(self._ws, member.id, subject=proposal.subject, reason=v["reason"]),
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
            submit=lambda v: removal.keep(self._ws, member.id, subject=proposal.subject, reason=v["reason"]),
        ))

    def _take_back(self) -> None:
        proposal = self._current()
        if proposal is None or proposal.decision is None:
            return
        member, words = proposal.membership, proposal.decision.kind.label
        if ask(self, "撤销决定", f"撤销对“{member.unit_name}”的“{words}”决定吗？撤销后要重新决定。", "撤销(&R)"):
            self._announced(self._try(lambda: removal.take_back(self._ws, member.id, proposal.subject), "不能撤销"))

    def _announce(self) -> None:
        """All that left on the same day for the same unit go into one announcement."""
        line = self.frame.current()
        if not isinstance(line, RemovalLine) or not _is_removed(line):
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


def _is_removed(line: object) -> bool:
    ground = line.membership.left_ground if isinstance(line, RemovalLine) and line.proposal is None else None
    return ground is not None and ground.is_removal

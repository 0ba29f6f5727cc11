"""在库单位: who is in the library today or on a day gone by, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from core.domain.calendar import format_chinese
from core.domain.library import Membership, Tier, UnitChange, UnitChangeKind
from core.forms.values import read_date
from core.services.library import cockpit, members, units
from core.services.library.cockpit import CountBy
from core.services.library.labels import industry_label
from core.services.workspace import Workspace
from gui.models.rows_model import Cell, Row, RowsModel
from gui.pages.library.incident import IncidentSteps
from gui.pages.library.unit_steps import UnitSteps
from gui.session import Session
from gui.widgets.date_cell import DateCell
from gui.widgets.detail_panel import DetailPanel, Line, Section
from gui.widgets.list_frame import ListFrame
from gui.widgets.list_table import Column
from gui.widgets.page import Page

COLUMNS: Final = (
    Column("单位名称", stretches=True), Column("类别", 142, hide_below=420), Column("街镇、园区", 130, hide_below=560),
    Column("行业", 150, hide_below=760), Column("层级", 72), Column("入库日期", 92, hide_below=480),
)
_TONES: Final = {Tier.DISTRICT: "plain", Tier.CITY: "wait", Tier.NATION: "good"}
_NOT_GIVEN: Final = "-"
_EMPTY: Final = (
    "培育库里还没有单位。审核纳入的单位在关闭更新窗口后列在这里；\n启用本程序以前已经入库的单位，用“补录”登记。"
)


class MembersPart(QWidget):
    """The list of members. Emits `open_wanted` with the record of a member's form."""

    open_wanted = Signal(str)

    def __init__(self, page: Page, session: Session, steps: UnitSteps, incidents: IncidentSteps) -> None:
        super().__init__(page)
        self._session = session
        self._steps = steps
        self._incidents = incidents
        self.is_front = True
        self.model = RowsModel([c.title for c in COLUMNS], self)
        self.frame = ListFrame("在库单位", COLUMNS, self.model, self, key=lambda m: m.id, unit="个单位")
        self.detail = DetailPanel(self)
        self.day = DateCell(self, canonical=_tidy)
        self._make_actions(page)
        self._add_filters()
        self._lay_out()
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(lambda _member: self.detail.setFocus())
        self.detail.link_pressed.connect(self._on_link)
        self.day.edited.connect(lambda _text: self.refresh())

    @property
    def _ws(self) -> Workspace:
        return self._session.workspace

    @property
    def as_of(self) -> date | None:
        """The day whose members are shown; None for today."""
        day = read_date(self.day.text()) if self.day.text().strip() else None
        return day if day is not None and day < self._ws.clock.today() else None

    def entries(self) -> Sequence[QAction | QMenu | None]:
        """Of the page's menu."""
        return (
            self.enrol, self._changes_menu, self.withdraw, None, self.falsified, self.incident, None, self.open,
            self.look_back,
        )

    def set_front(self, *, front: bool) -> None:
        """Menus act on what is seen: on this list only while it is in front."""
        self.is_front = front
        self._show_what_can_be_done()

    def refresh(self) -> None:
        """Look again at the members."""
        wanted = self.frame.filters.values()
        found = members.members(
            self._ws, kind=_text(wanted.get("kind")), office=_text(wanted.get("office")),
            tier=Tier(str(wanted["tier"])) if "tier" in wanted else None, query=str(wanted.get("query", "")),
            as_of=self.as_of,
        )
        for key, by in (("industry", CountBy.INDUSTRY), ("year", CountBy.YEAR)):
            value = wanted.get(key)
            if value is not None:
                found = tuple(m for m in found if (cockpit.key_of(m, by) or _NOT_GIVEN) == value)
        self.model.set_rows([self._row(m) for m in found], found)
        self._tell_day()
        self._show_what_can_be_done()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Narrow the list to what the cockpit counted."""
        self.day.load("")
        wanted = {key: (str(value) or _NOT_GIVEN) for key, value in filters.items()}
        for key, by in (("industry", CountBy.INDUSTRY), ("year", CountBy.YEAR)):
            if key in wanted:
                self._offer(key, by, wanted[key])
            self._more[key].setVisible(key in wanted)
        self.frame.filters.set_values(wanted)

    # Building

    def _make_actions(self, page: Page) -> None:
        self.enrol = page.action("补录(&A)", "Ctrl+N", self._steps.enrol, "补录启用本程序以前已经入库的单位")
        self.change = page.action("单位变更(&T)", "", self._pop_up_changes, "更名、迁移、信用代码变更、并入")
        self.withdraw = page.action("自愿退出(&J)", "", lambda: self._do(self._steps.withdraw))
        self.falsified = page.action("登记造假(&Z)", "", lambda: self._do(self._steps.falsified))
        self.incident = page.action("登记事故(&S)", "", lambda: self._do(self._incidents.record))
        self.open = page.action("打开填报表(&V)", "Ctrl+O", self._open)
        self.look_back = page.action("某日名单(&I)", "Ctrl+D", self._ask_day, "列出过去某一天的在库单位")
        self._changes_menu = QMenu("单位变更(&T)", self)
        self._changes: list[QAction] = []
        for text, kind in (
            ("更名(&N)…", UnitChangeKind.NAME), ("迁移(&M)…", UnitChangeKind.OFFICE),
            ("信用代码变更(&C)…", UnitChangeKind.CODE),
        ):
            self._changes.append(self._changes_menu.addAction(text))
            self._changes[-1].triggered.connect(self._changer(kind))
        self._changes.append(self._changes_menu.addAction("并入其他单位(&J)…"))
        self._changes[-1].triggered.connect(lambda _checked=False: self._do(self._steps.merge))
        self.frame.set_actions((
            self.enrol, self.change, self.withdraw, None, self.falsified, self.incident, None, self.open,
        ))

    def _changer(self, kind: UnitChangeKind) -> Callable[[], None]:
        return lambda: self._do(lambda member: self._steps.change(member, kind))

    def _add_filters(self) -> None:
        ws, filters = self._ws, self.frame.filters
        kinds = [(members.kind_label(ws, kind), kind) for kind in members.kinds(ws)]
        offices = [(choice.label, choice.name) for choice in ws.pack.lists["office"].choices]
        filters.add_choice("kind", "类别", [("全部类别", None), *kinds])
        filters.add_choice("office", "街镇、园区", [("全部街镇园区", None), *offices])
        filters.add_choice("tier", "层级", [("全部层级", None), *((tier.label, tier.value) for tier in Tier)])
        self._more = {key: filters.add_choice(key, name, [(f"全部{name}", None)])
                      for key, name in (("industry", "行业"), ("year", "入库年份"))}
        for combo in self._more.values():
            combo.hide()
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(6, 0, 0, 0)
        label = QLabel("某日名单(&I)：", line)
        label.setBuddy(self.day)
        self.day.setFrame(True)
        self.day.setPlaceholderText("今天")
        self.day.setAccessibleName("某日名单")
        self.day.setToolTip("过去某一天的在库单位，如2026-01-01；按F4选日期，清空回到今天　Ctrl+D")
        self.day.setFixedWidth(104)
        row.addWidget(label)
        row.addWidget(self.day)
        filters.add_widget(line)

    def _lay_out(self) -> None:
        self.frame.set_empty(_EMPTY)
        self.frame.set_detail(self.detail, share=0.33)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)

    def _offer(self, key: str, by: CountBy, value: str) -> None:
        combo = self._more[key]
        if combo.findData(value) < 0:
            plain = "" if value == _NOT_GIVEN else value
            combo.addItem(cockpit.count_label(self._ws, by, plain), value)

    # Showing

    def _row(self, member: Membership) -> Row:
        industry = industry_label(self._ws, member.industry_code)
        return (
            Cell(member.unit_name, tip=f"{member.unit_name}\n{member.credit_code}"),
            members.kind_label(self._ws, member.kind), self._ws.office_label(member.office),
            Cell(industry, order=member.industry_code), Cell(member.tier.label, _TONES[member.tier]),
            member.admitted_on.isoformat(),
        )

    def _tell_day(self) -> None:
        text = self.day.text().strip()
        if self.as_of is not None:
            self.frame.title.setText(f"{format_chinese(self.as_of)}的在库单位")
            self.frame.notice.say("")
            return
        self.frame.title.setText("在库单位")
        wrong = bool(text) and (read_date(text) is None or read_date(text) != self._ws.clock.today())
        self.frame.notice.say("“某日名单”要填过去的日期，如2026-01-01；现在列出的是今天的。" if wrong else "")

    def _show(self, member: object) -> None:
        if isinstance(member, Membership):
            self.detail.show_sections(member.unit_name, self._sections(member))
        else:
            self.detail.clear()
        self._show_what_can_be_done()

    def _sections(self, member: Membership) -> Sequence[Section]:
        ws = self._ws
        every = members.of_unit(ws, member.credit_code)
        facts = [
            Line(members.kind_label(ws, member.kind), "类别"), Line(member.credit_code, "信用代码"),
            Line(ws.office_label(member.office), "街镇、园区"),
            Line(f"{member.industry_code} {industry_label(ws, member.industry_code)}".strip() or "未填", "行业"),
            Line(member.tier.label, "层级"), Line(format_chinese(member.admitted_on), "入库日期"),
        ]
        if member.record_id:
            facts.append(Line("打开填报表", "", "", f"record:{member.record_id}"))
        return (
            Section("基本情况", facts),
            Section("在库记录", [_membership_line(ws, each) for each in every]),
            Section("变更记录", [_change_line(ws, each) for each in reversed(units.changes(ws, member.unit_id))]),
        )

    def _show_what_can_be_done(self) -> None:
        member = self.frame.current()
        is_now = self.is_front and isinstance(member, Membership) and self.as_of is None
        for action in (self.change, self.withdraw, self.falsified, self.incident, *self._changes):
            action.setEnabled(is_now)
        self._changes_menu.setEnabled(is_now)
        self.look_back.setEnabled(self.is_front)
        self.open.setEnabled(self.is_front and isinstance(member, Membership) and bool(member.record_id))

    # Reacting

    def _do(self, step: Callable[[Membership], object]) -> None:
        member = self.frame.current()
        if isinstance(member, Membership):
            step(member)

    def _pop_up_changes(self) -> None:
        self._changes_menu.popup(self.frame.mapToGlobal(QPoint(self.frame.width() // 4, 36)))
        self._changes_menu.setActiveAction(self._changes[0])

    def _ask_day(self) -> None:
        self.day.setFocus()
        self.day.selectAll()

    def _open(self) -> None:
        member = self.frame.current()
        if isinstance(member, Membership) and member.record_id:
            self.open_wanted.emit(member.record_id)

    def _on_link(self, link: str) -> None:
        what, _, about = link.partition(":")
        if what == "record":
            self.open_wanted.emit(about)


def _membership_line(ws: Workspace, member: Membership) -> Line:
    kind = members.kind_label(ws, member.kind)
    if member.is_active:
        return Line(f"{member.admitted_on}入库，在库（{member.tier.label}）", kind, "good")
    ground = member.left_ground
    words = "移出" if ground is not None and ground.is_removal else "离库"
    reason = f"（{ground.label}，{ground.clause}）" if ground is not None else ""
    tone = "bad" if words == "移出" else "note"
    return Line(f"{member.admitted_on}入库，{member.left_on}{words}{reason}", kind, tone)


def _change_line(ws: Workspace, change: UnitChange) -> Line:
    if change.kind is UnitChangeKind.MERGED:
        text = f"并入“{units.unit(ws, change.after).unit_name}”"
    elif change.kind is UnitChangeKind.OFFICE:
        text = f"{ws.office_label(change.before)} → {ws.office_label(change.after)}"
    else:
        text = f"{change.before} → {change.after}"
    note = f"（{change.note}）" if change.note else ""
    return Line(f"{change.kind.label}：{text}{note}", change.happened_on.isoformat())


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _tidy(text: str) -> str:
    day = read_date(text) if text.strip() else None
    return day.isoformat() if day else text

"""培育对象: units with potential, the one whose next step is due first; what was done for them at the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.domain.prospects import Prospect, ProspectState
from core.services.library import members, prospects
from gui.models.rows_model import RowsModel
from gui.pages.prospects.links import LinksDialog
from gui.pages.prospects.steps import ProspectSteps, may_edit
from gui.pages.prospects.words import SOON_DAYS, columns, due_cell, is_overdue, row_of, sections
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.detail_panel import DetailPanel
from gui.widgets.list_frame import ListFrame
from gui.widgets.page import Menus, Page

_ALL: Final = "all"
_OVERDUE: Final = "overdue"
_SOON: Final = "soon"
_EMPTY: Final = "还没有培育对象。发现有潜力的单位，按“新建”记下来，走访、辅导后按“记一笔”，成熟了转为填报表。"


@dataclass(frozen=True, slots=True)
class _Actions:
    add: QAction
    edit: QAction
    note: QAction
    form: QAction
    open: QAction
    drop: QAction
    reopen: QAction
    links: QAction


class ProspectsPage(Page):
    """Prospects of an office, or of all for the bureau.

    `show_filtered` takes `query`, `state` (`formed`, `dropped`, `all`; without it those that are guided), `due`
    (`overdue`, `soon`), `kind`, `office`, and `prospect`, the id of one to go to.
    """

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self.steps = ProspectSteps(self, session)
        self._is_bureau = not self.steps.is_office
        shown = columns(with_office=self._is_bureau)
        self.model = RowsModel([c.title for c in shown], self)
        self.frame = ListFrame("培育对象", shown, self.model, self, key=lambda p: p.id, unit="个培育对象")
        self.detail = DetailPanel(self)
        self.actions_ = self._make_actions()
        self._lay_out()
        self._connect()

    # What the window asks of a page

    def menus(self) -> Menus:
        """The page's menus."""
        a = self.actions_
        ties = (None, a.links) if self._is_bureau else ()
        return (
            ("培育(&T)", (a.add, a.edit, a.note, None, a.form, a.open, None, a.drop, a.reopen, *ties)),
            ("查看(&V)", (self.refresh_action,)),
        )

    def refresh(self) -> None:
        """Look again at the prospects."""
        ws, found = self._session.workspace, self._found()
        self.model.set_rows([row_of(ws, p, with_office=self._is_bureau) for p in found], found)

    def focus_first(self) -> None:
        """Keys to the list."""
        self.frame.focus_first()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Narrow the list as another page wishes, or go to one prospect."""
        wanted = filters.get("prospect")
        state = _ALL if wanted is not None else filters.get("state")
        self.frame.filters.set_values({**filters, "state": None if state == ProspectState.OPEN else state})
        if wanted is not None:
            self.frame.select(wanted)

    def show_record(self, record_id: str) -> None:
        """Back from the editor: on the prospect that the record came from."""
        found = [p for p in self.model.items() if isinstance(p, Prospect) and p.record_id == record_id]
        if found:
            self.frame.select(found[0].id)

    # Building

    def _make_actions(self) -> _Actions:
        return _Actions(
            add=self.action("新建(&N)", "Ctrl+N", self._add),
            edit=self.action("修改(&E)", "F2", self._edit),
            note=self.action("记一笔(&J)", "Ctrl+K", self._note, "记下辅导、宣贯、走访，定下一步"),
            form=self.action("转为填报表(&B)", "Ctrl+R", self._begin_form),
            open=self.action("打开填报表(&O)", "Ctrl+O", self._open_form),
            drop=self.action("不再跟进(&D)", "", self._drop),
            reopen=self.action("恢复(&R)", "", self._reopen),
            links=self.action("关联单位(&L)", "Ctrl+L", self._show_links, "园区内的工厂、链主企业的供应商"),
        )

    def _lay_out(self) -> None:
        a, ws, filters = self.actions_, self._session.workspace, self.frame.filters
        ties = (None, a.links) if self._is_bureau else ()
        self.frame.set_actions((a.add, a.edit, a.note, None, a.form, a.open, None, a.drop, a.reopen, *ties))
        states = [(s.label, s.value) for s in (ProspectState.FORMED, ProspectState.DROPPED)]
        filters.add_choice("state", "状态", [("培育中", None), *states, ("全部状态", _ALL)])
        filters.add_choice("due", "期限", [("全部期限", None), ("已逾期", _OVERDUE), (f"{SOON_DAYS}天内", _SOON)])
        kinds = [(members.kind_label(ws, kind), kind) for kind in members.kinds(ws)]
        filters.add_choice("kind", "类别", [("全部类别", None), *kinds])
        if self._is_bureau:
            offices = [(choice.label, choice.name) for choice in ws.pack.lists["office"].choices]
            filters.add_choice("office", "街镇园区", [("全部街镇园区", None), *offices])
        self.frame.set_empty(_EMPTY)
        self.frame.set_detail(self.detail, share=0.4, most=560)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)

    def _connect(self) -> None:
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(self._on_opened)
        self.refreshes_on(self._session.library_changed)

    # Showing

    def _found(self) -> list[Prospect]:
        ws, wanted = self._session.workspace, self.frame.filters.values()
        state, due, today = wanted.get("state", ProspectState.OPEN.value), wanted.get("due"), ws.clock.today()
        found = prospects.prospects(
            ws, state=None if state == _ALL else ProspectState(str(state)), query=str(wanted.get("query", "")),
            office=str(wanted["office"]) if "office" in wanted else None,
        )
        return [
            p for p in found
            if wanted.get("kind") in (None, p.kind)
            and (due != _OVERDUE or is_overdue(p, today))
            and (due != _SOON or due_cell(p, today).tone == "wait")
        ]

    def _current(self) -> Prospect | None:
        found = self.frame.current()
        return found if isinstance(found, Prospect) else None

    def _show(self, _prospect: object) -> None:
        prospect, ws = self._current(), self._session.workspace
        if prospect is not None:
            shown = sections(ws, prospect, prospects.log(ws, prospect.id))
            self.detail.show_sections(prospect.unit_name, shown)
        a = self.actions_
        for action in (a.edit, a.note, a.form, a.drop):
            action.setEnabled(may_edit(prospect))
        has_form = prospect is not None and prospect.record_id is not None
        is_dropped = prospect is not None and prospect.state is ProspectState.DROPPED
        for action, other, takes_its_place in ((a.open, a.form, has_form), (a.reopen, a.drop, is_dropped)):
            action.setEnabled(takes_its_place)
            action.setVisible(takes_its_place)
            other.setVisible(not takes_its_place)

    # Steps

    def _add(self) -> None:
        made = self.steps.add()
        if made is not None:
            if not self.frame.select(made.id):
                self.frame.filters.set_values({})
                self.frame.select(made.id)
            self.frame.focus_first()

    def _edit(self) -> None:
        prospect = self._current()
        if prospect is not None:
            self.steps.edit(prospect)

    def _note(self) -> None:
        prospect = self._current()
        if prospect is not None:
            self.steps.note(prospect)

    def _begin_form(self) -> None:
        prospect = self._current()
        record_id = self.steps.begin_form(prospect) if prospect is not None else None
        if record_id is not None:
            self.open_wanted.emit(record_id)

    def _open_form(self) -> None:
        prospect = self._current()
        if prospect is not None and prospect.record_id is not None:
            self.open_wanted.emit(prospect.record_id)

    def _drop(self) -> None:
        prospect = self._current()
        if prospect is not None:
            self.steps.drop(prospect)

    def _reopen(self) -> None:
        prospect = self._current()
        if prospect is not None:
            self.steps.reopen(prospect)

    def _on_opened(self, prospect: object) -> None:
        """Enter: to the form where there is one, else to the facts."""
        if isinstance(prospect, Prospect) and prospect.record_id is not None:
            self._open_form()
        elif isinstance(prospect, Prospect) and may_edit(prospect):
            self._edit()

    def _show_links(self) -> None:
        dialog = LinksDialog(self._session, self)
        dialog.exec()
        dialog.deleteLater()

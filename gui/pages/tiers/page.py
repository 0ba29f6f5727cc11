"""梯度培育: candidates for city or nation at the left, gate, evaluations, steps and documents of one at the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from core.domain.library import Tier
from core.domain.tiers import TierCall
from core.services.library import evaluations, members, tiers
from core.services.library.tiers import Candidate
from gui.models.rows_model import RowsModel
from gui.pages.tiers.side import TierSide
from gui.pages.tiers.steps import TierSteps
from gui.pages.tiers.words import COLUMNS, Stage, call_words, row_of, sections, stage_of
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.list_frame import ListFrame
from gui.widgets.page import Menus, Page
from gui.widgets.pinyin import matches

_TIERS: Final = (Tier.CITY, Tier.NATION)
_EMPTY: Final = {
    Tier.CITY: "库中还没有区级单位。纳入培育库的单位列在这里，经第三方评价、区局同意后可以推荐到市级。",
    Tier.NATION: "还没有市级单位。获市级认定的单位列在这里，可以推荐到国家级。",
}


@dataclass(frozen=True, slots=True)
class _Actions:
    evaluate: QAction
    opine: QAction
    recommend: QAction
    decide: QAction
    add_call: QAction
    end: QAction
    print: QAction
    letter: QAction
    export: QAction
    export_all: QAction


class _Candidates(ListFrame):
    """The list; F6 goes through the parts at the right and comes back."""

    side: TierSide

    def switch(self) -> None:
        """List, facts, documents, list."""
        if not self.side.switch():
            self.focus_first()


class TiersPage(Page):
    """Members on their way to city and nation.

    `show_filtered` takes `query`, `tier` (stored), `stage` (`ready`, `lacking`, `waiting`, `held`), `kind`, `call`.
    """

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.steps = TierSteps(self, session, runner)
        self.model = RowsModel([c.title for c in COLUMNS], self, right=(4,))
        self.frame = _Candidates(
            "梯度培育", COLUMNS, self.model, self, key=lambda c: c.membership.id, unit="个单位",
        )
        self.side = TierSide(self)
        self.tier_box = QComboBox(self)
        self.call_box = QComboBox(self)
        self._call_note = QLabel(self)
        self.actions_ = self._make_actions()
        self._lay_out()
        self._connect()

    # What the window asks of a page

    def menus(self) -> Menus:
        """The page's menus."""
        a = self.actions_
        return (
            ("推荐(&T)", (a.evaluate, a.opine, a.recommend, a.decide, None, a.end)),
            ("通知和名单(&M)", (a.add_call, None, a.print, a.letter, a.export, a.export_all)),
            ("查看(&V)", (self.refresh_action,)),
        )

    def refresh(self) -> None:
        """Look again at the candidates."""
        self._offer_calls()
        self.frame.set_empty(_EMPTY[self.tier])
        found = self._found()
        ws = self._session.workspace
        self.model.set_rows([row_of(ws, c, self.tier) for c in found], found)

    def focus_first(self) -> None:
        """Keys to the list."""
        self.frame.focus_first()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Narrow the list as another page wishes."""
        call = next((c for c in tiers.calls(self._session.workspace) if c.id == filters.get("call")), None)
        tier = call.tier if call is not None else filters.get("tier")
        with QSignalBlocker(self.tier_box):
            self.tier_box.setCurrentIndex(1 if tier == Tier.NATION else 0)
        self._offer_calls(call.id if call is not None else "")
        self.frame.filters.set_values(filters)

    @property
    def tier(self) -> Tier:
        """The tier that the list leads to."""
        return _TIERS[max(self.tier_box.currentIndex(), 0)]

    @property
    def call(self) -> TierCall | None:
        """The call under which documents are collected and units are recommended."""
        chosen = self.call_box.currentData()
        return next((c for c in tiers.calls(self._session.workspace, self.tier) if c.id == chosen), None)

    # Building

    def _make_actions(self) -> _Actions:
        return _Actions(
            evaluate=self.action("登记评价(&E)", "Ctrl+N", self._evaluate),
            opine=self.action("区局意见(&A)", "Ctrl+K", self._opine),
            recommend=self.action("推荐(&R)", "Ctrl+R", self._recommend),
            decide=self.action("登记结果(&D)", "", self._decide),
            add_call=self.action("登记通知(&N)", "", self._add_call),
            end=self.action("退出名单(&U)", "", self._end),
            print=self.action("推荐名单(&P)", "Ctrl+P", self._print, "打印推荐名单"),
            letter=self.action("推荐函(&L)", "Ctrl+Shift+L", self._print_letter, "给市局的推荐函，可以存为Word"),
            export=self.action("导出Excel(&X)", "Ctrl+Shift+E", self._export, "推荐名单导出Excel"),
            export_all=self.action("候选单位导出Excel(&C)", "", lambda: self._export(candidates=True)),
        )

    def _lay_out(self) -> None:
        a, ws, filters = self.actions_, self._session.workspace, self.frame.filters
        calls = (a.add_call, a.print, a.letter, a.export)
        self.frame.set_actions((a.evaluate, a.opine, a.recommend, a.decide, None, *calls))
        for box, name in ((self.tier_box, "层级"), (self.call_box, "申报通知")):
            box.setAccessibleName(name)
            filters.add_widget(box)
        self.tier_box.addItems([f"推荐到{tier.label}" for tier in _TIERS])
        self.call_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.call_box.setMinimumContentsLength(18)
        filters.add_choice("stage", "进展", [("全部进展", None), *((s.label, s.value) for s in Stage)])
        kinds = [(members.kind_label(ws, kind), kind) for kind in members.kinds(ws)]
        filters.add_choice("kind", "类别", [("全部类别", None), *kinds])
        self._call_note.setProperty("role", "note")
        self._call_note.setContentsMargins(10, 0, 10, 4)
        self._call_note.setWordWrap(True)
        self.frame.side = self.side
        self.frame.set_detail(self.side, share=0.44, most=620)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.frame, 1)
        layout.addWidget(self._call_note)

    def _connect(self) -> None:
        self.frame.changed.connect(self.refresh)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(lambda _candidate: self.frame.switch())
        self.tier_box.currentIndexChanged.connect(self._change_tier)
        self.call_box.currentIndexChanged.connect(self._change_call)
        self.side.panel.link_pressed.connect(self._on_link)
        self.side.checklist.ticked.connect(self._tick)
        self.refreshes_on(self._session.library_changed)

    # Showing

    def _found(self) -> list[Candidate]:
        ws, wanted, tier = self._session.workspace, self.frame.filters.values(), self.tier
        candidates = (*tiers.candidates(ws, tier), *self._holders(tier))
        stage = wanted.get("stage")
        return [
            c for c in candidates
            if wanted.get("kind") in (None, c.membership.kind)
            and (stage_of(c, tier) == stage if stage else stage_of(c, tier) is not Stage.HELD)
            and matches(str(wanted.get("query", "")), c.membership.unit_name, c.membership.credit_code)
        ]

    def _holders(self, tier: Tier) -> tuple[Candidate, ...]:
        """Those that are there already, when they are asked for."""
        if self.frame.filters.values().get("stage") != Stage.HELD:
            return ()
        ws = self._session.workspace
        held = (Tier.CITY, Tier.NATION) if tier is Tier.CITY else (Tier.NATION,)
        return tiers.ranked(ws, tier, [m for each in held for m in members.members(ws, tier=each)])

    def _offer_calls(self, wanted: str = "") -> None:
        """The calls of the tier; the chosen one stays, else the one that is open, else the newest."""
        ws = self._session.workspace
        calls, today = tiers.calls(ws, self.tier), ws.clock.today()
        chosen = wanted or str(self.call_box.currentData() or "")
        ids = [call.id for call in calls]
        if chosen not in ids:
            chosen = next((c.id for c in reversed(calls) if c.issued_on <= today <= c.deadline), ids[0] if ids else "")
        with QSignalBlocker(self.call_box):
            self.call_box.clear()
            for call in calls:
                self.call_box.addItem(f"{call.year}年：{call.title}", call.id)
            if not calls:
                self.call_box.addItem("还没有申报通知", "")
            self.call_box.setCurrentIndex(max(ids.index(chosen), 0) if chosen in ids else 0)
        self.call_box.setEnabled(bool(calls))
        shown = self.call
        self.call_box.setToolTip(shown.title if shown is not None else "")
        self._call_note.setText(f"“{shown.title}”：{call_words(ws, shown)}" if shown is not None else "")
        self._call_note.setVisible(shown is not None)

    def _change_tier(self, _index: int) -> None:
        self.refresh()

    def _change_call(self, _index: int) -> None:
        self.refresh()

    def _current(self) -> Candidate | None:
        found = self.frame.current()
        return found if isinstance(found, Candidate) else None

    def _show(self, _candidate: object) -> None:
        candidate, ws, call = self._current(), self._session.workspace, self.call
        if candidate is not None:
            title = candidate.membership.unit_name
            self.side.panel.show_sections(title, sections(ws, candidate, self.tier, call))
            items = tiers.checklist(ws, call.id, candidate.membership.id) if call is not None else ()
            self.side.checklist.show_items(items)
        self._show_what_can_be_done(candidate)

    def _show_what_can_be_done(self, candidate: Candidate | None) -> None:
        a = self.actions_
        stage = stage_of(candidate, self.tier) if candidate is not None else None
        a.evaluate.setEnabled(candidate is not None)
        for action in (a.opine, a.recommend):
            action.setEnabled(stage in (Stage.READY, Stage.LACKING))
        a.decide.setEnabled(stage is Stage.WAITING)
        a.end.setEnabled(stage is Stage.HELD)

    # Steps

    def _evaluate(self) -> None:
        candidate = self._current()
        made = self.steps.evaluate(candidate) if candidate is not None else None
        if made is not None:
            self.frame.notice.say("".join(evaluations.hints(self._session.workspace, made)))

    def _opine(self) -> None:
        candidate = self._current()
        if candidate is not None:
            self.steps.give_opinion(candidate, self.tier)

    def _recommend(self) -> None:
        candidate = self._current()
        if candidate is not None:
            self.steps.recommend(candidate, self.tier, self.call)

    def _decide(self) -> None:
        candidate = self._current()
        name, tier = candidate.membership.unit_name if candidate is not None else "", self.tier
        if candidate is not None and self.steps.decide(candidate, tier):
            self.frame.notice.say(f"“{name}”的{tier.label}推荐结果已登记。")

    def _end(self) -> None:
        candidate = self._current()
        if candidate is not None:
            self.steps.end(candidate, self.tier)

    def _add_call(self) -> None:
        made = self.steps.add_call(self.tier)
        if made is not None:
            with QSignalBlocker(self.tier_box):
                self.tier_box.setCurrentIndex(_TIERS.index(made.tier))
            self._offer_calls(made.id)
            self.refresh()

    def _print(self) -> None:
        self.steps.print_list(self.tier, self.call)

    def _print_letter(self) -> None:
        self.steps.print_letter(self.tier, self.call)

    def _export(self, *, candidates: bool = False) -> None:
        self.steps.export_list(self.tier, self.call, candidates=candidates)

    def _tick(self, document: str, done: bool) -> None:  # noqa: FBT001 - a signal's slot
        candidate, call = self._current(), self.call
        if candidate is None or call is None:
            return
        if not self.steps.tick(candidate, call, document, done=done):
            self._show(candidate)

    def _on_link(self, link: str) -> None:
        what, _, about = link.partition(":")
        candidate = self._current()
        if candidate is None:
            return
        if what == "report":
            self.steps.open_report(candidate, about)
        else:
            self.steps.withdraw(candidate, about)

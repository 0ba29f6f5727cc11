"""The form under review: what the unit answered, what the check says, what stands against admission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QSplitter, QTabBar, QVBoxLayout, QWidget

from core.domain.enums import RecordState
from core.domain.library import Confirmation, Decision, DecisionKind
from core.services.library.review import CONFIRMED_RULES, Review
from gui.pages.review.answers import answer_lines, label_of
from gui.pages.review.answers_table import AnswersTable
from gui.widgets.detail_panel import DetailPanel, Line, Section
from gui.widgets.findings_panel import FindingsPanel
from gui.widgets.verdict_banner import VerdictBanner

_NARROW: Final = 760
_SIDE: Final = 0.40
_TONES: Final = {
    DecisionKind.ADMIT: "good", DecisionKind.RETURN: "bad", DecisionKind.REFUSE: "bad", DecisionKind.REVOKE: "note",
    DecisionKind.KEEP: "note", DecisionKind.REMOVE: "bad",
}


class ReviewDesk(QWidget):
    """Answers at the left, check and obstacles at the right; one at a time where the window is narrow.

    Signals:
        link_pressed: `confirm:N3`, `drop:<remark id>`.
        left: the keys are to go back to the queue.
    """

    link_pressed = Signal(str)
    left = Signal()

    def __init__(
        self, clauses: Mapping[str, str], titles: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        """`clauses` gives texts by number, `titles` the words of N3, N4 and N5."""
        super().__init__(parent)
        self._clauses = clauses
        self._titles = titles
        self._shown = ""
        self.heading = QLabel(self)
        self.heading.setProperty("role", "title")
        self.heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = QLabel(self)
        self.facts.setProperty("role", "note")
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.banner = VerdictBanner(self)
        self.answers = AnswersTable(self)
        self.findings = FindingsPanel(self)
        self.findings.tree.painted.link = "→ 写审核意见（F2）"
        self.conditions = DetailPanel(self)
        self.conditions.setAccessibleName("纳入条件")
        self._tabs = QTabBar(self)
        self._lay_out()
        self.setFocusProxy(self.answers)
        self.answers.left.connect(self.left)
        self.findings.jump_requested.connect(self._jump)
        self.conditions.link_pressed.connect(self.link_pressed)
        self._tabs.currentChanged.connect(self._turn)

    def show_review(self, review: Review, facts: str) -> None:
        """Show a form; the same one keeps its place."""
        record = review.opened.record
        same = self._shown == record.id
        self._shown = record.id
        sample = "（示例）" if record.is_sample else ""
        self.heading.setText(f"{record.unit_name or '未填名称'}{sample}")
        self.facts.setText(facts)
        self.banner.set_verdict(review.opened.verdict)
        self.answers.show_lines(answer_lines(review.opened, review.remarks), keep=same)
        self.findings.set_findings(review.opened.verdict.findings, self._clauses)
        self.conditions.show_sections("", self._sections(review))
        self._tabs.setTabText(1, f"校核和纳入条件（{len(review.obstacles)}）" if review.obstacles else "校核和纳入条件")

    def switch(self) -> bool:
        """From the answers to the conditions, and to the findings; False when the keys are to leave the desk."""
        order: tuple[QWidget, ...] = (self.answers, self.findings.tree, self.conditions)
        focus = QApplication.focusWidget()
        place = order.index(focus) if focus in order else -1
        if place == len(order) - 1:
            self._show_half(0)
            return False
        target = order[place + 1]
        self._show_half(0 if target is self.answers else 1)
        if target is self.findings.tree:
            self.findings.focus_first()
        else:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _sections(self, review: Review) -> Sequence[Section]:
        form = review.opened.form
        remarks = []
        for number, remark in enumerate(review.remarks, start=1):
            remarks.append(Line(f"{remark.text}（{remark.written_by}）", label_of(form, remark.field)))
            remarks.append(Line(f"移除第{number}条意见", "", "", f"drop:{remark.id}"))
        return (
            self._standing(review),
            Section("区工信局对照台账核对", [self._confirmed(r, review.confirmations.get(r)) for r in CONFIRMED_RULES]),
            Section(f"审核意见（{len(review.remarks)}）", remarks),
            Section("办理经过", [_told(decision) for decision in reversed(review.history)]),
        )

    def _standing(self, review: Review) -> Section:
        state = review.opened.record.state
        if review.decision is not None and state is not RecordState.RECEIVED:
            return Section("本批次的决定", [_told(review.decision)])
        if state is not RecordState.RECEIVED:
            return Section("还没有接收", [Line("按“接收”锁定这份表，开始审核。", tone="wait")])
        if not review.obstacles:
            return Section("可以纳入", [Line("没有妨碍纳入的问题，按“纳入”办理，关闭窗口后生效。", tone="good")])
        lines = [Line(f"{n}. {sentence}", tone="bad") for n, sentence in enumerate(review.obstacles, start=1)]
        return Section(f"还不能纳入（{len(review.obstacles)}项）", lines)

    def _confirmed(self, rule: str, given: Confirmation | None) -> Line:
        title = f"{rule} {self._titles.get(rule, '')}"
        if given is None:
            return Line(f"{title}：还没有核对，按此核对", "", "", f"confirm:{rule}")
        words = "查无此情形" if given.is_clear else "查有此情形"
        return Line(f"{title}：{words}（依据：{given.basis}）", "", "good" if given.is_clear else "bad")

    def _jump(self, field: str, row: int) -> None:
        self._show_half(0)
        if self.answers.go_to(field, row):
            self.answers.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Room

    def _lay_out(self) -> None:
        self.facts.setWordWrap(True)
        for text in ("填报内容", "校核和纳入条件"):
            self._tabs.addTab(text)
        self._tabs.setProperty("role", "parts")
        self._tabs.setDrawBase(False)
        self._tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._tabs.hide()
        self._right = QSplitter(Qt.Orientation.Vertical, self)
        for widget in (self.findings, self.conditions):
            widget.setMinimumHeight(60)
            self._right.addWidget(widget)
        self._right.setChildrenCollapsible(False)
        self._right.setSizes([240, 260])
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.banner)
        column.addWidget(self._right, 1)
        self._side = side
        self._halves = QSplitter(Qt.Orientation.Horizontal, self)
        self._halves.addWidget(self.answers)
        self._halves.addWidget(side)
        self._halves.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.heading)
        layout.addWidget(self.facts)
        layout.addWidget(self._tabs)
        layout.addWidget(self._halves, 1)

    @property
    def _is_narrow(self) -> bool:
        return self.width() < _NARROW

    def _turn(self, _tab: int) -> None:
        self._fit()

    def _show_half(self, half: int) -> None:
        if self._is_narrow:
            self._tabs.setCurrentIndex(half)

    def _fit(self) -> None:
        narrow = self._is_narrow
        self._tabs.setVisible(narrow)
        self.answers.setVisible(not narrow or self._tabs.currentIndex() == 0)
        self._side.setVisible(not narrow or self._tabs.currentIndex() == 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two halves, or one with a tab bar."""
        super().resizeEvent(event)
        self._fit()
        if event.size().width() != event.oldSize().width():
            room = self._halves.width()
            self._halves.setSizes([round(room * (1 - _SIDE)), round(room * _SIDE)])


def _told(decision: Decision) -> Line:
    clause = f"（{decision.clause}）" if decision.clause else ""
    reason = f"：{decision.reason}" if decision.reason else ""
    text = f"{decision.kind.label}{reason}{clause}　{decision.decided_by}"
    return Line(text, str(decision.decided_on), _TONES.get(decision.kind, ""))

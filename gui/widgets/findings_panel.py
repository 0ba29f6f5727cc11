"""The live findings beside the form: grouped, each with a jump to its field. Updates never take the focus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QVBoxLayout, QWidget

from core.domain.finding import Finding
from gui.widgets.finding_delegate import FindingDelegate, can_explain
from gui.widgets.finding_groups import Group
from gui.widgets.findings_model import FINDING_ROLE, GROUP_ROLE, FindingsModel, Index


class FindingsTree(QTreeView):
    """The list itself: Up and Down move, Enter jumps, F2 explains, Space folds a group."""

    jumped = Signal(object)
    explain_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findingsTree")
        self.setAccessibleName("校核结果")
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setExpandsOnDoubleClick(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.findings = FindingsModel(self)
        self.setModel(self.findings)
        self.painted = FindingDelegate(self, self.findings)
        self.setItemDelegate(self.painted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list; the rest is the tree's own."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(index)
        elif event.key() == Qt.Key.Key_F2:
            self._ask_explanation(index)
        elif event.key() == Qt.Key.Key_Space and isinstance(index.data(GROUP_ROLE), Group):
            self._fold(index)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Where the click will act is settled now: selecting a finding unfolds its clause and moves the link."""
        index = self.indexAt(event.position().toPoint())
        on_link = index.isValid() and self.painted.is_on_link(index, event.position().toPoint())
        super().mousePressEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            return
        if on_link:
            self._ask_explanation(index)
        else:
            self._activate(index)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """The current finding shows its clause's text: two rows change their height."""
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self.painted.sizeHintChanged.emit(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.painted.forget()
            self.scheduleDelayedItemsLayout()

    def _activate(self, index: QModelIndex) -> None:
        finding = index.data(FINDING_ROLE)
        if isinstance(finding, Finding):
            self.jumped.emit(finding)
        elif isinstance(index.data(GROUP_ROLE), Group):
            self._fold(index)

    def _fold(self, index: QModelIndex) -> None:
        self.setExpanded(index, not self.isExpanded(index))

    def _ask_explanation(self, index: QModelIndex) -> None:
        finding = index.data(FINDING_ROLE)
        if isinstance(finding, Finding) and can_explain(finding):
            self.explain_asked.emit(finding)


class FindingsPanel(QWidget):
    """`jump_requested` carries the field's name and the row inside its repeat group (from 1; 0 outside of one)."""

    jump_requested = Signal(str, int)
    explain_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = FindingsTree(self)
        self.tree.jumped.connect(self._on_jump)
        self.tree.explain_asked.connect(self._on_explain)
        self.setFocusProxy(self.tree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tree)
        self._known: set[Group] = set()
        self._hide_empty_groups()

    def offer_explaining(self, offers: bool) -> None:  # noqa: FBT001 - like a setter of Qt
        """Show the link that asks for an explanation, or hide it: a locked form takes none."""
        self.tree.painted.offers_link = offers
        self.tree.scheduleDelayedItemsLayout()

    def set_findings(self, findings: Sequence[Finding], clauses: Mapping[str, str]) -> None:
        """Show the findings of a verdict; `clauses` gives texts by clause number."""
        self.tree.findings.set_findings(findings, clauses)
        self._hide_empty_groups()

    def current_finding(self) -> Finding | None:
        """The finding that the keyboard is on."""
        finding = self.tree.currentIndex().data(FINDING_ROLE)
        return finding if isinstance(finding, Finding) else None

    def focus_first(self) -> None:
        """Give the list the focus, on its first finding unless it is on one already."""
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.current_finding() is not None:
            return
        model = self.tree.findings
        first = next((g for g in Group if model.count(g)), None)
        if first is not None:
            parent = model.group_index(first)
            self.tree.expand(parent)
            self.tree.setCurrentIndex(model.index(0, 0, parent))

    def _hide_empty_groups(self) -> None:
        """A group that gets its first finding opens, unless it is a quiet one."""
        for number, group in enumerate(Group):
            empty = self.tree.findings.count(group) == 0
            if empty != self.tree.isRowHidden(number, QModelIndex()):
                self.tree.setRowHidden(number, QModelIndex(), empty)
            if not empty and group not in self._known:
                self._known.add(group)
                self.tree.setExpanded(self.tree.findings.group_index(group), not group.is_quiet)

    def _on_jump(self, finding: Finding) -> None:
        if finding.fields:
            self.jump_requested.emit(finding.fields[0], finding.rows[0] if finding.rows else 0)

    def _on_explain(self, finding: Finding) -> None:
        self.explain_requested.emit(finding.rule)

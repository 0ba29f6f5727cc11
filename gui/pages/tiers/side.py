"""The right side of the page: what is known of the unit, and the documents that the call asks of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from core.domain.tiers import ChecklistItem
from gui.widgets.detail_panel import DetailPanel


class Checklist(QWidget):
    """材料清单: Space, or a click on the box, tells whether a document is there. Emits `ticked`(document, done)."""

    ticked = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = QLabel(self)
        self._heading.setProperty("role", "note")
        self._heading.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setObjectName("checklist")
        self.list.setAccessibleName("材料清单")
        self.list.setWordWrap(True)
        self.list.itemChanged.connect(self._on_changed)
        self.setFocusProxy(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._heading)
        layout.addWidget(self.list, 1)

    def show_items(self, items: Sequence[ChecklistItem]) -> None:
        """Show these documents; the row that the keys are on stays."""
        row = self.list.currentRow()
        done = sum(1 for item in items if item.done_on is not None)
        self._heading.setText(f"材料清单：收到{done}项，共{len(items)}项（空格键勾选）")
        with QSignalBlocker(self.list):
            self.list.clear()
            for item in items:
                words = f"{item.document}（{item.done_on}收到）" if item.done_on else item.document
                shown = QListWidgetItem("　".join(part for part in (words, item.note) if part), self.list)
                shown.setData(Qt.ItemDataRole.UserRole, item.document)
                shown.setFlags(
                    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
                )
                shown.setCheckState(Qt.CheckState.Checked if item.done_on else Qt.CheckState.Unchecked)
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        self.setVisible(bool(items))

    def _on_changed(self, item: QListWidgetItem) -> None:
        self.ticked.emit(str(item.data(Qt.ItemDataRole.UserRole)), item.checkState() is Qt.CheckState.Checked)


class TierSide(QSplitter):
    """The facts above, the checklist below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.panel = DetailPanel(self)
        self.checklist = Checklist(self)
        self.addWidget(self.panel)
        self.addWidget(self.checklist)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)
        self.setSizes([420, 150])

    def switch(self) -> bool:
        """On to the next part: facts, checklist; False when there is none, and the keys go back to the list."""
        focus = QApplication.focusWidget()
        if focus is self.checklist.list or (focus is self.panel and not self.checklist.isVisible()):
            return False
        target = self.checklist if focus is self.panel else self.panel
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

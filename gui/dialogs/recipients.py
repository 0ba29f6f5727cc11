"""To which offices a receipt or notice goes, and where the files are put."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.services.exchange.model import OfficeLine
from gui.dialogs.file_place import FilePlace
from gui.dialogs.fitting import fit_to_screen
from gui.models.check_rows_model import CheckRowsModel
from gui.models.rows_model import Cell
from gui.widgets.list_table import Column, ListTable

_COLUMNS: Final = (Column("街镇、园区", stretches=True), Column("登记", 90), Column("单位", 70), Column("回执", 90))


class RecipientsDialog(QDialog):
    """One file per ticked office, into one folder. Space ticks, Enter writes."""

    def __init__(
        self, title: str, words: str, lines: Sequence[OfficeLine], ticked: Collection[str], last: Path | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        fit_to_screen(self, 760, 540)
        self.model = CheckRowsModel([c.title for c in _COLUMNS], self, key=lambda line: line.office)
        ordered = sorted(lines, key=lambda line: line.office not in ticked)
        self.model.set_rows([
            (line.label, Cell("已登记", "good") if line.is_enrolled else Cell("未登记", "plain"),
             str(line.units or ""), Cell("待发", "wait") if line.receipt_due else Cell(""))
            for line in ordered
        ], ordered)
        self.table = ListTable(_COLUMNS, self.model, self)
        self.table.setAccessibleName("发给哪些街镇、园区")
        self.table.installEventFilter(self)
        for row, line in enumerate(ordered):
            if line.office in ticked:
                self.model.toggle(row)
        self.place = FilePlace(last, self)
        self._count = QLabel(self)
        self._count.setProperty("role", "title")
        self._problem = QLabel(self)
        self._problem.setWordWrap(True)
        self._problem.setProperty("tone", "bad")
        self._problem.hide()
        self.write_button = QPushButton("写文件(&P)", self)
        self._lay_out(words)
        self.model.ticked.connect(self._show_count)
        self._show_count()
        self.table.select_row(0)
        self.table.setFocus()

    @property
    def offices(self) -> tuple[str, ...]:
        """The ticked offices."""
        return self.model.chosen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space ticks the row that the keys are on; Enter writes."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Space:
                self.model.toggle(self.table.currentIndex().row())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.write_button.click()
                return True
        return super().eventFilter(watched, event)

    def accept(self) -> None:
        """Close only when there is somebody to write to and a place to put it."""
        problem = "" if self.offices else "还没有勾选街镇、园区，请按空格键勾选。"
        problem = problem or self.place.problem()
        if problem:
            self._problem.setText(problem)
            self._problem.show()
            return
        super().accept()

    def _show_count(self) -> None:
        self._count.setText(f"发给{len(self.offices)}个街镇、园区，每个一份文件")

    def _lay_out(self, words: str) -> None:
        head = QHBoxLayout()
        head.addWidget(self._count, 1)
        for text, on in (("全选(&A)", True), ("全不选(&N)", False)):
            button = QPushButton(text, self)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, on=on: self.model.tick_all(on=on))
            head.addWidget(button)
        note = QLabel(words, self)
        note.setWordWrap(True)
        note.setProperty("role", "note")
        buttons = QDialogButtonBox(self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(self.write_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        self.write_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(note)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.place)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)

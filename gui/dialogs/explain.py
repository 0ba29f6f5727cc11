"""情况说明: the clerk's written reason on a finding that must be verified."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.domain.finding import Finding
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.messages import ask, tell


class ExplainDialog(QDialog):
    """The finding, its clause with its text, and a box to write in; Ctrl+Enter saves.

    `save` stores the text and gives the reason where it could not: the dialog then says so and stays open.
    """

    def __init__(
        self, finding: Finding, clause_text: str, save: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._save = save
        self._problem = QLabel(self)
        self._problem.setWordWrap(True)
        self._problem.setProperty("tone", "bad")
        self._problem.hide()
        self.setWindowTitle("写情况说明")
        fit_to_screen(self, 560, 420)
        message = QLabel(finding.message, self)
        message.setWordWrap(True)
        message.setProperty("role", "title")
        clause = QLabel(f"依据：{finding.clause}　{clause_text}" if finding.clause else "依据：表内数据核对", self)
        clause.setWordWrap(True)
        clause.setProperty("role", "note")
        self._before = (finding.explanation or "").strip()
        self._text = QPlainTextEdit(finding.explanation or "", self)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName("情况说明")
        self._text.setPlaceholderText("写明核实到的情况和依据。有关数据改动后，这条说明会失效，需要重写。")
        label = QLabel("情况说明(&E)：", self)
        label.setBuddy(self._text)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        for widget in (message, clause, label):
            layout.addWidget(widget)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        self._text.setFocus()

    @property
    def text(self) -> str:
        """What was written; empty takes an earlier explanation back."""
        return self._text.toPlainText().strip()

    def accept(self) -> None:
        """Save; an empty box says so unless an explanation is to be taken back."""
        if not self.text and not self._before:
            tell(self, "还没有写", "情况说明是空的。请写明核实到的情况，或按Esc不写。")
            self._text.setFocus()
            return
        if self.text != self._before:
            problem = self._save(self.text)
            if problem:
                self._problem.setText(f"{problem}您写的还在上面，可以选中复制。")
                self._problem.show()
                self._text.setFocus()
                return
        super().accept()

    def reject(self) -> None:
        """Leave; what was typed is given up only when the clerk says so."""
        if self.text != self._before and not ask(
            self, "还没有保存", "这条情况说明还没有保存，要放弃吗？", "放弃(&G)", "继续写(&C)", loses=True
        ):
            self._text.setFocus()
            return
        super().reject()

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        save = QPushButton("保存说明 Ctrl+Enter(&S)", self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        save.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

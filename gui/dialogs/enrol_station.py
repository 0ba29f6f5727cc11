"""首次来件: a stranger's file is taken only after its check code was read over the telephone and typed here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.domain.calendar import format_chinese
from core.domain.errors import GreenLadderError
from core.services.exchange.model import FileFacts
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.receive_preview import numbered

_DIGITS: Final = 16
_GROUP: Final = 4
_INTRO: Final = (
    "这是{sender}第一次来件，本机还没有登记这台工作站。请打电话给{sender}（用平时的号码，不用文件里写的号码），"
    "请对方把打包时显示的、封面上也印着的16位核对码读给您听，照着填在下面。对得上才收，以后不用再核对。"
)


class EnrolDialog(QDialog):
    """The code of the file is not shown: whoever types it must have heard it. `enrol` does the work and may refuse."""

    def __init__(self, facts: FileFacts, enrol: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("登记来件的工作站")
        fit_to_screen(self, 620, 300)
        self._enrol = enrol
        self._is_grouping = False
        intro = QLabel(_INTRO.format(sender=facts.sender_label), self)
        intro.setWordWrap(True)
        self.code_line = QLineEdit(self)
        self.code_line.setAccessibleName("核对码")
        self.code_line.setPlaceholderText("16位数字，如4821 9930 1175 0462")
        font = self.code_line.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        self.code_line.setFont(font)
        self.code_line.textEdited.connect(self._group)
        self._problem = QLabel(self)
        self._problem.setProperty("tone", "bad")
        self._problem.setWordWrap(True)
        self._problem.hide()
        form = QFormLayout()
        made = format_chinese(facts.made_at.astimezone().date())
        for name, text in (
            ("来自：", facts.sender_label), ("文件：", f"{numbered(facts.kind, facts.number)}，{made}，"
             f"{facts.records}个单位"), ("密钥：", facts.key_name),
        ):
            form.addRow(name, QLabel(text, self))
        label = QLabel("听到的核对码(&N)：", self)
        label.setBuddy(self.code_line)
        form.addRow(label, self.code_line)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(intro)
        layout.addLayout(form)
        layout.addWidget(self._problem)
        layout.addStretch(1)
        layout.addWidget(self._buttons())
        self.code_line.setFocus()

    @property
    def code(self) -> str:
        """The digits typed, without blanks; full-width ones are taken, too."""
        return "".join(c for c in unicodedata.normalize("NFKC", self.code_line.text()) if c.isdigit())

    @property
    def problem(self) -> str:
        """What is wrong, as it is shown; empty before the first try."""
        return self._problem.text()

    def accept(self) -> None:
        """Close only when the code is the file's."""
        digits = self.code
        if len(digits) != _DIGITS:
            self._say(f"核对码是16位数字，现在填了{len(digits)}位，请对方再读一遍。")
            return
        try:
            self._enrol(digits)
        except GreenLadderError as error:
            self._say(str(error))
            return
        super().accept()

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.show()
        self.code_line.setFocus()
        self.code_line.selectAll()

    def _group(self, text: str) -> None:
        """Blanks between groups of four come by themselves while digits are typed at the end."""
        if self.code_line.cursorPosition() != len(text):
            return
        digits = self.code
        groups = " ".join(digits[i:i + _GROUP] for i in range(0, len(digits), _GROUP))
        if groups != text:
            self.code_line.setText(groups)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        accept = QPushButton("核对并登记(&R)", self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

"""Asking for the password of a file that came in."""

from __future__ import annotations

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


class PasswordDialog(QDialog):
    """One line; `problem` says what was wrong with the last try."""

    def __init__(self, file_name: str, problem: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("文件有密码")
        self.setMinimumWidth(420)
        self.line = QLineEdit(self)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName("密码")
        name = QLabel(f"文件：{file_name}", self)
        said = QLabel(problem, self)
        for label in (name, said):
            label.setWordWrap(True)
        said.setProperty("tone", "bad")
        said.setVisible(bool(problem))
        prompt = QLabel("密码(&W)：", self)
        prompt.setBuddy(self.line)
        form = QFormLayout()
        form.addRow(prompt, self.line)
        buttons = QDialogButtonBox(self)
        accept = QPushButton("打开(&O)", self)
        leave = QPushButton("不收这个文件(&X)", self)
        buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(name)
        layout.addWidget(said)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.line.setFocus()

    @property
    def password(self) -> str:
        """What was typed."""
        return self.line.text()


def ask_password(parent: QWidget, file_name: str, problem: str = "") -> str | None:
    """The password of that file; None when the clerk gave up."""
    dialog = PasswordDialog(file_name, problem, parent)
    try:
        return dialog.password if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()

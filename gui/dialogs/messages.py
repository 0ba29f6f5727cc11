"""Short messages and yes-or-no questions, in the clerk's words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget


def tell(parent: QWidget | None, title: str, text: str) -> None:
    """Say something that needs only to be read."""
    _box(parent, QMessageBox.Icon.Information, title, text).exec()


def warn(parent: QWidget | None, title: str, text: str) -> None:
    """Say that something did not work, and what to do."""
    _box(parent, QMessageBox.Icon.Warning, title, text).exec()


def ask(
    parent: QWidget | None, title: str, text: str, yes: str, no: str = "取消(&N)", *, loses: bool = False
) -> bool:
    """Ask before something that cannot be taken back easily; Esc means no, and so does Enter where work is lost."""
    box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    accept = QPushButton(yes, box)
    refuse = QPushButton(no, box)
    box.addButton(accept, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(refuse, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse if loses else accept)
    box.setEscapeButton(refuse)
    box.exec()
    return box.clickedButton() is accept


def choose(parent: QWidget | None, title: str, text: str, *answers: str, cancel: str = "取消(&C)") -> int | None:
    """Ask which of several ways to go, the first being the default; None for cancelling, which Esc means too."""
    box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    buttons = [QPushButton(answer, box) for answer in answers]
    for button in buttons:
        box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
    leave = QPushButton(cancel, box)
    box.addButton(leave, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(buttons[0])
    box.setEscapeButton(leave)
    box.exec()
    return next((place for place, button in enumerate(buttons) if box.clickedButton() is button), None)


def _box(parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str) -> QMessageBox:
    box = QMessageBox(icon, title, text, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # words out of a foreign file are never markup
    button = QPushButton("知道了(&O)", box)
    box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(button)
    box.setEscapeButton(button)
    return box

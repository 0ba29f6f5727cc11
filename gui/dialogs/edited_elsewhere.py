"""两人同时改了一栏: both versions side by side, whole, and which of them is to hold."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import Enum
from typing import Final

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.services.elsewhere import Versions
from gui.dialogs.fitting import fit_to_screen

_DIFFERENT: Final = "#ffe7a0"
_LEAST_PANE: Final = 64
# Letters of one times letters of the other: beyond that, looking for differences would hold the window up.
_MOST_COMPARED: Final = 4_000_000
_WORDS: Final = "您填写“{label}”的时候，{who}也改了这一栏（{when}）。两种写法都在下面，不同处标了底色，可以选中复制。"
_LATER: Final = "没有选用的一种不会丢：留在“修改历史”里（Ctrl+H）。按Esc先不决定，您填的仍留在表里，标为没有保存。"


class Choice(Enum):
    """Which version is to hold."""

    MINE = "mine"
    THEIRS = "theirs"


class EditedElsewhereDialog(QDialog):
    """Nothing is chosen by Enter: Alt+1 keeps one's own, Alt+2 takes the other's, Esc decides later."""

    def __init__(self, versions: Versions, unit_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"同一栏两人都改了　{unit_name}")
        lines = max(len(versions.mine), len(versions.theirs))
        fit_to_screen(self, 820, 300 + min(lines, 12) * 18)
        self.choice: Choice | None = None
        heading = _wrapped(self, versions.label, "title")
        words = _wrapped(self, _WORDS.format(label=versions.label, who=versions.who, when=versions.when), "")
        self.mine = _pane(self, "我填的（没有保存）", versions.mine)
        self.theirs = _pane(self, "对方填的（已保存）", versions.theirs)
        _mark_differences(self.mine, self.theirs)
        grid = QGridLayout()
        titles = ("我填的（没有保存）", f"对方填的（已保存）：{versions.who}，{versions.when}")
        for column, (title, pane) in enumerate(zip(titles, (self.mine, self.theirs), strict=True)):
            grid.addWidget(_wrapped(self, title, "heading"), 0, column)
            grid.addWidget(pane, 1, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        for widget in (heading, words):
            layout.addWidget(widget)
        layout.addLayout(grid, 1)
        layout.addWidget(_wrapped(self, _LATER, "note"))
        layout.addLayout(self._buttons())
        self.mine.setFocus()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for text, choice in (("用我填的(&1)", Choice.MINE), ("用对方的(&2)", Choice.THEIRS)):
            button = self._button(text)
            button.clicked.connect(lambda _checked=False, choice=choice: self._choose(choice))
            row.addWidget(button)
        row.addStretch(1)
        later = self._button("先不决定(&X)")
        later.clicked.connect(self.reject)
        row.addWidget(later)
        return row

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)  # a key that was meant for the form must not choose
        button.setDefault(False)
        return button

    def _choose(self, choice: Choice) -> None:
        self.choice = choice
        self.accept()


def _pane(parent: QWidget, name: str, lines: Sequence[str]) -> QPlainTextEdit:
    pane = QPlainTextEdit("\n".join(lines), parent)
    pane.setReadOnly(True)
    pane.setTabChangesFocus(True)
    pane.setAccessibleName(name)
    pane.setMinimumHeight(_LEAST_PANE)
    return pane


def _mark_differences(one: QPlainTextEdit, other: QPlainTextEdit) -> None:
    mine, theirs = one.toPlainText(), other.toPlainText()
    if len(mine) * len(theirs) > _MOST_COMPARED:
        return
    found = [op for op in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes() if op[0] != "equal"]
    one.setExtraSelections([_selection(one, mine, first, last) for _, first, last, _, _ in found])
    other.setExtraSelections([_selection(other, theirs, first, last) for _, _, _, first, last in found])


def _selection(pane: QPlainTextEdit, text: str, first: int, last: int) -> QTextEdit.ExtraSelection:
    look = QTextCharFormat()
    look.setBackground(QColor(_DIFFERENT))
    cursor = QTextCursor(pane.document())
    cursor.setPosition(_units(text[:first]))
    cursor.setPosition(_units(text[:last]), QTextCursor.MoveMode.KeepAnchor)
    made = QTextEdit.ExtraSelection()
    made.cursor, made.format = cursor, look  # type: ignore[attr-defined]
    return made


def _units(text: str) -> int:
    """Places in a document are counted in halves of UTF-16: a rare character takes two."""
    return len(text.encode("utf-16-le")) // 2


def _wrapped(parent: QWidget, text: str, role: str) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label

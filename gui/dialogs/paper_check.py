"""核对纸件: scan the QR code of a sheet or type its short code; the program says whether the sheet still holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.domain.errors import GreenLadderError
from core.services.products.codes import PaperCheck, PaperState
from gui.dialogs.fitting import fit_to_screen
from gui.models.rows_model import RowsModel

_HEADERS: Final = ("栏目", "纸上", "现在", "谁改的", "何时")
_WIDTHS: Final = {0: 140, 3: 110, 4: 112}
_SIZE: Final = (900, 470)
_HINT: Final = (
    "用扫码枪扫纸上右上角的二维码，或者输入二维码旁边的16位编号，按Enter。大小写、短横线、空格都不要紧。\n"
    "草稿、示例和空白表不印编号；Word文件、扫描件以纸上印的编号为准。"
)
_TONES: Final = {PaperState.CURRENT: "good", PaperState.ABSENT: ""}
_TRY_AGAIN: Final = "没有读出编号"


class PaperCheckDialog(QDialog):
    """One line and the answer below it; the next sheet may be scanned at once. Accepted: `check` is to be opened."""

    def __init__(self, look_up: Callable[[str], PaperCheck], text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("核对纸件")
        fit_to_screen(self, *_SIZE)
        self._look_up = look_up
        self._check: PaperCheck | None = None
        self.line = self._make_line()
        self.answer = _words("answer")
        self.what = _words("title")
        self.sentence = _words("")
        self._model = RowsModel(_HEADERS, self)
        self.table = self._make_table()
        self.open_button = QPushButton("打开(&O)", self)
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self.accept)
        self._lay_out()
        self._show_nothing(_HINT)
        self.line.setFocus()
        if text:
            self.line.setText(text)
            self.look()

    @property
    def check(self) -> PaperCheck | None:
        """The last answer; None where the last text was no code."""
        return self._check

    def look(self) -> None:
        """Say how the sheet stands whose code is in the line; the line is ready for the next one."""
        self.line.selectAll()
        try:
            check = self._look_up(self.line.text())
        except GreenLadderError as error:
            self._show_nothing(str(error), _TRY_AGAIN if self.line.text().strip() else "")
            return
        self._check = check
        self._set_answer(check.state.label, _TONES.get(check.state, "bad"))
        self.what.setText(check.what)
        self.sentence.setText(check.sentence)
        self._model.set_rows([(c.label, c.on_paper, c.now, c.by, c.when) for c in check.changes], check.changes)
        self.what.show()
        self.table.setVisible(bool(check.changes))
        self.open_button.setEnabled(bool(check.record_id) or check.roster is not None)

    def _show_nothing(self, sentence: str, answer: str = "") -> None:
        self._check = None
        self._model.set_rows([], [])
        self._set_answer(answer, "bad")
        self.sentence.setText(sentence)
        self.what.hide()
        self.table.hide()
        self.open_button.setEnabled(False)

    def _set_answer(self, text: str, tone: str) -> None:
        self.answer.setText(text)
        self.answer.setProperty("tone", tone)
        self.answer.style().unpolish(self.answer)
        self.answer.style().polish(self.answer)
        self.answer.setVisible(bool(text))

    # Building

    def _make_line(self) -> QLineEdit:
        line = QLineEdit(self)
        # An input method would swallow what a scanner types.
        line.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        line.setAccessibleName("二维码或编号")
        line.setPlaceholderText("扫描二维码，或输入编号")
        line.setClearButtonEnabled(True)
        line.returnPressed.connect(self.look)
        return line

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self._model)
        table.setAccessibleName("印出以后的改动")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head = table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            table.setColumnWidth(column, width)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.installEventFilter(self)
        return table

    def _lay_out(self) -> None:
        label = QLabel("二维码或编号(&N)：", self)
        label.setBuddy(self.line)
        look = QPushButton("核对(&K)", self)
        look.setDefault(False)
        look.setAutoDefault(False)
        look.clicked.connect(self.look)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addWidget(self.line, 1)
        top.addWidget(look)
        close = QPushButton("关闭(&C)", self)
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.addWidget(self.open_button)
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addLayout(top)
        for words in (self.answer, self.what, self.sentence):
            layout.addWidget(words)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
        layout.addLayout(bottom)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A code scanned while the table has the keys goes into the line."""
        is_key = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress
        if watched is self.table and is_key and isinstance(event, QKeyEvent) and event.text().strip().isalnum():
            self.line.setText(event.text())
            self.line.setFocus()
            return True
        return super().eventFilter(watched, event)


def _words(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label

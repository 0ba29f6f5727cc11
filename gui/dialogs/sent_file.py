"""A file was written: its check code in large digits, where it lies, what to do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.services.exchange.model import Sent
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.receive_preview import numbered
from gui.models.rows_model import RowsModel
from gui.widgets import theme
from gui.widgets.list_table import Column, ListTable

_COLUMNS = (Column("文件", stretches=True), Column("核对码", 200), Column("内容", 120))


class SentDialog(QDialog):
    """One file: its code large. Several (receipts to many offices): a table. Enter or Esc closes."""

    def __init__(
        self, title: str, sent: Sequence[Sent], words: str, parent: QWidget | None = None, *,
        print_cover: Callable[[], object] | None = None, has_password: bool = False, troubles: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._sent = tuple(sent)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for text, role in self._sentences(words, troubles, has_password=has_password):
            layout.addWidget(self._label(text, role))
        if len(self._sent) == 1:
            layout.addWidget(self._code(self._sent[0].check_code))
            layout.addWidget(self._label(f"文件：{self._sent[0].path}", "note"))
        elif self._sent:
            layout.addWidget(self._table(), 1)
        layout.addStretch(0 if len(self._sent) > 1 else 1)
        layout.addLayout(self._buttons(print_cover))
        fit_to_screen(self, 680 if len(self._sent) == 1 else 820, 320 if len(self._sent) == 1 else 480)

    def _sentences(self, words: str, troubles: Sequence[str], *, has_password: bool) -> list[tuple[str, str]]:
        first = written(self._sent[0]) if len(self._sent) == 1 else f"已写成{len(self._sent)}个文件。"
        found = [(first, "title"), (words, "")] if self._sent else []
        if self._sent and has_password:
            found.append(("文件有密码，请另行告诉对方密码，不要和文件放在一起。", "warning"))
        return [*found, *((trouble, "bad") for trouble in troubles)]

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setProperty("tone" if role == "bad" else "role", role)
        if role == "warning":
            label.setStyleSheet(f"color: {theme.AMBER}")
        return label

    def _code(self, code: str) -> QLabel:
        label = self._label(code, "code")
        label.setAccessibleName(f"核对码 {code}")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = label.font()
        font.setPointSizeF(font.pointSizeF() * 2.2)
        font.setBold(True)
        label.setFont(font)
        return label

    def _table(self) -> ListTable:
        model = RowsModel([c.title for c in _COLUMNS], self)
        model.set_rows([(s.path.name, s.check_code, f"{s.records}个单位") for s in self._sent], self._sent)
        table = ListTable(_COLUMNS, model, self)
        table.setAccessibleName("写成的文件")
        table.select_row(0)
        return table

    def _buttons(self, print_cover: Callable[[], object] | None) -> QHBoxLayout:
        row = QHBoxLayout()
        if self._sent:
            self._add(row, "打开所在文件夹(&F)", self._open_folder)
            self._add(row, "复制核对码(&Y)", self._copy)
        if print_cover is not None:
            self._add(row, "打印封面(&P)", print_cover)
        row.addStretch(1)
        close = QPushButton("关闭(&C)", self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        close.setFocus()
        return row

    def _add(self, row: QHBoxLayout, text: str, slot: Callable[[], object]) -> None:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: slot())
        row.addWidget(button)

    def _open_folder(self) -> None:
        open_folder(self._sent[0].path)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(s.check_code for s in self._sent))


def written(sent: Sent) -> str:
    """What was written, in one sentence; code and place stand below it."""
    counted = ((sent.records, "份表"), (sent.evidence, "件佐证材料"))
    holds = "、".join(f"{count}{what}" for count, what in counted if count)
    again = "（与上次相同，重新写出）" if sent.is_again else ""
    return f"{numbered(sent.kind, sent.number)}已写出{again}" + (f"：{holds}。" if holds else "。")


def open_folder(path: Path) -> None:
    """Show the folder of a file in the desktop's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

"""Which form to begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.forms.definition import FormDefinition

_ID_ROLE: Final = int(Qt.ItemDataRole.UserRole)


class FormDialog(QDialog):
    """A short list of forms: arrow keys, the figure before the name, Enter."""

    def __init__(
        self, title: str, question: str, forms: Sequence[FormDefinition], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(440)
        self._list = QListWidget(self)
        self._list.setAccessibleName(question)
        for number, form in enumerate(forms, start=1):
            annex = f"（{form.annex}）" if form.annex else ""
            item = QListWidgetItem(f"{number}　{form.title}{annex}", self._list)
            item.setData(_ID_ROLE, form.id)
        self._list.setCurrentRow(0)
        self._list.itemActivated.connect(lambda _item: self.accept())
        self._list.setMinimumHeight(140)
        buttons = QDialogButtonBox(self)
        begin = QPushButton("确定(&O)", self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(begin, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        begin.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(question, self))
        layout.addWidget(self._list, 1)
        layout.addWidget(buttons)
        self._list.setFocus()

    @property
    def form_id(self) -> str:
        """The form that is selected."""
        return str(self._list.currentItem().data(_ID_ROLE))

"""谁改的: every change of a record, by whom and when, narrowed to one field at will."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs.fitting import fit_to_screen
from gui.models.rows_model import RowsModel

HistoryLine = tuple[str, str, str, str, str, str]
HEADERS = ("时间", "谁", "栏目", "原来", "改为", "来源")


class HistoryDialog(QDialog):
    """Newest first; the list above the table keeps only one field's changes."""

    def __init__(
        self, title: str, lines: Sequence[HistoryLine], field: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        fit_to_screen(self, 960, 500)
        self._lines = tuple(lines)
        self._model = RowsModel(HEADERS, self)
        self._fields = QComboBox(self)
        self._fields.addItem("全部栏目")
        self._fields.addItems(list(dict.fromkeys(line[2] for line in self._lines)))
        self._fields.setAccessibleName("只看哪一栏")
        self._fields.setMinimumContentsLength(24)
        self._count = QLabel(self)
        self._count.setProperty("role", "note")
        self.table = self._make_table()
        label = QLabel("栏目(&L)：", self)
        label.setBuddy(self._fields)
        top = QHBoxLayout()
        for widget in (label, self._fields, self._count):
            top.addWidget(widget)
        top.addStretch(1)
        close = QPushButton("关闭(&C)", self)
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)
        self._fields.currentIndexChanged.connect(lambda _index: self._show())
        self._fields.setCurrentIndex(max(self._fields.findText(field), 0))
        self._show()
        self._fields.setFocus()

    def _show(self) -> None:
        wanted = self._fields.currentText() if self._fields.currentIndex() > 0 else ""
        shown = [line for line in self._lines if wanted in ("", line[2])]
        self._model.set_rows(shown)
        self._count.setText(f"共{len(shown)}次修改，最近的在最上面")

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("historyTable")
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        for column, width in enumerate((140, 150, 210, 150, 170)):
            table.setColumnWidth(column, width)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return table

"""What became of each file, one sentence a line: after an import, after screenshots were taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs.fitting import fit_to_screen
from gui.models.rows_model import RowsModel


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One file: what became of it in a word, the sentence, the record to open and the file to show."""

    status: str
    file_name: str
    sentence: str
    record_id: str | None = None
    marked: Path | None = None


class ResultsDialog(QDialog):
    """A table of results; Enter opens the record of the line, the second button the folder of the written files.

    `report` is the Excel of the same results, which a third button opens.
    """

    def __init__(
        self,
        title: str,
        summary: str,
        lines: Sequence[ResultLine],
        parent: QWidget | None = None,
        *,
        report: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        fit_to_screen(self, 860, 460)
        self._chosen: str | None = None
        self._report = report
        self._marked = next((line.marked for line in lines if line.marked), None)
        self._model = RowsModel(("结果", "文件", "说明"), self)
        self._model.set_rows([(li.status, li.file_name, li.sentence) for li in lines], lines)
        heading = QLabel(summary, self)
        heading.setWordWrap(True)
        heading.setProperty("role", "title")
        self.table = _table(self._model, self)
        self.table.activated.connect(lambda _index: self._open_record())
        layout = QVBoxLayout(self)
        layout.addWidget(heading)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._buttons(any(li.record_id for li in lines)))
        if lines:
            self.table.selectRow(0)
        self.table.setFocus()

    @property
    def chosen_record(self) -> str | None:
        """The record that the clerk wants to open next; None when none."""
        return self._chosen

    def _buttons(self, has_records: bool) -> QHBoxLayout:  # noqa: FBT001 - private, called once
        row = QHBoxLayout()
        if has_records:
            button = QPushButton("打开所选单位(&O)", self)
            button.clicked.connect(self._open_record)
            row.addWidget(button)
        if self._marked is not None:
            button = QPushButton("打开文件所在文件夹(&F)", self)
            button.clicked.connect(self._open_folder)
            row.addWidget(button)
        if self._report is not None:
            button = QPushButton("打开导入情况表(&R)", self)
            button.clicked.connect(self._open_report)
            row.addWidget(button)
        row.addStretch(1)
        close = QPushButton("关闭(&C)", self)
        close.clicked.connect(self.reject)
        row.addWidget(close)
        return row

    def _open_record(self) -> None:
        line = self._model.item(self.table.currentIndex().row())
        if isinstance(line, ResultLine) and line.record_id:
            self._chosen = line.record_id
            self.accept()

    def _open_folder(self) -> None:
        line = self._model.item(self.table.currentIndex().row())
        marked = line.marked if isinstance(line, ResultLine) and line.marked else self._marked
        if marked is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(marked.parent)))

    def _open_report(self) -> None:
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))


def _table(model: RowsModel, parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(True)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.setColumnWidth(0, 90)
    table.setColumnWidth(1, 220)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().sectionResized.connect(lambda *_: table.resizeRowsToContents())
    return table

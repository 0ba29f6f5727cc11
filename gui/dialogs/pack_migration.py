"""换用新政策包: what it means for every open form, field by field; Enter opens the form at that field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.services.packs import FieldFate, FieldStep, Migration, RecordMigration
from gui.dialogs.fitting import fit_to_screen
from gui.models.rows_model import Cell, Row, RowsModel
from gui.widgets.chips import ChipDelegate

HEADERS: Final = ("单位", "表", "栏目", "变动", "原来填的", "现在", "怎么办")
_WIDTHS: Final = (170, 80, 140, 84, 120, 90)
_TONES: Final = {
    FieldFate.REQUIRED: "bad", FieldFate.CHOICE_GONE: "bad", FieldFate.UNREADABLE: "bad", FieldFate.NEW: "wait",
    FieldFate.GONE: "plain",
}
_FATE: Final = 3
_NOTHING: Final = "所有填报中的表栏目都照旧，没有要办的。"

Line = tuple[RecordMigration, FieldStep]


class PackMigrationDialog(QDialog):
    """Fields that changed, those that must be filled first where there are any; unchanged ones are only counted.

    With `may_activate` it asks before a pack is put in use: accepted without a chosen record means yes. Without, it
    is a view of what is still open. `chosen_record` and `chosen_field` name the form that the clerk wants to open.
    """

    def __init__(self, migration: Migration, parent: QWidget | None = None, *, may_activate: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("启用新的政策包" if may_activate else "政策包更换后的表")
        fit_to_screen(self, 1080, 560)
        self._lines = _lines(migration.records)
        self._chosen: Line | None = None
        self._model = RowsModel(HEADERS, self)
        heading = QLabel(migration.sentence, self)
        heading.setWordWrap(True)
        heading.setProperty("role", "title")
        self.note = QLabel(self)
        self.note.setProperty("role", "note")
        self.only_work = QCheckBox("只看必须办的(&M)", self)
        self.only_work.setChecked(any(step.fate.needs_work for _, step in self._lines))
        self.only_work.toggled.connect(lambda _on: self._show())
        self.table = self._make_table()
        top = QHBoxLayout()
        top.addWidget(self.note, 1)
        top.addWidget(self.only_work)
        layout = QVBoxLayout(self)
        layout.addWidget(heading)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._buttons(may_activate=may_activate))
        self._show()
        self.table.setFocus()

    @property
    def chosen_record(self) -> str | None:
        """The form that the clerk wants to open next; None when none."""
        return self._chosen[0].record_id if self._chosen else None

    @property
    def chosen_field(self) -> str:
        """The field of it to jump to; blank where the new form has it no more."""
        return self._chosen[1].field if self._chosen else ""

    def _show(self) -> None:
        must = self.only_work.isChecked()
        shown = [line for line in self._lines if line[1].fate.needs_work or not must]
        self._model.set_rows([_row(line) for line in shown], shown)
        if not self._lines:
            self.note.setText(_NOTHING)
        else:
            self.note.setText(f"显示{len(shown)}栏，共有{len(self._lines)}栏有变动；没有列出的栏目都照旧。")
        self.table.resizeRowsToContents()  # and whenever a column changes its width, as at the first showing
        if shown:
            self.table.selectRow(0)

    def _buttons(self, *, may_activate: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        if self._lines:
            button = QPushButton("打开所选的表(&O)", self)
            button.setAutoDefault(False)
            button.clicked.connect(self._open_record)
            row.addWidget(button)
        row.addStretch(1)
        if may_activate:
            button = QPushButton("启用(&Y)", self)
            button.setAutoDefault(False)
            button.clicked.connect(self.accept)
            row.addWidget(button)
        close = QPushButton("暂不启用(&X)" if may_activate else "关闭(&X)", self)
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        row.addWidget(close)
        return row

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("packMigrationTable")
        table.setAccessibleName("栏目变动")
        table.setModel(self._model)
        table.setItemDelegateForColumn(_FATE, ChipDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().sectionResized.connect(lambda *_: table.resizeRowsToContents())
        table.activated.connect(lambda _index: self._open_record())
        return table

    def _open_record(self) -> None:
        line = self._model.item(self.table.currentIndex().row())
        if isinstance(line, tuple):
            self._chosen = line
            self.accept()


def _lines(records: Sequence[RecordMigration]) -> tuple[Line, ...]:
    """Every changed field, forms with something to do first."""
    ordered = sorted(records, key=lambda record: not record.needs_work)
    return tuple((record, step) for record in ordered for step in record.steps)


def _row(line: Line) -> Row:
    record, step = line
    name = record.unit_name or "（未填名称）"
    return (
        name, record.form_title, step.label, Cell(step.fate.label, _TONES[step.fate]), step.was, step.now, step.todo,
    )

"""The answers of the form under review, with the bureau's remarks beside them; worked through by keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.pages.review.answers import AnswerLine
from gui.widgets import theme
from gui.widgets.roles import ITEM_ROLE
from gui.widgets.theme import Mark

_HEADERS: Final = ("栏目", "填报内容", "审核意见")
_LABEL, _VALUE, _REMARK = range(3)
_SHARES: Final = (0.34, 0.42, 0.24)
_LEAST_ROW: Final = 26
_AIR: Final = 7
_SIGNS: Final = {Mark.VERIFY: "？ ", Mark.MISSING: "！ ", Mark.WRONG: "！ "}

Index = QModelIndex | QPersistentModelIndex


class AnswersModel(QAbstractTableModel):
    """Lines of `answer_lines`; a sign before the label says what the colour says."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[AnswerLine, ...] = ()
        self._bold = QFont()
        self._bold.setBold(True)

    def set_lines(self, lines: Sequence[AnswerLine]) -> None:
        """Show these."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    @property
    def lines(self) -> tuple[AnswerLine, ...]:
        """What is shown, from top to bottom."""
        return self._lines

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Label, value, remark."""
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        """The words above the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings are passed over."""
        if index.isValid() and self._lines[index.row()].is_heading:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Words, colours, and the line itself."""
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (f"{_SIGNS.get(line.mark, '')}{line.label}", self._value(line), line.remark_text)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.words or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if line.is_heading else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return _ink(line, column)
        if role == Qt.ItemDataRole.BackgroundRole:
            return _fill(line, column)
        return line if role == ITEM_ROLE else None

    def _value(self, line: AnswerLine) -> str:
        return f"{line.value}　（空格键打开）" if line.evidence_id else line.value


def _ink(line: AnswerLine, column: int) -> QColor:
    if line.is_heading:
        return QColor(theme.ACCENT)
    if column == _REMARK:
        return QColor(theme.RED)
    if column == _LABEL:
        return QColor(theme.MUTED)
    return QColor(theme.FAINT if line.is_blank else theme.ACCENT if line.evidence_id else theme.INK)


def _fill(line: AnswerLine, column: int) -> QColor | None:
    if line.is_heading:
        return QColor(theme.SHADE)
    if line.mark is Mark.MISSING:
        return QColor(theme.RED_SOFT) if column != _REMARK else None
    return theme.mark_fill(line.mark) if column != _REMARK else None


class AnswersTable(QTableView):
    """Up and Down move, Enter writes a remark, Delete takes it off, Space opens the material, F8 finds what is marked.

    Signals:
        remark_wanted: the field on which a remark is to be written (empty: the whole form).
        drop_wanted: the line whose remarks are to be taken off.
        evidence_wanted: the id of the material to open.
        left: Esc.
    """

    remark_wanted = Signal(str)
    drop_wanted = Signal(object)
    evidence_wanted = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answersTable")
        self.setAccessibleName("填报内容")
        self.lines_model = AnswersModel(self)
        self.setModel(self.lines_model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(_LEAST_ROW)
        headers = self.horizontalHeader()
        headers.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        headers.setHighlightSections(False)
        headers.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_lines(self, lines: Sequence[AnswerLine], *, keep: bool) -> None:
        """Show a form; with `keep` the line and the place in the list stay."""
        row, place = self.currentIndex().row(), self.verticalScrollBar().value()
        self.clearSpans()
        self.lines_model.set_lines(lines)
        for number, line in enumerate(lines):
            if line.is_heading:
                self.setSpan(number, 0, 1, len(_HEADERS))
        self._fit_rows()
        self._go(row if keep and 0 <= row < len(lines) else 0)
        self.verticalScrollBar().setValue(place if keep else 0)

    def current_line(self) -> AnswerLine | None:
        """The line that the keys are on."""
        line = self.currentIndex().data(ITEM_ROLE) if self.currentIndex().isValid() else None
        return line if isinstance(line, AnswerLine) else None

    def go_to(self, field: str, row: int = 0) -> bool:
        """Go to a field, or to a row of a table; False when it is not in the list."""
        lines = self.lines_model.lines
        found = [n for n, line in enumerate(lines) if line.field == field and not line.is_heading and (field or n == 0)]
        if not found:
            return False
        self._go(next((n for n in found if lines[n].row == row), found[0]))
        return True

    def next_marked(self, step: int) -> bool:
        """Go to the next line that wants attention, round the end."""
        lines = self.lines_model.lines
        start = self.currentIndex().row()
        for distance in range(1, len(lines) + 1):
            row = (start + step * distance) % len(lines)
            if lines[row].wants_attention:
                self._go(row)
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list; letters do nothing here."""
        line, key = self.current_line(), event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line is not None:
            self.remark_wanted.emit(line.field)
        elif key == Qt.Key.Key_Delete and line is not None and line.remarks:
            self.drop_wanted.emit(line)
        elif key == Qt.Key.Key_Space:
            if line is not None and line.evidence_id:
                self.evidence_wanted.emit(line.evidence_id)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif not event.text().isalnum():
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click writes a remark; on a material it opens it."""
        line = self.current_line()
        if line is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if line.evidence_id and self.indexAt(event.position().toPoint()).column() == _VALUE:
            self.evidence_wanted.emit(line.evidence_id)
        else:
            self.remark_wanted.emit(line.field)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The three columns share the width; rows are as high as their words."""
        super().resizeEvent(event)
        if event.size().width() == event.oldSize().width():
            return
        room = self.viewport().width()
        for column, share in enumerate(_SHARES[:-1]):
            self.setColumnWidth(column, round(room * share))
        self.setColumnWidth(_REMARK, room - sum(round(room * share) for share in _SHARES[:-1]))
        self._fit_rows()

    def _fit_rows(self) -> None:
        """As high as the words; the hidden header's own wishes do not count."""
        for row in range(self.lines_model.rowCount()):
            self.setRowHeight(row, max(self.sizeHintForRow(row) + _AIR, _LEAST_ROW))

    def _go(self, row: int) -> None:
        index = self.lines_model.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)

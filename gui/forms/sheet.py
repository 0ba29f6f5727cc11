"""The sheet of paper: lays out rows, paints them, and moves the focus from cell to cell in printed order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from gui.forms.measures import Measures
from gui.forms.plan import RowKind
from gui.forms.sheet_painter import SheetPainter
from gui.forms.sheet_row import SheetCell, SheetRow
from gui.widgets import theme
from gui.widgets.choice_cell import ChoiceCell
from gui.widgets.keys import ROW_KEYS, CellKey, cell_key
from gui.widgets.line_cell import LineCell
from gui.widgets.memo_cell import MemoCell

_FLASH_MS = 900


class Sheet(QWidget):
    """One form as a tall sheet. Editors are its only children; all else is painted.

    `row_command` carries a `CellKey` and the row that it is for.
    """

    row_command = Signal(object, object)
    laid_out = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.rows: list[SheetRow] = []
        self._cells: dict[QWidget, SheetCell] = {}
        self._flashing: SheetCell | None = None
        self._flash_timer = _single_shot(self, _FLASH_MS)
        self._flash_timer.timeout.connect(self._end_flash)
        self._pending = _single_shot(self, 0)
        self._pending.timeout.connect(self.relayout)
        self.measures = Measures.of(self.font())
        self._limit_width()

    def _limit_width(self) -> None:
        self.setMinimumWidth(self.measures.least_width)
        self.setMaximumWidth(self.measures.most_width)

    def set_rows(self, rows: Sequence[SheetRow]) -> None:
        """Show these rows; call `relayout` or wait for the next turn of the event loop."""
        self.rows = list(rows)
        self._cells = {cell.editor: cell for row in rows for cell in row.cells if cell.editor is not None}
        self.ask_layout()

    def ask_layout(self) -> None:
        """Lay out once, soon, however often it is asked for."""
        self._pending.start()

    def relayout(self) -> None:
        """Place every row and editor for the present width."""
        self._pending.stop()
        measures = self.measures
        width = self.width() - 2 * measures.margin
        y = measures.margin // 2
        for row in self.rows:
            row.top, row.height = y, measures.row_height(row, width)
            for cell in row.cells:
                left = measures.margin + round(cell.plan.left * width)
                right = measures.margin + round(cell.plan.right * width)
                cell.rect = QRect(left, y, right - left, row.height)
                self._place(cell)
            y += row.height
        self.setFixedHeight(y + measures.margin)
        self.update()
        self.laid_out.emit()

    def _place(self, cell: SheetCell) -> None:
        if cell.editor is None:
            return
        inner = cell.rect.adjusted(1, 1, 0, 0)
        if isinstance(cell.editor, MemoCell):
            inner.setLeft(inner.left() + self.measures.pad)
            height = min(inner.height(), cell.editor.height_for(inner.width()))
            inner = QRect(inner.left(), inner.top() + (inner.height() - height) // 2, inner.width(), height)
        else:
            inner.setLeft(inner.left() + 3)
        if cell.editor.geometry() != inner:
            cell.editor.setGeometry(inner)
        if not cell.editor.isVisibleTo(self):
            cell.editor.show()

    def sizeHint(self) -> QSize:
        """As wide as the paper wants to be."""
        return QSize(self.measures.most_width, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width wraps text anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.relayout()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Scrolled: an open list would hang in the air."""
        super().moveEvent(event)
        focus = self.focusWidget()
        if isinstance(focus, ChoiceCell):
            focus.close_popup()

    def changeEvent(self, event: QEvent) -> None:
        """Another font: all sizes follow it."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.measures = Measures.of(self.font())
            self._limit_width()
            self.ask_layout()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that the event touches."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.PAPER))
        painter.setPen(QColor(theme.LINE))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        current = self.current_cell()
        brush = SheetPainter(painter, self.measures, current=current, flashing=self._flashing)
        for row in self.rows:
            if row.top <= event.rect().bottom() and row.top + row.height >= event.rect().top():
                brush.row(row)
        if current is not None:
            brush.focus(current)
        painter.end()

    def update_cell(self, cell: SheetCell) -> None:
        """Paint one cell anew, its neighbours' borders included."""
        self.update(cell.rect.adjusted(-2, -2, 3, 3))

    def cell_of(self, widget: QWidget | None) -> SheetCell | None:
        """The cell that a widget inside the sheet belongs to."""
        while widget is not None and widget is not self:
            if widget in self._cells:
                return self._cells[widget]
            widget = widget.parentWidget()
        return None

    def current_cell(self) -> SheetCell | None:
        """The cell that has the focus."""
        return self.cell_of(QApplication.focusWidget())

    def cell_at(self, position: QPoint) -> SheetCell | None:
        """The cell under a point of the sheet."""
        for row in self.rows:
            if row.top <= position.y() < row.top + row.height:
                return next((c for c in row.cells if c.rect.contains(position)), None)
        return None

    def open_cells(self) -> list[SheetCell]:
        """Cells that the focus visits, in printed order."""
        return [cell for row in self.rows for cell in row.cells if cell.is_open]

    def focus_cell(self, cell: SheetCell, reason: Qt.FocusReason = Qt.FocusReason.TabFocusReason) -> None:
        """Give a cell the focus; a line is selected whole, as in a spreadsheet."""
        if cell.editor is None:
            return
        cell.editor.setFocus(reason)
        if isinstance(cell.editor, LineCell):
            cell.editor.selectAll()

    def flash(self, cell: SheetCell) -> None:
        """Draw the eye to a cell for a moment."""
        self._end_flash()
        self._flashing = cell
        self._flash_timer.start()
        self.update_cell(cell)

    def _end_flash(self) -> None:
        cell, self._flashing = self._flashing, None
        if cell is not None:
            self.update_cell(cell)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001
        """Tab and Shift+Tab go through the cells in printed order, then out of the sheet."""
        return self.step(1 if next else -1) or self._leave(forward=next)

    def step(self, by: int) -> bool:
        """Move the focus by that many cells; False at either end."""
        self._settle()
        cells = self.open_cells()
        current = self.current_cell()
        if current is None or current not in cells:
            return False
        target = cells.index(current) + by
        if not 0 <= target < len(cells):
            return False
        reason = Qt.FocusReason.TabFocusReason if by > 0 else Qt.FocusReason.BacktabFocusReason
        self.focus_cell(cells[target], reason)
        return True

    def _settle(self) -> None:
        """Emit what the cell about to be left holds: the choice made in it may open or close the cells around."""
        current = self.current_cell()
        if current is not None and current.editor is not None:
            current.editor.finish()

    def _leave(self, *, forward: bool) -> bool:
        """Let Qt go on outside; the sheet itself must not catch the focus on its way."""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        moved = super().focusNextPrevChild(forward)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return moved

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The focus came by Tab from outside: to the first cell, or to the last when coming backwards."""
        super().focusInEvent(event)
        cells = self.open_cells()
        if cells:
            self.focus_cell(cells[-1 if event.reason() is Qt.FocusReason.BacktabFocusReason else 0], event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that editors leave to the sheet."""
        key, current = cell_key(event), self.current_cell()
        if current is None or key is None:
            event.ignore()
        elif key is CellKey.NEXT:
            self.step(1)
        elif key is CellKey.PREVIOUS:
            self.step(-1)
        elif key in (CellKey.UP, CellKey.DOWN):
            self._step_vertically(current, 1 if key is CellKey.DOWN else -1)
        elif key in ROW_KEYS:
            self.row_command.emit(key, current.row)
        else:
            event.ignore()

    def _step_vertically(self, current: SheetCell, by: int) -> None:
        self._settle()
        index = self.rows.index(current.row) + by
        centre = current.rect.center().x()
        while 0 <= index < len(self.rows):
            cells = [c for c in self.rows[index].cells if c.is_open]
            if cells:
                self.focus_cell(min(cells, key=lambda c: abs(c.rect.center().x() - centre)))
                return
            index += by

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the text of a cell goes into the cell; on a label, into the cell after it."""
        cell = self.cell_at(event.position().toPoint())
        if cell is None:
            return
        row = cell.row.cells
        after = row[row.index(cell) : row.index(cell) + 2] if cell.row.kind in (RowKind.GRID, RowKind.HEAD) else [cell]
        target = next((c for c in after if c.is_open and c.name == cell.name), None)
        if target is not None:
            self.focus_cell(target, Qt.FocusReason.MouseFocusReason)

    def event(self, event: QEvent) -> bool:
        """Tool tips of cells: what is wrong, what to do, how to fill in."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            cell = self.cell_at(event.pos())
            if cell is not None and cell.words:
                QToolTip.showText(event.globalPos(), cell.words, self, cell.rect)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def _single_shot(parent: QWidget, milliseconds: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    return timer

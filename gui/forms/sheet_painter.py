"""Paints the sheet: paper, borders, labels, calculated values, marks and the cell that has the focus."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.forms.measures import WRAP, Measures, is_starred
from gui.forms.plan import CellKind, RowKind
from gui.forms.sheet_row import SheetCell, SheetRow
from gui.widgets import theme
from gui.widgets.theme import Mark

_LEFT: Final = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_CENTRE: Final = int(Qt.AlignmentFlag.AlignCenter)
_BORDERED: Final = frozenset({RowKind.GRID, RowKind.TABLE, RowKind.TABLE_HEAD, RowKind.TABLE_TITLE})


class SheetPainter:
    """Draws rows with one painter."""

    def __init__(
        self, painter: QPainter, measures: Measures, *, current: SheetCell | None, flashing: SheetCell | None
    ) -> None:
        self._painter = painter
        self._measures = measures
        self._current = current
        self._flashing = flashing

    def row(self, row: SheetRow) -> None:
        """One row with all its cells."""
        self._painter.setFont(self._measures.font_of(row.kind))
        if row.kind is RowKind.SECTION:
            self._section(row)
            return
        for cell in row.cells:
            self._cell(cell, row.kind)

    def focus(self, cell: SheetCell) -> None:
        """The frame around the cell that has the focus."""
        self._painter.setPen(QPen(QColor(theme.ACCENT), 2))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(cell.rect.adjusted(1, 1, 0, 0))

    def _section(self, row: SheetRow) -> None:
        cell = row.cells[0]
        bar = QRect(cell.rect.left(), cell.rect.bottom() - round(self._measures.line * 1.45), 3, self._measures.line)
        self._painter.fillRect(bar, QColor(theme.ACCENT))
        self._painter.setPen(QColor(theme.INK))
        area = QRect(bar.right() + self._measures.pad * 2, bar.top(), cell.rect.width(), bar.height())
        self._painter.drawText(area, _LEFT, cell.text)

    def _cell(self, cell: SheetCell, kind: RowKind) -> None:
        fill = self._fill(cell, kind)
        if fill is not None:
            self._painter.fillRect(cell.rect, fill)
        if kind in _BORDERED:
            self._painter.setPen(QColor(theme.LINE))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRect(cell.rect)
        elif kind is RowKind.HEAD and cell.plan.kind is not CellKind.LABEL:
            self._painter.setPen(QColor(theme.LINE))
            self._painter.drawLine(cell.rect.bottomLeft(), cell.rect.bottomRight())
        if cell.mark is not Mark.NONE:
            bar = QRect(cell.rect.left() + 1, cell.rect.top() + 1, 3, cell.rect.height() - 1)
            self._painter.fillRect(bar, theme.mark_ink(cell.mark))
        if cell.editor is None and cell.text:
            self._text(cell, kind)

    def _fill(self, cell: SheetCell, kind: RowKind) -> QColor | None:
        if cell is self._flashing:
            return QColor("#cfe3ff")
        if cell.editor is not None:
            if not cell.relevant:
                return QColor(theme.OFF)
            marked = theme.mark_fill(cell.mark)
            if marked is not None or cell is self._current:
                return marked or QColor(theme.FOCUS_FILL)
            return QColor(theme.CHANGED) if cell.is_changed else None
        if kind in (RowKind.TITLE, RowKind.HEAD):
            return None
        if cell.plan.kind is CellKind.CALCULATED:
            return theme.mark_fill(cell.mark) or QColor(theme.CALCULATED)
        shaded = cell.plan.kind in (CellKind.LABEL, CellKind.NUMBER) or kind is RowKind.TABLE_TITLE
        return QColor(theme.SHADE) if shaded else None

    def _text(self, cell: SheetCell, kind: RowKind) -> None:
        pad = self._measures.pad
        area = cell.rect.adjusted(pad + 1, pad, -pad, -pad)
        if is_starred(cell):
            self._painter.setPen(QColor(theme.RED))
            self._painter.drawText(area, _LEFT, "*")
            area.setLeft(area.left() + self._measures.star)
        self._painter.setPen(QColor(theme.MUTED if not cell.relevant else theme.INK))
        if cell.plan.kind is CellKind.CALCULATED:
            self._painter.setPen(QColor(theme.BLUE))
            area.setLeft(area.left() + pad)
            self._painter.drawText(area, _LEFT | WRAP, cell.text)
        elif kind is RowKind.HEAD:
            right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
            self._painter.drawText(area, right, cell.text)
        elif kind in (RowKind.TITLE, RowKind.TABLE_HEAD) or cell.plan.kind is CellKind.NUMBER:
            self._painter.drawText(area, _CENTRE | WRAP, cell.text)
        else:
            self._painter.drawText(area, _LEFT | WRAP, cell.text)

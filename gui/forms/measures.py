"""Sizes of the sheet, all from the font: right at 100 % and at 150 %."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics

from gui.forms.plan import CellKind, RowKind
from gui.forms.sheet_row import SheetCell, SheetRow
from gui.widgets.check_group import CheckGroup
from gui.widgets.fonts import title_font
from gui.widgets.memo_cell import MemoCell

WRAP = int(Qt.TextFlag.TextWordWrap)
_ENDLESS = 1 << 20


@dataclass(frozen=True)
class Measures:
    """Fonts and distances in logical pixels."""

    body: QFont
    bold: QFont
    title: QFont
    em: int
    line: int
    pad: int
    star: int

    @classmethod
    def of(cls, font: QFont) -> Measures:
        """Measures of a sheet whose text is set in `font`."""
        metrics = QFontMetrics(font)
        bold = QFont(font)
        bold.setBold(True)
        em = metrics.horizontalAdvance("汉")
        return cls(font, bold, title_font(font, font.pointSizeF() * 1.75), em, metrics.height(), max(3, em // 4),
                   metrics.horizontalAdvance("* "))

    @property
    def margin(self) -> int:
        """White space between the paper's edge and the tables."""
        return round(self.em * 1.6)

    @property
    def least_width(self) -> int:
        """Narrower than this the sheet is scrolled sideways."""
        return self.em * 66

    @property
    def most_width(self) -> int:
        """Wider than this the sheet stays in the middle of the desk."""
        return self.em * 86

    def font_of(self, kind: RowKind) -> QFont:
        """The font of a row's own text."""
        if kind is RowKind.TITLE:
            return self.title
        return self.bold if kind in (RowKind.SECTION, RowKind.TABLE_TITLE) else self.body

    def row_height(self, row: SheetRow, width: int) -> int:
        """Height of a row on a sheet whose tables are `width` wide."""
        least = {
            RowKind.TITLE: self.line * 3, RowKind.SECTION: round(self.line * 2.1),
            RowKind.TABLE_TITLE: round(self.line * 1.55), RowKind.HEAD: round(self.line * 1.7),
        }.get(row.kind, self.line + 2 * self.pad + 2)
        return max([least, *(self._cell_height(cell, row.kind, width) for cell in row.cells)])

    def _cell_height(self, cell: SheetCell, kind: RowKind, width: int) -> int:
        inner = round((cell.plan.right - cell.plan.left) * width) - 2
        if isinstance(cell.editor, MemoCell):
            return cell.editor.height_for(inner - self.pad) + 2
        if isinstance(cell.editor, CheckGroup):
            return cell.editor.height_for(inner)
        if cell.editor is not None or kind in (RowKind.TITLE, RowKind.SECTION, RowKind.HEAD, RowKind.ANNEX):
            return 0
        return self._text_height(cell, kind, inner - 2 * self.pad) + 2 * self.pad

    def _text_height(self, cell: SheetCell, kind: RowKind, width: int) -> int:
        text = cell.text
        width -= self.star if is_starred(cell) else 0
        if cell.measured[:2] == (width, text):
            return cell.measured[2]
        metrics = QFontMetrics(self.font_of(kind))
        height = metrics.boundingRect(QRect(0, 0, max(width, self.em), _ENDLESS), WRAP, text).height() if text else 0
        cell.measured = (width, text, height)
        return height


def is_starred(cell: SheetCell) -> bool:
    """True for the label of a required field: it has a red star before it."""
    return cell.plan.kind is CellKind.LABEL and cell.plan.required

"""Cells of the list that are more than text: coloured results and the mark of sample units."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.widgets import theme
from gui.widgets.roles import TONE_ROLE

_COLOURS: Final = {
    "good": (theme.GREEN, theme.GREEN_SOFT),
    "bad": (theme.RED, theme.RED_SOFT),
    "wait": (theme.AMBER, theme.AMBER_SOFT),
    "plain": (theme.MUTED, theme.SHADE),
    "sample": (theme.BLUE, theme.BLUE_SOFT),
}
_PADDING: Final = 8
_SAMPLE: Final = "示例"


class ChipDelegate(QStyledItemDelegate):
    """Draws a tone as a coloured chip; the words say the same, so that no one depends on the colour."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The row's background first, then chip or text."""
        tone = str(index.data(TONE_ROLE) or "")
        if tone not in _COLOURS:
            super().paint(painter, option, index)
            return
        blank: Any = QStyleOptionViewItem(option)  # its public members are missing from the stubs
        self.initStyleOption(blank, index)
        text = blank.text
        blank.text = ""
        style = blank.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, blank.widget)
        painter.save()
        painter.setFont(blank.font)
        area: QRect = blank.rect.adjusted(_PADDING, 0, -2, 0)
        if tone == "sample":
            _paint_name(painter, area, text, blank.palette.color(QPalette.ColorRole.Text))
        else:
            _paint_chip(painter, area, text, tone)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Text plus the chip's edges."""
        size = super().sizeHint(option, index)
        return QSize(size.width() + 2 * _PADDING, size.height())


def _paint_name(painter: QPainter, area: QRect, text: str, ink: QColor) -> None:
    """The mark of a sample, then the unit's name."""
    rest = area.adjusted(_paint_chip(painter, area, _SAMPLE, "sample") + 6, 0, 0, 0)
    painter.setPen(ink)
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rest.width())
    painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, elided)


def _paint_chip(painter: QPainter, area: QRect, text: str, tone: str) -> int:
    """Draw the chip at the left of the area; returns its width."""
    ink, fill = _COLOURS[tone]
    metrics = painter.fontMetrics()
    width = min(metrics.horizontalAdvance(text) + 2 * _PADDING, area.width())
    height = min(metrics.height() + 4, area.height() - 4)
    chip = QRect(area.left(), area.center().y() - height // 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(QColor(ink))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
    return width

"""The line under the sheet that says how to fill in the field that has the focus, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.widgets import theme
from gui.widgets.theme import Mark


class HintBar(QWidget):
    """Two lines: name and how to fill in; what is wrong. It keeps its height, so the sheet never jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hintBar")
        self._title = ""
        self._hint = ""
        self._words = ""
        self._mark = Mark.NONE

    @property
    def text(self) -> str:
        """All that it says."""
        return " ".join(part for part in (self._title, self._hint, self._words) if part)

    def say(self, title: str, hint: str, words: str, mark: Mark) -> None:
        """Show the words of one field."""
        if (title, hint, words, mark) != (self._title, self._hint, self._words, self._mark):
            self._title, self._hint, self._words, self._mark = title, hint, words, mark
            self.setToolTip(words)
            self.update()

    def sizeHint(self) -> QSize:
        """Two lines high."""
        return QSize(0, 2 * self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        """Never less than two lines."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint both lines, cut off with an ellipsis where the window is narrow."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.SHADE))
        painter.setPen(QColor(theme.LINE))
        painter.drawLine(self.rect().topLeft(), self.rect().topRight())
        metrics, left = self.fontMetrics(), 8
        first = self.rect().adjusted(left, 3, -left, 0)
        first.setHeight(metrics.height())
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.INK))
        painter.drawText(first, int(Qt.AlignmentFlag.AlignLeft), self._title)
        first.setLeft(first.left() + painter.fontMetrics().horizontalAdvance(self._title + "　"))
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(theme.MUTED))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(first, int(Qt.AlignmentFlag.AlignLeft), metrics.elidedText(self._hint, elide, first.width()))
        second = self.rect().adjusted(left, metrics.height() + 4, -left, 0)
        ink = {Mark.VERIFY: theme.AMBER, Mark.HINT: theme.BLUE}.get(self._mark, theme.RED)
        painter.setPen(QColor(ink))
        words = self._words.replace("\n", "　")
        painter.drawText(second, int(Qt.AlignmentFlag.AlignLeft), metrics.elidedText(words, elide, second.width()))
        painter.end()

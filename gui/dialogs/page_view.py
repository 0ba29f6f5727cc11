"""Pages of a PDF one under another; only those in sight are drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.dialogs.paper import page_image
from gui.widgets import theme

_GAP: Final = 14
_SCALES: Final = (0.4, 4.0)
_PROBE_SCALE: Final = 0.1


class PageView(QScrollArea):
    """Scrolls over the pages; PageUp and PageDown turn whole pages, Home and End go to the first and last."""

    page_changed = Signal(int)

    def __init__(self, pdf: Path, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = count
        self._sheet = _Sheet(pdf, count)
        self.setWidget(self._sheet)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName("打印预览")
        self.setBackgroundRole(self.palette().ColorRole.Mid)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.page_changed.emit(self.current_page))
        self._fits_width = True

    @property
    def current_page(self) -> int:
        """The page that fills most of the upper half, from 0."""
        middle = self.verticalScrollBar().value() + self.viewport().height() // 3
        return self._sheet.page_at(middle)

    def turn(self, pages: int) -> None:
        """Go that many pages on or back."""
        self.show_page(self.current_page + pages)

    def show_page(self, index: int) -> None:
        """Bring the top of a page to the top of the view."""
        self.verticalScrollBar().setValue(self._sheet.top_of(min(max(index, 0), self.count - 1)))

    def zoom_by(self, factor: float) -> None:
        """Make the pages larger or smaller; the page in sight stays."""
        self._fits_width = False
        self._set_scale(self._sheet.scale * factor)

    def fit_width(self) -> None:
        """Make a page as wide as the view, at most 160 %."""
        self._fits_width = True
        width = self.viewport().width() - 2 * _GAP
        self._set_scale(min(width / self._sheet.page_size(1.0).width(), 1.6))

    def _set_scale(self, scale: float) -> None:
        page = self.current_page
        self._sheet.set_scale(min(max(scale, _SCALES[0]), _SCALES[1]))
        self.show_page(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep fitting the width while that was asked for."""
        super().resizeEvent(event)
        if self._fits_width:
            QTimer.singleShot(0, self, self.fit_width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages by key."""
        turns = {
            Qt.Key.Key_PageDown: lambda: self.turn(1), Qt.Key.Key_PageUp: lambda: self.turn(-1),
            Qt.Key.Key_Home: lambda: self.show_page(0), Qt.Key.Key_End: lambda: self.show_page(self.count - 1),
        }
        turn = turns.get(Qt.Key(event.key()))
        if turn is None:
            super().keyPressEvent(event)
        else:
            turn()


class _Sheet(QWidget):
    """The long strip of pages; draws what is in sight and remembers the last few."""

    def __init__(self, pdf: Path, count: int) -> None:
        super().__init__()
        self._pdf, self._count = pdf, count
        self._drawn: dict[int, QPixmap] = {}
        probe = page_image(pdf, 0, _PROBE_SCALE)
        self._size_at_one = (probe.width() / _PROBE_SCALE, probe.height() / _PROBE_SCALE)
        self.scale = 1.0
        self.set_scale(1.0)

    def page_size(self, scale: float) -> QSize:
        """The size of a page in pixels of the screen's own measure."""
        return QSize(round(self._size_at_one[0] * scale), round(self._size_at_one[1] * scale))

    def set_scale(self, scale: float) -> None:
        self.scale = scale
        self._drawn.clear()
        size = self.page_size(scale)
        self.resize(size.width() + 2 * _GAP, (size.height() + _GAP) * self._count + _GAP)
        self.update()

    def top_of(self, index: int) -> int:
        return (self.page_size(self.scale).height() + _GAP) * index

    def page_at(self, y: int) -> int:
        return min(max(y // (self.page_size(self.scale).height() + _GAP), 0), self._count - 1)

    def changeEvent(self, event: QEvent) -> None:
        """Another screen may have other pixels."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._drawn.clear()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), Qt.GlobalColor.transparent)
        first, last = self.page_at(event.rect().top()), self.page_at(event.rect().bottom())
        for index in range(first, last + 1):
            place = QRect(QPoint(_GAP, self.top_of(index) + _GAP), self.page_size(self.scale))
            painter.drawPixmap(place, self._page(index))
            painter.setPen(theme.LINE)
            painter.drawRect(place)

    def _page(self, index: int) -> QPixmap:
        if index not in self._drawn:
            if len(self._drawn) > 4:
                self._drawn.clear()
            ratio = self.devicePixelRatioF()
            self._drawn[index] = QPixmap.fromImage(page_image(self._pdf, index, self.scale * ratio))
        return self._drawn[index]

"""Pages of a PDF one under another; only those in sight are drawn."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from core.services.printing import PdfPages
from gui.dialogs.page_pictures import PagePictures
from gui.widgets import theme

#: Sizes that the keys go through, in per cent of the true size.
STEPS: Final = (25, 33, 50, 67, 75, 90, 100, 110, 125, 150, 175, 200, 250, 300, 400)
_GAP: Final = 14
_MOST_WIDTH_PERCENT: Final = 200
_MOST_BYTES: Final = 64 * 1024 * 1024
_LINE_PIXELS: Final = 48
_WHEEL_STEP: Final = 1.1
_POINTS_PER_INCH: Final = 72.0


class Fit(Enum):
    """What the size of the pages follows."""

    WIDTH = "width"
    PAGE = "page"
    FREE = "free"


class PageView(QAbstractScrollArea):
    """Scrolls over the pages.

    PageUp and PageDown turn whole pages, Home and End go to the first and last, the space bar goes on by a screenful,
    Ctrl and the wheel make the pages larger or smaller.

    Signals:
        page_changed: the page in sight, from 0.
        zoom_changed: the pages have another size.
    """

    page_changed = Signal(int)
    zoom_changed = Signal()

    def __init__(self, pages: PdfPages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self._pictures = PagePictures(pages, _MOST_BYTES, self)
        self._pictures.ready.connect(lambda _index: self.viewport().update())
        self._scale = self.true_scale
        self._fit = Fit.FREE
        self._tops: list[int] = []
        self._sizes: list[QSize] = []
        self._scales: list[float] = []
        self._asked: int | None = None
        self._grip: QPoint | None = None
        self.setAccessibleName("打印预览")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().setSingleStep(_LINE_PIXELS)
        self.horizontalScrollBar().setSingleStep(_LINE_PIXELS)
        self._arrange()
        self._fit = Fit.WIDTH  # there is no width yet

    # What the dialog asks

    @property
    def count(self) -> int:
        """How many pages there are."""
        return self._pages.count

    @property
    def pictures(self) -> PagePictures:
        """Where the pictures come from."""
        return self._pictures

    @property
    def current_page(self) -> int:
        """The page that was gone to, or the one that fills most of the upper half, from 0."""
        if self._asked is not None:
            return self._asked
        return self._page_at(self.verticalScrollBar().value() + self.viewport().height() // 3)

    @property
    def true_scale(self) -> float:
        """Pixels of the screen a point where a centimetre on the screen is one on paper."""
        return self.logicalDpiX() / _POINTS_PER_INCH

    @property
    def percent(self) -> int:
        """The size of the pages in per cent of their true size."""
        return round(self._scale / self.true_scale * 100)

    @property
    def fit(self) -> Fit:
        """What the size follows."""
        return self._fit

    def page_size(self, index: int) -> QSize:
        """The size of a page on the screen."""
        return self._sizes[index]

    def turn(self, pages: int) -> None:
        """Go that many pages on or back."""
        self.show_page(self.current_page + pages)

    def show_page(self, index: int) -> None:
        """Bring the top of a page to the top of the view, or as near as the last pages allow."""
        index = min(max(index, 0), self.count - 1)
        self.verticalScrollBar().setValue(self._tops[index])
        self._asked = index
        self.page_changed.emit(index)

    def zoom_by(self, factor: float) -> None:
        """Make the pages larger or smaller; what is in the middle stays there."""
        self._zoom_to(self._scale * factor, QPointF(self.viewport().rect().center()))

    def zoom_step(self, steps: int) -> None:
        """Go to the next larger or smaller of the usual sizes."""
        now = self._scale / self.true_scale * 100
        larger = [s for s in STEPS if s > now * 1.01]
        smaller = [s for s in reversed(STEPS) if s < now * 0.99]
        wanted = larger if steps > 0 else smaller
        if wanted:
            self.zoom_percent(wanted[0])

    def zoom_percent(self, percent: float) -> None:
        """Show the pages in that share of their true size."""
        self._zoom_to(self.true_scale * percent / 100, QPointF(self.viewport().rect().center()))

    def fit_width(self) -> None:
        """Make the usual page as wide as the view; a wider one is made smaller, and it alone."""
        self._fit = Fit.WIDTH
        self._refit()

    def fit_page(self) -> None:
        """Show a whole page at a time."""
        self._fit = Fit.PAGE
        self._refit()

    # Sizes and places

    def _arrange(self) -> None:
        self._scales = [self._scale_of(w, h) for w, h in self._pages.sizes]
        sizes = zip(self._pages.sizes, self._scales, strict=True)
        self._sizes = [QSize(round(w * scale), round(h * scale)) for (w, h), scale in sizes]
        self._tops, top = [], 0
        for size in self._sizes:
            self._tops.append(top)
            top += size.height() + _GAP
        view = self.viewport().size()
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setPageStep(view.height())
        down.setRange(0, max(0, top + _GAP - view.height()))
        across.setPageStep(view.width())
        across.setRange(0, max(0, self._content_width() - view.width()))
        self.viewport().update()

    def _room(self) -> tuple[int, int]:
        view = self.viewport().size()
        return max(view.width() - 2 * _GAP, 50), max(view.height() - 2 * _GAP, 50)

    def _scale_of(self, width: float, height: float) -> float:
        """Pixels a point of a page of that size: all have the same, but for those that would not fit."""
        room = self._room()
        if self._fit is Fit.FREE:
            return self._scale
        across = min(self._scale, room[0] / width)
        return min(across, room[1] / height) if self._fit is Fit.PAGE else across

    def _content_width(self) -> int:
        return max((size.width() for size in self._sizes), default=0) + 2 * _GAP

    def _page_at(self, y: int) -> int:
        return max(bisect_right(self._tops, y) - 1, 0)

    def _place_of(self, index: int) -> QRect:
        """Where a page lies in the viewport now."""
        size, width = self._sizes[index], max(self._content_width(), self.viewport().width())
        left = (width - size.width()) // 2 - self.horizontalScrollBar().value()
        return QRect(QPoint(left, self._tops[index] + _GAP - self.verticalScrollBar().value()), size)

    def _zoom_to(self, scale: float, anchor: QPointF) -> None:
        """Change the size freely; the spot under `anchor` stays under it."""
        self._fit = Fit.FREE
        self._set_scale(scale, anchor)

    def _set_scale(self, scale: float, anchor: QPointF) -> None:
        lowest, highest = STEPS[0] / 100 * self.true_scale, STEPS[-1] / 100 * self.true_scale
        index = self._page_at(round(anchor.y()) + self.verticalScrollBar().value())
        place, asked = self._place_of(index), self._asked
        before = self._scales[index]
        across, down = (anchor.x() - place.x()) / before, (anchor.y() - place.y()) / before
        self._scale = min(max(scale, lowest), highest)
        self._arrange()
        place = self._place_of(index)
        self._scroll_to(self.verticalScrollBar().value() + round(place.y() + down * self._scale - anchor.y()))
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + round(place.x() + across * self._scale - anchor.x()))
        self._asked = asked
        self.zoom_changed.emit()

    def _refit(self) -> None:
        """Take the size that the view's room gives; the page in sight stays."""
        page, room = self.current_page, self._room()
        (usual, tall), _count = Counter(self._pages.sizes).most_common(1)[0]
        scale = min(room[0] / usual, self.true_scale * _MOST_WIDTH_PERCENT / 100)
        if self._fit is Fit.PAGE:
            scale = min(scale, room[1] / tall)
        self._scale = scale
        self._arrange()
        self.show_page(page)
        self.zoom_changed.emit()

    def _scroll_to(self, y: int) -> None:
        self.verticalScrollBar().setValue(y)

    # Qt's own events

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Tell of another page when the clerk scrolls to it."""
        self._asked = None
        self.viewport().update()
        if dy:
            self.page_changed.emit(self.current_page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep fitting the room while that was asked for."""
        super().resizeEvent(event)
        if self._fit is Fit.FREE:
            self._arrange()
        else:
            self._refit()

    def changeEvent(self, event: QEvent) -> None:
        """Another screen may have other pixels."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pages in sight; have their neighbours made ready."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(event.rect(), QColor(theme.DESK))
        top, ratio = self.verticalScrollBar().value(), self.devicePixelRatioF()
        first, last = self._page_at(top - _GAP), self._page_at(top + self.viewport().height())
        for index in (last + 1, first - 1):
            if 0 <= index < self.count:
                self._pictures.prepare(index, self._scales[index] * ratio)
        for index in range(last, first - 1, -1):
            self._paint_page(painter, index, ratio)

    def _paint_page(self, painter: QPainter, index: int, ratio: float) -> None:
        place = self._place_of(index)
        painter.fillRect(place, Qt.GlobalColor.white)
        image = self._pictures.picture(index, self._scales[index] * ratio)
        if image is not None and abs(image.width() - place.width() * ratio) <= ratio + 1:
            # One pixel of the picture on one of the screen: anything else would blur the letters.
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(round(place.x() * ratio) / ratio, round(place.y() * ratio) / ratio), image)
        elif image is not None or (image := self._pictures.stand_in(index)) is not None:
            painter.drawImage(QRectF(place), image)
        else:
            painter.setPen(QColor(theme.MUTED))
            told = self._pictures.trouble(index) or f"第{index + 1}页"
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, told)
        painter.setPen(QColor(theme.LINE))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages and scroll by key."""
        screenful = self.viewport().height() - _LINE_PIXELS
        is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        moves = {
            Qt.Key.Key_PageDown: lambda: self.turn(1), Qt.Key.Key_PageUp: lambda: self.turn(-1),
            Qt.Key.Key_Home: lambda: self.show_page(0), Qt.Key.Key_End: lambda: self.show_page(self.count - 1),
            Qt.Key.Key_Space: lambda: self._scroll_to(
                self.verticalScrollBar().value() + (-screenful if is_back else screenful)
            ),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            move()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl change the size around the pointer."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_to(self._scale * _WHEEL_STEP ** (event.angleDelta().y() / 120), event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the paper."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Push the paper about."""
        if self._grip is not None:
            spot = event.position().toPoint()
            moved, self._grip = spot - self._grip, spot
            self._scroll_to(self.verticalScrollBar().value() - moved.y())
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - moved.x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.viewport().unsetCursor()

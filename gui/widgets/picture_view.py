"""A picture with parts that can be pressed: a chart whose bars lead to what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.widgets import theme

_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part lies, as shares of the picture's width and height; what it stands for, and its words."""

    area: QRectF
    key: str
    words: str


class PictureView(QWidget):
    """Shows the picture as large as there is room. A click, or the arrow keys and Enter, press a part."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._parts: tuple[Part, ...] = ()
        self._current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What can be pressed."""
        return self._parts

    def show_picture(self, image: QImage, parts: Sequence[Part], words: str) -> None:
        """Show a picture; `words` say the same to those who cannot see it."""
        self._image, self._parts, self._current = image, tuple(parts), -1
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        """A quarter of a small screen."""
        return QSize(480, 260)

    def area_of(self, part: Part) -> QRectF:
        """Where a part lies in this widget."""
        at = self._place()
        return QRectF(
            at.x() + part.area.x() * at.width(), at.y() + part.area.y() * at.height(),
            part.area.width() * at.width(), part.area.height() * at.height(),
        )

    def _place(self) -> QRectF:
        """Where the picture is drawn: whole, at the left top, never blown up."""
        if self._image.isNull():
            return QRectF()
        ratio = self._image.devicePixelRatio()
        width, height = self._image.width() / ratio, self._image.height() / ratio
        factor = min(1.0, self.width() / width, self.height() / height)
        return QRectF(0, 0, width * factor, height * factor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, and a frame around the part that the keys are on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._image.isNull():
            painter.drawImage(self._place(), self._image)
        if 0 <= self._current < len(self._parts):
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRect(self.area_of(self._parts[self._current]).adjusted(-2, -2, 2, 2))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from part to part, Enter presses."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self._parts:
            self._current = min(max(self._current + step, 0), len(self._parts) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._current < len(self._parts):
            self.pressed.emit(self._parts[self._current].key)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys begin at the first part."""
        super().focusInEvent(event)
        if self._current < 0 and self._parts and event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._current = 0
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No part is marked while the keys are elsewhere."""
        super().focusOutEvent(event)
        self._current = -1
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be pressed."""
        part = self._part_at(event.position().x(), event.position().y())
        self.setCursor(Qt.CursorShape.PointingHandCursor if part else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click presses a part."""
        part = self._part_at(event.position().x(), event.position().y())
        if part is not None and event.button() is Qt.MouseButton.LeftButton:
            self._current = self._parts.index(part)
            self.update()
            self.pressed.emit(part.key)
        else:
            super().mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        """What a part stands for, as a tool tip."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            part = self._part_at(event.x(), event.y())
            QToolTip.showText(event.globalPos(), part.words if part else "", self)
            return True
        return super().event(event)

    def _part_at(self, x: float, y: float) -> Part | None:
        return next((part for part in self._parts if self.area_of(part).contains(x, y)), None)

"""The pages small, one under another: a way to see them all and to go to one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.services.printing import PdfPages
from gui.dialogs.page_pictures import PagePictures
from gui.widgets import theme

_BOX: Final = QSize(88, 116)
_CELL: Final = QSize(112, 148)
_WIDTH: Final = 138
_MOST_BYTES: Final = 12 * 1024 * 1024

Index = QModelIndex | QPersistentModelIndex


class PageStrip(QListView):
    """Small pages with their numbers; `chosen` tells of the one that the clerk goes to, from 0."""

    chosen = Signal(int)

    def __init__(self, pages: PdfPages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = PagePictures(pages, _MOST_BYTES, self)
        self.pictures.ready.connect(lambda _index: self.viewport().update())
        self.setModel(_PageNumbers(pages.count, self))
        self.setItemDelegate(_SmallPages(pages, self.pictures, self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName("缩略图")
        self._is_following = False
        self.selectionModel().currentChanged.connect(self._tell)

    def follow(self, page: int) -> None:
        """Mark the page that is shown large."""
        self._is_following = True
        self.setCurrentIndex(self.model().index(page, 0))
        self._is_following = False

    def _tell(self, current: QModelIndex) -> None:
        if current.isValid() and not self._is_following:
            self.chosen.emit(current.row())


class _PageNumbers(QAbstractListModel):
    def __init__(self, count: int, parent: QObject) -> None:
        super().__init__(parent)
        self._count = count

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a page."""
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The page's number, in words for those who hear it."""
        if role == Qt.ItemDataRole.DisplayRole:
            return str(index.row() + 1)
        return f"第{index.row() + 1}页" if role == Qt.ItemDataRole.AccessibleTextRole else None


class _SmallPages(QStyledItemDelegate):
    def __init__(self, pages: PdfPages, pictures: PagePictures, parent: QObject) -> None:
        super().__init__(parent)
        self._pages = pages
        self._pictures = pictures

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """The same for every page."""
        return _CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A small page with a frame, blue around the one shown large, and its number below."""
        cell: QRect = option.rect  # type: ignore[attr-defined]
        row = index.row()
        width, height = self._pages.sizes[row]
        scale = min(_BOX.width() / width, _BOX.height() / height)
        place = QRect(0, 0, round(width * scale), round(height * scale))
        place.moveCenter(cell.center())
        place.moveBottom(cell.top() + 8 + _BOX.height())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(place, Qt.GlobalColor.white)
        ratio = painter.device().devicePixelRatioF()
        image = self._pictures.picture(row, scale * ratio) or self._pictures.stand_in(row)
        if image is not None:
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(place.topLeft()), image)
        is_current = row == self.parent().currentIndex().row()  # type: ignore[attr-defined]
        painter.setPen(QColor(theme.ACCENT if is_current else theme.LINE))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))
        if is_current:
            painter.drawRect(place.adjusted(-2, -2, 1, 1))
        painter.setPen(QColor(theme.ACCENT if is_current else theme.MUTED))
        painter.drawText(
            QRect(cell.left(), place.bottom() + 3, cell.width(), 20), Qt.AlignmentFlag.AlignHCenter, str(row + 1)
        )
        painter.restore()

"""Pictures of a PDF's pages, made in a thread of their own; the last few are kept, however many pages there are."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, QThread, Signal
from PySide6.QtGui import QImage

from core.domain.errors import GreenLadderError
from core.services.printing import PdfPages, Pixels

#: A picture of more pixels than this is made smaller and drawn larger: 400 % on a fine screen would take 130 MB a page.
_MOST_PIXELS: Final = 16_000_000
_MOST_WAITING: Final = 24
_STEPS: Final = 1000
_TINY: Final = 0.5
_SMALL: Final = 1.0

Key = tuple[int, int]


def image_of(pixels: Pixels) -> QImage:
    """Qt's image of a page's pixels, with memory of its own."""
    form = QImage.Format.Format_Grayscale8 if pixels.is_gray else QImage.Format.Format_RGB32
    return QImage(pixels.data, pixels.width, pixels.height, pixels.stride, form).copy()


def _picture(pages: PdfPages, index: int, scale: float) -> QImage:
    """A small page is made larger first: PDFium draws no line finer than a pixel, and tables would turn black."""
    times = 3 if scale < _TINY else 2 if scale < _SMALL else 1
    image = image_of(pages.render(index, scale * times))
    if times == 1:
        return image
    size = QSize(ceil(image.width() / times), ceil(image.height() / times))
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


class PagePictures(QObject):
    """Answers at once with what it has, and makes the rest: `ready` tells of each page that has come.

    `most_bytes` bounds what is kept; the two pictures asked for last always are.
    """

    ready = Signal(int)
    _made = Signal(object, object, str)

    def __init__(self, pages: PdfPages, most_bytes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, QImage] = OrderedDict()
        self._troubles: dict[int, str] = {}
        self._worker: _Worker | None = None
        self._is_stopped = False
        self._made.connect(self._keep)

    @property
    def bytes_kept(self) -> int:
        """What the pictures kept take."""
        return sum(image.sizeInBytes() for image in self._kept.values())

    def picture(self, index: int, scale: float) -> QImage | None:
        """The page at that scale (1 is 72 pixels an inch) if it is there; else it is made next."""
        key = self._key(index, scale)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        elif index not in self._troubles:
            self._ask(key, is_urgent=True)
        return found

    def prepare(self, index: int, scale: float) -> None:
        """Make that page when nothing else is wanted: it is likely to be looked at soon."""
        key = self._key(index, scale)
        if 0 <= index < self._pages.count and key not in self._kept and index not in self._troubles:
            self._ask(key, is_urgent=False)

    def stand_in(self, index: int) -> QImage | None:
        """The page at whatever scale it was made last."""
        return next((self._kept[key] for key in reversed(self._kept) if key[0] == index), None)

    def trouble(self, index: int) -> str:
        """Why a page cannot be shown; empty when it can, or is not tried yet."""
        return self._troubles.get(index, "")

    def stop(self) -> None:
        """End the thread; nothing more is made."""
        self._is_stopped = True
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def _key(self, index: int, scale: float) -> Key:
        width, height = self._pages.sizes[index] if 0 <= index < self._pages.count else (1.0, 1.0)
        most = (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5
        return index, round(min(scale, most) * _STEPS)

    def _ask(self, key: Key, *, is_urgent: bool) -> None:
        if self._is_stopped:
            return
        if self._worker is None:
            self._worker = _Worker(self._pages, self._made.emit)
            self._worker.start()
        self._worker.ask(key, is_urgent=is_urgent)

    def _keep(self, key: Key, image: QImage, trouble: str) -> None:
        if trouble:
            self._troubles[key[0]] = trouble
        else:
            self._kept[key] = image
            self._kept.move_to_end(key)
            while len(self._kept) > 2 and self.bytes_kept > self._most_bytes:
                self._kept.popitem(last=False)
        self.ready.emit(key[0])


class _Worker(QThread):
    """Makes what was asked for last first: pages that were scrolled past can wait, the oldest are forgotten."""

    def __init__(self, pages: PdfPages, tell: Callable[[Key, QImage, str], object]) -> None:
        super().__init__()
        self._pages = pages
        self._tell = tell
        self._waiting: list[Key] = []
        self._making: Key | None = None
        self._is_stopping = False
        self._changed = threading.Condition()

    def ask(self, key: Key, *, is_urgent: bool) -> None:
        with self._changed:
            if key == self._making or (key in self._waiting and not is_urgent):
                return
            if key in self._waiting:
                self._waiting.remove(key)
            self._waiting.insert(len(self._waiting) if is_urgent else 0, key)
            if len(self._waiting) > _MOST_WAITING:
                del self._waiting[0]
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        self.wait()

    def run(self) -> None:
        """Qt calls this in the new thread."""
        while (key := self._next()) is not None:
            image, trouble = QImage(), ""
            try:
                image = _picture(self._pages, key[0], key[1] / _STEPS)
            except GreenLadderError as error:
                trouble = str(error)
            self._tell(key, image, trouble)

    def _next(self) -> Key | None:
        with self._changed:
            self._making = None
            while not self._waiting and not self._is_stopping:
                self._changed.wait()
            if self._is_stopping:
                return None
            self._making = self._waiting.pop()
            return self._making

"""Pages of a PDF as pictures, for the window's preview, for printers and for tests."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final

from core.domain.errors import UnreadableInputError

#: PDFium keeps state of its own for the whole process: only one thread may be in it at a time.
_PDFIUM: Final = threading.RLock()
_WHITE: Final = (255, 255, 255, 255)
_PROBE_SCALE: Final = 0.75
_MOST_OUTLINE: Final = 5000


@dataclass(frozen=True, slots=True)
class Pixels:
    """Rows of a page from top to bottom, `stride` bytes each: gray, one byte a pixel, or four bytes BGRX."""

    width: int
    height: int
    stride: int
    is_gray: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: its words, its page from 0, how deep it lies (0 is the top)."""

    title: str
    page: int
    level: int


class PdfPages:
    """An open PDF, read whole; several threads may ask it, one is answered at a time."""

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            UnreadableInputError: the file is missing or is no PDF.
        """
        with _PDFIUM:
            self._document = _open(path)
            self._name = path.name
            self._page: tuple[int, Any] | None = None
            self._is_gray: dict[int, bool] = {}
            count = len(self._document)
            #: Width and height of every page in points, as it is looked at.
            self.sizes: tuple[tuple[float, float], ...] = tuple(
                (float(w), float(h)) for w, h in map(self._document.get_page_size, range(count))
            )

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.sizes)

    def close(self) -> None:
        """Give the memory back; nothing can be asked any more."""
        with _PDFIUM:
            self._drop_page()
            self._document.close()

    def render(self, index: int, scale: float, *, gray: bool = False) -> Pixels:
        """A page, counted from 0; `scale` 1 is 72 pixels an inch.

        Raises:
            UnreadableInputError: no such page, or one that is damaged.
        """
        import pypdfium2  # type: ignore[import-untyped]

        with _PDFIUM:
            page = self._loaded(index)
            width, height = (max(1, ceil(side * scale)) for side in self.sizes[index])
            form = pypdfium2.raw.FPDFBitmap_Gray if gray else pypdfium2.raw.FPDFBitmap_BGRx
            bitmap = pypdfium2.PdfBitmap.new_native(width, height, form)
            bitmap.fill_rect(_WHITE, 0, 0, width, height)
            pypdfium2.raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pypdfium2.raw.FPDF_ANNOT)
            pixels = Pixels(width, height, int(bitmap.stride), gray, bytes(bitmap.buffer))
            bitmap.close()
            return pixels

    def is_gray(self, index: int) -> bool:
        """True when a page has no colour at all, as all of our own have.

        Raises:
            UnreadableInputError: as `render`.
        """
        known = self._is_gray.get(index)
        if known is None:
            data = self.render(index, _PROBE_SCALE).data
            known = data[0::4] == data[1::4] == data[2::4]
            self._is_gray[index] = known
        return known

    def outline(self) -> tuple[OutlineEntry, ...]:
        """The bookmarks that lead to a page, in their order."""
        found: list[OutlineEntry] = []
        with _PDFIUM:
            for mark in self._document.get_toc():
                target = mark.get_dest()
                page = target.get_index() if target is not None else None
                if page is not None and 0 <= page < self.count:
                    found.append(OutlineEntry(str(mark.get_title()), int(page), int(mark.level)))
                if len(found) >= _MOST_OUTLINE:
                    break
        return tuple(found)

    def text(self, index: int) -> str:
        """The text of a page as a reader would copy it.

        Raises:
            UnreadableInputError: as `render`.
        """
        with _PDFIUM, _text_of(self._loaded(index)) as text:
            return str(text.get_text_range())

    def _loaded(self, index: int) -> Any:
        """The page, kept open until another one is asked for."""
        import pypdfium2

        if self._page is None or self._page[0] != index:
            if not 0 <= index < self.count:
                raise UnreadableInputError(f"文件“{self._name}”没有第{index + 1}页。")
            self._drop_page()
            try:
                self._page = (index, self._document[index])
            except pypdfium2.PdfiumError as error:
                raise UnreadableInputError(f"文件“{self._name}”的第{index + 1}页已损坏，显示不了。") from error
        return self._page[1]

    def _drop_page(self) -> None:
        if self._page is not None:
            self._page[1].close()
            self._page = None


def page_count(path: Path) -> int:
    """How many pages a PDF has.

    Raises:
        UnreadableInputError: the file is missing or is no PDF.
    """
    with _PDFIUM:
        document = _open(path)
        try:
            return len(document)
        finally:
            document.close()


def render_page(path: Path, index: int, scale: float) -> tuple[int, int, bytes]:
    """Width and height in pixels, and the pixels of a page counted from 0, as BGRA rows without gaps.

    `scale` 1 is 72 pixels an inch.

    Raises:
        UnreadableInputError: the file is missing, is no PDF, or has no such page.
    """
    with _PDFIUM:
        document = _open(path)
        try:
            return _render(_page(document, path, index), scale)
        finally:
            document.close()


def _render(page: Any, scale: float) -> tuple[int, int, bytes]:
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    bitmap = page.render(scale=scale, force_bitmap_format=pdfium.FPDFBitmap_BGRA, fill_color=_WHITE)
    width, height, stride = int(bitmap.width), int(bitmap.height), int(bitmap.stride)
    pixels = bytes(bitmap.buffer)
    if stride != width * 4:
        pixels = b"".join(pixels[y * stride : y * stride + width * 4] for y in range(height))
    bitmap.close()
    page.close()
    return width, height, pixels


def render_pdf(data: bytes, index: int, scale: float) -> tuple[int, int, bytes]:
    """As `render_page`, of a PDF that this program has just made and that has this page."""
    import pypdfium2

    with _PDFIUM:
        document = pypdfium2.PdfDocument(data)
        try:
            return _render(document[index], scale)
        finally:
            document.close()


def page_text(path: Path, index: int) -> str:
    """The text of a page counted from 0, as a reader would copy it.

    Raises:
        UnreadableInputError: the file is missing, is no PDF, or has no such page.
    """
    with _PDFIUM:
        document = _open(path)
        try:
            with _text_of(_page(document, path, index)) as text:
                return str(text.get_text_range())
        finally:
            document.close()


def mended(path: Path) -> bytes | None:
    """A damaged PDF written anew: pages are found where the file's own tables are broken; None where none is found."""
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(path)
        except (pypdfium2.PdfiumError, OSError, ValueError):
            return None
        try:
            made = io.BytesIO()
            document.save(made)
            return made.getvalue() if len(document) else None
        except pypdfium2.PdfiumError:
            return None
        finally:
            document.close()


@contextmanager
def _text_of(page: Any) -> Iterator[Any]:
    text = page.get_textpage()
    try:
        yield text
    finally:
        text.close()


def _page(document: Any, path: Path, index: int) -> Any:
    if not 0 <= index < len(document):
        raise UnreadableInputError(f"文件“{path.name}”没有第{index + 1}页。")
    return document[index]


def _open(path: Path) -> Any:
    """The document, read whole first: the file stays free to be replaced while it is shown."""
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path.read_bytes())
    except (OSError, pypdfium2.PdfiumError) as error:
        raise UnreadableInputError(f"文件“{path.name}”打不开，或者不是PDF文件。") from error

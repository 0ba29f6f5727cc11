"""Pages of a PDF as pictures, for the window's preview and for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.domain.errors import UnreadableInputError


def page_count(path: Path) -> int:
    """How many pages a PDF has.

    Raises:
        UnreadableInputError: the file is missing or is no PDF.
    """
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
    document = _open(path)
    try:
        return _render(_page(document, path, index), scale)
    finally:
        document.close()


def _render(page: Any, scale: float) -> tuple[int, int, bytes]:
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    bitmap = page.render(scale=scale, force_bitmap_format=pdfium.FPDFBitmap_BGRA, fill_color=(255, 255, 255, 255))
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
    document = _open(path)
    try:
        return str(_page(document, path, index).get_textpage().get_text_range())
    finally:
        document.close()


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

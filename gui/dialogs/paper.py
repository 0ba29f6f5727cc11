"""Pages of a PDF on a printer, drawn at 300 dpi."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter

from core.services.printing import page_count, render_page

_PRINT_DPI: Final = 300
_POINTS_PER_INCH: Final = 72


def page_image(pdf: Path, index: int, scale: float) -> QImage:
    """One page as an image; scale 1.0 is 72 dpi."""
    page = render_page(pdf, index, scale)
    image = QImage(page.rgba, page.width, page.height, page.width * 4, QImage.Format.Format_RGBA8888)
    return image.copy()  # the image above only borrows the bytes


def print_pages(pdf: Path, printer: QPrinter) -> bool:
    """Print the pages that the printer's dialog chose; False when the printer refuses to begin or to go on."""
    printer.setFullPage(True)
    chosen = _chosen_pages(printer, page_count(pdf))
    painter = QPainter()
    if not chosen or not painter.begin(printer):
        return False
    done = True
    for number, index in enumerate(chosen):
        if number and not printer.newPage():
            done = False
            break
        image = page_image(pdf, index, _PRINT_DPI / _POINTS_PER_INCH)
        painter.drawImage(_on_paper(printer, image), image)
    return painter.end() and done


def _chosen_pages(printer: QPrinter, count: int) -> list[int]:
    first, last = printer.fromPage() or 1, printer.toPage() or count
    return list(range(max(first, 1) - 1, min(last, count)))


def _on_paper(printer: QPrinter, image: QImage) -> QRect:
    """The page at its true size, so that lengths printed in millimetres come out right."""
    factor = printer.resolution() / _PRINT_DPI
    return QRect(0, 0, round(image.width() * factor), round(image.height() * factor))

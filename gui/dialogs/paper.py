"""Pages of a PDF on a printer: at their true size, each way round, as sharp as the printer is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import ceil
from typing import Final, Protocol

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from core.services.printing import PdfPages, Pixels
from gui.dialogs.print_plan import PrintChoice, Sides, sides_in_order

_POINTS_PER_INCH: Final = 72.0
#: A gray A4 page at 720 dots an inch takes 50 MB; a coloured one takes as much at half of that, as scans have.
_MOST_DPI_GRAY: Final = 720
_MOST_DPI_COLOUR: Final = 360
_WHITE_ROWS: Final = 64
_WHITE: Final = b"\xff"
_SLACK_POINTS: Final = 6.0

Advance = Callable[[int, int], object]
Cancelled = Callable[[], bool]


class Printers(Protocol):
    """The printers that may be chosen from."""

    def names(self) -> tuple[str, ...]:
        """What they are called; empty when none is installed."""

    def usual(self) -> str:
        """The name of the system's own choice; may be empty."""

    def turns_sheets(self, name: str) -> bool:
        """True when the printer can print on both sides by itself."""

    def open(self, name: str) -> QPrinter:
        """The printer of that name, ready for settings."""


class SystemPrinters:
    """The printers installed on this computer."""

    def names(self) -> tuple[str, ...]:
        """As `Printers`."""
        return tuple(QPrinterInfo.availablePrinterNames())

    def usual(self) -> str:
        """As `Printers`."""
        return QPrinterInfo.defaultPrinterName()

    def turns_sheets(self, name: str) -> bool:
        """As `Printers`."""
        both = {QPrinter.DuplexMode.DuplexLongSide, QPrinter.DuplexMode.DuplexShortSide, QPrinter.DuplexMode.DuplexAuto}
        return bool(both & set(QPrinterInfo.printerInfo(name).supportedDuplexModes()))

    def open(self, name: str) -> QPrinter:
        """As `Printers`."""
        return QPrinter(QPrinterInfo.printerInfo(name), QPrinter.PrinterMode.HighResolution)


class Outcome(Enum):
    """How printing ended."""

    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Printed:
    """How printing ended, how many sides went out, and whether a page had to be made smaller for the paper."""

    outcome: Outcome
    sides: int = 0
    is_shrunk: bool = False


def print_pages(
    pages: PdfPages,
    printer: QPrinter,
    choice: PrintChoice,
    *,
    starts: Sequence[int] = (),
    progress: Advance | None = None,
    cancelled: Cancelled | None = None,
) -> Printed:
    """Print what was chosen; may run in any thread. Stopped, what is not out of the printer yet is withdrawn.

    Raises:
        UnreadableInputError: a page is damaged; nothing is printed.
    """
    by_printer = _set_up(printer, choice)
    sides = sides_in_order(choice, starts, printer_copies=by_printer)
    if not sides:
        return Printed(Outcome.REFUSED)
    _lay_paper(printer, pages.sizes[next((s for s in sides if s is not None), 0)])
    painter = QPainter()
    if not painter.begin(printer):
        return Printed(Outcome.REFUSED)
    printed = Printed(Outcome.STOPPED)
    try:
        printed = _send(pages, printer, painter, sides, progress, cancelled)
    finally:
        if printed.outcome is not Outcome.DONE:
            printer.abort()
        is_whole = painter.end()
    return printed if is_whole or printed.outcome is Outcome.STOPPED else replace(printed, outcome=Outcome.REFUSED)


def _send(
    pages: PdfPages,
    printer: QPrinter,
    painter: QPainter,
    sides: Sequence[int | None],
    progress: Advance | None,
    cancelled: Cancelled | None,
) -> Printed:
    is_shrunk = False
    for number, side in enumerate(sides):
        if cancelled is not None and cancelled():
            return Printed(Outcome.STOPPED, number)
        if number:
            if side is not None:
                _lay_paper(printer, pages.sizes[side])
            if not printer.newPage():
                return Printed(Outcome.REFUSED, number)
        if side is not None:
            is_shrunk = _draw(painter, printer, pages, side) or is_shrunk
        if progress is not None:
            progress(number + 1, len(sides))
    return Printed(Outcome.DONE, len(sides), is_shrunk)


def _set_up(printer: QPrinter, choice: PrintChoice) -> bool:
    """Tell the printer what it does itself; True when copies are among it."""
    printer.setFullPage(True)
    duplex = {
        Sides.LONG_EDGE: QPrinter.DuplexMode.DuplexLongSide, Sides.SHORT_EDGE: QPrinter.DuplexMode.DuplexShortSide,
    }.get(choice.sides, QPrinter.DuplexMode.DuplexNone)
    printer.setDuplex(duplex)
    by_printer = choice.copies > 1 and printer.supportsMultipleCopies()
    printer.setCopyCount(choice.copies if by_printer else 1)
    printer.setCollateCopies(choice.collates)
    return by_printer


def _lay_paper(printer: QPrinter, size: tuple[float, float]) -> None:
    """Paper of the page's size, turned as the page is."""
    width, height = size
    is_wide = width > height
    upright = QSizeF(min(width, height), max(width, height))
    paper = QPageSize(upright, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    turned = QPageLayout.Orientation.Landscape if is_wide else QPageLayout.Orientation.Portrait
    now = printer.pageLayout()
    if now.pageSize().isEquivalentTo(paper) and now.orientation() == turned and not now.margins().top():
        return
    printer.setPageSize(paper)
    printer.setPageOrientation(turned)
    printer.setPageMargins(QMarginsF(0, 0, 0, 0))


def _draw(painter: QPainter, printer: QPrinter, pages: PdfPages, index: int) -> bool:
    """Draw a page from the paper's corner; True when it had to be made smaller."""
    resolution, is_gray = printer.resolution(), pages.is_gray(index)
    # A whole number of printer dots to a pixel: letters stay even.
    dots = ceil(resolution / (_MOST_DPI_GRAY if is_gray else _MOST_DPI_COLOUR))
    pixels = pages.render(index, resolution / dots / _POINTS_PER_INCH, gray=is_gray)
    paper = printer.pageLayout().fullRectPixels(resolution)
    slack = _SLACK_POINTS * resolution / _POINTS_PER_INCH
    room = min((paper.width() + slack) / (pixels.width * dots), (paper.height() + slack) / (pixels.height * dots))
    is_shrunk = room < 1.0
    factor = dots * room if is_shrunk else float(dots)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering, is_gray)
    for left, top, strip in _strips(pixels):
        size = QSizeF(strip.width() * factor, strip.height() * factor)
        painter.drawImage(QRectF(QPointF(left * factor, top * factor), size), strip)
    return is_shrunk


def _strips(pixels: Pixels) -> Iterator[tuple[int, int, QImage]]:
    """The parts of a page that have ink, with their left upper corners: what is white need not go to the printer."""
    depth = 1 if pixels.is_gray else 4
    form = QImage.Format.Format_Grayscale8 if pixels.is_gray else QImage.Format.Format_RGB32
    length = pixels.width * depth
    data, stride = pixels.data, pixels.stride
    first, last, left, right = -1, -1, length, 0
    for row in range(pixels.height + 1):
        ink = data[row * stride : row * stride + length].lstrip(_WHITE) if row < pixels.height else b""
        if first >= 0 and (row == pixels.height or row - last > _WHITE_ROWS):
            rows = data[first * stride : (last + 1) * stride]
            image = QImage(rows, pixels.width, last + 1 - first, stride, form)
            begin, end = left // depth, -(-right // depth)
            yield begin, first, image.copy(begin, 0, end - begin, image.height())
            first, left, right = -1, length, 0
        if ink:
            first, last = row if first < 0 else first, row
            left = min(left, length - len(ink))
            right = max(right, length - len(ink) + len(ink.rstrip(_WHITE)))

"""Printers whose paper is a PDF: real ones of Qt, with what comes out of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter


class PdfPrinters:
    """One printer a name; what it prints lies in the folder under its name. The first turns sheets, others do not."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        self._names = names or ("办公室打印机",)

    def names(self) -> tuple[str, ...]:
        return self._names

    def usual(self) -> str:
        return self._names[-1]

    def turns_sheets(self, name: str) -> bool:
        return name == self._names[0]

    def open(self, name: str) -> QPrinter:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setOutputFileName(str(self.out(name)))
        return printer

    def out(self, name: str = "") -> Path:
        """What that printer has printed."""
        return self.folder / f"{name or self._names[0]}.pdf"

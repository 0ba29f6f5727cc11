from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from core.services.printing import PageImage, PrintKind, page_count, print_to_file, render_page
from core.services.workspace import Workspace
from gui.dialogs.paper import page_image, print_pages
from gui.dialogs.preview import PreviewDialog
from gui.tasks import SyncRunner
from tests.gui.hands import Script, Text, dialog, play


@pytest.fixture
def pdf(workspace: Workspace, tmp_path: Path) -> Path:
    """The blank factory form: several pages."""
    return print_to_file(workspace, PrintKind.BLANK, tmp_path / "blank.pdf", form_id="green-factory")


def _preview(qtbot: QtBot, pdf: Path) -> PreviewDialog:
    made = PreviewDialog("空白表", pdf, SyncRunner())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def test_pages_turn_by_key(qtbot: QtBot, pdf: Path) -> None:
    preview = _preview(qtbot, pdf)
    last = page_count(pdf) - 1
    assert last >= 1
    qtbot.waitUntil(lambda: preview.view.verticalScrollBar().maximum() > 0)
    QTest.keyClick(preview.view, Qt.Key.Key_PageDown)
    assert preview.view.current_page == 1
    QTest.keyClick(preview.view, Qt.Key.Key_End)
    assert preview.view.current_page == last
    QTest.keyClick(preview.view, Qt.Key.Key_Home)
    assert preview.view.current_page == 0


def test_zoom_changes_the_size_and_stays_on_the_page(qtbot: QtBot, pdf: Path) -> None:
    preview = _preview(qtbot, pdf)
    qtbot.waitUntil(lambda: preview.view.verticalScrollBar().maximum() > 0)
    preview.view.show_page(1)
    before = preview.view.widget().width()
    preview.view.zoom_by(1.25)
    assert preview.view.widget().width() > before
    assert preview.view.current_page == 1
    preview.view.fit_width()
    assert preview.view.widget().width() <= preview.view.viewport().width() + 1


def test_a_page_is_drawn_as_it_is_in_the_pdf(qtbot: QtBot, pdf: Path) -> None:
    image = page_image(pdf, 0, 1.0)
    page = render_page(pdf, 0, 1.0)
    assert (image.width(), image.height()) == (page.width, page.height)
    spots = [(x, y) for x in range(0, page.width, 37) for y in range(0, page.height, 41)]
    for x, y in spots:
        offset = (y * page.width + x) * 4
        colour = image.pixelColor(x, y)
        assert (colour.red(), colour.green(), colour.blue()) == tuple(page.rgba[offset : offset + 3])
    assert qtbot is not None


def test_printing_puts_every_page_on_paper_at_its_true_size(qtbot: QtBot, pdf: Path, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    out = tmp_path / "printed.pdf"
    printer.setOutputFileName(str(out))
    assert print_pages(pdf, printer)
    assert page_count(out) == page_count(pdf)
    assert _ink(render_page(out, 0, 1.0)) == pytest.approx(_ink(render_page(pdf, 0, 1.0)), abs=3)
    assert qtbot is not None


def _ink(page: PageImage) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is drawn, in points from the paper's edge."""
    marked = [n for n, value in enumerate(page.rgba[::4]) if value < 200]
    columns, rows = [n % page.width for n in marked], [n // page.width for n in marked]
    return min(columns), min(rows), max(columns), max(rows)


@pytest.mark.skipif(bool(QPrinterInfo.availablePrinterNames()), reason="this machine has a printer")
def test_without_a_printer_the_pdf_is_offered(qtbot: QtBot, pdf: Path, tmp_path: Path) -> None:
    preview = _preview(qtbot, pdf)
    out = tmp_path / "另存.pdf"

    def script() -> Script:
        yield lambda: preview.view.hasFocus()
        yield "Ctrl+P"
        yield dialog(QMessageBox)
        yield "Return"
        yield dialog(QFileDialog)
        yield "Ctrl+A"
        yield Text(str(out))
        yield "Return"
        yield lambda: out.exists()

    preview.setModal(True)
    play(script())
    assert out.read_bytes() == pdf.read_bytes()
    assert preview.saved_to == out

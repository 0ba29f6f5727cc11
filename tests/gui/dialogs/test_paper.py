"""What comes out of a printer is what the preview shows: compared as pictures, counted as pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from reportlab.pdfgen.canvas import Canvas

from core.services.printing import PdfPages, PrintKind, print_to_file
from core.services.workspace import Workspace
from gui.dialogs.page_pictures import image_of
from gui.dialogs.paper import Outcome, print_pages
from gui.dialogs.print_plan import PrintChoice, Sides
from tests.gui.dialogs.pdf_printers import PdfPrinters
from tests.gui.dialogs.pictures import gray_rows

_A4 = (595.28, 841.89)
_LOOK = 2.0


@pytest.fixture
def printers(dressed: QApplication, tmp_path: Path) -> PdfPrinters:
    assert dressed is not None
    return PdfPrinters(tmp_path)


@pytest.fixture
def form(workspace: Workspace, tmp_path: Path) -> Iterator[PdfPages]:
    """The blank factory form: several pages, gray."""
    path = print_to_file(workspace, PrintKind.BLANK, tmp_path / "blank.pdf", form_id="green-factory")
    pages = PdfPages(path)
    yield pages
    pages.close()


@pytest.fixture
def mixed(tmp_path: Path) -> Iterator[PdfPages]:
    """An upright page with a red seal, one that lies, and an A3 one, each with a frame near its edge."""
    path = tmp_path / "mixed.pdf"
    canvas = Canvas(str(path), pagesize=_A4, invariant=1)
    for width, height in (_A4, (_A4[1], _A4[0]), (_A4[0] * 2**0.5, _A4[1] * 2**0.5)):
        canvas.setPageSize((width, height))
        canvas.rect(20, 20, width - 40, height - 40)
        canvas.setFillColorRGB(0.8, 0.1, 0.1)
        canvas.circle(width - 100, 100, 40, fill=1)
        canvas.showPage()
    canvas.save()
    pages = PdfPages(path)
    yield pages
    pages.close()


def _print(paper: PdfPages, printers: PdfPrinters, **about: object) -> PdfPages:
    name = printers.names()[0]
    wanted = {"pages": range(paper.count), **about}
    done = print_pages(paper, printers.open(name), PrintChoice(name, **wanted))  # type: ignore[arg-type]
    assert done.outcome is Outcome.DONE
    return PdfPages(printers.out())


def _difference(one: PdfPages, page: int, other: PdfPages, other_page: int) -> int:
    """How far two pages differ where they differ most, 0 … 255, on squares of four points.

    Letters that are drawn and letters that are pictures have softer or harder edges: squares even that out.
    """
    cells = [_squares(one, page), _squares(other, other_page)]
    return max(abs(a - b) for a, b in zip(cells[0], cells[1], strict=True))


def _squares(pages: PdfPages, index: int) -> bytes:
    width, height = (round(side / 4) for side in pages.sizes[index])
    image = image_of(pages.render(index, _LOOK)).scaled(
        width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return b"".join(gray_rows(image))


def _box(pages: PdfPages, index: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the ink, in half points."""
    rows = gray_rows(image_of(pages.render(index, _LOOK)))
    inked = [y for y, row in enumerate(rows) if min(row) < 160]
    columns = [x for y in inked for x, value in enumerate(rows[y]) if value < 160]
    return min(columns), inked[0], max(columns), inked[-1]


def test_every_page_comes_out_as_the_preview_shows_it(form: PdfPages, printers: PdfPrinters) -> None:
    out = _print(form, printers)
    assert out.count == form.count >= 2
    for index in range(form.count):
        assert _difference(form, index, out, index) < 60
        assert _box(out, index) == pytest.approx(_box(form, index), abs=2)
    assert _difference(form, 0, out, 1) > 120  # two different pages are told apart
    out.close()


def test_each_page_keeps_its_size_its_turn_and_its_colour(mixed: PdfPages, printers: PdfPrinters) -> None:
    out = _print(mixed, printers)
    for index in range(3):
        assert out.sizes[index] == pytest.approx(mixed.sizes[index], abs=1.5)
        assert _difference(mixed, index, out, index) < 60
        assert not out.is_gray(index)
    width, height = out.sizes[1]
    assert width > height
    spot = image_of(out.render(0, 1.0)).pixelColor(495, 741)
    assert (spot.red(), spot.green(), spot.blue()) == pytest.approx((204, 26, 26), abs=6)
    out.close()


@pytest.mark.parametrize(("about", "pages"), [
    ({"pages": (0, 2)}, (0, 2)),
    ({"pages": (1,), "copies": 3}, (1, 1, 1)),
    ({"pages": (0, 1), "copies": 2}, (0, 1, 0, 1)),
    ({"pages": (0, 1), "copies": 2, "collates": False}, (0, 0, 1, 1)),
    ({"pages": (0, 1, 2), "sides": Sides.BACKS}, (1, None)),
    ({"pages": (0, 1, 2), "is_reversed": True}, (2, 1, 0)),
])
def test_copies_ranges_and_order_are_what_comes_out(
    mixed: PdfPages, printers: PdfPrinters, about: dict[str, object], pages: tuple[int | None, ...]
) -> None:
    out = _print(mixed, printers, **about)
    assert out.count == len(pages)
    for number, page in enumerate(pages):
        if page is None:
            assert set(out.render(number, 0.5, gray=True).data) == {255}
        else:
            assert out.sizes[number] == pytest.approx(mixed.sizes[page], abs=1.5)
    out.close()


def test_a_stopped_printing_leaves_the_rest_away(mixed: PdfPages, printers: PdfPrinters) -> None:
    told: list[tuple[int, int]] = []
    name = printers.names()[0]
    done = print_pages(
        mixed, printers.open(name), PrintChoice(name, range(3), copies=50),
        progress=lambda *how_far: told.append(how_far), cancelled=lambda: len(told) >= 4,
    )
    assert (done.outcome, done.sides) == (Outcome.STOPPED, 4)
    assert told[-1] == (4, 150)


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_cannot_begin_is_told(mixed: PdfPages, printers: PdfPrinters, tmp_path: Path) -> None:
    printer = printers.open("x")
    printer.setOutputFileName(str(tmp_path / "没有这个文件夹" / "x.pdf"))
    assert print_pages(mixed, printer, PrintChoice("x", range(3))).outcome is Outcome.REFUSED


def test_a_page_larger_than_the_paper_is_made_smaller_and_told(mixed: PdfPages, printers: PdfPrinters) -> None:
    class A4Only(QPrinter):
        def setPageSize(self, _size: object) -> bool:
            return False

    printer = A4Only(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(printers.out("小")))
    done = print_pages(mixed, printer, PrintChoice("小", (2,)))
    assert done.outcome is Outcome.DONE
    assert done.is_shrunk
    out = PdfPages(printers.out("小"))
    left, _top, right, bottom = _box(out, 0)
    assert right < out.sizes[0][0] * _LOOK
    assert bottom < out.sizes[0][1] * _LOOK
    assert right - left > out.sizes[0][0] * _LOOK * 0.9
    out.close()

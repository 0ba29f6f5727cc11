from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.errors import StoreError, UnreadableInputError
from core.services.printing import PageImage, PdfPages, PrintKind, page_count, print_to_file, render_page
from core.services.workspace import Workspace
from gui.dialogs.files import remember_folders_in, saving_folder
from gui.dialogs.page_pictures import PagePictures, image_of
from gui.dialogs.page_view import Fit
from gui.dialogs.preview import ExtraAction, PreviewDialog
from gui.dialogs.print_dialog import PrintDialog
from gui.dialogs.print_memory import PrintMemory
from gui.dialogs.print_plan import Sides
from gui.tasks import SyncRunner
from tests.gui.dialogs.pdf_printers import PdfPrinters
from tests.gui.dialogs.pictures import gray_rows
from tests.gui.hands import Click, Script, Text, dialog, play


@pytest.fixture
def pdf(workspace: Workspace, tmp_path: Path) -> Path:
    """The blank factory form: several pages."""
    return print_to_file(workspace, PrintKind.BLANK, tmp_path / "blank.pdf", form_id="green-factory")


@pytest.fixture
def long_pdf(pdf: Path, tmp_path: Path) -> Path:
    """Two hundred pages and more, with a bookmark every hundred."""
    writer, source = pypdf.PdfWriter(), pypdf.PdfReader(pdf)
    while len(writer.pages) < 200:
        writer.append(source)
    for number in range(3):
        writer.add_outline_item(title=f"第{number + 1}家公司", page_number=number * 90)
    path = tmp_path / "long.pdf"
    writer.write(path)
    return path


@pytest.fixture
def printers(tmp_path: Path) -> PdfPrinters:
    folder = tmp_path / "纸"
    folder.mkdir()
    return PdfPrinters(folder, "双面打印机", "单面打印机")


def _preview(qtbot: QtBot, pdf: Path, **about: object) -> PreviewDialog:
    made = PreviewDialog("空白表", pdf, SyncRunner(), **about)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.setModal(True)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.view.pictures.stand_in(0) is not None)
    return made


@pytest.fixture
def pages(pdf: Path) -> Iterator[PdfPages]:
    opened = PdfPages(pdf)
    yield opened
    opened.close()


def test_pages_turn_by_key(qtbot: QtBot, pdf: Path) -> None:
    preview = _preview(qtbot, pdf)
    last = page_count(pdf) - 1
    assert last >= 1
    QTest.keyClick(preview.view, Qt.Key.Key_PageDown)
    assert preview.view.current_page == 1
    QTest.keyClick(preview.view, Qt.Key.Key_End)
    assert preview.view.current_page == last
    QTest.keyClick(preview.view, Qt.Key.Key_PageDown)
    assert preview.view.current_page == last
    QTest.keyClick(preview.view, Qt.Key.Key_PageUp)
    assert preview.view.current_page == last - 1
    QTest.keyClick(preview.view, Qt.Key.Key_Home)
    assert preview.view.current_page == 0
    QTest.keyClick(preview.view, Qt.Key.Key_Space)
    assert preview.view.verticalScrollBar().value() > 0


def test_a_page_number_is_typed(qtbot: QtBot, pdf: Path) -> None:
    preview = _preview(qtbot, pdf)
    box = preview.tools.page_box

    def script() -> Script:
        yield Click(lambda: box)
        yield "Ctrl+A"
        yield Text("3")
        yield "Return"
        yield lambda: preview.view.current_page == 2 and preview.view.hasFocus()
        yield "PgDown"
        yield lambda: box.value() == 4
        yield Click(lambda: box)
        yield "PgUp"
        yield lambda: box.value() == 3

    play(script())
    assert preview.isVisible()
    assert preview.strip.currentIndex().row() == 2


def test_sizes_by_key(qtbot: QtBot, pdf: Path) -> None:
    preview = _preview(qtbot, pdf)
    view = preview.view
    view.show_page(1)
    seen: list[int] = []

    def script() -> Script:
        for keys in ("Ctrl+1", "Ctrl++", "Ctrl+=", "Ctrl+-", "Ctrl+2", "Ctrl+0"):
            yield keys
            yield lambda: True
            seen.append(view.percent)

    play(script())
    assert seen[:4] == [100, 110, 125, 110]
    assert seen[4] < seen[0]
    assert view.page_size(1).width() <= view.viewport().width() <= view.page_size(1).width() + 40
    assert view.fit is Fit.WIDTH
    assert view.current_page == 1
    assert preview.tools.zoom_box.currentText() == f"适合宽度 {view.percent}%"


def test_ctrl_and_the_wheel_keep_the_spot_under_the_pointer(qtbot: QtBot, pdf: Path) -> None:
    view = _preview(qtbot, pdf).view
    view.zoom_percent(100)
    view.verticalScrollBar().setValue(400)
    pointer = QPointF(view.viewport().width() / 2, 120.0)
    before = _spot(view.verticalScrollBar().value(), pointer, view.percent)
    _wheel(view.viewport(), pointer, 240)
    assert view.percent == 121
    assert view.fit is Fit.FREE
    assert _spot(view.verticalScrollBar().value(), pointer, view.percent) == pytest.approx(before, abs=3)


def _spot(scrolled: int, pointer: QPointF, percent: int) -> float:
    """How far down the first page the pointer is, in pixels at 100 %; 14 lie above the page."""
    return (scrolled + pointer.y() - 14) / percent * 100


def _wheel(target: object, at: QPointF, turned: int) -> None:
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )
    assert event.type() is QEvent.Type.Wheel
    QApplication.sendEvent(target, event)  # type: ignore[arg-type]


def test_two_hundred_pages_open_without_being_drawn(qtbot: QtBot, long_pdf: Path) -> None:
    preview = _preview(qtbot, long_pdf)
    view = preview.view
    assert view.count >= 200
    preview.strip.show()
    for index in range(0, view.count, 7):
        view.show_page(index)
        QApplication.processEvents()
    view.show_page(view.count - 1)
    qtbot.waitUntil(lambda: view.pictures.stand_in(view.count - 1) is not None)
    drawn = [index for index in range(view.count) if view.pictures.stand_in(index) is not None]
    assert len(drawn) < 100
    assert view.pictures.bytes_kept <= 64 * 1024 * 1024
    assert preview.strip.pictures.bytes_kept <= 12 * 1024 * 1024
    assert preview.strip.currentIndex().row() == view.count - 1


def test_a_page_that_lies_across_makes_the_others_no_smaller(qtbot: QtBot, pdf: Path, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.append(pdf)
    writer.insert_blank_page(842, 595, index=1)
    path = tmp_path / "mixed.pdf"
    writer.write(path)
    preview = _preview(qtbot, path)
    preview.resize(700, 800)
    view, plain = preview.view, _preview(qtbot, pdf)
    plain.resize(700, 800)
    qtbot.waitUntil(lambda: view.viewport().width() == plain.view.viewport().width())
    assert view.page_size(0) == plain.view.page_size(0)
    assert view.page_size(1).height() < view.page_size(0).height()
    assert abs(view.page_size(1).width() - view.page_size(0).width()) <= 1
    assert view.horizontalScrollBar().maximum() == 0
    view.zoom_percent(100)
    assert view.page_size(1).width() == round(842 * view.true_scale)


@pytest.mark.parametrize("leave", ["Return", "Esc"])
def test_the_contents_lead_to_their_pages_and_follow_them(qtbot: QtBot, long_pdf: Path, leave: str) -> None:
    preview = _preview(qtbot, long_pdf)
    assert [preview.contents.itemText(n) for n in range(3)] == ["第1家公司", "第2家公司", "第3家公司"]

    def script() -> Script:
        yield "Alt+M"
        yield lambda: preview.contents.hasFocus()
        for page in (90, 180):  # one after another: the list keeps the keys
            yield "Down"
            yield lambda page=page: preview.view.current_page == page and preview.contents.hasFocus()  # type: ignore[misc]
        yield leave
        yield lambda: preview.view.hasFocus()

    play(script())
    assert preview.isVisible()
    preview.view.show_page(185)
    assert preview.contents.currentText() == "第3家公司"
    preview.view.show_page(10)
    assert preview.contents.currentText() == "第1家公司"


def test_the_strip_is_a_way_to_a_page_and_its_button_is_remembered(
    qtbot: QtBot, pdf: Path, tmp_path: Path
) -> None:
    preview = _preview(qtbot, pdf, memory=PrintMemory(tmp_path))
    preview.strip.show()
    preview.strip.setFocus()
    QTest.keyClick(preview.strip, Qt.Key.Key_Down)
    assert preview.view.current_page == 1
    shown = preview.tools.strip_button.isChecked()
    preview.tools.strip_button.click()
    assert preview.strip.isVisible() is not shown
    again = _preview(qtbot, pdf, memory=PrintMemory(tmp_path))
    assert again.strip.isVisible() is not shown


def test_one_page_has_neither_strip_nor_contents(qtbot: QtBot, pdf: Path, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.append(pypdf.PdfReader(pdf), pages=(0, 1))
    writer.write(tmp_path / "one.pdf")
    preview = _preview(qtbot, tmp_path / "one.pdf")
    assert not preview.strip.isVisible()
    assert not preview.tools.strip_button.isVisible()
    assert not preview.contents.isVisible()


def test_a_page_is_drawn_as_it_is_in_the_pdf(qtbot: QtBot, pdf: Path, pages: PdfPages) -> None:
    pictures = PagePictures(pages, 1_000_000)
    assert pictures.picture(0, 1.0) is None
    qtbot.waitUntil(lambda: pictures.picture(0, 1.0) is not None)
    image = pictures.picture(0, 1.0)
    pictures.stop()
    page = render_page(pdf, 0, 1.0)
    assert image is not None
    assert (image.width(), image.height()) == (page.width, page.height)
    for x in range(0, page.width, 37):
        for y in range(0, page.height, 41):
            offset = (y * page.width + x) * 4
            colour = image.pixelColor(x, y)
            assert (colour.red(), colour.green(), colour.blue()) == tuple(page.rgba[offset : offset + 3])


def test_what_is_printed_is_the_page_that_is_shown(pages: PdfPages, pdf: Path) -> None:
    gray = image_of(pages.render(0, 2.0, gray=True))
    page = render_page(pdf, 0, 2.0)
    assert pages.is_gray(0)
    assert _ink(page) == pytest.approx(_dark(gray), abs=1)


def _ink(page: PageImage) -> tuple[int, int]:
    """First and last row that is drawn on."""
    rows = [y for y in range(page.height) if min(page.rgba[y * page.width * 4 : (y + 1) * page.width * 4]) < 128]
    return rows[0], rows[-1]


def _dark(image: QImage) -> tuple[int, int]:
    rows = [y for y, line in enumerate(gray_rows(image)) if min(line) < 128]
    return rows[0], rows[-1]


def test_words_further_buttons_and_what_they_say(qtbot: QtBot, pdf: Path) -> None:
    def refuse(_dialog: object) -> str:
        raise StoreError("磁盘已满，请清理后再试。")

    actions = (ExtraAction("存为Word(&W)", lambda _dialog: "已保存。"), ExtraAction("装订(&B)", refuse))
    preview = _preview(qtbot, pdf, notices=("“单位名称”中的“𠮷”没有字体。",), extra_actions=actions)
    notices = preview.findChild(QLabel, "previewNotices")
    assert isinstance(notices, QLabel)
    assert "𠮷" in notices.text()
    texts = [b.text() for b in preview.tools.findChildren(QPushButton) if b.isVisible()]
    assert {"打印(&P)", "另存为PDF(&S)", "存为Word(&W)", "装订(&B)", "关闭(&C)"} <= set(texts)

    def script() -> Script:
        yield "Alt+W"
        yield lambda: preview._note.text() == "已保存。"
        yield "Alt+B"
        yield dialog(QMessageBox)
        yield "Return"

    play(script())
    assert preview._note.text() == "已保存。"


def test_printing_by_key_puts_the_chosen_pages_on_paper(qtbot: QtBot, pdf: Path, printers: PdfPrinters) -> None:
    memory = PrintMemory()
    preview = _preview(qtbot, pdf, printers=printers, memory=memory)
    preview.setModal(True)

    def script() -> Script:
        yield "Ctrl+P"
        yield dialog(PrintDialog)
        yield "Alt+R"
        yield Text("1-2,4")
        yield "Alt+N"
        yield "Ctrl+A"
        yield Text("2")
        yield "Return"
        yield lambda: preview._note.isVisible()

    play(script())
    out = printers.out("单面打印机")  # the system's own choice
    assert page_count(out) == 6
    assert preview._note.text() == "已交给打印机：单面打印机，共6面。"
    assert memory.printer == "单面打印机"


def test_the_printer_chosen_last_and_its_sides_are_offered_again(
    qtbot: QtBot, printers: PdfPrinters, tmp_path: Path
) -> None:
    chosen = PrintDialog(printers, 5, 0, PrintMemory(tmp_path))
    qtbot.addWidget(chosen)
    assert chosen.printer_box.currentText() == "单面打印机"
    assert chosen.sides_box.findData(Sides.LONG_EDGE.value) == -1
    assert chosen.choice.sides is Sides.ONE
    chosen.printer_box.setCurrentText("双面打印机")
    chosen.sides_box.setCurrentIndex(chosen.sides_box.findData(Sides.SHORT_EDGE.value))
    chosen.accept()
    again = PrintDialog(printers, 5, 0, PrintMemory(tmp_path))
    qtbot.addWidget(again)
    assert again.choice.printer == "双面打印机"
    assert again.choice.sides is Sides.SHORT_EDGE
    assert again._summary.text() == "共打印5面，用纸3张。"


def test_several_pages_go_on_both_sides_bound_at_the_left(qtbot: QtBot, printers: PdfPrinters) -> None:
    memory = PrintMemory()
    memory.keep_printer("双面打印机", Sides.FRONTS)  # by hand is half of a job: it is not offered again
    made = PrintDialog(printers, 6, 0, memory, starts=(0, 3))
    qtbot.addWidget(made)
    assert made.choice.sides is Sides.LONG_EDGE
    assert made._summary.text() == "共打印6面，用纸4张。每家另起一张纸。"
    single = PrintDialog(printers, 1, 0, memory)
    qtbot.addWidget(single)
    assert single.choice.sides is Sides.ONE


def test_a_wrong_range_keeps_the_dialog_open_and_says_why(qtbot: QtBot, printers: PdfPrinters) -> None:
    made = PrintDialog(printers, 5, 2, PrintMemory())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()

    def script() -> Script:
        yield "Alt+R"
        yield Text("9")
        yield "Return"
        yield lambda: made.range_line.hasFocus() and made.range_line.selectedText() == "9"

    play(script())
    assert made.isVisible()
    assert made._summary.text() == "没有第9页，一共5页，请改正。"
    made.current_button.setChecked(True)
    assert list(made.choice.pages) == [2]


@pytest.mark.skipif(bool(QPrinterInfo.availablePrinterNames()), reason="this machine has a printer")
def test_without_a_printer_the_pdf_is_offered(qtbot: QtBot, pdf: Path, tmp_path: Path) -> None:
    preview = _preview(qtbot, pdf)
    out = tmp_path / "另存.pdf"

    def script() -> Script:
        yield lambda: preview.view.hasFocus()
        yield "Ctrl+P"
        yield dialog(QMessageBox)
        yield "Esc"
        yield lambda: QApplication.activeModalWidget() is preview
        assert preview.saved_to is None
        yield "Ctrl+P"
        yield dialog(QMessageBox)
        yield "Return"
        yield dialog(QFileDialog)
        yield "Ctrl+A"
        yield Text(str(out))
        yield "Return"
        yield lambda: out.exists()

    play(script())
    assert out.read_bytes() == pdf.read_bytes()
    assert preview.saved_to == out


def test_a_save_that_fails_takes_the_earlier_good_word_away(
    qtbot: QtBot, pdf: Path, tmp_path: Path
) -> None:
    preview = _preview(qtbot, pdf)
    note = preview._note

    def script() -> Script:
        yield lambda: preview.view.hasFocus()
        for name in ("好.pdf", "没有/坏.pdf"):
            yield "Ctrl+S"
            yield dialog(QFileDialog)
            yield "Ctrl+A"
            yield Text(str(tmp_path / name))
            if name == "好.pdf":
                yield "Return"
                yield lambda: note.isVisible() and "已保存到" in note.text()
                (tmp_path / "没有").write_bytes(b"a file where a folder should be")
            else:
                yield "Return"
                yield dialog(QMessageBox)
                yield "Return"
                yield lambda: QApplication.activeModalWidget() is preview

    play(script())
    assert not note.isVisible()


def test_the_folder_saved_into_last_is_offered_tomorrow_too(
    qtbot: QtBot, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, stick, store = tmp_path / "Documents", tmp_path / "U盘", tmp_path / "数据"
    for folder in (documents, stick):
        folder.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    remember_folders_in(store)
    assert saving_folder() == documents
    preview = _preview(qtbot, pdf)

    def script() -> Script:
        yield lambda: preview.view.hasFocus()
        yield "Ctrl+S"
        yield dialog(QFileDialog)
        yield "Ctrl+A"
        yield Text(str(stick / "表.pdf"))
        yield "Return"
        yield lambda: preview.saved_to is not None

    play(script())
    remember_folders_in(store)  # as the program does when it starts
    assert saving_folder() == stick
    (stick / "表.pdf").unlink()
    stick.rmdir()
    assert saving_folder() == documents


def test_what_is_no_pdf_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    with pytest.raises(UnreadableInputError, match=r"坏\.pdf"):
        PreviewDialog("坏", tmp_path / "坏.pdf", SyncRunner())
    assert qtbot is not None

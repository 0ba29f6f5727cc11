"""The printed product as it will come out: pages, size, printing, saving as PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.domain.errors import GreenLadderError
from core.services.printing import PdfPages, save_copy
from gui.dialogs.files import ask_save_path, safe_name, saving_folder
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.messages import ask, warn
from gui.dialogs.page_strip import PageStrip
from gui.dialogs.page_view import PageView
from gui.dialogs.paper import Outcome, Printed, Printers, SystemPrinters, print_pages
from gui.dialogs.preview_tools import ContentsBox, PreviewTools
from gui.dialogs.print_dialog import PrintDialog
from gui.dialogs.print_memory import PrintMemory
from gui.dialogs.print_plan import PrintChoice
from gui.dialogs.progress import run_with_progress
from gui.tasks import TaskRunner

_PDF_PATTERN: Final = "PDF文件 (*.pdf)"
_ROOM_FOR_STRIP: Final = 940


@dataclass(frozen=True, slots=True)
class ExtraAction:
    """A further button of the preview: its words with mnemonic, and what it does.

    `run` is given the dialog, as parent of what it may ask; the sentence that it returns is shown, unless it is empty.
    Letters taken: P, S, T, C.
    """

    text: str
    run: Callable[[QWidget], str]


class PreviewDialog(QDialog):
    """Shows a PDF; what is printed and saved is that very file.

    `notices` stand above the pages as warnings, one a line; `about` is a plain word on the file.

    `starts` are first pages (from 0) that never share a sheet with the page before; `memory` keeps the printer chosen.

    Raises:
        UnreadableInputError: the file is missing or is no PDF.
    """

    def __init__(
        self,
        title: str,
        pdf: Path,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        about: str = "",
        notices: Sequence[str] = (),
        extra_actions: Sequence[ExtraAction] = (),
        starts: Sequence[int] = (),
        memory: PrintMemory | None = None,
        printers: Printers | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"预览　{title}")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        fit_to_screen(self, 1060, 1100)
        self._title, self._pdf, self._runner, self._starts = title, pdf, runner, tuple(starts)
        self._memory = memory or PrintMemory()
        self._printers = printers or SystemPrinters()
        self._pages = PdfPages(pdf)
        self.saved_to: Path | None = None
        self.view = PageView(self._pages, self)
        self.strip = PageStrip(self._pages, self)
        self.tools = PreviewTools(self.view, self)
        self.contents = ContentsBox(self._pages.outline(), self.view, self)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._note.hide()
        self._add_buttons(extra_actions)
        self._lay_out(about, notices)
        self._connect()
        self._add_keys()
        self.view.setFocus()

    def save_as(self) -> None:
        """Ask where, put the PDF there, and say so."""
        suggested = saving_folder() / f"{safe_name(self._title)}.pdf"
        path = ask_save_path(self, "另存为PDF", suggested, _PDF_PATTERN)
        if path is None:
            return
        self._note.hide()
        try:
            save_copy(self._pdf, path)
        except GreenLadderError as error:
            warn(self, "没有保存", str(error))
            return
        self.saved_to = path
        self._say(f"已保存到：{path}", "good")

    def print_out(self) -> None:
        """Print on paper; without a printer say so and offer the PDF."""
        if not self._printers.names():
            told = "这台电脑没有安装打印机。可以另存为PDF，拷到能打印的电脑上打印。"
            if ask(self, "没有打印机", told, "另存为PDF(&S)", "取消(&C)"):
                self.save_as()
            return
        dialog = PrintDialog(
            self._printers, self.view.count, self.view.current_page, self._memory, self, starts=self._starts
        )
        is_wanted = dialog.exec() == QDialog.DialogCode.Accepted
        choice = dialog.choice if is_wanted else None
        dialog.deleteLater()
        if choice is not None:
            self._print(choice)

    def done(self, result: int) -> None:
        """Close; the threads that make the pictures end first."""
        self.view.pictures.stop()
        self.strip.pictures.stop()
        self._pages.close()
        super().done(result)

    def _print(self, choice: PrintChoice) -> None:
        printer = self._printers.open(choice.printer)
        printer.setDocName(self._title)
        try:
            printed = run_with_progress(
                self, self._runner, "打印",
                lambda progress: print_pages(
                    self._pages, printer, choice, starts=self._starts, progress=progress.report,
                    cancelled=progress.is_cancelled,
                ),
                unit="面",
            )
        except GreenLadderError as error:
            warn(self, "没有打印", str(error))
            return
        self._say(*_told(printed, choice.printer))

    def _add_buttons(self, extra_actions: Sequence[ExtraAction]) -> None:
        add = self.tools.add
        add("打印(&P)", "打印　Ctrl+P", self.print_out, at=0)
        add("另存为PDF(&S)", "另存为PDF　Ctrl+S", self.save_as, at=1)
        for place, extra in enumerate(extra_actions, start=2):
            add(extra.text, extra.text.partition("(")[0], partial(self._run_extra, extra), at=place)
        add("关闭(&C)", "关闭　Esc", self.reject)

    def _lay_out(self, about: str, notices: Sequence[str]) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.tools)
        if about:
            words = QLabel(about, self)
            words.setProperty("role", "note")
            layout.addWidget(words)
        if notices:
            layout.addWidget(_notice_line(notices, self))
        layout.addWidget(self._note)
        if self.contents.count() > 1:
            row = QHBoxLayout()
            label = QLabel("目录(&M)：", self)
            label.setBuddy(self.contents)
            row.addWidget(label)
            row.addWidget(self.contents, 1)
            layout.addLayout(row)
        else:
            self.contents.hide()
        pages = QHBoxLayout()
        pages.addWidget(self.strip)
        pages.addWidget(self.view, 1)
        layout.addLayout(pages, 1)
        remembered = self._memory.shows_strip
        shows = self.width() >= _ROOM_FOR_STRIP if remembered is None else remembered
        self.strip.setVisible(shows and self.view.count > 1)
        self.tools.strip_button.setChecked(self.strip.isVisibleTo(self))

    def _connect(self) -> None:
        self.view.page_changed.connect(self.strip.follow)
        self.strip.chosen.connect(self.view.show_page)
        self.strip.follow(self.view.current_page)
        self.tools.strip_wanted.connect(self._show_strip)

    def _add_keys(self) -> None:
        view = self.view
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Ctrl+P", self.print_out),
            ("Ctrl+S", self.save_as),
            ("Ctrl++", lambda: view.zoom_step(1)),
            ("Ctrl+=", lambda: view.zoom_step(1)),
            ("Ctrl+-", lambda: view.zoom_step(-1)),
            ("Ctrl+0", view.fit_width),
            ("Ctrl+1", lambda: view.zoom_percent(100)),
            ("Ctrl+2", view.fit_page),
            ("PgUp", lambda: view.turn(-1)),
            ("PgDown", lambda: view.turn(1)),
            ("Ctrl+Home", lambda: view.show_page(0)),
            ("Ctrl+End", lambda: view.show_page(view.count - 1)),
        )
        for text, slot in keys:
            QShortcut(QKeySequence(text), self).activated.connect(slot)

    def _show_strip(self, is_wanted: bool) -> None:  # noqa: FBT001 - a slot
        self.strip.setVisible(is_wanted)
        self._memory.keep_strip(is_shown=is_wanted)

    def _run_extra(self, extra: ExtraAction) -> None:
        self._note.hide()
        try:
            told = extra.run(self)
        except GreenLadderError as error:
            warn(self, "没有完成", str(error))
            return
        if told:
            self._say(told, "good")

    def _say(self, text: str, tone: str) -> None:
        self._note.setText(text)
        self._note.setProperty("tone", tone)
        self._note.style().unpolish(self._note)
        self._note.style().polish(self._note)
        self._note.show()


def _told(printed: Printed, name: str) -> tuple[str, str]:
    """What became of the printing, with its tone."""
    if printed.outcome is Outcome.STOPPED:
        return f"已停止打印。打印机可能已经收到{printed.sides}面，多出的纸请收好作废。", "bad"
    if printed.outcome is Outcome.REFUSED:
        return "打印机没有接受，请检查打印机是否开机、有纸，或另存为PDF。", "bad"
    small = "有的页比打印机的纸大，已缩小打印。" if printed.is_shrunk else ""
    return f"已交给打印机：{name}，共{printed.sides}面。{small}", "good"


def _notice_line(notices: Sequence[str], parent: QWidget) -> QLabel:
    label = QLabel("\n".join(notices), parent)
    label.setObjectName("previewNotices")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    label.setProperty("role", "caution")
    return label

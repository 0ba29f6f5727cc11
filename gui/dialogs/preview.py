"""The printed product as it will come out: pages, zoom, printing, saving as PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.domain.errors import GreenLadderError
from core.services.printing import page_count, save_copy
from gui.dialogs.files import ask_save_path, documents_folder, safe_name
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.messages import tell, warn
from gui.dialogs.page_view import PageView
from gui.dialogs.paper import print_pages
from gui.tasks import TaskRunner

_PDF_PATTERN: Final = "PDF文件 (*.pdf)"


@dataclass(frozen=True, slots=True)
class ExtraAction:
    """A further button of the preview: its words with mnemonic, and what it does.

    `run` is given the dialog, as parent of what it may ask; the sentence that it returns is shown, unless it is empty.
    """

    text: str
    run: Callable[[QWidget], str]


class PreviewDialog(QDialog):
    """Shows a PDF; what is printed and saved is that very file. `notices` stand above the pages, one a line."""

    def __init__(
        self,
        title: str,
        pdf: Path,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        notices: Sequence[str] = (),
        extra_actions: Sequence[ExtraAction] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"预览　{title}")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        fit_to_screen(self, 980, 1100)
        self._pdf, self._runner, self._suggested = pdf, runner, safe_name(title)
        self.saved_to: Path | None = None
        self.view = PageView(pdf, page_count(pdf), self)
        self._place = QLabel(self)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.addLayout(self._tools(extra_actions))
        if notices:
            layout.addWidget(_notice_line(notices, self))
        layout.addWidget(self._note)
        layout.addWidget(self.view, 1)
        self.view.page_changed.connect(self._show_place)
        self._show_place(0)
        self._add_keys()
        self.view.setFocus()
        QTimer.singleShot(0, self, self.view.fit_width)

    def save_as(self) -> None:
        """Ask where, write the PDF there, and say so."""
        suggested = documents_folder() / f"{self._suggested}.pdf"
        path = ask_save_path(self, "另存为PDF", suggested, _PDF_PATTERN)
        if path is None:
            return
        try:
            save_copy(self._pdf, path)
        except GreenLadderError as error:
            warn(self, "没有保存", str(error))
            return
        self.saved_to = path
        self._say(f"已保存到：{path}", "good")

    def print_out(self) -> None:
        """Print on paper; without a printer say so and offer the PDF."""
        if not QPrinterInfo.availablePrinterNames():
            tell(self, "没有打印机", "这台电脑没有安装打印机。可以另存为PDF，拷到能打印的电脑上打印。")
            self.save_as()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, self.view.count)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._say(f"正在打印，共{self.view.count}页……", "")
            if print_pages(self._pdf, printer):
                self._say(f"已交给打印机：{printer.printerName()}", "good")
            else:
                self._say("打印机没有接受，请检查打印机是否开机、有纸，或另存为PDF。", "bad")

    def _tools(self, extra_actions: Sequence[ExtraAction]) -> QHBoxLayout:
        row = QHBoxLayout()
        buttons: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("打印(&P)", "Ctrl+P", self.print_out),
            ("另存为PDF(&S)", "Ctrl+S", self.save_as),
            ("上一页(&B)", "PageUp", lambda: self.view.turn(-1)),
            ("下一页(&N)", "PageDown", lambda: self.view.turn(1)),
            ("放大(&I)", "Ctrl++", lambda: self.view.zoom_by(1.25)),
            ("缩小(&O)", "Ctrl+-", lambda: self.view.zoom_by(0.8)),
            ("适合宽度(&W)", "Ctrl+0", self.view.fit_width),
        )
        for text, keys, slot in buttons:
            button = QPushButton(text, self)
            button.setToolTip(f"{text.partition('(')[0]}　{keys}")
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button)
        for extra in extra_actions:
            button = QPushButton(extra.text, self)
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._run_extra, extra))
            row.addWidget(button)
        row.addWidget(self._place)
        row.addStretch(1)
        close = QPushButton("关闭(&C)", self)
        close.setToolTip("关闭　Esc")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        row.addWidget(close)
        return row

    def _add_keys(self) -> None:
        keys: tuple[tuple[str, Callable[[], None]], ...] = (
            ("Ctrl+P", self.print_out),
            ("Ctrl+S", self.save_as),
            ("Ctrl++", lambda: self.view.zoom_by(1.25)),
            ("Ctrl+=", lambda: self.view.zoom_by(1.25)),
            ("Ctrl+-", lambda: self.view.zoom_by(0.8)),
            ("Ctrl+0", self.view.fit_width),
        )
        for text, slot in keys:
            QShortcut(QKeySequence(text), self).activated.connect(slot)

    def _run_extra(self, extra: ExtraAction, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's own
        try:
            told = extra.run(self)
        except GreenLadderError as error:
            warn(self, "没有完成", str(error))
            return
        if told:
            self._say(told, "good")

    def _show_place(self, page: int) -> None:
        self._place.setText(f"第{page + 1}页，共{self.view.count}页")

    def _say(self, text: str, tone: str) -> None:
        self._note.setText(text)
        self._note.setProperty("tone", tone)
        self._note.style().unpolish(self._note)
        self._note.style().polish(self._note)
        self._note.show()


def _notice_line(notices: Sequence[str], parent: QWidget) -> QLabel:
    label = QLabel("\n".join(notices), parent)
    label.setObjectName("previewNotices")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    label.setProperty("role", "caution")
    return label

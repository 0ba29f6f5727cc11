"""往来文件: what came and went, its check code, what became of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.domain.exchange import FileKind
from core.services.exchange import log
from core.services.exchange.model import InboxLine, OutboxLine
from gui.dialogs.files import documents_folder
from gui.models.rows_model import RowsModel
from gui.pages.exchange.receiving import ReceiveSteps
from gui.pages.exchange.words import FILE_COLUMNS, FileLine, file_row, file_sections, moment_of
from gui.session import Session
from gui.widgets.detail_panel import DetailPanel
from gui.widgets.list_frame import ListFrame
from gui.widgets.page import Page
from gui.widgets.pinyin import matches

_EMPTY: Final = "还没有收发过文件。"
_WAYS: Final[tuple[tuple[str, str | None], ...]] = (("收和发", None), ("收到的", "in"), ("发出的", "out"))


class FilesPart(QWidget):
    """Newest first."""

    def __init__(self, page: Page, session: Session, steps: ReceiveSteps) -> None:
        super().__init__(page)
        self._session = session
        self._steps = steps
        self._files: tuple[FileLine, ...] = ()
        self.model = RowsModel([c.title for c in FILE_COLUMNS], self)
        self.frame = ListFrame(
            "往来文件", FILE_COLUMNS, self.model, self, key=_key,
            hint="查找：对方、文件名、核对码",
        )
        self.detail = DetailPanel(self)
        self.report = page.action("接收情况表(&E)…", "", self._report, "选中的来件收了什么，每个单位一行，存成Excel")
        self.folder = page.action("打开文件夹(&D)", "", self._open_folder, "打开上次存放文件的文件夹")
        self.undo = page.action("撤销上次接收(&U)", "", steps.undo, "回到上次接收之前的样子")
        self.frame.set_actions((self.report, self.folder, None, self.undo))
        filters = self.frame.filters
        filters.add_choice("way", "收发", list(_WAYS))
        filters.add_choice("kind", "文件种类", [("全部文件", None), *((k.label, k.value) for k in FileKind)])
        self.frame.set_empty(_EMPTY)
        self.frame.set_detail(self.detail, share=0.3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)
        self.frame.changed.connect(self._fill)
        self.frame.moved.connect(self._show)
        self.frame.opened.connect(lambda _file: self.detail.setFocus())

    def refresh(self) -> None:
        """Look again."""
        ws = self._session.workspace
        files: list[FileLine] = [*log.inbox(ws), *log.outbox(ws)]
        self._files = tuple(sorted(files, key=moment_of, reverse=True))
        self._fill()

    def show_newest(self) -> None:
        """Look again, and go to the file that came or went last."""
        self.refresh()
        if self._files:
            self.frame.select(_key(self._files[0]))

    def _fill(self) -> None:
        wanted = self.frame.filters.values()
        way, kind, query = wanted.get("way"), wanted.get("kind"), str(wanted.get("query", ""))
        found = [
            file for file in self._files
            if way in (None, "in" if isinstance(file, InboxLine) else "out") and kind in (None, file.kind.value)
            and matches(query, _other(file), file.file_name, file.check_code, file.check_code.replace(" ", ""))
        ]
        self.model.set_rows([file_row(file) for file in found], found)

    def _show(self, file: object) -> None:
        self.report.setEnabled(isinstance(file, InboxLine))
        if isinstance(file, InboxLine | OutboxLine):
            self.detail.show_sections(file.kind.label, file_sections(file))
        else:
            self.detail.clear()

    def _report(self) -> None:
        file = self.frame.current()
        if isinstance(file, InboxLine):
            self._steps.save_report(file.id)

    def _open_folder(self) -> None:
        folder = self._steps.last.path or documents_folder()
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _key(file: FileLine) -> tuple[bool, int]:
    return isinstance(file, InboxLine), file.id


def _other(file: FileLine) -> str:
    return file.sender_label if isinstance(file, InboxLine) else file.recipient_label

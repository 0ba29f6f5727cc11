"""接收结果: what became of every record of the files that were received, one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.services.exchange.model import Outcome, Received, RecordPreview
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.receive_preview import TONES, told_beside
from gui.models.rows_model import Cell, Row, RowsModel
from gui.widgets.list_table import Column, ListTable

COLUMNS: Final = (
    Column("结果", 92), Column("单位或文件", 240), Column("表", 150, hide_below=700), Column("说明", stretches=True),
)
_PANE_HEIGHT: Final = 64
_NOT_OPENED: Final = frozenset({Outcome.REFUSED, Outcome.SKIPPED})


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file: what was received, or None with the sentence that says why nothing was (`is_repeat`: it was before)."""

    path: Path
    received: Received | None
    sentence: str
    is_repeat: bool = False


class ReceivedDialog(QDialog):
    """Enter closes, Alt+O or a double click opens the unit of the line.

    `chosen_record`, `wants_receipt`, `wants_settling` say what comes next.
    """

    def __init__(
        self, results: Sequence[FileResult], parent: QWidget | None = None, *,
        save_report: Callable[[int], object] | None = None, offers_receipt: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("接收结果")
        fit_to_screen(self, 960, 500)
        self.chosen_record: str | None = None
        self.wants_receipt = False
        self.wants_settling = False
        self._save_report = save_report
        self._opens: QPushButton | None = None
        self._received = [r.received for r in results if r.received is not None]
        rows: list[Row] = []
        items: list[RecordPreview | FileResult] = []
        for result in results:
            _add_result(rows, items, result, several=len(results) > 1)
        self.model = RowsModel([c.title for c in COLUMNS], self)
        self.model.set_rows(rows, items)
        self.table = ListTable(COLUMNS, self.model, self)
        self.table.setAccessibleName("每个单位的接收结果")
        self.table.opened.connect(self._open)
        self.table.moved.connect(self._show_whole)
        self.table.installEventFilter(self)
        self.whole = QPlainTextEdit(self)
        self.whole.setReadOnly(True)
        self.whole.setTabChangesFocus(True)
        self.whole.setAccessibleName("这一行的全文")
        self.whole.setMinimumHeight(_PANE_HEIGHT // 2)
        self.whole.setMaximumHeight(_PANE_HEIGHT)
        layout = QVBoxLayout(self)
        heading = _summary(results)
        layout.addWidget(_label(heading, "role", "title", self))
        for note in told_beside([note for received in self._received for note in received.notes]):
            if note not in heading:
                layout.addWidget(_label(note, "role", "note", self))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.whole)
        layout.addLayout(self._buttons(offers_receipt=offers_receipt))
        self.table.select_row(0)
        self.table.setFocus()

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The records that wait for a decision."""
        found = [record for received in self._received for record in received.records]
        return tuple(record.record_id for record in found if record.outcome is Outcome.CONFLICT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter closes, as it does everywhere in this window."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress \
                and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.reject()
            return True
        return super().eventFilter(watched, event)

    def _show_whole(self, item: object) -> None:
        """What does not fit into the line, whole."""
        if isinstance(item, RecordPreview):
            self.whole.setPlainText(f"{item.unit_name or '未填名称'}　{item.form_title}\n{item.sentence}")
        elif isinstance(item, FileResult):
            self.whole.setPlainText(f"{item.path.name}\n{item.sentence}")
        if self._opens is not None:
            self._opens.setEnabled(isinstance(item, RecordPreview) and item.outcome not in _NOT_OPENED)

    def _buttons(self, *, offers_receipt: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        if self._received:
            self._opens = self._add(row, "打开所选单位(&O)", lambda: self._open(self.table.current()))
        if self._save_report is not None and self._received:
            self._add(row, "接收情况表(&E)…", self._report)
        if self.conflicts:
            self._add(row, "处理冲突(&K)", self._settle)
        if offers_receipt and self._received:
            self._add(row, "写回执(&W)…", self._receipt)
        row.addStretch(1)
        close = self._add(row, "关闭(&C)", self.reject)
        close.setDefault(True)
        return row

    def _add(self, row: QHBoxLayout, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: slot())
        row.addWidget(button)
        return button

    def _open(self, item: object) -> None:
        if isinstance(item, RecordPreview) and item.outcome not in _NOT_OPENED:
            self.chosen_record = item.record_id
            self.accept()

    def _report(self) -> None:
        if self._save_report is not None:
            for received in self._received:
                self._save_report(received.inbox_id)

    def _settle(self) -> None:
        self.wants_settling = True
        self.accept()

    def _receipt(self) -> None:
        self.wants_receipt = True
        self.accept()


def _add_result(
    rows: list[Row], items: list[RecordPreview | FileResult], result: FileResult, *, several: bool
) -> None:
    if result.received is None:
        status = Cell("已收过", "plain") if result.is_repeat else Cell("没有接收", "bad")
        rows.append((status, result.path.name, "", Cell(result.sentence)))
        items.append(result)
        return
    if several or not result.received.records:
        rows.append((Cell("已接收", "good"), result.path.name, result.received.facts.kind.label, result.sentence))
        items.append(result)
    for record in result.received.records:
        rows.append((
            Cell(record.outcome.label, TONES[record.outcome]),
            Cell(record.unit_name or "未填名称", tip=f"{record.unit_name}\n{record.credit_code}"),
            record.form_title, record.sentence,
        ))
        items.append(record)


def _summary(results: Sequence[FileResult]) -> str:
    if len(results) == 1:
        return results[0].sentence
    done = sum(1 for r in results if r.received is not None)
    rest = f"，没有接收{len(results) - done}个" if done < len(results) else ""
    return f"共{len(results)}个文件，接收了{done}个{rest}。"


def _label(text: str, name: str, value: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty(name, value)
    return label

"""接收前先看: every record of a file, what would change field by field, and what the clerk takes or keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.domain.calendar import format_chinese
from core.domain.exchange import STATE, FileKind, NoticeWords
from core.services.exchange.model import Choice, FieldPreview, Outcome, Preview, RecordPreview
from core.services.exchange.words import BLANK
from gui.dialogs.fitting import fit_to_screen
from gui.models.rows_model import Cell, Row, RowsModel
from gui.widgets import theme
from gui.widgets.list_table import Column, ListTable

RECORD_COLUMNS: Final = (Column("结果", 92), Column("单位名称", stretches=True))
FIELD_COLUMNS: Final = (
    Column("", 62), Column("栏目", 130), Column("本机", stretches=True), Column("来件", stretches=True),
    Column("采用", 84),
)
TONES: Final = {
    Outcome.NEW: "good", Outcome.CHANGED: "wait", Outcome.UNCHANGED: "plain", Outcome.CONFLICT: "bad",
    Outcome.KEPT: "plain", Outcome.REFUSED: "bad", Outcome.SKIPPED: "plain",
}
COUNTED: Final = (
    (Outcome.NEW, "新增"), (Outcome.CHANGED, "更新"), (Outcome.UNCHANGED, "未变"), (Outcome.CONFLICT, "冲突"),
    (Outcome.REFUSED, "不收"),
)
_ORDER: Final = (
    Outcome.CONFLICT, Outcome.REFUSED, Outcome.CHANGED, Outcome.NEW, Outcome.KEPT, Outcome.SKIPPED, Outcome.UNCHANGED,
)
_CHANGES: Final = {Outcome.CONFLICT: Cell("冲突", "bad"), Outcome.NEW: Cell("新填", "good")}
_CHOICES: Final = {Choice.TAKE: "good", Choice.KEEP: "plain", Choice.LATER: "wait"}
#: So many filled fields may become blank before the line of the unit warns of it.
_FEW_BLANKED: Final = 5
_PANE_HEIGHTS: Final = (32, 76)
_NOTHING: Final = "没有可接收的：这个文件里的表都不收，原因见下。按“接收”只登记收到过这个文件，好在回执中告诉对方。"
NOTICE_MARK: Final = "通知："
_HINT: Final = "Enter或F6到右边的栏目，空格换“采用”；Ctrl+Enter接收。“以后再定”的栏两种写法都留着，收下后在列表里处理。"


class ReceivePreviewDialog(QDialog):
    """Records at the left, the risky ones first; fields of one at the right. `choices` and `skip` once accepted."""

    def __init__(self, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("接收前核对")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        fit_to_screen(self, 1120, 660)
        self.preview = preview
        self.choices: dict[tuple[str, str], Choice] = {}
        self.skip: set[str] = set()
        self._records = sorted(
            preview.records, key=lambda r: (self._blanked(r) <= _FEW_BLANKED, _ORDER.index(r.outcome))
        )
        self.record_model = RowsModel([c.title for c in RECORD_COLUMNS], self)
        self.records = ListTable(RECORD_COLUMNS, self.record_model, self)
        self.records.setAccessibleName("来件中的单位")
        self.field_model = RowsModel([c.title for c in FIELD_COLUMNS], self)
        self.fields = ListTable(FIELD_COLUMNS, self.field_model, self)
        self.fields.setAccessibleName("有变化的栏目")
        self.fields.installEventFilter(self)
        self._unit = _plain(self, "role", "title")
        self._sentence = _plain(self, "role", "note")
        self._whole = QPlainTextEdit(self)
        self._whole.setReadOnly(True)
        self._whole.setAccessibleName("这一栏的全文")
        self._whole.setTabChangesFocus(True)
        _let_shrink(self._whole)
        self._lay_out()
        self._connect()
        self._show_records()
        self.records.select_row(0)
        self._show_record()
        self.records.setFocus()

    # What was decided

    def choice_of(self, record: RecordPreview, field: FieldPreview) -> Choice:
        """What holds for a field: what the clerk said, else what was proposed."""
        return self.choices.get((record.record_id, field.name), field.choice)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space changes the choice of a field."""
        if watched is self.fields and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress \
                and event.key() == Qt.Key.Key_Space:
            self._toggle()
            return True
        return super().eventFilter(watched, event)

    @property
    def _brings_nothing(self) -> bool:
        """True where every form that comes is one that is not taken in."""
        records = self.preview.records
        return bool(records) and all(r.outcome is Outcome.REFUSED for r in records) and self.preview.notice is None

    # Building

    def _lay_out(self) -> None:
        left, right = QWidget(self), QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(6, 0, 0, 0)
        column.addWidget(self._unit)
        column.addWidget(self._sentence)
        column.addLayout(self._record_buttons())
        column.addWidget(self.fields, 1)
        column.addWidget(self._whole)
        shelf = QVBoxLayout(left)
        shelf.setContentsMargins(0, 0, 0, 0)
        shelf.addWidget(self.records)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([260, 820])
        hint = _plain(self, "role", "note")
        hint.setText(_HINT)
        layout = QVBoxLayout(self)
        layout.setSpacing(6)
        layout.addLayout(self._head())
        layout.addWidget(splitter, 1)
        layout.addWidget(hint)
        layout.addLayout(self._buttons())

    def _head(self) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setSpacing(2)
        facts = self.preview.facts
        made = format_chinese(facts.made_at.astimezone().date())
        self.heading = _plain(self, "role", "title")
        self.heading.setText(f"{facts.sender_label}　{numbered(facts.kind, facts.number)}　{made}　{self._counts()}")
        head.addWidget(self.heading)
        about = _plain(self, "role", "note")
        about.setText(f"核对码 {facts.check_code}　密钥 {facts.key_name}（{facts.trust.label}）　{facts.path.name}")
        head.addWidget(about)
        if self.preview.notice is not None:
            head.addWidget(_notice(self.preview.notice, self))
        for note in (*([_NOTHING] if self._brings_nothing else []), *told_beside(self.preview.notes)):
            line = _plain(self, "role", "warning")
            line.setStyleSheet(f"color: {theme.AMBER}")
            line.setText(note)
            head.addWidget(line)
        return head

    def _counts(self) -> str:
        counts = Counter(record.outcome for record in self.preview.records)
        return " ".join(f"{word}{counts[outcome]}" for outcome, word in COUNTED if counts[outcome])

    def _record_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._take = self._button(row, "全部用来件(&T)", lambda: self._choose_all(Choice.TAKE))
        self._keep = self._button(row, "全部留本机(&M)", lambda: self._choose_all(Choice.KEEP))
        self._skip = self._button(row, "这个单位先不收(&K)", self._turn_skip)
        row.addStretch(1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        accept = self._button(row, "接收(&A)", self.accept)
        leave = self._button(row, "不收(&X)", self.reject)
        (leave if self._brings_nothing else accept).setDefault(True)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        return row

    def _button(self, row: QHBoxLayout, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: slot())
        row.addWidget(button)
        return button

    def _connect(self) -> None:
        self.records.moved.connect(lambda _record: self._show_record())
        self.records.opened.connect(lambda _record: self._switch())
        self.fields.opened.connect(lambda _field: self.records.setFocus())
        self.fields.moved.connect(lambda _field: self._show_whole())
        QShortcut(QKeySequence("F6"), self).activated.connect(self._switch)

    # Showing

    def _record(self) -> RecordPreview | None:
        found = self.records.current()
        return found if isinstance(found, RecordPreview) else None

    def _show_records(self) -> None:
        row = self.records.currentIndex().row()
        self.record_model.set_rows([self._record_row(r) for r in self._records], self._records)
        self.records.select_row(max(row, 0))

    def _record_row(self, record: RecordPreview) -> Row:
        outcome = Outcome.SKIPPED if record.record_id in self.skip else record.outcome
        tip = f"{record.unit_name}\n{record.credit_code}\n{record.form_title}"
        shown = Cell(outcome.label, TONES[outcome])
        blanked = self._blanked(record)
        if blanked > _FEW_BLANKED:
            tip = f"{tip}\n收下以后，已经填好的{blanked}栏会变成空白，请先核对。"
            shown = Cell(f"清空{blanked}栏", "bad", tip=tip)
        return (shown, Cell(record.unit_name or "未填名称", tip=tip))

    def _blanked(self, record: RecordPreview) -> int:
        """How many fields that are filled here would be blank, as it is decided now."""
        if record.record_id in self.skip or record.outcome is Outcome.REFUSED:
            return 0
        return sum(1 for f in record.fields if _blanks(f) and self.choice_of(record, f) is Choice.TAKE)

    def _show_record(self) -> None:
        record = self._record()
        if record is None:
            self._unit.setText("来件里没有单位的表。")
            for button in (self._take, self._keep, self._skip):
                button.setEnabled(False)
            return
        moves = bool(record.state_after) and record.outcome is not Outcome.REFUSED
        move = f"　{record.state_before or '本机没有'} → {record.state_after}" if moves else ""
        self._unit.setText(f"{record.unit_name or '未填名称'}　{record.form_title}{move}")
        self._sentence.setText(record.sentence)
        self._sentence.setVisible(bool(record.sentence))
        skipped = record.record_id in self.skip
        self._skip.setText("还是收这个单位(&K)" if skipped else "这个单位先不收(&K)")
        self._skip.setEnabled(record.outcome is not Outcome.REFUSED)
        has_choice = any(_is_open(record, field, self.skip) for field in record.fields)
        self._take.setEnabled(has_choice)
        self._keep.setEnabled(has_choice)
        self._show_fields(record)

    def _show_fields(self, record: RecordPreview) -> None:
        row = self.fields.currentIndex().row()
        shown = sorted(record.fields, key=lambda f: f.change is not Outcome.CONFLICT)
        self.field_model.set_rows([self._field_row(record, f) for f in shown], shown)
        self.fields.select_row(max(row, 0))
        self._show_whole()

    def _field_row(self, record: RecordPreview, field: FieldPreview) -> Row:
        choice = self.choice_of(record, field)
        if record.record_id in self.skip:
            taken = Cell("不收", "plain")
        elif record.outcome is Outcome.REFUSED:
            taken = Cell("不收", "bad")
        elif not _is_open(record, field, self.skip):
            taken = Cell(choice.label)
        else:
            taken = Cell(choice.label, _CHOICES[choice])
        change = Cell("清空", "bad") if _blanks(field) else _CHANGES.get(field.change, Cell("更新", "wait"))
        mine, theirs = _both(record, field)
        return (change, field.label, _value(mine), _value(theirs), taken)

    def _show_whole(self) -> None:
        field = self.fields.current()
        if not isinstance(field, FieldPreview):
            self._whole.clear()
            return
        by_mine = f"（{field.mine_by}）" if field.mine_by else ""
        by_theirs = f"（{field.theirs_by}）" if field.theirs_by else ""
        record = self._record()
        mine, theirs = _both(record, field) if record is not None else (field.mine, field.theirs)
        self._whole.setPlainText(
            f"{field.label}\n本机{by_mine}：{mine or BLANK}\n来件{by_theirs}：{theirs or BLANK}"
        )

    # Deciding

    def _switch(self) -> None:
        to_fields = not self.fields.hasFocus() and self.field_model.rowCount()
        (self.fields if to_fields else self.records).setFocus()

    def _toggle(self) -> None:
        record, field = self._record(), self.fields.current()
        if record is None or not isinstance(field, FieldPreview) or not _is_open(record, field, self.skip):
            return
        offered = [Choice.TAKE, Choice.KEEP]
        if field.change is Outcome.CONFLICT:
            offered.append(Choice.LATER)
        place = offered.index(self.choice_of(record, field)) if self.choice_of(record, field) in offered else -1
        self._choose(record, field, offered[(place + 1) % len(offered)])
        self._show_records()
        self._show_fields(record)

    def _choose(self, record: RecordPreview, field: FieldPreview, choice: Choice) -> None:
        if choice is field.choice:
            self.choices.pop((record.record_id, field.name), None)
        else:
            self.choices[record.record_id, field.name] = choice

    def _choose_all(self, choice: Choice) -> None:
        record = self._record()
        if record is None:
            return
        for field in record.fields:
            if _is_open(record, field, self.skip):
                self._choose(record, field, choice)
        self._show_records()
        self._show_fields(record)

    def _turn_skip(self) -> None:
        record = self._record()
        if record is not None:
            self.skip ^= {record.record_id}
            self._show_records()
            self._show_record()


def _notice(words: NoticeWords, parent: QWidget) -> QPlainTextEdit:
    """What the bureau announces, to read in place."""
    shown = QPlainTextEdit(notice_text(words), parent)
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    shown.setAccessibleName("通知")
    _let_shrink(shown)
    return shown


def _let_shrink(pane: QPlainTextEdit) -> None:
    """A few lines, fewer where the screen is low; the rest is scrolled to."""
    pane.setMinimumHeight(_PANE_HEIGHTS[0])
    pane.setMaximumHeight(_PANE_HEIGHTS[1])


def notice_text(words: NoticeWords) -> str:
    """A notice as people read it: title, last day, words."""
    deadline = f"报送截止日期：{format_chinese(words.deadline)}" if words.deadline is not None else ""
    return "\n".join(part for part in (f"{NOTICE_MARK}{words.title}", deadline, words.text) if part)


def told_beside(notes: Sequence[str]) -> list[str]:
    """The notes of a file without the one that repeats its notice's title."""
    return [note for note in dict.fromkeys(notes) if not note.startswith(NOTICE_MARK)]


def numbered(kind: FileKind, number: int) -> str:
    """A file's kind with its number, as people say it."""
    return f"第{number}包" if kind is FileKind.PACKAGE else f"{kind.label}第{number}号"


def _is_open(record: RecordPreview, field: FieldPreview, skip: set[str]) -> bool:
    """True where the clerk may choose; a unit that is new here has nothing that could stay instead."""
    decided = record.outcome in (Outcome.REFUSED, Outcome.NEW) or record.record_id in skip
    return not field.is_locked and not decided


def _blanks(field: FieldPreview) -> bool:
    return field.mine not in ("", BLANK) and field.theirs in ("", BLANK)


def _both(record: RecordPreview, field: FieldPreview) -> tuple[str, str]:
    """What is here and what comes; of the state what it will be here, which is what the heading says too."""
    if field.name == STATE and field.choice is Choice.TAKE and record.state_after:
        return record.state_before or field.mine, record.state_after
    return field.mine, field.theirs


def _value(text: str) -> Cell:
    return Cell(text.replace("\n", " ") or BLANK, tip=text)


def _plain(parent: QWidget, name: str, value: str) -> QLabel:
    """A label that shows foreign words as they are, never as markup."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty(name, value)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    return label

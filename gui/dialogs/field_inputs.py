"""The fields of a small dialog: what each asks for, how it is typed, and what is wrong with it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from core.forms.definition import Choice
from core.forms.values import read_date
from gui.dialogs.files import documents_folder
from gui.dialogs.office_picker import OfficePicker
from gui.widgets.date_cell import DateCell

_LONG_LIST: Final = 12
_MEMO_LINES: Final = 4


class FieldKind(Enum):
    """What a field asks for."""

    TEXT = auto()
    MEMO = auto()
    DATE = auto()
    CHOICE = auto()
    NUMBER = auto()
    CHECK = auto()
    FILE = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `label` carries its mnemonic: `退回理由(&R)`; the colon is added.

    `choices` are words and values (CHOICE); `latest` the last day allowed (DATE); `least`, `most` and `whole` are of
    NUMBER; `pattern` is a file filter such as `PDF文件 (*.pdf)` (FILE). `check` gives a sentence for a wrong value, ""
    for a right one; it is asked only when the field is not blank. `hint` stands in the empty field.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    value: Any = None
    hint: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    latest: date | None = None
    least: float | None = None
    most: float | None = None
    whole: bool = False
    pattern: str = ""
    check: Callable[[Any], str] | None = None

    @property
    def plain_label(self) -> str:
        """The label without its mnemonic."""
        return self.label.partition("(&")[0]

    def with_value(self, value: object) -> Field:
        """The same field, filled with something else."""
        return replace(self, value=value)


class FieldInput:
    """What the dialog asks of a field on the screen; each kind has its own."""

    is_tall = False
    height_hint = 0

    def __init__(self, field: Field, widget: QWidget, focus: QWidget | None = None) -> None:
        self.field = field
        self.widget = widget
        self.focus = focus or widget

    def raw(self) -> object:
        """What is in the field, as it was typed or chosen."""
        raise NotImplementedError

    def value(self) -> Any:
        """What the field says, None where it is blank (text: empty); only asked once `problem` is empty."""
        return self.raw()

    def problem(self) -> str:
        """One sentence on what is wrong; empty when nothing is."""
        field = self.field
        raw = self.raw()
        if raw in (None, ""):
            return f"请填写“{field.plain_label}”。" if field.required else ""
        return self._wrong() or (field.check(self.value()) if field.check else "")

    def _wrong(self) -> str:
        return ""


class _Text(FieldInput):
    def __init__(self, field: Field, parent: QWidget) -> None:
        self._line = QLineEdit(str(field.value or ""), parent)
        self._line.setPlaceholderText(field.hint)
        super().__init__(field, self._line)

    def raw(self) -> str:
        return self._line.text().strip()


class _Memo(FieldInput):
    is_tall = True

    def __init__(self, field: Field, parent: QWidget) -> None:
        self._text = QPlainTextEdit(str(field.value or ""), parent)
        self._text.setTabChangesFocus(True)
        self._text.setPlaceholderText(field.hint)
        line = QFontMetrics(self._text.font()).lineSpacing()
        self.height_hint = line * _MEMO_LINES + 24
        self._text.setMinimumHeight(line * 2 + 14)
        super().__init__(field, self._text)

    def raw(self) -> str:
        return self._text.toPlainText().strip()


class _Number(_Text):
    def __init__(self, field: Field, parent: QWidget) -> None:
        shown = "" if field.value is None else f"{field.value:.12g}"
        super().__init__(replace(field, value=shown), parent)

    def value(self) -> float | int | None:
        number = _read_number(self.raw())
        return int(number) if number is not None and self.field.whole else number

    def _wrong(self) -> str:
        field, number = self.field, _read_number(self.raw())
        if number is None:
            return f"“{field.plain_label}”应填数字，现在是“{self.raw()}”。"
        if field.whole and number != int(number):
            return f"“{field.plain_label}”应填整数，现在是“{self.raw()}”。"
        if field.least is not None and number < field.least:
            return f"“{field.plain_label}”不能小于{field.least:g}，现在是“{self.raw()}”。"
        if field.most is not None and number > field.most:
            return f"“{field.plain_label}”不能大于{field.most:g}，现在是“{self.raw()}”。"
        return ""


class _Date(FieldInput):
    def __init__(self, field: Field, parent: QWidget) -> None:
        self.cell = DateCell(parent, canonical=_tidy_date)
        row = _row_of(parent, self.cell)
        self.cell.load(field.value.isoformat() if isinstance(field.value, date) else "")
        self.cell.setPlaceholderText(field.hint or "如2026-03-01，按F4选日期")
        button = QToolButton(row)
        button.setText("选日期")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(self.cell.open_calendar)
        _add(row, button)
        super().__init__(field, row, self.cell)

    def raw(self) -> str:
        return self.cell.text().strip()

    def value(self) -> date | None:
        return read_date(self.raw()) if self.raw() else None

    def _wrong(self) -> str:
        day = read_date(self.raw())
        if day is None:
            return f"“{self.field.plain_label}”填的“{self.raw()}”不是日期或没有这一天，应形如2026-03-01。"
        if self.field.latest is not None and day > self.field.latest:
            return f"“{self.field.plain_label}”不能晚于{self.field.latest}，现在是{day}。"
        return ""


class _Choice(FieldInput):
    """A drop-down list; blank stays possible where the field is not required or nothing is chosen yet."""

    def __init__(self, field: Field, parent: QWidget) -> None:
        self.combo = QComboBox(parent)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        values = [value for _, value in field.choices]
        self._values = values if field.required and field.value in values else [None, *values]
        words = {None: field.hint or "（请选择）" if field.required else field.hint or "（不选）"}
        for value in self._values:
            self.combo.addItem(next((w for w, v in field.choices if v == value), words.get(None, "")))
        if field.value in self._values:
            self.combo.setCurrentIndex(self._values.index(field.value))
        super().__init__(field, self.combo)

    def raw(self) -> object:
        return self._values[self.combo.currentIndex()]


class _LongChoice(FieldInput):
    is_tall = True
    height_hint = 170

    def __init__(self, field: Field, parent: QWidget) -> None:
        self._values = {str(place): value for place, (_, value) in enumerate(field.choices)}
        self.picker = OfficePicker([Choice(str(i), words) for i, (words, _) in enumerate(field.choices)], parent)
        self.picker.search.setAccessibleName(field.plain_label)
        self.picker.list.setAccessibleName(field.plain_label)
        for place, value in self._values.items():
            if field.value is not None and value == field.value:
                self.picker.choose(place)
        super().__init__(field, self.picker, self.picker.search)

    def raw(self) -> object:
        return self._values.get(self.picker.office())


class _Check(FieldInput):
    def __init__(self, field: Field, parent: QWidget) -> None:
        self._box = QCheckBox(field.label, parent)
        self._box.setChecked(bool(field.value))
        super().__init__(field, self._box)

    def raw(self) -> bool:
        return self._box.isChecked()

    def problem(self) -> str:
        if self.field.required and not self.raw():
            return f"请先确认：“{self.field.plain_label}”。"
        return self.field.check(self.raw()) if self.field.check else ""


class _File(FieldInput):
    def __init__(self, field: Field, parent: QWidget) -> None:
        self._line = QLineEdit(str(field.value or ""), parent)
        row = _row_of(parent, self._line)
        self._line.setPlaceholderText(field.hint or "按“选文件”，或直接写出文件的位置")
        button = QPushButton("选文件…", row)
        button.setAutoDefault(False)
        button.clicked.connect(self._choose)
        _add(row, button)
        super().__init__(field, row, self._line)

    def raw(self) -> str:
        return self._line.text().strip()

    def value(self) -> Path | None:
        return Path(self.raw()) if self.raw() else None

    def _wrong(self) -> str:
        return "" if Path(self.raw()).is_file() else f"没有“{self.raw()}”这个文件，请重新选择。"

    def _choose(self) -> None:
        begin = str(Path(self.raw()).parent) if self.raw() else str(documents_folder())
        name, _ = QFileDialog.getOpenFileName(self.widget, self.field.plain_label, begin, self.field.pattern)
        if name:
            self._line.setText(name)


_INPUTS: Final[dict[FieldKind, Callable[[Field, QWidget], FieldInput]]] = {
    FieldKind.TEXT: _Text, FieldKind.MEMO: _Memo, FieldKind.DATE: _Date, FieldKind.NUMBER: _Number,
    FieldKind.CHECK: _Check, FieldKind.FILE: _File,
}


def make_input(field: Field, parent: QWidget) -> FieldInput:
    """The widget of a field, filled."""
    if field.kind is FieldKind.CHOICE:
        return (_LongChoice if len(field.choices) > _LONG_LIST else _Choice)(field, parent)
    return _INPUTS[field.kind](field, parent)


def _row_of(parent: QWidget, line: QWidget) -> QWidget:
    """A row that holds a line and what belongs to it."""
    row = QWidget(parent)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(line, 1)
    return row


def _add(row: QWidget, button: QWidget) -> None:
    layout = row.layout()
    if layout is not None:
        layout.addWidget(button)


def _tidy_date(text: str) -> str:
    day = read_date(text) if text.strip() else None
    return day.isoformat() if day else text


def _read_number(text: str) -> float | None:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) else None

"""A small dialog made from a list of fields: reason and clause, an evaluation, a call, an accident, a prospect.

    values = ask_fields(
        self, "退回", (
            Field("reason", "退回理由(&R)", FieldKind.MEMO, required=True, hint="写明要改哪些栏、怎么改"),
            Field("clause", "依据条款(&C)", FieldKind.CHOICE, choices=(("三(一)1(1) 依法设立", "三(一)1(1)"), …)),
            Field("on", "日期(&D)", FieldKind.DATE, value=today, latest=today),
        ),
        intro="“天津…公司”将退回给街镇修改。", ok="退回(&T)",
        submit=lambda v: review.return_record(ws, record_id, v["reason"], clause=v["clause"] or "", on=v["on"]),
    )
    if values is not None: session.announce_library()

- The result is None when the clerk gave up, else a dict with every field's name. Values by kind: TEXT and MEMO a
  stripped `str` (blank: ""), DATE a `date`, CHOICE the value of the choice, NUMBER a `float` (an `int` with `whole`),
  CHECK a `bool`, FILE a `Path`; blank ones of those kinds are None.
- Each field checks itself (`required`, `latest`, `least`, `most`, and `check`, which gives a sentence or ""); `check`
  of the dialog looks at all values at once. What is wrong is said in one sentence and the cursor goes to that field.
- `submit` does the work while the dialog is still open: when it raises a `GreenLadderError`, its sentence is shown and
  nothing typed is lost. Without `submit` the caller does the work afterwards.
- Keys: Tab in the order of the fields; Enter presses OK (in a MEMO Ctrl+Enter, as the button then says); Esc gives
  up, and asks first when something was changed; F4 or Alt+Down opens a calendar or a list; a list of more than 12
  choices is searched by name, pinyin or initials. Labels carry their mnemonic; letters taken: the one in `ok`, and X
  for 取消.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.domain.errors import GreenLadderError
from gui.dialogs.field_inputs import Field, FieldInput, FieldKind, make_input
from gui.dialogs.fitting import fit_to_screen
from gui.dialogs.messages import ask

__all__ = ["Field", "FieldKind", "FieldsDialog", "ask_fields"]

Values = dict[str, Any]

_WIDTH: Final = 560
_LINE: Final = 38
_FRAME: Final = 130
_LEAST_HEIGHT: Final = 300


class FieldsDialog(QDialog):
    """See the head of this module; `values()` after it was accepted."""

    def __init__(
        self, title: str, fields: Sequence[Field], parent: QWidget | None = None, *, intro: str = "",
        ok: str = "保存(&S)", check: Callable[[Values], str] | None = None,
        submit: Callable[[Values], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._check = check
        self._submit = submit
        self.inputs: dict[str, FieldInput] = {field.name: make_input(field, self) for field in fields}
        self._problem = QLabel(self)
        self._problem.setProperty("tone", "bad")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out(fields, intro, ok)
        height = sum(self.inputs[f.name].height_hint or _LINE for f in fields) + _FRAME + (40 if intro else 0)
        fit_to_screen(self, _WIDTH, max(height, _LEAST_HEIGHT))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        self._before = {name: shown.raw() for name, shown in self.inputs.items()}
        if fields:
            self.inputs[fields[0].name].focus.setFocus()

    def values(self) -> Values:
        """The value of every field, as the head of this module describes them."""
        return {name: shown.value() for name, shown in self.inputs.items()}

    @property
    def problem(self) -> str:
        """What is wrong, as it is shown; empty before the first try."""
        return self._problem.text()

    def accept(self) -> None:
        """Close only when every field is right and the work is done; else say what is wrong, and go there."""
        for shown in self.inputs.values():
            problem = shown.problem()
            if problem:
                self._say(problem, shown.focus)
                return
        values = self.values()
        problem = self._check(values) if self._check else ""
        if problem:
            self._say(problem, None)
            return
        if self._submit is not None:
            try:
                self._submit(values)
            except GreenLadderError as error:
                self._say(str(error), None)
                return
        super().accept()

    def reject(self) -> None:
        """Leave; what was typed is given up only when the clerk says so."""
        changed = any(shown.raw() != self._before[name] for name, shown in self.inputs.items())
        if changed and not ask(
            self, "还没有保存", "填写的内容还没有保存，要放弃吗？", "放弃(&G)", "继续填(&C)", loses=True
        ):
            return
        super().reject()

    def _say(self, problem: str, place: QWidget | None) -> None:
        self._problem.setText(problem)
        self._problem.show()
        if place is not None:
            place.setFocus(Qt.FocusReason.TabFocusReason)  # selects a line, so that typing replaces it

    def _lay_out(self, fields: Sequence[Field], intro: str, ok: str) -> None:
        body = QWidget(self)
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 6, 0)
        grid.setColumnStretch(1, 1)
        for row, field in enumerate(fields):
            shown = self.inputs[field.name]
            if field.kind is FieldKind.CHECK:
                grid.addWidget(shown.widget, row, 1)
            else:
                label = QLabel(f"{field.label}：", body)
                label.setBuddy(shown.focus)
                shown.focus.setAccessibleName(field.plain_label)
                if shown.is_tall:
                    label.setContentsMargins(0, 6, 0, 0)
                    label.setAlignment(Qt.AlignmentFlag.AlignTop)
                grid.addWidget(label, row, 0)
                grid.addWidget(shown.widget, row, 1)
            if shown.is_tall:
                grid.setRowStretch(row, 1)
        if not any(shown.is_tall for shown in self.inputs.values()):
            grid.setRowStretch(len(fields), 1)
        area = QScrollArea(self)
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        for ground in (area.viewport(), body):
            ground.setAutoFillBackground(False)  # else a scroll area paints its own grey on the dialog's
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        if intro:
            words = QLabel(intro, self)
            words.setWordWrap(True)
            layout.addWidget(words)
        layout.addWidget(area, 1)
        layout.addWidget(self._problem)
        has_memo = any(field.kind is FieldKind.MEMO for field in fields)
        layout.addWidget(self._buttons(_with_keys(ok) if has_memo else ok))

    def _buttons(self, ok: str) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        accept = QPushButton(ok, self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons


def _with_keys(ok: str) -> str:
    """退回(&T) → 退回 Ctrl+Enter(&T): in a memo Enter begins a new line, so the button says what presses it."""
    words, bracket, letter = ok.partition("(&")
    return ok if "Ctrl+Enter" in words else f"{words} Ctrl+Enter{bracket}{letter}"


def ask_fields(
    parent: QWidget | None, title: str, fields: Sequence[Field], *, intro: str = "", ok: str = "保存(&S)",
    check: Callable[[Values], str] | None = None, submit: Callable[[Values], object] | None = None,
    known: Mapping[str, object] | None = None,
) -> Values | None:
    """Show a `FieldsDialog`; its values, or None when the clerk gave up. `known` fills fields by their names."""
    filled = tuple(field.with_value(known[field.name]) if known and field.name in known else field for field in fields)
    dialog = FieldsDialog(title, filled, parent, intro=intro, ok=ok, check=check, submit=submit)
    try:
        return dialog.values() if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()

"""Drives a form page as a clerk does: real keys into whatever has the focus; and holds the answers it reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from core.policy.pack import PolicyPack
from core.rules.verdict import Checked, check
from gui.forms.form_page import FormPage
from gui.forms.sheet import Sheet
from gui.forms.sheet_row import SheetCell

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


class Driver:
    """`edits` are the pairs of `answer_edited`; `answers` what a store would hold after them."""

    def __init__(self, page: FormPage, pack: PolicyPack, as_of: date) -> None:
        self.page = page
        self.pack = pack
        self.as_of = as_of
        self.edits: list[tuple[str, Any]] = []
        self.focused: list[str] = []
        self.answers: dict[str, Any] = {}
        page.answer_edited.connect(self._on_edited)
        page.field_focused.connect(self.focused.append)

    @property
    def sheet(self) -> Sheet:
        sheet = self.page.findChild(Sheet)
        assert isinstance(sheet, Sheet)
        return sheet

    def _on_edited(self, name: str, raw: object) -> None:
        self.edits.append((name, raw))
        self.answers[name] = raw

    def load(self, answers: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Driver:
        self.answers = dict(answers)
        self.page.set_answers(answers, names or {})
        return self

    def judge(self) -> Checked:
        checked = check(self.pack, self.page.form.id, self.answers, self.as_of)
        self.page.apply_state(checked.state, checked.verdict.findings)
        return checked

    def focus(self, path: str, row: int | None = None) -> QWidget:
        assert self.page.focus_field(path, row), path
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def cell(self) -> SheetCell:
        cell = self.sheet.current_cell()
        assert cell is not None
        return cell

    def type(self, text: str) -> None:
        QTest.keyClicks(self._target(), text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self._target(), key, modifier)

    def _target(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

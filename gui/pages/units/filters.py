"""The line above the list: search words, three filters, and how many units they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from core.domain.enums import Eligibility, RecordState
from core.forms.definition import FormDefinition
from gui.models.units_model import UnitQuery
from gui.widgets.scanner import TAKES_CODES

_PAUSE_MS: Final = 120


class FilterBar(QWidget):
    """Emits `changed` shortly after the last key, and `left` when the clerk wants to go on to the list."""

    changed = Signal()
    left = Signal()

    def __init__(self, forms: Sequence[FormDefinition], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("查找：名称、信用代码、拼音首字母  Ctrl+F")
        self.search.setAccessibleName("查找单位")
        self.search.setClearButtonEnabled(True)
        self.search.setProperty(TAKES_CODES, True)
        self.search.setMinimumWidth(180)
        self.search.setMaximumWidth(360)
        self._form = _combo("表种", [("全部表种", None), *((f.kind_label or f.title, f.id) for f in forms)], self)
        self._verdict = _combo("校核结果", [("全部结果", None), *((e.label, e.value) for e in Eligibility)], self)
        self._state = _combo("状态", [("全部状态", None), *((s.label, s.value) for s in RecordState)], self)
        self._clear = QPushButton("清除条件(&R)", self)
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self._count = QLabel(self)
        self._count.setProperty("role", "note")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.search, 1)
        for widget in (self._form, self._verdict, self._state, self._clear):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._count)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self.search.textChanged.connect(self._pause.start)
        self.search.installEventFilter(self)
        for combo in (self._form, self._verdict, self._state):
            combo.currentIndexChanged.connect(self.changed)

    def apply_to(self, query: UnitQuery) -> UnitQuery:
        """The same query, narrowed as the line says."""
        state, verdict = self._state.currentData(), self._verdict.currentData()
        return replace(
            query, text=self.search.text(), form=self._form.currentData(), state=RecordState(state) if state else None,
            eligibility=Eligibility(verdict) if verdict else None,
        )

    def set_filters(self, filters: Mapping[str, object]) -> None:
        """Show what these say and nothing else: `query`, `form`, `state`, `eligibility`."""
        for key, combo in (("form", self._form), ("eligibility", self._verdict), ("state", self._state)):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(max(combo.findData(filters.get(key)), 0))
        with QSignalBlocker(self.search):
            self.search.setText(str(filters.get("query", "")))

    def clear(self) -> None:
        """Show everything again."""
        for combo in (self._form, self._verdict, self._state):
            combo.setCurrentIndex(0)
        self.search.clear()
        self.search.setFocus()

    def show_count(self, found: int, *, narrowed: bool) -> None:
        """Say how many units there are."""
        self._count.setText(f"找到{found}个" if narrowed else f"共{found}个")
        self._clear.setVisible(narrowed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and the arrow down leave the search line for the list; Esc empties it."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._flush()
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _flush(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.changed.emit()


def _combo(name: str, entries: Sequence[tuple[str, str | None]], parent: QWidget) -> QComboBox:
    combo = QComboBox(parent)
    combo.setAccessibleName(name)
    combo.setToolTip(f"按{name}筛选")
    for label, value in entries:
        combo.addItem(label, value)
    return combo

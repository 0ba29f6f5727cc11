"""As of which day to check."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from core.domain.calendar import format_chinese


class CheckDateDialog(QDialog):
    """A date, today by default; the look-back of three years counts from it."""

    def __init__(self, proposed: date, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("校核")
        self.setMinimumWidth(400)
        self._date = QDateEdit(QDate(proposed.year, proposed.month, proposed.day), self)
        self._date.setDisplayFormat("yyyy-MM-dd")
        self._date.setCalendarPopup(True)
        self._date.setAccessibleName("校核日期")
        label = QLabel("校核日期(&D)：", self)
        label.setBuddy(self._date)
        note = QLabel(f"今天是{format_chinese(today)}。近三年的回溯期从校核日期往前算，日期会印在校核报告上。", self)
        note.setWordWrap(True)
        note.setProperty("role", "note")
        buttons = QDialogButtonBox(self)
        check = QPushButton("校核(&C)", self)
        leave = QPushButton("取消(&X)", self)
        buttons.addButton(check, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        check.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (label, self._date, note, buttons):
            layout.addWidget(widget)
        self._date.setFocus()

    @property
    def chosen(self) -> date:
        """The chosen day."""
        day = self._date.date()
        return date(day.year(), day.month(), day.day())

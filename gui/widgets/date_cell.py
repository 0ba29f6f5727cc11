"""A date as plain text, with a calendar on F4 or Alt+Down. A wrong date is kept as typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QFrame, QVBoxLayout, QWidget

from gui.widgets.keys import CellKey, cell_key
from gui.widgets.line_cell import LineCell

_ISO = "yyyy-MM-dd"


class CalendarPopup(QFrame):
    """A month to pick a day from: arrows and Enter, or a click; Esc closes."""

    picked = Signal(QDate)

    def __init__(self, owner: QWidget, day: QDate) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        self.setObjectName("calendarPopup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.calendar = QCalendarWidget(self)
        self.calendar.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setSelectedDate(day)
        self.calendar.clicked.connect(self._on_picked)
        self.calendar.activated.connect(self._on_picked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.calendar)
        self.setFocusProxy(self.calendar)

    def open_under(self, owner: QWidget) -> None:
        """Show it under the cell, inside the screen."""
        self.adjustSize()
        area = owner.screen().availableGeometry()
        corner = owner.mapToGlobal(QPoint(0, owner.height()))
        if corner.y() + self.height() > area.bottom():
            corner = owner.mapToGlobal(QPoint(0, -self.height()))
        x = max(area.left(), min(corner.x(), area.right() - self.width()))
        self.move(x, max(area.top(), corner.y()))
        self.show()
        self.calendar.setFocus()

    def _on_picked(self, day: QDate) -> None:
        self.picked.emit(day)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


class DateCell(LineCell):
    """`canonical` reads the many ways to write a date and gives the one that is stored."""

    def __init__(self, parent: QWidget | None = None, *, canonical: Callable[[str], str] | None = None) -> None:
        super().__init__(parent, canonical=canonical)
        self._calendar: CalendarPopup | None = None

    def open_calendar(self) -> CalendarPopup | None:
        """Open the calendar at the present date, or at today; None while the cell is locked."""
        if self.isReadOnly():
            return None
        self.finish()
        day = QDate.fromString(self.text(), _ISO)
        self._calendar = CalendarPopup(self, day if day.isValid() else QDate.currentDate())
        self._calendar.picked.connect(self._on_picked)
        self._calendar.open_under(self)
        return self._calendar

    def _on_picked(self, day: QDate) -> None:
        self.setText(day.toString(_ISO))
        self.commit()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F4 and Alt+Down open the calendar."""
        if not self._composing and cell_key(event) is CellKey.OPEN:
            self.open_calendar()
        else:
            super().keyPressEvent(event)

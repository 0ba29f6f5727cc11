"""A date as plain text, with a calendar on F4 or Alt+Down. A wrong date is kept as typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QApplication, QCalendarWidget, QFrame, QToolButton, QVBoxLayout, QWidget

from gui.widgets.keys import CellKey, cell_key
from gui.widgets.line_cell import LineCell

_ISO = "yyyy-MM-dd"


class CalendarPopup(QFrame):
    """A month inside the window to pick a day from: arrows and Enter, or a click; Esc or leaving it closes."""

    picked = Signal(QDate)
    closed = Signal()

    def __init__(self, owner: QWidget, day: QDate) -> None:
        super().__init__(owner.window())
        self.setObjectName("calendarPopup")
        self.calendar = QCalendarWidget(self)
        self.calendar.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setSelectedDate(day)
        for name, text in (("qt_calendar_prevmonth", "‹"), ("qt_calendar_nextmonth", "›")):
            button = self.calendar.findChild(QToolButton, name)
            if isinstance(button, QToolButton):
                button.setIcon(QIcon())
                button.setText(text)
        self.calendar.clicked.connect(self._on_picked)
        self.calendar.activated.connect(self._on_picked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.calendar)
        self.setFocusProxy(self.calendar)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def open_under(self, owner: QWidget) -> None:
        """Show it under the cell, or above it where there is no room."""
        line = self.fontMetrics().height()
        self.resize(line * 16, line * 13)
        window = owner.window()
        corner = owner.mapTo(window, QPoint(0, owner.height()))
        if corner.y() + self.height() > window.height():
            corner = owner.mapTo(window, QPoint(0, -self.height()))
        self.move(max(0, min(corner.x(), window.width() - self.width())), max(0, corner.y()))
        self.raise_()
        self.show()
        self.calendar.setFocus()

    def finish(self) -> None:
        """Close for good."""
        if self.isVisible():
            self.hide()
            self.closed.emit()
            self.deleteLater()

    def _on_picked(self, day: QDate) -> None:
        self.picked.emit(day)
        self.finish()

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and not self.isAncestorOf(new):
            self.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.finish()
        else:
            super().keyPressEvent(event)


class DateCell(LineCell):
    """`canonical` reads the many ways to write a date and gives the one that is stored."""

    def __init__(self, parent: QWidget | None = None, *, canonical: Callable[[str], str] | None = None) -> None:
        super().__init__(parent, canonical=canonical)

    def open_calendar(self) -> CalendarPopup | None:
        """Open the calendar at the present date, or at today; None while the cell is locked."""
        if self.isReadOnly():
            return None
        self.finish()
        day = QDate.fromString(self.text(), _ISO)
        calendar = CalendarPopup(self, day if day.isValid() else QDate.currentDate())
        calendar.picked.connect(self._on_picked)
        calendar.closed.connect(self._on_closed)
        calendar.open_under(self)
        return calendar

    def _on_picked(self, day: QDate) -> None:
        self.setText(day.toString(_ISO))
        self.commit()

    def _on_closed(self) -> None:
        """Take the focus back, unless it went elsewhere on purpose."""
        focus = QApplication.focusWidget()
        if focus is None or isinstance(focus.parentWidget(), QCalendarWidget) or not focus.isVisible():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F4 and Alt+Down open the calendar."""
        if not self._composing and cell_key(event) is CellKey.OPEN:
            self.open_calendar()
        else:
            super().keyPressEvent(event)

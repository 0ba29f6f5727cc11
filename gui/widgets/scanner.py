"""A barcode scanner types like a keyboard, only faster: what it types is caught before it reaches any field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit

#: The property of a search line in which Enter after a typed code asks for the paper.
TAKES_CODES: Final = "takesCodes"
# A scanner leaves some 20 ms between keys. Whoever types a G waits no longer than this until it is seen.
_FIRST_GAP_MS: Final = 60
_GAP_MS: Final = 200
_ENDS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_SHIFTS: Final = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock)
_PLAIN: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class ScannerWatch(QObject):
    """Looks at the keys of one window before its widgets do.

    Keys that may be the beginning of a code are held back; `scanned` carries the code when it is whole, with or without
    Enter or Tab behind it. All others go on to where the focus is, in their order: nothing typed is lost.
    """

    scanned = Signal(str)

    def __init__(self, mark: str, length: int, is_code: Callable[[str], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mark, self._length, self._is_code = mark, length, is_code
        self._held: list[QKeyEvent] = []
        self._window: QWindow | None = None
        self._is_letting_go = False
        self._gap = QTimer(self)
        self._gap.setSingleShot(True)
        self._gap.timeout.connect(self._settle)

    def watch(self, window: QWindow) -> None:
        """Begin to look at a window's keys; a second time changes nothing."""
        if self._window is not window:
            self._window = window
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold back what may be a code."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress or self._is_letting_go:
            return super().eventFilter(watched, event)
        if event.key() in _ENDS:
            return self._end() or self._search_line()
        if event.modifiers() in _PLAIN and event.text() and self._may_begin(self._text + event.text().upper()):
            self._held.append(_copy(event))
            self._gap.start(_GAP_MS if len(self._held) >= len(self._mark) else _FIRST_GAP_MS)
            return True
        if event.key() not in _SHIFTS:
            self._let_go()
        return False

    @property
    def _text(self) -> str:
        return "".join(event.text() for event in self._held).upper()

    def _may_begin(self, text: str) -> bool:
        return len(text) <= self._length and (
            self._mark.startswith(text) or (text.startswith(self._mark) and text.isascii() and text.isalnum())
        )

    def _end(self) -> bool:
        """Enter or Tab behind a whole code belongs to it."""
        text = self._text
        if len(text) == self._length and self._is_code(text):
            self._forget()
            QTimer.singleShot(0, self, lambda: self.scanned.emit(text))
            return True
        self._let_go()
        return False

    def _search_line(self) -> bool:
        focus = QApplication.focusWidget()
        if not isinstance(focus, QLineEdit) or not focus.property(TAKES_CODES) or not self._is_code(focus.text()):
            return False
        text = focus.text()
        focus.clear()
        QTimer.singleShot(0, self, lambda: self.scanned.emit(text))
        return True

    def _settle(self) -> None:
        """No further key came: a whole code of a scanner that sends no Enter, or somebody's typing."""
        self._end()

    def _let_go(self) -> None:
        held, self._is_letting_go = list(self._held), True
        self._forget()
        try:
            for event in held:
                if self._window is not None:
                    QApplication.sendEvent(self._window, event)
        finally:
            self._is_letting_go = False

    def _forget(self) -> None:
        self._gap.stop()
        self._held.clear()


def _copy(event: QKeyEvent) -> QKeyEvent:
    """The key as it came, with what the system calls it: an input method behind the watch goes by that."""
    copy = QKeyEvent(
        event.type(), event.key(), event.modifiers(), event.nativeScanCode(), event.nativeVirtualKey(),
        event.nativeModifiers(), event.text(), event.isAutoRepeat(), event.count(),
    )
    copy.setTimestamp(event.timestamp())
    return copy

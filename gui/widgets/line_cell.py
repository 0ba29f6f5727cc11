"""A one-line editor without a frame, as flat as a cell of the paper form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QBasicTimer, Qt, QTimerEvent, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.widgets.keys import CellKey, cell_key

TYPING_PAUSE_MS: Final = 300
SAME_VISIT: Final = frozenset({Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason})


class LineCell(QLineEdit):
    """Text or a number on one line. Whatever is typed is kept: nothing is refused, cut or changed while typing.

    `edited` carries the raw text, None for blank: after a pause of 300 ms in the typing, and when the focus leaves.
    `canonical`, where given, tells how finished text is written (`2026.3.1` → `2026-03-01`).
    """

    edited = Signal(object)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None, *, canonical: Callable[[str], str] | None = None) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self._canonical = canonical
        self._emitted = ""
        self._before = ""
        self._composing = False
        self._pause = QBasicTimer()
        self.textEdited.connect(self._on_typed)

    @property
    def is_typing(self) -> bool:
        """True while something typed has not been emitted yet."""
        return self._composing or self.text() != self._emitted

    @property
    def is_touched(self) -> bool:
        """True while the clerk is here and has typed, saved or not: nothing else may write into the cell."""
        return self.is_typing or (self.hasFocus() and self.text() != self._before)

    def raw(self) -> object:
        """The present text as it would be emitted."""
        return self.text() or None

    def load(self, text: str) -> None:
        """Show a value without emitting; the cursor stays where it was when the text is the same."""
        self._pause.stop()
        self._emitted = text
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        if self.hasFocus():
            self._before = text

    def commit(self) -> None:
        """Emit what was typed and not yet emitted."""
        self._pause.stop()
        if not self._composing and self.text() != self._emitted:
            self._emitted = self.text()
            self.edited.emit(self.raw())

    def finish(self) -> None:
        """Emit, then write the finished text in its usual way."""
        self.commit()
        if self._canonical is not None and not self._composing:
            text = self._canonical(self.text())
            if text != self.text():
                self._emitted = text
                self.setText(text)

    def set_locked(self, locked: bool) -> None:  # noqa: FBT001
        """Refuse typing, but let the text be read and copied."""
        self.setReadOnly(locked)

    def _on_typed(self, _text: str) -> None:
        self._pause.start(TYPING_PAUSE_MS, self)

    def timerEvent(self, event: QTimerEvent) -> None:
        """The pause in the typing is over."""
        if event.timerId() == self._pause.timerId():
            self._pause.stop()
            self._on_pause()
        else:
            super().timerEvent(event)

    def _on_pause(self) -> None:
        self.commit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether an input method is composing: nothing is emitted meanwhile."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember the value for Esc; a cell entered by keys is selected whole, as in a spreadsheet."""
        if event.reason() not in SAME_VISIT:
            self._forget_undo()
        super().focusInEvent(event)
        self._before = self._emitted
        self.entered.emit()

    def _forget_undo(self) -> None:
        """Ctrl+Z must not reach back to what was typed on an earlier visit: setting the text drops the history."""
        cursor = self.cursorPosition()
        self.setText(self.text())
        self.setCursorPosition(cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Emit and tidy up."""
        self._composing = False
        super().focusOutEvent(event)
        self.finish()
        self.deselect()
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that move or act on rows go to the sheet, after what was typed is emitted."""
        key = cell_key(event)
        if key is None or self._composing or (key is CellKey.UNDO and self.isUndoAvailable()):
            super().keyPressEvent(event)
        elif key is CellKey.RESTORE:
            self._restore(event)
        else:
            self.finish()
            event.ignore()

    def _restore(self, event: QKeyEvent) -> None:
        if self.isReadOnly() or self.text() == self._before == self._emitted:
            event.ignore()
            return
        self.setText(self._before)
        self.selectAll()
        self.commit()

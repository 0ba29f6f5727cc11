"""An editor for long text that grows with it; Enter goes on to the next cell, Alt+Enter breaks the line."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QBasicTimer, Qt, QTimerEvent, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QTextCursor, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from gui.widgets.keys import ROW_KEYS, CellKey, cell_key, is_line_break
from gui.widgets.line_cell import SAME_VISIT, TYPING_PAUSE_MS

_MARGIN: Final = 3


class MemoCell(QPlainTextEdit):
    """Text of several lines, flat, without scroll bars. Emits as `LineCell` does; `grown` when its height changes."""

    edited = Signal(object)
    entered = Signal()
    grown = Signal()

    def __init__(self, parent: QWidget | None = None, *, in_table: bool = False) -> None:
        super().__init__(parent)
        self._in_table = in_table
        self._emitted = ""
        self._before = ""
        self._composing = False
        self._loading = False
        self._lines = 1
        self._pause = QBasicTimer()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(_MARGIN)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(self._on_changed)

    @property
    def is_typing(self) -> bool:
        """True while something typed has not been emitted yet."""
        return self._composing or self.toPlainText() != self._emitted

    @property
    def is_touched(self) -> bool:
        """True while the clerk is here and has typed, saved or not: nothing else may write into the cell."""
        return self.is_typing or (self.hasFocus() and self.toPlainText() != self._before)

    def raw(self) -> object:
        """The present text as it would be emitted."""
        return self.toPlainText() or None

    def load(self, text: str) -> None:
        """Show a value without emitting; the cursor stays where it was when the text is the same."""
        self._pause.stop()
        self._emitted = text
        if text != self.toPlainText():
            self._loading = True
            self.setPlainText(text)
            self._loading = False
        if self.hasFocus():
            self._before = text

    def commit(self) -> None:
        """Emit what was typed and not yet emitted."""
        self._pause.stop()
        text = self.toPlainText()
        if not self._composing and text != self._emitted:
            self._emitted = text
            self.edited.emit(text or None)

    def finish(self) -> None:
        """Emit; long text has no other way to be written."""
        self.commit()

    def set_locked(self, locked: bool) -> None:  # noqa: FBT001
        """Refuse typing, but let the text be read and copied."""
        self.setReadOnly(locked)

    def height_for(self, width: int) -> int:
        """Height in pixels that shows the whole text at that width."""
        if width != self.width():
            self.resize(width, self.height())
        lines = max(1, round(self.document().size().height()))
        return math.ceil(lines * self.fontMetrics().lineSpacing()) + 2 * _MARGIN

    def _on_changed(self) -> None:
        lines = round(self.document().size().height())
        if lines != self._lines:
            self._lines = lines
            self.grown.emit()
        if not self._loading:
            self._pause.start(TYPING_PAUSE_MS, self)

    def timerEvent(self, event: QTimerEvent) -> None:
        """The pause in the typing is over."""
        if event.timerId() == self._pause.timerId():
            self.commit()
        else:
            super().timerEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether an input method is composing: nothing is emitted meanwhile."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember the value for Esc; entered by keys, one line is selected whole, long text is gone on with."""
        if event.reason() not in SAME_VISIT:
            self.document().clearUndoRedoStacks()
        super().focusInEvent(event)
        self._before = self._emitted
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            if self.document().size().height() <= 1:
                self.selectAll()
            else:
                self.moveCursor(QTextCursor.MoveOperation.End)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Emit."""
        self._composing = False
        super().focusOutEvent(event)
        self.commit()
        cursor = self.textCursor()
        cursor.clearSelection()
        self.setTextCursor(cursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the sheet, never a cell."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that move or act on rows go to the sheet, after what was typed is emitted."""
        key = cell_key(event)
        if self._composing:
            super().keyPressEvent(event)
        elif is_line_break(event) and not (key in ROW_KEYS and self._in_table):
            if not self.isReadOnly():
                self.insertPlainText("\n")
        elif key in (CellKey.UP, CellKey.DOWN):
            self._move_or_leave(event, key)
        elif key is CellKey.RESTORE:
            self._restore(event)
        elif key is None or key is CellKey.OPEN or (key is CellKey.UNDO and self.document().isUndoAvailable()):
            super().keyPressEvent(event)
        else:
            self.commit()
            event.ignore()

    def _move_or_leave(self, event: QKeyEvent, key: CellKey) -> None:
        before = self.textCursor().position()
        step = QTextCursor.MoveOperation.Up if key is CellKey.UP else QTextCursor.MoveOperation.Down
        self.moveCursor(step)
        if self.textCursor().position() == before:
            self.commit()
            event.ignore()

    def _restore(self, event: QKeyEvent) -> None:
        if self.isReadOnly() or self.toPlainText() == self._before == self._emitted:
            event.ignore()
            return
        self.setPlainText(self._before)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.commit()

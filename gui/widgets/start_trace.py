"""When the window was seen and could be used, for `benchmarks/start.py`: nothing unless GREENLADDER_TRACE_START is set.

The variable names a file, to which a line is added for each moment: its word, nanoseconds of the monotonic clock,
which on Linux and Windows is the same for every process, and nanoseconds that this process has computed. `painted`:
the frame of the window was drawn; `rows`: the first page was drawn; `usable`: a key (Down) that was put into the queue
then was answered, and its effect was drawn.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

VARIABLE: Final = "GREENLADDER_TRACE_START"


class SeenOnce(QObject):
    """Emits `seen` after a widget was drawn for the first time and nothing else waits to be done; then it is gone."""

    seen = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the drawing; let everything through."""
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self, self._tell)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        self.seen.emit()
        self.deleteLater()


def is_traced() -> bool:
    """True when somebody wants to know."""
    return bool(os.environ.get(VARIABLE))


def note(moment: str) -> None:
    """Write down that this happened now."""
    name = os.environ.get(VARIABLE)
    if name:
        now, computed = time.monotonic_ns(), time.process_time_ns()
        with Path(name).open("a", encoding="utf-8") as stream:
            stream.write(f"{moment} {now} {computed}\n")


def try_a_key(widget: QWidget) -> None:
    """Press Down in that widget, and note when it has been answered."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        key = QKeyEvent(kind, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.postEvent(widget, key)
    # Behind both keys in the queue, and behind the drawing that they ask for.
    QTimer.singleShot(0, widget, lambda: QTimer.singleShot(0, widget, lambda: note("usable")))

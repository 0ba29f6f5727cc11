"""Long work off the GUI thread: one runner for the program, a synchronous one for tests.

The shared store is never used from two threads at a time: whoever starts a task shows a modal progress dialog, which
keeps the window from touching the store until the task has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal


class Progress(QObject):
    """What work and window tell each other: how far, and whether to stop."""

    advanced = Signal(int, int)
    named = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = False

    def report(self, done: int, total: int) -> None:
        """Tell the window that `done` of `total` parts are finished."""
        self.advanced.emit(done, total)

    def name(self, part: str) -> None:
        """Tell the window what the work is at now, by its name."""
        self.named.emit(part)

    def cancel(self) -> None:
        """Ask the work to stop after the part that it is at."""
        self._cancelled = True

    def is_cancelled(self) -> bool:
        """True once the clerk has asked to stop."""
        return self._cancelled


class Task(QObject):
    """One piece of work: its progress, and its result or error once it has ended."""

    ended = Signal()

    def __init__(self, work: Callable[[Progress], object]) -> None:
        super().__init__()
        self.progress = Progress(self)
        self.result: object = None
        self.error: Exception | None = None
        self.is_over = False
        self._work = work

    def run(self) -> None:
        """Do the work; an error is kept for the GUI thread, where it is shown or raised again."""
        try:
            self.result = self._work(self.progress)
        except Exception as error:  # noqa: BLE001 - raised again in the GUI thread, whose excepthook knows what to do
            self.error = error
        self.is_over = True
        self.ended.emit()


class TaskRunner(Protocol):
    """Starts tasks."""

    def start(self, task: Task) -> None:
        """Begin the task; `task.ended` tells when it is over."""

    def wait(self) -> None:
        """Return when no task is running any more."""


class ThreadRunner:
    """Runs each task in a thread of its own."""

    def __init__(self) -> None:
        self._threads: list[_Thread] = []

    def start(self, task: Task) -> None:
        """Begin the task in a new thread and return at once."""
        self._threads = [t for t in self._threads if t.isRunning()]
        thread = _Thread(task)
        self._threads.append(thread)
        thread.start()

    def wait(self) -> None:
        """Return when every thread has ended."""
        for thread in self._threads:
            thread.wait()
        self._threads.clear()


class _Thread(QThread):
    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    def run(self) -> None:
        """Qt calls this in the new thread."""
        self._task.run()


class SyncRunner:
    """Does each task before `start` returns: for tests."""

    def start(self, task: Task) -> None:
        """Do the whole task now."""
        task.run()

    def wait(self) -> None:
        """Nothing ever runs in the background."""

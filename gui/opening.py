"""From the first sight of the window to its first page: the data are opened beside it, and what can wait waits.

Opening runs in a thread, because a slow stick or an upgrade with its backup may take minutes: the window stays alive
and says what is going on, once it takes longer than half a second. Closing it meanwhile waits for the thread: an
upgrade is never cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from gui.tasks import Task, TaskRunner
from gui.widgets import start_trace

if TYPE_CHECKING:
    from core.services.workspace import Workspace
    from gui.main_window import MainWindow

#: Opens the data; tells each step that may take long in words for the clerk.
Opener = Callable[[Callable[[str], None]], "Workspace"]
PATIENCE_MS: Final = 500
_OPENING: Final = "正在打开……"
_LEAVING: Final = "正在打开，打开后随即退出。请稍候，不要关机……"
_PAUSE_MS: Final = 60


class Opening(QObject):
    """One start. Emits `opened` (with the workspace), `refused` (with the error) or `left` (the window was closed)."""

    opened = Signal(object)
    refused = Signal(object)
    left = Signal()

    def __init__(self, window: MainWindow, runner: TaskRunner, opener: Opener, patience_ms: int = PATIENCE_MS) -> None:
        super().__init__(window)
        self._window = window
        self._runner = runner
        self._workspaces: list[Workspace] = []
        self._task = Task(lambda progress: self._workspaces.append(opener(progress.name)))
        self._task.progress.named.connect(self._take_step)
        self._task.ended.connect(self._end)
        self._has_begun = False
        self._is_leaving = False
        self._step = _OPENING
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(max(patience_ms, 0))
        self._patience.timeout.connect(self._explain)
        window.curtain.painted.connect(self._begin)
        window.installEventFilter(self)

    def _begin(self) -> None:
        """The window was seen; what holds it up may begin."""
        self._window.curtain.painted.disconnect(self._begin)
        start_trace.note("painted")
        self._patience.start()
        # Not from within the drawing: the picture is not on the screen before its end.
        QTimer.singleShot(0, self, self._start)

    def _start(self) -> None:
        if not self._is_leaving:
            self._has_begun = True
            self._runner.start(self._task)

    def _take_step(self, step: str) -> None:
        """A step that may take long is told at once."""
        self._step = step
        self._explain()

    def _explain(self) -> None:
        self._window.curtain.say(_LEAVING if self._is_leaving else self._step)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever closes the window while the data are being opened leaves once they are."""
        if event.type() != QEvent.Type.Close or watched is not self._window or self._task.is_over:
            return super().eventFilter(watched, event)
        self._is_leaving = True
        if self._has_begun:
            event.ignore()
            self._explain()
            return True
        self._patience.stop()
        self.left.emit()
        return super().eventFilter(watched, event)

    def _end(self) -> None:
        self._patience.stop()
        self._runner.wait()
        self._window.removeEventFilter(self)
        if self._is_leaving:
            for workspace in self._workspaces:
                workspace.close()
            self.left.emit()
        elif self._task.error is not None:
            self.refused.emit(self._task.error)
        else:
            self.opened.emit(self._workspaces[0])


class Leisure(QObject):
    """Does small steps one by one while nobody waits for anything: each ends before the next key is looked at."""

    def __init__(self, steps: Sequence[Callable[[], object]], parent: QObject) -> None:
        super().__init__(parent)
        self._steps = list(steps)
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_done(self) -> bool:
        """True when no step is left."""
        return not self._steps

    def start(self) -> None:
        """Begin after the first pause."""
        self._timer.start()

    def _go_on(self) -> None:
        if self._steps:
            self._steps.pop(0)()
        else:
            self._timer.stop()


def first_page_seen(window: MainWindow, then: Callable[[], object]) -> None:
    """Call `then` once the page in front has been drawn."""

    def see() -> None:
        start_trace.note("rows")
        focus = window.focusWidget()
        if start_trace.is_traced() and focus is not None:
            start_trace.try_a_key(focus)
        then()

    seen = start_trace.SeenOnce(window.page(window.front))
    seen.seen.connect(see)


def folder_opener(folder: Path) -> Opener:
    """Opens the store in that folder; its services are imported only now, behind the window."""

    def open_folder(tell: Callable[[str], None]) -> Workspace:
        from core.services.workspace import open_workspace

        return open_workspace(folder, tell=tell)

    return open_folder

"""A modal wait with a bar and a way out, while work runs elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.tasks import Progress, Task, TaskRunner

T = TypeVar("T")


def run_with_progress(
    parent: QWidget | None, runner: TaskRunner, title: str, work: Callable[[Progress], T], *, counts: bool = True,
    can_stop: bool = True, unit: str = "份",
) -> T:
    """Do the work off the GUI thread and return its result; `counts`: the parts are pieces, else bytes or the like.

    `unit` is the word for a piece.

    Without `can_stop` the work is short and goes on to its end: the clerk is only asked to wait.

    Raises:
        Exception: whatever the work raised.
    """
    results: list[T] = []
    task = Task(lambda progress: results.append(work(progress)))
    dialog = ProgressDialog(title, task, parent, counts=counts, can_stop=can_stop, unit=unit)
    runner.start(task)
    if not task.is_over:
        dialog.exec()
    runner.wait()
    dialog.deleteLater()
    if task.error is not None:
        raise task.error
    return results[0]


class ProgressDialog(QDialog):
    """Stays until the task has ended; 停止 lets the part at work finish first."""

    def __init__(
        self, title: str, task: Task, parent: QWidget | None = None, *, counts: bool = True, can_stop: bool = True,
        unit: str = "份",
    ) -> None:
        super().__init__(parent)
        self._counts = counts
        self._unit = unit
        self._name = ""
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self._task = task
        self._can_stop = can_stop
        self._label = QLabel("正在准备……" if can_stop else f"正在{title}，请稍候……", self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._stop = QPushButton("停止(&S)", self)
        self._stop.clicked.connect(self._ask_to_stop)
        self._stop.setVisible(can_stop)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._stop)
        layout = QVBoxLayout(self)
        layout.addWidget(self._label)
        layout.addWidget(self._bar)
        layout.addLayout(row)
        task.progress.advanced.connect(self._advance)
        task.progress.named.connect(self._take_name)
        task.ended.connect(self.accept)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc asks to stop; it does not leave work running unseen."""
        if event.key() == Qt.Key.Key_Escape:
            self._ask_to_stop()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The cross in the corner asks to stop, too."""
        if not self._task.is_over:
            self._ask_to_stop()
            event.ignore()

    def _ask_to_stop(self) -> None:
        if not self._can_stop:
            return
        self._task.progress.cancel()
        self._stop.setEnabled(False)
        self._label.setText(f"正在停止，当前这一{self._unit}做完就停……" if self._counts else "正在停止……")

    def _advance(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if self._stop.isEnabled():
            share = f"{done * 100 // max(total, 1)}%"
            told = f"已完成{done}{self._unit}，共{total}{self._unit}……" if self._counts else f"已完成{share}……"
            self._label.setText(f"{told}\n{self._name}" if self._name else told)

    def _take_name(self, name: str) -> None:
        """Kept on one line: a long name would make the window jump."""
        self._name = self.fontMetrics().elidedText(f"正在做：{name}", Qt.TextElideMode.ElideRight, self.width() - 30)

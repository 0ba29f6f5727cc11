from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QThread, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.domain.errors import StoreError
from gui.dialogs.progress import ProgressDialog, run_with_progress
from gui.tasks import Progress, SyncRunner, Task, TaskRunner, ThreadRunner


@pytest.mark.parametrize("runner", [ThreadRunner(), SyncRunner()])
def test_the_result_comes_back(qtbot: QtBot, runner: TaskRunner) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    assert run_with_progress(parent, runner, "计算", lambda _progress: 6 * 7) == 42


@pytest.mark.parametrize("runner", [ThreadRunner(), SyncRunner()])
def test_an_error_is_raised_where_the_window_can_show_it(qtbot: QtBot, runner: TaskRunner) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    def fail(_progress: Progress) -> int:
        raise StoreError("磁盘已满。")

    with pytest.raises(StoreError, match="磁盘已满"):
        run_with_progress(parent, runner, "计算", fail)


def test_work_runs_off_the_gui_thread_and_can_be_stopped(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    seen: list[bool] = []

    def count(progress: Progress) -> int:
        seen.append(QThread.currentThread() is QApplication.instance().thread())  # type: ignore[union-attr]
        for done in range(1, 2000):
            progress.report(done, 2000)
            if progress.is_cancelled():
                return done
            QThread.msleep(5)
        return 2000

    def stop() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ProgressDialog)
        dialog.close()

    QTimer.singleShot(150, stop)
    assert run_with_progress(parent, ThreadRunner(), "计算", count) < 1999
    assert seen == [False]


def test_a_task_remembers_what_happened(qtbot: QtBot) -> None:
    task, runner = Task(lambda _progress: 1 / 0), ThreadRunner()
    with qtbot.waitSignal(task.ended):
        runner.start(task)
    runner.wait()
    assert task.is_over
    assert isinstance(task.error, ZeroDivisionError)


def test_work_that_cannot_be_stopped_goes_on_whatever_is_pressed(qtbot: QtBot) -> None:
    task = Task(lambda _progress: 42)
    shown = ProgressDialog("装入示例单位", task, can_stop=False)
    qtbot.addWidget(shown)
    shown.show()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.isVisible()
    assert not task.progress.is_cancelled()
    task.run()
    assert not shown.isVisible()

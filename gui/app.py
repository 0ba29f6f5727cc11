"""Starts the window: fonts, style, one instance per data folder, and what happens when something goes wrong."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLibraryInfo, QLocale, QLockFile, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog

from core.domain.errors import GreenLadderError
from core.infra.log import start_logging
from core.services.samples import load_samples
from core.services.workspace import Workspace, open_workspace
from gui.dialogs.first_run import StationDialog
from gui.dialogs.messages import tell, warn
from gui.dialogs.progress import run_with_progress
from gui.main_window import APP_TITLE, MainWindow
from gui.session import Session, VerdictRefresher
from gui.tasks import TaskRunner, ThreadRunner
from gui.widgets.composing import ComposingWatch
from gui.widgets.fonts import load_fonts

if TYPE_CHECKING:
    from gui.input_method.choice import InputMethod

_LOCK_FILE: Final = "window.lock"
_LOGGER = logging.getLogger(__name__)


def run(folder: Path) -> int:
    """Open the window on the store in `folder`; returns the exit status: 0, or 1 when it could not open."""
    method = _input_method()
    app = QApplication(sys.argv[:1])
    ComposingWatch(app).follow(app)
    if method is not None:
        method.install(app)
    app.setApplicationName("GreenLadder")
    app.setApplicationDisplayName(APP_TITLE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        log = start_logging(folder)
    except OSError as error:
        warn(None, "不能打开", f"数据文件夹“{folder}”不能写入（{error.strerror}）。请检查权限，或换一个文件夹。")
        return 1
    lock = claim(folder)
    if lock is None:
        tell(None, "绿阶已经打开", "这个数据文件夹的绿阶窗口已经打开，请在任务栏中找到它。")
        return 1
    try:
        workspace = open_workspace(folder)
    except GreenLadderError as error:
        warn(None, "不能打开", str(error))
        return 1
    with workspace:
        dress(app, workspace.resources)
        status = _run(app, workspace, log)
    lock.unlock()
    return status


def _input_method() -> InputMethod | None:
    """Who turns keys into Chinese; Qt is told before it starts. Windows has no choice to make."""
    if sys.platform != "linux":
        return None
    from gui.input_method.choice import InputMethod

    method = InputMethod(os.environ)
    method.prepare()
    return method


def claim(folder: Path) -> QLockFile | None:
    """The right to be the only window on a data folder; None while another one is open. A crash leaves no claim."""
    lock = QLockFile(str(folder / _LOCK_FILE))
    lock.setStaleLockTime(0)  # only the death of its owner makes a lock stale, however long a window stays open
    return lock if lock.tryLock(100) else None


def dress(app: QApplication, resources: Path) -> None:
    """The program's icon, fonts and style, and Qt's own words in Chinese."""
    icon = QIcon()
    for picture in sorted((resources / "icons").glob("*.png")):
        icon.addFile(str(picture))
    app.setWindowIcon(icon)
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    app.setStyle("Fusion")
    app.setFont(load_fonts(resources / "fonts"))
    sheets = sorted((resources / "style").glob("*.qss"))
    app.setStyleSheet("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets))


def _run(app: QApplication, workspace: Workspace, log: Path) -> int:
    session = Session(workspace)
    sys.excepthook = CrashReporter(session, log)
    runner = ThreadRunner()
    if not introduce(workspace, runner):
        return 0
    window = MainWindow(session, runner)
    VerdictRefresher(session).start()
    screen = app.primaryScreen().availableGeometry()
    if screen.width() <= 1400 or screen.height() <= 800:
        window.showMaximized()
    else:
        window.show()
    if workspace.pack_trouble:
        warn(window, "政策包没有装入", workspace.pack_trouble)
    return app.exec()


def introduce(workspace: Workspace, runner: TaskRunner) -> bool:
    """Ask at the first start who sits here, and load the sample district on request; False when the clerk leaves."""
    if workspace.station is not None:
        return True
    dialog = StationDialog(workspace.pack.lists["office"].choices)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    workspace.choose_station(dialog.station)
    if dialog.wants_samples:
        try:
            run_with_progress(
                None, runner, "装入示例单位", lambda _progress: load_samples(workspace), can_stop=False
            )
        except GreenLadderError as error:
            warn(None, "没有装入示例", str(error))
    return True


class CrashReporter:
    """The last resort: an error that nobody expected is logged and told calmly; the window stays open."""

    def __init__(self, session: Session, log: Path) -> None:
        self._session = session
        self._log = log
        self._is_telling = False

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Installed as `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _LOGGER.critical("unexpected error", exc_info=(kind, error, trace))
        if self._is_telling:
            return  # an error while telling of an error is only logged
        self._is_telling = True
        saved = self._session.last_saved or "此前填写的内容都已逐栏保存"
        text = f"程序遇到了意外情况，刚才这一步可能没有完成。\n{saved}。\n请把日志发给维护人员：{self._log}"
        warn(QApplication.activeWindow(), "出了点问题", text)
        self._is_telling = False

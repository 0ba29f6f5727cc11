"""Starts the window: fonts, style, one instance per data folder, and what happens when something goes wrong."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QLibraryInfo, QLocale, QLockFile, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from core.domain.errors import GreenLadderError, NewerStoreError
from core.infra.handed_on import hand_on_nothing_of_ours
from core.infra.log import start_logging
from core.infra.paths import resources_folder, where_else
from core.infra.server_address import is_on_server
from core.infra.system_reasons import reason_in_words
from gui.dialogs.messages import tell, warn
from gui.main_window import MainWindow
from gui.opening import PATIENCE_MS, Leisure, Opening, first_page_seen, folder_opener
from gui.session import Session, StoreWatch, VerdictRefresher
from gui.tasks import TaskRunner, ThreadRunner
from gui.widgets.composing import ComposingWatch
from gui.widgets.fonts import later_fonts, load_fonts
from gui.widgets.window_frame import APP_TITLE

if TYPE_CHECKING:
    from core.services.workspace import Workspace
    from gui.input_method.choice import InputMethod

_LOCK_FILE: Final = "window.lock"
_LOGGER = logging.getLogger(__name__)


def run(folder: Path) -> int:
    """Open the window on the store in `folder`; returns the exit status: 0, or 1 when it could not open."""
    since = QElapsedTimer()
    since.start()
    method = _input_method()
    app = QApplication(sys.argv[:1])
    hand_on_nothing_of_ours()
    ComposingWatch(app).follow(app)  # before the input method, which is then asked first
    if method is not None:
        method.install(app)
    app.setApplicationName("GreenLadder")
    app.setApplicationDisplayName(APP_TITLE)
    dress(app, resources_folder(), only_first_fonts=True)  # before the first word that may be said
    try:
        folder.mkdir(parents=True, exist_ok=True)
        log = start_logging(folder)
    except OSError as error:
        warn(None, "不能打开", f"数据文件夹“{folder}”不能写入（{reason_in_words(error)}）。{where_else(folder)}")
        return 1
    lock = claim(folder)
    if lock is None:
        tell(None, "绿阶已经打开", "这个数据文件夹的绿阶窗口已经打开，请在任务栏中找到它。")
        return 1
    start = _Start(MainWindow(None, ThreadRunner()), folder, log)
    start.open(PATIENCE_MS - since.elapsed())
    app.exec()
    start.close()
    lock.unlock()
    return start.status


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


def dress(app: QApplication, resources: Path, *, only_first_fonts: bool = False) -> None:
    """The program's icon, fonts and style, and Qt's own words in Chinese; see `load_fonts` for `only_first_fonts`."""
    icon = QIcon()
    for picture in sorted((resources / "icons").glob("*.png")):
        icon.addFile(str(picture))
    app.setWindowIcon(icon)
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    app.setStyle("Fusion")
    app.setFont(load_fonts(resources / "fonts", only_first=only_first_fonts))
    sheets = sorted((resources / "style").glob("*.qss"))
    app.setStyleSheet("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets))


class _Start:
    """One run of the window: seen first, then the data are opened behind it, then its first page, then the rest."""

    def __init__(self, window: MainWindow, folder: Path, log: Path) -> None:
        self.status = 0
        self._window = window
        self._runner = window.runner
        self._folder = folder
        self._workspace: Workspace | None = None
        self._reporter = CrashReporter(None, log)
        sys.excepthook = self._reporter

    def open(self, patience_ms: int) -> None:
        """Begin to open the data; show the window, whose first drawing sets that going."""
        opening = Opening(self._window, self._runner, folder_opener(self._folder), patience_ms)
        opening.opened.connect(self._enter)
        opening.refused.connect(self._refuse)
        opening.left.connect(self._window.close)
        if not self._window.isVisible():
            screen = self._window.screen().availableGeometry()
            is_small = screen.width() <= 1400 or screen.height() <= 800
            (self._window.showMaximized if is_small else self._window.show)()
        self._window.curtain.update()

    def close(self) -> None:
        """Let go of the data, once nothing works on them any more."""
        self._runner.wait()
        if self._workspace is not None:
            self._workspace.close()

    def _enter(self, workspace: Workspace) -> None:
        self._workspace = workspace
        session = Session(workspace, self._window)
        self._reporter.session = session
        if not introduce(workspace, self._runner, self._window):
            self._window.close()
            return
        self._window.enter(session)
        first_page_seen(self._window, lambda: self._go_on(session))

    def _go_on(self, session: Session) -> None:
        """The clerk can work; what nobody waits for may begin."""
        VerdictRefresher(session).start()
        StoreWatch(session).start()
        steps = [*later_fonts(session.workspace.resources / "fonts"), *self._window.later_imports()]
        Leisure(steps, self._window).start()
        if session.workspace.pack_trouble:
            warn(self._window, "政策包没有装入", session.workspace.pack_trouble)

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, NewerStoreError) and not is_on_server(self._folder):
            from gui.dialogs.newer_store import offer_going_back

            if offer_going_back(str(error), self._folder):
                self.open(PATIENCE_MS)
                return
        elif isinstance(error, GreenLadderError):
            warn(self._window, "不能打开", str(error))
        else:
            self._reporter(type(error), error, error.__traceback__)
        self.status = 1
        self._window.close()


def introduce(workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> bool:
    """Ask at the first start who sits here, and load the sample district on request; False when the clerk leaves."""
    if workspace.station is not None:
        return True
    from gui.dialogs.first_run import StationDialog

    dialog = StationDialog(workspace.pack.lists["office"].choices, None, parent, party=workspace.party)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    workspace.choose_station(dialog.station)
    if dialog.wants_samples:
        from core.services.samples import load_samples
        from gui.dialogs.progress import run_with_progress

        try:
            run_with_progress(
                parent, runner, "装入示例单位", lambda _progress: load_samples(workspace), can_stop=False
            )
        except GreenLadderError as error:
            warn(parent, "没有装入示例", str(error))
    return True


class CrashReporter:
    """The last resort: an error that nobody expected is logged and told calmly; the window stays open.

    There is no `session` before the data are open.
    """

    def __init__(self, session: Session | None, log: Path) -> None:
        self.session = session
        self._log = log
        self._is_telling = False

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Installed as `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        # A store that is away, say, can refuse any look at it: its own sentence tells what to do.
        is_expected = isinstance(error, GreenLadderError)
        _LOGGER.log(logging.INFO if is_expected else logging.CRITICAL, "not caught", exc_info=(kind, error, trace))
        if self._is_telling:
            return  # an error while telling of an error is only logged
        self._is_telling = True
        if is_expected:
            warn(QApplication.activeWindow(), "没有办成", str(error))
            self._is_telling = False
            return
        saved = (self.session.last_saved if self.session else "") or "此前填写的内容都已逐栏保存"
        text = f"程序遇到了意外情况，刚才这一步可能没有完成。\n{saved}。\n请把日志发给维护人员：{self._log}"
        warn(QApplication.activeWindow(), "出了点问题", text)
        self._is_telling = False

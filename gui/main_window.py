"""The window: two pages, one menu bar that follows the page in front, one status line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLabel, QMainWindow, QMenu, QStackedWidget, QWidget

from core.domain.enums import Role
from core.domain.errors import GreenLadderError
from gui.dialogs.first_run import StationDialog
from gui.dialogs.help import HelpDialog
from gui.dialogs.messages import warn
from gui.pages.editor.page import EditorPage
from gui.pages.units.page import UnitsPage
from gui.session import Session
from gui.tasks import TaskRunner

MenuEntry = QAction | QMenu | None

APP_TITLE: Final = "绿阶"
_SMALLEST: Final = (860, 470)
_USUAL: Final = (1340, 690)
_ABOUT: Final = """
# 绿阶

区级绿色制造单位梯度培育：填报、校核、推荐。本程序不联网，填报内容只存在本机。

- 政策包：{pack}
- 数据文件夹：`{folder}`
- 日志（程序出错时发给维护人员）：`{log}`
"""


class _Page(Protocol):
    """What the window asks of a page."""

    def menus(self) -> Sequence[tuple[str, Sequence[MenuEntry]]]:
        """Title and entries of the page's menus."""

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - the window's word for the page in front
        """Listen to keys, or not."""


class MainWindow(QMainWindow):
    """Shows the list; opens a form in its place; comes back to the list."""

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self.units = UnitsPage(session, runner, self)
        self.editor = EditorPage(session, runner, self)
        self._stack = QStackedWidget(self)
        for page in (self.units, self.editor):
            self._stack.addWidget(page)
        self.setCentralWidget(self._stack)
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_USUAL)
        self._saved = QLabel(self)
        self._saved.setObjectName("saved")
        self._who = QLabel(self)
        self._who.setProperty("role", "note")
        self.statusBar().addWidget(self._saved, 1)
        self.statusBar().addPermanentWidget(self._who)
        self._page_menus: dict[QWidget, list[QMenu]] = {}
        self._build_menus()
        self.units.open_wanted.connect(self.open_record)
        self.editor.back_wanted.connect(self.show_list)
        self.editor.status_changed.connect(self._saved.setText)
        self.editor.title_changed.connect(self._show_title)
        session.station_changed.connect(self._show_who)
        self._show_who()
        self._bring_to_front(self.units)

    def open_record(self, record_id: str) -> None:
        """Edit that record."""
        try:
            self.editor.open(record_id)
        except GreenLadderError as error:
            warn(self, "不能打开", str(error))
            return
        self._bring_to_front(self.editor)
        self._show_title()

    def show_list(self) -> None:
        """Back to the list, on the record that was edited."""
        if not self.editor.leave():
            return
        self._saved.clear()
        self._bring_to_front(self.units)
        self.units.show_record(self.editor.record_id)
        self._show_title()

    def choose_station(self) -> None:
        """本机使用人: change role, office or clerk."""
        ws = self._session.workspace
        dialog = StationDialog(ws.pack.lists["office"].choices, ws.station, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            ws.choose_station(dialog.station)
            self._session.announce_station()

    def show_help(self) -> None:
        """F1."""
        ws = self._session.workspace
        about = _ABOUT.format(pack=f"{ws.pack.title}（{ws.pack.label}）", folder=ws.folder, log=ws.folder / "log")
        HelpDialog(ws.manual, about, self).exec()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what was typed; ask when something cannot be saved."""
        if self._stack.currentWidget() is self.editor and not self.editor.leave():
            event.ignore()
            return
        self._runner.wait()
        event.accept()

    def _build_menus(self) -> None:
        file_menu = self.menuBar().addMenu("文件(&F)")
        file_menu.addAction(self._action("本机使用人(&U)…", "", self.choose_station))
        file_menu.addSeparator()
        file_menu.addAction(self._action("退出(&X)", "Ctrl+Q", self.close))
        for page in (self.units, self.editor):
            self._page_menus[page] = [self._menu(title, entries) for title, entries in page.menus()]
        self._help_menu = self.menuBar().addMenu("帮助(&H)")
        self._help_menu.addAction(self._action("用户手册和快捷键(&M)", "F1", self.show_help))

    def _action(self, text: str, keys: str, slot: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: slot())
        return action

    def _menu(self, title: str, entries: Sequence[MenuEntry]) -> QMenu:
        menu = QMenu(title, self)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, QMenu):
                menu.addMenu(entry)
            else:
                menu.addAction(entry)
        return menu

    def _bring_to_front(self, page: UnitsPage | EditorPage) -> None:
        bar = self.menuBar()
        for menu in [m for menus in self._page_menus.values() for m in menus]:
            bar.removeAction(menu.menuAction())  # hidden ones would still claim their letters
        for menu in self._page_menus[page]:
            bar.insertMenu(self._help_menu.menuAction(), menu)
        for other in (self.units, self.editor):
            if other is not page:
                other.set_active(False)
        self._stack.setCurrentWidget(page)
        page.set_active(True)

    def _show_who(self) -> None:
        ws = self._session.workspace
        station = ws.station
        if station is None:
            self._who.setText("未登记使用人")
        else:
            where = ws.office_label(station.office) if station.role is Role.OFFICE else ws.pack.bureau_short_name
            self._who.setText(f"{where}　{station.clerk}　")
        self._show_title()

    def _show_title(self) -> None:
        editing = self._stack.currentWidget() is self.editor
        self.setWindowTitle(self.editor.title if editing else "绿色制造单位梯度培育")

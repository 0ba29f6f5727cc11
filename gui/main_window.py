"""The window: a rail of pages at the left, the form editor in their place, a menu bar that follows, a status line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from core.domain.enums import RecordState, Role
from core.domain.errors import GreenLadderError
from core.domain.paper_code import PAYLOAD_LENGTH, PAYLOAD_MARK, is_code
from gui.dialogs.messages import tell, warn
from gui.navigation import PAGES, PageSpec, pages_for
from gui.widgets.page import Page
from gui.widgets.scanner import ScannerWatch
from gui.widgets.window_frame import WindowFrame

if TYPE_CHECKING:
    from core.services.products.codes import PaperCheck
    from core.services.workspace import Workspace
    from gui.dialogs.moving import MovingSteps
    from gui.pages.editor.page import EditorPage
    from gui.pages.units.page import UnitsPage
    from gui.session import Session
    from gui.tasks import TaskRunner

_ABOUT: Final = """
# 绿阶

区级绿色制造单位梯度培育：填报、校核、推荐。{where}

- 政策包：{pack}
- 数据文件夹：`{folder}`
- 日志（程序出错时发给维护人员）：`{log}`
"""
_SPECS: Final[Mapping[str, PageSpec]] = {spec.key: spec for spec in PAGES}


class MainWindow(WindowFrame):
    """Shows one page at a time, each built when first needed; opens a form in its place and comes back to it.

    Without a session it is the frame alone, until `enter` is called. Modules of pages and dialogs are imported when
    they are asked for, because the clerk waits for the window.
    """

    _session: Session

    def __init__(self, session: Session | None, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self._pages: dict[str, Page] = {}
        self._editor: EditorPage | None = None
        self._front = ""
        self._page_menus: dict[Page | EditorPage, list[QMenu]] = {}
        self._build_menus()
        self.actions_.setEnabled(False)
        self.rail.hide()
        self._scanner = ScannerWatch(PAYLOAD_MARK, PAYLOAD_LENGTH, is_code, self)
        if session is not None:
            self.enter(session)

    def enter(self, session: Session) -> None:
        """Show the pages of whoever sits here, the first of them in front; called once, when the data are open."""
        from gui.dialogs.files import remember_folders_in

        self._session = session
        remember_folders_in(session.workspace.folder)
        self.actions_.setEnabled(True)
        self._scanner.scanned.connect(self.check_paper)
        self.rail.chosen.connect(self.go)
        session.station_changed.connect(self._change_station)
        self._offer_pages()
        self._show_who()
        self.go(self.rail.pages[0])

    def later_imports(self) -> list[Callable[[], object]]:
        """A step for each part that is not imported before it is asked for, the likeliest first."""
        loads = [spec.load for spec, _ in pages_for(self._session.workspace.station)]
        return [_editor_page, *loads]

    # Pages

    @property
    def units(self) -> UnitsPage:
        """The list of forms, whoever sits here."""
        from gui.pages.units.page import UnitsPage

        page = self.page("units")
        if not isinstance(page, UnitsPage):
            raise TypeError(page)
        return page

    @property
    def editor(self) -> EditorPage:
        """The form editor."""
        if self._editor is None:
            self._editor = _editor_page()(self._session, self.runner, self)
            self._editor.back_wanted.connect(self.show_list)
            self._editor.status_changed.connect(self._saved.setText)
            self._editor.title_changed.connect(self._show_title)
            self._add(self._editor)
        return self._editor

    @property
    def front(self) -> str:
        """The key of the page in front, or of the page behind the editor."""
        return self._front

    def page(self, key: str) -> Page:
        """A page by its key, built if it has not been shown yet.

        Raises:
            KeyError: there is no such page.
        """
        if key not in self._pages:
            spec = _SPECS[key]
            page = spec.load()(self._session, self.runner, self)
            page.open_wanted.connect(self.open_record)
            page.go_wanted.connect(self.go)
            self._pages[key] = page
            self._add(page)
            page.set_active(False)
        return self._pages[key]

    def go(self, key: str, filters: Mapping[str, object] | None = None) -> None:
        """Show a page, narrowed by `filters` where they are given; a page that is not for this role stays unseen."""
        if key not in self.rail.pages or not self._leave_editor():
            self.rail.mark(self._front)
            return
        self._front = key
        page = self.page(key)
        self._bring_to_front(page)
        if filters is not None:
            page.show_filtered(filters)

    def open_record(self, record_id: str) -> None:
        """Edit that record."""
        try:
            self.editor.open(record_id)
        except GreenLadderError as error:
            warn(self, "不能打开", str(error))
            return
        self._bring_to_front(self.editor)

    def show_list(self) -> None:
        """Back to the page from which the form was opened, on the record that was edited."""
        if not self._leave_editor():
            return
        page = self.page(self._front)
        self._bring_to_front(page)
        page.show_record(self.editor.record_id)

    def _leave_editor(self) -> bool:
        """True when nothing holds the clerk in the editor."""
        if self._editor is None or self._stack.currentWidget() is not self._editor:
            return True
        if not self._editor.leave():
            return False
        self._saved.clear()
        return True

    def _add(self, page: Page | EditorPage) -> None:
        self._stack.addWidget(page)
        self._page_menus[page] = [self._menu(title, entries) for title, entries in page.menus()]

    def _bring_to_front(self, page: Page | EditorPage) -> None:
        bar = self.menuBar()
        for menu in [m for menus in self._page_menus.values() for m in menus]:
            bar.removeAction(menu.menuAction())  # hidden ones would still claim their letters
        for menu in self._page_menus[page]:
            bar.insertMenu(self._go_menu.menuAction(), menu)
        for other in self._page_menus:
            if other is not page:
                other.set_active(False)
        self._stack.setCurrentWidget(page)
        page.set_active(True)
        self.rail.mark(self._front)
        self._show_title()

    # Who sits here

    def choose_station(self) -> None:
        """本机使用人: change role, office or clerk."""
        from core.services.exchange import trust
        from gui.dialogs.first_run import StationDialog

        ws = self._session.workspace
        dialog = StationDialog(ws.pack.lists["office"].choices, ws.station, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            told = trust.change_station(ws, dialog.station)
            self._session.announce_station()
            if told:
                tell(self, "本机使用人", told)

    def _change_station(self) -> None:
        """Other pages for another role, all built anew; an open form stays in front."""
        is_editing = self._editor is not None and self._stack.currentWidget() is self._editor
        for page in self._pages.values():
            self._throw_away(page)
        self._pages.clear()
        self._offer_pages()
        self._show_who()
        if self._front not in self.rail.pages:
            self._front = self.rail.pages[0]
        if is_editing:
            self.rail.mark(self._front)
        else:
            self.go(self._front)

    def _throw_away(self, page: Page) -> None:
        page.set_active(False)
        for menu in self._page_menus.pop(page):
            self.menuBar().removeAction(menu.menuAction())
            menu.deleteLater()
        self._stack.removeWidget(page)
        page.deleteLater()

    def _offer_pages(self) -> None:
        offered = pages_for(self._session.workspace.station)
        self.rail.set_entries([(spec.key, spec.title, figure) for spec, figure in offered])
        for action in self._go_menu.actions():
            self._go_menu.removeAction(action)
            action.deleteLater()
        for spec, figure in offered:
            action = self._action(f"{spec.title}(&{figure})", f"Ctrl+{figure}", partial(self.go, spec.key))
            self._go_menu.addAction(action)

    def _show_who(self) -> None:
        ws = self._session.workspace
        station = ws.station
        if station is None:
            self._who.setText("未登记使用人")
        else:
            where = ws.office_label(station.office) if station.role is Role.OFFICE else ws.pack.bureau_short_name
            self._who.setText(f"{where}　{station.clerk}　")

    # Paper

    def check_paper(self, text: str = "") -> None:
        """核对纸件: whether the sheet of that code still holds; asks for the code where none is given."""
        from core.services.products import codes
        from gui.dialogs.paper_check import PaperCheckDialog

        ws = self._session.workspace
        dialog = PaperCheckDialog(lambda given: codes.look_up(ws, given), text, self)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.check is not None and self._leave_editor():
            self._open_paper(dialog.check)

    def _open_paper(self, check: PaperCheck) -> None:
        if check.roster is not None:
            self.go("library", {"roster": check.roster})
        elif check.record_state is RecordState.RECEIVED and "review" in self.rail.pages:
            self.go("review", {})
            self.page("review").show_record(check.record_id)
        elif check.record_id:
            self.open_record(check.record_id)

    # The window's own

    def show_help(self) -> None:
        """F1."""
        from gui.dialogs.help import HelpDialog

        ws = self._session.workspace
        HelpDialog(ws.manual, _about(ws), self).exec()

    def choose_fonts(self) -> None:
        """打印字体."""
        from gui.dialogs.print_fonts import choose_fonts

        choose_fonts(self, self._session, self.runner)

    @cached_property
    def moving(self) -> MovingSteps:
        """备份, 恢复, 换电脑, 检查数据."""
        from gui.dialogs.moving import MovingSteps

        return MovingSteps(self, self._session, self.runner)

    def restore(self) -> None:
        """恢复: the window closes when another store lies in its folder."""
        if self._for_store(self.moving.restore) is not None:
            self.close()

    def _for_store(self, step: Callable[[], object]) -> object:
        """A step with the whole store, once what was typed is saved and no form is open."""
        if self._editor is not None and self._stack.currentWidget() is self._editor:
            self.show_list()
        return step() if self._leave_editor() else None

    def showEvent(self, event: QShowEvent) -> None:
        """Watch for a scanner, once there is a window of the system's."""
        super().showEvent(event)
        self._scanner.watch(self.windowHandle())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what was typed; ask when something cannot be saved."""
        if not self._leave_editor():
            event.ignore()
            return
        self.runner.wait()
        event.accept()

    def _build_menus(self) -> None:
        file_menu = self.menuBar().addMenu("文件(&F)")
        file_menu.addAction(self._action("本机使用人(&U)…", "", self.choose_station))
        file_menu.addAction(self._action("打印字体(&T)…", "", self.choose_fonts))
        check_paper = self._action("核对纸件(&P)…", "F7", self.check_paper)
        file_menu.addAction(check_paper)
        self.rail.add_foot(check_paper)
        file_menu.addSeparator()
        file_menu.addAction(self._action("备份(&B)…", "", lambda: self._for_store(self.moving.back_up)))
        file_menu.addAction(self._action("恢复(&R)…", "", self.restore))
        file_menu.addAction(self._action("换电脑(&H)…", "", lambda: self._for_store(self.moving.change_pc)))
        file_menu.addAction(self._action("检查数据(&K)", "", lambda: self._for_store(self.moving.check)))
        file_menu.addSeparator()
        file_menu.addAction(self._action("退出(&X)", "Ctrl+Q", self.close))
        self._go_menu = self.menuBar().addMenu("转到(&G)")
        help_menu = self.menuBar().addMenu("帮助(&H)")
        help_menu.addAction(self._action("用户手册和快捷键(&M)", "F1", self.show_help))

    def _show_title(self) -> None:
        if self._editor is not None and self._stack.currentWidget() is self._editor:
            self.setWindowTitle(self._editor.title)
            return
        titles = {spec.key: spec.title for spec, _ in pages_for(self._session.workspace.station)}
        shared = f"　（{self._session.workspace.server}）" if self._session.workspace.server else ""
        self.setWindowTitle(f"{titles[self._front]}　绿色制造单位梯度培育{shared}")


def _about(ws: Workspace) -> str:
    where = (
        f"填报内容存在单位的数据库服务器“{ws.server}”上，与同事共用。" if ws.server
        else "本程序不联网，填报内容只存在本机。"
    )
    pack = f"{ws.pack.title}（{ws.pack.label}）"
    return _ABOUT.format(where=where, pack=pack, folder=ws.folder, log=ws.folder / "log")


def _editor_page() -> type[EditorPage]:
    from gui.pages.editor.page import EditorPage

    return EditorPage

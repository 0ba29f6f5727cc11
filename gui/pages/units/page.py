"""The page that opens first: all units, what is open on each, and the ways to begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.domain.records import RecordSummary
from core.services import drafts
from core.services.products.kinds import PrintKind
from gui.models.units_model import UnitQuery, UnitsModel, UnitSource
from gui.pages.units.empty import EmptyState
from gui.pages.units.filters import FilterBar
from gui.pages.units.table import UnitsTable
from gui.widgets.page import Menus, Page

if TYPE_CHECKING:
    from gui.pages.units.jobs import UnitJobs
    from gui.session import Session
    from gui.tasks import TaskRunner


@dataclass(frozen=True, slots=True)
class _Actions:
    new: QAction
    take_in: QAction
    take_in_folder: QAction
    open: QAction
    print: QAction
    query_list: QAction
    screenshots: QAction
    template: QAction
    delete: QAction
    find: QAction
    load_samples: QAction
    remove_samples: QAction


class UnitsPage(Page):
    """Every form on this PC. `show_filtered` takes `query`, `form`, `state` and `eligibility`, as they are stored."""

    def __init__(self, session: Session, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self.model = UnitsModel(_source(session), self)
        self.table = UnitsTable(self.model, self)
        self.filters = FilterBar(tuple(session.workspace.pack.forms.values()), self)
        self.empty = EmptyState(self)
        self._nothing = QLabel("没有符合条件的单位。按“清除条件”看全部。", self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget(self)
        for widget in (self.table, self._nothing, self.empty):
            self._stack.addWidget(widget)
        self.actions_ = self._make_actions()
        self._print_menu = self._make_print_menu()
        self._sample_bar = self._make_sample_bar()
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)

    @cached_property
    def jobs(self) -> UnitJobs:
        """What a clerk can ask for here; imported with the first wish, for the list itself needs nothing of it."""
        from gui.pages.units.jobs import UnitJobs

        return UnitJobs(self, self._session, self._runner)

    # What the window asks of a page

    def menus(self) -> Menus:
        """The page's menus: title, then actions, submenus and separators."""
        a = self.actions_
        return (
            ("填报(&T)", (a.new, a.open, None, a.take_in, a.take_in_folder, a.template, None, a.delete)),
            ("核查(&C)", (a.query_list, a.screenshots)),
            ("打印(&P)", tuple(self._print_menu.actions())),
            ("查看(&V)", (a.find, self.refresh_action, None, a.load_samples, a.remove_samples)),
        )

    def refresh(self, keep: str = "") -> None:
        """Look again at the store; the selection stays on its record."""
        selected = self.table.selected()
        wanted = keep or (selected[0].id if selected else "")
        self.model.set_query(self.filters.apply_to(self.model.query))
        count, narrowed = self.model.rowCount(), self.model.query.is_narrowed
        self.filters.show_count(count, narrowed=narrowed)
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self._stack.isAncestorOf(focus)
        self._stack.setCurrentWidget(self.table if count else self._nothing if narrowed else self.empty)
        self.filters.setVisible(bool(count) or narrowed)
        self._sample_bar.setVisible(self._has_samples())
        self.table.select(wanted)
        self._show_what_can_be_done()
        if had_focus:
            self.focus_first()

    def show_filtered(self, filters: Mapping[str, object]) -> None:
        """Narrow the list as another page wishes."""
        self.filters.set_filters(filters)
        self.refresh()

    def show_record(self, record_id: str) -> None:
        """Select that record."""
        self.refresh(record_id)

    # Building

    def _make_actions(self) -> _Actions:
        def action(text: str, keys: str, slot: Callable[[], object]) -> QAction:
            made = QAction(text, self._keys)
            made.setIconText(text.partition("(")[0])
            if keys:
                made.setShortcut(QKeySequence(keys))
                made.setToolTip(f"{text.partition('(')[0]}　{keys}")
            made.triggered.connect(lambda _checked=False: slot())
            self.addAction(made)
            return made

        return _Actions(
            new=action("新建(&N)", "Ctrl+N", lambda: self._open(self.jobs.begin())),
            take_in=action("导入Excel(&I)", "Ctrl+I", lambda: self._open(self.jobs.import_files())),
            take_in_folder=action(
                "导入文件夹(&F)…", "Ctrl+Shift+I", lambda: self._open(self.jobs.import_folder())
            ),
            open=action("打开(&O)", "Ctrl+O", self._open_selected),
            print=action("打印(&P)", "Ctrl+P", self._pop_up_print_menu),
            query_list=action("查询清单(&L)", "Ctrl+L", self._print_query_list),
            screenshots=action("收截图(&J)", "Ctrl+J", lambda: self._open(self.jobs.take_in_screenshots())),
            template=action("导出空白表(&T)", "Ctrl+T", lambda: self.jobs.write_template()),  # noqa: PLW0108 - imported only then
            delete=action("删除草稿(&D)", "", lambda: self.jobs.delete(self.table.selected())),
            find=action("查找(&F)", "Ctrl+F", self.filters.search.setFocus),
            load_samples=action("装入示例单位(&L)", "", lambda: self.jobs.load_samples()),  # noqa: PLW0108
            remove_samples=action("清除示例单位(&E)", "", lambda: self.jobs.remove_samples()),  # noqa: PLW0108
        )

    def _make_print_menu(self) -> QMenu:
        menu = QMenu(self)
        entries = (
            ("推荐表(&R)", PrintKind.RECOMMENDATION), ("培育表(&F)", PrintKind.FORM),
            ("校核报告(&C)", PrintKind.REPORT), ("合订本(&D)", PrintKind.BOUND),
        )
        for text, kind in entries:
            action = menu.addAction(text)
            action.triggered.connect(lambda _checked=False, k=kind: self._print(k))
            self._keys.addAction(action)
        letter = menu.addAction("推荐函(&H)")
        letter.triggered.connect(lambda _checked=False: self.jobs.print_letter(self.table.selected()))
        self._keys.addAction(letter)
        menu.addSeparator()
        blank = menu.addAction("空白表(&B)")
        blank.triggered.connect(lambda _checked=False: self.jobs.print_blank())
        self._keys.addAction(blank)
        menu.addAction(self.actions_.query_list)
        return menu

    def _make_sample_bar(self) -> QWidget:
        bar = QWidget(self)
        bar.setProperty("role", "notice")
        text = QLabel("列表中有编造的示例单位，只供练习。", bar)
        button = QPushButton("清除示例(&E)", bar)
        button.clicked.connect(lambda _checked=False: self.jobs.remove_samples())
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 3, 10, 3)
        row.addWidget(text)
        row.addStretch(1)
        row.addWidget(button)
        bar.hide()
        return bar

    def _lay_out(self) -> None:
        a = self.actions_
        tools = QToolBar(self)
        tools.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        for action in (a.new, a.take_in, a.open, a.print, a.query_list, a.screenshots, a.template, a.delete):
            tools.addAction(action)
            button = tools.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._print_button = tools.widgetForAction(a.print)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(6)
        for widget in (tools, self._sample_bar, self.filters):
            layout.addWidget(widget)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.table.opened.connect(self.open_wanted)
        self.table.typed.connect(self._search_for)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_what_can_be_done())
        delete = self.actions_.delete
        delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(delete)
        self.filters.changed.connect(self.refresh)
        self.filters.left.connect(self.focus_first)
        self.empty.new_wanted.connect(self.actions_.new.trigger)
        self.empty.import_wanted.connect(self.actions_.take_in.trigger)
        self.empty.samples_wanted.connect(self.actions_.load_samples.trigger)
        self.refreshes_on(self._session.record_changed, self._session.records_changed)

    # Reacting

    def _open(self, record_id: str | None) -> None:
        if record_id:
            self.open_wanted.emit(record_id)

    def _open_selected(self) -> None:
        selected = self.table.selected()
        self._open(selected[0].id if selected else None)

    def _pop_up_print_menu(self) -> None:
        button = self._print_button
        place = button.mapToGlobal(QPoint(0, button.height()))
        self._print_menu.setActiveAction(self._print_menu.actions()[0])
        self._print_menu.popup(place)

    def _print(self, kind: PrintKind) -> None:
        self._open(self.jobs.print_units(kind, self.table.selected()))

    def _print_query_list(self) -> None:
        selected = self.table.selected()
        self.jobs.print_query_list(selected if len(selected) > 1 else self._all_shown())

    def _all_shown(self) -> tuple[RecordSummary, ...]:
        rows = (self.model.summary(row) for row in range(self.model.rowCount()))
        return tuple(summary for summary in rows if summary is not None)

    def _search_for(self, text: str) -> None:
        self.filters.search.setFocus()
        self.filters.search.setText(text)

    def _has_samples(self) -> bool:
        shown = (self.model.summary(row) for row in range(min(self.model.rowCount(), 100)))
        return any(summary is not None and summary.is_sample for summary in shown)

    def _show_what_can_be_done(self) -> None:
        selected = self.table.selected()
        self.actions_.open.setEnabled(len(selected) == 1)
        self.actions_.delete.setEnabled(bool(selected))

    def focus_first(self) -> None:
        """Keys to the list, or to what stands in its place."""
        current = self._stack.currentWidget()
        (self.filters.search if current is self._nothing else current).setFocus()

    # Qt's own events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer columns in a narrow window."""
        super().resizeEvent(event)
        self.table.fit(event.size().width())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the page."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Workbooks are imported, also a folder of them; pictures and PDFs are taken for query screenshots."""
        from gui.pages.units.jobs import IMAGE_SUFFIXES

        paths = tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        event.acceptProposedAction()
        if paths and all(path.suffix.lower() in IMAGE_SUFFIXES for path in paths):
            self._open(self.jobs.take_in_screenshots(paths))
        elif len(paths) == 1 and paths[0].is_dir():
            self._open(self.jobs.import_folder(paths[0]))
        elif paths:
            self._open(self.jobs.import_files(paths))


def _source(session: Session) -> UnitSource:
    """The list's rows, from the service."""
    ws = session.workspace
    labels = {form.id: form.kind_label or form.title for form in ws.pack.forms.values()}

    def count(query: UnitQuery) -> int:
        return drafts.count_units(
            ws, query=query.text, form=query.form, state=query.state, eligibility=query.eligibility
        )

    def page(query: UnitQuery, offset: int, limit: int) -> Sequence[RecordSummary]:
        return drafts.list_units(
            ws, query=query.text, form=query.form, state=query.state, eligibility=query.eligibility,
            order=query.order, descending=query.descending, limit=limit, offset=offset,
        )

    return UnitSource(count, page, lambda form: labels.get(form, form), ws.office_label)

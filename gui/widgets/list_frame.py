"""The frame of a list page: title and buttons, filter line, table, detail at the right, a sentence when it is empty.

How to use it (with `RowsModel` of gui/models, whose cells may be `Cell`s with a tone and an order):

    COLUMNS = (Column("单位名称", stretches=True), Column("类别", 120), Column("街镇园区", 130, hide_below=560), …)

    self.model = RowsModel([c.title for c in COLUMNS], self)
    self.frame = ListFrame("培育库", COLUMNS, self.model, key=lambda m: m.id, unit="个单位", parent=self)
    self.frame.set_actions((self.admit, self.return_, None, self.print))          # QActions made with Page.action
    self.frame.filters.add_choice("kind", "类别", [("全部类别", None), ("绿色工厂", "green-factory")])
    self.frame.set_empty("库中还没有单位。关闭第一个更新窗口后，纳入的单位列在这里。")
    self.detail = DetailPanel(self); self.frame.set_detail(self.detail)           # any widget will do
    self.frame.changed.connect(self.refresh)                                      # search or a filter
    self.frame.opened.connect(self._open)                                         # Enter, double click: its object
    self.frame.moved.connect(self._show)                                          # another row: its object or None
    layout = QVBoxLayout(self); layout.setContentsMargins(0, 0, 0, 0); layout.addWidget(self.frame)

    def refresh(self):
        wanted = self.frame.filters.values()                                      # {"query": "…", "kind": "…"}
        self.model.set_rows([(m.unit_name, …) for m in found], found)     # the selection stays, by `key`

Keys: arrows and Enter in the table; letters and Ctrl+F go to the search line, Enter or Down comes back, Esc clears it;
F6 goes between table and detail; Alt+Q clears the filters. `focus_first`, `current`, `selected`, `select` do what they
say. `frame.notice.say("…")` shows a sentence with a button under the title.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.filter_line import FilterLine
from gui.widgets.list_table import Column, ListTable
from gui.widgets.notice_bar import NoticeBar
from gui.widgets.roles import ITEM_ROLE

_DETAIL_SHARE: Final = 0.36
_DETAIL_WIDTHS: Final = (250, 460)


class ListFrame(QWidget):
    """See the head of this module."""

    changed = Signal()
    opened = Signal(object)
    moved = Signal(object)

    def __init__(
        self, title: str, columns: Sequence[Column], model: QAbstractItemModel, parent: QWidget | None = None, *,
        key: Callable[[Any], object], unit: str = "个", hint: str = "查找：名称、信用代码、拼音首字母",
        several: bool = False,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._unit = unit
        self._kept: tuple[object, int] = (None, 0)
        self._had_focus = False
        self.title = QLabel(title, self)
        self.title.setProperty("role", "title")
        self._tools = _tool_bar(self)
        self.notice = NoticeBar("notice", "知道了(&Y)", self)
        self.filters = FilterLine(hint, self)
        self.table = ListTable(columns, model, self, several=several)
        self.table.setAccessibleName(title)
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._empty_text = "还没有内容。"
        self._detail: QWidget | None = None
        self._share = _DETAIL_SHARE
        self._most = _DETAIL_WIDTHS[1]
        self._leaves = 0
        self._lay_out()
        self._connect(model)

    # Building

    def set_actions(self, actions: Sequence[QAction | None]) -> None:
        """Buttons of the title line; None is a gap. What does not fit goes behind an arrow at the end."""
        self._tools.clear()
        for action in actions:
            if action is None:
                self._tools.addSeparator()
                continue
            self._tools.addAction(action)
            button = self._tools.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_empty(self, sentence: str) -> None:
        """What stands in place of an empty list: what it is for, and how something gets into it."""
        self._empty_text = sentence
        self._show_what_there_is()

    def set_detail(
        self, detail: QWidget, *, share: float = _DETAIL_SHARE, most: int = _DETAIL_WIDTHS[1], leaves: int = 0
    ) -> None:
        """A panel at the right that tells more of the row that the keys are on; it takes that share of the width.

        In a narrow window it still `leaves` the list so many pixels.
        """
        self._detail = detail
        self._share, self._most, self._leaves = share, most, leaves
        detail.setMinimumWidth(_DETAIL_WIDTHS[0])
        self._splitter.addWidget(detail)
        self._splitter.setCollapsible(1, False)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        switch = QShortcut(QKeySequence("F6"), self)
        switch.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        switch.activated.connect(self.switch)

    # Using

    def current(self) -> Any:
        """The object of the row that the keys are on; None when there is none."""
        return self.table.current()

    def selected(self) -> tuple[Any, ...]:
        """The objects of the selected rows (more than one only with `several`)."""
        return self.table.selected()

    def select(self, key: object) -> bool:
        """Go to the row with that key; False when it is not in the list."""
        for row in range(self.table.model().rowCount()):
            if self._key_at(row) == key:
                self.table.select_row(row)
                return True
        return False

    def focus_first(self) -> None:
        """Keys to the table; to the search line when the filters leave nothing."""
        shown = self._stack.currentWidget()
        (self.filters.search if shown is self._empty and self.filters.is_narrowed else shown).setFocus()

    def switch(self) -> None:
        """From the table to the detail and back."""
        focus = QApplication.focusWidget()
        if self._detail is None or (focus is not None and self._detail.isAncestorOf(focus)) or focus is self._detail:
            self.focus_first()
        else:
            self._detail.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Inner workings

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self._tools, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self._stack)
        self._splitter.setCollapsible(0, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self.filters)
        layout.addWidget(self._splitter, 1)

    def _connect(self, model: QAbstractItemModel) -> None:
        self.filters.changed.connect(self.changed)
        self.filters.left.connect(self.focus_first)
        self.table.typed.connect(self.filters.begin_search)
        self.table.opened.connect(self.opened)
        self.table.moved.connect(self._on_moved)
        self.notice.pressed.connect(lambda: self.notice.say(""))
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filters.begin_search)
        self._is_resetting = False
        self._show_what_there_is()

    def _key_at(self, row: int) -> object:
        item = self.table.model().index(row, 0).data(ITEM_ROLE)
        return None if item is None else self._key(item)

    def _remember(self) -> None:
        row = self.table.currentIndex().row()
        focus = QApplication.focusWidget()
        self._had_focus = focus is not None and self._stack.isAncestorOf(focus)
        self._kept = (self._key_at(row) if row >= 0 else None, row)
        self._is_resetting = True

    def _restore(self) -> None:
        key, row = self._kept
        self._show_what_there_is()
        if key is None or not self.select(key):
            self.table.select_row(row)
        self._is_resetting = False
        if self._had_focus:
            self.focus_first()
        self.moved.emit(self.current())

    def _on_moved(self, item: object) -> None:
        if not self._is_resetting:
            self.moved.emit(item)

    def _show_what_there_is(self) -> None:
        count = self.table.model().rowCount()
        narrowed = self.filters.is_narrowed
        self._empty.setText("没有符合条件的。按“清除条件”看全部。" if narrowed else self._empty_text)
        self._stack.setCurrentWidget(self.table if count else self._empty)
        self.filters.show_count(count, self._unit)
        if self._detail is not None:
            self._detail.setVisible(count > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The detail takes its share, within reason."""
        super().resizeEvent(event)
        if self._detail is not None and event.size().width() != event.oldSize().width():
            room = self._splitter.width()
            wanted = min(round(room * self._share), room - self._leaves)
            share = min(max(wanted, _DETAIL_WIDTHS[0]), self._most)
            self._splitter.setSizes([room - share, share])


def _tool_bar(parent: QWidget) -> QToolBar:
    tools = QToolBar(parent)
    tools.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    tools.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return tools

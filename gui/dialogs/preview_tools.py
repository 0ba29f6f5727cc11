"""The buttons of the preview: printing and saving, page by page, larger and smaller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from core.services.printing import OutlineEntry
from gui.dialogs.page_view import Fit, PageView

_ZOOMS: Final = (50, 75, 100, 125, 150, 200, 300)
_INDENT: Final = "　"
_MOST_ENTRIES: Final = 20


class PreviewTools(QWidget):
    """One row of buttons over a view; the dialog adds its own to the left and right ends.

    Signals:
        strip_wanted: the small pages are to be shown, or hidden.
    """

    strip_wanted = Signal(bool)

    def __init__(self, view: PageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.page_box = _PageBox(self)
        self.page_box.setRange(1, view.count)
        self.page_box.setAccessibleName("页码")
        self.page_box.setToolTip("输入页码，按回车到那一页")
        self.zoom_box = _zoom_box(self)
        self.strip_button = _button("缩略图(&T)", "显示或收起左边的小页面", self)
        self.strip_button.setCheckable(True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._lay_out()
        self._connect()
        self._show_page(view.current_page)

    def add(self, text: str, tip: str, slot: Callable[[], object], *, at: int = -1) -> QPushButton:
        """A further button, at the end or at a place."""
        button = _button(text, tip, self)
        button.clicked.connect(lambda _checked=False: slot())
        self._row.insertWidget(at, button)
        return button

    def _lay_out(self) -> None:
        row, view = self._row, self._view
        row.addSpacing(8)
        self.add("‹", "上一页　PageUp", lambda: view.turn(-1)).setAccessibleName("上一页")
        row.addWidget(self.page_box)
        row.addWidget(QLabel(f"/ {view.count}页", self))
        self.add("›", "下一页　PageDown", lambda: view.turn(1)).setAccessibleName("下一页")
        row.addSpacing(8)
        self.add("－", "缩小　Ctrl+-", lambda: view.zoom_step(-1)).setAccessibleName("缩小")
        row.addWidget(self.zoom_box)
        self.add("＋", "放大　Ctrl++", lambda: view.zoom_step(1)).setAccessibleName("放大")
        row.addSpacing(8)
        row.addWidget(self.strip_button)
        self.strip_button.setVisible(view.count > 1)
        row.addStretch(1)

    def _connect(self) -> None:
        view = self._view
        view.page_changed.connect(self._show_page)
        view.zoom_changed.connect(self._show_zoom)
        self.page_box.valueChanged.connect(lambda value: view.show_page(value - 1))
        self.page_box.editingFinished.connect(view.setFocus)
        self.zoom_box.activated.connect(self._zoom)
        self.strip_button.toggled.connect(self.strip_wanted)

    def _show_page(self, page: int) -> None:
        with QSignalBlocker(self.page_box):
            self.page_box.setValue(page + 1)

    def _show_zoom(self) -> None:
        words = {Fit.WIDTH: "适合宽度", Fit.PAGE: "整页"}.get(self._view.fit)
        percent = f"{self._view.percent}%"
        self.zoom_box.setItemText(0, f"{words} {percent}" if words else percent)
        self.zoom_box.setCurrentIndex(0)

    def _zoom(self, index: int) -> None:
        chosen = self.zoom_box.itemData(index)
        if chosen == Fit.WIDTH.value:
            self._view.fit_width()
        elif chosen == Fit.PAGE.value:
            self._view.fit_page()
        elif isinstance(chosen, int):
            self._view.zoom_percent(chosen)
        self._view.setFocus()


class ContentsBox(QComboBox):
    """Where the PDF's bookmarks lead: the units of a batch, the parts of a bound book.

    Arrow keys show one after another; Enter or Esc goes on to the pages.
    """

    def __init__(self, entries: Sequence[OutlineEntry], view: PageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = [entry.page for entry in entries]
        self._view = view
        self.setAccessibleName("目录")
        self.setMaxVisibleItems(_MOST_ENTRIES)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(24)
        self.addItems([_INDENT * entry.level + entry.title for entry in entries])
        self.activated.connect(self._go)
        view.page_changed.connect(self._follow)
        self._follow(view.current_page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc: on to the pages, where the entry has led; the dialog stays."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self._view.setFocus()
        else:
            super().keyPressEvent(event)

    def _go(self, index: int) -> None:
        self._view.show_page(self._pages[index])

    def _follow(self, page: int) -> None:
        """Name the part that the page in sight belongs to."""
        if not (0 <= self.currentIndex() < len(self._pages) and self._pages[self.currentIndex()] == page):
            self.setCurrentIndex(max((n for n, first in enumerate(self._pages) if first <= page), default=-1))


class _PageBox(QSpinBox):
    """Takes a page number; PageUp and PageDown are left to the pages."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("00000") + 12)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that passes over it turns nothing."""
        event.ignore()


def _zoom_box(parent: QWidget) -> QComboBox:
    box = QComboBox(parent)
    box.setAccessibleName("显示大小")
    box.addItem("适合宽度 100%")
    box.addItem("适合宽度　Ctrl+0", Fit.WIDTH.value)
    box.addItem("整页　Ctrl+2", Fit.PAGE.value)
    for percent in _ZOOMS:
        box.addItem(f"{percent}%" + ("　Ctrl+1" if percent == 100 else ""), percent)
    return box


def _button(text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.setProperty("role", "tool")
    return button

"""How the library stands: counts as a table beside their plot, by one side at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSplitter, QTabBar, QVBoxLayout, QWidget

from gui.models.rows_model import Cell
from gui.pages.cockpit.lists import SmallList
from gui.widgets.list_table import Column
from gui.widgets.picture_view import Part, PictureView

_COLUMNS: Final = (Column("", stretches=True), Column("单位数", 66), Column("占比", 62, hide_below=190))
_PAUSE_MS: Final = 80
_TABLE_SHARE: Final = 0.34


@dataclass(frozen=True, slots=True)
class Side:
    """One way to count: its name, its words, and its lines: key, label, count, and a note such as the share."""

    name: str
    words: str
    note: str
    lines: Sequence[tuple[str, str, int, Cell]]


Plotter = Callable[[str, QSize, float], tuple[QImage, Sequence[Part]]]


class CountsPanel(QWidget):
    """Emits `pressed` with the side's name and the key of a line or bar.

    The plot is drawn by `plotter` (side, size, pixel ratio), not before the panel has been painted once.
    """

    pressed = Signal(str, str)

    def __init__(self, plotter: Plotter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plotter = plotter
        self._sides: tuple[Side, ...] = ()
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("sectionNavigator")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("统计方式")
        self.export = QPushButton("导出(&E)", self)
        self.list = SmallList("统计表(&L)", _COLUMNS, "库中还没有单位。", self, right=(1, 2))
        self.picture = PictureView(self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self.list)
        self._splitter.addWidget(self.picture)
        self._splitter.setChildrenCollapsible(False)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._draw)
        head = QHBoxLayout()
        head.addWidget(self.tabs, 1)
        head.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._splitter, 1)
        self.tabs.currentChanged.connect(lambda _index: self._show())
        self.list.opened.connect(self._press)
        self.picture.pressed.connect(self._press)

    @property
    def side(self) -> Side | None:
        """What is counted by now."""
        place = self.tabs.currentIndex()
        return self._sides[place] if 0 <= place < len(self._sides) else None

    def set_menu(self, menu: QMenu) -> None:
        """What the button at the right offers."""
        self.export.setMenu(menu)

    def show_sides(self, sides: Sequence[Side]) -> None:
        """Show new counts; the side that was in front stays there."""
        self._sides = tuple(sides)
        while self.tabs.count() < len(sides):
            self.tabs.addTab(sides[self.tabs.count()].words)
        self._show()

    def _show(self) -> None:
        side = self.side
        if side is None:
            return
        self.list.model.set_headers((side.words, "单位数", side.note))
        rows = [(label, Cell(str(count), order=float(count)), note) for _, label, count, note in side.lines]
        self.list.show_rows(rows, [key for key, *_ in side.lines])
        self._pause.start(0)

    def _press(self, key: object) -> None:
        if self.side is not None:
            self.pressed.emit(self.side.name, str(key))

    def _draw(self) -> None:
        side = self.side
        if side is None or not self.isVisible():
            return
        image, parts = self._plotter(side.name, self.picture.size(), self.devicePixelRatioF())
        words = "，".join(f"{label}{count}" for _, label, count, _ in side.lines[:12])
        self.picture.show_picture(image, parts, f"{side.words}：{words}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The table keeps its share; the plot is drawn anew once the dragging is over."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            table = min(max(round(self.width() * _TABLE_SHARE), 170), 300)
            self._splitter.setSizes([table, self.width() - table])
        self._pause.start(_PAUSE_MS)

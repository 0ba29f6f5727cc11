"""The strip of section names above the sheet; names shrink word by word, and what is cut off is marked with “…”."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from gui.widgets import theme
from gui.widgets.theme import Mark

_AROUND: Final = 17  # the padding of a tab in resources/style/app.qss, and one to spare
_FEWEST_ALIKE: Final = 4  # so many letters in common at the start, and the later name is told by its end
_EMPTY_ENDING: Final = re.compile(r"(情况|清单)$")


class SectionNavigator(QTabBar):
    """`section_chosen` on click only; `show_current` moves the mark silently."""

    section_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sectionNavigator")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(False)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setDocumentMode(True)
        self.tabBarClicked.connect(self._on_clicked)
        self._titles: tuple[str, ...] = ()

    def set_sections(self, titles: Sequence[str]) -> None:
        """Name the sections."""
        while self.count():
            self.removeTab(0)
        self._titles = tuple(titles)
        for title in titles:
            index = self.addTab(title)
            self.setTabToolTip(index, f"{title}（Alt+PageUp、Alt+PageDown 切换）")

    def show_current(self, index: int) -> None:
        """Mark the section that is on the screen."""
        if 0 <= index < self.count() and index != self.currentIndex():
            self.setCurrentIndex(index)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Colour the names of sections that hold findings."""
        inks = {Mark.WRONG: theme.RED, Mark.MISSING: theme.AMBER, Mark.VERIFY: theme.AMBER}
        for index, mark in enumerate(marks):
            ink = QColor(inks.get(mark, theme.INK))
            if self.tabTextColor(index) != ink:
                self.setTabTextColor(index, ink)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the window needs: names shrink."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the longest names that fit."""
        self._fit(event.size().width())
        super().resizeEvent(event)

    def _fit(self, width: int) -> None:
        font = QFont(self.font())
        font.setBold(True)
        metrics = QFontMetrics(font)
        texts = _fitting(self._titles, width, lambda text: metrics.horizontalAdvance(text) + _AROUND)
        for index, text in enumerate(texts):
            if self.tabText(index) != text:
                self.setTabText(index, text)

    def _on_clicked(self, index: int) -> None:
        if index >= 0:
            self.section_chosen.emit(index)


def _fitting(titles: Sequence[str], width: int, measure: Callable[[str], int]) -> list[str]:
    """The longest names that have room together: the widest gives way first, until only numbers are left."""
    ladders = [_names(title, titles[:place]) for place, title in enumerate(titles)]
    if sum(measure(title) for title in titles) <= width:
        return list(titles)
    steps = [0] * len(ladders)
    while True:
        widths = [measure(ladder[step]) for ladder, step in zip(ladders, steps, strict=True)]
        shrinking = [place for place, ladder in enumerate(ladders) if steps[place] + 1 < len(ladder)]
        if sum(widths) <= width or not shrinking:
            return [ladder[step] for ladder, step in zip(ladders, steps, strict=True)]
        keeps_name = [place for place in shrinking if steps[place] + 2 < len(ladders[place])]
        steps[max(keeps_name or shrinking, key=lambda place: widths[place])] += 1


def _names(title: str, earlier: Sequence[str]) -> list[str]:
    """五、资源利用与环境排放 → 五 资源利用与环境排放, 五 资源利用, 五 资源…, 五: each shorter than the one before."""
    number, comma, name = title.partition("、")
    if not comma:
        return [title]
    whole = name.partition("（")[0]
    first = re.split("[、与和]", whole)[0]
    alike = max((_alike(whole, other.partition("、")[2]) for other in earlier), default=0)
    if _FEWEST_ALIKE <= alike < len(whole):
        rest = whole[alike:]
        shorter = [f"…{rest}", *(f"…{rest[:letters]}…" for letters in (3, 2))]
    else:
        shorter = [first, _EMPTY_ENDING.sub("", first), *(f"{first[:letters]}…" for letters in (5, 4, 3, 2))]
    names = [whole]
    for other in shorter:
        if other and len(other) < len(names[-1]):
            names.append(other)
    return [*(f"{number} {each}" for each in names), number]


def _alike(one: str, other: str) -> int:
    """How many letters at the start are the same."""
    place = 0
    while place < min(len(one), len(other)) and one[place] == other[place]:
        place += 1
    return place

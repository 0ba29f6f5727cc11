"""The strip of section names above the sheet; names shrink before they are left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from gui.widgets import theme
from gui.widgets.theme import Mark

_LONGEST: Final = 40


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
        around = round(metrics.height() * 1.1)
        for letters in (_LONGEST, 6, 5, 4, 3, 2, 0):
            texts = [_short(title, letters) for title in self._titles]
            if sum(metrics.horizontalAdvance(t) + around for t in texts) <= width or letters == 0:
                break
        for index, text in enumerate(texts if self._titles else ()):
            if self.tabText(index) != text:
                self.setTabText(index, text)

    def _on_clicked(self, index: int) -> None:
        if index >= 0:
            self.section_chosen.emit(index)


def _short(title: str, letters: int) -> str:
    """五、资源利用与环境排放 → 五 资源利用 (four letters) → 五 (none); a title without a number keeps two letters."""
    number, comma, name = title.partition("、")
    if not comma:
        return title[: max(letters, 2)]
    if letters >= _LONGEST:
        return title
    return f"{number} {name[:letters].rstrip('、与和（')}".strip()

"""The verdict in big letters: 可推荐 green, 不可推荐 red, 待核实 amber, and how much is still to do.

可推荐 is amber, too, while an explanation is missing: the sheet cannot be printed yet.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.domain.calendar import format_chinese
from core.domain.enums import REPORT_FORM, Eligibility
from core.domain.finding import Verdict
from gui.widgets import theme
from gui.widgets.finding_groups import Group, grouped

_INK = {
    Eligibility.ELIGIBLE: (theme.GREEN, theme.GREEN_SOFT), Eligibility.NOT_ELIGIBLE: (theme.RED, theme.RED_SOFT),
    Eligibility.INCOMPLETE: (theme.AMBER, theme.AMBER_SOFT),
}
_COUNTED = (Group.NOT_MET, Group.UNKNOWN, Group.TO_EXPLAIN, Group.HINT)


class VerdictBanner(QWidget):
    """Two lines on a coloured ground; the number of the verdict in its tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._verdict: Verdict | None = None
        self._title = ""
        self._counts = ""

    @property
    def text(self) -> str:
        """All that it says."""
        return f"{self._title} {self._counts}".strip().replace(" （", "（")

    def set_verdict(self, verdict: Verdict | None) -> None:
        """Show a verdict; None before the first check."""
        if verdict == self._verdict:
            return
        self._verdict = verdict
        self._title = verdict.label if verdict is not None else ""
        self._counts = _counts(verdict) if verdict is not None else ""
        self.setAccessibleName(self.text)
        self.setToolTip("" if verdict is None else f"校核编号：{verdict.number}\n政策包：{verdict.pack}")
        self.update()

    def _big(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        return font

    def sizeHint(self) -> QSize:
        """Room for a big line and a small one."""
        return QSize(260, QFontMetrics(self._big()).height() + self.fontMetrics().height() + 14)

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, bar and words."""
        painter = QPainter(self)
        if self._verdict is None:
            painter.fillRect(self.rect(), QColor(theme.SHADE))
            painter.end()
            return
        ink, fill = _inks(self._verdict)
        painter.fillRect(self.rect(), QColor(fill))
        painter.fillRect(0, 0, 5, self.height(), QColor(ink))
        big, area = self._big(), self.rect().adjusted(14, 6, -8, -6)
        painter.setFont(big)
        painter.setPen(QColor(ink))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), self._title)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.MUTED))
        day = f"校核日期 {format_chinese(self._verdict.as_of)}"
        painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), day)
        painter.setPen(QColor(ink if _waits_for_words(self._verdict) else theme.INK))
        words = self.fontMetrics().elidedText(self._counts, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), words)
        painter.end()


def _waits_for_words(verdict: Verdict) -> bool:
    """True when every condition is met and only explanations are missing."""
    return verdict.eligibility is Eligibility.ELIGIBLE and not verdict.may_recommend


def _inks(verdict: Verdict) -> tuple[str, str]:
    return _INK[Eligibility.INCOMPLETE if _waits_for_words(verdict) else verdict.eligibility]


def _counts(verdict: Verdict) -> str:
    if verdict.may_recommend:
        then = "上报" if verdict.form == REPORT_FORM else "打印正式推荐表"
        return f"各项条件均已核对，可以{then}。"
    groups = grouped(verdict.findings)
    if _waits_for_words(verdict):
        hints = f"　{Group.HINT.value} {len(groups[Group.HINT])}" if groups[Group.HINT] else ""
        return f"（还有{len(verdict.open_findings)}条要写情况说明）{hints}"
    return "　".join(f"{group.value} {len(groups[group])}" for group in _COUNTED if groups[group])

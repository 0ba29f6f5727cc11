"""Draws one finding: severity, clause, sentence, what to do, and the clause's text under the current one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from core.domain.enums import Outcome, Severity
from core.domain.finding import Finding
from gui.widgets import theme
from gui.widgets.finding_groups import Group
from gui.widgets.findings_model import FINDING_ROLE, GROUP_ROLE, FindingsModel

_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_ENDLESS = 1 << 16
_GROUP_INK = {
    Group.NOT_MET: theme.RED, Group.UNKNOWN: theme.AMBER, Group.TO_EXPLAIN: theme.AMBER, Group.EXPLAINED: theme.GREEN,
    Group.HINT: theme.BLUE, Group.MET: theme.GREEN,
}
_CHIP = {
    Severity.MANDATORY: (theme.RED, theme.RED_SOFT), Severity.VERIFY: (theme.AMBER, theme.AMBER_SOFT),
    Severity.HINT: (theme.BLUE, theme.BLUE_SOFT),
}
_LINK = "→ 写情况说明（F2）"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of text under the head line, with its height at the present width."""

    text: str
    ink: str
    height: int
    is_link: bool = False


class FindingDelegate(QStyledItemDelegate):
    """Sizes follow the width of the view, so nothing is ever cut off sideways."""

    def __init__(self, view: QTreeView, model: FindingsModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.link = _LINK
        self.offers_link = True
        self._heights: dict[tuple[str, int], int] = {}

    def forget(self) -> None:
        """The width or the font changed."""
        self._heights.clear()

    def paint(
        self, painter: QPainter, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """A heading or a finding."""
        painter.save()
        place = self._view.visualRect(index)
        area = QRect(0, place.top(), self._view.viewport().width(), place.height())
        group, finding = index.data(GROUP_ROLE), index.data(FINDING_ROLE)
        if isinstance(group, Group):
            self._paint_group(painter, area, group, index)
        elif isinstance(finding, Finding):
            self._paint_finding(painter, area, finding, is_current=self._is_current(index))
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As high as its wrapped text."""
        finding = index.data(FINDING_ROLE)
        if not isinstance(finding, Finding):
            return QSize(0, round(self._line * 1.75))
        paragraphs = self._paragraphs(finding, is_current=self._is_current(index))
        return QSize(0, 2 * self._pad + self._line + sum(p.height for p in paragraphs) + self._pad // 2)

    def is_on_link(self, index: QModelIndex, position: QPoint) -> bool:
        """True where a click asks for the explanation."""
        finding = index.data(FINDING_ROLE)
        if not isinstance(finding, Finding):
            return False
        top = self._view.visualRect(index).top() + self._pad + self._line
        for paragraph in self._paragraphs(finding, is_current=self._is_current(index)):
            if paragraph.is_link:
                width = self._metrics.horizontalAdvance(paragraph.text)
                return QRect(self._left, top, width, paragraph.height).contains(position)
            top += paragraph.height
        return False

    @property
    def _metrics(self) -> QFontMetrics:
        return self._view.fontMetrics()

    @property
    def _line(self) -> int:
        return self._metrics.height()

    @property
    def _pad(self) -> int:
        return max(4, self._line // 3)

    @property
    def _left(self) -> int:
        return self._pad * 2

    def _is_current(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        current = self._view.currentIndex()
        return current.isValid() and current == index

    def _paragraphs(self, finding: Finding, *, is_current: bool) -> list[Paragraph]:
        texts = [(finding.message, theme.INK, False)]
        if finding.todo and finding.needs_attention:
            texts.append((f"→ {finding.todo}", theme.ACCENT, False))
        if finding.explanation:
            texts.append((f"情况说明：{finding.explanation}", theme.GREEN, False))
        if self.offers_link and can_explain(finding):
            texts.append((self.link, theme.AMBER, True))
        clause = self._model.clause_text(finding) if is_current else ""
        if clause:
            texts.append((f"条文：{clause}", theme.MUTED, False))
        return [Paragraph(text, ink, self._height(text), is_link) for text, ink, is_link in texts]

    def _height(self, text: str) -> int:
        width = self._view.viewport().width() - self._left - self._pad
        key = (text, width)
        if key not in self._heights:
            box = QRect(0, 0, max(width, self._line * 4), _ENDLESS)
            self._heights[key] = self._metrics.boundingRect(box, _WRAP, text).height() + 1
        return self._heights[key]

    def _paint_group(
        self, painter: QPainter, area: QRect, group: Group, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.fillRect(area, QColor(theme.ACCENT_SOFT if self._is_current(index) else theme.SHADE))
        painter.setPen(QColor(theme.LINE))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        font = QFont(self._view.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(_GROUP_INK[group]))
        arrow = "▼" if self._view.isExpanded(self._model.group_index(group)) else "▶"
        painter.drawText(area.adjusted(self._pad, 0, 0, 0), _MIDDLE, f"{arrow} {index.data()}")

    def _paint_finding(self, painter: QPainter, area: QRect, finding: Finding, *, is_current: bool) -> None:
        if is_current:
            painter.fillRect(area, QColor(theme.ACCENT_SOFT))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(theme.ACCENT))
        painter.setPen(QColor("#e1e5ea"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setFont(self._view.font())
        top = area.top() + self._pad
        self._paint_head(painter, QRect(self._left, top, area.width() - self._left - self._pad, self._line), finding)
        top += self._line + self._pad // 2
        for paragraph in self._paragraphs(finding, is_current=is_current):
            painter.setPen(QColor(paragraph.ink))
            box = QRect(self._left, top, area.width() - self._left - self._pad, paragraph.height)
            painter.drawText(box, _WRAP, paragraph.text)
            top += paragraph.height

    def _paint_head(self, painter: QPainter, line: QRect, finding: Finding) -> None:
        ink, fill = _CHIP[finding.severity]
        if finding.outcome is Outcome.MET:
            ink, fill = theme.GREEN, theme.GREEN_SOFT
        label = finding.severity.label
        chip = QRect(line.left(), line.top(), self._metrics.horizontalAdvance(label) + self._pad * 2, line.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setPen(QColor(ink))
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), label)
        rest = line.adjusted(chip.width() + self._pad, 0, 0, 0)
        painter.setPen(QColor(theme.MUTED))
        painter.drawText(rest, _MIDDLE, finding.clause)
        if ":" not in finding.rule:
            painter.setPen(QColor(theme.FAINT))
            painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), finding.rule)


def can_explain(finding: Finding) -> bool:
    """True for a `verify` finding that is not met: a written explanation lets it pass."""
    return finding.severity is Severity.VERIFY and finding.outcome is not Outcome.MET

"""The list of units as a Qt table: counted at once, fetched page by page, sorted by the store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.domain.enums import Eligibility, RecordState
from core.domain.records import RecordSummary
from gui.widgets.roles import TONE_ROLE

PAGE_ROWS: Final = 200
_PAGES_KEPT: Final = 12

Index = QModelIndex | QPersistentModelIndex
RecordOrder = Literal["updated", "name", "code", "office", "form", "state", "eligibility"]


class Column(IntEnum):
    """The columns of the table, left to right."""

    NAME = 0
    FORM = 1
    CODE = 2
    OFFICE = 3
    STATE = 4
    VERDICT = 5
    OPEN = 6
    UPDATED = 7


HEADERS: Final = ("单位名称", "表种", "信用代码", "街镇园区", "状态", "校核结果", "待处理", "更新时间")
#: The store's sort order of each column; None cannot be sorted by.
ORDERS: Final[tuple[RecordOrder | None, ...]] = (
    "name", "form", "code", "office", "state", "eligibility", None, "updated",
)

SUMMARY_ROLE: Final = int(Qt.ItemDataRole.UserRole)

_TONES: Final = {"eligible": "good", "not_eligible": "bad", "incomplete": "wait"}
_STATE_TONES: Final = {
    RecordState.RECOMMENDED: "good", RecordState.RETURNED: "bad", RecordState.REFUSED: "bad",
}


@dataclass(frozen=True, slots=True)
class UnitQuery:
    """What the list shows: search words, filters and order."""

    text: str = ""
    form: str | None = None
    state: RecordState | None = None
    eligibility: Eligibility | None = None
    order: RecordOrder = "updated"
    descending: bool = False

    @property
    def is_narrowed(self) -> bool:
        """True when a search or a filter hides records."""
        return bool(self.text.strip() or self.form or self.state or self.eligibility)


@dataclass(frozen=True, slots=True)
class UnitSource:
    """Where the model gets its rows, and the names that it shows for codes."""

    count: Callable[[UnitQuery], int]
    page: Callable[[UnitQuery, int, int], Sequence[RecordSummary]]
    form_label: Callable[[str], str]
    office_label: Callable[[str], str]


class UnitsModel(QAbstractTableModel):
    """Rows are fetched when they are looked at: 100 000 units cost no more than what is on the screen."""

    def __init__(self, source: UnitSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._query = UnitQuery()
        self._count = 0
        self._pages: OrderedDict[int, Sequence[RecordSummary]] = OrderedDict()

    @property
    def query(self) -> UnitQuery:
        """What the table shows now."""
        return self._query

    def set_query(self, query: UnitQuery) -> None:
        """Show something else."""
        self._query = query
        self.refresh()

    def refresh(self) -> None:
        """Count and fetch anew."""
        self.beginResetModel()
        self._pages.clear()
        self._count = self._source.count(self._query)
        self.endResetModel()

    def summary(self, row: int) -> RecordSummary | None:
        """The record of a row; None where the list has become shorter meanwhile."""
        if not 0 <= row < self._count:
            return None
        number, offset = divmod(row, PAGE_ROWS)
        page = self._pages.get(number)
        if page is None:
            page = self._source.page(self._query, number * PAGE_ROWS, PAGE_ROWS)
            self._pages[number] = page
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[offset] if offset < len(page) else None

    def row_of(self, record_id: str) -> int:
        """The row of a record among the pages fetched so far; -1 when it is not there."""
        for number, page in self._pages.items():
            for offset, summary in enumerate(page):
                if summary.id == record_id:
                    return number * PAGE_ROWS + offset
        return -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Every record that the query finds."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Always the same."""
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        """The words above the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section] if 0 <= section < len(HEADERS) else None
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """One cell: its text, its tone (good, bad, wait, plain), or the whole record."""
        summary = self.summary(index.row()) if index.isValid() else None
        if summary is None:
            return None
        if role == SUMMARY_ROLE:
            return summary
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == Column.NAME:
            # A narrow window has no room for the last two as columns.
            told = (Column.NAME, Column.CODE, Column.OFFICE, Column.UPDATED)
            return "\n".join(filter(None, (self._text(summary, column) for column in told)))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(summary, Column(index.column()))
        if role == TONE_ROLE:
            return _tone(summary, Column(index.column()))
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == Column.OPEN:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Let the store sort; a column that it cannot sort by leaves the list as it is."""
        name = ORDERS[column] if 0 <= column < len(ORDERS) else None
        if name is not None:
            downward = order is Qt.SortOrder.DescendingOrder
            # The store's own order of "updated" is already the newest first.
            self.set_query(replace(self._query, order=name, descending=downward is not (name == "updated")))

    def _text(self, summary: RecordSummary, column: Column) -> str:
        found = Eligibility(summary.eligibility).label_for(summary.form) if summary.eligibility else ""
        texts: dict[Column, str] = {
            Column.NAME: summary.unit_name or "（未填名称）",
            Column.FORM: " ".join(p for p in (self._source.form_label(summary.form), summary.year) if p),
            Column.CODE: summary.credit_code,
            Column.OFFICE: self._source.office_label(summary.office) if summary.office else "",
            Column.STATE: summary.state.label,
            Column.VERDICT: found or "未校核",
            Column.OPEN: str(summary.open_count) if summary.open_count else "",
            Column.UPDATED: summary.updated_at.astimezone().strftime("%Y-%m-%d %H:%M"),
        }
        return texts[column]


def _tone(summary: RecordSummary, column: Column) -> str:
    if column is Column.VERDICT:
        lacks_words = summary.eligibility == Eligibility.ELIGIBLE and summary.open_count
        return "wait" if lacks_words else _TONES.get(summary.eligibility or "", "plain")
    if column is Column.STATE:
        return _STATE_TONES.get(summary.state, "plain")
    if column is Column.NAME and summary.is_sample:
        return "sample"
    return ""

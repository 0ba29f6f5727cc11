"""Two levels: groups, and the findings in them. A new list changes only the rows that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.domain.finding import Finding
from gui.widgets.finding_groups import Group, grouped

Index: TypeAlias = QModelIndex | QPersistentModelIndex
FINDING_ROLE: Final = int(Qt.ItemDataRole.UserRole)
GROUP_ROLE: Final = FINDING_ROLE + 1
_NO_PARENT: Final = QModelIndex()
_GROUPS: Final = tuple(Group)


class FindingsModel(QAbstractItemModel):
    """Groups are always there, empty ones too: the view hides them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[list[Finding]] = [[] for _ in _GROUPS]
        self._clauses: Mapping[str, str] = {}

    def set_findings(self, findings: Sequence[Finding], clauses: Mapping[str, str]) -> None:
        """Take over a new list; unchanged rows stay as they are, with selection and scroll position."""
        self._clauses = clauses
        for number, new in enumerate(grouped(findings).values()):
            if new != self._items[number]:
                self._merge(number, new)

    def count(self, group: Group) -> int:
        """Number of findings in a group."""
        return len(self._items[_GROUPS.index(group)])

    def group_index(self, group: Group) -> QModelIndex:
        """The index of a group's heading."""
        return self.index(_GROUPS.index(group), 0)

    def clause_text(self, finding: Finding) -> str:
        """The text of the clause that a finding cites, empty when it cites none."""
        return self._clauses.get(finding.clause, "")

    def _merge(self, number: int, new: list[Finding]) -> None:
        parent, items = self.index(number, 0), self._items[number]
        wanted = set(_keys(new))
        for row in range(len(items) - 1, -1, -1):
            if _keys(items)[row] not in wanted:
                self._remove(parent, items, row)
        for row, (key, finding) in enumerate(zip(_keys(new), new, strict=True)):
            keys = _keys(items)
            if key in keys[row + 1 :]:
                self._remove(parent, items, keys.index(key))
            if row < len(keys) and keys[row] == key:
                self._replace(parent, items, row, finding)
            else:
                self.beginInsertRows(parent, row, row)
                items.insert(row, finding)
                self.endInsertRows()
        self.dataChanged.emit(parent, parent)

    def _remove(self, parent: QModelIndex, items: list[Finding], row: int) -> None:
        self.beginRemoveRows(parent, row, row)
        del items[row]
        self.endRemoveRows()

    def _replace(self, parent: QModelIndex, items: list[Finding], row: int, finding: Finding) -> None:
        if items[row] != finding:
            items[row] = finding
            changed = self.index(row, 0, parent)
            self.dataChanged.emit(changed, changed)

    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        """Groups have id 0, findings the number of their group plus one."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = _NO_PARENT) -> QModelIndex:  # type: ignore[override]
        """The group of a finding."""
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(int(index.internalId()) - 1, 0, 0)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Six groups; as many findings as a group has."""
        if not parent.isValid():
            return len(_GROUPS)
        return len(self._items[parent.row()]) if parent.internalId() == 0 else 0

    def columnCount(self, _parent: Index = _NO_PARENT) -> int:
        """One."""
        return 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Text for screen readers and tool tips; the finding or the group itself for the delegate."""
        if not index.isValid():
            return None
        if index.internalId() == 0:
            group = _GROUPS[index.row()]
            values: dict[int, object] = {
                int(Qt.ItemDataRole.DisplayRole): f"{group.value}（{self.count(group)}）", GROUP_ROLE: group,
            }
            return values.get(role)
        finding = self._items[int(index.internalId()) - 1][index.row()]
        if role == int(Qt.ItemDataRole.DisplayRole):
            return f"{finding.severity.label} {finding.clause} {finding.message} {finding.todo}"
        if role == int(Qt.ItemDataRole.ToolTipRole):
            text = self.clause_text(finding)
            return f"{finding.clause}　{text}" if text else finding.message
        return finding if role == FINDING_ROLE else None


def _keys(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    """What makes a finding the same one: its rule, and which of several of that rule."""
    seen: Counter[str] = Counter()
    keys = []
    for finding in findings:
        keys.append((finding.rule, seen[finding.rule]))
        seen[finding.rule] += 1
    return keys

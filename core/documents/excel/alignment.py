"""Finds the rows and columns of the plan on a sheet by its labels, after rows and columns were inserted anywhere.

Rows keep their order, so the best increasing assignment of plan rows to sheet rows is sought: a row counts as many
labels as it shares with its plan. Columns follow by vote.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from core.documents.excel.book import Sheet
from core.documents.excel.label_text import normalised
from core.documents.excel.plan import PlanCell, SheetPlan

_LONGEST_LABEL = 200


@dataclass(frozen=True)
class Alignment:
    """Plan rows and columns on the sheet. `labels` are the columns of the anchors found, by (plan row, plan column)."""

    rows: Mapping[int, int]
    columns: Mapping[int, int]
    labels: Mapping[tuple[int, int], int]
    share: float
    last_row: int

    def column(self, plan_column: int) -> int:
        """The sheet column of a plan column; between two known ones the right one decides, as inserts shift right."""
        if plan_column in self.columns:
            return self.columns[plan_column]
        known = sorted(self.columns)
        at = bisect_right(known, plan_column)
        if not known:
            return plan_column
        near = known[at] if at < len(known) else known[at - 1]
        return max(1, self.columns[near] + plan_column - near)

    def next_row(self, plan_row: int) -> int:
        """The first sheet row that belongs to something below `plan_row`, or the one after the last filled row."""
        below = [row for planned, row in self.rows.items() if planned > plan_row]
        return min(below, default=self.last_row + 1)


def align(plan: SheetPlan, sheet: Sheet) -> Alignment:
    """Align a plan with a sheet."""
    labels = _labels_by_row(sheet)
    last_row = max((row for row, _ in sheet.cells), default=0)
    rows = _best_rows(plan, labels)
    columns = _vote(plan, rows, labels)
    found: dict[tuple[int, int], int] = {}
    for plan_row, row in rows.items():
        for anchor in plan.anchors[plan_row]:
            places = _places(anchor, labels[row])
            if places:
                wanted = columns.get(anchor.col, anchor.col)
                found[plan_row, anchor.col] = min(places, key=lambda c, w=wanted: (abs(c - w), c))  # type: ignore[misc]
    share = len(found) / plan.text_count if plan.text_count else 0.0
    return Alignment(rows, columns, found, share, last_row)


def _labels_by_row(sheet: Sheet) -> dict[int, dict[str, list[int]]]:
    rows: dict[int, dict[str, list[int]]] = {}
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell.value, str) and len(cell.value) <= _LONGEST_LABEL:
            rows.setdefault(row, {}).setdefault(normalised(cell.value), []).append(column)
    return rows


def _places(anchor: PlanCell, row: Mapping[str, list[int]]) -> list[int]:
    return [column for text in anchor.accepted for column in row.get(text, ())]


def _best_rows(plan: SheetPlan, labels: Mapping[int, Mapping[str, list[int]]]) -> dict[int, int]:
    """Heaviest strictly increasing assignment of plan rows to sheet rows."""
    by_text: dict[str, list[int]] = {}
    for row, texts in labels.items():
        for text in texts:
            by_text.setdefault(text, []).append(row)
    # Each step: (weight so far, sheet row, plan row, index of the step before it); kept by sheet row for the search.
    steps: list[tuple[int, int, int, int]] = []
    best: dict[int, int] = {}
    for plan_row in sorted(plan.anchors):
        scores = Counter(
            row for a in plan.anchors[plan_row] for row in {r for t in a.accepted for r in by_text.get(t, ())}
        )
        new: list[tuple[int, int, int, int]] = []
        for row, score in scores.items():
            before = max((i for r, i in best.items() if r < row), key=lambda i: steps[i][0], default=-1)
            weight = score + (steps[before][0] if before >= 0 else 0)
            new.append((weight, row, plan_row, before))
        for step in new:
            steps.append(step)
            if step[1] not in best or steps[best[step[1]]][0] < step[0]:
                best[step[1]] = len(steps) - 1
    return _trace(steps)


def _trace(steps: list[tuple[int, int, int, int]]) -> dict[int, int]:
    rows: dict[int, int] = {}
    at = max(range(len(steps)), key=lambda i: steps[i][0], default=-1)
    while at >= 0:
        _, row, plan_row, before = steps[at]
        rows[plan_row] = row
        at = before
    return rows


def _vote(
    plan: SheetPlan, rows: Mapping[int, int], labels: Mapping[int, Mapping[str, list[int]]]
) -> dict[int, int]:
    votes: dict[int, Counter[int]] = {}
    for plan_row, row in rows.items():
        for anchor in plan.anchors[plan_row]:
            places = _places(anchor, labels[row])
            if len(places) == 1:
                votes.setdefault(anchor.col, Counter())[places[0]] += 1
    return {col: min(c, key=lambda place: (-c[place], place)) for col, c in votes.items()}

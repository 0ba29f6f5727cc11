from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.domain.enums import RecordState
from core.domain.records import RecordSummary
from gui.models.units_model import (
    HEADERS,
    PAGE_ROWS,
    SUMMARY_ROLE,
    Column,
    UnitQuery,
    UnitsModel,
    UnitSource,
)
from gui.widgets.roles import TONE_ROLE

START = datetime(2026, 11, 23, tzinfo=UTC)


class _Store:
    """A made-up list that counts how often it is asked."""

    def __init__(self, count: int) -> None:
        self.rows = [
            RecordSummary(
                f"id{n}", "green-factory", f"code{n}", f"单位{n}", "120115001", RecordState.DRAFT,
                START + timedelta(minutes=n), n % 7 == 0, "eligible" if n % 2 else None, n % 3,
            )
            for n in range(count)
        ]
        self.asked: list[tuple[UnitQuery, int]] = []

    def source(self) -> UnitSource:
        return UnitSource(self._count, self._page, lambda form: f"表{form}", lambda office: f"街{office}")

    def _found(self, query: UnitQuery) -> list[RecordSummary]:
        return [r for r in self.rows if query.text in r.unit_name]

    def _count(self, query: UnitQuery) -> int:
        return len(self._found(query))

    def _page(self, query: UnitQuery, offset: int, limit: int) -> list[RecordSummary]:
        self.asked.append((query, offset))
        return self._found(query)[offset : offset + limit]


def test_model_keeps_qts_contract(qtbot: QtBot) -> None:
    model = UnitsModel(_Store(450).source())
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.refresh()
    assert (model.rowCount(), model.columnCount()) == (450, len(HEADERS))
    assert model.rowCount(model.index(0, 0)) == 0
    assert qtbot is not None


def test_only_pages_that_are_looked_at_are_fetched(qtbot: QtBot) -> None:
    store = _Store(100_000)
    model = UnitsModel(store.source())
    model.refresh()
    assert store.asked == []
    assert model.index(70_123, Column.NAME).data() == "单位70123"
    assert model.index(70_124, Column.CODE).data() == "code70124"
    assert [offset for _, offset in store.asked] == [70_123 // PAGE_ROWS * PAGE_ROWS]
    assert qtbot is not None


def test_the_name_s_tip_tells_what_a_narrow_window_hides(qtbot: QtBot) -> None:
    model = UnitsModel(_Store(3).source())
    model.refresh()
    told = str(model.index(1, Column.NAME).data(Qt.ItemDataRole.ToolTipRole)).split("\n")
    shown = [str(model.index(1, column).data()) for column in (Column.CODE, Column.OFFICE, Column.UPDATED)]
    assert told == ["单位1", *shown]
    assert qtbot is not None


def test_a_cell_says_words_and_tone(qtbot: QtBot) -> None:
    model = UnitsModel(_Store(10).source())
    model.refresh()
    assert [model.index(1, c).data() for c in (Column.FORM, Column.OFFICE, Column.STATE, Column.VERDICT)] == [
        "表green-factory", "街120115001", "填报中", "可推荐",
    ]
    assert model.index(3, Column.VERDICT).data(TONE_ROLE) == "good"
    assert model.index(1, Column.VERDICT).data(TONE_ROLE) == "wait", "an explanation is missing"
    assert model.index(0, Column.VERDICT).data() == "未校核"
    assert model.index(0, Column.NAME).data(TONE_ROLE) == "sample"
    assert model.index(3, Column.OPEN).data() == ""
    summary = model.index(3, Column.NAME).data(SUMMARY_ROLE)
    assert isinstance(summary, RecordSummary)
    assert summary.id == "id3"
    assert model.row_of("id7") == 7
    assert model.row_of("gone") == -1
    assert qtbot is not None


def test_sorting_is_left_to_the_store(qtbot: QtBot) -> None:
    store = _Store(3)
    model = UnitsModel(store.source())
    model.sort(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert (model.query.order, model.query.descending) == ("name", True)
    model.sort(Column.UPDATED, Qt.SortOrder.DescendingOrder)
    assert (model.query.order, model.query.descending) == ("updated", False)
    model.sort(Column.OPEN, Qt.SortOrder.AscendingOrder)
    assert model.query.order == "updated"
    assert qtbot is not None


def test_a_form_that_came_back_is_seen_in_the_list(qtbot: QtBot) -> None:
    store = _Store(2)
    store.rows = [replace(store.rows[0], state=RecordState.RETURNED), store.rows[1]]
    model = UnitsModel(store.source())
    model.refresh()
    state = model.index(0, Column.STATE)
    assert (state.data(), state.data(TONE_ROLE)) == ("已退回", "bad")
    assert model.index(1, Column.STATE).data(TONE_ROLE) == "plain"
    assert qtbot is not None


def test_a_shorter_list_leaves_no_ghost_rows(qtbot: QtBot) -> None:
    store = _Store(30)
    model = UnitsModel(store.source())
    model.refresh()
    with qtbot.waitSignal(model.modelReset):
        model.set_query(UnitQuery(text="单位2"))
    assert model.rowCount() == 11
    store.rows = store.rows[:3]
    assert model.summary(10) is None
    assert model.data(QModelIndex()) is None

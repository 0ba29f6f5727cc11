"""The list of units: filters, search, order and pages."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import event

from core.domain.enums import Eligibility, RecordState
from core.infra.clock import FixedClock
from core.store.engine import sqlite_database
from core.store.listing import RecordFilter, RecordOrder, page
from core.store.store import DATABASE_FILE, Store, open_store
from tests.core.store.conftest import NOW, MakeDraft
from tests.fixtures.on_server import of_the_file


@pytest.fixture
def filled(make_draft: MakeDraft, store: Store) -> Store:
    steel = make_draft(name="宝坻钢铁有限公司", code="A1", form="green-factory")
    make_draft(name="安达食品厂", code="A2", form="green-factory", office="周良街道")
    make_draft(name="100%_纯\\净水", code="A3", form="green-park")
    store.note_verdict(steel.id, steel.revision, Eligibility.ELIGIBLE, 0, "V", date(2026, 3, 1))
    store.set_state(steel.id, RecordState.RECOMMENDED, actor="a", source="s")
    return store


def names(store: Store, **wanted: object) -> list[str]:
    lines = store.list_records(**wanted)  # type: ignore[arg-type]
    if not {"order", "limit", "offset", "descending"} & set(wanted):
        assert store.count_records(**wanted) == len(lines)  # type: ignore[arg-type]
    return sorted(line.unit_name[:2] for line in lines)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["10", "安达", "宝坻"]),
        ({"form": "green-park"}, ["10"]),
        ({"state": RecordState.RECOMMENDED}, ["宝坻"]),
        ({"eligibility": Eligibility.ELIGIBLE}, ["宝坻"]),
        ({"office": "周良街道"}, ["安达"]),
        ({"query": "钢铁"}, ["宝坻"]),
        ({"query": "bdgt"}, ["宝坻"]),
        ({"query": "有限 baodi"}, ["宝坻"]),
        ({"query": "ａ2"}, ["安达"]),
        ({"query": "a", "office": "朝霞街道", "form": "green-factory"}, ["宝坻"]),
        ({"query": "%"}, ["10"]),
        ({"query": "0%_纯"}, ["10"]),
        ({"query": "_"}, ["10"]),
        ({"query": "\\"}, ["10"]),
        ({"query": "/"}, []),
        ({"query": "'; DROP TABLE records; --"}, []),
    ],
)
def test_filters(filled: Store, wanted: dict[str, object], found: list[str]) -> None:
    assert names(filled, **wanted) == found


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ("name", ["A3", "A2", "A1"]),
        ("code", ["A1", "A2", "A3"]),
        ("form", ["A2", "A1", "A3"]),
        ("state", ["A3", "A2", "A1"]),
    ],
)
def test_orders(filled: Store, order: RecordOrder, codes: list[str]) -> None:
    assert [line.credit_code for line in filled.list_records(order=order)] == codes
    assert [line.credit_code for line in filled.list_records(order=order, descending=True)] == codes[::-1]


@of_the_file
@pytest.mark.parametrize("order", get_args(RecordOrder))
@pytest.mark.parametrize("descending", [False, True])
def test_a_page_is_found_in_the_index_of_its_order(folder: Path, order: RecordOrder, *, descending: bool) -> None:
    """Nothing is sorted, whatever the filter: 100,000 units take no longer than what is shown."""
    database = sqlite_database(folder / DATABASE_FILE)
    asked: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, given: tuple[object, ...], *_: object) -> None:
        asked.append((statement, given))

    with open_store(folder, FixedClock(NOW, date(2026, 3, 1))), database.read() as session:
        wanted = RecordFilter("gt", "green-factory", RecordState.DRAFT, Eligibility.ELIGIBLE, "周良街道")
        page(session, wanted, order, descending=descending, limit=200, offset=400)
        statement, given = asked[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    database.close()
    (step,) = plan
    assert f"ix_records_by_{order}" in step.detail


@pytest.mark.parametrize("order", ["updated", "office", "eligibility"])
def test_pages_cover_everything_once(make_draft: MakeDraft, store: Store, order: RecordOrder) -> None:
    made = {make_draft(code="").id for _ in range(7)}
    pages = [store.list_records(order=order, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert {line.id for page in pages for line in page} == made


def test_the_newest_come_first(folder: Path) -> None:
    times = [NOW + timedelta(minutes=minute) for minute in (5, 9, 1)]
    for number, now in enumerate(times):
        with open_store(folder, FixedClock(now, date(2026, 3, 1))) as store:
            store.create_record("f", {"unit_name": str(number)}, office="", pack_version="", actor="", source="")
            newest_first = [line.unit_name for line in store.list_records()]
            oldest_first = [line.unit_name for line in store.list_records(descending=True)]
    assert newest_first == ["1", "0", "2"]
    assert oldest_first == ["2", "0", "1"]

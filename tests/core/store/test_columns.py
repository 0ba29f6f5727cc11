"""Instants in the tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from core.infra.clock import FixedClock
from core.store.engine import sqlite_database
from core.store.store import DATABASE_FILE, open_store
from core.store.tables import RecordRow
from tests.fixtures.on_server import of_the_file


@pytest.mark.parametrize("microsecond", [0, 7, 999_999])
def test_an_instant_comes_back_as_it_was_written(folder: Path, microsecond: int) -> None:
    at = datetime(2026, 3, 1, 23, 59, 59, microsecond, UTC)
    with open_store(folder, FixedClock(at, at.date())) as store:
        made = store.create_record("f", {}, office="", pack_version="", actor="", source="")
        (listed,) = store.list_records()
        assert (listed.updated_at, store.get(made.id).updated_at) == (at, at)
        assert listed.updated_at.tzinfo is UTC


@of_the_file
@pytest.mark.parametrize(
    "text", ["2026-03-01 08:00:00", "2026-03-01T08:00:00.000000", "2026-03-01T16:00:00+08:00", "2026-03-01T08:00:00Z"]
)
def test_an_instant_is_read_however_the_file_spells_it(folder: Path, text: str) -> None:
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    with open_store(folder, FixedClock(at, at.date())) as store:
        store.create_record("f", {}, office="", pack_version="", actor="", source="")
    database = sqlite_database(folder / DATABASE_FILE)
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE records SET updated_at = ?", (text,))
    with database.read() as session:
        read = session.scalar(select(RecordRow.updated_at))
    database.close()
    assert read == at


def test_a_time_without_a_zone_is_refused(folder: Path) -> None:
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    with open_store(folder, FixedClock(at, at.date())) as store:
        store.create_record("f", {}, office="", pack_version="", actor="", source="")
        with pytest.raises(Exception, match="naive datetime"), store._database.write() as session:
            session.execute(update(RecordRow).values(updated_at=at.replace(tzinfo=None)))

"""The same models on a PostgreSQL server: run where GREENLADDER_POSTGRES names an empty scratch database.

For example `GREENLADDER_POSTGRES=postgresql+psycopg://postgres@/scratch pytest tests/core/store/test_postgresql.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError
from core.domain.library import Tier
from core.infra.clock import FixedClock
from core.store.engine import Database
from core.store.migrate import bring_up_to_date
from core.store.store import Store
from core.store.tables import Base
from tests.core.store.conftest import CODE, NOW

URL = os.environ.get("GREENLADDER_POSTGRES", "")

pytestmark = [
    pytest.mark.skipif(not URL, reason="GREENLADDER_POSTGRES names no server"),
    pytest.mark.xdist_group("postgresql"),
]


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    opened = Database(create_engine(URL), "server")
    with opened.write_connection() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    assert bring_up_to_date(opened, folder, NOW) is None
    yield opened
    opened.close()


@pytest.fixture
def server(database: Database, folder: Path, clock: FixedClock) -> Store:
    return Store(folder, database, clock)


def make(store: Store, **answers: str | float) -> str:
    made = store.create_record("f", answers, office="朝霞街道", pack_version="1", actor="a", source="s")
    return made.id


def test_the_migrated_schema_is_that_of_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_life_of_a_record(server: Store, tmp_path: Path) -> None:
    record_id = make(server, unit_name="𠮷田100%食品", credit_code=CODE, revenue_wan=1.0)
    changed = server.set_answers(record_id, {"revenue_wan": 1, "gone": ""}, actor="b", source="s")
    assert (repr(changed.answers["revenue_wan"]), changed.updated_at) == ("1", NOW)
    server.set_explanation(record_id, "N1b", "说明", "d", actor="b", source="s")
    (tmp_path / "a.pdf").write_bytes(b"pdf")
    item = server.attach(record_id, "scan", tmp_path / "a.pdf", actor="b")
    server.detach(item.id, actor="b")
    assert [line.id for line in server.list_records(query="100% sp", order="name", state=RecordState.DRAFT)] == [
        record_id
    ]
    with pytest.raises(NotAllowedError, match="𠮷田100%食品"):
        make(server, credit_code=CODE)
    server.set_state(record_id, RecordState.RECOMMENDED, actor="b", source="s")
    server.set_setting("x", [1])
    assert server.get_setting("x") == [1]
    assert server.verify_history() == server.integrity_problems() == ()
    with pytest.raises(NotAllowedError, match="服务器管理员"):
        server.backup(tmp_path / "x")


@pytest.mark.parametrize("statement", ["UPDATE {} SET source = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["field_changes", "record_events"])
def test_the_past_is_guarded(server: Store, database: Database, table: str, statement: str) -> None:
    make(server, unit_name="x")
    with pytest.raises(DBAPIError, match="append-only"), database.write_connection() as connection:
        connection.execute(text(statement.format(table)))


def test_many_writers_queue(server: Store) -> None:
    record_id = make(server, unit_name="x")

    def save(number: int) -> None:
        server.set_answers(record_id, {"n": number}, actor="a", source="s")
        make(server, unit_name=str(number))

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(save, range(1, 41)))
    assert server.get(record_id).revision == 41
    assert server.count_records() == 41
    assert server.verify_history() == ()


def test_a_closed_roster_is_sealed_on_the_server_too(server: Store, database: Database) -> None:
    member = server.library.members.enrol(
        unit_name="天津旧册纺织有限公司", credit_code=CODE, kind="green-factory", office="120115104",
        admitted_on=date(2025, 3, 10), industry_code="1711", tier=Tier.DISTRICT, actor="a",
    )
    window = server.library.windows.open(
        title="2026年度第一批", year=2026, month=None, batch=1, opened_on=date(2026, 2, 1), note="",
        pack=("0" * 64, "pack 1", b"PK"), actor="a",
    )
    roster = server.library.windows.close(window.id, day=date(2026, 3, 1), actor="a")
    assert [line.membership_id for line in roster.members] == [member.id]
    assert server.library.rosters.problems() == ()
    for statement in (
        "UPDATE rosters SET count = 9", "DELETE FROM roster_lines", "TRUNCATE roster_lines CASCADE",
        "UPDATE windows SET title = 'x'", "DELETE FROM windows",
        "INSERT INTO roster_lines SELECT roster_number, 99, membership_id, unit_id, unit_name, credit_code, kind, "
        "office, industry_code, tier, admitted_on, change, reason, clause FROM roster_lines",
    ):
        with pytest.raises(DBAPIError, match=r"append-only|closed"), database.write_connection() as connection:
            connection.execute(text(statement))
    assert server.library.rosters.problems() == ()

"""What only a server has: its schema, guards and order, clerks who write at once, and what it says when it refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import core
from core.domain.enums import Role
from core.domain.errors import EditedElsewhereError, NewerStoreError, NotAllowedError, StoreError
from core.domain.library import Tier
from core.domain.records import Station
from core.infra.clock import FixedClock
from core.infra.server_address import LOCAL_FILE, ServerAddress, write_address
from core.store import server as servers
from core.store.engine import Database
from core.store.store import Store, open_store
from core.store.tables import Base
from tests.core.store import server_clerk
from tests.core.store.conftest import CODE
from tests.fixtures.on_server import ON_SERVER, address_of, connect, make_database

pytestmark = pytest.mark.skipif(not ON_SERVER, reason="GREENLADDER_POSTGRES names no server")

NAME = f"own_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[ServerAddress]:
    """An empty database of this test alone."""
    make_database(NAME)
    (tmp_path / "共享").mkdir()
    yield address_of(NAME, tmp_path / "共享")
    with connect("postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


@pytest.fixture
def database(address: ServerAddress) -> Iterator[Database]:
    opened = servers.prepare(address)
    yield opened
    opened.close()


@pytest.fixture
def server(database: Database, address: ServerAddress, folder: Path, clock: FixedClock) -> Store:
    folder.mkdir()
    write_address(folder, address)
    return Store(folder, database, clock, address)


def make(store: Store, **answers: str | float) -> str:
    made = store.create_record("f", answers, office="朝霞街道", pack_version="1", actor="a", source="s")
    return made.id


def refusal(address: ServerAddress) -> str:
    with pytest.raises(StoreError) as told:
        servers.open_server(address)
    sentence = str(told.value)
    assert sentence.endswith("。")
    return sentence


def test_the_migrated_schema_is_that_of_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.parametrize("statement", ["UPDATE {} SET source = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["field_changes", "record_events"])
def test_the_past_is_guarded(server: Store, database: Database, table: str, statement: str) -> None:
    make(server, unit_name="x")
    with pytest.raises(DBAPIError, match="append-only"), database.write_connection() as connection:
        connection.execute(text(statement.format(table)))


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
    for statement in (
        "UPDATE rosters SET count = 9", "DELETE FROM roster_lines", "TRUNCATE roster_lines CASCADE",
        "UPDATE windows SET title = 'x'", "DELETE FROM windows",
        "INSERT INTO roster_lines SELECT roster_number, 99, membership_id, unit_id, unit_name, credit_code, kind, "
        "office, industry_code, tier, admitted_on, change, reason, clause FROM roster_lines",
    ):
        with pytest.raises(DBAPIError, match=r"append-only|closed"), database.write_connection() as connection:
            connection.execute(text(statement))
    assert server.library.rosters.problems() == ()


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


def test_two_clerks_in_two_programs_save_at_once(server: Store, tmp_path: Path) -> None:
    """The same field and fields of their own: every save is one line of the history, in one unbroken chain."""
    record_id = make(server, unit_name="x")
    folders = [tmp_path / name for name in ("甲", "乙")]
    assert server.address is not None
    for folder in folders:
        folder.mkdir()
        write_address(folder, server.address)
    saves = 25
    clerks = [
        subprocess.Popen(
            [sys.executable, "-m", server_clerk.__name__, str(folder), record_id, folder.name, str(saves)],
            cwd=Path(core.__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for folder in folders
    ]
    for clerk in clerks:
        assert clerk.stdout is not None
        assert clerk.stdout.readline() == "ready\n"
    for clerk in clerks:
        assert clerk.stdin is not None
        clerk.stdin.write("go\n")
        clerk.stdin.flush()
    for clerk in clerks:
        clerk.communicate(timeout=120)
        assert clerk.returncode == 0
    steps = server.history(record_id)
    assert [s.sequence for s in steps] == list(range(2, 2 + len(steps)))
    assert len([s for s in steps if s.field == "shared"]) == 2 * saves
    for folder in folders:
        own = [s for s in steps if s.field == folder.name]
        assert [s.new for s in own] == list(range(saves))
        assert {s.changed_by for s in own} == {folder.name}
    shared = [s for s in steps if s.field == "shared"]
    assert [s.old for s in shared[1:]] == [s.new for s in shared[:-1]]  # each saw what the other had written
    assert server.get(record_id).answers["shared"] == shared[-1].new
    assert server.verify_history() == ()


def test_of_clerks_who_saw_the_same_answer_one_saves_and_the_others_are_shown_his(server: Store) -> None:
    record_id = make(server, unit_name="x", n=0)

    def save(number: int) -> int | EditedElsewhereError:
        try:
            server.set_answers(record_id, {"n": number}, actor=f"clerk{number}", source="s", expected={"n": 0})
        except EditedElsewhereError as error:
            return error
        return number

    with ThreadPoolExecutor(5) as pool:
        told = list(pool.map(save, range(1, 6)))
    [winner] = [result for result in told if isinstance(result, int)]
    refused = [result for result in told if isinstance(result, EditedElsewhereError)]
    assert {(e.theirs, e.who) for e in refused} == {(winner, f"clerk{winner}")}
    assert sorted([winner, *(int(str(e.mine)) for e in refused)]) == [1, 2, 3, 4, 5]
    assert server.get(record_id).answers["n"] == winner
    assert [s.new for s in server.history(record_id, "n")] == [0, winner]


def test_a_reader_sees_one_state_while_others_write(server: Store) -> None:
    record_id = make(server, unit_name="x")
    with server.snapshot():
        before = server.get(record_id).revision
        with ThreadPoolExecutor(1) as pool:
            pool.submit(server.set_answers, record_id, {"n": 1}, actor="a", source="s").result()
        assert server.get(record_id).revision == before
    assert server.get(record_id).revision == before + 1


def test_a_save_that_waits_too_long_is_refused_and_can_be_repeated(
    server: Store, address: ServerAddress, folder: Path, clock: FixedClock
) -> None:
    record_id = make(server, unit_name="x")
    with open_store(folder, clock, busy_timeout_ms=50) as hurried:
        with connect(NAME) as other:
            other.execute("BEGIN; LOCK TABLE records")
            with pytest.raises(StoreError, match=r"正在保存别人的一大批数据.*没有保存"):
                hurried.set_answers(record_id, {"n": 1}, actor="a", source="s")
        hurried.set_answers(record_id, {"n": 1}, actor="a", source="s")
        assert hurried.get(record_id).answers["n"] == 1


def test_a_connection_that_was_cut_is_told_and_then_replaced(server: Store) -> None:
    record_id = make(server, unit_name="x")
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with connect(NAME) as other:
        with server.snapshot():
            server.get(record_id)
            other.execute(cut, (NAME,))
            with pytest.raises(StoreError, match="连接断开了"):
                server.get(record_id)
        other.execute(cut, (NAME,))
    assert server.set_answers(record_id, {"n": 1}, actor="a", source="s").answers["n"] == 1


def test_own_matters_stay_on_the_pc_and_the_party_is_shared(
    server: Store, address: ServerAddress, tmp_path: Path, clock: FixedClock
) -> None:
    server.this_pc.save_station(Station(Role.BUREAU, "", "赵敏行", "022-1"))
    server.this_pc.put("print_fonts", [{"use": "title"}])
    other = tmp_path / "另一台"
    other.mkdir()
    write_address(other, address)
    with open_store(other, clock) as store:
        assert store.this_pc.load_station() is None
        assert store.this_pc.load_party() == Station(Role.BUREAU, "")
        assert store.this_pc.get("print_fonts") is None
        store.this_pc.save_station(Station(Role.BUREAU, "", "钱多"))
    assert server.this_pc.load_station() == Station(Role.BUREAU, "", "赵敏行", "022-1")
    assert (server.folder / LOCAL_FILE).is_file()


def test_backups_are_the_administrators(server: Store, tmp_path: Path) -> None:
    with pytest.raises(NotAllowedError, match=r"服务器管理员用pg_dump.*共享文件夹"):
        server.backup(tmp_path / "x")


def test_a_shared_folder_that_is_not_connected_is_named(server: Store, address: ServerAddress) -> None:
    (address.evidence / servers.MARK).unlink()
    assert "共享文件夹“" in refusal(address)


def test_empty_older_newer_and_foreign_databases_are_refused(address: ServerAddress) -> None:
    assert "还是空的" in refusal(address)
    with connect(NAME) as other:
        other.execute("CREATE TABLE guests (name text)")
    with pytest.raises(StoreError, match="不是绿阶的"):
        servers.prepare(address)
    with connect(NAME) as other:
        other.execute("DROP TABLE guests")
    servers.prepare(address).close()
    with connect(NAME) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(NewerStoreError, match="更新版本"):
            servers.open_server(address)
        other.execute("UPDATE alembic_version SET version_num = '0003'")
    assert "pg_dump" in refusal(address)


def test_a_database_is_not_changed_while_others_use_it(address: ServerAddress) -> None:
    with psycopg.connect(
        address.database.replace("+psycopg", ""), application_name="greenladder", autocommit=True
    ), pytest.raises(NotAllowedError, match="还有1个绿阶连着"):
        servers.prepare(address)


def test_a_database_that_sorts_otherwise_is_refused(address: ServerAddress) -> None:
    make_database(NAME, "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(StoreError, match=r"编码不是UTF8.*CREATE DATABASE"):
        servers.prepare(address)
    make_database(NAME, "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C'")
    with pytest.raises(StoreError, match=r"排序规则不是C.*CREATE DATABASE"):
        servers.prepare(address)


def test_who_may_not_write_is_told_at_the_start(server: Store, address: ServerAddress) -> None:
    with connect(NAME) as other:
        other.execute("DROP ROLE IF EXISTS guest")
        other.execute("CREATE ROLE guest LOGIN")
        other.execute("GRANT SELECT ON alembic_version, history_head TO guest")
    guest = ServerAddress(address.database.replace("greenladder@", "guest@"), address.evidence)
    assert "只许这个用户查看" in refusal(guest)
    with connect(NAME) as other:
        other.execute("REVOKE ALL ON alembic_version FROM guest")
    assert "不许这个用户读写" in refusal(guest)
    server.close()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("?host=", "_no?host=", "没有这个数据库"),
        ("greenladder@", "nobody@", "不认这个用户名和密码"),
        ("?host=", "?host=/nowhere", "连不上"),
    ],
)
def test_what_cannot_be_reached_is_named(address: ServerAddress, old: str, new: str, told: str) -> None:
    assert told in refusal(ServerAddress(address.database.replace(old, new), address.evidence))


def test_a_clerk_who_is_killed_holds_nobody_up(server: Store, tmp_path: Path) -> None:
    record_id = make(server, unit_name="x")
    with subprocess.Popen(
        [sys.executable, "-m", server_clerk.__name__, str(server.folder), record_id, "丙", "-1"],
        cwd=Path(core.__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as clerk:
        assert clerk.stdout is not None
        assert clerk.stdout.readline() == "writing\n"  # in the middle of a transaction
        clerk.send_signal(signal.SIGKILL)
    assert server.set_answers(record_id, {"n": 1}, actor="a", source="s").answers == {"unit_name": "x", "n": 1}
    assert server.verify_history() == ()

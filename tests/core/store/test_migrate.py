"""Old databases are brought up to date after a backup; newer, foreign and broken ones are refused by name."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.domain.errors import StoreError
from core.infra.clock import FixedClock
from core.store import migrate
from core.store.engine import sqlite_database
from core.store.store import DATABASE_FILE, Store, open_store
from core.store.tables import Base
from tests.fixtures.on_server import of_the_file

pytestmark = of_the_file

OLD_RECORD = "00000000-0000-4000-8000-000000000000"
MakeOld = Callable[..., Path]


@pytest.fixture
def make_old(folder: Path) -> MakeOld:
    """Put a store of revision 0001 into the folder."""

    def make(*statements: str) -> Path:
        folder.mkdir()
        script = (Path(__file__).parent / "revision_0001.sql").read_text(encoding="utf-8")
        with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection, connection:
            connection.executescript(script)
            for statement in statements:
                connection.execute(statement)
        return folder / DATABASE_FILE

    return make


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def test_the_constant_names_the_revisions_that_the_scripts_have() -> None:
    scripts = ScriptDirectory.from_config(migrate.alembic_config())
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == migrate.SCHEMA_REVISIONS


def test_the_migrated_schema_is_that_of_the_tables(store: Store) -> None:
    database = sqlite_database(store.folder / DATABASE_FILE)
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    database.close()
    assert differences == []


def test_an_old_store_is_upgraded_after_a_backup(make_old: MakeOld, folder: Path, clock: FixedClock) -> None:
    before = rows(make_old(), "SELECT record_id, field, old, new FROM field_changes ORDER BY sequence")
    with open_store(folder, clock) as store:
        assert store.verify_history() == store.integrity_problems() == ()
        assert [step.sequence for step in store.history(OLD_RECORD)] == [1, 2, 3]
        assert store.get(OLD_RECORD).answers["revenue_wan"] == 12.0
        store.set_answers(OLD_RECORD, {"revenue_wan": 13}, actor="a", source="s")
        assert store.verify_history() == ()
    (saved,) = (folder / migrate.BACKUP_FOLDER).iterdir()
    assert saved.name.startswith("升级前-0001-")
    assert rows(saved, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert rows(saved, "SELECT record_id, field, old, new FROM field_changes ORDER BY sequence") == before


def test_remarks_of_an_old_store_become_changes(make_old: MakeOld, folder: Path, clock: FixedClock) -> None:
    file = make_old()
    config, ids = migrate.alembic_config(), [f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
    database = sqlite_database(file)
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    database.close()
    with closing(sqlite3.connect(file)) as raw, raw:
        for remark_id, settled in zip(ids, (None, "2026-06-02T08:00:00+00:00"), strict=True):
            raw.execute(
                "INSERT INTO remarks VALUES (?, ?, 'employees', '请核对', '赵敏行', '2026-06-01T08:00:00+00:00', ?)",
                (remark_id, OLD_RECORD, settled),
            )
    with open_store(folder, clock) as store:
        assert store.verify_history() == ()
        (remark,) = store.library.review.remarks(OLD_RECORD)
        (step,) = store.history(OLD_RECORD, f"remark:{ids[0]}")
        assert (step.new, step.changed_by, step.changed_at) == (["employees", "请核对"], "赵敏行", remark.written_at)
        assert store.history(OLD_RECORD, f"remark:{ids[1]}") == ()
        assert not [step for step in store.history(OLD_RECORD) if step.field.startswith("remark:")]


def test_an_upgraded_history_is_guarded(make_old: MakeOld, folder: Path, clock: FixedClock) -> None:
    file = make_old()
    open_store(folder, clock).close()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        rows(file, "DELETE FROM record_events")


def test_a_failed_upgrade_changes_nothing(make_old: MakeOld, folder: Path, clock: FixedClock) -> None:
    # The name is taken, so the last statement of the upgrade fails after all others went well.
    file = make_old(
        "CREATE TABLE record_events_no_replace (x)",
        "CREATE TRIGGER record_events_no_replace AFTER INSERT ON settings BEGIN SELECT 1; END",
    )
    before = rows(file, "SELECT * FROM sqlite_master ORDER BY name")
    with pytest.raises(StoreError, match=r"没能升级.*原有数据未改动.*备份"):
        open_store(folder, clock)
    assert rows(file, "SELECT * FROM sqlite_master ORDER BY name") == before
    assert rows(file, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_a_newer_store_is_refused_unchanged(folder: Path, clock: FixedClock) -> None:
    open_store(folder, clock).close()
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    content = (folder / DATABASE_FILE).read_bytes()
    with pytest.raises(StoreError, match=r"更新版本的绿阶.*9999.*用新版程序打开"):
        open_store(folder, clock)
    assert (folder / DATABASE_FILE).read_bytes() == content


def test_a_present_store_is_left_alone(folder: Path, clock: FixedClock) -> None:
    open_store(folder, clock).close()
    open_store(folder, clock).close()
    assert not (folder / migrate.BACKUP_FOLDER).exists()


def test_a_foreign_database_is_refused(folder: Path, clock: FixedClock) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        connection.execute("CREATE TABLE photos (id)")
    with pytest.raises(StoreError, match="不是绿阶的数据文件"):
        open_store(folder, clock)


def test_many_programs_may_create_the_store_at_once(folder: Path, clock: FixedClock) -> None:
    def create(number: int) -> str:
        with open_store(folder, clock) as store:
            return store.create_record("f", {"n": number}, office="x", pack_version="1", actor="a", source="s").id

    # Alembic keeps its context in module variables: one process upgrades in one thread only, so the first goes alone.
    create(0)
    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(create, range(1, 13)))
    with open_store(folder, clock) as store:
        assert store.count_records() == len(made) + 1 == 13
        assert store.verify_history() == ()


def test_the_administrator_of_a_server_can_print_the_sql() -> None:
    config = migrate.alembic_config()
    config.attributes["dialect"] = "postgresql"
    config.output_buffer = printed = io.StringIO()
    command.upgrade(config, "head", sql=True)
    sql = printed.getvalue()
    assert sql.count("CREATE TABLE") == len(Base.metadata.tables) + 1
    assert "BEFORE UPDATE OR DELETE ON field_changes" in sql
    assert "BEFORE TRUNCATE ON record_events" in sql
    assert "INSERT INTO history_head" in sql

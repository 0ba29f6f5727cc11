"""The file on the disk: durable settings, and a sentence for everything that can be wrong with it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import core
from core.domain.errors import StoreError
from core.domain.records import Record
from core.infra.clock import FixedClock
from core.store.engine import database_problem, sqlite_database
from core.store.store import DATABASE_FILE, Store, open_store
from tests.fixtures.on_server import of_the_file

pytestmark = of_the_file


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)]
)
def test_every_connection_is_durable_and_strict(folder: Path, store: Store, pragma: str, value: object) -> None:
    database = sqlite_database(folder / DATABASE_FILE)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    database.close()


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_unchanged(folder: Path, clock: FixedClock, content: bytes) -> None:
    folder.mkdir()
    (folder / DATABASE_FILE).write_bytes(content)
    with pytest.raises(StoreError, match=rf"{DATABASE_FILE}”(不是绿阶的数据文件|已经损坏).*备份"):
        open_store(folder, clock)
    assert (folder / DATABASE_FILE).read_bytes() == content


def test_a_file_cut_short_is_refused(folder: Path, clock: FixedClock) -> None:
    open_store(folder, clock).close()
    content = (folder / DATABASE_FILE).read_bytes()
    (folder / DATABASE_FILE).write_bytes(content[:6000])
    with pytest.raises(StoreError, match=r"损坏.*备份"), open_store(folder, clock) as store:
        store.count_records()


def test_damage_in_the_middle_is_told(folder: Path, clock: FixedClock) -> None:
    with open_store(folder, clock) as store:
        for number in range(30):
            store.create_record("f", {"text": f"{number}" * 900}, office="", pack_version="", actor="", source="")
    file = folder / DATABASE_FILE
    content = bytearray(file.read_bytes())
    content[-4096 * 6 : -4096] = b"\xaa" * (4096 * 5)
    file.write_bytes(content)
    with open_store(folder, clock) as store:
        assert any("损坏" in problem for problem in store.integrity_problems())


def test_a_save_into_a_locked_store_is_refused_and_can_be_repeated(folder: Path, clock: FixedClock) -> None:
    with open_store(folder, clock, busy_timeout_ms=50) as store:
        draft = store.create_record("f", {"x": 0}, office="", pack_version="", actor="", source="")
        with closing(sqlite3.connect(folder / DATABASE_FILE)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert store.get(draft.id) == draft
            with pytest.raises(StoreError, match="正被其他程序占用"):
                store.set_answers(draft.id, {"x": 1}, actor="a", source="s")
        assert store.set_answers(draft.id, {"x": 1}, actor="a", source="s").revision == 2


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "PRAGMA locking_mode = EXCLUSIVE"])
def test_a_locked_store_is_not_opened(folder: Path, clock: FixedClock, begin: str) -> None:
    open_store(folder, clock).close()
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as other:
        other.execute(begin)
        other.execute("UPDATE history_head SET sequence = sequence")
        with pytest.raises(StoreError, match="正被其他程序占用"):
            open_store(folder, clock, busy_timeout_ms=50)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"不能建立数据文件夹.*file/data"):
        open_store(tmp_path / "file" / "data", clock)


def test_a_folder_in_place_of_the_file_is_named(folder: Path, clock: FixedClock) -> None:
    (folder / DATABASE_FILE).mkdir(parents=True)
    with pytest.raises(StoreError, match="不能打开"):
        open_store(folder, clock)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_named(folder: Path, clock: FixedClock) -> None:
    folder.mkdir(mode=0o555)
    with pytest.raises(StoreError, match=r"不能打开|只读"):
        open_store(folder, clock)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)])
def test_a_read_only_store_is_not_opened(folder: Path, clock: FixedClock, file_mode: int, folder_mode: int) -> None:
    open_store(folder, clock).close()
    (folder / DATABASE_FILE).chmod(file_mode)
    folder.chmod(folder_mode)
    with pytest.raises(StoreError, match=r"只读|不能打开"):
        open_store(folder, clock)
    folder.chmod(0o755)


def test_a_full_disk_undoes_the_whole_save(folder: Path, clock: FixedClock) -> None:
    with open_store(folder, clock) as store:
        draft = store.create_record("f", {"a": 1}, office="", pack_version="", actor="", source="")
        engine = store._database.engine
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.rollback()
        with pytest.raises(StoreError, match=r"磁盘已满.*没有保存"):
            store.set_answers(draft.id, {"a": 2, "long": "x" * 1_000_000}, actor="a", source="s")
        assert store.get(draft.id) == draft
        assert store.verify_history() == ()


def test_only_failures_of_the_environment_become_sentences() -> None:
    bug = sqlite3.OperationalError("no such column")
    assert database_problem("x", bug) is None
    assert database_problem("x", None) is None
    assert database_problem("x", ValueError()) is None


def test_our_own_mistakes_are_not_hidden(store: Store) -> None:
    with pytest.raises(OperationalError, match="no such table"), store._database.read() as session:
        session.connection().exec_driver_sql("SELECT * FROM no_such")


def test_importing_the_store_loads_neither_alembic_nor_pypinyin(folder: Path, store: Store, draft: Record) -> None:
    script = (
        "import sys; from pathlib import Path; from core.infra.clock import SystemClock\n"
        "from core.store.store import open_store\n"
        "with open_store(Path(sys.argv[1]), SystemClock()) as store: print(store.count_records())\n"
        "print(sorted({'alembic', 'pypinyin'} & set(sys.modules)))"
    )
    root = Path(core.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["1", "[]"]

"""Backups are whole, checked and single files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.errors import StoreError
from core.domain.records import Record
from core.infra.clock import FixedClock
from core.store.store import DATABASE_FILE, Store, open_store
from tests.fixtures.on_server import of_the_file

pytestmark = of_the_file


def test_a_backup_opens_as_a_store(store: Store, draft: Record, tmp_path: Path, clock: FixedClock) -> None:
    copy = store.backup(tmp_path / "copy.sqlite3")
    store.set_answers(draft.id, {"later": 1}, actor="a", source="s")
    other = tmp_path / "other"
    other.mkdir()
    copy.rename(other / DATABASE_FILE)
    with open_store(other, clock) as opened:
        assert opened.get(draft.id) == draft
        assert opened.integrity_problems() == opened.verify_history() == ()


def test_a_backup_is_one_file_and_replaces_an_older_one(store: Store, draft: Record, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    place.mkdir()
    (place / "a.sqlite3").write_bytes(b"old")
    assert store.backup(place / "a.sqlite3") == place / "a.sqlite3"
    assert [path.name for path in place.iterdir()] == ["a.sqlite3"]


def test_into_a_folder_it_names_itself_by_time(store: Store, tmp_path: Path) -> None:
    copy = store.backup(tmp_path)
    assert copy.parent == tmp_path
    assert copy.name.startswith("绿阶备份-20260301-")


def test_a_missing_folder_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"U盘.*不存在"):
        store.backup(tmp_path / "U盘" / "a.sqlite3")


def test_a_damaged_store_gives_no_backup(store: Store, draft: Record, tmp_path: Path) -> None:
    with closing(sqlite3.connect(store.folder / DATABASE_FILE)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'ix_records_by_name'")
    store.close()
    with pytest.raises(StoreError, match="损坏"):
        store.backup(tmp_path / "a.sqlite3")
    assert not (tmp_path / "a.sqlite3").exists()
    assert any("损坏" in problem for problem in store.integrity_problems())


def test_orphans_are_told(store: Store, draft: Record) -> None:
    with closing(sqlite3.connect(store.folder / DATABASE_FILE)) as connection, connection:
        connection.execute("DELETE FROM records")
    assert any("所属的records记录不见了" in problem for problem in store.integrity_problems())

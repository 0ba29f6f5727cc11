"""An update keeps the database as it was; the former program goes back to it, and nothing entered since is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.errors import NewerStoreError, NotAllowedError, StoreError
from core.services import drafts, evidence, moving, restoring
from core.services.sample_values import sample_image
from core.services.workspace import Workspace
from core.store.migrate import BACKUP_FOLDER, SCHEMA_REVISIONS
from core.store.store import DATABASE_FILE
from tests.fixtures.exchange import TickingClock, open_office
from tests.fixtures.library import draft
from tests.fixtures.on_server import of_the_file

pytestmark = of_the_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An office with one form and its scan, brought on by a newer program, which then entered a second unit."""
    folder = tmp_path / "数据"
    kept = folder / BACKUP_FOLDER / f"升级前-{SCHEMA_REVISIONS[-1]}-20260610-093000.sqlite3"
    with open_office(folder) as ws:
        _with_scan(ws, tmp_path)
        kept.parent.mkdir()
        ws.store.backup(kept)
        draft(ws, 2, "升级以后的厂")
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    return folder


def _with_scan(ws: Workspace, tmp_path: Path) -> None:
    record = draft(ws, 1, "宝坻示范机械厂")
    scan = tmp_path / "执照.png"
    scan.write_bytes(sample_image("执照"))
    evidence.attach(ws, record.id, "business_license", scan)


def test_the_former_program_refuses_politely_and_goes_back(folder: Path) -> None:
    with pytest.raises(NewerStoreError, match=r"更新版本的绿阶.*用升级前的备份恢复"):
        open_office(folder)
    (copy,) = restoring.earlier_copies(folder)
    assert f"{copy.made_at:%Y-%m-%d %H:%M}" == "2026-06-10 09:30"
    with pytest.raises(NotAllowedError, match="已经有绿阶的数据"):
        restoring.go_back(copy.path, folder)

    done = restoring.restore(copy.path, folder, replace=True, clock=TickingClock())
    assert done.notes == ()
    assert "升级以后填的不在里面" in done.sentence
    with open_office(folder) as ws:
        assert [unit.unit_name for unit in drafts.list_units(ws)] == ["宝坻示范机械厂"]
        assert moving.verify(ws).problems == ()
    assert copy.path.is_file()


def test_what_was_entered_after_the_update_is_still_there(folder: Path) -> None:
    aside = restoring.go_back(restoring.earlier_copies(folder)[0].path, folder, replace=True).aside
    assert aside is not None
    with closing(sqlite3.connect(aside / DATABASE_FILE)) as kept:
        names = {name for (name,) in kept.execute("SELECT unit_name FROM records")}
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    assert "升级以后的厂" in names


def test_only_copies_that_this_program_can_open_are_offered(folder: Path) -> None:
    backups = folder / BACKUP_FOLDER
    for name in ("升级前-9998-20260611-093000.sqlite3", "升级前-0004.sqlite3", "别的.sqlite3"):
        (backups / name).write_bytes(b"SQLite format 3\0")
    older = backups / "升级前-0001-20250101-080000.sqlite3"
    older.write_bytes(b"SQLite format 3\0")
    assert [copy.path.name[:8] for copy in restoring.earlier_copies(folder)] == [
        f"升级前-{SCHEMA_REVISIONS[-1]}", "升级前-0001"
    ]


def test_a_damaged_copy_changes_nothing(folder: Path) -> None:
    (copy,) = restoring.earlier_copies(folder)
    copy.path.write_bytes(copy.path.read_bytes()[:20_000])
    before = (folder / DATABASE_FILE).read_bytes()
    with pytest.raises(StoreError):
        restoring.go_back(copy.path, folder, replace=True)
    assert (folder / DATABASE_FILE).read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == [BACKUP_FOLDER, "evidence", DATABASE_FILE]


def test_a_copy_that_misses_attached_files_says_which(folder: Path, tmp_path: Path) -> None:
    (copy,) = restoring.earlier_copies(folder)
    done = restoring.go_back(copy.path, tmp_path / "别处")
    assert done.aside is None
    assert "执照.png" in done.notes[0]

"""Copies of a live database, and checks of its soundness."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Connection, select

from core.domain.errors import NotAllowedError, StoreError
from core.infra.atomic_files import atomic_path
from core.store.engine import Database, database_problem, translated_errors
from core.store.tables import EvidenceRow, RecordRow

_MAX_PROBLEMS: Final = 20
SQLITE_HEADER: Final = b"SQLite format 3\0"


def backup_name(at: datetime) -> str:
    """A file name that sorts by time, in the PC's own time as the clerk reads it."""
    return f"绿阶备份-{at.astimezone():%Y%m%d-%H%M%S}.sqlite3"


def back_up(database: Database, target: Path) -> None:
    """Copy the database while it is in use; the copy is checked before it takes its name."""
    if not database.is_sqlite:
        raise NotAllowedError(
            "数据存放在数据库服务器上，不能在这里备份。请服务器管理员用pg_dump备份数据库，并一起备份存放佐证材料的共享文件夹。"
        )
    with (
        atomic_path(target) as temporary,
        translated_errors(database.place),
        database.engine.connect() as connection,
        translated_errors(str(target)),
    ):
        _copy(connection, temporary)
        problems = _problems_of_copy(temporary)
        if problems:
            raise StoreError(
                f"备份没有完成：数据文件“{database.place}”已经损坏（{problems[0]}）。请保留该文件，从较早的备份恢复。"
            )


def integrity_problems(database: Database) -> tuple[str, ...]:
    """What SQLite finds wrong in the file, as sentences; a server looks after itself."""
    if not database.is_sqlite:
        return ()
    try:
        return _problems_found(database)
    except StoreError as error:  # too damaged even to be checked, or not to be read at all
        return (str(error),)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An attached file as the database knows it, taken off its record or not."""

    sha256: str
    file_name: str
    size: int
    unit_name: str


def kept_files(database: Database) -> tuple[KeptFile, ...]:
    """Every file that was ever attached, by the unit's name: the history refers to all of them."""
    query = (
        select(EvidenceRow.sha256, EvidenceRow.file_name, EvidenceRow.size, RecordRow.unit_name)
        .join(RecordRow, RecordRow.id == EvidenceRow.record_id)
        .order_by(RecordRow.search_text, EvidenceRow.added_at, EvidenceRow.id)
    )
    with database.read() as session:
        return tuple(KeptFile(*row) for row in session.execute(query))


def let_go(file: Path) -> None:
    """Fold the journal into a database file that nobody uses any more, so that it can be renamed alone.

    Raises:
        StoreError: another program has it open.
    """
    with suppress(OSError), file.open("rb") as stream:
        if stream.read(len(SQLITE_HEADER)) != SQLITE_HEADER:
            return  # no database any more: SQLite would throw the journal beside it away
    try:
        with closing(sqlite3.connect(file, timeout=0.5)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreError(database_problem(str(file), error) or str(error)) from error
        # A file that is damaged is in nobody's use.


def _problems_found(database: Database) -> tuple[str, ...]:
    with database.read() as session:
        connection = session.connection()
        found = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_MAX_PROBLEMS})")]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MAX_PROBLEMS)
    damage = [f"数据文件“{database.place}”有损坏：{line}。请从备份恢复。" for line in found if line != "ok"]
    lost = [f"数据表{row[0]}第{row[1]}行所属的{row[2]}记录不见了。请从备份恢复。" for row in orphans]
    return (*damage, *lost)


def _copy(connection: Connection, target: Path) -> None:
    source = cast(sqlite3.Connection, connection.connection.driver_connection)
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # One file that can be carried away alone: without the journal files of WAL.
        copy.execute("PRAGMA journal_mode = DELETE")


def _problems_of_copy(target: Path) -> list[str]:
    with closing(sqlite3.connect(target)) as copy:
        return [str(row[0]) for row in copy.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]

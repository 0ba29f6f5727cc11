"""Connections and transactions, and what to tell the clerk when the database refuses."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from core.domain.errors import StoreError
from core.store.server_errors import server_problem

BUSY_TIMEOUT_MS: Final = 5000
_WRITES: Final = "greenladder_writes"
#: On a server too a reader sees one state, as on SQLite; a writer each time what was written before it began to write.
_SERVER_READS: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

_SENTENCES: Final = {
    sqlite3.SQLITE_NOTADB: "不是绿阶的数据文件，或已经损坏。请从备份恢复该文件，或另选一个数据文件夹",
    sqlite3.SQLITE_CORRUPT: "已经损坏。请停止填报，从最近的备份恢复该文件",
    sqlite3.SQLITE_BUSY: "正被其他程序占用。请关闭其他绿阶窗口或备份、同步软件后再试",
    sqlite3.SQLITE_LOCKED: "正被其他程序占用。请关闭其他绿阶窗口或备份、同步软件后再试",
    sqlite3.SQLITE_READONLY: "是只读的，不能保存。请取消文件和文件夹的只读属性，或把数据文件夹放到可以写入的位置",
    sqlite3.SQLITE_PERM: "没有访问权限。请取消文件和文件夹的只读属性，或把数据文件夹放到可以写入的位置",
    sqlite3.SQLITE_CANTOPEN: "不能打开。请检查该文件夹是否存在、是否允许写入，或另选一个数据文件夹",
    sqlite3.SQLITE_FULL: "所在的磁盘已满，刚才的内容没有保存。请清理磁盘后再试",
    sqlite3.SQLITE_IOERR: "读写出错，刚才的内容没有保存。请检查磁盘或U盘是否插好，再重新打开本程序",
}


class Database:
    """One database: hands out sessions, each exactly one transaction."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place
        # These share the pool; only the options differ, which the begin event and the driver read.
        self._writing = engine.execution_options(**{_WRITES: True})
        self._reading = engine if self.is_sqlite else engine.execution_options(**_SERVER_READS)
        self._held = threading.local()

    @property
    def is_sqlite(self) -> bool:
        """True for the database file of a workstation, False for a server."""
        return self.engine.dialect.name == "sqlite"

    @property
    def named(self) -> str:
        """The database as sentences name it."""
        return f"{'数据文件' if self.is_sqlite else '服务器上的数据库'}“{self.place}”"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that sees one consistent state and changes nothing; inside `snapshot`, that one state."""
        held: Session | None = getattr(self._held, "session", None)
        if held is not None:
            with translated_errors(self.place):
                yield held
            return
        with translated_errors(self.place), Session(self._reading, autoflush=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every `read` of this thread inside the block see the same state, whoever writes meanwhile.

        What the block itself writes it does not see: for stretches of work that only read.
        """
        if getattr(self._held, "session", None) is not None:
            yield
            return
        with translated_errors(self.place), Session(self._reading, autoflush=False) as session:
            self._held.session = session
            try:
                yield
            finally:
                self._held.session = None

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is on the disk when the block ends, or undone when it raises."""
        with translated_errors(self.place), Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def write_connection(self) -> Iterator[Connection]:
        """As `write`, for changes of the schema."""
        with translated_errors(self.place), self._writing.begin() as connection:
            yield connection

    def require_writable(self) -> None:
        """Refuse a locked or read-only database now, not after the clerk has typed the first field."""
        with translated_errors(self.place), self._writing.connect() as connection:
            # SQLite begins even on a read-only file; only a write shows it. Undone, it never reaches the disk.
            connection.exec_driver_sql("UPDATE history_head SET sequence = sequence")
            connection.rollback()

    def close(self) -> None:
        """Give every connection back; SQLite folds its journal into the file then."""
        self.engine.dispose()


def sqlite_database(file: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Database:
    """The database in that file, which is created with the first table."""
    engine = create_engine(
        # URL.create, because a folder's name may hold '?', '#' or '%'.
        URL.create("sqlite", database=str(file)),
        # We begin transactions ourselves: sqlite3 would begin none before DDL, and only deferred ones.
        connect_args={"isolation_level": None, "timeout": busy_timeout_ms / 1000},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {int(busy_timeout_ms)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            # 32 MB hold the index of a list of 100,000; a small store uses a fraction.
            "cache_size = -32768",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Taking the write lock at once means that a writer waits at its start and never fails half-way.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if wants_to_write(connection) else "BEGIN")

    return Database(engine, str(file))


def wants_to_write(connection: Connection) -> bool:
    """True where a transaction begins that `Database.write` asked for."""
    return bool(connection.get_execution_options().get(_WRITES, False))


def is_writing(session: Session) -> bool:
    """True inside `Database.write`."""
    return bool(session.connection().get_execution_options().get(_WRITES))


@contextmanager
def translated_errors(place: str) -> Iterator[None]:
    """Turn the failures of the environment (full, locked, corrupt …) into sentences; let our own bugs through."""
    try:
        yield
    except DBAPIError as error:
        sentence = database_problem(place, error.orig)
        if sentence is None:
            raise
        raise StoreError(sentence) from error
    except sqlite3.Error as error:
        sentence = database_problem(place, error)
        if sentence is None:
            raise
        raise StoreError(sentence) from error


def database_problem(place: str, error: BaseException | None) -> str | None:
    """The sentence for a failure of the environment; None for anything else."""
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return server_problem(place, error)
    reason = _SENTENCES.get(code & 0xFF)
    return None if reason is None else f"数据文件“{place}”{reason}。"

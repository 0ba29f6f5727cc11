"""Copies one store into another database, every table of it, in one transaction: from a PC to the bureau's server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.orm import Session

from core.domain.errors import NotAllowedError, StoreError
from core.store import exchange_tables, history, library_tables
from core.store.engine import Database
from core.store.exchange import sites
from core.store.tables import Base

_BATCH: Final = 2000
#: Written by the migrations already.
_HEAD: Final = "history_head"
#: The header of a roster seals it: its lines go first.
_LAST: Final = library_tables.RosterRow.__tablename__
#: How many inbox files can be taken back is a matter of the database that they came into.
_LEFT_BEHIND: Final = (exchange_tables.UndoRow.__tablename__,)


def row_count(database: Database) -> int:
    """Rows in all tables, without what every new store holds."""
    with database.read() as session:
        return _count(session.connection())


def copy_store(source: Database, target: Database, progress: Callable[[int, int], None]) -> int:
    """Copy every row; gives their number. The copy numbers its changes under a new site, as after a restore.

    The source is only read. What `progress` raises stops it, and nothing was copied.

    Raises:
        NotAllowedError: there are data at the target already.
        StoreError: the copy is not what the source is.
    """
    with source.snapshot(), source.read() as reading, target.write() as session:
        here, there = reading.connection(), session.connection()
        if _count(there):
            raise NotAllowedError(f"{target.named}里已经有数据，没有搬。请另建一个空的数据库。")
        total, done = _count(here), 0
        there.execute(Base.metadata.tables[_HEAD].delete())
        for table in _tables():
            rows = here.execution_options(stream_results=True).execute(select(table))
            for part in rows.mappings().partitions(_BATCH):
                there.execute(table.insert(), [dict(row) for row in part])
                done += len(part)
                progress(min(done, total), total)
        _go_on_counting(there)
        _require_same(here, there, target, session)
        sites.renew(session)
    return done


def _tables() -> tuple[Table, ...]:
    """In an order in which every row finds what it refers to."""
    tables = [t for t in Base.metadata.sorted_tables if t.name not in _LEFT_BEHIND]
    return tuple(sorted(tables, key=lambda table: table.name == _LAST))


def _count(connection: Connection) -> int:
    counts = (connection.scalar(select(func.count()).select_from(t)) or 0 for t in _tables() if t.name != _HEAD)
    return sum(counts)


def _go_on_counting(connection: Connection) -> None:
    """Let the server number new rows after those that came with their numbers."""
    for table in _tables():
        column = table.autoincrement_column
        if column is None or connection.dialect.name != "postgresql":
            continue
        name = {"table": table.name, "column": column.name}
        if connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), name):
            highest = connection.scalar(select(func.max(column)))
            if highest is not None:
                query = text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)")
                connection.execute(query, {**name, "highest": highest})


def _require_same(here: Connection, there: Connection, target: Database, session: Session) -> None:
    """Table by table as many rows, and the chain of the history sound from end to end: it covers every change."""
    for table in _tables():
        query = select(func.count()).select_from(table)
        if here.scalar(query) != there.scalar(query):
            raise StoreError(f"搬到{target.named}的数据与本机的条数不符，没有搬。请再试一次，仍不行请联系技术支持。")
    problems = history.chain_problems(session)
    if problems:
        raise StoreError(f"本机的修改历史不完好，没有搬（{problems[0]}）。请先用“检查数据”查看。")

"""Takes one transaction back exactly, as if it had never been: SQLite's own technique of undo by triggers.

While a file is taken in, triggers write for every changed row the statement that reverses it. Undoing runs them
backwards in one transaction, provided that all still is as the file left it: the history's end says so for everything
that has a history, and the other touched rows are compared one by one. On SQLite the triggers are temporary; a server's
stand always, asleep until a transaction wakes them (`migrations.guards`), because making one waits for every reader.
"""
# ruff: noqa: S608 - the names are the schema's own, the values are quoted by the database

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, CursorResult

from core.domain.errors import NotAllowedError
from core.store.columns import to_json
from core.store.tables import Base

#: What taking a file in may write and is reversed row by row (see `taking_in`, `mirror`, `peers`, `store`).
_WRITTEN: Final = (
    "answers", "evidence", "explanations", "field_heads", "history_head", "memberships", "peer_marks", "peers",
    "records", "remarks", "settings", "units",
)
#: Only ever added to, by number: what came after a mark is cut off again.
_APPENDED: Final = ("field_changes", "record_events")
#: What belongs to a record: where the whole record is new it goes with it, row by row is not worth the log.
_OF_RECORD: Final = frozenset({"answers", "explanations", "field_heads"})
#: Columns that a mere look at a record may move.
_LOOKED_AT: Final = frozenset({"eligibility", "open_count", "verdict_number", "checked_on"})
_MOVED_ON: Final = "接收以后又有新的修改，不能整包撤销；请逐个单位处理，或由对方重新报送。"


@dataclass(frozen=True, slots=True)
class _Table:
    columns: tuple[str, ...]
    key: tuple[str, ...]


@dataclass
class Recording:
    """What a transaction did, once the block has ended: how to reverse it, which rows it touched, how it left them."""

    statements: list[str] = field(default_factory=list)
    touched: list[list[str]] = field(default_factory=list)
    digest: str = ""


@contextmanager
def recorded(connection: Connection) -> Iterator[Recording]:
    """Record what the block changes."""
    recording = Recording()
    before = _ends(connection)
    with (_recorded_here if connection.dialect.name == "sqlite" else _recorded_on_server)(connection):
        yield recording
        rows = _run(connection, "SELECT statement, tbl, row FROM undo_log ORDER BY n DESC").fetchall()
        # The histories first: they hang from what the other statements take away.
        cut = [f"DELETE FROM {name} WHERE sequence > {end}" for name, end in before.items()]
        recording.statements = [*cut, *(str(statement) for statement, _, _ in rows)]
        touched = {(str(table), str(row)) for _, table, row in rows if table not in _OF_RECORD}
        recording.touched = [list(pair) for pair in sorted(touched)]
        recording.digest = _digest(connection, recording.touched, _tables())


@contextmanager
def _recorded_here(connection: Connection) -> Iterator[None]:
    run = connection.exec_driver_sql
    run("CREATE TEMP TABLE undo_log (n INTEGER PRIMARY KEY, statement TEXT, tbl TEXT, row TEXT)")
    run("CREATE TEMP TABLE undo_new (id TEXT PRIMARY KEY)")
    for statement in _all_triggers():
        run(statement)
    try:
        yield
    finally:
        for name in _tables():
            for action in ("insert", "update", "delete"):
                run(f"DROP TRIGGER IF EXISTS temp.undo_{name}_{action}")
        run("DROP TABLE IF EXISTS temp.undo_log")
        run("DROP TABLE IF EXISTS temp.undo_new")


@contextmanager
def _recorded_on_server(connection: Connection) -> Iterator[None]:
    """The transaction's end, also a failure, puts the triggers to sleep and drops what they wrote."""
    run = connection.exec_driver_sql
    run("CREATE TEMP TABLE undo_log (n bigint GENERATED ALWAYS AS IDENTITY, statement text, tbl text, row text) "
        "ON COMMIT DROP")
    run("CREATE TEMP TABLE undo_new (id text PRIMARY KEY) ON COMMIT DROP")
    run("SET LOCAL greenladder.recording = 'on'")
    yield
    run("SET LOCAL greenladder.recording = 'off'")
    run("DROP TABLE undo_log, undo_new")


def _run(connection: Connection, statement: str) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement as it stands: a per cent sign in it is one."""
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def take_back(connection: Connection, statements: Sequence[str], touched: list[list[str]], digest: str) -> None:
    """Run the reversing statements.

    Raises:
        NotAllowedError: something was written since.
    """
    require_unchanged(connection, touched, digest)
    changed = {table for table, _ in touched} | _OF_RECORD | set(_APPENDED)
    # The guards of the history are lifted inside this transaction only, and stand again before it ends.
    with (_guards_lifted if connection.dialect.name == "sqlite" else _guards_asleep)(connection, changed):
        for statement in statements:
            _run(connection, statement)


@contextmanager
def _guards_lifted(connection: Connection, tables: Iterable[str]) -> Iterator[None]:
    run = connection.exec_driver_sql
    guards = run("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    lifted = [(str(name), str(sql)) for name, table, sql in guards if table in tables]
    run("PRAGMA defer_foreign_keys = ON")
    for name, _ in lifted:
        run(f"DROP TRIGGER {name}")
    yield
    for _, sql in lifted:
        run(sql)


@contextmanager
def _guards_asleep(connection: Connection, tables: Iterable[str]) -> Iterator[None]:
    """As `_guards_lifted`, on a server, where this waits for no reader."""
    for name in sorted(tables):
        connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    yield
    for name in sorted(tables):
        connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")


def require_unchanged(connection: Connection, touched: Sequence[Sequence[str]], digest: str) -> None:
    """Refuse to take back what is no longer as the file left it.

    Raises:
        NotAllowedError: something was written since.
    """
    if not digest or _digest(connection, touched, _tables()) != digest:
        raise NotAllowedError(_MOVED_ON)


@cache
def _tables() -> Mapping[str, _Table]:
    """Every table whose rows are reversed one by one."""
    return {
        name: _Table(tuple(c.name for c in table.columns), tuple(c.name for c in table.primary_key.columns))
        for name, table in sorted(Base.metadata.tables.items())
        if name in _WRITTEN
    }


@cache
def _all_triggers() -> tuple[str, ...]:
    return tuple(statement for name, table in _tables().items() for statement in _triggers(name, table))


def _ends(connection: Connection) -> dict[str, int]:
    return {
        name: int(connection.exec_driver_sql(f"SELECT coalesce(max(sequence), 0) FROM {name}").scalar() or 0)
        for name in _APPENDED
    }


def _triggers(name: str, table: _Table) -> Iterator[str]:
    def row(which: str) -> str:
        return " || ' AND ' || ".join(f"""'"{part}" = ' || quote({which}."{part}")""" for part in table.key)

    names = ",".join(f'"{column}"' for column in table.columns)
    values = " || ',' || ".join(f'quote(OLD."{column}")' for column in table.columns)
    sets = " || ',' || ".join(f"""'"{column}" = ' || quote(OLD."{column}")""" for column in table.columns)
    reversing = {
        "insert": (f"'DELETE FROM {name} WHERE ' || {row('NEW')}", "NEW"),
        "update": (f"'UPDATE {name} SET ' || {sets} || ' WHERE ' || {row('NEW')}", "NEW"),
        "delete": (f"'INSERT INTO {name} ({names}) VALUES (' || {values} || ')'", "OLD"),
    }
    for action, (statement, which) in reversing.items():
        when = f"WHEN NOT EXISTS (SELECT 1 FROM undo_new WHERE id = {which}.record_id) " if name in _OF_RECORD else ""
        also = ""
        if name == "records" and action == "insert":
            also = "".join(
                f"INSERT INTO undo_log (statement, tbl, row) VALUES ('DELETE FROM {part} WHERE record_id = ' || "
                f"quote(NEW.id), '{part}', ''); "
                for part in sorted(_OF_RECORD)
            ) + "INSERT INTO undo_new (id) VALUES (NEW.id); "
        yield (
            f"CREATE TEMP TRIGGER undo_{name}_{action} AFTER {action.upper()} ON main.{name} {when}BEGIN "
            f"INSERT INTO undo_log (statement, tbl, row) VALUES ({statement}, '{name}', {row(which)}); {also}END"
        )


def _digest(connection: Connection, touched: Sequence[Sequence[str]], tables: Mapping[str, _Table]) -> str:
    """A digest of the present content of these rows, and of where the histories end."""
    digest = hashlib.sha256(to_json(_ends(connection), sort_keys=True).encode())
    quote = "quote" if connection.dialect.name == "sqlite" else "quote_nullable"
    for name, where in touched:
        shown = [c for c in tables[name].columns if name != "records" or c not in _LOOKED_AT]
        columns = ",".join(f'{quote}("{column}")' for column in shown)
        row = _run(connection, f"SELECT {columns} FROM {name} WHERE {where}").fetchone()
        digest.update(to_json([name, where, None if row is None else list(row)]).encode())
    return digest.hexdigest()

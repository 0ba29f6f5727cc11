"""A database on the bureau's own server, for several clerks at once: the same tables, on PostgreSQL.

Writers go one after the other, as on SQLite: each writing transaction begins by taking one lock of the whole database.
So numbers follow one another without a gap, and what a writer reads nobody changes before it is done. Readers wait for
nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from core.domain.errors import NewerStoreError, NotAllowedError, StoreError
from core.infra.atomic_files import shown, write_atomically
from core.infra.server_address import ServerAddress
from core.store import migrate
from core.store.engine import BUSY_TIMEOUT_MS, Database, translated_errors, wants_to_write
from core.store.server_errors import mistyped

#: Any number that no other program on that database takes.
_WRITE_LOCK: Final = 4_702_111_234_474_983_745
_APPLICATION: Final = "greenladder"
_OLDEST: Final = 12
_CONNECT_SECONDS: Final = 3
#: In the shared folder: without it the folder is another one, or the share is not connected.
MARK: Final = "绿阶佐证材料.txt"
_MARK_TEXT: Final = "这里存放绿阶的佐证材料，由程序读写。请不要移动、改名或删除其中的文件；备份数据库时请一并备份。\n"
_HOW_TO_MAKE: Final = (
    "CREATE DATABASE 数据库名 OWNER 用户名 TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
)
#: In code point order, as SQLite sorts; every natural order parts one of the pairs otherwise.
_IN_ORDER: Final = ("A b", "Aa", "B", "a", "一", "丁", "中")


def server_database(address: ServerAddress, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Database:
    """The database at that address; nothing is connected before the first transaction.

    Raises:
        StoreError: SQLAlchemy cannot make sense of the address.
    """
    try:
        url = make_url(address.database)
        engine = create_engine(
            url,
            isolation_level="READ COMMITTED",
            # A connection that died since its last use is replaced before it can fail a save.
            pool_pre_ping=True,
            connect_args={k: v for k, v in _connect_arguments(busy_timeout_ms).items() if k not in url.query},
        )
    except (SQLAlchemyError, ValueError) as error:
        raise StoreError("server.toml里的数据库地址写法不对。请服务器管理员核对。") from error

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if wants_to_write(connection):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")

    _tell_mistyped(engine, address.place)
    return Database(engine, address.place)


def _tell_mistyped(engine: Engine, place: str) -> None:
    """Let an address that the driver refuses before it connects be told as what it is, whatever the driver raises."""

    @event.listens_for(engine, "do_connect")
    def _connect(
        dialect: Dialect, _entry: ConnectionPoolEntry, given: tuple[Any, ...], named: dict[str, Any]
    ) -> DBAPIConnection:
        try:
            return dialect.connect(*given, **named)
        except (ValueError, TypeError, dialect.loaded_dbapi.Error) as error:
            sentence = mistyped(place, error)
            if sentence is None:
                raise
            raise StoreError(sentence) from error


def open_server(address: ServerAddress, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Database:
    """The database of a store that was made there before.

    Raises:
        StoreError: not reachable, not ready, or of another version; or the shared folder is not there.
    """
    with _closed_unless_fit(server_database(address, busy_timeout_ms=busy_timeout_ms)) as database:
        stored = migrate.stored_revision(database)
        if stored != migrate.SCHEMA_REVISIONS[-1]:
            raise _other_version(database, stored)
        _require_writable(database)
        require_evidence(address.evidence)
    return database


def prepare(address: ServerAddress) -> Database:
    """Make the store at that address, or bring it to the present version; the database must be empty or ours.

    Raises:
        StoreError: it cannot be reached or used, or a newer program made it.
        NotAllowedError: other programs of ours are connected while it would have to be changed.
    """
    with _closed_unless_fit(server_database(address)) as database:
        _require_fit(database)
        stored = migrate.stored_revision(database)
        if stored is not None and stored not in migrate.SCHEMA_REVISIONS:
            raise _other_version(database, stored)
        if stored != migrate.SCHEMA_REVISIONS[-1]:
            _require_alone(database)
            with translated_errors(database.place):
                migrate.upgrade(database)
        _require_writable(database)
        _mark(address.evidence)
    return database


@contextmanager
def _closed_unless_fit(database: Database) -> Iterator[Database]:
    with ExitStack() as unless_fit:
        unless_fit.callback(database.close)
        yield database
        unless_fit.pop_all()


def require_evidence(folder: Path) -> None:
    """Refuse a shared folder that is not the one: files would go to a place that the others do not see.

    Raises:
        StoreError: it is not there.
    """
    if not (folder / MARK).is_file():
        raise StoreError(
            f"存放佐证材料的共享文件夹“{shown(folder)}”打不开（里面应有“{MARK}”）。"
            f"请检查网络、共享是否已连接，或核对server.toml里的evidence。"
        )


def _connect_arguments(busy_timeout_ms: int) -> dict[str, Any]:
    return {
        "application_name": _APPLICATION,
        "client_encoding": "utf8",
        "connect_timeout": _CONNECT_SECONDS,
        # A cable that was pulled out is noticed in half a minute, not in two hours.
        "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 20_000,
        "options": f"-c lock_timeout={int(busy_timeout_ms)} -c timezone=UTC -c extra_float_digits=1",
    }


def _require_fit(database: Database) -> None:
    """Refuse a server or a database on which our data would not stay what they are."""
    with database.read() as session:
        connection = session.connection()
        version = int((connection.dialect.server_version_info or (0,))[0])
        encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar())
        is_in_order = encoding == "UTF8" and _sorted_there(connection) == _IN_ORDER
    if version < _OLDEST:
        raise StoreError(f"服务器的PostgreSQL是{version}版，太旧了。请服务器管理员升级到{_OLDEST}版或更新。")
    if encoding != "UTF8" or not is_in_order:
        what = "编码不是UTF8" if encoding != "UTF8" else "排序规则不是C"
        raise StoreError(f"{database.named}的{what}，存不全汉字或排不对顺序。请服务器管理员这样建立：{_HOW_TO_MAKE}。")


def _sorted_there(connection: Connection) -> tuple[str, ...]:
    words = ", ".join(f"('{word}')" for word in _IN_ORDER)
    query = f"SELECT word FROM (VALUES {words}) AS w (word) ORDER BY word"  # noqa: S608 - constants
    return tuple(str(word) for word in connection.exec_driver_sql(query).scalars())


def _require_writable(database: Database) -> None:
    """Without taking the lock, which somebody may hold for a while."""
    with database.read() as session:
        may = session.connection().exec_driver_sql(
            "SELECT NOT pg_is_in_recovery() AND has_table_privilege('history_head', 'UPDATE') "
            "AND current_setting('default_transaction_read_only') = 'off'"
        ).scalar()
    if not may:
        raise StoreError(f"{database.named}只许这个用户查看，不能保存。请服务器管理员把该数据库的所有者改为这个用户。")


def _require_alone(database: Database) -> None:
    with database.read() as session:
        # The pool of this very program has one connection here.
        query = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = :ours AND pid <> pg_backend_pid()"
        )
        others = session.connection().scalar(query, {"ours": _APPLICATION})
    if others:
        raise NotAllowedError(f"还有{others}个绿阶连着{database.named}，现在不能改动它。请各人关闭绿阶后再试。")


def _other_version(database: Database, stored: str | None) -> StoreError:
    if stored is None:
        return StoreError(f"{database.named}还是空的。请先用“server use”建立，或用“server move”把本机的数据搬过去。")
    if stored in migrate.SCHEMA_REVISIONS:
        return StoreError(
            f"{database.named}由旧版绿阶建立（数据版本{stored}）。请服务器管理员先用pg_dump备份，"
            f"各人关闭绿阶，再在一台电脑上运行一次“server use”升级。"
        )
    return NewerStoreError(
        f"{database.named}已由更新版本的绿阶升级（数据版本{stored}），本程序不能打开，以免损坏数据。请换用新版程序。"
    )


def _mark(folder: Path) -> None:
    if not folder.is_dir():
        raise StoreError(f"共享文件夹“{shown(folder)}”不存在或没有连上。请先在服务器上建好并共享，再试。")
    if not (folder / MARK).is_file():
        write_atomically(folder / MARK, _MARK_TEXT.encode())

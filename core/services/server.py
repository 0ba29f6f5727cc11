"""多人同时用: the data on the bureau's own database server instead of this PC (see `core.infra.server_address`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.records import Station
from core.infra.atomic_files import shown
from core.infra.clock import SystemClock
from core.infra.server_address import (
    SETTINGS_FILE,
    LocalMemory,
    ServerAddress,
    address_of,
    forget_address,
    is_on_server,
    is_open_to_others,
    read_address,
    settings_file,
    write_address,
)
from core.services.exchange.moved import MOVED
from core.services.fonts import SETTING as FONTS
from core.store.store import DATABASE_FILE, Store, open_store
from core.store.this_pc import CLERK

_IN_PLACE = "本机的数据"


@dataclass(frozen=True, slots=True)
class ServerState:
    """Where the data of a folder lie; `address` is None for the PC's own. `records` are living forms there."""

    address: ServerAddress | None
    records: int
    notes: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied to the server: rows of all tables, attached files."""

    address: ServerAddress
    rows: int
    files: int
    sentence: str


def state(folder: Path) -> ServerState:
    """Which data that folder uses, tried by opening them.

    Raises:
        StoreError: the server is not there, or its settings make no sense.
    """
    address = read_address(folder)
    if address is None:
        return ServerState(None, 0, (), f"用的是{_IN_PLACE}（{shown(folder)}），没有设置数据库服务器。")
    with open_store(folder, SystemClock()) as store:
        records = store.count_records()
    sentence = (
        f"用的是数据库服务器“{address.place}”，佐证材料在“{shown(address.evidence)}”，现有{records}份表。"
    )
    return ServerState(address, records, _notes(folder, address), sentence)


def use(folder: Path, database: str, evidence: str) -> ServerState:
    """Use a server from now on: its store is made, or brought up to date, and this folder names it.

    Raises:
        UnreadableInputError: the address makes no sense.
        StoreError: the server cannot be used; nothing was changed.
        NotAllowedError: it would have to be changed while others use it.
    """
    from core.store import server

    address = address_of(database, evidence)
    server.prepare(address).close()
    write_address(folder, address)
    now = state(folder)
    own = _own_records(folder)
    left = f"本机原有的{own}份表留在本机，没有搬过去；要搬的，请用“server move”。" if own else ""
    return ServerState(now.address, now.records, now.notes, f"已改用数据库服务器。{now.sentence}{left}")


def move(
    folder: Path, database: str = "", evidence: str = "", *, progress: Callable[[int, int], None] | None = None
) -> Moved:
    """Copy this PC's own store into the empty database, then use that. The PC's own files stay as they are.

    Without `database` the one that the folder names already.

    Raises:
        NotFoundError: nothing to copy.
        NotAllowedError: data are there already, or a window has the store open.
        StoreError, UnreadableInputError: as `use`.
    """
    from core.store import server
    from core.store.backup import let_go
    from core.store.engine import sqlite_database
    from core.store.moving_in import copy_store

    address = address_of(database, evidence) if database else read_address(folder)
    if address is None:
        raise NotFoundError("请写明搬到哪个数据库：server move 数据库地址 --evidence 共享文件夹。")
    file = folder / DATABASE_FILE
    if not file.is_file():
        raise NotFoundError(f"文件夹“{shown(folder)}”里没有本机的数据，没有可搬的。直接用“server use”即可。")
    let_go(file)
    own = _open_own(folder)
    station, fonts = own.this_pc.load_station(), own.this_pc.get(FONTS)
    source = sqlite_database(file)
    target = server.prepare(address)
    try:
        there = Store(folder, target, SystemClock(), address)
        files = _copy_files(own, there)
        rows = copy_store(source, target, progress or (lambda _done, _all: None))
        there.set_setting(MOVED, None)
        there.set_setting(FONTS, None)
    finally:
        source.close()
        target.close()
        own.close()
    _remember_here(folder, station, fonts)
    write_address(folder, address)
    sentence = (
        f"已把本机的数据搬到数据库服务器“{address.place}”（{rows}行，{files}件佐证材料），修改历史核对无误，从现在起用服务器上的。"
        f"本机原来的数据没有动，请不要再用；服务器上的算一个新的数据库，发给对方的文件照常收发。"
    )
    return Moved(address, rows, files, sentence)


def stop(folder: Path) -> str:
    """Use the PC's own data again; gives a sentence. The server's stay where they are.

    Raises:
        NotAllowedError: no server is used.
        StoreError: the settings cannot be removed.
    """
    if not is_on_server(folder):
        raise NotAllowedError("用的就是本机的数据，没有设置数据库服务器。")
    forget_address(folder)
    own = _own_records(folder)
    left = f"本机有{own}份表，是改用服务器以前的，以后在服务器上填的不在里面" if own else "本机还没有数据"
    return f"已改回用本机的数据（{left}）。服务器上的数据没有动。"


def require_here(folder: Path, what: str) -> None:
    """Refuse what is done with a database file where the data lie on a server.

    Raises:
        NotAllowedError: they do.
    """
    if is_on_server(folder):
        raise NotAllowedError(
            f"“{shown(folder)}”用的是数据库服务器（{SETTINGS_FILE}），不能{what}。请服务器管理员用pg_restore恢复数据库；"
            f"要恢复到本机的，请先用“server off”，或用--store另选文件夹。"
        )


def _notes(folder: Path, address: ServerAddress) -> tuple[str, ...]:
    notes = []
    if address.has_password:
        notes.append("地址里写着密码。更稳妥的做法是改用密码文件（pgpass.conf或.pgpass），地址里不写密码。")
        if is_open_to_others(folder):
            notes.append(f"“{shown(settings_file(folder))}”别的用户也能读，密码会泄露。请把该文件的权限改为只有本人可读。")
    return tuple(notes)


def _open_own(folder: Path) -> Store:
    """The PC's own store, whatever the folder names."""
    from core.store import migrate
    from core.store.engine import sqlite_database

    database = sqlite_database(folder / DATABASE_FILE)
    migrate.bring_up_to_date(database, folder, SystemClock().now())
    return Store(folder, database, SystemClock())


def _own_records(folder: Path) -> int:
    if not (folder / DATABASE_FILE).is_file():
        return 0
    own = _open_own(folder)
    try:
        return own.count_records()
    finally:
        own.close()


def _copy_files(own: Store, there: Store) -> int:
    """Contents first: no row may point at a file that is not there."""
    from core.store.evidence_files import copy_contents

    return copy_contents(own.files, there.files)


def _remember_here(folder: Path, station: Station | None, fonts: object) -> None:
    memory = LocalMemory(folder)
    if station is not None:
        memory.put(CLERK, [station.clerk, station.phone])
    memory.put(FONTS, fonts)



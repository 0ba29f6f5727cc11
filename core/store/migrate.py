"""Brings a database to the present schema, after a backup; Alembic is imported only when there is a step to take."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from core.domain.errors import NewerStoreError, StoreError
from core.infra.atomic_files import shown
from core.store.backup import back_up
from core.store.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

# In order; the last one is what the tables in `tables` describe.
SCHEMA_REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005")
BACKUP_FOLDER: Final = "backups"
BEFORE_UPGRADE: Final = "升级前"
_VERSION_TABLE: Final = "alembic_version"
_MOMENT: Final = "%Y%m%d-%H%M%S"
_NAME: Final = re.compile(rf"{BEFORE_UPGRADE}-([0-9]{{4}})-([0-9]{{8}}-[0-9]{{6}})\.sqlite3")


def bring_up_to_date(
    database: Database, folder: Path, now: datetime, tell: Callable[[str], None] | None = None
) -> Path | None:
    """Create or upgrade the schema; gives the backup that was made first, None when none was needed.

    `tell` is told, in words for the clerk, of the steps that may take minutes on a slow disk.
    """
    stored = stored_revision(database)
    if stored == SCHEMA_REVISIONS[-1]:
        return None
    if stored is None:
        upgrade(database)
        return None
    if stored not in SCHEMA_REVISIONS:
        raise NewerStoreError(
            f"数据文件“{database.place}”由更新版本的绿阶建立（数据版本{stored}），本程序不能打开，以免损坏数据。"
            f"请用新版程序打开；一定要用本程序的，用升级前的备份恢复。"
        )
    say = tell or (lambda _step: None)
    say("正在备份升级前的数据，请不要关机……")
    saved = _back_up_before_upgrade(database, folder, stored, now)
    say("正在升级数据，请不要关机……")
    try:
        upgrade(database)
    except SQLAlchemyError as error:
        where = f"升级前的备份在“{shown(saved)}”" if saved else "请由服务器管理员检查"
        raise StoreError(
            f"数据文件“{database.place}”没能升级到新版本，原有数据未改动，{where}。请把这两个文件交给技术支持。"
        ) from error
    return saved


@dataclass(frozen=True, slots=True)
class EarlierCopy:
    """The database as it was before an upgrade; `made_at` is in the PC's own time."""

    path: Path
    revision: str
    made_at: datetime


def copies_before_upgrade(folder: Path) -> tuple[EarlierCopy, ...]:
    """What `bring_up_to_date` kept in that folder and this program can open, the newest first."""
    named = ((path, _NAME.fullmatch(path.name)) for path in sorted((folder / BACKUP_FOLDER).glob("*.sqlite3")))
    known = ((path, name[1], _moment(name[2])) for path, name in named if name and name[1] in SCHEMA_REVISIONS)
    found = [EarlierCopy(path, revision, made_at) for path, revision, made_at in known if made_at is not None]
    return tuple(sorted(found, key=lambda copy: copy.made_at, reverse=True))


def _moment(figures: str) -> datetime | None:
    """When a copy was made, as its name tells it; None where the name is somebody else's and tells no moment."""
    try:
        return datetime.strptime(figures, _MOMENT).astimezone()
    except (ValueError, OverflowError, OSError):  # the last two: a year that the system's clock does not reach
        return None


def stored_revision(database: Database) -> str | None:
    """The revision that the database is at; None for an empty one."""
    with database.read() as session:
        connection = session.connection()
        names = set(inspect(connection).get_table_names())
        if _VERSION_TABLE in names:
            return _version_in(connection)
    if names:
        raise StoreError(f"“{database.place}”不是绿阶的数据文件。请另选一个数据文件夹，或移走该文件。")
    return None


def upgrade(database: Database, revision: str = "head") -> None:
    """Take every step up to `revision` in one transaction: all of them or none."""
    from alembic import command

    config = alembic_config()
    with database.write_connection() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def alembic_config() -> Config:
    """Alembic's settings, without an ini file: the scripts are found beside this module, frozen or not."""
    from alembic.config import Config

    config = Config()
    scripts = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _version_in(connection: Connection) -> str | None:
    version = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608 - a constant
    return None if version is None else str(version)


def _back_up_before_upgrade(database: Database, folder: Path, stored: str, now: datetime) -> Path | None:
    if not database.is_sqlite:
        return None
    backups = folder / BACKUP_FOLDER
    backups.mkdir(exist_ok=True)
    saved = backups / f"{BEFORE_UPGRADE}-{stored}-{now.astimezone():{_MOMENT}}.sqlite3"
    back_up(database, saved)
    return saved

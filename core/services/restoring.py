"""恢复: a backup becomes the store of a folder; what was there is put aside, never lost.

A backup is a `.zip` with everything, or the database alone as it was before an upgrade: the attached files stay then,
which no upgrade touches. After a restore the store numbers its changes anew (`core.store.exchange.sites`), because the
older numbers may be out in files already.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from core.domain.calendar import format_chinese
from core.domain.errors import NotAllowedError, StoreError
from core.infra.atomic_files import shown, writing_problem
from core.infra.clock import Clock, SystemClock
from core.services.exchange.moved import MOVED
from core.services.moving import Cancelled, Progress, make_folder, missing_files
from core.services.server import require_here
from core.store.backup import SQLITE_HEADER
from core.store.evidence_files import FOLDER as EVIDENCE
from core.store.evidence_files import EvidenceFiles
from core.store.migrate import EarlierCopy, copies_before_upgrade
from core.store.store import DATABASE_FILE, open_store

if TYPE_CHECKING:
    from core.store.backup_file import BackupFacts

_STAGING: Final = ".restoring"
_DAY_SECONDS: Final = 86_400
_JOURNALS: Final = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class BackupLook:
    """What a backup file says of itself, before it is restored."""

    path: Path
    made_at: datetime
    made_by: str
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A store that was restored; `aside` is where the earlier content lies now (None: there was none)."""

    folder: Path
    aside: Path | None
    files: int
    notes: tuple[str, ...]
    sentence: str


def look(path: Path, password: str = "") -> BackupLook:
    """What a backup file says of itself.

    Raises:
        PasswordNeededError, UnreadableInputError: it cannot be opened.
    """
    from core.store.backup_file import open_backup

    with open_backup(path, password) as backup:
        facts = backup.facts
        made_at = datetime.fromisoformat(facts.made_at)
        return BackupLook(path, made_at, facts.made_by, facts.attached, facts.size)


def restore(
    path: Path, folder: Path, *, password: str = "", replace: bool = False, clock: Clock | None = None,
    progress: Progress | None = None, cancelled: Cancelled | None = None,
) -> Restored:
    """恢复: verify a backup whole, then make it the store in `folder`; with `replace` the earlier one is put aside.

    Nobody may have the store open. Nothing in `folder` is touched before everything was verified.

    Raises:
        NotAllowedError: there is a store already, and `replace` was not said.
        PasswordNeededError, UnreadableInputError: the backup cannot be opened, or is damaged.
        StoreError: the folder cannot be written, or a window has its store open.
        ExchangeCancelledError: the clerk stopped.
    """
    from core.exchange.progress import Meter
    from core.store.backup_file import open_backup

    if is_database(path):
        return go_back(path, folder, replace=replace, clock=clock)
    _refuse_used(folder, replace=replace)
    ticking = clock or SystemClock()
    with open_backup(path, password) as backup:
        meter = Meter(backup.facts.size, progress, cancelled, "已停止恢复，本机没有任何改动。")
        with _staging(folder) as staging:
            backup.extract(staging, meter.advance)
            notes = _prepare(staging, ticking, staging)
            aside = _put_in_place(staging, folder, ticking.now())
        meter.finish()
        return _restored(folder, aside, backup.facts, notes)


def earlier_copies(folder: Path) -> tuple[EarlierCopy, ...]:
    """The copies that upgrades made of the database in that folder and this program can open, the newest first."""
    return copies_before_upgrade(folder)


def is_database(path: Path) -> bool:
    """True for a database file alone, as an upgrade keeps it."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(SQLITE_HEADER)) == SQLITE_HEADER
    except OSError:
        return False


def go_back(path: Path, folder: Path, *, replace: bool = False, clock: Clock | None = None) -> Restored:
    """Make the database from before an upgrade the one in `folder` again; the attached files stay as they are.

    Raises:
        NotAllowedError, StoreError: as `restore`.
    """
    _refuse_used(folder, replace=replace)
    ticking = clock or SystemClock()
    with _staging(folder) as staging:
        try:
            shutil.copyfile(path, staging / DATABASE_FILE)
        except OSError as error:
            raise StoreError(writing_problem(folder, error)) from error
        notes = _prepare(staging, ticking, folder)
        aside = _put_in_place(staging, folder, ticking.now(), moves=())
    kept = f"升级以后填的不在里面，连同那时的数据库改名保留在“{shown(aside)}”。" if aside is not None else ""
    sentence = f"已恢复到“{path.name}”时的数据，佐证材料没有变动。{kept}"
    return Restored(folder, aside, 0, notes, sentence)


def _refuse_used(folder: Path, *, replace: bool) -> None:
    require_here(folder, "恢复")
    if _is_used(folder) and not replace:
        raise NotAllowedError(
            f"数据文件夹“{shown(folder)}”里已经有绿阶的数据，没有恢复。请另选一个空文件夹，"
            f"或选择“替换现有数据”（现有数据会改名保留，不会删除）。"
        )


def _is_used(folder: Path) -> bool:
    return (folder / DATABASE_FILE).exists() or (folder / EVIDENCE).exists()


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A place on the same disk, so that what was verified there is only renamed afterwards."""
    make_folder(folder)
    for left in folder.glob(f".*{_STAGING}"):  # of a program that was killed; a young one may still be in the writing
        if left.stat().st_mtime < time.time() - _DAY_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    staging = folder / f".{uuid4().hex}{_STAGING}"
    make_folder(staging)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _prepare(staging: Path, clock: Clock, attached: Path) -> tuple[str, ...]:
    """Check the unpacked store and make it this PC's; gives sentences on what was damaged before the backup.

    `attached` is the data folder whose attached files it will have.
    """
    with open_store(staging, clock) as store:
        damage = store.integrity_problems()
        if damage:
            raise StoreError(f"备份里的数据库已经损坏，没有恢复（{damage[0]}）。请用另一份备份。")
        notes = (*store.verify_history(), *missing_files(store, EvidenceFiles(attached / EVIDENCE)))
        store.set_setting(MOVED, None)
        store.exchange.renew_site()
    return notes


def _put_in_place(
    staging: Path, folder: Path, now: datetime, *, moves: tuple[str, ...] = (EVIDENCE,)
) -> Path | None:
    """The database, and with it what `moves` names; gives the folder where the earlier ones lie now."""
    from core.store.backup import let_go

    if (folder / DATABASE_FILE).exists():
        let_go(folder / DATABASE_FILE)
    let_go(staging / DATABASE_FILE)
    aside = _free_name(folder, f"恢复前-{now.astimezone():%Y%m%d-%H%M%S}") if _is_used(folder) else None
    done: list[tuple[Path, Path]] = []
    try:
        if aside is not None:
            aside.mkdir()
            for name in (*moves, *(DATABASE_FILE + end for end in _JOURNALS)):
                _move(folder / name, aside / name, done)
        for name in moves:
            _move(staging / name, folder / name, done)
        if aside is not None and (folder / DATABASE_FILE).exists():
            _put_aside(folder / DATABASE_FILE, aside / DATABASE_FILE)
            done.append((folder / DATABASE_FILE, aside / DATABASE_FILE))
        (staging / DATABASE_FILE).replace(folder / DATABASE_FILE)
    except (OSError, KeyboardInterrupt) as error:
        for source, target in reversed(done):
            target.replace(source)
        if isinstance(error, KeyboardInterrupt):
            raise
        raise StoreError(
            f"没有恢复，原有数据没有变动：{writing_problem(folder, error)}请关闭其他绿阶窗口和打开着的佐证材料后再试。"
        ) from error
    return aside


def _move(source: Path, target: Path, done: list[tuple[Path, Path]]) -> None:
    if source.exists():
        source.rename(target)
        done.append((source, target))


def _put_aside(source: Path, target: Path) -> None:
    """Under both names for a moment, where the disk can: a power cut then leaves the old database or the new one."""
    try:
        os.link(source, target)
    except OSError:
        source.rename(target)


def _free_name(folder: Path, name: str) -> Path:
    taken = [p.name for p in folder.iterdir()]
    number = next(n for n in range(1, len(taken) + 2) if (name if n == 1 else f"{name}-{n}") not in taken)
    return folder / (name if number == 1 else f"{name}-{number}")


def _restored(folder: Path, aside: Path | None, facts: BackupFacts, notes: tuple[str, ...]) -> Restored:
    day = format_chinese(datetime.fromisoformat(facts.made_at).astimezone().date())
    kept = f"原有数据改名保留在“{shown(aside)}”。" if aside is not None else ""
    wrong = f"其中{len(notes)}处在备份前就有问题，请用“检查数据”查看。" if notes else ""
    sentence = f"已恢复{day}的备份（{facts.made_by}），含{facts.attached}件佐证材料。{kept}{wrong}"
    return Restored(folder, aside, facts.attached, notes, sentence)

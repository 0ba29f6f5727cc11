"""备份、恢复、换电脑、检查数据: a whole store as one file, and whether everything in it is sound.

A backup holds all that was filled in, the attached files and the workstation's key: who holds it can sign as this
workstation. After a restore the store numbers its changes anew (`core.store.exchange.sites`), because the older numbers
may be out in files already.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from core.domain.calendar import format_chinese
from core.domain.errors import NotAllowedError, NotFoundError, StoreError
from core.infra.atomic_files import shown, temporary_in, writing_problem
from core.infra.clock import Clock, SystemClock
from core.services.exchange.moved import MOVED, moved_on
from core.services.exchange.sending import scratch
from core.services.workspace import Workspace
from core.store.evidence_files import FOLDER as EVIDENCE
from core.store.store import DATABASE_FILE, Store, open_store

if TYPE_CHECKING:
    from core.store.backup_file import BackupFacts

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_STAGING: Final = ".restoring"
_DAY_SECONDS: Final = 86_400
_JOURNALS: Final = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written; `notes` are sentences on what was already missing or damaged in the store."""

    path: Path
    files: int
    size: int
    notes: tuple[str, ...]
    sentence: str


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


@dataclass(frozen=True, slots=True)
class Soundness:
    """The result of a check: `problems` ask for something to be done, `leftovers` are files that nobody refers to."""

    problems: tuple[str, ...]
    leftovers: tuple[str, ...]
    records: int
    files: int

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        left = f"另有{len(self.leftovers)}个不再使用的文件，不影响使用。" if self.leftovers else ""
        if self.problems:
            return f"检查了{self.records}份表、{self.files}件佐证材料，发现{len(self.problems)}个问题。{left}"
        return f"检查了{self.records}份表、{self.files}件佐证材料，数据完好。{left}"


def backup_name(ws: Workspace, *, moves: bool = False) -> str:
    """The usual name of a backup made now; sorts by time."""
    kind = "绿阶换电脑" if moves else "绿阶备份"
    return f"{kind}-{ws.clock.now().astimezone():%Y%m%d-%H%M%S}.zip"


def back_up(
    ws: Workspace, out: Path, *, password: str = "", progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> BackedUp:
    """备份: the checked database and every attached file in one file; `out` is a folder or a `.zip`.

    Raises:
        StoreError: the database is damaged, or the file cannot be written; there is none then.
        ExchangeCancelledError: the clerk stopped; there is none then.
    """
    return _back_up(ws, out, backup_name(ws), password, progress, cancelled)


def move_out(
    ws: Workspace, out: Path, *, password: str = "", progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> BackedUp:
    """换电脑: a backup for the new PC; this one packs and receives no more until `stay`.

    Raises:
        StoreError, ExchangeCancelledError: as `back_up`; this PC stays in use.
    """
    done = _back_up(ws, out, backup_name(ws, moves=True), password, progress, cancelled)
    ws.store.set_setting(MOVED, ws.clock.today().isoformat())
    sentence = (
        f"{done.sentence}本机从现在起不再打包和接收；请在新电脑上装好绿阶，用“恢复”打开这个文件。"
        f"没有换成的，在本机“换电脑”中改为“继续用本机”。"
    )
    return BackedUp(done.path, done.files, done.size, done.notes, sentence)


def stay(ws: Workspace) -> str:
    """继续用本机: the way back from `move_out`; gives a sentence.

    Raises:
        NotAllowedError: the data did not move.
    """
    if moved_on(ws) is None:
        raise NotAllowedError("本机数据没有迁走，不用改。")
    ws.store.set_setting(MOVED, None)
    return "已改为继续用本机，可以照常打包和接收。新电脑上如已恢复过数据，请不要两边同时填报。"


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

    if _is_used(folder) and not replace:
        raise NotAllowedError(
            f"数据文件夹“{shown(folder)}”里已经有绿阶的数据，没有恢复。请另选一个空文件夹，"
            f"或选择“替换现有数据”（现有数据会改名保留，不会删除）。"
        )
    ticking = clock or SystemClock()
    with open_backup(path, password) as backup:
        meter = Meter(backup.facts.size, progress, cancelled, "已停止恢复，本机没有任何改动。")
        staging = _staging(folder)
        try:
            backup.extract(staging, meter.advance)
            notes = _prepare(staging, ticking)
            aside = _put_in_place(staging, folder, ticking.now())
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        meter.finish()
        return _restored(folder, aside, backup.facts, notes)


def verify(ws: Workspace, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Soundness:
    """检查数据: the database, the chain of its history, and every attached file with its SHA-256.

    Raises:
        ExchangeCancelledError: the clerk stopped.
    """
    return _verify(ws.store, progress, cancelled)


def verify_folder(folder: Path, *, clock: Clock | None = None) -> Soundness:
    """As `verify`, of a store that nobody has open, even one that is too damaged to be opened.

    Raises:
        NotFoundError: there is no store.
    """
    require_store(folder)
    try:
        with open_store(folder, clock or SystemClock()) as store:
            return _verify(store, None, None)
    except StoreError as error:
        return Soundness((str(error),), (), 0, 0)


def require_store(folder: Path) -> None:
    """Refuse a folder without a store: opening it would make an empty one.

    Raises:
        NotFoundError: there is none.
    """
    if not (folder / DATABASE_FILE).is_file():
        raise NotFoundError(f"文件夹“{shown(folder)}”里没有绿阶的数据。请用--store写明数据文件夹。")


def _back_up(
    ws: Workspace, out: Path, name: str, password: str, progress: Progress | None, cancelled: Cancelled | None
) -> BackedUp:
    from core.exchange.progress import Meter
    from core.store.backup_file import write_backup

    target = out / name if out.is_dir() or out.suffix.lower() != ".zip" else out
    _make_folder(target.parent)
    copy = temporary_in(scratch(ws))
    try:
        ws.store.backup(copy)
        files = {DATABASE_FILE: copy}
        files |= {f"{EVIDENCE}/{name}": path for name, path in ws.store.files.everything()}
        total = sum(path.stat().st_size for path in files.values())
        meter = Meter(total, progress, cancelled, "已停止备份，没有生成备份文件。")
        facts = write_backup(target, files, _about(ws), password=password, advance=meter.advance)
        meter.finish()
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
    notes = (*_missing(ws.store), *(_damaged(ws.store, facts.damaged)))
    locked = "忘记密码就打不开了，请记好" if password else "里面有全部填报内容和本机的签名密钥，请妥善保管"
    size = target.stat().st_size
    sentence = (
        f"已备份到“{shown(target)}”（{size / 1024 / 1024:.1f}MB，含{facts.attached}件佐证材料），{locked}。"
        + (f"有{len(notes)}件材料备份前就已不见或损坏，请用“检查数据”查看。" if notes else "")
    )
    return BackedUp(target, facts.attached, size, notes, sentence)


def _about(ws: Workspace) -> dict[str, object]:
    station = ws.station
    who = [station.role.value, station.office, station.clerk] if station is not None else []
    return {"made_at": ws.clock.now().isoformat(), "made_by": ws.actor, "station": who}


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(writing_problem(folder, error)) from error


def _is_used(folder: Path) -> bool:
    return (folder / DATABASE_FILE).exists() or (folder / EVIDENCE).exists()


def _staging(folder: Path) -> Path:
    """A place on the same disk, so that what was verified there is only renamed afterwards."""
    _make_folder(folder)
    for left in folder.glob(f".*{_STAGING}"):  # of a program that was killed; a young one may still be in the writing
        if left.stat().st_mtime < time.time() - _DAY_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    staging = folder / f".{uuid4().hex}{_STAGING}"
    _make_folder(staging)
    return staging


def _prepare(staging: Path, clock: Clock) -> tuple[str, ...]:
    """Check the unpacked store and make it this PC's; gives sentences on what was damaged before the backup."""
    with open_store(staging, clock) as store:
        damage = store.integrity_problems()
        if damage:
            raise StoreError(f"备份里的数据库已经损坏，没有恢复（{damage[0]}）。请用另一份备份。")
        notes = (*store.verify_history(), *_missing(store))
        store.set_setting(MOVED, None)
        store.exchange.renew_site()
    return notes


def _put_in_place(staging: Path, folder: Path, now: datetime) -> Path | None:
    from core.store.backup import let_go

    if (folder / DATABASE_FILE).exists():
        let_go(folder / DATABASE_FILE)
    let_go(staging / DATABASE_FILE)
    aside = _free_name(folder, f"恢复前-{now.astimezone():%Y%m%d-%H%M%S}") if _is_used(folder) else None
    done: list[tuple[Path, Path]] = []
    try:
        if aside is not None:
            aside.mkdir()
            for name in (EVIDENCE, *(DATABASE_FILE + end for end in _JOURNALS)):
                _move(folder / name, aside / name, done)
        _move(staging / EVIDENCE, folder / EVIDENCE, done)
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


def _missing(store: Store) -> tuple[str, ...]:
    """A sentence for every attached file that is not there."""
    found = dict.fromkeys((k.unit_name, k.file_name) for k in store.kept_files() if not store.files.has(
        k.sha256, k.file_name
    ))
    return tuple(
        f"“{unit}”的佐证材料“{name}”不见了，请从备份找回，或重新附上。" for unit, name in found
    )


def _damaged(store: Store, names: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence for every attached file whose content is not what it was."""
    known = {f"{EVIDENCE}/{store.files.name_of(k.sha256, k.file_name)}": k for k in store.kept_files()}
    return tuple(
        f"“{known[name].unit_name}”的佐证材料“{known[name].file_name}”已损坏，请从备份找回，或重新附上。"
        for name in names if name in known
    )


def _verify(store: Store, progress: Progress | None, cancelled: Cancelled | None) -> Soundness:
    from core.exchange.progress import Meter
    from core.store.evidence_files import sha256_of

    problems = [*store.integrity_problems(), *store.verify_history(), *_missing(store)]
    there = dict(store.files.everything())
    known = {store.files.name_of(k.sha256, k.file_name) for k in store.kept_files()}
    meter = Meter(sum(p.stat().st_size for p in there.values()), progress, cancelled, "已停止检查。")
    damaged = []
    for name, path in there.items():
        if name in known and sha256_of(path, meter.advance) != path.name.partition(".")[0]:
            damaged.append(f"{EVIDENCE}/{name}")
    problems += _damaged(store, tuple(damaged))
    meter.finish()
    leftovers = tuple(f"{EVIDENCE}/{name}" for name in there if name not in known)
    return Soundness(tuple(problems), leftovers, store.count_records(), len(known & there.keys()))

"""备份、换电脑、检查数据: a whole store as one file, and whether everything in it is sound.

A backup holds all that was filled in, the attached files and the workstation's key: who holds it can sign as this
workstation. `restoring` brings it back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain.errors import NotAllowedError, NotFoundError, StoreError
from core.infra.atomic_files import shown, temporary_in, writing_problem
from core.infra.clock import Clock, SystemClock
from core.infra.server_address import has_store
from core.services.exchange.moved import MOVED, moved_on
from core.services.exchange.sending import scratch
from core.services.workspace import Workspace
from core.store.evidence_files import FOLDER as EVIDENCE
from core.store.evidence_files import EvidenceFiles
from core.store.store import DATABASE_FILE, Store, open_store

if TYPE_CHECKING:
    pass

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written; `notes` are sentences on what was already missing or damaged in the store."""

    path: Path
    files: int
    size: int
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
    if not has_store(folder):
        raise NotFoundError(f"文件夹“{shown(folder)}”里没有绿阶的数据。请用--store写明数据文件夹。")


def _back_up(
    ws: Workspace, out: Path, name: str, password: str, progress: Progress | None, cancelled: Cancelled | None
) -> BackedUp:
    from core.exchange.progress import Meter
    from core.store.backup_file import write_backup

    target = out / name if out.is_dir() or out.suffix.lower() != ".zip" else out
    make_folder(target.parent)
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
    notes = (*missing_files(ws.store), *(_damaged(ws.store, facts.damaged)))
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


def make_folder(folder: Path) -> None:
    """Make a folder where there is none.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(writing_problem(folder, error)) from error


def missing_files(store: Store, files: EvidenceFiles | None = None) -> tuple[str, ...]:
    """A sentence for every attached file that is not there; `files` where they lie elsewhere than beside the store."""
    there = files or store.files
    found = dict.fromkeys((k.unit_name, k.file_name) for k in store.kept_files() if not there.has(
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

    problems = [*store.integrity_problems(), *store.verify_history(), *missing_files(store)]
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

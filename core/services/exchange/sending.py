"""Writes one file to the other side: its number, its content, its papers, and the line in the outbox."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.errors import NotAllowedError, StoreError
from core.domain.exchange import Answer, FileKind, Head, Party, RecordCopy, Sender, Vector
from core.domain.values import Stored
from core.infra.atomic_files import remove_leftovers, writing_problem
from core.infra.version import program_name
from core.services.exchange import trust
from core.services.exchange.model import Sent
from core.services.exchange.moved import MOVED, require_here
from core.services.library import windows
from core.services.workspace import Workspace
from core.store.exchange.boxes import NewOutFile, OvertakenError

if TYPE_CHECKING:
    from core.exchange.writer import WrittenFile
    from core.store.exchange.versions import Outline

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]')
_OLDEST: Final = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Parcel:
    """What is to be sent, and as whom. `bases`: record id → what the recipient has of it.

    `marks` are further words on which the content depends, so that the same state gives the same number. `papers`
    gets number, day and check code. `not_before` dates a file that brings no records.
    """

    kind: FileKind
    sender: Party
    recipient: Party
    bases: Mapping[str, Vector]
    answer: Answer | None
    papers: Callable[[int, datetime, str], Mapping[str, bytes]]
    window: str
    pack: bytes | None = None
    marks: tuple[str, ...] = ()
    not_before: datetime = _OLDEST
    outlines: Mapping[str, Outline] = field(default_factory=dict)

    @property
    def made_at(self) -> datetime:
        """The time of the newest change in it."""
        return max((self.not_before, *(outline.newest for outline in self.outlines.values())))


def outlines(
    ws: Workspace, bases: Mapping[str, Vector], progress: Progress | None = None
) -> dict[str, Outline]:
    """Version, newest change and files to bring of every record."""
    found: dict[str, Outline] = {}
    for record_id, base in bases.items():
        if progress is not None:
            progress(len(found), len(bases))
        found[record_id] = ws.store.exchange.outline(record_id, base)
    return found


def window_label(ws: Workspace, day: date | None = None) -> str:
    """The window that a file is for, or one of a day gone by was: the open one, else the next one of the plan."""
    if day is not None and day < ws.clock.today():
        was_open = (w.title for w in windows.windows(ws) if w.opened_on <= day <= (w.closed_on or day))
        planned = (p.title for y in (day.year, day.year + 1) for p in windows.planned(ws, y) if p.last >= day)
        return next(was_open, "") or next(planned, "")
    overview = windows.overview(ws)
    if overview.current is not None:
        return overview.current.title
    return overview.upcoming.title if overview.upcoming is not None else ""


def number_for(
    ws: Workspace, parcel: Parcel, sender: Sender, *, is_new: bool = False
) -> tuple[int, bool, str]:
    """The file's number, whether it is the last one once more, and the digest of the state that it tells.

    The number is given to it when it is written (`Boxes.going_out`). `is_new`: what went out of this state is another
    file.
    """
    digest = _state_digest(ws, parcel, sender)
    sent = [f for f in ws.store.exchange.boxes.sent_to(parcel.recipient) if f.site == sender.site]
    if sent and sent[-1].state_digest == digest and not is_new:
        return sent[-1].number, True, digest
    return max((f.number for f in sent), default=0) + 1, False, digest


def file_name(ws: Workspace, kind: FileKind, office: str, number: int) -> str:
    """The usual name of a file, good on every system."""
    label = _FORBIDDEN.sub("", ws.office_label(office))[:40] or "街镇园区"
    return f"{kind.label}_{label}_{kind.numbered(number)}.zip"


def send(
    ws: Workspace, parcel: Parcel, out: Path, *, password: str = "", progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Sent:
    """Write the file, whole or not at all, and note it in the outbox. `out` is a folder or a `.zip`.

    Raises:
        NotAllowedError: the data of this store went over to another PC, or are another party's by now.
        CannotPackError, ExchangeCancelledError, StoreError: nothing was written, nothing noted.
    """
    is_new = False
    while True:  # each further round follows a file that somebody else has finished meanwhile
        draft = _begin(ws, parcel, out, is_new=is_new)
        if not password and _is_locked(draft.target):
            raise NotAllowedError(
                f"“{draft.target.name}”原来是带密码写出的，这次没有填密码，没有覆盖它。请填上密码，或换一个文件夹再写。"
            )
        try:
            return draft.sent(_write(ws, parcel, draft, password, progress, cancelled))
        except OvertakenError as error:
            is_new = error.has_twin


@dataclass(frozen=True)
class _Draft:
    """A file in the making, under the number that it will get unless somebody else is faster."""

    head: Head
    private_key: bytes
    is_again: bool
    state_digest: str
    evidence: Mapping[str, Path]
    target: Path
    record_count: int

    def sent(self, written: WrittenFile) -> Sent:
        """What was done, with a sentence on it."""
        kind, number = self.head.kind, self.head.number
        again = "（与上次相同，重新写出）" if self.is_again else ""
        sentence = (
            f"{kind.label}{kind.numbered(number)}已写出{again}：{self.record_count}份表、{len(self.evidence)}件佐证材料，"
            f"核对码{written.check_code}，文件在“{self.target}”。"
        )
        return Sent(
            self.target, kind, number, written.check_code, self.record_count, len(self.evidence), written.size,
            self.is_again, sentence,
        )


def _begin(ws: Workspace, parcel: Parcel, out: Path, *, is_new: bool) -> _Draft:
    require_here(ws)
    trust.private_key(ws)
    with ws.store.snapshot():
        sender = trust.own_sender(ws)
        if sender.party != parcel.sender:
            raise NotAllowedError("刚才“本机使用人”换了单位，文件没有写出。请核对“本机使用人”，再写一次。")
        number, is_again, digest = number_for(ws, parcel, sender, is_new=is_new)
        head = Head(
            parcel.kind, sender, parcel.recipient, number, parcel.made_at, parcel.window, ws.pack.label,
            ws.pack.digest, program_name(), trust.own_succession(ws),
        )
        evidence, private_key = _evidence(ws, parcel.outlines), trust.private_key(ws)
    office = sender.party.office or parcel.recipient.office
    target = out / file_name(ws, parcel.kind, office, number) if out.is_dir() or out.suffix.lower() != ".zip" else out
    _make_folder(target)
    return _Draft(head, private_key, is_again, digest, evidence, target, len(parcel.bases))


def _write(
    ws: Workspace, parcel: Parcel, draft: _Draft, password: str, progress: Progress | None,
    cancelled: Cancelled | None,
) -> WrittenFile:
    from core.exchange.check_code import check_code
    from core.exchange.writer import Outgoing, write_file

    head, target = draft.head, draft.target
    outgoing = Outgoing(
        head, _copies(ws, parcel), parcel.answer, draft.evidence, parcel.pack,
        lambda code: parcel.papers(head.number, parcel.made_at, code), draft.record_count,
    )
    actor = ws.actor

    @contextmanager
    def placing(digest: str) -> Iterator[None]:
        versions = {record_id: outline.vector for record_id, outline in parcel.outlines.items()}
        new = NewOutFile(
            target.name, parcel.kind, head.sender.site, head.sender.party, parcel.recipient, head.number, digest,
            check_code(digest), draft.state_digest, versions,
        )
        unchanged: dict[str, Stored] = {MOVED: None, **trust.signed_under(draft.private_key)}
        is_placed = False
        try:
            with ws.store.exchange.boxes.going_out(new, actor=actor, unchanged=unchanged, settled=trust.KEY_IS_OUT):
                yield
                is_placed = True
        except StoreError:
            if is_placed:  # the outbox does not know of it: its number will be another file's
                with suppress(OSError):
                    target.unlink(missing_ok=True)
            raise

    return write_file(
        target, outgoing, draft.private_key, password=password, progress=progress, cancelled=cancelled,
        scratch=scratch(ws), placing=placing,
    )


def _make_folder(target: Path) -> None:
    """One new folder may be made; a whole missing path is rather a stick that is not there."""
    folder = target.parent
    if folder.is_dir() or not folder.parent.is_dir():
        return
    try:
        folder.mkdir()
    except OSError as error:
        raise StoreError(writing_problem(target, error)) from error


def _is_locked(target: Path) -> bool:
    """True when a file of that name is there and asks for a password: nobody means to lay it open unawares."""
    try:
        with zipfile.ZipFile(target) as archive:
            return any(entry.flag_bits & 1 for entry in archive.infolist())
    except (OSError, zipfile.BadZipFile):
        return False


def scratch(ws: Workspace) -> Path:
    """A folder of the store for what must lie on the disk for a moment; what a killed program left is cleared away."""
    folder = ws.folder / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder)
    return folder


def _copies(ws: Workspace, parcel: Parcel) -> Iterator[RecordCopy]:
    return iter(ws.store.exchange.copies({record_id: parcel.bases[record_id] for record_id in sorted(parcel.bases)}))


def _evidence(ws: Workspace, outlined: Mapping[str, Outline]) -> dict[str, Path]:
    """Name in the file → where the content lies; one content once."""
    found = {}
    for outline in outlined.values():
        for fact in outline.files:
            suffix = Path(fact.file_name).suffix.lower()
            found[fact.sha256 + suffix] = ws.store.files.path(fact.sha256, fact.file_name)
    return found


def _state_digest(ws: Workspace, parcel: Parcel, sender: Sender) -> str:
    state = {
        "kind": parcel.kind.value, "window": parcel.window, "pack": ws.pack.digest, "key": sender.key.hex(),
        "name": sender.name, "marks": list(parcel.marks), "made_at": parcel.made_at.isoformat(),
        "records": {i: [dict(parcel.bases[i]), dict(o.vector)] for i, o in parcel.outlines.items()},
        "answer": repr(parcel.answer), "papers": parcel.pack is not None,
    }
    return hashlib.sha256(json.dumps(state, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

"""Papers about files between offices and bureau, 封面, 汇总表 and 回执: their codes, and whether they fit a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.domain.enums import Role
from core.domain.exchange import FileKind
from core.domain.paper_code import PaperCode, PaperKind, ReadCode, subject_of
from core.services.products.paper_check import PaperCheck, PaperState
from core.services.workspace import Workspace

_MOST_FILES: Final = 100_000


@dataclass(frozen=True, slots=True)
class _File:
    """A file that went out or came in, as its papers name it; `office` is a code."""

    kind: FileKind
    office: str
    number: int
    check_code: str
    at: datetime
    came: bool


def code_of_file(kind: PaperKind, office: str, number: int, check_code: str) -> PaperCode:
    """The code of a paper about the file of that number of an office, named by its code.

    What it must agree with is the file's 核对码. The office's name may change, and with it no paper.
    """
    digest = hashlib.sha256(check_code.encode()).hexdigest()
    return PaperCode(kind, subject_of(_file_kind(kind).value, office, number), number, digest)


def check_file_paper(ws: Workspace, read: ReadCode) -> PaperCheck | None:
    """What the paper is and how it stands; None where no file that went out or came in can be meant."""
    wanted = _file_kind(read.kind)
    files = [file for file in _files(ws) if file.kind is wanted]
    meant = [f for f in files if read.is_of(subject_of(f.kind.value, f.office, f.number))]
    fitting = [f for f in meant if read.has_digest(hashlib.sha256(f.check_code.encode()).hexdigest())]
    if not meant:
        return None
    file = (fitting or meant)[0]
    what = f"{ws.office_label(file.office)}{file.kind.numbered(file.number)}的{read.kind.label}"
    way = "收到" if file.came else "写出"
    if not fitting:
        return PaperCheck(
            read.kind, what, PaperState.UNKNOWN,
            f"纸上的核对码与本机{way}的这一{file.kind.counted_as}（{file.check_code}）不同，不是同一个文件；"
            "请核对交来的文件，或请对方重新打印。", file.number,
        )
    day = file.at.astimezone().date().isoformat()
    newest = max(f.number for f in files if f.office == file.office)
    later = f"此后还有{file.kind.numbered(newest)}。" if newest > file.number else "此后没有新的。"
    sentence = f"与本机{day}{way}的{file.kind.label}相同，核对码{file.check_code}。{later}"
    state = PaperState.CHANGED if newest > file.number and read.kind is PaperKind.RECEIPT else PaperState.CURRENT
    return PaperCheck(read.kind, what, state, sentence, file.number)


def _file_kind(kind: PaperKind) -> FileKind:
    return FileKind.RECEIPT if kind is PaperKind.RECEIPT else FileKind.PACKAGE


def _files(ws: Workspace) -> Iterable[_File]:
    """Files that went out and came in, the newest first; packages are named by who sends, receipts by who gets them."""
    station = ws.station
    own = station.office if station is not None else ""
    for out in ws.store.exchange.boxes.outbox(_MOST_FILES):
        office = out.recipient.office if out.recipient.role is Role.OFFICE else own
        yield _File(out.kind, office, out.number, out.check_code, out.made_at, came=False)
    for file in ws.store.exchange.boxes.inbox(_MOST_FILES):
        if file.undone_at is None:
            office = file.sender.office if file.sender.role is Role.OFFICE else own
            yield _File(file.kind, office, file.number, file.check_code, file.received_at, came=True)

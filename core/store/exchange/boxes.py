"""The logs of files that came in and went out, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.exchange import FileKind, Party, Vector
from core.domain.values import Stored
from core.store import settings
from core.store.exchange import sites
from core.store.exchange_tables import InboxRow, OutboxRow
from core.store.history import Author, locked_head
from core.store.library.part import Part
from core.store.mapping import column_text

_MOST_MISSING: Final = 1000


#: Reports may be megabytes each: lists leave them in the file.
_LISTED: Final = select(InboxRow).options(defer(InboxRow.report, raiseload=True))


@dataclass(frozen=True, slots=True)
class InFile:
    """A file that came in. `counts`: how many of its records had which outcome, by the clerks' word.

    `report` is JSON: the lines of the receiving, as the services keep them; only `Boxes.in_file` reads it, elsewhere it
    is None. `sent_before` is the id of the last file that had gone out by then; later ones may tell of this one.
    """

    id: int
    received_at: datetime
    received_by: str
    file_name: str
    kind: FileKind
    site: str
    sender: Party
    sender_name: str
    number: int
    digest: str
    check_code: str
    sentence: str
    counts: Mapping[str, int]
    report: Stored
    sent_before: int
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file that went out: `records` are ids and versions; `history_sequence` is the history's end then."""

    id: int
    made_at: datetime
    made_by: str
    file_name: str
    kind: FileKind
    site: str
    recipient: Party
    number: int
    digest: str
    check_code: str
    state_digest: str
    records: Mapping[str, Vector]
    history_sequence: int


@dataclass(frozen=True, slots=True)
class NewInFile:
    """A file that comes in, before it has a row."""

    file_name: str
    kind: FileKind
    site: str
    sender: Party
    sender_name: str
    number: int
    digest: str
    check_code: str
    sentence: str
    report: Stored
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewOutFile:
    """A file that was written, before it has a row."""

    file_name: str
    kind: FileKind
    site: str
    sender: Party
    recipient: Party
    number: int
    digest: str
    check_code: str
    state_digest: str
    records: Mapping[str, Vector]


class OvertakenError(NotAllowedError):
    """While a file was written, another one took its number, or the key was changed: write it anew.

    `has_twin`: that other one tells of the same state, but is not the same file.
    """

    def __init__(self, *, has_twin: bool = False) -> None:
        super().__init__("写文件的时候，同事刚用同一个包号写出了另一个文件。请再写一次。")
        self.has_twin = has_twin


class Boxes(Part):
    """Files that came in and went out."""

    def inbox(self, limit: int = 500) -> tuple[InFile, ...]:
        """Files that came in, the newest first."""
        with self._database.read() as session:
            rows = session.scalars(_LISTED.order_by(InboxRow.id.desc()).limit(limit))
            return tuple(_in_file(row) for row in rows)

    def last_received(self) -> InFile | None:
        """The last file that came in and was not taken back."""
        query = _LISTED.where(InboxRow.undone_at.is_(None)).order_by(InboxRow.id.desc()).limit(1)
        with self._database.read() as session:
            row = session.scalars(query).first()
            return None if row is None else _in_file(row)

    def in_file(self, inbox_id: int) -> InFile:
        """One file that came in, with its report.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.read() as session:
            row = session.get(InboxRow, inbox_id)
            if row is None:
                raise NotFoundError(f"没有编号为{inbox_id}的来件，请刷新后再选。")
            return _in_file(row, report=cast(Stored, row.report))

    def outbox(self, limit: int = 500) -> tuple[OutFile, ...]:
        """Files that went out, the newest first."""
        with self._database.read() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(limit))
            return tuple(_out_file(row) for row in rows)

    def sent_to(self, recipient: Party) -> tuple[OutFile, ...]:
        """Files that went to one recipient, the oldest first."""
        query = select(OutboxRow).where(
            OutboxRow.recipient_role == recipient.role.value, OutboxRow.recipient_office == recipient.office
        )
        with self._database.read() as session:
            return tuple(_out_file(row) for row in session.scalars(query.order_by(OutboxRow.id)))

    @contextmanager
    def going_out(
        self, new: NewOutFile, *, actor: str, unchanged: Mapping[str, Stored], settled: Mapping[str, Stored]
    ) -> Iterator[None]:
        """Give a finished file its place inside the block: it is in the outbox if and only if the block ends well.

        Whoever else sends waits so long, so each number is given once, to a file that is there, and none is left out.
        The same file once more has its line already. `unchanged` are settings as the file was written under; `settled`
        are remembered with it.

        Raises:
            OvertakenError: its number is another file's by now, or a setting has changed.
            NotAllowedError: the store is somebody else's by now.
        """
        with self._database.write() as session:
            _require_same_sender(session, new)
            if any(settings.get(session, key) != value for key, value in unchanged.items()):
                raise OvertakenError
            if not _has_line(session, new):
                self._add(session, new, actor)
            for key, value in settled.items():
                settings.put(session, key, value)
            session.flush()
            yield

    def _add(self, session: Session, new: NewOutFile, actor: str) -> None:
        author = self._author(actor, "")
        session.add(
            OutboxRow(
                made_at=author.at, made_by=author.actor, file_name=column_text(new.file_name), kind=new.kind.value,
                site=new.site, recipient_role=new.recipient.role.value, recipient_office=new.recipient.office,
                number=new.number, digest=new.digest, check_code=new.check_code, state_digest=new.state_digest,
                records={record_id: dict(vector) for record_id, vector in new.records.items()},
                history_sequence=locked_head(session).sequence,
            )
        )

    def received_from(self, site: str) -> tuple[InFile, ...]:
        """Files that came from one store and were not taken back, by number."""
        query = _LISTED.where(InboxRow.site == site, InboxRow.undone_at.is_(None))
        with self._database.read() as session:
            return tuple(_in_file(row) for row in session.scalars(query.order_by(InboxRow.number, InboxRow.id)))

    def offices(self) -> frozenset[str]:
        """The offices with which files were exchanged, either way."""
        came, went = select(InboxRow.office).distinct(), select(OutboxRow.recipient_office).distinct()
        with self._database.read() as session:
            return frozenset(session.scalars(came)) | frozenset(session.scalars(went))

    def sites_of(self, sender: Party) -> tuple[str, ...]:
        """The stores from which files of that office (or of the bureau) came, the latest last."""
        query = (
            select(InboxRow.site)
            .where(InboxRow.role == sender.role.value, InboxRow.office == sender.office, InboxRow.undone_at.is_(None))
            .group_by(InboxRow.site)
            .order_by(func.max(InboxRow.id))
        )
        with self._database.read() as session:
            return tuple(session.scalars(query))


def note_received(session: Session, new: NewInFile, author: Author) -> int:
    """Remember a file that came in, inside the transaction that took it in; gives its id."""
    row = InboxRow(
        received_at=author.at, received_by=author.actor, file_name=column_text(new.file_name), kind=new.kind.value,
        site=new.site, role=new.sender.role.value, office=new.sender.office,
        sender_name=column_text(new.sender_name), number=new.number, digest=new.digest, check_code=new.check_code,
        sentence=new.sentence, report=new.report, counts=dict(new.counts), undone_by="",
        sent_before=session.scalar(select(func.coalesce(func.max(OutboxRow.id), 0))) or 0,
    )
    session.add(row)
    session.flush()
    return row.id


def _require_same_sender(session: Session, new: NewOutFile) -> None:
    """Inside the transaction that notes the file: role, office and site as they were when it was begun."""
    station = settings.get_station(session)
    party = None if station is None else Party(station.role, station.office if station.role is Role.OFFICE else "")
    if party != new.sender or sites.current(session) != new.site:
        raise NotAllowedError(
            "写文件的时候“本机使用人”换了单位，文件没有写出。请核对“本机使用人”，再写一次。"
        )


def _has_line(session: Session, new: NewOutFile) -> bool:
    """True for a file that went out before; a new one must have the next number."""
    query = select(OutboxRow.number, OutboxRow.state_digest, OutboxRow.digest).where(
        OutboxRow.recipient_role == new.recipient.role.value, OutboxRow.recipient_office == new.recipient.office,
        OutboxRow.site == new.site,
    )
    sent = session.execute(query).all()
    same = [digest for number, state, digest in sent if (number, state) == (new.number, new.state_digest)]
    if new.digest in same:
        return True
    if same or new.number != max((number for number, _, _ in sent), default=0) + 1:
        raise OvertakenError(has_twin=bool(same))
    return False


def numbers_missing(numbers: Sequence[int]) -> tuple[int, ...]:
    """The numbers between 1 and the highest that did not come; of very many the first ones."""
    have = set(numbers)
    absent = (n for n in range(1, max(have, default=0)) if n not in have)
    return tuple(islice(absent, _MOST_MISSING))


def _in_file(row: InboxRow, report: Stored = None) -> InFile:
    return InFile(
        row.id, row.received_at, row.received_by, row.file_name, FileKind(row.kind), row.site,
        Party(Role(row.role), row.office), row.sender_name, row.number, row.digest, row.check_code, row.sentence,
        cast("dict[str, int]", row.counts), report, row.sent_before, row.undone_at,
    )


def _out_file(row: OutboxRow) -> OutFile:
    return OutFile(
        row.id, row.made_at, row.made_by, row.file_name, FileKind(row.kind), row.site,
        Party(Role(row.recipient_role), row.recipient_office), row.number, row.digest, row.check_code,
        row.state_digest, cast("dict[str, dict[str, int]]", row.records), row.history_sequence,
    )

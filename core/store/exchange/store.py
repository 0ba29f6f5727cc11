"""The exchange as the services see it; `store.exchange`. Every method is one transaction."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.exchange import EXPLANATION_PREFIX, Change, Party, RecordCopy, SentMember, Vector
from core.domain.records import Record, RecordSummary, Station
from core.domain.values import Stored
from core.infra.clock import Clock
from core.store import listing, records, settings
from core.store.engine import Database
from core.store.evidence_files import EvidenceFiles
from core.store.exchange import boxes, mirror, peers, sites, taking_in, undo, versions
from core.store.exchange.boxes import Boxes, InFile, NewInFile
from core.store.exchange.peers import Peers
from core.store.exchange.taking_in import RecordWrite
from core.store.exchange.versions import Outline
from core.store.exchange_tables import InboxRow, OutboxRow, UndoRow
from core.store.library.part import Part
from core.store.tables import AnswerRow, EvidenceRow, RecordRow

_SOURCE: Final = "接收"


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record as this store has it, for joining: `record` None where it was never here; deleted ones say so."""

    record: Record | None
    is_deleted: bool
    vector: Vector
    heads: Mapping[str, tuple[Change, ...]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that one file changes here: records, the sender's marks, lines of the library, a key, settings.

    `members` are all lines of the office `library_of`; blank where the file tells nothing of the library.
    """

    file: NewInFile
    writes: Sequence[RecordWrite]
    marks: Mapping[str, Vector]
    members: Sequence[SentMember] = ()
    library_of: str = ""
    successor: tuple[Party, str, str] | None = None
    settings: Mapping[str, Stored] | None = None


class ExchangeStore(Part):
    """Versions of records, enrolled workstations, files that came and went, undo."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self.peers = Peers(database, clock)
        self.boxes = Boxes(database, clock)
        self._is_named = False

    # Sites

    def site(self) -> str:
        """The site under which this store numbers its changes; made at the first call."""
        with self._database.read() as session:
            known = sites.current(session)
        if known:
            return known
        with self._database.write() as session:
            return sites.ensure(session)

    def own_sites(self) -> frozenset[str]:
        """Every site that this store ever had."""
        with self._database.read() as session:
            return _own_sites(session)

    def renew_site(self) -> str:
        """Number changes under a new site from now on, because older numbers may be out already (restore)."""
        with self._database.write() as session:
            return sites.renew(session)

    def change_party(self, station: Station, *, forget: Iterable[str], as_others: str) -> bool:
        """Give the store to another party. Where files went out already it goes on under a new site; True then.

        The settings `forget` end with the old site; `as_others` then keeps all sites up to now.
        """
        with self._database.write() as session:
            before = settings.get_station(session)
            shared = not self._database.is_sqlite
            settings.put_station(session, Station(station.role, station.office) if shared else station)
            is_other = before is not None and (before.role, before.office) != (station.role, station.office)
            if not is_other or session.scalar(select(OutboxRow.id).limit(1)) is None:
                return False
            for key in forget:
                settings.put(session, key, None)
            settings.put(session, as_others, sorted(_own_sites(session)))
            sites.renew(session)
            return True

    # Settings

    def settle_setting(self, key: str, value: Stored) -> Stored:
        """Remember a value unless there is one already; gives the one that counts, whoever was first."""
        with self._database.write() as session:
            kept = settings.get(session, key)
            if kept is None:
                settings.put(session, key, value)
            return value if kept is None else kept

    def set_settings(self, values: Mapping[str, Stored]) -> None:
        """Remember several values at once; None forgets."""
        with self._database.write() as session:
            for key, value in values.items():
                settings.put(session, key, value)

    def _name(self) -> None:
        """Make sure that the store's changes have a name; once they have one, it stays."""
        if not self._is_named:
            self._is_named = bool(self.site())

    # Versions

    def copies(self, bases: Mapping[str, Vector]) -> Iterable[RecordCopy]:
        """Records as they travel, one by one; `bases`: record id → what the other side has of it."""
        self._name()
        for record_id, base in bases.items():
            with self._database.read() as session:
                yield versions.copy_of(session, record_id, base)

    def vectors(self, record_ids: Iterable[str]) -> Mapping[str, Vector]:
        """What this store knows of each of these records."""
        self._name()
        with self._database.read() as session:
            return versions.vectors_of(session, tuple(record_ids))

    def outline(self, record_id: str, base: Vector) -> Outline:
        """The record's version and the files to bring to somebody who has `base` of it."""
        self._name()
        with self._database.read() as session:
            return versions.outline(session, record_id, base)

    def known(self, record_id: str) -> KnownRecord:
        """A record as it is here."""
        self._name()
        with self._database.read() as session:
            row = session.get(RecordRow, record_id)
            if row is None:
                return KnownRecord(None, False, {}, {})
            vector, heads = versions.vector_of(session, record_id), versions.head_changes(session, record_id)
            if row.deleted_at is not None:
                return KnownRecord(None, True, vector, heads)
            return KnownRecord(records.get(session, record_id), False, vector, heads)

    def conflicts(self, record_id: str | None = None) -> tuple[tuple[str, str], ...]:
        """(record id, field) of every field with several present changes."""
        with self._database.read() as session:
            return versions.conflicts(session, record_id)

    def changes(self, record_id: str) -> tuple[Change, ...]:
        """Every change of a record that may travel, in the order in which it came here."""
        self.site()
        with self._database.read() as session:
            return versions.changes_of(session, record_id)

    def content_version(self, record_id: str) -> int:
        """How many changes of content, and givings of a locking state, this store knows of a record."""
        with self._database.read() as session:
            return versions.content_version(session, record_id)

    def heads(self, record_id: str, field: str) -> tuple[Change, ...]:
        """The present changes of one field, the one that counts first."""
        self._name()
        with self._database.read() as session:
            return versions.head_changes(session, record_id).get(field, ())

    def settle(self, record_id: str, field: str, value: Stored, *, actor: str, digest: str = "") -> None:
        """Decide between the present changes of a field by writing it anew, locked or not.

        `digest`: by what an explanation counts (`core.rules.verdict.values_digest`); blank keeps what it has.

        Raises:
            NotAllowedError: another living form has that credit code.
        """
        with self._database.write() as session:
            row = records.live_row(session, record_id, lock=True)
            author = self._author(actor, "处理冲突")
            digests = {(field.removeprefix(EXPLANATION_PREFIX), str(value)): digest} if digest else {}
            taking_in.write_own(session, row, ((field, value),), author, digests)
            taking_in.settle_columns(session, row)
            number = row.verdict_number
            records.touch(row, author)
            if not RecordState(row.state).is_editable:
                row.verdict_number = number  # the one under which it was locked

    def ids(self, *, offices: Iterable[str] | None = None) -> tuple[str, ...]:
        """Ids of the living records that are no samples, of these offices or of all, by name."""
        query = select(RecordRow.id).where(RecordRow.deleted_at.is_(None), RecordRow.is_sample.is_(False))
        if offices is not None:
            query = query.where(RecordRow.office.in_(list(offices)))
        with self._database.read() as session:
            return tuple(session.scalars(query.order_by(RecordRow.search_text, RecordRow.id)))

    def shared_with(self, office: str, field: str) -> tuple[RecordSummary, ...]:
        """Living forms of other offices whose answer to `field` is this office, by name."""
        query = (
            select(RecordRow)
            .join(AnswerRow, (AnswerRow.record_id == RecordRow.id) & (AnswerRow.field == field))
            .where(
                RecordRow.deleted_at.is_(None), RecordRow.is_sample.is_(False), RecordRow.office != office,
                AnswerRow.value == office,
            )
        )
        with self._database.read() as session:
            rows = session.scalars(query.order_by(RecordRow.search_text, RecordRow.id))
            return tuple(listing.summary_of(row) for row in rows)

    # Receiving and taking back

    def take_in(
        self, receipt: Receipt, *, actor: str, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Take a file in, whole or not at all; gives its number in the inbox. What `progress` raises stops it.

        Raises:
            NotAllowedError: a record has changed since it was judged.
        """
        with self._database.write() as session:
            author = self._author(actor, f"{_SOURCE}：{receipt.file.file_name}")
            connection = session.connection()
            sites.ensure(session)  # before the recording: undoing must not take the store's own name away
            with undo.recorded(connection) as recording:
                taking_in.free_codes(session, receipt.writes)
                for done, write in enumerate(receipt.writes):
                    if progress is not None:
                        progress(done, len(receipt.writes))
                    taking_in.take_in(session, write, author)
                if progress is not None:
                    progress(1, 1)
                if receipt.library_of:
                    mirror.take(session, receipt.members, receipt.library_of, author)
                for record_id, vector in receipt.marks.items():
                    peers.mark(session, receipt.file.site, record_id, vector)
                if receipt.successor is not None:
                    peers.add(session, *receipt.successor, author)
                for key, value in (receipt.settings or {}).items():
                    settings.put(session, key, value)
                session.flush()
            inbox_id = boxes.note_received(session, receipt.file, author)
            session.add(UndoRow(
                inbox_id=inbox_id, statements=_packed(recording.statements), touched=_packed_pairs(recording.touched),
                digest=recording.digest,
            ))
            return inbox_id

    def drop_unattached(self, names: Sequence[str], files: EvidenceFiles) -> None:
        """Give up contents that came with a file which was not taken in, except where something points at them."""
        if not names:
            return
        with self._database.read() as session:
            attached = frozenset(session.scalars(select(EvidenceRow.sha256).distinct()))
        for name in names:
            if name.partition(".")[0] not in attached:
                files.drop(name)

    def last_received(self) -> InFile | None:
        """The file that `take_back` would take back: the last one that was not taken back."""
        return self.boxes.last_received()

    def take_back(self, inbox_id: int, *, actor: str) -> None:
        """Undo the receiving of a file: the content is exactly as before; the log keeps both steps.

        Raises:
            NotAllowedError: it is not the last one, or something has changed or gone out since.
        """
        with self._database.write() as session:
            row, log = _to_take_back(session, inbox_id)
            _refuse_undo(session, row)
            author = self._author(actor, "撤销接收")
            undo.take_back(
                session.connection(), _unpacked(log.statements), _unpacked_pairs(log.touched), log.digest
            )
            session.expire_all()
            row.undone_at, row.undone_by = author.at, author.actor

    def require_undoable(self, inbox_id: int) -> None:
        """Look whether `take_back` would go through, without doing it.

        Raises:
            NotAllowedError: it would not; the sentence says why.
        """
        with self._database.read() as session:
            row, log = _to_take_back(session, inbox_id)
            _refuse_undo(session, row)
            undo.require_unchanged(session.connection(), _unpacked_pairs(log.touched), log.digest)

    def library_lines(self, offices: Iterable[str]) -> tuple[SentMember, ...]:
        """The library's lines of these offices, members and leavers."""
        with self._database.read() as session:
            return mirror.lines(session, frozenset(offices))


def _own_sites(session: Session) -> frozenset[str]:
    return frozenset({sites.first(session), sites.current(session), *sites.former(session)} - {""})


def _to_take_back(session: Session, inbox_id: int) -> tuple[InboxRow, UndoRow]:
    row, log = session.get(InboxRow, inbox_id), session.get(UndoRow, inbox_id)
    if row is None:
        raise NotFoundError(f"没有编号为{inbox_id}的来件，请刷新后再选。")
    if log is None:  # the store was copied to a server since (see `core.store.moving_in`)
        raise NotAllowedError(f"“{row.file_name}”是数据搬到服务器以前接收的，不能整包撤销；请逐个单位退回。")
    return row, log


def _refuse_undo(session: Session, row: InboxRow) -> None:
    if row.undone_at is not None:
        raise NotAllowedError(f"“{row.file_name}”已经撤销过了。")
    later = select(InboxRow.file_name).where(InboxRow.id > row.id, InboxRow.undone_at.is_(None))
    name = session.scalars(later).first()
    if name is not None:
        raise NotAllowedError(f"“{row.file_name}”之后又收了“{name}”，请先撤销后收的。")
    sent = session.scalars(select(OutboxRow.file_name).where(OutboxRow.id > row.sent_before)).first()
    if sent is not None:
        raise NotAllowedError(f"“{row.file_name}”接收以后已经写出“{sent}”，对方可能已经收到，不能再撤销。")


def _packed(lines: Sequence[str]) -> Stored:
    """A long log as one short text."""
    return zlib.compress("\x00".join(lines).encode(), 6).hex()


def _unpacked(value: object) -> list[str]:
    text = zlib.decompress(bytes.fromhex(cast(str, value))).decode()
    return text.split("\x00") if text else []


def _packed_pairs(pairs: Sequence[Sequence[str]]) -> Stored:
    return _packed([part for pair in pairs for part in pair])


def _unpacked_pairs(value: object) -> list[list[str]]:
    parts = _unpacked(value)
    return [list(pair) for pair in zip(parts[::2], parts[1::2], strict=True)]



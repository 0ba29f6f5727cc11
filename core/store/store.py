"""The store as the rest of the program sees it: frozen objects in and out, one transaction per call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from core.domain.enums import Eligibility, RecordState
from core.domain.errors import StoreError
from core.domain.records import Evidence, FieldChange, Record, RecordEvent, RecordSummary, VerdictNote
from core.domain.values import Answers, Stored
from core.infra.atomic_files import shown
from core.infra.clock import Clock
from core.infra.paths import DATABASE_FILE as DATABASE_FILE
from core.infra.paths import where_else
from core.infra.server_address import LocalMemory, ServerAddress, read_address
from core.store import backup as backups
from core.store import evidence, history, listing, migrate, records, settings
from core.store.changes import Changes
from core.store.engine import BUSY_TIMEOUT_MS, Database, sqlite_database
from core.store.evidence_files import FOLDER as EVIDENCE_FOLDER
from core.store.evidence_files import EvidenceFiles
from core.store.history import Author
from core.store.listing import RecordFilter, RecordOrder
from core.store.mapping import column_text
from core.store.tables import RecordRow
from core.store.this_pc import ThisPc

if TYPE_CHECKING:
    from core.store.exchange.store import ExchangeStore
    from core.store.library.store import LibraryStore

_WINDOW: Final = "window"


def open_store(
    folder: Path, clock: Clock, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS, tell: Callable[[str], None] | None = None
) -> Store:
    """Open the store in that folder, or on the server that the folder names (`core.infra.server_address`).

    One in the folder is created when new, and upgraded (after a backup) when old; `tell` is told so.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"不能建立数据文件夹“{shown(folder)}”。{where_else(folder)}") from error
    address = read_address(folder)
    if address is not None:
        from core.store.server import open_server

        return Store(folder, open_server(address, busy_timeout_ms=busy_timeout_ms), clock, address)
    database = sqlite_database(folder / DATABASE_FILE, busy_timeout_ms=busy_timeout_ms)
    try:
        migrate.bring_up_to_date(database, folder, clock.now(), tell)
        database.require_writable()
    except BaseException:
        database.close()
        raise
    store = Store(folder, database, clock)
    store.files.remove_leftovers()
    return store


class Store:
    """Every method is one transaction, on the disk when it returns; refusals are one Chinese sentence."""

    def __init__(self, folder: Path, database: Database, clock: Clock, address: ServerAddress | None = None) -> None:
        self.folder = folder
        self.address = address
        self.files = EvidenceFiles(folder / EVIDENCE_FOLDER if address is None else address.evidence)
        self.this_pc = ThisPc(database, LocalMemory(folder) if address is not None else None)
        self.changes = Changes(database, clock)
        self._database = database
        self._clock = clock

    @cached_property
    def library(self) -> LibraryStore:
        """Units, windows, rosters: imported when first asked for, so that the list of forms need not wait for it."""
        from core.store.library.store import LibraryStore

        return LibraryStore(self._database, self._clock)

    @cached_property
    def exchange(self) -> ExchangeStore:
        """What was sent and received; imported when first asked for."""
        from core.store.exchange.store import ExchangeStore

        return ExchangeStore(self._database, self._clock)

    def __enter__(self) -> Self:
        """Use the store in a `with` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it at the end of the block."""
        self.close()

    def close(self) -> None:
        """Let go of the database file."""
        self._database.close()

    def snapshot(self) -> AbstractContextManager[None]:
        """A block whose reads all see one state, whoever writes meanwhile; it must not read what it writes itself."""
        return self._database.snapshot()

    # Records

    def create_record(
        self,
        form: str,
        answers: Answers,
        *,
        office: str,
        pack_version: str,
        actor: str,
        source: str,
        is_sample: bool = False,
        period: str = "",
    ) -> Record:
        """A new draft; unit, code and (where given) office are taken from the answers."""
        row = RecordRow(
            form=form,
            office=column_text(office, limit=records.MAX_OFFICE),
            pack_version=pack_version,
            is_sample=is_sample,
            period=period,
        )
        with self._database.write() as session:
            return records.create(session, row, answers, self._author(actor, source))

    def get(self, record_id: str) -> Record:
        """The record with that id."""
        with self._database.read() as session:
            return records.get(session, record_id)

    @property
    def is_shared(self) -> bool:
        """True for a store on a server, into which several clerks write at the same time."""
        return not self._database.is_sqlite

    def find(self, credit_code: str, form: str | None = None) -> tuple[Record, ...]:
        """The records of a unit; the code may be typed with spaces, full-width or in lower case."""
        with self._database.read() as session:
            return records.find(session, credit_code, form)

    def list_records(
        self,
        *,
        query: str = "",
        form: str | None = None,
        state: RecordState | None = None,
        eligibility: Eligibility | None = None,
        office: str | None = None,
        order: RecordOrder = "updated",
        descending: bool = False,
        limit: int = 200,
        offset: int = 0,
    ) -> tuple[RecordSummary, ...]:
        """One page; `query` finds names, codes, pinyin and initials; "updated" lists the newest first."""
        wanted = RecordFilter(query, form, state, eligibility, office)
        with self._database.read() as session:
            return listing.page(session, wanted, order, descending=descending, limit=limit, offset=offset)

    def count_records(
        self,
        *,
        query: str = "",
        form: str | None = None,
        state: RecordState | None = None,
        eligibility: Eligibility | None = None,
        office: str | None = None,
    ) -> int:
        """How many records the same filters leave."""
        with self._database.read() as session:
            return listing.count(session, RecordFilter(query, form, state, eligibility, office))

    def set_answers(
        self, record_id: str, changes: Mapping[str, Stored], *, actor: str, source: str,
        period: Callable[[Answers], str] | None = None, expected: Mapping[str, Stored] | None = None,
        judge: Callable[[Record], VerdictNote] | None = None,
    ) -> Record:
        """Save answers of a draft; only real changes count and are kept in the history; a blank removes.

        `period` tells the record apart from now on, by its answers (see `core.domain.reports`); None leaves it.
        `expected` are the answers as the writer was shown them; over another one nothing is written. `judge` checks
        what is saved, for the list to show; it is not asked where nothing changed.

        Raises:
            EditedElsewhereError: somebody else changed one of `expected` meanwhile to what is not wanted here.
        """
        with self._database.write() as session:
            author = self._author(actor, source)
            return records.set_answers(session, record_id, changes, author, period, expected, judge)

    def set_explanation(
        self, record_id: str, rule: str, text: str, values_digest: str, *, actor: str, source: str,
        expected: str | None = None,
    ) -> Record:
        """Write the explanation of a finding of a draft; a blank text removes it; `expected` as for answers."""
        with self._database.write() as session:
            author = self._author(actor, source)
            return records.set_explanation(session, record_id, rule, text, values_digest, author, expected)

    def note_verdict(
        self,
        record_id: str,
        revision: int,
        eligibility: Eligibility,
        open_count: int,
        verdict_number: str,
        checked_on: date,
    ) -> None:
        """Remember the check of a revision for the list; dropped when the record has changed since."""
        with self._database.write() as session:
            records.note_verdict(session, record_id, revision, eligibility, open_count, verdict_number, checked_on)

    def unchecked_drafts(self, day: date, limit: int) -> tuple[str, ...]:
        """Ids of drafts without a verdict of that day, most recently changed first."""
        with self._database.read() as session:
            return listing.unchecked_drafts(session, day, limit)

    def set_state(
        self,
        record_id: str,
        state: RecordState,
        *,
        actor: str,
        source: str,
        verdict_number: str | None = None,
        detail: str = "",
        expected: Record | None = None,
    ) -> Record:
        """Move the record on in its life, as an event; refused when it is no longer as the caller judged it."""
        with self._database.write() as session:
            author = self._author(actor, source)
            return records.set_state(session, record_id, state, author, verdict_number, detail, expected)

    def delete_record(
        self, record_id: str, actor: str, *, source: str = _WINDOW, expected: datetime | None = None
    ) -> None:
        """Hide a draft; its history stays, its credit code is free again, a prospect that became it is open again.

        `expected` is when the caller saw it changed last; refused if it was changed since.
        """
        from core.store.library import prospects

        with self._database.write() as session:
            author = self._author(actor, source)
            records.delete_draft(session, record_id, author, expected)
            prospects.give_back(session, record_id, self._clock.today(), author)

    # History

    def add_event(
        self,
        record_id: str,
        kind: str,
        *,
        actor: str,
        source: str,
        verdict_number: str | None = None,
        detail: str = "",
    ) -> None:
        """Add a step to the record's life."""
        author = self._author(actor, source)
        with self._database.write() as session:
            records.live_row(session, record_id)
            records.add_event(session, record_id, kind, author, verdict_number=verdict_number, detail=detail)

    def events(self, record_id: str) -> tuple[RecordEvent, ...]:
        """The steps of a record's life, oldest first; also of a deleted one."""
        with self._database.read() as session:
            return history.record_events(session, record_id)

    def history(self, record_id: str, field: str | None = None) -> tuple[FieldChange, ...]:
        """The changes of one field or of all, oldest first; also of a deleted record."""
        with self._database.read() as session:
            return history.field_history(session, record_id, field)

    def verify_history(self) -> tuple[str, ...]:
        """What is wrong with the hash chain over the history; empty when it is sound."""
        with self._database.read() as session:
            return history.chain_problems(session)

    # Evidence

    def attach(
        self,
        record_id: str,
        field: str,
        source_path: Path,
        *,
        actor: str,
        set_answer: bool = True,
        source: str = _WINDOW,
        expected: Mapping[str, Stored] | None = None,
    ) -> Evidence:
        """Copy a file in and put it to a field; without `set_answer` the caller sets the answer (repeat rows).

        `expected` holds the field's answer as the caller saw it, as for `set_answers`.
        """
        with self._database.read() as session:
            records.live_row(session, record_id)
        file = self.files.add(source_path)
        with self._database.write() as session:
            author = self._author(actor, source)
            return evidence.attach(session, record_id, field, file, author, set_answer=set_answer, expected=expected)

    def detach(self, evidence_id: str, *, actor: str, source: str = _WINDOW) -> None:
        """Take a file off its record; the content stays for the history."""
        with self._database.write() as session:
            evidence.detach(session, evidence_id, self._author(actor, source))

    def evidence(self, record_id: str) -> tuple[Evidence, ...]:
        """The files attached to a record at present."""
        with self._database.read() as session:
            return evidence.of_record(session, record_id)

    def evidence_by_id(self, evidence_id: str) -> Evidence:
        """One file, attached or removed: what an answer or a history line refers to."""
        with self._database.read() as session:
            return evidence.get(session, evidence_id)

    def evidence_path(self, item: Evidence) -> Path:
        """Where the content lies, for viewing; NotFoundError when it is gone."""
        return self.files.path(item.sha256, item.file_name)

    # Settings, copies, checks

    def get_setting(self, key: str) -> Stored:
        """The value, or None when it was never set."""
        with self._database.read() as session:
            return settings.get(session, key)

    def set_setting(self, key: str, value: Stored) -> None:
        """Remember a value; None forgets it."""
        with self._database.write() as session:
            settings.put(session, key, value)

    def active_pack(self) -> str | None:
        """The digest of the policy pack that was put in use; None while that is the shipped one."""
        with self._database.read() as session:
            return settings.active_pack(session)

    def backup(self, to: Path) -> Path:
        """Copy the database (not the attached files) to a file or into a folder, checked; gives the copy."""
        target = to / backups.backup_name(self._clock.now()) if to.is_dir() else to
        backups.back_up(self._database, target)
        return target

    def kept_files(self) -> tuple[backups.KeptFile, ...]:
        """Every file that was ever attached, by the unit's name."""
        return backups.kept_files(self._database)

    def integrity_problems(self) -> tuple[str, ...]:
        """Damage in the database file, as sentences; empty when it is sound."""
        return backups.integrity_problems(self._database)

    def _author(self, actor: str, source: str) -> Author:
        return Author(column_text(actor), column_text(source), self._clock.now())

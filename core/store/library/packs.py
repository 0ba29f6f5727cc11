"""Policy packs that are kept: those that windows used, that the bureau sent, and the one in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.errors import NotFoundError
from core.domain.records import RecordEvent
from core.domain.values import Stored
from core.store import history, settings
from core.store.library.part import Part
from core.store.library_tables import PackRow
from core.store.tables import RecordRow

#: Setting: the packs that wait to be used.
OFFERED: Final = "policy:offered"


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A kept pack without its content."""

    digest: str
    label: str
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack that came with a file and waits to be used; `received_at` is ISO text."""

    digest: str
    label: str
    source: str
    received_at: str


class Packs(Part):
    """Policy packs: kept for good, offered, in use."""

    def has(self, digest: str) -> bool:
        """True when that pack is kept already."""
        with self._database.read() as session:
            return session.get(PackRow, digest) is not None

    def put(self, digest: str, label: str, content: bytes) -> None:
        """Keep a pack unless it is there already."""
        with self._database.write() as session:
            keep(session, digest, label, content, self._clock.now())

    def content(self, digest: str) -> bytes:
        """The zip of the pack's data files.

        Raises:
            NotFoundError: it was never kept.
        """
        with self._database.read() as session:
            row = session.get(PackRow, digest)
            if row is None:
                raise NotFoundError(f"没有保存编号为“{digest[:12]}”的政策包，不能按当时的政策重新校核。")
            return row.content

    def all(self) -> tuple[KeptPack, ...]:
        """Every kept pack, the first kept first."""
        query = select(PackRow.digest, PackRow.label, PackRow.kept_at).order_by(PackRow.kept_at, PackRow.digest)
        with self._database.read() as session:
            return tuple(KeptPack(digest, label, kept_at) for digest, label, kept_at in session.execute(query))

    def active(self) -> str | None:
        """The digest of the pack that was put in use; None while that is the shipped one."""
        with self._database.read() as session:
            return settings.active_pack(session)

    def offers(self) -> tuple[Offer, ...]:
        """The packs that wait to be used, the first received first."""
        with self._database.read() as session:
            return _offers(session)

    def offer(self, digest: str, label: str, content: bytes, source: str) -> None:
        """Keep a pack and note that it waits; once is enough."""
        with self._database.write() as session:
            now = self._clock.now()
            keep(session, digest, label, content, now)
            waiting = _offers(session)
            if digest not in {offer.digest for offer in waiting}:
                _set_offers(session, (*waiting, Offer(digest, label, source, now.isoformat())))

    def use(self, digest: str, before: tuple[str, str, bytes]) -> None:
        """Put a kept pack in use from now on; the one before (digest, label, content) is kept for its forms."""
        with self._database.write() as session:
            keep(session, *before, self._clock.now())
            settings.put(session, settings.ACTIVE_PACK, digest)
            _set_offers(session, tuple(offer for offer in _offers(session) if offer.digest != digest))

    def refile(self, record_id: str, label: str, *, actor: str) -> None:
        """Note that a form is filled under that pack from now on; its answers, revision and verdict stay."""
        with self._database.write() as session:
            row, author = session.get(RecordRow, record_id), self._author(actor, "政策包")
            if row is None or row.pack_version == label:
                return
            row.pack_version = label
            event = RecordEvent(record_id, "repacked", author.at, author.actor, author.source, None, label)
            history.append_event(session, event)


def keep(session: Session, digest: str, label: str, content: bytes, at: datetime) -> None:
    """Keep a pack unless it is there already."""
    if session.get(PackRow, digest) is None:
        session.add(PackRow(digest=digest, label=label, content=content, kept_at=at))
        session.flush()


def _offers(session: Session) -> tuple[Offer, ...]:
    value = settings.get(session, OFFERED)
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    names = ("digest", "label", "source", "received_at")
    return tuple(Offer(*(str(row.get(name, "")) for name in names)) for row in rows)


def _set_offers(session: Session, offers: tuple[Offer, ...]) -> None:
    settings.put(session, OFFERED, cast(Stored, [asdict(offer) for offer in offers]) if offers else None)

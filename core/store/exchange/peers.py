"""Enrolled workstations, by their keys, and what their stores are known to have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.exchange import Party, Vector, joined
from core.store.exchange_tables import PeerMarkRow, PeerRow
from core.store.history import Author
from core.store.library.part import Part
from core.store.mapping import column_text


@dataclass(frozen=True, slots=True)
class Peer:
    """An enrolled workstation. `key` is its public key as hex."""

    id: int
    party: Party
    key: str
    name: str
    enrolled_at: datetime
    enrolled_by: str
    retired_at: datetime | None


class Peers(Part):
    """Enrolled workstations."""

    def all(self) -> tuple[Peer, ...]:
        """Every workstation, retired ones too, in the order of enrolment."""
        with self._database.read() as session:
            return tuple(_peer(row) for row in session.scalars(select(PeerRow).order_by(PeerRow.id)))

    def by_key(self, key: str) -> Peer | None:
        """The workstation with that public key (hex)."""
        with self._database.read() as session:
            row = find(session, key)
            return None if row is None else _peer(row)

    def enrol(self, party: Party, key: str, name: str, *, actor: str) -> Peer:
        """Trust a key from now on; a retired one is taken up again."""
        with self._database.write() as session:
            return _peer(add(session, party, key, name, self._author(actor, "")))

    def retire(self, peer_id: int) -> Peer:
        """Trust a key no longer."""
        with self._database.write() as session:
            row = session.get(PeerRow, peer_id)
            if row is None:
                raise NotFoundError("没有这台工作站的登记，请刷新后再看。")
            row.retired_at = self._clock.now()
            return _peer(row)

    def marks(self, site: str) -> Mapping[str, Vector]:
        """Record id → what that store is known to have of it."""
        with self._database.read() as session:
            return marks_of(session, site)

    def marks_of_sites(self, sites: Iterable[str]) -> Mapping[str, Vector]:
        """Record id → what all of these stores together are known to have."""
        found: dict[str, Vector] = {}
        with self._database.read() as session:
            for site in sites:
                for record_id, vector in marks_of(session, site).items():
                    found[record_id] = joined(found.get(record_id, {}), vector)
        return found


def find(session: Session, key: str) -> PeerRow | None:
    """The row of that public key."""
    return session.scalars(select(PeerRow).where(PeerRow.key == key)).first()


def add(session: Session, party: Party, key: str, name: str, author: Author) -> PeerRow:
    """Enrol a key inside a transaction.

    Raises:
        NotAllowedError: it is another office's already.
    """
    row = find(session, key)
    if row is not None and (row.role, row.office) != (party.role.value, party.office):
        raise NotAllowedError(f"这台工作站已经登记为“{row.name}”，不能再登记给别的单位，请先核对。")
    if row is None:
        row = PeerRow(
            role=party.role.value, office=party.office, key=key, name=column_text(name), enrolled_at=author.at,
            enrolled_by=author.actor,
        )
        session.add(row)
    row.retired_at = None
    session.flush()
    return row


def marks_of(session: Session, site: str) -> dict[str, Vector]:
    """Record id → what that store is known to have of it."""
    query = select(PeerMarkRow).where(PeerMarkRow.site == site)
    return {row.record_id: cast("dict[str, int]", row.vector) for row in session.scalars(query)}


def mark(session: Session, site: str, record_id: str, vector: Vector) -> None:
    """Remember that a store has this much of a record; what it once had, it has."""
    row = session.get(PeerMarkRow, (site, record_id))
    if row is None:
        session.add(PeerMarkRow(site=site, record_id=record_id, vector=dict(vector)))
    else:
        row.vector = joined(cast("dict[str, int]", row.vector), vector)


def _peer(row: PeerRow) -> Peer:
    return Peer(
        row.id, Party(Role(row.role), row.office), row.key, row.name, row.enrolled_at, row.enrolled_by, row.retired_at
    )

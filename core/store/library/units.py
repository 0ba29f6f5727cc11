"""Units by id and by code, and what changed of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Unit, UnitChange, UnitChangeKind
from core.store.history import Author
from core.store.library.part import Part
from core.store.library_tables import UnitChangeRow, UnitRow
from core.store.mapping import column_text
from core.store.records import MAX_OFFICE
from core.store.search import search_terms, search_text


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """Name, code and office of a unit as they were on some day."""

    unit_name: str
    credit_code: str
    office: str


class Units(Part):
    """Units by id and by code, and what changed of them."""

    def get(self, unit_id: str) -> Unit:
        """The unit with that id."""
        with self._database.read() as session:
            return unit_of(live(session, unit_id))

    def by_code(self, credit_code: str) -> Unit | None:
        """The unit that has, or once had, that normalised code."""
        with self._database.read() as session:
            row = find_by_code(session, credit_code)
            return None if row is None else unit_of(row)

    def search(self, query: str, limit: int = 50) -> tuple[Unit, ...]:
        """Units by name or code, present or earlier, by pinyin or initials."""
        wanted = [UnitRow.search_text.contains(term, autoescape=True) for term in search_terms(query)]
        with self._database.read() as session:
            found = select(UnitRow).where(*wanted).order_by(UnitRow.search_text, UnitRow.id).limit(limit)
            return tuple(unit_of(row) for row in session.scalars(found))

    def change(
        self, unit_id: str, kind: UnitChangeKind, *, after: str, happened_on: date, note: str, actor: str
    ) -> Unit:
        """Give the unit another name, code or office from that day on; what it was stays in its changes."""
        with self._database.write() as session:
            row = live(session, unit_id)
            new = column_text(after, limit=MAX_OFFICE if kind is UnitChangeKind.OFFICE else 200)
            other = find_by_code(session, new) if kind is UnitChangeKind.CODE else None
            if other is not None and other.id != row.id:
                raise NotAllowedError(
                    f"信用代码{new}已经是“{other.unit_name}”的（现用或曾用），请核对，或按“并入”办理。"
                )
            append_change(session, row, kind, after=new, happened_on=happened_on, note=note,
                          author=self._author(actor, "变更"))
            setattr(row, kind.value, new)
            row.search_text = _search_text(session, row)
            return unit_of(row)

    def changes(self, unit_id: str) -> tuple[UnitChange, ...]:
        """What changed of the unit, oldest first."""
        with self._database.read() as session:
            query = select(UnitChangeRow).where(UnitChangeRow.unit_id == unit_id).order_by(UnitChangeRow.sequence)
            return tuple(_change_of(row) for row in session.scalars(query))


def live(session: Session, unit_id: str) -> UnitRow:
    """The row of a unit.

    Raises:
        NotFoundError: there is none.
    """
    row = session.get(UnitRow, unit_id)
    if row is None:
        raise NotFoundError(f"培育库中没有编号为“{unit_id}”的单位。请刷新后再选。")
    return row


def find_by_code(session: Session, credit_code: str) -> UnitRow | None:
    """The unit that has that code now, else the one that had it once."""
    if not credit_code:
        return None
    now = session.scalars(select(UnitRow).where(UnitRow.credit_code == credit_code)).first()
    if now is not None:
        return now
    once = (
        select(UnitChangeRow.unit_id)
        .where(UnitChangeRow.kind == UnitChangeKind.CODE.value, UnitChangeRow.before == credit_code)
        .order_by(UnitChangeRow.sequence.desc())
    )
    unit_id = session.scalars(once).first()
    return None if unit_id is None else session.get(UnitRow, unit_id)


def ensure(session: Session, *, unit_name: str, credit_code: str, office: str, author: Author) -> UnitRow:
    """The unit with that code, made when it is new to the library."""
    found = find_by_code(session, credit_code)
    if found is not None:
        return found
    row = UnitRow(
        id=str(uuid4()), credit_code=credit_code, unit_name=column_text(unit_name),
        office=column_text(office, limit=MAX_OFFICE), search_text=search_text(unit_name, credit_code),
        created_at=author.at,
    )
    session.add(row)
    session.flush()
    return row


def append_change(
    session: Session, row: UnitRow, kind: UnitChangeKind, *, after: str, happened_on: date, note: str, author: Author
) -> None:
    """Add a change to the unit's history; the row itself is the caller's to change."""
    before = row.unit_name if kind is UnitChangeKind.MERGED else getattr(row, kind.value)
    session.execute(
        insert(UnitChangeRow).values(
            unit_id=row.id, kind=kind.value, happened_on=happened_on, before=before, after=after,
            note=column_text(note, limit=2000), recorded_by=author.actor, recorded_at=author.at,
        )
    )


def _search_text(session: Session, row: UnitRow) -> str:
    """The present name and code first, so that lists sort by them; then what the unit was called before."""
    kinds = (UnitChangeKind.NAME.value, UnitChangeKind.CODE.value)
    query = select(UnitChangeRow.kind, UnitChangeRow.before).where(
        UnitChangeRow.unit_id == row.id, UnitChangeRow.kind.in_(kinds)
    )
    earlier = [
        search_text(before, "") if kind == UnitChangeKind.NAME.value else search_text("", before)
        for kind, before in session.execute(query.order_by(UnitChangeRow.sequence.desc()))
    ]
    return " ".join(dict.fromkeys((search_text(row.unit_name, row.credit_code), *earlier)))


def facts_on(session: Session, day: date, unit_ids: Iterable[str] | None = None) -> Mapping[str, UnitFacts]:
    """Name, code and office of units (of all when none are named) as they were on that day."""
    units = session.execute(select(UnitRow.id, UnitRow.unit_name, UnitRow.credit_code, UnitRow.office)).all()
    wanted = None if unit_ids is None else set(unit_ids)
    later = (
        select(UnitChangeRow.unit_id, UnitChangeRow.kind, UnitChangeRow.before)
        .where(UnitChangeRow.happened_on > day, UnitChangeRow.kind != UnitChangeKind.MERGED.value)
        # Walked from the newest back: the oldest change after the day says how it was.
        .order_by(UnitChangeRow.happened_on.desc(), UnitChangeRow.sequence.desc())
    )
    was: dict[tuple[str, str], str] = {(row.unit_id, row.kind): row.before for row in session.execute(later)}
    return {
        u.id: UnitFacts(
            was.get((u.id, UnitChangeKind.NAME.value), u.unit_name),
            was.get((u.id, UnitChangeKind.CODE.value), u.credit_code),
            was.get((u.id, UnitChangeKind.OFFICE.value), u.office),
        )
        for u in units
        if wanted is None or u.id in wanted
    }


def unit_of(row: UnitRow) -> Unit:
    """A unit as callers get it."""
    return Unit(row.id, row.credit_code, row.unit_name, row.office)


def _change_of(row: UnitChangeRow) -> UnitChange:
    return UnitChange(
        row.sequence, row.unit_id, UnitChangeKind(row.kind), row.happened_on, row.before, row.after, row.note,
        row.recorded_by, row.recorded_at,
    )



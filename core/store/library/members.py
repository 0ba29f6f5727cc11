"""Who is in the library, and who was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import LeaveGround, Membership, Tier, UnitChangeKind
from core.store import records
from core.store.history import Author
from core.store.library import levels, units
from core.store.library.part import Part
from core.store.library_tables import MembershipRow, UnitRow
from core.store.mapping import column_text
from core.store.search import search_terms
from core.store.tables import RecordRow

MAX_REASON: Final = 2000
_TIERS: Final = {tier.value: tier for tier in Tier}


class Members(Part):
    """Who is in the library, and who was."""

    def get(self, membership_id: str) -> Membership:
        """The membership with that id, in force or ended."""
        with self._database.read() as session:
            return membership_of(session, membership_id)

    def active(
        self, *, kind: str | None = None, office: str | None = None, tier: Tier | None = None, query: str = "",
        as_of: date | None = None,
    ) -> tuple[Membership, ...]:
        """Members of today, or of a day gone by, in the order of office and name (as they were that day)."""
        wanted = [UnitRow.search_text.contains(term, autoescape=True) for term in search_terms(query)]
        if kind is not None:
            wanted.append(MembershipRow.kind == kind)
        if tier is not None:
            wanted.append(MembershipRow.tier == tier.value)
        with self._database.read() as session:
            found = members_on(session, as_of, wanted)
        return tuple(m for m in found if office is None or m.office == office)

    def of_units(self, unit_ids: Iterable[str]) -> tuple[Membership, ...]:
        """Every membership of these units, ended ones too, oldest first."""
        with self._database.read() as session:
            return of_units(session, tuple(unit_ids))

    def ended(self) -> tuple[Membership, ...]:
        """Every membership that has ended, the latest first."""
        query = _select().where(MembershipRow.left_on.is_not(None))
        with self._database.read() as session:
            latest = MembershipRow.left_on.desc().nulls_last()
            rows = session.execute(query.order_by(latest, UnitRow.search_text)).all()
            return tuple(_of(row) for row in rows)

    def of_record(self, record_id: str) -> Membership | None:
        """The membership that a form led to."""
        with self._database.read() as session:
            query = _select().where(MembershipRow.record_id == record_id).order_by(MembershipRow.admitted_on.desc())
            row = session.execute(query).first()
            return None if row is None else _of(row)

    def enrol(
        self, *, unit_name: str, credit_code: str, kind: str, office: str, admitted_on: date, industry_code: str,
        tier: Tier, actor: str,
    ) -> Membership:
        """补录: a member from before this program, without a form."""
        with self._database.write() as session:
            author = self._author(actor, "补录")
            unit = units.ensure(session, unit_name=unit_name, credit_code=credit_code, office=office, author=author)
            row = admit(session, unit, kind=kind, industry_code=industry_code, record_id=None, window_id=None,
                        day=admitted_on, tier=tier)
            return membership_of(session, row.id)

    def merge(self, unit_id: str, into_id: str, *, happened_on: date, note: str, actor: str) -> tuple[Membership, ...]:
        """End the memberships of a unit that another one took over; gives them."""
        with self._database.write() as session:
            author = self._author(actor, "变更")
            row, into = units.live(session, unit_id), units.live(session, into_id)
            units.append_change(session, row, UnitChangeKind.MERGED, after=into.id, happened_on=happened_on, note=note,
                                author=author)
            ending = [m for m in of_units(session, (unit_id,)) if m.is_active]
            for membership in ending:
                leave(session, membership.id, happened_on, LeaveGround.MERGED, f"并入“{into.unit_name}”", author)
            return tuple(membership_of(session, m.id) for m in ending)


def admit(
    session: Session, unit: UnitRow, *, kind: str, industry_code: str, record_id: str | None, window_id: int | None,
    day: date, tier: Tier = Tier.DISTRICT,
) -> MembershipRow:
    """Put a unit into the library; the same kind twice is refused."""
    if active_of(session, unit.id, kind) is not None:
        raise NotAllowedError(f"“{unit.unit_name}”已经在培育库中（同一类别），同一类别不能重复入库（三(二)2）。")
    row = MembershipRow(
        id=str(uuid4()), unit_id=unit.id, kind=kind, industry_code=column_text(industry_code), record_id=record_id,
        admitted_on=day, window_id=window_id, tier=tier.value, left_reason="",
    )
    session.add(row)
    session.flush()
    return row


def leave(
    session: Session, membership_id: str, day: date, ground: LeaveGround, reason: str, author: Author
) -> None:
    """End a membership and what it held at city and nation; its form is closed too."""
    row = session.get(MembershipRow, membership_id)
    if row is None or row.left_on is not None:
        raise NotAllowedError("该单位已经不在培育库中，请刷新后再办。")
    levels.end_all(session, membership_id, day, reason, ground.clause, author)
    row.left_on, row.left_ground, row.left_reason = day, ground.value, column_text(reason, limit=MAX_REASON)
    record = session.get(RecordRow, row.record_id) if row.record_id else None
    if record is not None and record.state == RecordState.ADMITTED.value:
        detail = f"{ground.label}：{reason}"
        records.enter_state(session, record, RecordState.REMOVED, author, detail=detail)
        records.add_event(session, record.id, RecordState.REMOVED.value, author, detail=detail)
    session.flush()


def active_of(session: Session, unit_id: str, kind: str) -> MembershipRow | None:
    """The membership of that unit in that kind that is in force."""
    query = select(MembershipRow).where(
        MembershipRow.unit_id == unit_id, MembershipRow.kind == kind, MembershipRow.left_on.is_(None)
    )
    return session.scalars(query).first()


def membership_of(session: Session, membership_id: str) -> Membership:
    """The membership with that id.

    Raises:
        NotFoundError: there is none.
    """
    row = session.execute(_select().where(MembershipRow.id == membership_id)).first()
    if row is None:
        raise NotFoundError(f"培育库中没有编号为“{membership_id}”的单位。请刷新后再选。")
    return _of(row)


def of_units(session: Session, unit_ids: Sequence[str]) -> tuple[Membership, ...]:
    """Every membership of these units, oldest first."""
    query = _select().where(MembershipRow.unit_id.in_(unit_ids))
    rows = session.execute(query.order_by(MembershipRow.admitted_on, MembershipRow.id)).all()
    return tuple(_of(row) for row in rows)


def members_on(
    session: Session, day: date | None, conditions: Sequence[ColumnElement[bool]] = ()
) -> tuple[Membership, ...]:
    """Members of today (None) or of a day gone by: with the names, codes and offices of that day."""
    query = _select().where(*conditions)
    if day is None:
        query = query.where(MembershipRow.left_on.is_(None))
    else:
        query = query.where(
            MembershipRow.admitted_on <= day, or_(MembershipRow.left_on.is_(None), MembershipRow.left_on > day)
        )
    rows = session.execute(query.order_by(UnitRow.office, UnitRow.search_text, MembershipRow.kind)).all()
    found = tuple(_of(row) for row in rows)
    if day is None:
        return found
    facts = units.facts_on(session, day)
    held = levels.tiers_on(session, day)
    return tuple(
        replace(
            m, unit_name=facts[m.unit_id].unit_name, credit_code=facts[m.unit_id].credit_code,
            office=facts[m.unit_id].office, tier=held.get(m.id, m.tier),
        )
        for m in found
    )


def _select() -> Select[*tuple[Any, ...]]:
    """Plain columns in the order of `Membership`: thousands of mapped objects would cost a page its time."""
    row, unit = MembershipRow, UnitRow
    return select(
        row.id, row.unit_id, unit.unit_name, unit.credit_code, row.kind, unit.office, row.industry_code, row.record_id,
        row.admitted_on, row.window_id, row.tier, row.left_on, row.left_ground, row.left_reason, unit.created_at,
    ).join(unit, unit.id == row.unit_id)


def _of(found: Row[*tuple[Any, ...]]) -> Membership:
    (membership_id, unit_id, name, code, kind, office, industry, record_id, admitted_on, window_id, tier, left_on,
     ground, reason, created_at) = found
    return Membership(
        membership_id, unit_id, name, code, kind, office, industry, record_id, admitted_on, window_id, _TIERS[tier],
        left_on, LeaveGround(ground) if ground else None, reason, created_at.astimezone().date(),
    )

"""Numbers for the cockpit, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, select

from core.domain.enums import RecordState
from core.domain.library import LeaveGround, RosterChange, Tier
from core.domain.prospects import ProspectState
from core.store.library.part import Part
from core.store.library_tables import MembershipRow, ProspectRow, RosterLineRow, RosterRow, UnitRow
from core.store.tables import RecordRow

_DIVISION = 2
_REMOVALS = tuple(ground.value for ground in LeaveGround if ground.is_removal)
_WAITING = (RecordState.RECOMMENDED.value, RecordState.RECEIVED.value)


@dataclass(frozen=True, slots=True)
class MemberCount:
    """How many members are alike in all of this; `division` is the first two digits of GB/T 4754."""

    kind: str
    office: str
    division: str
    tier: Tier
    year: int
    count: int


@dataclass(frozen=True, slots=True)
class RosterCount:
    """How many units of one kind stand on a roster; `kind` is blank on a roster without units."""

    number: int
    title: str
    closed_on: date
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class NextStep:
    """What an office means to do next with a prospect, and until when."""

    prospect_id: str
    unit_name: str
    step: str
    on: date


class Counts(Part):
    """Numbers for the cockpit, counted by the database."""

    def members(self) -> tuple[MemberCount, ...]:
        """Who is in the library now; every count of the cockpit is a sum of these."""
        division = func.substr(MembershipRow.industry_code, 1, _DIVISION)
        year = extract("year", MembershipRow.admitted_on)
        alike = (MembershipRow.kind, UnitRow.office, division, MembershipRow.tier, year)
        query = (
            select(*alike, func.count())
            .join(UnitRow, UnitRow.id == MembershipRow.unit_id)
            .where(MembershipRow.left_on.is_(None))
            .group_by(*alike)
        )
        with self._database.read() as session:
            return tuple(
                MemberCount(kind, office, found, Tier(tier), int(admitted), count)
                for kind, office, found, tier, admitted, count in session.execute(query).all()
            )

    def rosters(self) -> tuple[RosterCount, ...]:
        """The units on every roster by kind, oldest roster first."""
        lines = (
            select(RosterLineRow.roster_number, RosterLineRow.kind, func.count().label("found"))
            .where(RosterLineRow.change != RosterChange.LEFT.value)
            .group_by(RosterLineRow.roster_number, RosterLineRow.kind)
            .subquery()
        )
        query = (
            select(RosterRow.number, RosterRow.title, RosterRow.closed_on, lines.c.kind, lines.c.found)
            .join(lines, lines.c.roster_number == RosterRow.number, isouter=True)
            .order_by(RosterRow.number, lines.c.kind)
        )
        with self._database.read() as session:
            return tuple(
                RosterCount(number, title, closed_on, kind or "", count or 0)
                for number, title, closed_on, kind, count in session.execute(query).all()
            )

    def waiting(self, forms: tuple[str, ...]) -> int:
        """How many forms of these kinds are recommended or received and wait for the bureau."""
        query = select(func.count()).where(
            RecordRow.deleted_at.is_(None), RecordRow.form.in_(forms), RecordRow.state.in_(_WAITING),
        )
        with self._database.read() as session:
            return session.scalar(query) or 0

    def next_steps(self, until: date) -> tuple[NextStep, ...]:
        """Next steps with open prospects that are due by a day, overdue ones too, the oldest first."""
        query = (
            select(ProspectRow.id, ProspectRow.unit_name, ProspectRow.next_step, ProspectRow.next_on)
            .where(ProspectRow.state == ProspectState.OPEN.value, ProspectRow.next_on <= until)
            .order_by(ProspectRow.next_on.nulls_first(), ProspectRow.unit_name)
        )
        with self._database.read() as session:
            return tuple(
                NextStep(prospect_id, unit_name, step, day)
                for prospect_id, unit_name, step, day in session.execute(query).all()
                if day is not None
            )

    def removed_on(self, day: date | None = None) -> tuple[str, ...]:
        """Memberships that R1–R3 ended on a day; None is the last day on which any was."""
        removed = MembershipRow.left_ground.in_(_REMOVALS)
        when = select(func.max(MembershipRow.left_on)).where(removed).scalar_subquery() if day is None else day
        query = select(MembershipRow.id).where(removed, MembershipRow.left_on == when).order_by(MembershipRow.id)
        with self._database.read() as session:
            return tuple(session.scalars(query))

"""补录 corrected: a slip of the pen, while nothing has been published or decided about the member."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Membership, Tier
from core.store.library import members, units
from core.store.library.part import Part
from core.store.library_tables import (
    DecisionRow,
    EvaluationRow,
    GroundRow,
    MembershipRow,
    RosterLineRow,
    TierStepRow,
    UnitChangeRow,
    UnitRow,
)
from core.store.mapping import column_text
from core.store.records import MAX_OFFICE
from core.store.search import search_text


class Enrolments(Part):
    """Members from before this program, as they were typed in."""

    def correct(
        self, *, unit_name: str, credit_code: str, kind: str, office: str, admitted_on: date, industry_code: str,
        tier: Tier,
    ) -> Membership:
        """Write an enrolled member anew; refused once a roster shows it or anything was recorded about it.

        Raises:
            NotFoundError: the unit was not enrolled.
            NotAllowedError: too late, or the unit has changed since.
        """
        with self._database.write() as session:
            unit = units.find_by_code(session, credit_code)
            row = _enrolled(session, unit, kind) if unit else None
            if unit is None or row is None:
                raise NotFoundError(f"信用代码为“{credit_code}”的单位没有补录过，不用更正；请核对代码，或直接补录。")
            _refuse_late(session, unit, row)
            other = members.active_of(session, unit.id, kind)
            if other is not None and other.id != row.id:
                raise NotAllowedError(f"“{unit.unit_name}”已经在培育库中，同一类别不能重复入库（三(二)2）。")
            name, place = column_text(unit_name), column_text(office, limit=MAX_OFFICE)
            if (name, place) != (unit.unit_name, unit.office):
                _refuse_known(session, unit)
                unit.unit_name, unit.office = name, place
                unit.search_text = search_text(name, unit.credit_code)
            row.kind, row.admitted_on, row.tier = kind, admitted_on, tier.value
            row.industry_code = column_text(industry_code)
            session.flush()
            return members.membership_of(session, row.id)


def _enrolled(session: Session, unit: UnitRow, kind: str) -> MembershipRow | None:
    """The enrolment in force of that kind, else the only one: the kind itself may be the slip."""
    query = select(MembershipRow).where(
        MembershipRow.unit_id == unit.id, MembershipRow.left_on.is_(None), MembershipRow.window_id.is_(None)
    )
    found = session.scalars(query).all()
    same = [row for row in found if row.kind == kind]
    if not same and len(found) > 1:
        raise NotAllowedError(f"“{unit.unit_name}”补录了{len(found)}个类别，请写明要更正的那一个类别。")
    return next(iter(same or found), None)


def _refuse_late(session: Session, unit: UnitRow, row: MembershipRow) -> None:
    number = session.scalar(select(func.min(RosterLineRow.roster_number)).where(RosterLineRow.membership_id == row.id))
    if number is not None:
        raise NotAllowedError(
            f"“{unit.unit_name}”已列入第{number}号名单，补录不能再改；名称、街镇、代码有变的，请办理更名、迁移、换代码（三(二)2）。"
        )
    for table in (DecisionRow, EvaluationRow, GroundRow, TierStepRow):
        if session.scalar(select(func.count()).select_from(table).where(table.membership_id == row.id)):
            raise NotAllowedError(f"“{unit.unit_name}”补录以后已经办过评价、推荐或移出事项，补录不能再改。")


def _refuse_known(session: Session, unit: UnitRow) -> None:
    """Name and office belong to the unit: where more hangs from it than this slip, a change is what tells the truth."""
    changed = session.scalar(
        select(func.count()).select_from(UnitChangeRow).where(UnitChangeRow.unit_id == unit.id)
    )
    others = session.scalar(
        select(func.count()).select_from(MembershipRow).where(MembershipRow.unit_id == unit.id)
    )
    if changed or (others or 0) > 1:
        raise NotAllowedError(
            f"“{unit.unit_name}”在培育库中已有别的记载，名称和街镇不能在补录中改，请办理更名、迁移。"
        )

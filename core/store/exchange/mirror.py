"""The library as an office knows it: the bureau's own lines about the units of that office, kept as they were told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from core.domain.exchange import SentMember
from core.domain.library import LeaveGround, Tier
from core.store.history import Author
from core.store.library_tables import MembershipRow, UnitRow
from core.store.mapping import column_text
from core.store.search import search_text
from core.store.tables import Base, RecordRow


def lines(session: Session, offices: frozenset[str]) -> tuple[SentMember, ...]:
    """Every membership of units of these offices, ended ones too, in a fixed order."""
    query = (
        select(MembershipRow, UnitRow)
        .join(UnitRow, UnitRow.id == MembershipRow.unit_id)
        .where(UnitRow.office.in_(sorted(offices)))
        .order_by(UnitRow.search_text, MembershipRow.kind, MembershipRow.admitted_on, MembershipRow.id)
    )
    return tuple(
        SentMember(
            m.id, u.id, u.unit_name, u.credit_code, m.kind, u.office, m.industry_code, m.record_id, m.admitted_on,
            Tier(m.tier), m.left_on, LeaveGround(m.left_ground) if m.left_ground else None, m.left_reason,
        )
        for m, u in session.execute(query)
    )


def take(session: Session, members: Sequence[SentMember], office: str, author: Author) -> None:
    """Keep the bureau's statement of an office's whole library: lines are brought in step, others of it go."""
    _drop_others(session, members, office)
    for line in members:
        _unit(session, line, author)
        record = session.get(RecordRow, line.record_id) if line.record_id else None
        row = session.get(MembershipRow, line.membership_id)
        if row is None:
            row = MembershipRow(id=line.membership_id, unit_id=line.unit_id, admitted_on=line.admitted_on)
            session.add(row)
        row.unit_id, row.kind, row.industry_code = line.unit_id, line.kind, column_text(line.industry_code)
        row.record_id = record.id if record is not None else None
        row.admitted_on, row.tier, row.left_on = line.admitted_on, line.tier.value, line.left_on
        row.left_ground = line.left_ground.value if line.left_ground else None
        row.left_reason = column_text(line.left_reason, limit=2000)
        session.flush()


def _drop_others(session: Session, members: Sequence[SentMember], office: str) -> None:
    """What the statement does not tell any more is not this office's: the unit moved, or the line was a mistake."""
    told = {line.membership_id for line in members}
    query = select(MembershipRow).join(UnitRow, UnitRow.id == MembershipRow.unit_id).where(UnitRow.office == office)
    for row in session.scalars(query).all():
        if row.id not in told and not _is_named(session, MembershipRow.__tablename__, row.id):
            session.delete(row)
    session.flush()
    kept = {line.unit_id for line in members}
    for unit in session.scalars(select(UnitRow).where(UnitRow.office == office)).all():
        if unit.id in kept:
            continue
        if _is_named(session, UnitRow.__tablename__, unit.id):
            unit.office = ""  # this store was the bureau's once, and more hangs from it
        else:
            session.delete(unit)
    session.flush()


def _is_named(session: Session, table: str, row_id: str) -> bool:
    """True when a row of another table refers to it."""
    for other in Base.metadata.tables.values():
        for column in other.columns:
            if any(key.column.table.name == table for key in column.foreign_keys) and session.scalar(
                select(literal(1)).where(column == row_id).limit(1)
            ):
                return True
    return False


def _unit(session: Session, line: SentMember, author: Author) -> None:
    row = session.get(UnitRow, line.unit_id)
    if row is None:
        row = UnitRow(id=line.unit_id, created_at=author.at)
        session.add(row)
    row.credit_code, row.unit_name = column_text(line.credit_code), column_text(line.unit_name)
    row.office = column_text(line.office)
    row.search_text = search_text(row.unit_name, row.credit_code)
    session.flush()

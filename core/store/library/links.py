"""Which library units belong to a park or supply a chain leader."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.prospects import LinkKind, UnitLink
from core.store.library import units
from core.store.library.part import Part
from core.store.library_tables import UnitLinkRow


class Links(Part):
    """Which library units belong to a park or supply a chain leader."""

    def add(self, kind: LinkKind, parent_id: str, child_id: str, *, since: date) -> UnitLink:
        """Tie two units together from that day on; the same tie twice is refused."""
        with self._database.write() as session:
            parent, child = units.live(session, parent_id), units.live(session, child_id)
            twice = _of_parent(parent_id).where(
                UnitLinkRow.child_id == child_id, UnitLinkRow.kind == kind.value,
                or_(UnitLinkRow.until.is_(None), UnitLinkRow.until > since),
            )
            found = session.scalars(twice.order_by(UnitLinkRow.until.desc().nulls_first())).first()
            if found is not None and found.until is None:
                raise NotAllowedError(f"“{child.unit_name}”已经是“{parent.unit_name}”的{kind.label}，不用重复关联。")
            if found is not None:
                raise NotAllowedError(
                    f"“{child.unit_name}”与“{parent.unit_name}”的关联{found.until}才解除，{since}不能重复关联，请核对日期。"
                )
            row = UnitLinkRow(
                id=str(uuid4()), kind=kind.value, parent_id=parent_id, child_id=child_id, since=since, until=None
            )
            session.add(row)
            session.flush()
            return _link_of(row)

    def close(self, link_id: str, *, until: date) -> UnitLink:
        """End a tie: that day is the first without it; what it was before stays."""
        with self._database.write() as session:
            row = session.get(UnitLinkRow, link_id)
            if row is None:
                raise NotFoundError("这条关联已经不在了，请刷新后再看。")
            if row.until is not None:
                raise NotAllowedError(f"这条关联已于{row.until}解除。")
            if until < row.since:
                raise NotAllowedError(f"解除日期{until}早于关联日期{row.since}，请核对日期。")
            row.until = until
            return _link_of(row)

    def of_parent(self, parent_id: str, *, as_of: date | None = None) -> tuple[UnitLink, ...]:
        """Ties of a park or chain leader: those of a day, or (None) those that are in force, oldest first."""
        query = _of_parent(parent_id)
        if as_of is None:
            query = query.where(UnitLinkRow.until.is_(None))
        else:
            query = query.where(UnitLinkRow.since <= as_of, or_(UnitLinkRow.until.is_(None), UnitLinkRow.until > as_of))
        with self._database.read() as session:
            return _links(session, query)

    def of_child(self, child_id: str) -> tuple[UnitLink, ...]:
        """Ties in which the unit is the smaller part, in force."""
        query = select(UnitLinkRow).where(UnitLinkRow.child_id == child_id, UnitLinkRow.until.is_(None))
        with self._database.read() as session:
            return _links(session, query)


def _of_parent(parent_id: str) -> Select[UnitLinkRow]:
    return select(UnitLinkRow).where(UnitLinkRow.parent_id == parent_id)


def _links(session: Session, query: Select[UnitLinkRow]) -> tuple[UnitLink, ...]:
    return tuple(_link_of(row) for row in session.scalars(query.order_by(UnitLinkRow.since, UnitLinkRow.id)))


def _link_of(row: UnitLinkRow) -> UnitLink:
    return UnitLink(row.id, LinkKind(row.kind), row.parent_id, row.child_id, row.since, row.until)

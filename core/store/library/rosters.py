"""Immutable, numbered rosters."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from core.domain.errors import NotFoundError
from core.domain.library import Roster, RosterChange, RosterLine, Tier
from core.store.columns import to_json
from core.store.library.part import Part
from core.store.library_tables import RosterLineRow, RosterRow, WindowRow

_TIERS: Final = {tier.value: tier for tier in Tier}
_CHANGES: Final = {change.value: change for change in RosterChange}


class Rosters(Part):
    """Immutable, numbered rosters."""

    def all(self) -> tuple[Roster, ...]:
        """Every roster without its lines, newest first."""
        with self._database.read() as session:
            return tuple(_head_of(row) for row in session.scalars(select(RosterRow).order_by(RosterRow.number.desc())))

    def newest(self) -> Roster | None:
        """The newest roster with its lines; None before the first."""
        with self._database.read() as session:
            return newest(session)

    def get(self, number: int) -> Roster:
        """That roster with its lines.

        Raises:
            NotFoundError: there is none of that number.
        """
        with self._database.read() as session:
            row = session.get(RosterRow, number)
            if row is None:
                raise NotFoundError(f"没有第{number}号名单，请核对编号。")
            return _with_lines(session, row)

    def steps(self, after: int, until: int) -> tuple[RosterLine, ...]:
        """Who entered and who left on the rosters after one, up to another: oldest first."""
        query = _select().where(
            RosterLineRow.roster_number > after, RosterLineRow.roster_number <= until,
            RosterLineRow.change.in_([RosterChange.NEW.value, RosterChange.LEFT.value]),
        )
        with self._database.read() as session:
            found = session.execute(query.order_by(RosterLineRow.roster_number, RosterLineRow.position))
            return tuple(_line_of(row) for row in found)

    def problems(self) -> tuple[str, ...]:
        """What does not agree with the seals; empty when every roster is as it was written."""
        found = []
        previous = ""
        with self._database.read() as session:
            for row in session.scalars(select(RosterRow).order_by(RosterRow.number)):
                roster = _with_lines(session, row)
                window = session.get(WindowRow, row.window_id)
                content = {
                    "number": row.number, "title": row.title, "closed_on": row.closed_on.isoformat(),
                    "pack": window.pack_digest if window else "", "previous": previous,
                    "lines": [sealed(line) for line in roster.lines],
                }
                if hashlib.sha256(to_json(content, sort_keys=True).encode()).hexdigest() != row.digest:
                    found.append(f"第{row.number}号名单与封存的校验值不符，可能被改动过，请从备份核对。")
                previous = row.digest
        return tuple(found)


def newest(session: Session) -> Roster | None:
    """The newest roster with its lines."""
    row = session.scalars(select(RosterRow).order_by(RosterRow.number.desc())).first()
    return None if row is None else _with_lines(session, row)


def sealed(line: RosterLine) -> list[str]:
    """What the seal covers of a line."""
    return [
        str(line.position), line.membership_id, line.unit_id, line.unit_name, line.credit_code, line.kind, line.office,
        line.industry_code, line.tier.value, line.admitted_on.isoformat(), line.change.value, line.reason, line.clause,
    ]


def values(number: int, line: RosterLine) -> dict[str, object]:
    """A line as a row."""
    return {
        "roster_number": number, "position": line.position, "membership_id": line.membership_id,
        "unit_id": line.unit_id, "unit_name": line.unit_name, "credit_code": line.credit_code, "kind": line.kind,
        "office": line.office, "industry_code": line.industry_code, "tier": line.tier.value,
        "admitted_on": line.admitted_on, "change": line.change.value, "reason": line.reason, "clause": line.clause,
    }


def placed(line: RosterLine, position: int, change: RosterChange, reason: str, clause: str) -> RosterLine:
    """The line of an earlier roster as it stands on a later one."""
    return replace(line, position=position, change=change, reason=reason, clause=clause)


def _with_lines(session: Session, row: RosterRow) -> Roster:
    query = _select().where(RosterLineRow.roster_number == row.number).order_by(RosterLineRow.position)
    return replace(_head_of(row), lines=tuple(_line_of(line) for line in session.execute(query)))


def _head_of(row: RosterRow) -> Roster:
    return Roster(row.number, row.title, row.window_id, row.closed_on, row.pack_label, row.count, row.digest)


def _select() -> Select[*tuple[Any, ...]]:
    """The columns in the order of `RosterLine`: plain rows, because thousands of mapped objects would cost a second."""
    row = RosterLineRow
    return select(
        row.position, row.membership_id, row.unit_id, row.unit_name, row.credit_code, row.kind, row.office,
        row.industry_code, row.tier, row.admitted_on, row.change, row.reason, row.clause,
    )


def _line_of(row: Row[*tuple[Any, ...]]) -> RosterLine:
    (position, membership_id, unit_id, name, code, kind, office, industry, tier, admitted_on, change, reason,
     clause) = row
    return RosterLine(
        position, membership_id, unit_id, name, code, kind, office, industry, _TIERS[tier], admitted_on,
        _CHANGES[change], reason, clause,
    )

"""Annual reports: who has filed which year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.enums import RecordState
from core.domain.library import UnitChangeKind
from core.store import records
from core.store.library.part import Part
from core.store.library_tables import UnitChangeRow, UnitRow
from core.store.tables import RecordRow


@dataclass(frozen=True, slots=True)
class Filing:
    """The report of one unit, kind and year, as far as it has come."""

    record_id: str
    state: RecordState
    filed_on: date | None


class Reports(Part):
    """Annual reports: who has filed which year."""

    def of_year(self, form: str, year: int) -> Mapping[tuple[str, str], Filing]:
        """(unit id, kind) → its report of that year, also where it was filed under an earlier code."""
        row = RecordRow
        query = select(row.id, row.credit_code, row.period, row.state, row.filed_on).where(
            row.deleted_at.is_(None), row.form == form, row.period.endswith(f":{year}")
        )
        with self._database.read() as session:
            found = session.execute(query).all()
            units = _units_by_code(session) if found else {}
        return {
            (units[row.credit_code], row.period.partition(":")[0]): Filing(
                row.id, RecordState(row.state), row.filed_on
            )
            for row in found
            if row.credit_code in units
        }

    def file(self, record_id: str, *, day: date, verdict_number: str, as_of: date, actor: str) -> None:
        """上报: lock the report as handed in on that day."""
        with self._database.write() as session:
            author = self._author(actor, "上报")
            row = records.draft_row(session, record_id)
            row.state, row.filed_on, row.updated_at = RecordState.FILED.value, day, author.at
            row.verdict_number = verdict_number
            records.add_event(
                session, record_id, RecordState.FILED.value, author, verdict_number=verdict_number,
                detail=as_of.isoformat(),
            )


def _units_by_code(session: Session) -> dict[str, str]:
    """Credit code → unit id, earlier codes too; the present holder of a code wins."""
    earlier = select(UnitChangeRow.before, UnitChangeRow.unit_id).where(
        UnitChangeRow.kind == UnitChangeKind.CODE.value
    )
    codes = {row.before: row.unit_id for row in session.execute(earlier)}
    return codes | {row.credit_code: row.id for row in session.execute(select(UnitRow.credit_code, UnitRow.id))}

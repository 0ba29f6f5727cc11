"""Annual reports: who has filed which year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.enums import RecordState
from core.domain.library import UnitChangeKind
from core.domain.records import Record
from core.domain.values import Stored
from core.store import overtaken, records
from core.store.library import units
from core.store.library.part import Part
from core.store.library_tables import UnitChangeRow, UnitRow
from core.store.tables import AnswerRow, RecordRow

_REVIEW: Final = "审核"


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
            row.deleted_at.is_(None), row.form == form, row.is_sample.is_(False), row.period.endswith(f":{year}")
        )
        with self._database.read() as session:
            found = session.execute(query).all()
            by_code = _units_by_code(session) if found else {}
        return {
            (by_code[row.credit_code], row.period.partition(":")[0]): Filing(
                row.id, RecordState(row.state), row.filed_on
            )
            for row in found
            if row.credit_code in by_code
        }

    def of_unit(self, credit_code: str, form: str, period: str) -> Record | None:
        """The unit's report of that kind and year, also where it was filed under an earlier code."""
        with self._database.read() as session:
            unit = units.find_by_code(session, credit_code)
            codes = {credit_code} if unit is None else {credit_code, unit.credit_code, *_earlier(session, unit.id)}
            query = select(RecordRow.id).where(
                RecordRow.deleted_at.is_(None), RecordRow.form == form, RecordRow.period == period,
                RecordRow.credit_code.in_(codes), RecordRow.is_sample.is_(False),
            )
            latest = (RecordRow.filed_on.desc().nulls_last(), RecordRow.updated_at.desc())
            found = session.scalars(query.order_by(*latest)).first()
            return None if found is None else records.get(session, found)

    def with_incidents(self, form: str, *, since: date) -> tuple[str, ...]:
        """Ids of reports handed in since a day that tell of accidents, the oldest first."""
        row, told = RecordRow, AnswerRow
        states = (RecordState.FILED.value, RecordState.ACCEPTED.value)
        # Joined by the answers' own key: looking for the field alone would read every answer of every form.
        query = select(row.id).join(told, (told.record_id == row.id) & (told.field == "has_incidents")).where(
            row.deleted_at.is_(None), row.form == form, row.is_sample.is_(False), row.state.in_(states),
            row.filed_on >= since, told.value == "yes",
        )
        with self._database.read() as session:
            return tuple(session.scalars(query.order_by(row.filed_on.nulls_first(), row.id)))

    def file(
        self, record: Record, *, first_filed_on: date, answers: Mapping[str, Stored], verdict_number: str, as_of: date,
        actor: str,
    ) -> Record:
        """上报: lock the report, as the caller judged it, with the day on which it was handed in first."""
        with self._database.write() as session:
            author = self._author(actor, "上报")
            row = records.live_row(session, record.id, lock=True)
            overtaken.refuse_moved(session, row, record)
            records.set_answers(session, record.id, answers, author)
            row.filed_on = first_filed_on
            return records.set_state(
                session, record.id, RecordState.FILED, author, verdict_number, as_of.isoformat(), None
            )

    def accept(self, record: Record, *, actor: str) -> Record:
        """审核通过, as the caller saw it."""
        with self._database.write() as session:
            return records.set_state(
                session, record.id, RecordState.ACCEPTED, self._author(actor, _REVIEW), None, "", record
            )

    def send_back(self, record: Record, reason: str, *, actor: str) -> Record:
        """退回: it may be edited again; the day on which it was handed in stays."""
        with self._database.write() as session:
            return records.set_state(
                session, record.id, RecordState.RETURNED, self._author(actor, _REVIEW), None, reason, record
            )

    def withdraw(self, record: Record, *, actor: str) -> Record:
        """撤回: a draft again, as if it had not been handed in."""
        with self._database.write() as session:
            author = self._author(actor, "撤回")
            row = records.live_row(session, record.id, lock=True)
            row.filed_on = None
            return records.set_state(session, record.id, RecordState.DRAFT, author, None, "", record)


def _earlier(session: Session, unit_id: str) -> list[str]:
    query = select(UnitChangeRow.before).where(
        UnitChangeRow.kind == UnitChangeKind.CODE.value, UnitChangeRow.unit_id == unit_id
    )
    return list(session.scalars(query))


def _units_by_code(session: Session) -> dict[str, str]:
    """Credit code → unit id, earlier codes too; the present holder of a code wins."""
    earlier = select(UnitChangeRow.before, UnitChangeRow.unit_id).where(
        UnitChangeRow.kind == UnitChangeKind.CODE.value
    )
    codes = {row.before: row.unit_id for row in session.execute(earlier)}
    return codes | {row.credit_code: row.id for row in session.execute(select(UnitRow.credit_code, UnitRow.id))}

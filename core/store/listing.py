"""The list of units: filter, search, sort and page in SQL, without touching a single answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.domain.enums import Eligibility, RecordState
from core.domain.records import RecordSummary
from core.store.search import search_terms
from core.store.tables import LIST_ORDERS, RecordRow

RecordOrder = Literal["updated", "name", "code", "office", "form", "state", "eligibility"]

_COLUMNS: Final = (
    RecordRow.id,
    RecordRow.form,
    RecordRow.credit_code,
    RecordRow.unit_name,
    RecordRow.office,
    RecordRow.state,
    RecordRow.updated_at,
    RecordRow.is_sample,
    RecordRow.eligibility,
    RecordRow.open_count,
    RecordRow.period,
)


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records to list; None means any."""

    query: str = ""
    form: str | None = None
    state: RecordState | None = None
    eligibility: Eligibility | None = None
    office: str | None = None

    def conditions(self, *, in_order: bool = False) -> list[ColumnElement[bool]]:
        """The filter in SQL; `in_order`: for rows that are to be gone through in their order until a page is full.

        Without statistics a database would rather seek all that has one value, and sort it; a call it cannot seek by.
        """
        found: list[ColumnElement[bool]] = [RecordRow.deleted_at.is_(None)]
        for column, value in (
            (RecordRow.form, self.form),
            (RecordRow.state, self.state),
            (RecordRow.eligibility, self.eligibility),
            (RecordRow.office, self.office),
        ):
            if value is not None:
                found.append((func.coalesce(column, "") if in_order else column) == str(value))
        # Last, for they are looked at in this order: a search through a text takes the longest.
        return found + [RecordRow.search_text.contains(term, autoescape=True) for term in search_terms(self.query)]


def count(session: Session, wanted: RecordFilter) -> int:
    """How many records the filter leaves."""
    return session.scalar(select(func.count()).select_from(RecordRow).where(*wanted.conditions())) or 0


def page(
    session: Session, wanted: RecordFilter, order: RecordOrder, *, descending: bool, limit: int, offset: int
) -> tuple[RecordSummary, ...]:
    """One page of the list."""
    query = (
        select(*_COLUMNS)
        .where(*wanted.conditions(in_order=True))
        .order_by(*_ordering(order, descending=descending))
        .limit(limit)
        .offset(offset)
    )
    # Taken apart in one go: asking a row for each of its columns by name takes half of the page's time.
    return tuple(
        RecordSummary(
            record_id, form, code, name, office, RecordState(state), at, is_sample, eligibility, open_count, period
        )
        for record_id, form, code, name, office, state, at, is_sample, eligibility, open_count, period
        in session.execute(query)
    )


def summary_of(row: RecordRow) -> RecordSummary:
    """A line of the list from the record."""
    return RecordSummary(
        id=row.id,
        form=row.form,
        credit_code=row.credit_code,
        unit_name=row.unit_name,
        office=row.office,
        state=RecordState(row.state),
        updated_at=row.updated_at,
        is_sample=row.is_sample,
        eligibility=row.eligibility,
        open_count=row.open_count,
        period=row.period,
    )


def unchecked_drafts(session: Session, day: date, limit: int) -> tuple[str, ...]:
    """Ids of drafts whose last verdict is of another day, or missing; the newest first."""
    stale = or_(RecordRow.checked_on.is_(None), RecordRow.checked_on != day)
    editable = [state.value for state in RecordState if state.is_editable]
    query = (
        select(RecordRow.id)
        .where(RecordRow.deleted_at.is_(None), RecordRow.state.in_(editable), stale)
        .order_by(RecordRow.updated_at.desc(), RecordRow.id)
        .limit(limit)
    )
    return tuple(session.scalars(query))


def _ordering(order: RecordOrder, *, descending: bool) -> list[ColumnElement[object]]:
    """The id at the end makes the order total, so that no record is on two pages or on none."""
    columns: list[InstrumentedAttribute[object]] = [getattr(RecordRow, name) for name in (*LIST_ORDERS[order], "id")]
    # The newest first is what "updated" means; descending turns it round like any other order.
    downward = descending is not (order == "updated")
    return [column.desc() if downward else column.asc() for column in columns]

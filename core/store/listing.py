"""The list of units: filter, search, sort and page in SQL, without touching a single answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, Integer, Select, Table, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core.domain.enums import Eligibility, RecordState
from core.domain.records import RecordSummary
from core.store.search import search_terms
from core.store.tables import LIST_ORDERS, RecordRow

RecordOrder = Literal["updated", "name", "code", "office", "form", "state", "eligibility"]

_C: Final = cast(Table, RecordRow.__table__).c
#: As RecordSummary takes them.
_SHOWN: Final = tuple(_C[field.name] for field in fields(RecordSummary))
_CHOSEN: Final = ("form", "state", "eligibility", "office")
_TERM: Final = "term_"
_SPECIAL: Final = re.compile("[/%_]")
#: Looking a state up takes a quarter of the time that calling the class does.
_STATES: Final = {str(state): state for state in RecordState}
# The list is asked for at every key: SQLAlchemy takes longer to put a statement together than the database to run it.
_STATEMENTS: Final = 256


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records to list; None means any."""

    query: str = ""
    form: str | None = None
    state: RecordState | None = None
    eligibility: Eligibility | None = None
    office: str | None = None

    def values(self) -> dict[str, str]:
        """What is asked for, by the names that `_conditions` gives it."""
        chosen = {name: str(value) for name in _CHOSEN if (value := getattr(self, name)) is not None}
        terms = enumerate(search_terms(self.query))
        return chosen | {f"{_TERM}{number}": _SPECIAL.sub(r"/\g<0>", term) for number, term in terms}


def count(session: Session, wanted: RecordFilter) -> int:
    """How many records the filter leaves."""
    values = wanted.values()
    return session.connection().scalar(_count_statement(tuple(values)), values) or 0


def page(
    session: Session, wanted: RecordFilter, order: RecordOrder, *, descending: bool, limit: int, offset: int
) -> tuple[RecordSummary, ...]:
    """One page of the list."""
    values = wanted.values()
    statement = _page_statement(tuple(values), order, descending=descending)
    # Past the session, which knows nothing of these rows, all at once and by position: by name takes twice the time.
    rows = session.connection().execute(statement, {**values, "limit": limit, "offset": offset}).all()
    return tuple(
        RecordSummary(
            record_id, form, code, name, office, _STATES[state], at, is_sample, eligibility, open_count, period
        )
        for record_id, form, code, name, office, state, at, is_sample, eligibility, open_count, period in rows
    )


@lru_cache(maxsize=_STATEMENTS)
def _count_statement(given: tuple[str, ...]) -> Select[int]:
    return select(func.count()).select_from(RecordRow.__table__).where(*_conditions(given))


@lru_cache(maxsize=_STATEMENTS)
def _page_statement(given: tuple[str, ...], order: RecordOrder, *, descending: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(*_SHOWN)
        .where(*_conditions(given, in_order=True))
        .order_by(*_ordering(order, descending=descending))
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
    )


def _conditions(given: tuple[str, ...], *, in_order: bool = False) -> list[ColumnElement[bool]]:
    """The filter in SQL; `in_order`: for rows that are to be gone through in their order until a page is full.

    Without statistics a database would rather seek all that has one value, and sort it; a call it cannot seek by.
    """
    chosen = [
        (func.coalesce(_C[name], "") if in_order else _C[name]) == bindparam(name) for name in _CHOSEN if name in given
    ]
    # Last, for they are looked at in this order: a search through a text takes the longest.
    terms = [_C.search_text.contains(bindparam(name), escape="/") for name in given if name.startswith(_TERM)]
    return [_C.deleted_at.is_(None), *chosen, *terms]


def summary_of(row: RecordRow) -> RecordSummary:
    """A line of the list from the record."""
    return RecordSummary(
        id=row.id,
        form=row.form,
        credit_code=row.credit_code,
        unit_name=row.unit_name,
        office=row.office,
        state=_STATES[row.state],
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
    columns = [_C[name] for name in (*LIST_ORDERS[order], "id")]
    # The newest first is what "updated" means; descending turns it round like any other order.
    downward = descending is not (order == "updated")
    steps = [(column.desc() if downward else column.asc(), column.nullable) for column in columns]
    # Left unsaid, PostgreSQL would take an empty value for the greatest and SQLite for the least.
    return [(step.nulls_last() if downward else step.nulls_first()) if may_lack else step for step, may_lack in steps]

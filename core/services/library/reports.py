"""动态管理表: who owes the report of a year, and how far each has come (三(四)2(1))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.domain.enums import REPORT_FORM
from core.domain.library import Membership
from core.policy.reports import report_due
from core.services.library import members
from core.services.workspace import Workspace


class ReportState(StrEnum):
    """Whether the report of a year came in, and in time."""

    NOT_DUE = "not_due"
    MISSING = "missing"
    ON_TIME = "on_time"
    LATE = "late"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"not_due": "未到期", "missing": "未报", "on_time": "按时上报", "late": "迟报"}[self.value]


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """One member's report of one year. `record_id` None until somebody began it; `filed_on` None until handed in."""

    membership: Membership
    year: int
    due_on: date
    state: ReportState
    filed_on: date | None
    record_id: str | None


def default_year(ws: Workspace) -> int:
    """The year whose report is asked for now: last year."""
    return ws.clock.today().year - 1


def statuses(
    ws: Workspace, year: int, *, as_of: date | None = None, office: str | None = None
) -> tuple[ReportStatus, ...]:
    """Members that owe the report of a year: in the library on its 31 December, and still."""
    day = as_of or ws.clock.today()
    due_on = report_due(ws.pack, year)
    filings = ws.store.library.reports.of_year(REPORT_FORM, year)
    found = []
    for member in members.members(ws, office=office):
        if member.admitted_on > date(year, 12, 31):
            continue
        filing = filings.get((member.unit_id, member.kind))
        filed_on = filing.filed_on if filing and filing.filed_on and filing.filed_on <= day else None
        record_id = filing.record_id if filing else None
        found.append(ReportStatus(member, year, due_on, _state(due_on, filed_on, day), filed_on, record_id))
    return tuple(found)


def reminder(ws: Workspace, year: int, as_of: date | None = None) -> tuple[ReportStatus, ...]:
    """催报名单: reports that are owed and not handed in, or came late."""
    done = (ReportState.ON_TIME,)
    return tuple(s for s in statuses(ws, year, as_of=as_of) if s.state not in done)


def _state(due_on: date, filed_on: date | None, day: date) -> ReportState:
    if filed_on is not None:
        return ReportState.ON_TIME if filed_on <= due_on else ReportState.LATE
    return ReportState.MISSING if day > due_on else ReportState.NOT_DUE

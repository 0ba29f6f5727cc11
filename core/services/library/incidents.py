"""Accidents that units report themselves in their annual reports and that R3 counts: nobody waits for a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.domain.calendar import add_months
from core.domain.enums import REPORT_FORM, Outcome
from core.domain.finding import Finding
from core.domain.library import Membership
from core.services import drafts
from core.services.last_year import member_of
from core.services.workspace import Workspace

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class ReportedIncident:
    """A member whose own report tells of an accident under 三(四)2(3); it is to be removed at once."""

    membership: Membership
    record_id: str
    filed_on: date
    finding: Finding


def reported(ws: Workspace) -> tuple[ReportedIncident, ...]:
    """Reports handed in during the last twelve months whose accidents R3 counts, of units still in the library."""
    today = ws.clock.today()
    found = []
    for record_id in ws.store.library.reports.with_incidents(REPORT_FORM, since=add_months(today, -_MONTHS)):
        record = ws.store.get(record_id)
        member = member_of(ws, record.credit_code, str(record.answers.get("unit_kind") or ""))
        finding = drafts.check_record(ws, record, today).verdict.finding("R3") if member else None
        if member and record.filed_on and finding is not None and finding.outcome is Outcome.NOT_MET:
            found.append(ReportedIncident(member, record_id, record.filed_on, finding))
    return tuple(found)

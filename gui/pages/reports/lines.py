"""One line of the list of reports, the same for the bureau (its members) and for an office (what it holds)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.enums import RecordState
from core.services.library import reports
from core.services.library.members import kind_label
from core.services.library.reports import HeldReport, ReportState, ReportStatus
from core.services.workspace import Workspace
from gui.models.rows_model import Cell, Row
from gui.widgets.list_table import Column

_SOON_DAYS: Final = 14
_STATE_TONES: Final = {
    ReportState.NOT_DUE: "plain", ReportState.MISSING: "bad", ReportState.ON_TIME: "good", ReportState.LATE: "bad",
}
_PROGRESS_TONES: Final = {
    RecordState.DRAFT: "", RecordState.FILED: "wait", RecordState.RETURNED: "bad", RecordState.ACCEPTED: "good",
}
_PROGRESS_WORDS: Final = {RecordState.FILED: "待审核"}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A unit and its report of one year. `membership_id` is None in the store of an office."""

    key: str
    membership_id: str | None
    unit_name: str
    credit_code: str
    kind: str
    office: str
    year: int
    due_on: date
    state: ReportState
    filed_on: date | None
    record_id: str | None
    progress: RecordState | None
    is_sample: bool = False


def columns(*, with_office: bool) -> tuple[Column, ...]:
    """The columns; an office needs none for itself."""
    office = (Column("街镇园区", 112, hide_below=600),) if with_office else ()
    return (
        Column("单位名称", stretches=True), Column("类别", 136, hide_below=860), *office, Column("上报情况", 84),
        Column("期限", 100, hide_below=430), Column("上报日期", 96, hide_below=700), Column("办理", 78, hide_below=380),
    )


def of_members(ws: Workspace, year: int) -> Sequence[ReportLine]:
    """The members that owe the report of a year."""
    return [_of_member(status) for status in reports.statuses(ws, year)]


def of_store(ws: Workspace, year: int) -> Sequence[ReportLine]:
    """The reports of a year that lie in this store."""
    return [_of_record(held, year) for held in reports.held(ws, year)]


def _of_member(status: ReportStatus) -> ReportLine:
    m = status.membership
    return ReportLine(
        m.id, m.id, m.unit_name, m.credit_code, m.kind, m.office, status.year, status.due_on, status.state,
        status.filed_on, status.record_id, status.progress,
    )


def _of_record(held: HeldReport, year: int) -> ReportLine:
    r = held.record
    kind = r.period.partition(":")[0]
    return ReportLine(
        r.id, None, r.unit_name or "未填名称", r.credit_code, kind, r.office, year, held.due_on, held.state,
        held.filed_on, r.id, r.state, r.is_sample,
    )


def row_of(ws: Workspace, line: ReportLine, *, with_office: bool) -> Row:
    """The cells of a line."""
    office = (ws.office_label(line.office),) if with_office else ()
    progress = line.progress
    words = "没有开始" if progress is None else _PROGRESS_WORDS.get(progress, progress.label)
    return (
        Cell(line.unit_name, "sample" if line.is_sample else "", tip=f"{line.unit_name}\n{line.credit_code}"),
        kind_label(ws, line.kind), *office, Cell(line.state.label, _STATE_TONES[line.state]),
        deadline(line, ws.clock.today()), line.filed_on.isoformat() if line.filed_on else "",
        Cell(words, "plain" if progress is None else _PROGRESS_TONES.get(progress, "")),
    )


def deadline(line: ReportLine, today: date) -> Cell:
    """How many days are left, or how many it is late; blank for one that came in time."""
    if line.state is ReportState.ON_TIME:
        return Cell("", order=0.0)
    if line.state is ReportState.LATE and line.filed_on is not None:
        late = (line.filed_on - line.due_on).days
        return Cell(f"迟{late}天", order=float(-late))
    days = (line.due_on - today).days
    if days < 0:
        return Cell(f"逾期{-days}天", "bad", float(days))
    if days == 0:
        return Cell("今天到期", "wait", 0.0)
    return Cell(f"还有{days}天", "wait" if days <= _SOON_DAYS else "", float(days))

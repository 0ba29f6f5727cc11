"""What the library knows for an annual report 动态管理表: last year's figures, admission, the day of filing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.domain.enums import REPORT_FORM, RecordState
from core.domain.library import Membership
from core.domain.records import Record
from core.domain.reports import period, period_of
from core.domain.values import Stored
from core.forms.definition import Field, FormDefinition
from core.forms.evaluation import FormState, evaluate
from core.forms.values import parse
from core.services.workspace import Workspace

#: `prior_output_wan` is last year's `output_wan`.
PRIOR: Final = "prior_"
_DECIMALS: Final = 4


def report_answers(ws: Workspace, form: FormDefinition, record: Record) -> Mapping[str, Stored]:
    """The fields of a report that the system fills, blank ones as None: nobody else can change them."""
    year, kind = record.answers.get("data_year"), str(record.answers.get("unit_kind") or "")
    member = member_of(ws, record.credit_code, kind)
    before = None
    if period_of(form.id, record.answers) and isinstance(year, int):
        before = _figures_of(ws, record.credit_code, kind, year - 1, member)
    known: dict[str, Stored] = {f.name: _prior(f, before) for f in form.fields if is_prior(f)}
    if "filed_on" in form.by_name:
        known["filed_on"] = record.filed_on.isoformat() if record.filed_on else None
    if member is not None and "admitted_on" in form.by_name:
        known["admitted_on"] = member.admitted_on.isoformat()
    return known


def is_prior(field: Field) -> bool:
    """True for a figure of last year that the system fills in."""
    return field.name.startswith(PRIOR) and field.filled_by == "system" and field.type.is_number


def member_of(ws: Workspace, credit_code: str, kind: str) -> Membership | None:
    """The unit's membership of that kind that is in force."""
    unit = ws.store.library.units.by_code(credit_code) if kind else None
    found = ws.store.library.members.of_units((unit.id,)) if unit else ()
    return next((m for m in found if m.kind == kind and m.is_active), None)


def _prior(field: Field, before: FormState | None) -> Stored:
    value = before.values.get(field.name.removeprefix(PRIOR)) if before else None
    return parse(field, round(value, _DECIMALS)).stored if isinstance(value, float) else None


def _figures_of(
    ws: Workspace, credit_code: str, kind: str, year: int, member: Membership | None
) -> FormState | None:
    """The unit's accepted report of that year, else the form under which it was admitted if that holds the year."""
    report = ws.store.library.reports.of_unit(credit_code, REPORT_FORM, period(kind, year))
    if report is not None and report.state is RecordState.ACCEPTED:
        return _evaluated(ws, report)
    admission = ws.store.get(member.record_id) if member is not None and member.record_id else None
    found = (admission,) if admission else ws.store.find(credit_code, kind)
    held = next((r for r in found if r.answers.get("data_year") == year), None)
    return _evaluated(ws, held) if held else None


def _evaluated(ws: Workspace, record: Record) -> FormState:
    today = ws.clock.today()
    return evaluate(ws.pack.form(record.form), record.answers, today, ws.pack.parameters_at(today))

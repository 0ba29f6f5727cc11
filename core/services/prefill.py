"""What the library knows of a unit goes into its form, locked: an earlier removal answers N3 (design §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.domain import credit_code as credit_codes
from core.domain.calendar import format_chinese
from core.domain.enums import REPORT_FORM
from core.domain.library import LeaveGround, Membership
from core.domain.records import Record
from core.domain.values import Stored
from core.forms.definition import FormDefinition
from core.services.last_year import report_answers
from core.services.workspace import Workspace

SOURCE: Final = "培育库带出"
_ANSWER: Final = "neg_delisted_answer"


def known_answers(ws: Workspace, form: FormDefinition, record: Record) -> Mapping[str, Stored]:
    """Answers that the library gives in the clerk's place; empty where it knows nothing of the unit."""
    reported = report_answers(ws, form, record) if form.id == REPORT_FORM else {}
    return {**_removals(ws, form, record.credit_code), **reported}


def _removals(ws: Workspace, form: FormDefinition, credit_code: str) -> Mapping[str, Stored]:
    """Removals last one day, so the latest one alone decides N3; the others are told in words."""
    if _ANSWER not in form.by_name:
        return {}
    unit = ws.store.library.units.by_code(credit_codes.normalise(credit_code))
    if unit is None:
        return {}
    removals = [m for m in ws.store.library.members.of_units((unit.id,)) if _is_removal(m)]
    if not removals:
        return {}
    removals.sort(key=lambda m: m.left_on or m.admitted_on)
    latest = removals[-1]
    return {
        _ANSWER: "yes",
        "neg_delisted_from": latest.left_on.isoformat() if latest.left_on else None,
        "neg_delisted_to": None,
        "neg_delisted_detail": "；".join(_told(ws, m) for m in reversed(removals))[:300],
    }


def missing_answers(ws: Workspace, form: FormDefinition, record: Record) -> Mapping[str, Stored]:
    """Those of the library's answers that the record does not hold yet."""
    known = known_answers(ws, form, record)
    return {name: value for name, value in known.items() if record.answers.get(name) != value}


def _is_removal(membership: Membership) -> bool:
    return membership.left_ground is not None and membership.left_ground.is_removal


def _told(ws: Workspace, membership: Membership) -> str:
    form = ws.pack.forms.get(membership.kind)
    kind = (form.kind_label or form.title) if form else membership.kind
    ground = membership.left_ground or LeaveGround.R1
    day = format_chinese(membership.left_on) if membership.left_on else ""
    return f"{day}被移出区级{kind}培育库（{ground.clause}，{ground.label}）"

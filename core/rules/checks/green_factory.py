"""三(一)1: what a green factory must be."""

from __future__ import annotations

from core.rules.conformity import (
    LEGAL_FIELDS,
    STANDARD_FIELDS,
    STANDARD_KEYS,
    legal_status_fails,
    standard,
    unknown_while_blank,
)
from core.rules.context import RuleContext
from core.rules.engine import Judgement, met, not_met, rule

_FORMS = ("green-factory",)
_F1_FIELDS = (*LEGAL_FIELDS, "industry_code", "production_status")


@rule(
    "F1", "三(一)1(1)", forms=_FORMS, fields=_F1_FIELDS,
    keys=("met", "met.suspended", "not_met.legal_status", "not_met.closed", "not_met.industry", "unknown"),
)
def f1_manufacturer(context: RuleContext) -> Judgement:
    """Legally established, a legal person or treated as one, and a manufacturer (GB/T 4754 13–43) that produces."""
    fails = legal_status_fails(context)
    if fails is not None:
        return fails
    if context.text("production_status") == "closed":
        return not_met("not_met.closed", "production_status")
    industry = context.text("industry_code")
    if industry is not None and not _is_manufacturing(context, industry):
        return not_met("not_met.industry", "industry_code")
    blank = unknown_while_blank(context, *_F1_FIELDS)
    if blank is not None:
        return blank
    return met("met.suspended" if context.text("production_status") == "suspended" else "met")


def _is_manufacturing(context: RuleContext, industry_code: str) -> bool:
    return context.limit("manufacturing_first") <= int(industry_code[:2]) <= context.limit("manufacturing_last")


@rule("F2", "三(一)1(2)", forms=_FORMS, fields=STANDARD_FIELDS, keys=STANDARD_KEYS)
def f2_standard(context: RuleContext) -> Judgement:
    """Conforms to the green-factory standard."""
    return standard(context)

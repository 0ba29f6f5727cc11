"""三(一)1: what a green factory must be."""

from __future__ import annotations

from core.domain.enums import Outcome
from core.rules.conformity import LEGAL_FIELDS, STANDARD_FIELDS, legal_status, standard
from core.rules.context import RuleContext
from core.rules.engine import Judgement, met, not_met, rule, unknown

_FORMS = ("green-factory",)


@rule("F1", "三(一)1(1)", forms=_FORMS, fields=(*LEGAL_FIELDS, "industry_code", "production_status"))
def f1_manufacturer(context: RuleContext) -> Judgement:
    """Legally established, a legal person or treated as one, and a manufacturer (GB/T 4754 13–43) that produces."""
    legal = legal_status(context)
    if legal is not None and legal.outcome is Outcome.NOT_MET:
        return legal
    if context.text("production_status") == "closed":
        return not_met("not_met.closed", "production_status")
    industry = context.text("industry_code")
    if industry is not None and not _is_manufacturing(context, industry):
        return not_met("not_met.industry", "industry_code")
    if legal is not None:
        return legal
    missing = tuple(n for n in ("industry_code", "production_status") if context.text(n) is None)
    if missing:
        return unknown("unknown", *missing, words={"missing": context.labels(missing)})
    return met("met.suspended" if context.text("production_status") == "suspended" else "met")


def _is_manufacturing(context: RuleContext, industry_code: str) -> bool:
    return context.limit("manufacturing_first") <= int(industry_code[:2]) <= context.limit("manufacturing_last")


@rule("F2", "三(一)1(2)", forms=_FORMS, fields=STANDARD_FIELDS)
def f2_standard(context: RuleContext) -> Judgement:
    """Conforms to the green-factory standard."""
    return standard(context)

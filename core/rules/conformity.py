"""What the three kinds of unit share: legal status, and conformity to a green-manufacturing standard."""

from __future__ import annotations

from core.rules.context import RuleContext
from core.rules.engine import Judgement, met, not_met, unknown

LEGAL_FIELDS = ("legal_status", "established_on")
STANDARD_FIELDS = ("standard_applied", "evaluation_basis", "meets_standard", "evaluation_date")


def legal_status(context: RuleContext) -> Judgement | None:
    """依法设立、独立法人或视同法人的独立核算单位: the failing or missing part, or None when it holds."""
    status = context.text("legal_status")
    if status == "other":
        return not_met("not_met.legal_status", "legal_status")
    missing = tuple(n for n in LEGAL_FIELDS if context.text(n) is None and context.day(n) is None)
    if missing:
        return unknown("unknown", *missing, words={"missing": context.labels(missing)})
    return None


def standard(context: RuleContext) -> Judgement:
    """符合相关标准、政策要求: names the standard, how it was evaluated, the result and the date."""
    if context.text("meets_standard") == "no":
        return not_met("not_met", "meets_standard")
    missing = tuple(n for n in STANDARD_FIELDS if context.text(n) is None and context.day(n) is None)
    if missing:
        return unknown("unknown", *missing, words={"missing": context.labels(missing)})
    return met()

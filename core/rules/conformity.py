"""What the three kinds of unit share: legal status, and conformity to a green-manufacturing standard."""

from __future__ import annotations

from core.rules.context import RuleContext
from core.rules.engine import Judgement, met, not_met, unknown

STANDARD_KEYS = ("met", "not_met", "unknown")
LEGAL_FIELDS = ("legal_status", "established_on")
_ASKED = ("standard_applied", "evaluation_basis", "meets_standard", "evaluation_date")
STANDARD_FIELDS = (*_ASKED, "standard_title")


def legal_status_fails(context: RuleContext) -> Judgement | None:
    """依法设立、独立法人或视同法人的独立核算单位: the judgement when it plainly is neither, else None."""
    return not_met("not_met.legal_status", "legal_status") if context.text("legal_status") == "other" else None


def unknown_while_blank(context: RuleContext, *names: str) -> Judgement | None:
    """待核实, naming every one of these fields that is blank or not usable; None when all are given."""
    missing = tuple(name for name in names if not context.is_given(name))
    return unknown("unknown", *missing, words={"missing": context.labels(missing)}) if missing else None


def standard(context: RuleContext) -> Judgement:
    """符合相关标准、政策要求: names the standard, how it was evaluated, the result and the date."""
    words = {"standard": _named_standard(context)}
    if context.text("meets_standard") == "no":
        return not_met("not_met", "meets_standard", words=words)
    return unknown_while_blank(context, *_ASKED) or met(words=words)


def _named_standard(context: RuleContext) -> str:
    """The standard as people name it: an industry or local one by its own title where that is given."""
    applied = context.text("standard_applied") or "（未填）"
    field = context.state.form.by_name["standard_applied"]
    label = field.choices.label_of(applied) if field.choices else applied
    return (context.text("standard_title") or label) if applied == "industry" else label

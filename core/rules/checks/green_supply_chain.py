"""三(一)2: what a green supply-chain management enterprise must be."""

from __future__ import annotations

from core.rules.conformity import LEGAL_FIELDS, STANDARD_FIELDS, legal_status, standard
from core.rules.context import RuleContext
from core.rules.engine import Judgement, met, not_met, rule, unknown

_FORMS = ("green-supply-chain",)
_STATEMENTS = (
    "chain_leader_influence", "chain_leader_strength", "chain_leader_complete_chain", "chain_leader_foundation",
    "chain_leader_leading_role",
)


@rule("S1", "三(一)2(1)", forms=_FORMS, fields=(*LEGAL_FIELDS, *_STATEMENTS))
def s1_chain_leader(context: RuleContext) -> Judgement:
    """Legal status as a factory's, and each of the five marks of a chain leader stated."""
    legal = legal_status(context)
    if legal is not None:
        return legal
    missing = tuple(n for n in _STATEMENTS if context.text(n) is None)
    if missing:
        return unknown("unknown", *missing, words={"missing": context.labels(missing)})
    return met()


@rule(
    "S2", "三(一)2(2)", forms=_FORMS,
    fields=("supplier_plan", "supplier_plan_title", "supplier_plan_date", "suppliers_total"),
)
def s2_supplier_plan(context: RuleContext) -> Judgement:
    """Has a plan to cultivate suppliers' green factories: document, date, number of suppliers."""
    if context.text("supplier_plan") == "no":
        return not_met("not_met", "supplier_plan")
    given = {
        "supplier_plan": context.text("supplier_plan"), "supplier_plan_title": context.text("supplier_plan_title"),
        "supplier_plan_date": context.day("supplier_plan_date"), "suppliers_total": context.number("suppliers_total"),
    }
    missing = tuple(name for name, value in given.items() if value is None)
    if missing:
        return unknown("unknown", *missing, words={"missing": context.labels(missing)})
    return met()


@rule("S3", "三(一)2(3)", forms=_FORMS, fields=STANDARD_FIELDS)
def s3_standard(context: RuleContext) -> Judgement:
    """Conforms to the supply-chain standard."""
    return standard(context)

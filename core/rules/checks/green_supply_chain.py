"""三(一)2: what a green supply-chain management enterprise must be."""

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

_FORMS = ("green-supply-chain",)
_PLAN_FIELDS = ("supplier_plan", "supplier_plan_title", "supplier_plan_date", "suppliers_total")
_STATEMENTS = (
    "chain_leader_influence", "chain_leader_strength", "chain_leader_complete_chain", "chain_leader_foundation",
    "chain_leader_leading_role",
)


@rule(
    "S1", "三(一)2(1)", forms=_FORMS, fields=(*LEGAL_FIELDS, *_STATEMENTS),
    keys=("met", "not_met.legal_status", "unknown"),
)
def s1_chain_leader(context: RuleContext) -> Judgement:
    """Legal status as a factory's, and each of the five marks of a chain leader stated."""
    return legal_status_fails(context) or unknown_while_blank(context, *LEGAL_FIELDS, *_STATEMENTS) or met()


@rule("S2", "三(一)2(2)", forms=_FORMS, fields=_PLAN_FIELDS, keys=("met", "not_met", "unknown"))
def s2_supplier_plan(context: RuleContext) -> Judgement:
    """Has a plan to cultivate suppliers' green factories: document, date, number of suppliers."""
    if context.text("supplier_plan") == "no":
        return not_met("not_met", "supplier_plan")
    return unknown_while_blank(context, *_PLAN_FIELDS) or met()


@rule("S3", "三(一)2(3)", forms=_FORMS, fields=STANDARD_FIELDS, keys=STANDARD_KEYS)
def s3_standard(context: RuleContext) -> Judgement:
    """Conforms to the supply-chain standard."""
    return standard(context)

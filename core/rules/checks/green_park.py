"""三(一)3: what a green industrial park must be."""

from __future__ import annotations

from core.rules.conformity import STANDARD_FIELDS, STANDARD_KEYS, standard, unknown_while_blank
from core.rules.context import RuleContext
from core.rules.engine import Judgement, met, not_met, rule

_FORMS = ("green-park",)
_INDUSTRIAL = ("manufacturing_energy", "manufacturing", "energy_supply")
_NONE_WORDS = ("无", "没有", "暂无")


@rule(
    "P1", "三(一)3(1)", forms=_FORMS, fields=("boundary_document", "managing_body", "main_function"),
    keys=("met", "not_met.function", "not_met.boundary_document", "not_met.managing_body", "unknown"),
)
def p1_industrial_park(context: RuleContext) -> Judgement:
    """A legal boundary, one managing body, mainly manufacturing and energy supply."""
    function = context.text("main_function")
    if function is not None and function not in _INDUSTRIAL:
        return not_met("not_met.function", "main_function")
    for name in ("boundary_document", "managing_body"):
        if context.text(name) in _NONE_WORDS:
            return not_met(f"not_met.{name}", name)
    return unknown_while_blank(context, "boundary_document", "managing_body", "main_function") or met()


@rule(
    "P2", "三(一)3(2)", forms=_FORMS, fields=("factory_plan_published_on", "factory_plan_title"),
    keys=("met", "not_met", "unknown"),
)
def p2_factory_plan(context: RuleContext) -> Judgement:
    """Has published its green-factory cultivation plan: its date alone meets it, 无 as its name fails it."""
    if not context.is_given("factory_plan_published_on") and context.text("factory_plan_title") in _NONE_WORDS:
        return not_met("not_met", "factory_plan_title")
    return unknown_while_blank(context, "factory_plan_published_on") or met()


@rule("P3", "三(一)3(3)", forms=_FORMS, fields=STANDARD_FIELDS, keys=STANDARD_KEYS)
def p3_standard(context: RuleContext) -> Judgement:
    """Conforms to the park standard."""
    return standard(context)

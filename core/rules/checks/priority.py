"""二, 一(二): priority grounds. They order candidates and never decide eligibility."""

from __future__ import annotations

from core.domain.enums import Severity
from core.rules.context import RuleContext
from core.rules.engine import Judgement, Rule, met, not_met, rule, unknown

_FORMS = ("green-factory", "green-supply-chain", "green-park")
_KEYS = ("met", "not_met", "unknown", "unknown.malformed")


def _ground(rule_id: str, clause: str, choice: str, *further: str) -> Rule:
    """The rule of one ground: claimed and documented, claimed only, or not claimed."""
    fields = ("priority_grounds", "priority_detail", *further)

    @rule(rule_id, clause, forms=_FORMS, fields=fields, keys=_KEYS, severity=Severity.HINT)
    def judge(context: RuleContext) -> Judgement:
        if choice not in context.several("priority_grounds"):
            wrong = not context.state.is_usable("priority_grounds")
            return unknown("unknown.malformed", "priority_grounds") if wrong else not_met("not_met")
        missing = tuple(n for n in fields[1:] if context.has_field(n) and context.text(n) is None)
        if missing:
            return unknown("unknown", *missing, words={"missing": context.labels(missing)})
        return met()

    return judge


q1_energy_water_leader = _ground("Q1", "二", "energy_water_leader")
q2_wastewater_recycling = _ground("Q2", "二", "wastewater_recycling")
q3_efficient_equipment = _ground("Q3", "二", "efficient_equipment")
q4_environmental_equipment = _ground("Q4", "二", "environmental_equipment_norm")
q5_resource_use = _ground("Q5", "二", "resource_use_norm")
q6_remanufacturing = _ground("Q6", "二", "remanufacturing_norm")
q7_key_chain_link = _ground("Q7", "二", "key_chain_link", "key_chain_link")
q8_specialized_new = _ground("Q8", "一(二)", "specialized_new")
q9_single_champion = _ground("Q9", "一(二)", "single_champion")
q10_leading_industry = _ground("Q10", "一(二)", "leading_industry")

"""All rules, in the order of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from core.domain.errors import PackError
from core.policy.pack import PolicyPack
from core.policy.reports import report_due
from core.policy.windows import planned_windows
from core.rules.checks import (
    green_factory,
    green_park,
    green_supply_chain,
    negative_list,
    priority,
    removal,
    tiers,
    update_window,
)
from core.rules.engine import Rule

_PARAMETERS = frozenset({
    "lookback_months", "stoppage_months", "manufacturing_first", "manufacturing_last", "window_late_months",
    "evaluation_max_age_months", "evaluator_projects_max", "incident_safety_deaths", "incident_safety_injuries",
    "incident_safety_loss_wan", "incident_environment_deaths", "incident_environment_injuries",
    "incident_environment_loss_wan", "incident_environment_evacuated",
})
_CHOICES: Mapping[str, frozenset[str]] = {
    "incident_kind": frozenset({"safety", "cyber", "quality", "environment"}),
    "incident_level": frozenset({"major", "extraordinary", "undetermined"}),
}
_ANY_YEAR = 2026
_NEGATIVE_ITEMS = frozenset(
    f"neg_{name}"
    for name in ("deregistered", "suspended", "abnormal", "other", "violation", "delisted", "inspection",
                 "energy_rectification", "dishonest")
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, once, in the order in which the modules state them."""
    modules = (
        green_factory, green_supply_chain, green_park, negative_list, priority, removal, update_window, tiers,
    )
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Rule))


def require_complete(pack: PolicyPack) -> None:
    """Refuse a pack that lacks what the rules need: clauses, sentences, parameters, choices, negative-list items.

    Raises:
        PackError: naming the file and what is missing.
    """
    items = {item.name for item in pack.negative_items}
    numbers = {p.name for p in pack.parameters if isinstance(p.value, float)}
    for name in sorted(_PARAMETERS - numbers):
        raise PackError("parameters.csv", 1, f"缺少参数“{name}”，或者它不是数字")
    if not planned_windows(pack, _ANY_YEAR):
        raise PackError("parameters.csv", 1, "缺少参数“windows”")
    report_due(pack, _ANY_YEAR)
    for name, wanted in _CHOICES.items():
        known = pack.lists[name].by_name if name in pack.lists else {}
        for choice in sorted(wanted - set(known)):
            raise PackError("lists/choices.csv", 1, f"选项表“{name}”缺少“{choice}”")
    for rule in all_rules():
        text = pack.rule_texts.get(rule.id)
        for key in rule.keys:
            if text is None or not text.title or not text.sentences.get(key):
                raise PackError("rule-texts.csv", 1, f"缺少规则{rule.id}的“title”或“{key}”")
        if rule.clause not in pack.clauses:
            raise PackError("clauses.csv", 1, f"缺少规则{rule.id}所依据的条款“{rule.clause}”")
    for name in sorted(_NEGATIVE_ITEMS - items):
        raise PackError("negative-list.csv", 1, f"缺少“{name}”这一项")


@lru_cache(maxsize=64)
def rules_for(form_id: str) -> tuple[Rule, ...]:
    """The rules that judge forms of that id."""
    return tuple(r for r in all_rules() if r.applies_to(form_id))

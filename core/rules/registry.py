"""All rules, in the order of the plan."""

from __future__ import annotations

from functools import cache

from core.rules.checks import green_factory, green_park, green_supply_chain, negative_list, priority
from core.rules.engine import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, once, in the order in which the modules state them."""
    modules = (green_factory, green_supply_chain, green_park, negative_list, priority)
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Rule))


def rules_for(form_id: str) -> tuple[Rule, ...]:
    """The rules that judge forms of that id."""
    return tuple(r for r in all_rules() if r.applies_to(form_id))

"""Judges what the library knows of a member, an accident or a window, by the rules that are not of a form alone."""

from __future__ import annotations

from datetime import date

from core.domain.errors import NotFoundError
from core.domain.finding import Finding
from core.policy.pack import PolicyPack
from core.rules.context import DayContext
from core.rules.facts import MemberFacts
from core.rules.registry import all_rules


def judge_member(pack: PolicyPack, rule_id: str, facts: MemberFacts, as_of: date) -> Finding:
    """The finding of R1, R2, R3, W1, T1 or T2 on facts as of a day; facts of later days have not happened yet.

    Raises:
        NotFoundError: no rule over members has that id.
        TypeError: facts of another rule.
    """
    for rule in all_rules():
        if rule.id == rule_id and rule.judge_facts is not None:
            return rule.run_on(facts, DayContext(pack, as_of, pack.parameters_at(as_of)))
    raise NotFoundError(f"没有“{rule_id}”这条对在库单位的规则，请核对编号。")

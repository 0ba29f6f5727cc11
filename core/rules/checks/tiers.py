"""三(三), 二: from the district's library to the city's list, from there to the nation's."""

from __future__ import annotations

from datetime import date

from core.domain.calendar import add_months, format_chinese
from core.rules.context import DayContext
from core.rules.engine import Judgement, member_rule, met, not_met, unknown
from core.rules.facts import CityFacts, NationFacts


def _since(day: date | None, context: DayContext) -> date | None:
    """The day if it has come by the as-of day."""
    return day if day is not None and day <= context.as_of else None


@member_rule(
    "T1", "三(三)", CityFacts,
    keys=("met", "met.old", "not_met.member", "not_met.evaluation", "not_met.disagreed", "unknown.evaluation",
          "unknown.agreement"),
)
def t1_city(facts: CityFacts, context: DayContext) -> Judgement:
    """In the district's library, a third-party evaluation that meets the standard, and the bureau agrees."""
    since, evaluated_on = _since(facts.member_since, context), _since(facts.evaluated_on, context)
    words = {
        "unit": facts.unit_name, "since": format_chinese(since) if since else "",
        "standard": facts.standard or "有关标准", "evaluated": format_chinese(evaluated_on) if evaluated_on else "",
    }
    if since is None:
        return not_met("not_met.member", words=words)
    if evaluated_on is not None and facts.evaluation_meets is False:
        return not_met("not_met.evaluation", words=words)
    if facts.agreed is False:
        return not_met("not_met.disagreed", words=words)
    if evaluated_on is None or facts.evaluation_meets is None:
        return unknown("unknown.evaluation", words=words)
    if facts.agreed is None:
        return unknown("unknown.agreement", words=words)
    oldest = add_months(context.as_of, -int(context.limit("evaluation_max_age_months")))
    return met("met.old" if evaluated_on < oldest else "met", words)


@member_rule("T2", "二", NationFacts, keys=("met", "not_met"))
def t2_nation(facts: NationFacts, context: DayContext) -> Judgement:
    """Already at the city's level."""
    since = _since(facts.city_since, context)
    words = {"unit": facts.unit_name, "since": format_chinese(since) if since else ""}
    return met(words=words) if since else not_met("not_met", words=words)

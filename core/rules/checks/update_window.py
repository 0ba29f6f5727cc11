"""三(二)2: the library's list is updated in June and in mid-December of each year."""

from __future__ import annotations

from core.domain.calendar import add_months, format_chinese
from core.rules.context import DayContext
from core.rules.engine import Judgement, member_rule, met, not_met, unknown
from core.rules.facts import WindowFacts


@member_rule(
    "W1", "三(二)2", WindowFacts,
    keys=("met", "met.late", "not_met.missed", "not_met.late", "unknown", "unknown.open"),
)
def w1_roster_updated(facts: WindowFacts, context: DayContext) -> Judgement:
    """The planned window was worked and closed with a roster, at the latest so many months after its plan."""
    closed_on = facts.closed_on if facts.closed_on is not None and facts.closed_on <= context.as_of else None
    opened_on = facts.opened_on if facts.opened_on is not None and facts.opened_on <= context.as_of else None
    last_chance = add_months(facts.last, int(context.limit("window_late_months")))
    judged_on = closed_on or context.as_of
    words = {
        "window": facts.title, "first": format_chinese(facts.first), "last": format_chinese(facts.last),
        "day": format_chinese(judged_on), "edge": "，正是计划的最后一日" if judged_on == facts.last else "",
        "opened": format_chinese(opened_on) if opened_on else "",
    }
    if closed_on is not None:
        if closed_on > last_chance:
            return not_met("not_met.late", words=words)
        return met("met" if closed_on <= facts.last else "met.late", words)
    if opened_on is not None and context.as_of <= last_chance:
        return unknown("unknown.open", words=words)
    return not_met("not_met.missed", words=words) if context.as_of > facts.last else unknown("unknown", words=words)

"""三(四)2: what removes a unit from the library. R1 and R3 judge the annual report 动态管理表 too."""

from __future__ import annotations

from datetime import date
from typing import Final

from core.domain.calendar import format_chinese
from core.domain.enums import REPORT_FORM, Outcome
from core.domain.values import Row
from core.forms.values import format_number
from core.policy.reports import report_due
from core.rules.context import DayContext, RuleContext
from core.rules.engine import Judgement, member_rule, met, not_met, unknown
from core.rules.facts import AccidentFacts, FalsificationFacts, ReportFacts

_FORMS = (REPORT_FORM,)
_R1_FIELDS = ("unit_kind", "data_year", "filed_on")
_R3_FIELDS = ("has_incidents", "incidents")
_SERIOUS: Final = ("major", "extraordinary")
_NO_LEVEL: Final = ("", "undetermined")
#: Kinds of accident whose grade also follows from figures (domain §9.3); the form does not ask for the evacuated.
_ASKED: Final = ("deaths", "injuries", "loss_wan")
_THRESHOLDS: Final = {
    "safety": _ASKED,
    "environment": (*_ASKED, "evacuated"),
}
#: Kinds that the clause names; of any other the bureau has to say first which of them it is.
_NAMED: Final = ("safety", "cyber", "quality", "environment")
_FIGURE_WORDS: Final = {
    "deaths": "死亡{}人", "injuries": "重伤（中毒）{}人", "loss_wan": "直接经济损失{}万元",
    "evacuated": "疏散、转移{}人",
}


def _report_of_form(context: RuleContext) -> Judgement:
    """The report as it is written: handed in on `filed_on`, or on the as-of day while it has not been yet."""
    year = context.number("data_year")
    blank = tuple(n for n in ("unit_kind", "data_year") if not context.is_given(n))
    blank += () if context.state.is_usable("filed_on") else ("filed_on",)
    if blank or year is None:
        return unknown("unknown.blank", *blank, words={"missing": context.labels(blank)})
    filed_on = context.day("filed_on") or context.as_of
    name = context.text("unit_name") or "本单位"
    return _report(ReportFacts(name, int(year), report_due(context.pack, int(year)), filed_on), context)


def _report(facts: ReportFacts, context: DayContext) -> Judgement:
    """On time up to the due day, itself counted; a day that lies after the as-of day has not come yet."""
    filed_on = facts.filed_on if facts.filed_on is not None and facts.filed_on <= context.as_of else None
    judged_on = filed_on or context.as_of
    words = {
        "unit": facts.unit_name, "year": str(facts.year), "due": format_chinese(facts.due_on),
        "day": format_chinese(judged_on), "edge": "，正是最后一日" if judged_on == facts.due_on else "",
        "late": str((judged_on - facts.due_on).days),
    }
    if judged_on > facts.due_on:
        return not_met("not_met.late" if filed_on else "not_met.missing", "filed_on", words=words)
    return met(words=words) if filed_on else unknown("unknown", "filed_on", words=words)


@member_rule(
    "R1", "三(四)2(1)", ReportFacts, forms=_FORMS, fields=_R1_FIELDS, on_form=_report_of_form,
    keys=("met", "not_met.late", "not_met.missing", "unknown", "unknown.blank"),
)
def r1_report_on_time(facts: ReportFacts, context: DayContext) -> Judgement:
    """The annual report was handed in by the due day of the pack."""
    return _report(facts, context)


@member_rule("R2", "三(四)2(2)", FalsificationFacts, keys=("met", "not_met", "unknown"))
def r2_falsified(facts: FalsificationFacts, context: DayContext) -> Judgement:
    """Material or data was found to be falsified; what is only alleged cannot be told yet."""
    found_on = facts.found_on if facts.found_on is not None and facts.found_on <= context.as_of else None
    words = {"unit": facts.unit_name, "detail": facts.detail.strip(), "day": format_chinese(found_on or context.as_of)}
    if found_on is not None:
        return not_met("not_met", words=words)
    return unknown("unknown", words=words) if words["detail"] else met(words=words)


def _incidents_of_form(context: RuleContext) -> Judgement:
    """Every accident of the report; the worst decides."""
    answer = context.text("has_incidents")
    name = context.text("unit_name") or "本单位"
    words = {"unit": name, "missing": context.labels(("has_incidents",)), "day": format_chinese(context.as_of)}
    rows = context.rows("incidents")
    if answer is None or (answer == "yes" and not rows):
        return unknown("unknown.blank", *_R3_FIELDS, words=words)
    if answer == "no":
        return met("met.none", words=words)
    judged = [_accident(_facts_of(name, row), context) for row in rows]
    order = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET)
    worst = min(judged, key=lambda j: order.index(j.outcome))
    return Judgement(worst.outcome, worst.key, worst.words, ("incidents",))


def _facts_of(name: str, row: Row) -> AccidentFacts:
    happened_on, loss = row.get("incident_on"), row.get("incident_loss_wan")
    return AccidentFacts(
        name, str(row.get("incident_kind") or ""), happened_on if isinstance(happened_on, date) else None,
        str(row.get("incident_level") or ""), _count(row.get("incident_deaths")), _count(row.get("incident_injuries")),
        loss if isinstance(loss, float) else None, None,
    )


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, float) else None


def _accident(facts: AccidentFacts, context: DayContext) -> Judgement:
    """By its stated level, or where the kind has figures for its grade (domain §9.3), by these."""
    words = {
        "unit": facts.unit_name, "kind": context.choice("incident_kind", facts.kind) if facts.kind else "事故（事件）",
        "level": context.choice("incident_level", facts.level) if facts.level else "未填",
        "day": format_chinese(facts.happened_on) if facts.happened_on else "（日期未填）",
        "figures": _told(facts, context), "edge": "",
    }
    reached = _reached(facts, context)
    if reached:
        exact = any(_figure(facts, n) == context.limit(f"incident_{facts.kind}_{n}") for n in reached)
        words |= {"reached": _worded(facts, reached), "edge": "（正好达到起点，以上含本数）" if exact else ""}
        return not_met("not_met.figures", words=words)
    if facts.level in _SERIOUS:
        return not_met("not_met.level", words=words) if facts.kind in _NAMED else unknown("unknown.kind", words=words)
    is_below = facts.kind in _THRESHOLDS and all(_figure(facts, name) is not None for name in _ASKED)
    if facts.level in _NO_LEVEL and not is_below:
        return unknown("unknown.level", words=words)
    return met(words=words)


def _reached(facts: AccidentFacts, context: DayContext) -> tuple[str, ...]:
    """The figures that reach the pack's threshold; the threshold itself counts."""
    return tuple(
        name for name in _THRESHOLDS.get(facts.kind, ())
        if (_figure(facts, name) or 0.0) >= context.limit(f"incident_{facts.kind}_{name}")
    )


def _figure(facts: AccidentFacts, name: str) -> float | None:
    value = {
        "deaths": facts.deaths, "injuries": facts.injuries, "loss_wan": facts.loss_wan, "evacuated": facts.evacuated,
    }[name]
    return None if value is None else float(value)


def _worded(facts: AccidentFacts, names: tuple[str, ...]) -> str:
    return "、".join(_FIGURE_WORDS[n].format(format_number(_figure(facts, n) or 0.0)) for n in names)


def _told(facts: AccidentFacts, context: DayContext) -> str:
    given = tuple(n for n in _FIGURE_WORDS if _figure(facts, n) is not None)
    return f"，{_worded(facts, given)}" if given else ""


@member_rule(
    "R3", "三(四)2(3)", AccidentFacts, forms=_FORMS, fields=_R3_FIELDS, on_form=_incidents_of_form,
    keys=("met", "met.none", "not_met.level", "not_met.figures", "unknown.blank", "unknown.level", "unknown.kind"),
)
def r3_accident(facts: AccidentFacts, context: DayContext) -> Judgement:
    """A major or worse accident of work safety or quality, or an environmental emergency of grade II or worse."""
    return _accident(facts, context)

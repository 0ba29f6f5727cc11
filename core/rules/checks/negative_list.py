"""三(四)1: the negative list 负面准入清单. A declared event counts by its dates, not by the answer alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from core.domain.enums import Severity
from core.rules.context import RuleContext
from core.rules.engine import Judgement, met, not_met, rule, unknown
from core.rules.lookback import Span, edge_note, merge, reaches, touches

_FORMS = ("green-factory", "green-supply-chain", "green-park")
_MORE = "neg_more_events"
_KEYS = (
    "met", "met.recorded", "not_met", "unknown.blank", "unknown.unsure", "unknown.no_from", "unknown.malformed",
)


def _fields(item: str) -> tuple[str, ...]:
    return f"{item}_answer", f"{item}_from", f"{item}_to", _MORE


@dataclass(frozen=True, slots=True)
class _Declared:
    """The events of one item, and why they may be incomplete (a key of the rule's texts, empty if complete)."""

    spans: tuple[Span, ...]
    gap: str
    gap_field: str


def _declared(context: RuleContext, item: str) -> _Declared:
    """The union of the item's own event and its further ones (design §4)."""
    spans: list[Span] = []
    gap, gap_field = "", f"{item}_answer"
    answer = context.text(f"{item}_answer")
    if answer == "yes":
        started, ended = context.day(f"{item}_from"), context.day(f"{item}_to")
        broken = [n for n in (f"{item}_from", f"{item}_to") if not context.state.is_usable(n)]
        if broken:
            gap, gap_field = "unknown.malformed", broken[0]
        elif started is None:
            gap, gap_field = "unknown.no_from", f"{item}_from"
        else:
            spans.append(_span(context, item, started, ended))
    elif answer is None:
        gap = "unknown.blank"
    elif answer == "unknown":
        gap = "unknown.unsure"
    more, gap_of_more = _further(context, item)
    if gap_of_more and not gap:
        gap, gap_field = gap_of_more, _MORE
    return _Declared((*spans, *more), gap, gap_field)


def _further(context: RuleContext, item: str) -> tuple[list[Span], str]:
    """Spans of the item's rows in `neg_more_events`, and why one of them may be missing (a key, else empty)."""
    short = item.removeprefix("neg_")
    spans, gap = [], ""
    for number, row in enumerate(context.rows(_MORE), start=1):
        if row.get("item") != short:
            continue
        started, ended = row.get("from"), row.get("to")
        usable = all(context.state.is_usable(f"{_MORE}[{number}].{c}") for c in ("from", "to"))
        if not usable:
            gap = "unknown.malformed"
        elif isinstance(started, date):
            spans.append(_span(context, item, started, ended if isinstance(ended, date) else None))
        else:
            gap = gap or "unknown.no_from"
    return spans, gap


def _span(context: RuleContext, item: str, started: date, ended: date | None) -> Span:
    if ended is not None:
        return Span(started, ended)
    if context.pack.negative_item(item).blank_to == "open":
        return Span(started, context.as_of, open=True)
    return Span(started, started)


def _judge(
    context: RuleContext, item: str, counting: Callable[[tuple[Span, ...]], list[Span]], months: int = 0
) -> Judgement:
    """Not met if an event counts; cannot tell if the declaration has a gap; else met."""
    declared = _declared(context, item)
    start, end = context.lookback_start, context.as_of
    words = {**context.lookback_words, "edge": "", "events": ""}
    counted = counting(declared.spans)
    if counted:
        words["events"] = "；".join(str(s) for s in counted)
        words["edge"] = edge_note(counted, start, end, months)
        own = context.text(f"{item}_answer") == "yes"
        return not_met("not_met", f"{item}_from" if own else _MORE, words=words)
    if declared.gap:
        return unknown(declared.gap, declared.gap_field, words=words)
    words["events"] = "；".join(str(s) for s in declared.spans)
    return met("met.recorded" if declared.spans else "met", words)


def _touching(context: RuleContext, item: str) -> Judgement:
    start, end = context.lookback_start, context.as_of
    return _judge(context, item, lambda spans: [s for s in spans if touches(s, start, end)])


def _while_open(context: RuleContext, item: str) -> Judgement:
    return _judge(context, item, lambda spans: [s for s in spans if s.open])


@rule("N1a", "三(四)1(1)", forms=_FORMS, fields=_fields("neg_deregistered"), keys=_KEYS)
def n1a_deregistered(context: RuleContext) -> Judgement:
    """Deregistered on some day of the look-back."""
    return _touching(context, "neg_deregistered")


@rule("N1b", "三(四)1(1)", forms=_FORMS, fields=_fields("neg_suspended"), keys=_KEYS)
def n1b_suspended(context: RuleContext) -> Judgement:
    """On some day of the look-back production had stood still for 12 months on end."""
    start, end = context.lookback_start, context.as_of
    months = int(context.limit("stoppage_months"))

    def long_enough(spans: tuple[Span, ...]) -> list[Span]:
        return [s for s in merge(spans) if reaches(s, months, start, end)]

    return _judge(context, "neg_suspended", long_enough, months)


@rule("N1c", "三(四)1(1)", forms=_FORMS, fields=_fields("neg_abnormal"), keys=_KEYS)
def n1c_abnormal(context: RuleContext) -> Judgement:
    """On the list of abnormal operations and not yet removed from it."""
    return _while_open(context, "neg_abnormal")


@rule(
    "N1d", "三(四)1(1)", forms=_FORMS, fields=(*_fields("neg_other"), "neg_other_detail"), keys=_KEYS,
    severity=Severity.VERIFY,
)
def n1d_other(context: RuleContext) -> Judgement:
    """The 等: another case of not operating normally, with the clerk's words, for the bureau to decide."""
    return _touching(context, "neg_other")


@rule("N2", "三(四)1(2)", forms=_FORMS, fields=_fields("neg_violation"), keys=_KEYS)
def n2_violation(context: RuleContext) -> Judgement:
    """Accident of safety, quality or pollution, tax evasion or other violation."""
    return _touching(context, "neg_violation")


@rule("N3", "三(四)1(3)", forms=_FORMS, fields=_fields("neg_delisted"), keys=_KEYS)
def n3_delisted(context: RuleContext) -> Judgement:
    """Removed from a green-manufacturing list by dynamic adjustment."""
    return _touching(context, "neg_delisted")


@rule("N4", "三(四)1(4)", forms=_FORMS, fields=_fields("neg_inspection"), keys=_KEYS)
def n4_inspection(context: RuleContext) -> Judgement:
    """Serious problem found by a State Council or ministry inspection."""
    return _touching(context, "neg_inspection")


@rule("N5", "三(四)1(5)", forms=_FORMS, fields=_fields("neg_energy_rectification"), keys=_KEYS)
def n5_energy_rectification(context: RuleContext) -> Judgement:
    """On the energy-supervision rectification list and not rectified as required."""
    return _while_open(context, "neg_energy_rectification")


@rule("N6", "三(四)1(6)", forms=_FORMS, fields=_fields("neg_dishonest"), keys=_KEYS)
def n6_dishonest(context: RuleContext) -> Judgement:
    """Dishonest judgment debtor 失信被执行人."""
    return _touching(context, "neg_dishonest")

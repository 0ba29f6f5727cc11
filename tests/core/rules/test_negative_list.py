"""Whole negative items, with further events, against a plain restatement of design §4."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.calendar import add_months
from core.domain.enums import Outcome
from core.domain.finding import Finding
from core.rules.verdict import check
from tests.fixtures.packs import sample, shipped_pack
from tests.fixtures.sample_answers import AS_OF

START = add_months(AS_OF, -36)
RULE_OF = {
    "deregistered": "N1a", "suspended": "N1b", "abnormal": "N1c", "other": "N1d", "violation": "N2",
    "delisted": "N3", "inspection": "N4", "energy_rectification": "N5", "dishonest": "N6",
}
STILL_OPEN_WHEN_BLANK = {"suspended", "abnormal", "energy_rectification", "dishonest", "deregistered"}
Event = tuple[date, date | None]
NEAR_EDGES = st.sampled_from([START, AS_OF]).flatmap(
    lambda edge: st.integers(-2, 2).map(lambda n: edge + timedelta(days=n))
)
DAYS = st.one_of(st.dates(date(2020, 1, 1), AS_OF), NEAR_EDGES).map(lambda day: min(day, AS_OF))


def _later(day: date, days: int) -> date:
    return min(day + timedelta(days=days), AS_OF)


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    result: list[Event] = []
    for _ in range(draw(st.integers(1, 4))):
        first = draw(DAYS)
        last = draw(st.one_of(st.none(), DAYS, st.integers(0, 500).map(partial(_later, first))))
        result.append((first, last if last is None or last >= first else first))
    return result


def ask(item: str, answers: dict[str, Any]) -> Finding:
    finding = check(shipped_pack(), "green-factory", answers, AS_OF).verdict.finding(RULE_OF[item])
    assert finding is not None
    return finding


def declare(item: str, given_events: list[Event]) -> dict[str, Any]:
    """The first event in the table's own line, the others in 其余各次."""
    first, *others = given_events
    answers = sample("green-factory")
    answers |= {f"neg_{item}_answer": "yes", f"neg_{item}_from": first[0], f"neg_{item}_to": first[1]}
    answers["neg_more_events"] = [{"item": item, "from": a, "to": b} for a, b in others]
    return answers


def counts(item: str, given_events: list[Event]) -> bool:
    """Design §4 said once more, in days."""
    is_open_kind = item in STILL_OPEN_WHEN_BLANK
    if item in ("abnormal", "energy_rectification"):
        return any(last is None for _, last in given_events)
    closed = [(a, b or (AS_OF if is_open_kind else a)) for a, b in given_events]
    if item != "suspended":
        return any(a <= AS_OF and b >= START for a, b in closed)
    nights = {a + timedelta(days=n) for a, b in closed for n in range((b - a).days)}
    for offset in range((AS_OF - START).days + 1):
        began = day = START + timedelta(days=offset)
        while began - timedelta(days=1) in nights:
            began -= timedelta(days=1)
        if add_months(began, 12) <= day:
            return True
    return False


@pytest.mark.parametrize("item", list(RULE_OF))
@settings(max_examples=25, deadline=None)
@given(given_events=events())
def test_the_union_of_all_events_decides(item: str, given_events: list[Event]) -> None:
    finding = ask(item, declare(item, given_events))
    assert finding.outcome is (Outcome.NOT_MET if counts(item, given_events) else Outcome.MET), finding.message


@settings(max_examples=25, deadline=None)
@given(given_events=events(), order=st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(given_events: list[Event], order: Any) -> None:
    shuffled = list(given_events)
    order.shuffle(shuffled)
    assert ask("suspended", declare("suspended", given_events)).outcome is (
        ask("suspended", declare("suspended", shuffled)).outcome
    )


def test_an_event_that_counts_outweighs_one_that_cannot_be_read() -> None:
    answers = declare("violation", [(AS_OF, None)])
    answers["neg_more_events"] = [{"item": "violation", "from": "哪天忘了"}]
    assert ask("violation", answers).outcome is Outcome.NOT_MET


def test_a_row_that_cannot_be_read_leaves_the_item_open() -> None:
    answers = declare("violation", [(date(2020, 1, 1), None)])
    answers["neg_more_events"] = [{"item": "violation", "from": "哪天忘了"}]
    finding = ask("violation", answers)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.fields[0] == "neg_more_events"


def test_rows_of_other_items_are_not_read() -> None:
    answers = sample("green-factory")
    answers["neg_more_events"] = [{"item": "violation", "from": "2026-01-01"}]
    assert ask("dishonest", answers).outcome is Outcome.MET
    assert ask("violation", answers).outcome is Outcome.NOT_MET


def test_the_message_lists_the_events_that_count_and_no_other() -> None:
    answers = declare("delisted", [(date(2020, 5, 1), None), (date(2024, 5, 1), None), (date(2025, 5, 1), None)])
    message = ask("delisted", answers).message
    assert "2024年5月1日；2025年5月1日" in message
    assert "2020年5月1日" not in message
    assert "2023年11月23日至2026年11月23日" in message


def test_other_cases_quote_the_clerks_words_and_never_refuse() -> None:
    answers = declare("other", [(date(2025, 5, 1), None)]) | {"neg_other_detail": "厂区搬迁，产线未恢复"}
    checked = check(shipped_pack(), "green-factory", answers, AS_OF)
    finding = checked.verdict.finding("N1d")
    assert finding is not None
    assert "厂区搬迁，产线未恢复" in finding.message
    assert finding.is_open
    assert checked.verdict.eligibility == "eligible"
    assert not checked.verdict.may_recommend

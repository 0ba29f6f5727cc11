"""Look-back arithmetic against a naive oracle that walks day by day (design §4)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.calendar import add_months
from core.rules.lookback import Span, edge_note, merge, reaches, touches

AS_OF = date(2026, 11, 23)
START = date(2023, 11, 23)
DAYS = st.dates(date(2019, 12, 1), date(2028, 3, 31))
AS_OFS = st.one_of(st.dates(date(2023, 1, 1), date(2028, 12, 31)), st.sampled_from([
    date(2024, 2, 29), date(2027, 2, 28), date(2028, 2, 29), date(2027, 3, 1), date(2025, 2, 28), date(2026, 12, 31),
]))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first = draw(DAYS)
    return Span(first, first + timedelta(days=draw(st.integers(0, 900))))


@st.composite
def close_spans(draw: st.DrawFn) -> list[Span]:
    """Stoppages that follow one another closely, so that they overlap, meet or just miss."""
    first, result = draw(DAYS), []
    for _ in range(draw(st.integers(1, 4))):
        last = first + timedelta(days=draw(st.sampled_from([0, 1, 100, 183, 364, 365, 366, 367])))
        result.append(Span(first, last))
        first = last + timedelta(days=draw(st.sampled_from([-40, -1, 0, 1, 2, 30])))
    return draw(st.permutations(result))


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def naive_touches(span: Span, start: date, end: date) -> bool:
    return any(span.first <= day <= span.last for day in days_of(start, end))


def naive_reached(stoppages: list[Span], months: int, start: date, end: date) -> bool:
    """Walks back from each day of the look-back over days of standstill to where the standstill began.

    A stoppage `first`–`last` stands still over every night between them: `last` is the day production resumed, so a
    stoppage that begins on that very day goes on with it, one that begins the day after does not. The months are
    counted forward from the beginning (民法典第二百零二条: no such day in the last month means its last day).
    """
    nights = {day for s in stoppages for day in days_of(s.first, s.last)[:-1]}
    edges = {day for s in stoppages for day in (s.first, s.last)}
    for day in days_of(start, end):
        if day in nights or day in edges:
            began = day
            while began - timedelta(days=1) in nights:
                began -= timedelta(days=1)
            if add_months(began, months) <= day:
                return True
    return False


@settings(max_examples=150, deadline=None)
@given(spans(), AS_OFS)
def test_touches_is_what_walking_the_days_finds(span: Span, as_of: date) -> None:
    start = add_months(as_of, -36)
    assert touches(span, start, as_of) == naive_touches(span, start, as_of)


@settings(max_examples=250, deadline=None)
@given(close_spans(), AS_OFS)
def test_twelve_months_on_end_is_what_walking_the_days_finds(stoppages: list[Span], as_of: date) -> None:
    start = add_months(as_of, -36)
    found = any(reaches(span, 12, start, as_of) for span in merge(stoppages))
    assert found == naive_reached(stoppages, 12, start, as_of)


@settings(max_examples=100, deadline=None)
@given(close_spans())
def test_merging_keeps_every_day_and_is_done_once(stoppages: list[Span]) -> None:
    merged = merge(stoppages)
    assert {d for s in merged for d in days_of(s.first, s.last)} == {
        d for s in stoppages for d in days_of(s.first, s.last)
    }
    assert merge(merged) == merged
    assert all(a.last < b.first for a, b in pairwise(merged))


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (date(2023, 1, 1), START, True),
        (date(2023, 1, 1), START - timedelta(days=1), False),
        (AS_OF, AS_OF, True),
        (AS_OF + timedelta(days=1), AS_OF + timedelta(days=1), False),
        (date(2000, 1, 1), date(2099, 1, 1), True),
    ],
)
def test_both_ends_of_the_look_back_count(first: date, last: date, counts: bool) -> None:
    assert touches(Span(first, last), START, AS_OF) is counts


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (date(2022, 11, 23), START, True),
        (date(2022, 11, 24), START, False),
        (date(2020, 1, 1), START, True),
        (date(2020, 1, 1), START - timedelta(days=1), False),
        (date(2025, 11, 23), AS_OF, True),
        (date(2025, 11, 24), AS_OF, False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2024, 2, 29), date(2025, 2, 27), False),
        (date(2024, 2, 28), date(2025, 2, 28), True),
    ],
)
def test_twelve_months_at_the_edges(first: date, last: date, counts: bool) -> None:
    assert reaches(Span(first, last), 12, START, AS_OF) is counts


def test_stoppages_that_meet_are_one_and_a_day_of_production_parts_them() -> None:
    first = Span(date(2024, 1, 1), date(2024, 6, 1))
    meets, misses = Span(date(2024, 6, 1), AS_OF, open=True), Span(date(2024, 6, 2), AS_OF, open=True)
    assert merge([meets, first]) == [Span(date(2024, 1, 1), AS_OF, open=True)]
    assert merge([misses, first]) == [first, misses]


def test_a_merged_stoppage_is_open_only_if_the_one_that_lasts_longest_is() -> None:
    closed, still = Span(date(2024, 1, 1), date(2024, 9, 1)), Span(date(2024, 3, 1), AS_OF, open=True)
    assert merge([closed, still])[0].open
    assert not merge([closed, Span(date(2024, 3, 1), date(2024, 4, 1), open=True)])[0].open
    assert merge([Span(date(2024, 1, 1), AS_OF), Span(date(2024, 3, 1), AS_OF, open=True)])[0].open


def test_a_stoppage_within_another_does_not_shorten_it() -> None:
    long, short = Span(date(2024, 1, 1), date(2025, 6, 1)), Span(date(2024, 2, 1), date(2024, 3, 1))
    assert merge([long, short]) == [long]


def test_the_edge_note_names_the_edge_day_and_only_there() -> None:
    assert "2023年11月23日正是近三年的第一日" in edge_note([Span(date(2023, 1, 1), START)], START, AS_OF)
    assert "2026年11月23日正是校核日期当日" in edge_note([Span(AS_OF, AS_OF)], START, AS_OF)
    assert "正是校核日期当日" in edge_note([Span(date(2025, 11, 23), AS_OF, open=True)], START, AS_OF, 12)
    assert edge_note([Span(date(2024, 1, 1), date(2025, 1, 1))], START, AS_OF) == ""
    assert edge_note([Span(AS_OF - timedelta(days=1), AS_OF, open=True)], START, AS_OF) == ""


def test_a_span_reads_as_people_write_it() -> None:
    assert str(Span(date(2024, 1, 1), date(2025, 2, 3))) == "2024年1月1日至2025年2月3日"
    assert str(Span(date(2024, 1, 1), date(2024, 1, 1))) == "2024年1月1日"
    assert str(Span(date(2024, 1, 1), AS_OF, open=True)) == "2024年1月1日起至今"

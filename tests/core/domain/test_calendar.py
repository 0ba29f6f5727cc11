"""Month arithmetic: ends of months, leap days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calendar import add_months, format_chinese, months_between

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(("day", "months", "expected"), [
    (date(2024, 2, 29), 12, date(2025, 2, 28)), (date(2024, 2, 29), -36, date(2021, 2, 28)),
    (date(2024, 2, 29), 48, date(2028, 2, 29)), (date(2025, 2, 28), -12, date(2024, 2, 28)),
    (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2026, 3, 31), -1, date(2026, 2, 28)),
    (date(2026, 12, 31), 2, date(2027, 2, 28)), (date(2026, 1, 1), -1, date(2025, 12, 1)),
    (date(2026, 11, 23), -36, date(2023, 11, 23)), (date(2026, 11, 23), 0, date(2026, 11, 23)),
    (date(3, 1, 1), -36, date.min), (date(4, 1, 2), -36, date(1, 1, 2)),
])
def test_add_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(DAYS, st.integers(-240, 240))
def test_the_day_of_the_month_stays_or_becomes_the_last_one(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(("earlier", "later", "months"), [
    (date(2025, 11, 23), date(2026, 11, 23), 12), (date(2025, 11, 24), date(2026, 11, 23), 11),
    (date(2024, 2, 29), date(2025, 2, 28), 12), (date(2024, 2, 29), date(2025, 2, 27), 11),
    (date(2026, 1, 31), date(2026, 2, 28), 1), (date(2026, 5, 5), date(2026, 5, 5), 0),
    (date(2026, 11, 23), date(2025, 11, 23), -12),
])
def test_months_between(earlier: date, later: date, months: int) -> None:
    assert months_between(earlier, later) == months


@given(DAYS, DAYS)
def test_months_between_is_the_largest_that_still_fits(one: date, other: date) -> None:
    earlier, later = min(one, other), max(one, other)
    months = months_between(earlier, later)
    assert add_months(earlier, months) <= later < add_months(earlier, months + 1)
    assert months_between(later, earlier) == -months


def test_dates_print_without_leading_zeros() -> None:
    assert format_chinese(date(2026, 3, 1)) == "2026年3月1日"

"""Instants are in UTC, dates are local."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from core.infra.clock import FixedClock, SystemClock


def test_now_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of the process cannot be set here")
def test_today_is_the_date_on_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    dates = set()
    for zone in ("UTC-14", "UTC+12"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        dates.add(SystemClock().today())
    monkeypatch.undo()
    time.tzset()
    assert len(dates) == 2


def test_a_fixed_clock_stands_still() -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 2))
    assert (clock.now(), clock.today()) == (datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 2))

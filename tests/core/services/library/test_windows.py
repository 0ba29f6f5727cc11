"""When a window may be opened, what is planned, missed and running (三(二)2)."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.enums import Role
from core.domain.errors import NotAllowedError
from core.domain.records import Station
from core.services.library import windows
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import OFFICE


def close(bureau: Bureau, day: date) -> None:
    current = windows.current(bureau.ws)
    assert current is not None
    bureau.ws.store.library.windows.close(current.id, day=day, actor="测试")


def test_the_pack_plans_june_and_mid_december(bureau: Bureau) -> None:
    june, december = windows.planned(bureau.ws, 2027)
    assert (june.title, june.first, june.last) == ("2027年6月动态更新", date(2027, 6, 1), date(2027, 6, 30))
    assert (december.first, december.last) == (date(2027, 12, 11), date(2027, 12, 20))


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 7, 1), date(2026, 12, 10), date(2026, 12, 21)])
def test_outside_the_plan_no_window_of_the_day_opens(bureau: Bureau, day: date) -> None:
    bureau.clock.set(day)
    with pytest.raises(NotAllowedError, match=r"不在动态更新窗口内.*三\(二\)2"):
        windows.open_window(bureau.ws)


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 6, 30), date(2026, 12, 11), date(2026, 12, 20)])
def test_on_both_edge_days_the_window_opens(bureau: Bureau, day: date) -> None:
    bureau.clock.set(day)
    assert windows.open_window(bureau.ws).month == day.month


def test_a_planned_window_does_not_open_before_its_first_day_but_late(bureau: Bureau) -> None:
    with pytest.raises(NotAllowedError, match=r"12月11日开始.*三\(二\)2"):
        windows.open_window(bureau.ws, month=12)
    bureau.clock.set(date(2027, 1, 5))
    late = windows.open_window(bureau.ws, year=2026, month=12)
    assert (late.title, late.note) == ("2026年12月动态更新", "补办：计划2026-12-11至2026-12-20")


def test_only_one_window_is_open_and_none_is_done_twice(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    with pytest.raises(NotAllowedError, match="还没有关闭"):
        windows.open_window(bureau.ws, batch=1)
    close(bureau, date(2026, 6, 1))
    with pytest.raises(NotAllowedError, match="已经办理过"):
        windows.open_window(bureau.ws)
    assert windows.open_window(bureau.ws, batch=1).title == "2026年度第一批"
    close(bureau, date(2026, 6, 1))
    with pytest.raises(NotAllowedError, match="已经办理过"):
        windows.open_window(bureau.ws, batch=1)
    assert windows.open_window(bureau.ws, batch=12).title == "2026年度第十二批"


def test_a_month_that_is_not_in_the_plan_is_refused(bureau: Bureau) -> None:
    with pytest.raises(NotAllowedError, match=r"没有3月的动态更新.*6月、12月"):
        windows.open_window(bureau.ws, month=3)


def test_days_in_the_future_and_before_the_last_closing_are_refused(bureau: Bureau) -> None:
    with pytest.raises(NotAllowedError, match="还没有到"):
        windows.open_window(bureau.ws, on=date(2026, 6, 2))
    windows.open_window(bureau.ws)
    close(bureau, date(2026, 6, 1))
    with pytest.raises(NotAllowedError, match="早于上一批次的关闭日期"):
        windows.open_window(bureau.ws, batch=1, on=date(2026, 5, 31))


def test_an_office_opens_nothing(bureau: Bureau) -> None:
    bureau.ws.choose_station(Station(Role.OFFICE, OFFICE, "李慧敏"))
    with pytest.raises(NotAllowedError, match=r"由区工业和信息化局管理"):
        windows.open_window(bureau.ws)


def test_the_overview_counts_down_runs_and_names_what_was_missed(bureau: Bureau) -> None:
    bureau.clock.set(date(2026, 5, 22))
    before = windows.overview(bureau.ws)
    assert before.upcoming is not None
    assert (before.upcoming.title, before.days, before.running, before.missed) == ("2026年6月动态更新", 10, None, ())
    bureau.clock.set(date(2026, 6, 30))
    assert windows.overview(bureau.ws).days == 0
    windows.open_window(bureau.ws)
    close(bureau, date(2026, 6, 30))
    after = windows.overview(bureau.ws)
    assert after.upcoming is not None
    assert (after.upcoming.title, after.running) == ("2026年12月动态更新", None)
    bureau.clock.set(date(2027, 6, 10))
    later = windows.overview(bureau.ws)
    assert [p.title for p in later.missed] == ["2026年12月动态更新"]
    assert later.running is not None


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_batches_are_numbered_in_chinese(number: int, words: str) -> None:
    assert windows.numeral(number) == words

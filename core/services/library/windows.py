"""动态更新 windows: planned by the pack, opened, and what was missed (三(二)2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.calendar import format_chinese
from core.domain.errors import NotAllowedError
from core.domain.library import PlannedWindow, Window
from core.policy.windows import planned_windows
from core.services.library.access import day_of, require_bureau
from core.services.workspace import Workspace

_NUMERALS: Final = "零一二三四五六七八九十"
_CLAUSE: Final = "三(二)2"


@dataclass(frozen=True, slots=True)
class WindowOverview:
    """Where the year's updating stands. `days` counts to the first day of `upcoming`; 0 while it is running."""

    today: date
    current: Window | None
    running: PlannedWindow | None
    upcoming: PlannedWindow | None
    days: int
    missed: tuple[PlannedWindow, ...]


def planned(ws: Workspace, year: int) -> tuple[PlannedWindow, ...]:
    """The windows that the pack plans for a year."""
    return planned_windows(ws.pack, year)


def windows(ws: Workspace) -> tuple[Window, ...]:
    """Every window and batch so far, newest first."""
    return ws.store.library.windows.all()


def window(ws: Workspace, window_id: int) -> Window:
    """The window with that number.

    Raises:
        NotFoundError: there is none.
    """
    return ws.store.library.windows.get(window_id)


def current(ws: Workspace) -> Window | None:
    """The window that is open."""
    return ws.store.library.windows.current()


def overview(ws: Workspace) -> WindowOverview:
    """What runs, what comes next, and what was missed since the first window of this store (or this year)."""
    today = ws.clock.today()
    done = {(w.year, w.month): w for w in windows(ws)}
    years = [year for year, _ in done] or [today.year]
    plan = [p for year in range(min(*years, today.year), today.year + 2) for p in planned(ws, year)]
    closed = {key for key, w in done.items() if not w.is_open}
    # An extra batch makes up for no window: only those of the plan say since when this store keeps to it.
    first = min((w.opened_on for w in done.values() if w.month is not None), default=date(today.year, 1, 1))
    ahead = [p for p in plan if p.last >= today and (p.year, p.month) not in closed]
    running = next((p for p in ahead if p.first <= today), None)
    upcoming = ahead[0] if ahead else None
    return WindowOverview(
        today, current(ws), running, upcoming, max(0, (upcoming.first - today).days) if upcoming else 0,
        tuple(p for p in plan if p.last < today and p.last >= first and (p.year, p.month) not in done),
    )


def open_window(
    ws: Workspace,
    *,
    year: int | None = None,
    month: int | None = None,
    batch: int | None = None,
    title: str = "",
    note: str = "",
    on: date | None = None,
) -> Window:
    """Open the planned window of the day, a planned one by year and month (also late), or an extra batch by number.

    Raises:
        NotAllowedError: not the bureau; another window is open; this one was done, or has not begun yet.
    """
    require_bureau(ws)
    day = day_of(ws, on)
    wanted_year = year or day.year
    if batch is not None:
        if batch < 1:
            raise NotAllowedError(f"批次号应从1起，现在是{batch}，请改正。")
        return _open(ws, title or f"{wanted_year}年度第{numeral(batch)}批", wanted_year, None, batch, day, note)
    plan = _by_month(ws, wanted_year, month) if month is not None else _of_day(ws, day)
    if day < plan.first:
        raise NotAllowedError(
            f"“{plan.title}”从{format_chinese(plan.first)}开始，现在不能打开（{_CLAUSE}）；急需入库的请用“增开批次”。"
        )
    late = f"补办：计划{plan.first}至{plan.last}" if day > plan.last else ""
    words = "；".join(part for part in (late, note) if part)
    return _open(ws, title or plan.title, plan.year, plan.month, None, day, words)


def numeral(number: int) -> str:
    """A small number in Chinese numerals: 11 → 十一; above 99 in figures."""
    if number <= 10:
        return _NUMERALS[number]
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return f"{_NUMERALS[tens] if tens > 1 else ''}十{_NUMERALS[ones] if ones else ''}"


def keep_pack(ws: Workspace) -> tuple[str, str, bytes]:
    """Digest, label and content of the pack in use, for the store to keep."""
    return ws.pack.digest, ws.pack.label, ws.pack_content()


def _open(
    ws: Workspace, title: str, year: int, month: int | None, batch: int | None, day: date, note: str
) -> Window:
    return ws.store.library.windows.open(
        title=title, year=year, month=month, batch=batch, opened_on=day, note=note, pack=keep_pack(ws), actor=ws.actor
    )


def _of_day(ws: Workspace, day: date) -> PlannedWindow:
    plan = planned(ws, day.year)
    for each in plan:
        if each.first <= day <= each.last:
            return each
    when = "、".join(f"{format_chinese(p.first)}至{format_chinese(p.last)}" for p in plan)
    raise NotAllowedError(
        f"{format_chinese(day)}不在动态更新窗口内（今年为{when}，{_CLAUSE}）；补办的请写明年份和月份，另办的请用“增开批次”。"
    )


def _by_month(ws: Workspace, year: int, month: int) -> PlannedWindow:
    for each in planned(ws, year):
        if each.month == month:
            return each
    months = "、".join(f"{p.month}月" for p in planned(ws, year))
    raise NotAllowedError(f"{year}年没有{month}月的动态更新，方案规定在{months}（{_CLAUSE}）；另办的请用“增开批次”。")

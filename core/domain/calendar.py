"""Month arithmetic of the look-back: whole months, ends of February, both ends counted; days and moments in words."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier); a day that the month lacks becomes its last day.

    Before year 1 there is no calendar: the first day that there is.
    """
    index = day.year * 12 + day.month - 1 + months
    if index < 12:
        return date.min
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(earlier: date, later: date) -> int:
    """Whole months from `earlier` to `later`; negative when `later` comes first."""
    if later < earlier:
        return -months_between(later, earlier)
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months if add_months(earlier, months) <= later else months - 1


def format_chinese(day: date) -> str:
    """2026年3月1日: Arabic figures, no leading zeros (GB/T 9704-2012)."""
    return f"{day.year}年{day.month}月{day.day}日"


def format_moment(at: datetime) -> str:
    """11月23日14:03, in the time of this PC: when somebody did something, as sentences tell it."""
    local = at.astimezone()
    return f"{local.month}月{local.day}日{local:%H:%M}"

"""Where the time comes from, so that tests and reprints can fix it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time to everything that stores or prints it."""

    def now(self) -> datetime:
        """This instant, timezone-aware, in UTC."""

    def today(self) -> date:
        """The date on this PC's wall calendar."""


class SystemClock:
    """The clock of this PC."""

    def now(self) -> datetime:
        """This instant, timezone-aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The date on this PC's wall calendar: a clerk in China expects the local date, not the one in UTC."""
        return datetime.now(UTC).astimezone().date()


class SetClock:
    """A clock that is set by hand and never moves on by itself: for playing years in seconds."""

    def __init__(self, today: date) -> None:
        self._today = today

    def set(self, today: date) -> None:
        """Make it another day."""
        self._today = today

    def now(self) -> datetime:
        """Four in the morning UTC of the day that is set: noon in China."""
        return datetime(self._today.year, self._today.month, self._today.day, 4, tzinfo=UTC)

    def today(self) -> date:
        """The day that is set."""
        return self._today


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still."""

    fixed_now: datetime
    fixed_today: date

    def now(self) -> datetime:
        """The fixed instant."""
        return self.fixed_now

    def today(self) -> date:
        """The fixed date."""
        return self.fixed_today

"""近三年: the period that a verdict looked at, for printing."""

from __future__ import annotations

from datetime import date

from core.domain.calendar import add_months
from core.policy.pack import PolicyPack


def look_back(pack: PolicyPack, as_of: date) -> tuple[date, date]:
    """First and last day of the look-back, both counted; its months are a parameter of the pack."""
    months = pack.parameters_at(as_of)["lookback_months"]
    return add_months(as_of, -int(months)), as_of

"""动态更新 as the pack plans it: 每年6月、12月中旬 (三(二)2)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from core.domain.errors import PackError
from core.domain.library import PlannedWindow
from core.policy.pack import PolicyPack

PARAMETER: Final = "windows"
_PERIOD: Final = re.compile(r"^(\d{2})-(\d{2})/(\d{2})-(\d{2})$")


def planned_windows(pack: PolicyPack, year: int) -> tuple[PlannedWindow, ...]:
    """The windows of a year, first to last.

    Raises:
        PackError: the parameter is not of the form `06-01/06-30;12-11/12-20`.
    """
    text = str(pack.parameters_at(date(year, 1, 1)).get(PARAMETER, ""))
    found = [_planned(part.strip(), year) for part in text.split(";") if part.strip()]
    return tuple(sorted(found, key=lambda window: window.first))


def _planned(part: str, year: int) -> PlannedWindow:
    match = _PERIOD.match(part)
    try:
        if match is None:
            raise ValueError(part)
        first = date(year, int(match[1]), int(match[2]))
        last = date(year, int(match[3]), int(match[4]))
    except ValueError:
        raise PackError("parameters.csv", 1, f"参数“{PARAMETER}”中的“{part}”应形如06-01/06-30") from None
    if last < first:
        raise PackError("parameters.csv", 1, f"参数“{PARAMETER}”中的“{part}”止日早于起日")
    return PlannedWindow(year, first.month, first, last)

"""When the annual report 动态管理表 of a year is due, as the pack says."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from core.domain.errors import PackError
from core.policy.pack import PolicyPack

PARAMETER: Final = "annual_report_due"
_DAY: Final = re.compile(r"^(\d{2})-(\d{2})$")


def report_due(pack: PolicyPack, year: int) -> date:
    """The last day for the report of `year`: a day of the year after it, itself counted.

    Raises:
        PackError: the parameter is not of the form `04-15`.
    """
    text = str(pack.parameters_at(date(year + 1, 1, 1)).get(PARAMETER, ""))
    match = _DAY.match(text)
    try:
        if match is None:
            raise ValueError(text)
        return date(year + 1, int(match[1]), int(match[2]))
    except ValueError:
        raise PackError("parameters.csv", 1, f"参数“{PARAMETER}”的“{text}”应形如04-15") from None

"""动态管理表: which member and year a report is of."""

from __future__ import annotations

from core.domain.enums import REPORT_FORM
from core.domain.values import Answers


def period_of(form: str, answers: Answers) -> str:
    """What tells several forms of a unit apart: kind and year of an annual report, blank while one is not usable."""
    if form != REPORT_FORM:
        return ""
    kind, year = answers.get("unit_kind"), answers.get("data_year")
    is_year = isinstance(year, int) and not isinstance(year, bool)
    return period(kind, year) if isinstance(kind, str) and kind and is_year else ""


def period(kind: str, year: object) -> str:
    """`green-factory:2025`."""
    return f"{kind}:{year}"

"""What the rules over members look at: plain facts of one report, accident, window or member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The annual report 动态管理表 of one year: last day for it, and the day on which it was handed in."""

    unit_name: str
    year: int
    due_on: date
    filed_on: date | None


@dataclass(frozen=True, slots=True)
class FalsificationFacts:
    """Falsified material or data; `found_on` None while it is only alleged."""

    unit_name: str
    found_on: date | None
    detail: str


@dataclass(frozen=True, slots=True)
class AccidentFacts:
    """An accident: `kind` and `level` are choices of the pack (incident_kind, incident_level), blank if not stated."""

    unit_name: str
    kind: str
    happened_on: date | None
    level: str
    deaths: int | None
    injuries: int | None
    loss_wan: float | None
    evacuated: int | None


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """A planned update window and what became of it."""

    title: str
    first: date
    last: date
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class CityFacts:
    """A member that is to be recommended to the city: third-party evaluation and the bureau's opinion."""

    unit_name: str
    member_since: date | None
    standard: str
    evaluated_on: date | None
    evaluation_meets: bool | None
    agreed: bool | None


@dataclass(frozen=True, slots=True)
class NationFacts:
    """A member that is to be recommended to the nation."""

    unit_name: str
    city_since: date | None


MemberFacts: TypeAlias = ReportFacts | FalsificationFacts | AccidentFacts | WindowFacts | CityFacts | NationFacts

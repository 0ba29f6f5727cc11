"""培育对象（意向）: units with potential that an office guides towards a form; and who belongs to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ProspectState(StrEnum):
    """Where a prospect stands."""

    OPEN = "open"
    FORMED = "formed"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"open": "培育中", "formed": "已填表", "dropped": "不再跟进"}[self.value]


@dataclass(frozen=True, slots=True)
class ProspectFacts:
    """What a clerk enters of a unit with potential (三(二)1); `kind` is the form it may come to fill."""

    unit_name: str
    kind: str
    office: str
    credit_code: str = ""
    potential: str = ""
    reason: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    next_step: str = ""
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Prospect:
    """A unit with potential (三(二)1). `next_on` is when `next_step` is due; `record_id` the form it became."""

    id: str
    unit_name: str
    credit_code: str
    kind: str
    office: str
    potential: str
    reason: str
    contact_name: str
    contact_phone: str
    next_step: str
    next_on: date | None
    state: ProspectState
    record_id: str | None
    updated_at: datetime


class GuidanceKind(StrEnum):
    """What an office or the bureau did for a prospect (三(二)1, 2)."""

    GUIDANCE = "guidance"
    PROMOTION = "promotion"
    VISIT = "visit"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"guidance": "辅导填报", "promotion": "宣贯", "visit": "走访", "other": "其他"}[self.value]


@dataclass(frozen=True, slots=True)
class ProspectNote:
    """One entry of a prospect's log: never changed."""

    sequence: int
    prospect_id: str
    kind: GuidanceKind
    happened_on: date
    text: str
    written_by: str
    written_at: datetime


class LinkKind(StrEnum):
    """What ties a unit to a park or to a chain leader."""

    PARK_FACTORY = "park_factory"
    SUPPLIER = "supplier"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"park_factory": "园区内工厂", "supplier": "供应商"}[self.value]


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A library unit that belongs to a park, or supplies a chain leader, from one day to another."""

    id: str
    kind: LinkKind
    parent_id: str
    child_id: str
    since: date
    until: date | None

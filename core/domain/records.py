"""A unit's form in the store, and everything that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.domain.enums import Eligibility, RecordState, Role
from core.domain.values import Answers, Stored


@dataclass(frozen=True, slots=True)
class Explanation:
    """情况说明: the clerk's reason on a `verify` finding; void once `values_digest` no longer fits the answers."""

    rule: str
    text: str
    values_digest: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """佐证材料: one attached file of one field. `sha256` names the stored content."""

    id: str
    record_id: str
    field: str
    file_name: str
    sha256: str
    size: int
    media_type: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One form of one unit. `revision` counts its saved changes; `answers` are stored values (see `values`).

    `period` tells several forms of one kind apart: empty, or kind and year of an annual report (`green-factory:2025`).
    `filed_on` is the day on which an annual report was handed in.
    """

    id: str
    form: str
    credit_code: str
    unit_name: str
    office: str
    state: RecordState
    pack_version: str
    revision: int
    answers: Answers
    explanations: tuple[Explanation, ...]
    created_at: datetime
    updated_at: datetime
    verdict_number: str | None = None
    is_sample: bool = False
    period: str = ""
    filed_on: date | None = None


@dataclass(frozen=True, slots=True)
class VerdictNote:
    """What the list shows of a record's last check; `open_count` counts the findings that still ask for something."""

    eligibility: Eligibility
    open_count: int
    number: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """A line of the list of units."""

    id: str
    form: str
    credit_code: str
    unit_name: str
    office: str
    state: RecordState
    updated_at: datetime
    is_sample: bool
    eligibility: str | None
    open_count: int
    period: str = ""

    @property
    def year(self) -> str:
        """The year of an annual report; blank for other forms."""
        return self.period.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One step of a field's history: never changed, never deleted."""

    sequence: int
    record_id: str
    field: str
    old: Stored
    new: Stored
    changed_by: str
    changed_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """A step in a record's life (created, imported, checked, recommended, withdrawn …)."""

    record_id: str
    kind: str
    happened_at: datetime
    actor: str
    source: str
    verdict_number: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Station:
    """Who sits at this PC: chosen at the first start, used as `changed_by` and on printed sheets."""

    role: Role
    office: str
    clerk: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class NegativeEvent:
    """One event of a negative-list item; `ended_on` None as the item's `blank_to` says."""

    started_on: date | None
    ended_on: date | None

"""梯度培育 (三(三), 二): evaluations by third parties, calls of city and nation, steps of a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.domain.library import Tier


@dataclass(frozen=True, slots=True)
class Evaluation:
    """第三方评价 of a member. `report` is the name of the stored report file, `report_sha256` its content."""

    id: str
    membership_id: str
    body_name: str
    body_code: str
    body_representative: str
    standard: str
    standard_title: str
    evaluated_on: date
    meets: bool
    score: float | None
    report: str
    report_sha256: str
    note: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class TierCall:
    """申报通知 of the city or the nation: deadline, how many may be sent, which documents are asked."""

    id: str
    tier: Tier
    year: int
    title: str
    issued_on: date
    deadline: date
    quota: int | None
    documents: tuple[str, ...]


class TierStepKind(StrEnum):
    """A step of a member towards a tier."""

    AGREED = "agreed"
    DISAGREED = "disagreed"
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    REJECTED = "rejected"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "agreed": "区局同意推荐", "disagreed": "区局不同意推荐", "recommended": "已推荐", "approved": "获认定",
            "rejected": "未通过", "ended": "退出层级名单",
        }[self.value]


@dataclass(frozen=True, slots=True)
class TierStep:
    """One step: never changed. `trace` holds the gate's findings (T1, T2) as they were."""

    sequence: int
    membership_id: str
    tier: Tier
    kind: TierStepKind
    call_id: str | None
    happened_on: date
    document: str
    reason: str
    clause: str
    trace: tuple[tuple[str, str, str], ...]
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One document that a call asks of one member; `done_on` None until it is there."""

    call_id: str
    membership_id: str
    document: str
    done_on: date | None
    note: str

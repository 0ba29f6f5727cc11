"""梯度培育 (三(三), 二): evaluations by third parties, calls of city and nation, steps of a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.domain.library import Tier


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """What a clerk enters of a 第三方评价; `standard` is of the pack's list, blank where only a title is given."""

    body_name: str
    body_code: str
    body_representative: str
    evaluated_on: date
    meets: bool
    standard: str = ""
    standard_title: str = ""
    score: float | None = None
    note: str = ""


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


_OPINIONS = (TierStepKind.AGREED, TierStepKind.DISAGREED)
_RESULTS = (TierStepKind.APPROVED, TierStepKind.REJECTED, TierStepKind.ENDED)
_CHANGING = (TierStepKind.APPROVED, TierStepKind.ENDED)


def opinion(steps: Sequence[TierStep], tier: Tier) -> TierStep | None:
    """The bureau's standing opinion on recommending to that tier; each result asks for a new one."""
    return _last(steps, tier, _OPINIONS)


def last_opinion(steps: Sequence[TierStep], tier: Tier) -> TierStep | None:
    """The bureau's last opinion on that tier, also one that a result has settled."""
    said = [step for step in steps if step.tier is tier and step.kind in _OPINIONS]
    return said[-1] if said else None


def pending(steps: Sequence[TierStep], tier: Tier) -> TierStep | None:
    """The recommendation to that tier which has no result yet."""
    return _last(steps, tier, (TierStepKind.RECOMMENDED,))


def held_since(steps: Sequence[TierStep], tier: Tier) -> date | None:
    """The day on which the tier was approved, None when it never was or has ended."""
    results = [step for step in steps if step.tier is tier and step.kind in _CHANGING]
    return results[-1].happened_on if results and results[-1].kind is TierStepKind.APPROVED else None


def _last(steps: Sequence[TierStep], tier: Tier, kinds: tuple[TierStepKind, ...]) -> TierStep | None:
    """The last step of these kinds, unless a result came after it; `steps` are of one member, oldest first."""
    for step in reversed(steps):
        if step.tier is tier and step.kind in kinds:
            return step
        if step.tier is tier and step.kind in _RESULTS:
            return None
    return None

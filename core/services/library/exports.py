"""Plain rows of the library's lists, for paper and Excel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.domain.library import Tier
from core.domain.tiers import TierStepKind, last_opinion, opinion
from core.services.library import evaluations, tiers
from core.services.library.members import kind_label, membership
from core.services.library.tiers import Candidate
from core.services.workspace import Workspace

CANDIDATE_COLUMNS: Final = (
    "序号", "单位名称", "信用代码", "类别", "街镇园区", "行业代码", "第三方机构", "评价标准", "评价日期", "得分",
    "优先情形", "区局意见",
)


def candidate_rows(ws: Workspace, tier: Tier, call_id: str | None = None) -> tuple[tuple[str, ...], ...]:
    """The recommendation list under `CANDIDATE_COLUMNS`: those recommended in a call, or without one the candidates.

    Without a call, a city list holds the members that chose to be evaluated (自愿, 三(三)).

    Raises:
        NotFoundError: no such call.
    """
    found = tiers.candidates(ws, tier) if call_id is None else recommended(ws, tier, call_id)
    if call_id is None and tier is Tier.CITY:
        found = tuple(c for c in found if c.evaluation is not None)
    return tuple(_row(ws, number, tier, candidate) for number, candidate in enumerate(found, start=1))


def recommended(ws: Workspace, tier: Tier, call_id: str) -> tuple[Candidate, ...]:
    """Those that were recommended in the call, also when they have risen since; leavers are off the list.

    Raises:
        NotFoundError: no such call.
    """
    tiers.call(ws, call_id)
    ids = dict.fromkeys(
        s.membership_id for s in ws.store.library.tiers.steps()
        if s.call_id == call_id and s.kind is TierStepKind.RECOMMENDED
    )
    return tiers.ranked(ws, tier, [m for m in (membership(ws, i) for i in ids) if m.is_active])


def left_since(ws: Workspace, tier: Tier, call_id: str) -> int:
    """How many hold a place of the call but are off its list: recommended, with a result, and gone from the library.

    Raises:
        NotFoundError: no such call.
    """
    return ws.store.library.tiers.places_taken(call_id) - len(recommended(ws, tier, call_id))


def _row(ws: Workspace, number: int, tier: Tier, candidate: Candidate) -> tuple[str, ...]:
    member, evaluation = candidate.membership, candidate.evaluation
    evaluated = ("", "", "", "")
    if evaluation is not None:
        score = "" if evaluation.score is None else f"{evaluation.score:g}"
        evaluated = (
            evaluation.body_name, evaluations.standard_label(ws, evaluation), evaluation.evaluated_on.isoformat(), score
        )
    return (
        str(number), member.unit_name, member.credit_code, kind_label(ws, member.kind), ws.office_label(member.office),
        member.industry_code, *evaluated, ground_labels(ws, candidate.grounds), _opinion(candidate, tier),
    )


def ground_labels(ws: Workspace, grounds: Sequence[str]) -> str:
    """Q ids in words: 专精特新企业、主导产业企业."""
    return "、".join(ws.pack.rule_texts[rule].title.rpartition("：")[2] for rule in grounds)


def _opinion(candidate: Candidate, tier: Tier) -> str:
    """The opinion that stands, or the one that led to the recommendation of a member which has its result."""
    risen = candidate.membership.tier in (tier, Tier.NATION)
    said = last_opinion(candidate.steps, tier) if risen else opinion(candidate.steps, tier)
    if said is None:
        return ""
    return "同意推荐" if said.kind is TierStepKind.AGREED else f"不同意推荐：{said.reason}"

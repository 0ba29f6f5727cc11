"""The tier of a member on a day, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.domain.library import Tier
from core.domain.tiers import TierStepKind
from core.store.history import Author
from core.store.library_tables import MembershipRow, TierStepRow

_DECIDING = (TierStepKind.APPROVED.value, TierStepKind.ENDED.value)


def tiers_on(session: Session, day: date) -> Mapping[str, Tier]:
    """The tier that each member whose tier ever changed had on that day."""
    steps = session.execute(
        select(TierStepRow.membership_id, TierStepRow.tier, TierStepRow.kind, TierStepRow.happened_on)
        .where(TierStepRow.kind.in_(_DECIDING))
        .order_by(TierStepRow.happened_on, TierStepRow.sequence)
    ).all()
    found: dict[str, Tier] = {}
    for step in steps:
        if step.happened_on > day:
            # A member enrolled with a tier has no step for it: the first later step tells what it held before.
            was = Tier(step.tier) if step.kind == TierStepKind.ENDED.value else _below(Tier(step.tier))
            found.setdefault(step.membership_id, was)
        elif step.kind == TierStepKind.ENDED.value:
            found[step.membership_id] = _below(Tier(step.tier))
        else:
            found[step.membership_id] = Tier(step.tier)
    return found


def end_all(
    session: Session, membership_id: str, day: date, reason: str, clause: str, author: Author, *, document: str = ""
) -> None:
    """Take a member off the lists of city and nation: 从各层面名单移出 (三(四)2(3)), or because it left."""
    row = session.get(MembershipRow, membership_id)
    if row is None or row.tier == Tier.DISTRICT.value:
        return
    held = (Tier.NATION, Tier.CITY) if row.tier == Tier.NATION.value else (Tier.CITY,)
    for tier in held:
        session.execute(
            insert(TierStepRow).values(
                membership_id=membership_id, tier=tier.value, kind=TierStepKind.ENDED.value, call_id=None,
                happened_on=day, document=document, reason=reason, clause=clause, trace=[], recorded_by=author.actor,
                recorded_at=author.at,
            )
        )
    row.tier = Tier.DISTRICT.value


def _below(tier: Tier) -> Tier:
    return Tier.CITY if tier is Tier.NATION else Tier.DISTRICT

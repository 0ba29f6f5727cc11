"""A park's factories and a chain leader's suppliers among the library's units; counts come from these ties.

The plan asks parks to organise their enterprises (三(一)3(2)) and leaders to develop their suppliers (三(一)2(2)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.errors import NotAllowedError
from core.domain.library import Membership, Tier, Unit
from core.domain.prospects import LinkKind, UnitLink
from core.services.library.access import day_of, require_bureau
from core.services.library.members import kind_label
from core.services.workspace import Workspace

_PARENT_KINDS: Final = {LinkKind.PARK_FACTORY: "green-park", LinkKind.SUPPLIER: "green-supply-chain"}
_CHILD_KIND: Final = "green-factory"
_KIND_OF_PARENT: Final = {kind: link for link, kind in _PARENT_KINDS.items()}


@dataclass(frozen=True, slots=True)
class LinkedUnit:
    """One tie with the unit at its other end and that unit's memberships in force (on the day that was asked)."""

    link: UnitLink
    unit: Unit
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """Green factories among the tied units: `district` of every level, `city` with the nation's, `nation`."""

    district: int
    city: int
    nation: int


def ties_of(memberships: Sequence[Membership]) -> tuple[LinkKind, ...]:
    """The ties that a unit with these memberships, present or former, may be the greater part of."""
    held = {m.kind for m in memberships}
    return tuple(tie for tie, kind in _PARENT_KINDS.items() if kind in held)


def link(ws: Workspace, kind: LinkKind, parent_id: str, child_id: str, since: date | None = None) -> UnitLink:
    """Tie a unit to a park or a chain leader.

    Raises:
        NotAllowedError: not the bureau; to itself; the parent is no park or leader; the tie is there already.
        NotFoundError: no such unit.
    """
    require_bureau(ws)
    parent = ws.store.library.units.get(parent_id)
    if parent_id == child_id:
        raise NotAllowedError(f"“{parent.unit_name}”不能与自己关联，请另选一家。")
    wanted = _PARENT_KINDS[kind]
    if kind not in ties_of(ws.store.library.members.of_units((parent_id,))):
        raise NotAllowedError(f"“{parent.unit_name}”没有作为{kind_label(ws, wanted)}入过库，不能关联{kind.label}。")
    return ws.store.library.links.add(kind, parent_id, child_id, since=day_of(ws, since))


def unlink(ws: Workspace, link_id: str, on: date | None = None) -> UnitLink:
    """End a tie; it stays in the past.

    Raises:
        NotAllowedError: not the bureau; ended already; before it began.
        NotFoundError: no such tie.
    """
    require_bureau(ws)
    return ws.store.library.links.close(link_id, until=day_of(ws, on))


def children(ws: Workspace, parent_id: str, as_of: date | None = None) -> tuple[LinkedUnit, ...]:
    """The units tied to a park or leader (on a day), in the order in which they were tied."""
    found = ws.store.library.links.of_parent(parent_id, as_of=as_of)
    held: dict[str, list[Membership]] = {}
    day = as_of or ws.clock.today()
    for member in ws.store.library.members.of_units(tuple(each.child_id for each in found)):
        if member.admitted_on <= day and (member.left_on is None or day < member.left_on):
            held.setdefault(member.unit_id, []).append(member)
    units = {each.child_id: ws.store.library.units.get(each.child_id) for each in found}
    return tuple(LinkedUnit(each, units[each.child_id], tuple(held.get(each.child_id, ()))) for each in found)


def counts(
    ws: Workspace, parent_id: str, as_of: date | None = None, kind: LinkKind | None = None
) -> LinkCounts:
    """Green factories among the tied units (of one kind of tie), by level, on a day; each counts once."""
    day = as_of or ws.clock.today()
    found = ws.store.library.links.of_parent(parent_id, as_of=day)
    tied = {each.child_id for each in found if kind in (None, each.kind)}
    members = ws.store.library.members.active(kind=_CHILD_KIND, as_of=day) if tied else ()
    levels = {m.unit_id: m.tier for m in members if m.unit_id in tied}
    above = [tier for tier in levels.values() if tier is not Tier.DISTRICT]
    return LinkCounts(len(levels), len(above), sum(1 for tier in above if tier is Tier.NATION))


def prefilled_counts(ws: Workspace, unit_id: str, kind: str, as_of: date) -> Mapping[str, int]:
    """What the ties answer in an annual report of that kind, by field name; empty where nothing is tied."""
    tie = _KIND_OF_PARENT.get(kind)
    if tie is None or all(each.kind is not tie for each in ws.store.library.links.of_parent(unit_id, as_of=as_of)):
        return {}
    found = counts(ws, unit_id, as_of, tie)
    if kind == _PARENT_KINDS[LinkKind.SUPPLIER]:
        return {"suppliers_green_factories": found.district}
    return {
        "green_factories_district": found.district, "green_factories_city": found.city,
        "green_factories_nation": found.nation,
    }

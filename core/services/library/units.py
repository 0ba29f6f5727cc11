"""变更 of a unit: renamed, moved, new code, merged; its history keeps the identity (domain §2.2, §2.3)."""

from __future__ import annotations

from datetime import date

from core.domain import credit_code as credit_codes
from core.domain.errors import NotAllowedError
from core.domain.library import Membership, Unit, UnitChange, UnitChangeKind
from core.services.library.access import day_of, office_of, require_bureau
from core.services.workspace import Workspace


def unit(ws: Workspace, unit_id: str) -> Unit:
    """One unit.

    Raises:
        NotFoundError: there is none with that id.
    """
    return ws.store.library.units.get(unit_id)


def search(ws: Workspace, query: str) -> tuple[Unit, ...]:
    """Units of the library, present and former, by present or earlier name and code, pinyin or initials."""
    return ws.store.library.units.search(query)


def changes(ws: Workspace, unit_id: str) -> tuple[UnitChange, ...]:
    """What changed of the unit, oldest first."""
    return ws.store.library.units.changes(unit_id)


def change_unit(
    ws: Workspace, unit_id: str, kind: UnitChangeKind, *, after: str, happened_on: date, note: str = ""
) -> Unit:
    """更名, 迁移 or a new credit code from that day on; what it was stays findable.

    Raises:
        NotAllowedError: not the bureau; blank, wrong or unchanged value; a day in the future or before an earlier
            change of the same kind; the code belongs to another unit.
        NotFoundError: no such unit, or no such office.
    """
    require_bureau(ws)
    now = unit(ws, unit_id)
    if kind is UnitChangeKind.MERGED:
        raise NotAllowedError("并入其他单位请用“并入”办理，要选并入哪一家。")
    wanted = _wanted(ws, kind, after)
    if not wanted:
        raise NotAllowedError(f"没有填“{now.unit_name}”{kind.label}后的内容，请补填。")
    problem = credit_codes.problem(wanted) if kind is UnitChangeKind.CODE else ""
    if problem:
        raise NotAllowedError(f"“{now.unit_name}”的新统一社会信用代码“{after}”{problem}。")
    if wanted == getattr(now, kind.value):
        raise NotAllowedError(f"“{now.unit_name}”{kind.label}前后相同，不用办理。")
    day = _next_day(ws, unit_id, kind, happened_on)
    return ws.store.library.units.change(
        unit_id, kind, after=wanted, happened_on=day, note=note.strip(), actor=ws.actor
    )


def merge(
    ws: Workspace, unit_id: str, into_id: str, *, happened_on: date, note: str = ""
) -> tuple[Membership, ...]:
    """并入: the unit's memberships end on that day; no removal, so it does not count against anybody (N3).

    Raises:
        NotAllowedError: not the bureau; into itself; merged already, or into one that is merged; a day in the future.
        NotFoundError: no such unit.
    """
    require_bureau(ws)
    if unit_id == into_id:
        raise NotAllowedError("不能并入自己，请选并入的另一家单位。")
    one, into = unit(ws, unit_id), unit(ws, into_id)
    if _taken_over(ws, unit_id):
        raise NotAllowedError(f"“{one.unit_name}”已经并入其他单位，不用重复办理。")
    if _taken_over(ws, into_id):
        raise NotAllowedError(f"“{into.unit_name}”自己已经并入其他单位，请选现在存续的那一家。")
    day = _next_day(ws, unit_id, UnitChangeKind.MERGED, happened_on)
    late = [m for m in ws.store.library.members.of_units((unit_id,)) if m.is_active and m.admitted_on > day]
    if late:
        raise NotAllowedError(f"并入日期{day}早于“{late[0].unit_name}”的入库日期{late[0].admitted_on}，请核对日期。")
    return ws.store.library.members.merge(unit_id, into_id, happened_on=day, note=note.strip(), actor=ws.actor)


def _wanted(ws: Workspace, kind: UnitChangeKind, after: str) -> str:
    if kind is UnitChangeKind.CODE:
        return credit_codes.normalise(after)
    return office_of(ws, after) if kind is UnitChangeKind.OFFICE else after.strip()


def _taken_over(ws: Workspace, unit_id: str) -> bool:
    """True for a unit that was merged and is not in the library again."""
    merged = any(c.kind is UnitChangeKind.MERGED for c in changes(ws, unit_id))
    return merged and not any(m.is_active for m in ws.store.library.members.of_units((unit_id,)))


def _next_day(ws: Workspace, unit_id: str, kind: UnitChangeKind, happened_on: date) -> date:
    day = day_of(ws, happened_on)
    earlier = [c.happened_on for c in changes(ws, unit_id) if c.kind is kind]
    if earlier and day < earlier[-1]:
        raise NotAllowedError(f"日期{day}早于上一次{kind.label}的日期{earlier[-1]}，请按先后办理。")
    return day

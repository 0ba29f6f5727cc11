"""名单: the numbered ones, the library as of any day, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import Roster, RosterChange, RosterDifference, RosterLine
from core.services.library.access import day_of
from core.services.workspace import Workspace


def rosters(ws: Workspace) -> tuple[Roster, ...]:
    """Every roster without its lines, newest first."""
    return ws.store.library.rosters.all()


def roster(ws: Workspace, number: int | None = None) -> Roster:
    """The roster of that number, or the newest.

    Raises:
        NotFoundError: there is none.
    """
    if number is not None:
        return ws.store.library.rosters.get(number)
    newest = ws.store.library.rosters.newest()
    if newest is None:
        raise NotFoundError("还没有名单：关闭第一个更新窗口后才有第1号名单。")
    return newest


def roster_on(ws: Workspace, day: date) -> tuple[RosterLine, ...]:
    """Who was in the library on a day, with the names, codes, offices and tiers of that day (as known today).

    Raises:
        NotAllowedError: the day is in the future.
    """
    found = ws.store.library.members.active(as_of=day_of(ws, day))
    return tuple(
        RosterLine(
            position, m.id, m.unit_id, m.unit_name, m.credit_code, m.kind, m.office, m.industry_code, m.tier,
            m.admitted_on, RosterChange.KEPT,
        )
        for position, m in enumerate(found, start=1)
    )


def difference(ws: Workspace, later: int, earlier: int) -> tuple[RosterDifference, ...]:
    """新增, 保留, 变更, 移出 from one roster to a later one, with reason and clause; `earlier` 0 is before the first.

    Raises:
        NotAllowedError: `earlier` is not earlier.
        NotFoundError: no such roster.
    """
    if earlier >= later:
        raise NotAllowedError(f"第{earlier}号名单不早于第{later}号，请换一份较早的名单比较。")
    after = roster(ws, later).members
    before = {line.membership_id: line for line in roster(ws, earlier).members} if earlier else {}
    steps = {(s.membership_id, s.change): s for s in ws.store.library.rosters.steps(earlier, later)}
    now = {line.membership_id for line in after}
    found = [_present(line, before.get(line.membership_id), steps) for line in after]
    for line in before.values():
        if line.membership_id not in now:
            left = steps[(line.membership_id, RosterChange.LEFT)]
            found.append(RosterDifference(RosterChange.LEFT, line, None, left.reason, left.clause))
    return tuple(found)


def _present(
    line: RosterLine, was: RosterLine | None, steps: Mapping[tuple[str, RosterChange], RosterLine]
) -> RosterDifference:
    if was is None:
        entered = steps[(line.membership_id, RosterChange.NEW)]
        return RosterDifference(RosterChange.NEW, None, line, entered.reason, entered.clause)
    changes = line.changes_since(was)
    if not changes:
        return RosterDifference(RosterChange.KEPT, was, line, "", "")
    return RosterDifference(RosterChange.CHANGED, was, line, "；".join(changes), "三(二)2")


def verify(ws: Workspace) -> tuple[str, ...]:
    """What does not agree with the rosters' seals; empty when all are as they were written."""
    return ws.store.library.rosters.problems()

"""Closing a window: what stands against it, what it will do, and checking an old one again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError
from core.domain.library import Decision, DecisionKind, Roster, RosterChange, UnitChangeKind, Window
from core.policy.archive import load_packed
from core.rules.verdict import check
from core.services.library import removal, review, rosters, windows
from core.services.library.access import day_of, require_bureau
from core.services.workspace import Workspace
from core.store.library.decisions import last_words


@dataclass(frozen=True, slots=True)
class ClosingCheck:
    """What closing will do. `blockers` forbid it, `warnings` are only told; a sentence each.

    `admitted`, `leaving`, `kept` are the window's decisions; `changes` counts the lines of the roster to come, with
    those enrolled (`enrolled` of them are new on it) and those who left since the last one.
    """

    window: Window
    admitted: tuple[Decision, ...]
    leaving: tuple[Decision, ...]
    kept: tuple[Decision, ...]
    blockers: tuple[str, ...]
    warnings: tuple[str, ...]
    changes: Mapping[RosterChange, int]
    enrolled: int

    @property
    def count(self) -> int:
        """Units on the roster to come."""
        return sum(count for change, count in self.changes.items() if change is not RosterChange.LEFT)


@dataclass(frozen=True, slots=True)
class Rerun:
    """A decision's verdict, checked again under the pack and the day of then."""

    decision: Decision
    unit_name: str
    number_now: str

    @property
    def is_same(self) -> bool:
        """True when the number is still that of the decision."""
        return self.number_now == self.decision.verdict_number


def closing_check(ws: Workspace, as_of: date | None = None) -> ClosingCheck:
    """What the open window would do if it closed now.

    Raises:
        NotAllowedError: none is open.
    """
    window = windows.current(ws)
    if window is None:
        raise NotAllowedError("没有打开的更新窗口，不用关闭。")
    words = last_words(ws.store.library.windows.decisions(window.id))
    waiting = [p for p in removal.proposals(ws, as_of) if p.decision is None]
    blockers = [
        f"“{p.membership.unit_name}”的移出建议（{p.clause}）还没有决定："
        f"{p.finding.message.replace(f'“{p.membership.unit_name}”', '')}"
        for p in waiting
    ]
    admitted = tuple(d for d in words if d.kind is DecisionKind.ADMIT)
    leaving = tuple(d for d in words if d.kind is DecisionKind.REMOVE)
    blockers += _merged_meanwhile(ws, admitted)
    changes, enrolled = _foreseen(ws, admitted, leaving, day_of(ws, as_of))
    undecided = [line for line in review.queue(ws) if line.record.state is not RecordState.ADMITTED]
    still = [q for q in undecided if q.record.state in (RecordState.RECOMMENDED, RecordState.RECEIVED)]
    warnings = [f"还有{len(still)}份推荐没有审结（如“{still[0].record.unit_name}”），留到下一批次。"] if still else []
    return ClosingCheck(
        window, admitted, leaving, tuple(d for d in words if d.kind is DecisionKind.KEEP), tuple(blockers),
        tuple(warnings), changes, enrolled,
    )


def _merged_meanwhile(ws: Workspace, admitted: Sequence[Decision]) -> list[str]:
    """A unit that another one took over after it was to be admitted has nothing left to admit (三(二)2)."""
    found = []
    for decision in admitted:
        record = ws.store.get(decision.record_id or "")
        unit = ws.store.library.units.by_code(record.credit_code)
        for change in ws.store.library.units.changes(unit.id) if unit else ():
            known = change.recorded_at.astimezone().date()
            if change.kind is UnitChangeKind.MERGED and max(known, change.happened_on) >= decision.decided_on:
                into = ws.store.library.units.get(change.after).unit_name
                found.append(
                    f"“{record.unit_name}”已于{change.happened_on}并入“{into}”，不能再纳入（三(二)2）：请先撤销对它的纳入决定，"
                    f"再退回或不予纳入。"
                )
    return found


def _foreseen(
    ws: Workspace, admitted: Sequence[Decision], leaving: Sequence[Decision], day: date
) -> tuple[Mapping[RosterChange, int], int]:
    """The lines that the roster will have, by change, and how many of the new ones were enrolled."""
    newest = ws.store.library.rosters.newest()
    before = {line.membership_id: line for line in newest.members} if newest else {}
    going = {d.membership_id for d in leaving}
    now = {x.membership_id: x for x in rosters.roster_on(ws, day) if x.membership_id not in going}
    enrolled = sum(1 for i in now if i not in before)
    changed = sum(1 for i, line in now.items() if i in before and line.changes_since(before[i]))
    counts = {
        RosterChange.NEW: len(admitted) + enrolled,
        RosterChange.KEPT: len(now) - enrolled - changed,
        RosterChange.CHANGED: changed,
        RosterChange.LEFT: sum(1 for i in before if i not in now),
    }
    return counts, enrolled


def close_window(ws: Workspace, on: date | None = None) -> Roster:
    """Close the open window: decisions take effect, the numbered roster is written and sealed (三(二)2).

    Raises:
        NotAllowedError: not the bureau; none is open; a proposal of removal is undecided; a unit that is to be
            admitted was merged meanwhile.
    """
    require_bureau(ws)
    day = day_of(ws, on)
    found = closing_check(ws, day)
    if found.blockers:
        more = f"（另有{len(found.blockers) - 1}项）" if len(found.blockers) > 1 else ""
        raise NotAllowedError(f"还不能关闭“{found.window.title}”：{found.blockers[0]}{more}")
    return ws.store.library.windows.close(found.window.id, day=day, actor=ws.actor)


def rerun(ws: Workspace, window_id: int) -> tuple[Rerun, ...]:
    """Check every decided form of a window again under its own pack and day.

    Raises:
        NotFoundError: no such window, or its pack was not kept.
    """
    window = windows.window(ws, window_id)
    packs = {}
    found = []
    for decision in ws.store.library.windows.decisions(window.id):
        if decision.answers is None or decision.record_id is None or decision.as_of is None:
            continue
        if decision.pack_digest not in packs:
            packs[decision.pack_digest] = load_packed(ws.store.library.packs.content(decision.pack_digest))
        record = ws.store.get(decision.record_id)
        now = check(packs[decision.pack_digest], record.form, decision.answers, decision.as_of).verdict
        found.append(Rerun(decision, record.unit_name, now.number))
    return tuple(found)

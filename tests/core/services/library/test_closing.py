"""Closing: what is foretold is what happens, with enrolled units, leavers and changes; a merged unit does not enter."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import LeaveGround, Roster, RosterChange, UnitChangeKind
from core.services.library import closing, members, removal, review, rosters, units, windows
from core.services.library.closing import ClosingCheck
from tests.core.services.library import story
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import admitted, credit_code, received


def counted(roster: Roster) -> dict[RosterChange, int]:
    return {change: sum(1 for line in roster.lines if line.change is change) for change in RosterChange}


def closed_as_foretold(bureau: Bureau) -> tuple[ClosingCheck, Roster]:
    """Close the open window; its roster has what the check counted just before."""
    foretold = closing.closing_check(bureau.ws)
    roster = closing.close_window(bureau.ws)
    assert dict(foretold.changes) == counted(roster)
    assert foretold.count == roster.count
    return foretold, roster


def test_enrolled_units_are_foretold_as_new(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    story.enrol(bureau, 1, story.PUMPS)
    admitted(bureau.ws, 2, story.PAPER)
    foretold, roster = closed_as_foretold(bureau)
    assert (len(foretold.admitted), foretold.enrolled, roster.count) == (1, 1, 2)
    assert foretold.changes[RosterChange.NEW] == 2


def test_leavers_changes_and_the_rest_are_foretold(bureau: Bureau) -> None:
    ws = bureau.ws
    windows.open_window(ws)
    for number, name in enumerate((story.PUMPS, story.PAPER, story.PAINT, story.MOTORS), start=1):
        admitted(ws, number, name)
    closing.close_window(ws)
    bureau.clock.set(date(2026, 6, 20))
    units.change_unit(
        ws, members.find_member(ws, credit_code(1)).unit_id, UnitChangeKind.NAME, after="天津新名泵业有限公司",
        happened_on=date(2026, 6, 10),
    )
    removal.record_incident(
        ws, members.find_member(ws, credit_code(2)).unit_id,
        removal.IncidentReport("safety", date(2026, 6, 12), "major", "车间爆燃", "调查组认定"),
    )
    windows.open_window(ws, batch=1)
    story.enrol(bureau, 5, "天津补录五号有限公司")
    leaving = story.enrol(bureau, 6, "天津补录六号有限公司")
    for member in (members.find_member(ws, credit_code(3)), leaving):
        removal.withdraw_member(ws, member.id, "书面申请")
    foretold, _ = closed_as_foretold(bureau)
    assert dict(foretold.changes) == {
        RosterChange.NEW: 1, RosterChange.KEPT: 1, RosterChange.CHANGED: 1, RosterChange.LEFT: 2
    }
    assert (foretold.count, foretold.enrolled) == (3, 1)


def test_a_unit_that_was_merged_meanwhile_is_not_admitted(bureau: Bureau) -> None:
    ws = bureau.ws
    one = story.enrol(bureau, 1, story.PUMPS, kind="green-supply-chain")
    into = story.enrol(bureau, 2, story.PAPER)
    windows.open_window(ws)
    record = admitted(ws, 1, story.PUMPS)
    units.merge(ws, one.unit_id, into.unit_id, happened_on=date(2026, 6, 1))
    (blocker,) = closing.closing_check(ws).blockers
    assert f"并入“{story.PAPER}”，不能再纳入（三(二)2）" in blocker
    with pytest.raises(NotAllowedError, match=r"还不能关闭.*先撤销对它的纳入决定"):
        closing.close_window(ws)
    review.revoke(ws, record.id)
    review.refuse(ws, record.id, "已并入其他单位", clause="f1")
    _, roster = closed_as_foretold(bureau)
    assert [line.unit_name for line in roster.members] == [story.PAPER]
    assert members.membership(ws, one.id).left_ground is LeaveGround.MERGED


def test_a_clause_goes_by_its_number_or_by_a_rule(bureau: Bureau) -> None:
    windows.open_window(bureau.ws)
    record = received(bureau.ws, 1, story.PUMPS)
    assert review.refuse(bureau.ws, record.id, "已停产", clause="F1").clause == "三(一)1(1)"
    assert review.decisions(bureau.ws, record.id)[-1].reason == "已停产"
    assert review.clause_of(bureau.ws, " 三（四）1（3） ") == "三(四)1(3)"
    assert review.clause_of(bureau.ws, "") == ""
    with pytest.raises(NotFoundError, match="没有“F99”这一条"):
        review.clause_of(bureau.ws, "F99")


def test_the_library_of_a_day_to_come_is_refused(bureau: Bureau) -> None:
    assert rosters.roster_on(bureau.ws, date(2026, 6, 1)) == ()
    with pytest.raises(NotAllowedError, match="2026-06-02还没有到"):
        rosters.roster_on(bureau.ws, date(2026, 6, 2))

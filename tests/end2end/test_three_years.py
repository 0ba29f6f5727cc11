"""Three years of windows, as `demo` plays them: every roster and every difference is that of a table made by hand.

`tests/fixtures/three-years.csv`: a line a unit, a column a roster; the cell is the level that the unit has on it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from core.domain.enums import RecordState
from core.domain.library import LeaveGround, RosterChange, Tier
from core.domain.tiers import TierStepKind
from core.services import drafts
from core.services.demo_years import Play, play_years
from core.services.library import closing, members, rosters, tiers
from core.services.library.windows import overview, windows

FIRST_YEAR = 2023
NUMBERS = range(1, 8)


@dataclass(frozen=True)
class Expected:
    """A cell of the table: under which name and at which level a unit stands on a roster."""

    name: str
    tier: str


def _table() -> dict[str, dict[str, str]]:
    path = Path(__file__).parents[1] / "fixtures" / "three-years.csv"
    with path.open(encoding="utf-8") as stream:
        return {row["unit"]: row for row in csv.DictReader(stream)}


TABLE = _table()


def _cell(unit: str, number: int) -> Expected | None:
    """None where the unit is not on that roster; number 0 is before the first."""
    text = TABLE[unit][str(number)] if number else ""
    if not text:
        return None
    tier, _, renamed = text.rstrip("）").partition("（更名")
    return Expected(renamed or unit, tier)


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    played = play_years(tmp_path_factory.mktemp("三年") / "数据", FIRST_YEAR)
    with played.ws:
        yield played


@pytest.mark.parametrize("number", NUMBERS)
def test_every_roster_is_as_expected(play: Play, number: int) -> None:
    found = {(line.unit_name, line.tier.label) for line in rosters.roster(play.ws, number).members}
    expected = {(cell.name, cell.tier) for unit in TABLE if (cell := _cell(unit, number))}
    assert found == expected


@pytest.mark.parametrize(("later", "earlier"), [(a, b) for a in NUMBERS for b in range(a)])
def test_every_difference_is_as_expected(play: Play, later: int, earlier: int) -> None:
    expected = set()
    for unit, row in TABLE.items():
        before, after = _cell(unit, earlier), _cell(unit, later)
        if after and not before:
            expected.add((after.name, RosterChange.NEW, "三(二)2"))
        elif before and not after:
            expected.add((before.name, RosterChange.LEFT, row["left_clause"]))
        elif before and after and before != after:
            expected.add((after.name, RosterChange.CHANGED, "三(二)2"))
        elif before and after:
            expected.add((after.name, RosterChange.KEPT, ""))
    found = rosters.difference(play.ws, later, earlier)
    assert {(d.line.unit_name, d.change, d.clause) for d in found} == expected
    assert len(found) == len(expected)
    assert all(d.reason for d in found if d.change is not RosterChange.KEPT)


def test_both_windows_of_three_years_and_one_batch_were_held(play: Play) -> None:
    held = [(w.title, w.closed_on, w.roster_number) for w in reversed(windows(play.ws))]
    assert held == [
        ("2023年6月动态更新", date(2023, 6, 20), 1), ("2023年12月动态更新", date(2023, 12, 18), 2),
        ("2024年度第一批", date(2024, 3, 20), 3), ("2024年6月动态更新", date(2024, 6, 22), 4),
        ("2024年12月动态更新", date(2024, 12, 16), 5), ("2025年6月动态更新", date(2025, 6, 25), 6),
        ("2025年12月动态更新", date(2025, 12, 19), 7),
    ]
    assert overview(play.ws).missed == ()


def test_the_gates_refused_with_their_clauses(play: Play) -> None:
    clauses = ("三(一)1(1)", "三(三)", "三(四)1(3)", "二")
    assert len(play.refused) == len(clauses)
    for sentence, clause in zip(play.refused, clauses, strict=True):
        assert f"（{clause}）" in sentence


def test_the_accident_took_the_unit_off_every_list_the_same_day(play: Play) -> None:
    result = play.accident
    assert result is not None
    (gone,) = result.removed
    assert (gone.left_on, gone.left_ground, gone.tier) == (date(2025, 8, 5), LeaveGround.R3, Tier.CITY)
    kinds = [(s.tier, s.kind) for s in tiers.steps(play.ws, gone.id)]
    assert kinds[-1] == (Tier.CITY, TierStepKind.ENDED)
    assert "区级、市级绿色工厂名单" in result.announcement
    there = {line.unit_name for line in rosters.roster_on(play.ws, date(2025, 8, 4))}
    after = {line.unit_name for line in rosters.roster_on(play.ws, date(2025, 8, 5))}
    assert there - after == {"天津晏舸环保装备有限公司"}


def test_one_unit_went_from_the_district_to_the_nation(play: Play) -> None:
    member = next(m for m in members.members(play.ws) if m.tier is Tier.NATION)
    assert member.unit_name == "天津砚澜禾金属制品有限公司"
    approved = [(s.tier, s.happened_on) for s in tiers.steps(play.ws, member.id) if s.kind is TierStepKind.APPROVED]
    assert approved == [(Tier.CITY, date(2024, 9, 10)), (Tier.NATION, date(2025, 7, 30))]


def test_every_window_checks_again_to_the_same_numbers(play: Play) -> None:
    for window in windows(play.ws):
        found = closing.rerun(play.ws, window.id)
        assert all(r.is_same for r in found), window.title
    assert rosters.verify(play.ws) == ()
    assert play.ws.store.verify_history() == ()
    assert play.ws.store.integrity_problems() == ()


def test_the_removed_unit_tried_to_come_back_and_was_refused(play: Play) -> None:
    found = drafts.find_unit(play.ws, "91120115PDY0001328")
    assert {r.state for r in found if r.form == "green-factory"} == {RecordState.REMOVED, RecordState.REFUSED}

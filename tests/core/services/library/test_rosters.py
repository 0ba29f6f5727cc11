"""Rosters: numbered, sealed, compared; the library as of any past day."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.library import LeaveGround, RosterChange, Tier, UnitChangeKind
from core.domain.records import Record
from core.services.library import members, rosters, windows
from tests.core.services.library.conftest import Bureau
from tests.fixtures.library import admitted, credit_code
from tests.fixtures.on_server import REFUSED, of_the_file, past_the_program, without_guard

NAMES = ("天津岚溪泵业有限公司", "天津砚屿纸业有限公司", "天津翊禾涂料有限公司")


def close(bureau: Bureau, day: date) -> int:
    bureau.clock.set(day)
    current = windows.current(bureau.ws)
    assert current is not None
    return bureau.ws.store.library.windows.close(current.id, day=day, actor="测试").number


def first_roster(bureau: Bureau) -> list[Record]:
    windows.open_window(bureau.ws)
    made = [admitted(bureau.ws, number, name) for number, name in enumerate(NAMES, start=1)]
    assert close(bureau, date(2026, 6, 20)) == 1
    return made


def member_of(bureau: Bureau, number: int) -> str:
    return members.find_member(bureau.ws, credit_code(number)).id


def leave(bureau: Bureau, number: int, day: date, ground: LeaveGround, reason: str) -> None:
    from core.store.library import members as stored

    library = bureau.ws.store.library.members
    with library._database.write() as session:  # the services that end memberships have tests of their own
        stored.leave(session, member_of(bureau, number), day, ground, reason, library._author("测试", "移出"))


def test_there_is_no_roster_before_the_first_closing(bureau: Bureau) -> None:
    with pytest.raises(NotFoundError, match="还没有名单"):
        rosters.roster(bureau.ws)
    with pytest.raises(NotFoundError, match="没有第7号名单"):
        rosters.roster(bureau.ws, 7)


def test_the_first_roster_lists_everyone_as_new(bureau: Bureau) -> None:
    first_roster(bureau)
    roster = rosters.roster(bureau.ws)
    assert (roster.number, roster.count, roster.closed_on) == (1, 3, date(2026, 6, 20))
    assert {(line.unit_name, line.change) for line in roster.members} == {(n, RosterChange.NEW) for n in NAMES}
    assert {line.admitted_on for line in roster.members} == {date(2026, 6, 20)}


def test_every_kind_of_change_is_told_with_reason_and_clause(bureau: Bureau) -> None:
    first_roster(bureau)
    ws = bureau.ws
    unit = ws.store.library.units.by_code(credit_code(2))
    assert unit is not None
    ws.store.library.units.change(
        unit.id, UnitChangeKind.NAME, after="天津砚屿新材料有限公司", happened_on=date(2026, 6, 20), note="",
        actor="测试"
    )
    leave(bureau, 3, date(2026, 6, 25), LeaveGround.R3, "重大生产安全事故")
    windows.open_window(ws, batch=1)
    admitted(ws, 4, "天津檀岳机电有限公司")
    assert close(bureau, date(2026, 7, 1)) == 2
    told = {d.line.unit_name: (d.change, d.reason, d.clause) for d in rosters.difference(ws, 2, 1)}
    assert told == {
        NAMES[0]: (RosterChange.KEPT, "", ""),
        "天津砚屿新材料有限公司": (RosterChange.CHANGED, f"更名，原“{NAMES[1]}”", "三(二)2"),
        NAMES[2]: (RosterChange.LEFT, "重大及以上事故：重大生产安全事故", "三(四)2(3)"),
        "天津檀岳机电有限公司": (RosterChange.NEW, "审核符合培育要求，纳入培育库", "三(二)2"),
    }
    assert rosters.verify(ws) == ()


def test_a_difference_over_several_rosters_keeps_the_reasons_of_those_between(bureau: Bureau) -> None:
    first_roster(bureau)
    leave(bureau, 1, date(2026, 6, 22), LeaveGround.R1, "2025年度动态管理表未报")
    for batch, day in ((1, date(2026, 6, 25)), (2, date(2026, 6, 28))):
        windows.open_window(bureau.ws, batch=batch)
        if batch == 2:
            admitted(bureau.ws, 5, "天津珞珈阀门有限公司")
        close(bureau, day)
    told = {d.line.unit_name: (d.change, d.clause) for d in rosters.difference(bureau.ws, 3, 1)}
    assert told[NAMES[0]] == (RosterChange.LEFT, "三(四)2(1)")
    assert told["天津珞珈阀门有限公司"] == (RosterChange.NEW, "三(二)2")
    everything = {d.line.unit_name: d.change for d in rosters.difference(bureau.ws, 3, 0)}
    assert NAMES[0] not in everything
    with pytest.raises(NotAllowedError, match="第3号名单不早于第2号"):
        rosters.difference(bureau.ws, 2, 3)


def test_the_library_is_shown_as_of_any_past_day(bureau: Bureau) -> None:
    first_roster(bureau)
    ws = bureau.ws
    unit = ws.store.library.units.by_code(credit_code(2))
    assert unit is not None
    bureau.clock.set(date(2026, 6, 30))
    ws.store.library.units.change(
        unit.id, UnitChangeKind.NAME, after="天津砚屿新材料有限公司", happened_on=date(2026, 6, 28), note="",
        actor="测试"
    )
    leave(bureau, 3, date(2026, 6, 25), LeaveGround.R3, "重大生产安全事故")

    def names(day: date) -> list[str]:
        return sorted(line.unit_name for line in rosters.roster_on(ws, day))

    assert names(date(2026, 6, 19)) == []
    assert names(date(2026, 6, 20)) == sorted(NAMES)
    assert names(date(2026, 6, 24)) == sorted(NAMES)
    assert names(date(2026, 6, 25)) == sorted(NAMES[:2])
    assert names(date(2026, 6, 27)) == sorted(NAMES[:2])
    assert names(date(2026, 6, 28)) == sorted([NAMES[0], "天津砚屿新材料有限公司"])


def test_members_from_before_the_program_stand_on_the_next_roster(bureau: Bureau) -> None:
    members.enrol(
        bureau.ws, unit_name="天津旧册纺织有限公司", credit_code=credit_code(9), kind="green-factory",
        office="120115104", admitted_on=date(2025, 3, 10), tier=Tier.CITY,
    )
    windows.open_window(bureau.ws)
    close(bureau, date(2026, 6, 20))
    (line,) = rosters.roster(bureau.ws).members
    assert (line.reason, line.tier, line.admitted_on) == ("补录的已入库单位", Tier.CITY, date(2025, 3, 10))
    assert [x.unit_name for x in rosters.roster_on(bureau.ws, date(2025, 3, 10))] == ["天津旧册纺织有限公司"]
    assert rosters.roster_on(bureau.ws, date(2025, 3, 9)) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rosters SET count = 99",
        "DELETE FROM rosters",
        pytest.param(
            "INSERT OR REPLACE INTO rosters SELECT number, title, window_id, closed_on, pack_label, 0, digest "
            "FROM rosters", marks=of_the_file,
        ),
        "UPDATE roster_lines SET unit_name = '别的单位'",
        "DELETE FROM roster_lines WHERE position = 1",
        "INSERT INTO roster_lines SELECT roster_number, 99, membership_id, unit_id, unit_name, credit_code, kind, "
        "office, industry_code, tier, admitted_on, change, reason, clause FROM roster_lines WHERE position = 1",
        pytest.param(
            "INSERT OR REPLACE INTO roster_lines SELECT roster_number, position, membership_id, unit_id, '别的单位', "
            "credit_code, kind, office, industry_code, tier, admitted_on, change, reason, clause FROM roster_lines",
            marks=of_the_file,
        ),
        "UPDATE windows SET closed_on = NULL",
        "DELETE FROM windows",
        pytest.param("INSERT OR REPLACE INTO windows SELECT * FROM windows", marks=of_the_file),
        "UPDATE decisions SET reason = '别的理由'",
        "DELETE FROM decisions",
        "UPDATE packs SET content = ''",
    ],
)
def test_the_database_itself_refuses_to_change_a_closed_roster(bureau: Bureau, statement: str) -> None:
    first_roster(bureau)
    with past_the_program(bureau.ws.store) as connection:
        before = connection.execute("SELECT * FROM roster_lines ORDER BY position").fetchall()
        with pytest.raises(REFUSED, match=r"append-only|closed"):
            connection.execute(statement)
        assert connection.execute("SELECT * FROM roster_lines ORDER BY position").fetchall() == before
    assert rosters.verify(bureau.ws) == ()


def test_a_forged_roster_does_not_fit_its_seal(bureau: Bureau) -> None:
    first_roster(bureau)
    with past_the_program(bureau.ws.store) as connection:
        without_guard(connection, "roster_lines")
        connection.execute("UPDATE roster_lines SET unit_name = '别的单位' WHERE position = 2")
        connection.commit()
    assert rosters.verify(bureau.ws) == ("第1号名单与封存的校验值不符，可能被改动过，请从备份核对。",)


def test_closing_dates_follow_one_another(bureau: Bureau) -> None:
    first_roster(bureau)
    opened = windows.open_window(bureau.ws, batch=1)
    with pytest.raises(NotAllowedError, match="早于打开日期"):
        bureau.ws.store.library.windows.close(opened.id, day=date(2026, 6, 19), actor="测试")
    bureau.ws.store.library.windows.close(opened.id, day=date(2026, 6, 20), actor="测试")
    with pytest.raises(NotAllowedError, match="已于2026-06-20关闭，名单不能改动"):
        bureau.ws.store.library.windows.close(opened.id, day=date(2026, 6, 21), actor="测试")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"credit_code": "91120115PDY00001X5"}, "校验位不对"),
        ({"unit_name": " "}, "没有填单位名称"),
        ({"admitted_on": date(2026, 6, 2)}, "还没有到"),
    ],
)
def test_enrolling_asks_for_a_real_unit(bureau: Bureau, wrong: dict[str, object], sentence: str) -> None:
    facts: dict[str, object] = {
        "unit_name": "天津旧册纺织有限公司", "credit_code": credit_code(9), "kind": "green-factory",
        "office": "120115104", "admitted_on": date(2025, 3, 10),
    }
    with pytest.raises(NotAllowedError, match=sentence):
        members.enrol(bureau.ws, **{**facts, **wrong})  # type: ignore[arg-type]
    members.enrol(bureau.ws, **facts)  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError, match="已经在培育库中"):
        members.enrol(bureau.ws, **facts)  # type: ignore[arg-type]

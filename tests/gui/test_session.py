"""What every page shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from pytestqt.qtbot import QtBot

from core.domain.enums import Role
from core.domain.records import Station
from core.infra.clock import FixedClock
from core.services import drafts
from core.services.exchange import trust
from core.services.workspace import Workspace, open_workspace
from gui.session import Session, StoreWatch, VerdictRefresher
from tests.fixtures.packs import sample


def test_the_list_gets_todays_verdicts_when_the_window_is_idle(workspace: Workspace, qtbot: QtBot) -> None:
    for number in range(5):
        drafts.begin(workspace, "green-factory", {**sample("green-factory"), "credit_code": f"没有{number}"})
    later = date(2026, 12, 24)
    tomorrow = replace(workspace, clock=FixedClock(datetime(2026, 12, 24, tzinfo=UTC), later))
    assert len(tomorrow.store.unchecked_drafts(later, 100)) == 5
    session = Session(tomorrow)
    refresher = VerdictRefresher(session)
    with qtbot.waitSignal(session.records_changed, timeout=10_000):
        refresher.start()
    assert tomorrow.store.unchecked_drafts(later, 100) == ()
    assert not refresher.is_running


def test_another_role_chosen_elsewhere_is_announced_once(workspace: Workspace, qtbot: QtBot) -> None:
    session = Session(workspace)
    watch = StoreWatch(session)
    watch.start()
    told: list[Station | None] = []
    session.station_changed.connect(lambda: told.append(workspace.station))
    watch.look()
    assert told == []
    bureau = Station(Role.BUREAU, "", "王局")
    with open_workspace(workspace.folder, pack=workspace.pack) as other:
        trust.change_station(other, bureau)
    watch.look()
    watch.look()
    assert told == [bureau]
    workspace.choose_station(Station(Role.BUREAU, "", "赵敏行"))
    session.announce_station()
    watch.look()
    assert len(told) == 2

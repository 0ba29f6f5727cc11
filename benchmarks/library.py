"""Opening the cockpit, a difference and the roster with 3,000 units, 26 offices, 20 rosters; see README.md beside this.

Each page is opened as the clerk opens it: built, filled and painted (offscreen); beside it the bare SQL of its figures.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication

from benchmarks.measuring import Row, note
from core.domain.enums import Role
from core.domain.library import UnitChangeKind
from core.domain.records import Station
from core.infra.clock import SetClock
from core.services.library import closing, cockpit, members, removal, rosters, units, windows
from core.services.workspace import Workspace, open_workspace
from gui.app import dress
from gui.pages.cockpit.page import CockpitPage
from gui.pages.library.page import LibraryPage
from gui.session import Session
from gui.tasks import SyncRunner
from gui.widgets.page import Page
from tests.fixtures.library import credit_code

UNITS, OFFICES, ROSTERS = 3_000, 26, 20
ROUNDS = 7
KINDS = ("green-factory",) * 8 + ("green-supply-chain", "green-park")


def fill(ws: Workspace, clock: SetClock) -> None:
    """3,000 members over 26 offices; twenty batches, each with a member leaving and one renamed."""
    offices = [choice.name for choice in ws.pack.lists["office"].choices][:OFFICES]
    for number in range(UNITS):
        members.enrol(
            ws, unit_name=f"天津第{number}样板制造有限公司", credit_code=credit_code(number),
            office=offices[number % len(offices)], kind=KINDS[number % len(KINDS)],
            admitted_on=date(2022 + number % 4, 6, 20), industry_code=f"{13 + number % 31}11",
        )
    day = date(2026, 1, 5)
    for batch in range(1, ROSTERS + 1):
        clock.set(day)
        windows.open_window(ws, batch=batch)
        leaver, renamed = (members.find_member(ws, credit_code(n)) for n in (batch, batch + 100))
        removal.withdraw_member(ws, leaver.id, "企业书面申请")
        units.change_unit(ws, renamed.unit_id, UnitChangeKind.NAME, after=f"{renamed.unit_name}（新）", happened_on=day)
        # Nobody has filed last year's report yet: the batches are closed before it falls due.
        closing.close_window(ws)
        day += timedelta(days=4)
    clock.set(date(2026, 4, 10))


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median milliseconds of one call, after one to warm up."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def painted(page: Page, look: Callable[[], object]) -> None:
    """Fill the page and wait until it stands on the screen."""
    page.resize(1250, 690)
    page.set_active(True)
    page.show()
    look()
    page.grab()
    QApplication.processEvents()
    page.set_active(False)
    page.close()
    page.deleteLater()
    QApplication.processEvents()


def report(name: str, page_ms: float, service_ms: float, bare_ms: float) -> None:
    """One line: the page, its service, the bare SQL, and the ratio of the service to it."""
    print(
        f"{name:<10} page {page_ms:8.1f} ms   service {service_ms:8.1f} ms   bare SQL {bare_ms:8.1f} ms   "
        f"service / SQL {service_ms / bare_ms:6.1f}"
    )
    note(Row(f"{name}, 3,000 units / SQL", f"{service_ms:.1f} ms", f"{bare_ms:.1f} ms", service_ms / bare_ms))
    if page_ms:
        note(Row(f"{name}, filled and painted", f"{page_ms:.0f} ms"))


def main() -> None:
    """Every figure, on a fresh store in a temporary folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    with tempfile.TemporaryDirectory() as name:
        clock = SetClock(date(2025, 12, 25))
        with open_workspace(Path(name) / "数据", clock=clock) as ws:
            dress(app, ws.resources)
            ws.choose_station(Station(Role.BUREAU, "", "赵敏行"))
            start = time.perf_counter()
            fill(ws, clock)
            taken = time.perf_counter() - start
            print(f"{len(members.members(ws))} units, {OFFICES} offices, {ROSTERS} rosters, made in {taken:.0f} s")
            measure(ws)


def measure(ws: Workspace) -> None:
    """The three pages."""
    session, runner = Session(ws), SyncRunner()
    bare = sqlite3.connect(ws.folder / "greenladder.sqlite3")
    rows = "SELECT * FROM roster_lines WHERE roster_number = {} ORDER BY position"
    current = "SELECT m.*, u.* FROM memberships m JOIN units u ON u.id = m.unit_id WHERE m.left_on IS NULL"

    def open_cockpit() -> None:
        page = CockpitPage(session, runner)
        painted(page, lambda: None)

    def open_members() -> None:
        painted(LibraryPage(session, runner), lambda: None)

    def open_difference() -> None:
        page = LibraryPage(session, runner)
        painted(page, lambda: page.show_filtered({"roster": ROSTERS}))

    report(
        "cockpit", median_ms(open_cockpit), median_ms(lambda: cockpit.cockpit(ws)),
        median_ms(lambda: bare.execute(current).fetchall()),
    )
    report(
        "roster", median_ms(open_members), median_ms(lambda: members.members(ws)),
        median_ms(lambda: bare.execute(current).fetchall()),
    )
    report(
        "difference", median_ms(open_difference),
        median_ms(lambda: rosters.difference(ws, ROSTERS, ROSTERS - 1)),
        median_ms(lambda: [bare.execute(rows.format(n)).fetchall() for n in (ROSTERS - 1, ROSTERS)]),
    )
    report(
        "20 rosters", 0.0, median_ms(lambda: rosters.difference(ws, ROSTERS, 1)),
        median_ms(lambda: [bare.execute(rows.format(n)).fetchall() for n in range(1, ROSTERS + 1)]),
    )


if __name__ == "__main__":
    main()

"""What the tests of the library's page share: its units, its page, two rosters."""

from __future__ import annotations

from datetime import date

from core.domain.library import Membership, UnitChangeKind
from core.services.library import closing, members, removal, units, windows
from gui.main_window import MainWindow
from gui.models.rows_model import RowsModel
from gui.pages.library.page import LibraryPage
from tests.fixtures.library import admitted, credit_code
from tests.gui.pages.bureau import Desk

PUMPS, PAPER, PAINT = "天津岚溪泵业有限公司", "天津砚屿纸业有限公司", "天津翊禾涂料有限公司"
OFFICE, PARK = "120115001", "120115456"


def enrol(desk: Desk, number: int, name: str, **facts: object) -> Membership:
    given: dict[str, object] = {
        "unit_name": name, "credit_code": credit_code(number), "kind": "green-factory", "office": OFFICE,
        "admitted_on": date(2025, 1, 10), "industry_code": "3441", **facts,
    }
    return members.enrol(desk.ws, **given)  # type: ignore[arg-type]


def library(window: MainWindow) -> LibraryPage:
    window.go("library")
    page = window.page("library")
    assert isinstance(page, LibraryPage)
    return page


def texts(model: RowsModel, column: int) -> list[str]:
    return [str(model.data(model.index(row, column))) for row in range(model.rowCount())]


def two_rosters(desk: Desk) -> None:
    """Roster 1 holds two; by roster 2 one is renamed, one removed (R2), one new."""
    windows.open_window(desk.ws)
    admitted(desk.ws, 1, PUMPS)
    admitted(desk.ws, 2, PAPER)
    desk.clock.set(date(2025, 6, 20))
    closing.close_window(desk.ws)
    desk.clock.set(date(2025, 12, 12))
    windows.open_window(desk.ws)
    admitted(desk.ws, 3, PAINT)
    renamed, removed = (members.find_member(desk.ws, credit_code(n)) for n in (1, 2))
    units.change_unit(
        desk.ws, renamed.unit_id, UnitChangeKind.NAME, after="天津岚溪智能泵业有限公司", happened_on=date(2025, 10, 8)
    )
    removal.record_falsification(
        desk.ws, removed.id, found_on=date(2025, 11, 3), detail="能耗台账系编造", source="核查报告〔2025〕2号"
    )
    (proposal,) = removal.proposals(desk.ws)
    removal.remove(desk.ws, removed.id, subject=proposal.subject)
    desk.clock.set(date(2025, 12, 19))
    closing.close_window(desk.ws)

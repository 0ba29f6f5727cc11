"""The pages of the window, who sees them, and their figures (Ctrl+1 …). Adding a page is one line of `PAGES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtWidgets import QWidget

from core.domain.enums import Role
from core.domain.records import Station
from gui.pages.cockpit.page import CockpitPage
from gui.pages.exchange.page import ExchangePage
from gui.pages.library.page import LibraryPage
from gui.pages.prospects.page import ProspectsPage
from gui.pages.reports.page import ReportsPage
from gui.pages.review.page import ReviewPage
from gui.pages.tiers.page import TiersPage
from gui.pages.units.page import UnitsPage
from gui.session import Session
from gui.tasks import TaskRunner
from gui.widgets.page import Page

PageFactory = Callable[[Session, TaskRunner, QWidget], Page]


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its key (for `go_wanted`), its words on the rail, its class, and its figure for each role (0: hidden).

    `office_title`: the words on the rail of an office, where they differ.
    """

    key: str
    title: str
    factory: PageFactory
    bureau: int = 0
    office: int = 0
    office_title: str = ""


PAGES: Final[tuple[PageSpec, ...]] = (
    PageSpec("cockpit", "工作台", CockpitPage, bureau=1),
    PageSpec("exchange", "收发", ExchangePage, bureau=2, office=2, office_title="报送"),
    PageSpec("review", "审核", ReviewPage, bureau=3),
    PageSpec("library", "培育库", LibraryPage, bureau=4),
    PageSpec("reports", "动态管理", ReportsPage, bureau=5, office=3),
    PageSpec("tiers", "梯度培育", TiersPage, bureau=6),
    PageSpec("prospects", "培育对象", ProspectsPage, bureau=7, office=4),
    PageSpec("units", "单位表", UnitsPage, bureau=8, office=1),
)


def pages_for(station: Station | None) -> tuple[tuple[PageSpec, int], ...]:
    """The pages of whoever sits here, with their figures, in order. Nobody yet sees what an office sees."""
    if station is not None and station.role is Role.BUREAU:
        found = [(spec, spec.bureau) for spec in PAGES]
    else:
        found = [(replace(spec, title=spec.office_title or spec.title), spec.office) for spec in PAGES]
    return tuple(sorted(((spec, figure) for spec, figure in found if figure), key=lambda entry: entry[1]))

"""The pages of the window, who sees them, and their figures (Ctrl+1 …). Adding a page is one line of `PAGES`.

A page's module is imported when the page is shown for the first time: the window need not wait for those behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from core.domain.enums import Role
from core.domain.records import Station
from gui.widgets.page import Page

if TYPE_CHECKING:
    from gui.session import Session
    from gui.tasks import TaskRunner

PageFactory = Callable[["Session", "TaskRunner", QWidget], Page]


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its key (for `go_wanted`), its words on the rail, and its figure for each role (0: hidden).

    `load` imports its class. `office_title`: the words on the rail of an office, where they differ.
    """

    key: str
    title: str
    load: Callable[[], PageFactory]
    bureau: int = 0
    office: int = 0
    office_title: str = ""


def _cockpit() -> PageFactory:
    from gui.pages.cockpit.page import CockpitPage

    return CockpitPage


def _exchange() -> PageFactory:
    from gui.pages.exchange.page import ExchangePage

    return ExchangePage


def _review() -> PageFactory:
    from gui.pages.review.page import ReviewPage

    return ReviewPage


def _library() -> PageFactory:
    from gui.pages.library.page import LibraryPage

    return LibraryPage


def _reports() -> PageFactory:
    from gui.pages.reports.page import ReportsPage

    return ReportsPage


def _tiers() -> PageFactory:
    from gui.pages.tiers.page import TiersPage

    return TiersPage


def _prospects() -> PageFactory:
    from gui.pages.prospects.page import ProspectsPage

    return ProspectsPage


def _units() -> PageFactory:
    from gui.pages.units.page import UnitsPage

    return UnitsPage


PAGES: Final[tuple[PageSpec, ...]] = (
    PageSpec("cockpit", "工作台", _cockpit, bureau=1),
    PageSpec("exchange", "收发", _exchange, bureau=2, office=2, office_title="报送"),
    PageSpec("review", "审核", _review, bureau=3),
    PageSpec("library", "培育库", _library, bureau=4),
    PageSpec("reports", "动态管理", _reports, bureau=5, office=3),
    PageSpec("tiers", "梯度培育", _tiers, bureau=6),
    PageSpec("prospects", "培育对象", _prospects, bureau=7, office=4),
    PageSpec("units", "单位表", _units, bureau=8, office=1),
)


def pages_for(station: Station | None) -> tuple[tuple[PageSpec, int], ...]:
    """The pages of whoever sits here, with their figures, in order. Nobody yet sees what an office sees."""
    if station is not None and station.role is Role.BUREAU:
        found = [(spec, spec.bureau) for spec in PAGES]
    else:
        found = [(replace(spec, title=spec.office_title or spec.title), spec.office) for spec in PAGES]
    return tuple(sorted(((spec, figure) for spec, figure in found if figure), key=lambda entry: entry[1]))

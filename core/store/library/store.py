"""The library's store: its parts by subject."""

from __future__ import annotations

from core.infra.clock import Clock
from core.store.engine import Database
from core.store.library.counts import Counts
from core.store.library.enrolments import Enrolments
from core.store.library.evaluations import Evaluations
from core.store.library.grounds import Grounds
from core.store.library.links import Links
from core.store.library.members import Members
from core.store.library.packs import Packs
from core.store.library.prospects import Prospects
from core.store.library.reports import Reports
from core.store.library.review import Reviews
from core.store.library.rosters import Rosters
from core.store.library.tiers import Tiers
from core.store.library.units import Units
from core.store.library.windows import Windows


class LibraryStore:
    """Hands out the parts; `store.library.windows.current()`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.units = Units(database, clock)
        self.packs = Packs(database, clock)
        self.windows = Windows(database, clock)
        self.review = Reviews(database, clock)
        self.members = Members(database, clock)
        self.enrolments = Enrolments(database, clock)
        self.rosters = Rosters(database, clock)
        self.grounds = Grounds(database, clock)
        self.evaluations = Evaluations(database, clock)
        self.tiers = Tiers(database, clock)
        self.prospects = Prospects(database, clock)
        self.links = Links(database, clock)
        self.reports = Reports(database, clock)
        self.counts = Counts(database, clock)

"""What one PC remembers for itself: who sits here, the fonts that it prints with.

In a store of its own that is a part of the store's settings. Where several clerks share one server, role and office are
everybody's, and the rest is kept in the data folder of the PC.
"""

from __future__ import annotations

from typing import Final, cast

from core.domain.records import Station
from core.domain.values import Stored
from core.infra.server_address import LocalMemory
from core.store import settings
from core.store.engine import Database

CLERK: Final = "clerk"


class ThisPc:
    """The memory of this PC; `own` is where it lies apart from the store, None where it does not."""

    def __init__(self, database: Database, own: LocalMemory | None) -> None:
        self._database = database
        self._own = own

    def get(self, key: str) -> Stored:
        """The value, or None when it was never set."""
        if self._own is not None:
            return cast(Stored, self._own.get(key))
        with self._database.read() as session:
            return settings.get(session, key)

    def put(self, key: str, value: Stored) -> None:
        """Remember a value; None forgets it."""
        if self._own is not None:
            self._own.put(key, value)
            return
        with self._database.write() as session:
            settings.put(session, key, value)

    def load_station(self) -> Station | None:
        """Who sits here; None before the first choice."""
        with self._database.read() as session:
            station = settings.get_station(session)
        if self._own is None or station is None:
            return station
        return settings.with_clerk(station, self._own.get(CLERK))

    def load_party(self) -> Station | None:
        """Whose store this is, without a name, where several share it; None while the choice is free."""
        with self._database.read() as session:
            station = settings.get_station(session)
        return None if self._own is None or station is None else Station(station.role, station.office)

    def save_station(self, station: Station) -> None:
        """Remember who sits here."""
        if self._own is not None:
            self._own.put(CLERK, [station.clerk, station.phone])
            station = Station(station.role, station.office)
            if self.load_party() == station:
                return
        with self._database.write() as session:
            settings.put_station(session, station)

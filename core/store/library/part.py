"""What every part of the library's store shares: the database, the clock, who changes something."""

from __future__ import annotations

from core.infra.clock import Clock
from core.store.engine import Database
from core.store.history import Author
from core.store.mapping import column_text


class Part:
    """Reads and writes one subject; every public method is one transaction, on the disk when it returns."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def _author(self, actor: str, source: str) -> Author:
        return Author(column_text(actor), column_text(source), self._clock.now())

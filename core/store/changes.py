"""Whether anybody has changed something, who, and when: asked often, so each asks for little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.domain.records import FieldChange
from core.store import history, overtaken, records
from core.store.library.part import Part


class Changes(Part):
    """Questions about the newest changes."""

    def newest(self) -> int:
        """A number that grows with every saved change of any record."""
        with self._database.read() as session:
            return history.last_sequence(session)

    def revision_of(self, record_id: str) -> int | None:
        """How often a record was changed; None once it is deleted."""
        with self._database.read() as session:
            return records.revision_of(session, record_id)

    def last_of(self, record_id: str, fields: Iterable[str]) -> Mapping[str, FieldChange]:
        """Who wrote each of these fields last, and when; those never written are left out."""
        with self._database.read() as session:
            return overtaken.last_changes(session, record_id, fields)

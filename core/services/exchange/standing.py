"""How each form of the office stands with the bureau: 未报, 已报, 已收, 退回, 入库 …"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.enums import RecordState
from core.domain.exchange import FileKind, Vector, covers
from core.domain.records import Record
from core.services.exchange import stores, trust
from core.services.exchange.model import Standing
from core.services.workspace import Workspace

_OF_STATE: Final = {
    RecordState.RECEIVED: Standing.RECEIVED, RecordState.RETURNED: Standing.RETURNED,
    RecordState.REFUSED: Standing.REFUSED, RecordState.REMOVED: Standing.REMOVED,
    RecordState.ACCEPTED: Standing.ACCEPTED,
}

_DEALT_WITH: Final = frozenset({*_OF_STATE, RecordState.ADMITTED} - {RecordState.RETURNED})


@dataclass(frozen=True, slots=True)
class Dealings:
    """What went to the bureau and what it is known to have, by record id."""

    sent: Mapping[str, tuple[int, Vector, date]]
    known: Mapping[str, Vector]
    mine: Mapping[str, Vector]
    is_answered: bool = False

    def is_known(self, record_id: str) -> bool:
        """True when the bureau has all that is here of the record."""
        return covers(self.known.get(record_id, {}), self.mine.get(record_id, {}))

    def is_out(self, record_id: str) -> bool:
        """True when a file holds the record as it is here."""
        return record_id in self.sent and covers(self.sent[record_id][1], self.mine.get(record_id, {}))

    def is_gone(self, record: Record) -> bool:
        """True when the bureau dealt with a record in data that it lost: its present store does not know of it."""
        return self.is_answered and record.state in _DEALT_WITH and record.id not in self.known

    def has_lost(self, record_id: str, own_sites: Collection[str]) -> bool:
        """True when the bureau has changes that were made here and are here no more: an older backup was restored.

        Only a package tells the bureau so; its receipt then brings them back.
        """
        mine = self.mine.get(record_id, {})
        known = self.known.get(record_id, {})
        return any(number > mine.get(site, -1) for site, number in known.items() if site in own_sites)


def dealings(ws: Workspace, record_ids: tuple[str, ...]) -> Dealings:
    """What passed between this office and the bureau about these records."""
    boxes = ws.store.exchange.boxes
    sent = {
        record_id: (file.number, vector, file.made_at.astimezone().date())
        for file in boxes.sent_to(trust.BUREAU) if file.kind is FileKind.PACKAGE
        for record_id, vector in file.records.items()
    }
    mine = ws.store.exchange.vectors(record_ids)
    return Dealings(sent, stores.bureau_has(ws), mine, is_answered=stores.bureau_site(ws) != "")


def standing_of(ws: Workspace, record: Record, passed: Dealings) -> Standing:
    """How one form stands."""
    if passed.is_gone(record):
        return Standing.NOT_SENT
    if record.state is RecordState.ADMITTED:
        return Standing.ADMITTED if _is_member(ws, record) else Standing.ADMITTING
    if record.state in _OF_STATE:
        return _OF_STATE[record.state]
    if record.state is RecordState.DRAFT:
        return Standing.CHANGED if record.id in passed.sent else Standing.NOT_SENT
    if passed.is_known(record.id):
        return Standing.RECEIVED
    if record.id not in passed.sent:
        return Standing.NOT_SENT
    return Standing.SENT if passed.is_out(record.id) else Standing.CHANGED


def _is_member(ws: Workspace, record: Record) -> bool:
    unit = ws.store.library.units.by_code(record.credit_code)
    found = ws.store.library.members.of_units((unit.id,)) if unit is not None else ()
    return any(m.kind == record.form and m.is_active for m in found)


#: What asks for something to be done comes first.
ORDER: Final = (
    Standing.RETURNED, Standing.CHANGED, Standing.NOT_SENT, Standing.SENT, Standing.RECEIVED, Standing.ADMITTING,
    Standing.ADMITTED, Standing.ACCEPTED, Standing.REFUSED, Standing.REMOVED,
)

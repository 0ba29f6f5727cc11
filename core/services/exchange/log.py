"""往来: what came in and went out, how each office stands, how each form of the office stands."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.enums import RecordState, Role
from core.domain.exchange import FileKind, Party
from core.services.exchange import news, standing, stores, told, trust
from core.services.exchange.model import InboxLine, OfficeLine, OutboxLine, Standing, StandingLine
from core.services.exchange.numbers import missing_words, received_numbers
from core.services.workspace import Workspace
from core.store.exchange.boxes import InFile, OutFile

_BY_BUREAU = frozenset({
    "returned", "received", "refused", "admitted", "removed", "accepted", "revoked",
})
__all__ = ["in_line", "inbox", "missing_words", "offices", "outbox", "standings"]


def inbox(ws: Workspace, limit: int = 200) -> tuple[InboxLine, ...]:
    """Files that came in, the newest first."""
    return tuple(in_line(ws, file) for file in ws.store.exchange.boxes.inbox(limit))


def outbox(ws: Workspace, limit: int = 200) -> tuple[OutboxLine, ...]:
    """Files that went out, the newest first; confirmed once the other side has said that it has all of it."""
    found, known = [], {}
    for file in ws.store.exchange.boxes.outbox(limit):
        if file.recipient not in known:
            known[file.recipient] = stores.has(ws, file.recipient)
        marks = known[file.recipient]
        confirmed = bool(file.records) and all(
            all(number <= marks.get(record_id, {}).get(site, -1) for site, number in vector.items())
            for record_id, vector in file.records.items()
        )
        found.append(OutboxLine(
            file.id, file.made_at, file.made_by, file.file_name, file.kind, trust.party_label(ws, file.recipient),
            file.recipient.office, file.number, file.check_code, len(file.records), confirmed,
        ))
    return tuple(found)


def in_line(ws: Workspace, file: InFile) -> InboxLine:
    """A file that came in, as the lists show it."""
    return InboxLine(
        file.id, file.received_at, file.received_by, file.file_name, file.kind, trust.party_label(ws, file.sender),
        file.sender.office, file.number, file.check_code, file.sentence, file.counts, file.undone_at,
    )


def offices(ws: Workspace) -> tuple[OfficeLine, ...]:
    """Every office of the pack's list, as the bureau stands with it; those with something to do first."""
    ws.store.exchange.site()
    with ws.store.snapshot():
        return _offices(ws)


def _offices(ws: Workspace) -> tuple[OfficeLine, ...]:
    choices = ws.pack.lists["office"].choices if "office" in ws.pack.lists else ()
    enrolled = {p.party.office for p in ws.store.exchange.peers.all() if p.retired_at is None}
    states: dict[str, list[RecordState]] = {}
    for summary in ws.store.list_records(limit=100_000):
        if not summary.is_sample:
            states.setdefault(summary.office, []).append(summary.state)
    heard = ws.store.exchange.boxes.offices()
    lines = [
        _office(ws, c.name, c.label, states.get(c.name, []), is_enrolled=c.name in enrolled) if c.name in heard
        else _silent(c.name, c.label, states.get(c.name, []), is_enrolled=c.name in enrolled)
        for c in choices
    ]
    return tuple(sorted(lines, key=lambda x: (not x.receipt_due, not x.last_number, not x.is_enrolled, x.label)))


def _silent(office: str, label: str, states: Sequence[RecordState], *, is_enrolled: bool) -> OfficeLine:
    """An office with which no file was ever exchanged."""
    waiting = sum(s in (RecordState.RECEIVED, RecordState.FILED) for s in states)
    returned = states.count(RecordState.RETURNED)
    return OfficeLine(
        office, label, is_enrolled, 0, None, (), len(states), waiting, returned, receipt_due=False,
        last_answer_number=0, last_answer_at=None,
    )


def _office(
    ws: Workspace, office: str, label: str, states: Sequence[RecordState], *, is_enrolled: bool
) -> OfficeLine:
    party = Party(Role.OFFICE, office)
    boxes = ws.store.exchange.boxes
    sites = boxes.sites_of(party)
    came = boxes.received_from(sites[-1]) if sites else ()
    last = max(came, key=lambda f: f.id, default=None)
    sent = [f for f in boxes.sent_to(party) if f.kind in (FileKind.RECEIPT, FileKind.NOTICE)]
    answered = sent[-1] if sent else None
    number, missing = received_numbers(ws, party) if came else (0, ())
    return OfficeLine(
        office, label, is_enrolled, number, last.received_at if last else None, missing, len(states),
        sum(s in (RecordState.RECEIVED, RecordState.FILED) for s in states), states.count(RecordState.RETURNED),
        _is_due(ws, party, last, answered), answered.number if answered else 0, answered.made_at if answered else None,
    )


def _is_due(ws: Workspace, party: Party, last: InFile | None, answered: OutFile | None) -> bool:
    """A receipt is due when a file came, or something was decided, since the last answer."""
    if last is None:
        return False
    if answered is None or answered.id <= last.sent_before:
        return True
    return told.has_news(ws, party.office)


def standings(ws: Workspace) -> tuple[StandingLine, ...]:
    """Every form of this office, as it stands with the bureau; what asks for something comes first."""
    ws.store.exchange.site()
    with ws.store.snapshot():
        return _standings(ws)


def _standings(ws: Workspace) -> tuple[StandingLine, ...]:
    party = trust.own_party(ws)
    ids = ws.store.exchange.ids(offices=(party.office,) if party.role is Role.OFFICE else None)
    passed = standing.dealings(ws, ids)
    conflicts: dict[str, int] = {}
    for record_id, _ in ws.store.exchange.conflicts():
        conflicts[record_id] = conflicts.get(record_id, 0) + 1
    refused = news.refusals(ws)
    lines = [
        _standing(ws, record_id, passed, conflicts.get(record_id, 0), refused.get(record_id, "")) for record_id in ids
    ]
    order = list(standing.ORDER)
    return tuple(sorted(lines, key=lambda x: (not x.conflicts, order.index(x.standing), x.unit_name)))


def _standing(
    ws: Workspace, record_id: str, passed: standing.Dealings, conflicts: int, refusal: str
) -> StandingLine:
    record = ws.store.get(record_id)
    form = ws.pack.forms.get(record.form)
    said = [e for e in ws.store.events(record_id) if e.kind in _BY_BUREAU]
    last = said[-1] if said else None
    sent = passed.sent.get(record_id)
    remarks = ws.store.library.review.remarks(record_id)
    words = last.detail if last is not None and last.kind in ("returned", "refused", "removed") else ""
    stands = standing.standing_of(ws, record, passed)
    if stands in (Standing.SENT, Standing.CHANGED) and refusal:
        words = f"区局没有收：{refusal}"
    return StandingLine(
        record_id, record.unit_name, record.credit_code, record.form, form.title if form else record.form,
        record.state, stands, sent[0] if sent else None,
        last.happened_at.astimezone().date() if last is not None else sent[2] if sent else None,
        words, len(remarks), conflicts,
    )

"""Records and packages as they were when a file went out: for papers that are printed again after later changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from core.domain import credit_code as credit_codes
from core.domain.enums import Role
from core.domain.exchange import EVIDENCE_PREFIX, STATE, Change, FileKind, knows
from core.domain.paper_content import Replay, content_digest, content_of
from core.domain.records import Record
from core.domain.values import Stored
from core.services.drafts import LOCKING_STEPS, step_day
from core.services.exchange import trust
from core.services.exchange.words import state_of
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.store.exchange.boxes import OutFile

_NAME, _CODE = "unit_name", "credit_code"
_OLDEST: Final = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A record as a file tells of it; `locked_on` is the day of its recommendation then, None where it is today's."""

    record: Record
    evidence_count: int
    locked_on: date | None = None


def as_now(ws: Workspace, record_id: str) -> SentRecord:
    """The record as it is.

    Raises:
        NotFoundError: no such record.
    """
    return SentRecord(ws.store.get(record_id), len(ws.store.evidence(record_id)))


@dataclass(frozen=True)
class SentContent:
    """What a file brought: its records in order, the time of their newest change, by which the file is dated.

    `is_sure` is False where the history of a record does not tell surely how it was; then today's stands for it.
    """

    records: Sequence[SentRecord]
    newest: datetime
    is_sure: bool


def content_of_file(ws: Workspace, file: OutFile) -> SentContent:
    """The records of a file that went out, as they were then.

    Raises:
        NotFoundError: one of them is not here any more.
    """
    present = ws.store.exchange.vectors(file.records)
    found, newest, is_sure = list[SentRecord](), _OLDEST, True
    for record_id, vector in file.records.items():
        now, changes = as_now(ws, record_id), ws.store.exchange.changes(record_id)
        known = [change for change in changes if knows(vector, change.dot)]
        newest = max((newest, *(change.changed_at for change in known)))
        then = now if present[record_id] == vector else _as_sent(ws, now, changes, known)
        found.append(then or now)
        is_sure = is_sure and then is not None
    return SentContent(found, newest, is_sure)


def _as_sent(
    ws: Workspace, now: SentRecord, changes: Sequence[Change], known: Sequence[Change]
) -> SentRecord | None:
    record = now.record
    whole, state = _after(record.form, changes)
    content = content_of(record, ws.store.evidence(record.id))
    # Where two sides wrote the same field at once, the order of arrival is not what counted.
    if whole.digest != content_digest(record.form, content) or state[0] != record.state.value:
        return None
    then, state = _after(record.form, known)
    stood = state_of(state)
    if stood is None:
        return None
    answers = {name: value for name, value in then.content.items() if ":" not in name}
    sent = replace(
        record, answers=answers, state=stood, verdict_number=state[1] or None,
        unit_name=_column(record.unit_name, answers, record.answers, _NAME),
        credit_code=credit_codes.normalise(_column(record.credit_code, answers, record.answers, _CODE)),
    )
    attached = sum(1 for name in then.content if name.startswith(EVIDENCE_PREFIX))
    return SentRecord(sent, attached, None if stood.is_editable else _locked_on(known))


def known_then(ws: Workspace, file: OutFile) -> Collection[str]:
    """The records of a package of which the bureau had confirmed an earlier version when it went out."""
    answers = [
        answer.sent_before for answer in ws.store.exchange.boxes.inbox()
        if answer.sender.role is Role.BUREAU and answer.undone_at is None and answer.sent_before < file.id
    ]
    last = max(answers, default=0)
    earlier = [f for f in ws.store.exchange.boxes.sent_to(trust.BUREAU) if f.kind is FileKind.PACKAGE and f.id <= last]
    return {record_id for f in earlier for record_id in f.records if record_id in file.records}


def _after(form: str, changes: Sequence[Change]) -> tuple[Replay, Sequence[str]]:
    """Content after these changes, and state, verdict's number and detail."""
    replay, state = Replay(form), ("", "", "")
    for change in changes:
        replay.make(change)
        state = _state(change) or state
    return replay, state


def _state(change: Change) -> tuple[str, str, str] | None:
    if change.field != STATE or not isinstance(change.new, list | tuple):
        return None
    name, number, detail = [*(str(part or "") for part in change.new), "", "", ""][:3]
    return name, number, detail


def _column(shown: str, then: Mapping[str, Stored], now: Mapping[str, Stored], name: str) -> str:
    return shown if then.get(name) == now.get(name) else str(then.get(name) or "")


def _locked_on(changes: Sequence[Change]) -> date | None:
    for change in reversed(changes):
        name, _, detail = _state(change) or ("", "", "")
        day = step_day(detail) if name in LOCKING_STEPS else None
        if day is not None:
            return day
    return None

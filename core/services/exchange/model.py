"""What the exchange tells its callers: plans, previews, logs, standings. Plain data, nothing of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from core.domain.enums import RecordState
from core.domain.exchange import FileKind, NoticeWords, Party
from core.domain.values import Stored


class Trust(StrEnum):
    """Whether the sender's key is one that we know."""

    KNOWN = "known"
    SUCCEEDED = "succeeded"
    STRANGER = "stranger"
    RETIRED = "retired"
    OWN = "own"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "known": "已登记", "succeeded": "已登记（更换了密钥）", "stranger": "未登记", "retired": "已停用",
            "own": "本机发出",
        }[self.value]


class Standing(StrEnum):
    """How a unit's form stands between office and bureau, as the office's list shows it."""

    NOT_SENT = "not_sent"
    SENT = "sent"
    CHANGED = "changed"
    RECEIVED = "received"
    RETURNED = "returned"
    ADMITTING = "admitting"
    ADMITTED = "admitted"
    REFUSED = "refused"
    REMOVED = "removed"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "not_sent": "未报", "sent": "已报", "changed": "已改未报", "received": "已收", "returned": "退回",
            "admitting": "拟入库", "admitted": "入库", "refused": "不予入库", "removed": "已移出", "accepted": "已审核",
        }[self.value]


class Outcome(StrEnum):
    """What receiving does, or did, with one record of a file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    KEPT = "kept"
    REFUSED = "refused"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "new": "新增", "changed": "更新", "unchanged": "未变", "conflict": "有冲突", "kept": "保留本机",
            "refused": "不收", "skipped": "未处理",
        }[self.value]


class Choice(StrEnum):
    """What the clerk decides of one field: take theirs, keep mine, or leave a conflict open."""

    TAKE = "take"
    KEEP = "keep"
    LATER = "later"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"take": "用来件", "keep": "留本机", "later": "以后再定"}[self.value]


@dataclass(frozen=True, slots=True)
class FieldPreview:
    """One field of one record: what is here, what comes in, and what will be done unless the clerk says otherwise.

    `mine` and `theirs` are words to show; `change` is new, changed or conflict. `locked` fields offer no choice.
    """

    name: str
    label: str
    mine: str
    theirs: str
    change: Outcome
    choice: Choice
    is_locked: bool = False
    mine_by: str = ""
    theirs_by: str = ""


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """One record of an incoming file beside what is here; `sentence` tells its fate, also why it is refused."""

    record_id: str
    unit_name: str
    credit_code: str
    form: str
    form_title: str
    outcome: Outcome
    sentence: str
    state_before: str
    state_after: str
    fields: tuple[FieldPreview, ...] = ()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file says of itself, and whether we trust it. `number` counts the sender's files to us."""

    path: Path
    kind: FileKind
    sender: Party
    sender_label: str
    recipient_label: str
    number: int
    made_at: datetime
    window: str
    pack_label: str
    program: str
    check_code: str
    key_name: str
    trust: Trust
    records: int
    evidence: int
    size: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """`inspect`: the facts of a file, the units in it, and what stands against receiving it here (empty: nothing)."""

    facts: FileFacts
    units: tuple[tuple[str, str, str], ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What receiving would do. `notes` are sentences for the whole file (gaps, an older number, a notice's words).

    `is_repeat`: this very file was received before and would change nothing.
    """

    facts: FileFacts
    records: tuple[RecordPreview, ...]
    notes: tuple[str, ...]
    missing: tuple[int, ...]
    is_repeat: bool
    notice: NoticeWords | None = None

    def count(self, outcome: Outcome) -> int:
        """How many records have that outcome."""
        return sum(1 for record in self.records if record.outcome is outcome)


@dataclass(frozen=True, slots=True)
class Received:
    """What receiving did: the same lines as the preview, now done. `inbox_id` is for `undo` and the report."""

    inbox_id: int
    facts: FileFacts
    records: tuple[RecordPreview, ...]
    notes: tuple[str, ...]
    sentence: str
    offered_pack: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many records had that outcome."""
        return sum(1 for record in self.records if record.outcome is outcome)


@dataclass(frozen=True, slots=True)
class PackLine:
    """A unit that goes, or does not go, into the next package; `obstacle` says why not (empty: it goes)."""

    record_id: str
    unit_name: str
    credit_code: str
    form: str
    form_title: str
    state: RecordState
    standing: Standing
    obstacle: str = ""
    evidence: int = 0


@dataclass(frozen=True, slots=True)
class PackPlan:
    """The next package: its number, what goes in, what stays behind and why, and what speaks against packing at all."""

    number: int
    is_again: bool
    lines: tuple[PackLine, ...]
    problems: tuple[str, ...]

    @property
    def going(self) -> tuple[PackLine, ...]:
        """The lines that go into it."""
        return tuple(line for line in self.lines if not line.obstacle)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was written: where, its number, its check code, and one sentence."""

    path: Path
    kind: FileKind
    number: int
    check_code: str
    records: int
    evidence: int
    size: int
    is_again: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A file that came in: its fate in one sentence; `undone_at` when it was taken back."""

    id: int
    received_at: datetime
    received_by: str
    file_name: str
    kind: FileKind
    sender_label: str
    office: str
    number: int
    check_code: str
    sentence: str
    counts: Mapping[str, int] = field(default_factory=dict)
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """A file that went out."""

    id: int
    made_at: datetime
    made_by: str
    file_name: str
    kind: FileKind
    recipient_label: str
    office: str
    number: int
    check_code: str
    records: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class PeerLine:
    """An enrolled workstation."""

    id: int
    party: Party
    label: str
    name: str
    key_name: str
    enrolled_at: datetime
    enrolled_by: str
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """How the bureau stands with one office: last package, numbers that did not come, what waits for a receipt."""

    office: str
    label: str
    is_enrolled: bool
    last_number: int
    last_received_at: datetime | None
    missing: tuple[int, ...]
    units: int
    waiting: int
    returned: int
    receipt_due: bool
    last_answer_number: int
    last_answer_at: datetime | None


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A unit in the office's list: how its form stands with the bureau, since when, and the bureau's words."""

    record_id: str
    unit_name: str
    credit_code: str
    form: str
    form_title: str
    state: RecordState
    standing: Standing
    package_number: int | None
    since: date | None
    words: str
    remarks: int
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A field with several heads: what each side wrote; `shown` is the one that counts until somebody decides."""

    record_id: str
    field: str
    label: str
    versions: tuple[ConflictVersion, ...]


@dataclass(frozen=True, slots=True)
class ConflictVersion:
    """One side's value of a field in conflict."""

    key: str
    value: Stored
    words: str
    written_by: str
    written_at: datetime
    source: str
    is_shown: bool

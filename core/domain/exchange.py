"""Files between offices and bureau, and records as they travel in them (design §6).

A saved change of a record has a **dot**: the store that made it and that store's number for it. What a store knows of a
record is a **vector**: per store the highest number seen; a store always has every change up to it. The **heads** of a
field are the changes that no later one has replaced: one, or several where two stores wrote without knowing of each
other (a conflict).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from core.domain.enums import RecordState, Role
from core.domain.library import LeaveGround, Tier
from core.domain.records import Explanation
from core.domain.values import Stored

#: What is no answer of the form but travels like one. The value of STATE is `[state, verdict number, detail]`.
STATE: Final = "record:state"
#: `evidence:<id>`: the value is `[field, file name, sha256, size, media type]`, None once it was taken off.
EVIDENCE_PREFIX: Final = "evidence:"
EXPLANATION_PREFIX: Final = "explanation:"
#: `remark:<id>`, the bureau's alone: the value is `[field, text]` (field blank: the whole form), None once settled.
REMARK_PREFIX: Final = "remark:"

#: States that an office may give to a form; all others are the bureau's.
OFFICE_STATES: Final = frozenset({RecordState.DRAFT, RecordState.RECOMMENDED, RecordState.FILED})


class FileKind(StrEnum):
    """What a file between offices and bureau is."""

    PACKAGE = "package"
    RECEIPT = "receipt"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"package": "报送包", "receipt": "回执", "notice": "通知"}[self.value]

    def numbered(self, number: int) -> str:
        """第3包, 第3号."""
        return f"第{number}{self.counted_as}"

    @property
    def counted_as(self) -> str:
        """The word after its number."""
        return "包" if self is FileKind.PACKAGE else "号"


class Dot(NamedTuple):
    """One saved change: the store that made it, and its number there."""

    site: str
    number: int


Vector: TypeAlias = Mapping[str, int]


def knows(vector: Vector, dot: Dot) -> bool:
    """True when whoever knows `vector` has seen that change."""
    return dot.number <= vector.get(dot.site, -1)


def joined(one: Vector, other: Vector) -> dict[str, int]:
    """What both know together."""
    return {site: max(one.get(site, -1), other.get(site, -1)) for site in sorted({*one, *other})}


def meet(one: Vector, other: Vector) -> dict[str, int]:
    """What each of the two knows."""
    return {site: min(one[site], other[site]) for site in sorted({*one} & {*other})}


def covers(vector: Vector, part: Vector) -> bool:
    """True when `vector` knows all that `part` knows."""
    return all(number <= vector.get(site, -1) for site, number in part.items())


@dataclass(frozen=True, slots=True)
class Change:
    """One saved change of one field, as it travels; blank is None."""

    dot: Dot
    field: str
    old: Stored
    new: Stored
    changed_by: str
    changed_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class RecordCopy:
    """A record as it travels: every change that the other side has not confirmed (`base`) yet.

    `heads` name the present change or changes of every field that was ever written. `explanations` are the present
    ones, for the digests that their changes do not carry. The last fields only name the record to people.
    """

    id: str
    form: str
    period: str
    office: str
    created_at: datetime
    pack_version: str
    is_sample: bool
    base: Vector
    context: Vector
    heads: Mapping[str, tuple[Dot, ...]]
    changes: tuple[Change, ...]
    explanations: tuple[Explanation, ...]
    unit_name: str
    credit_code: str
    state: RecordState


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """What the value of an `evidence:` field says of an attached file."""

    field: str
    file_name: str
    sha256: str
    size: int
    media_type: str


def evidence_fact(value: Stored) -> EvidenceFact | None:
    """The attached file that a value of an `evidence:` field tells of; None when it is blank or makes no sense."""
    if not isinstance(value, list | tuple) or len(value) != 5:
        return None
    field, file_name, sha256, size, media_type = value
    if not isinstance(size, int) or isinstance(size, bool):
        return None
    return EvidenceFact(str(field), str(file_name), str(sha256), size, str(media_type))


def remark_words(value: Stored) -> tuple[str, str] | None:
    """Field and text of a value of a `remark:` field; None when it is settled or makes no sense."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    return str(value[0]), str(value[1])


@dataclass(frozen=True, slots=True)
class SentMember:
    """A line of the library as the bureau tells it to the unit's offices."""

    membership_id: str
    unit_id: str
    unit_name: str
    credit_code: str
    kind: str
    office: str
    industry_code: str
    record_id: str | None
    admitted_on: date
    tier: Tier
    left_on: date | None
    left_ground: LeaveGround | None
    left_reason: str


@dataclass(frozen=True, slots=True)
class SharedUnit:
    """A unit that produces in one office and is recommended by another: both see how it stands."""

    unit_name: str
    credit_code: str
    form: str
    recommended_by: str
    state: RecordState
    since: date


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a notice says: the window, the last day for handing in, and free words."""

    title: str
    deadline: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one record of the other side's package, told back to it."""

    record_id: str
    unit_name: str
    credit_code: str
    form: str
    outcome: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The bureau's part of a receipt or notice, beside records.

    `acks`: record id → what the bureau knows of it. `received_to` and `missing`: the office's package numbers.
    """

    acks: Mapping[str, Vector]
    received_to: int
    missing: tuple[int, ...]
    fates: tuple[Fate, ...]
    members: tuple[SentMember, ...]
    shared: tuple[SharedUnit, ...]
    notice: NoticeWords | None = None
    pack_path: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or is meant: a workstation of an office, or of the bureau (office blank)."""

    role: Role
    office: str


@dataclass(frozen=True, slots=True)
class Sender:
    """A workstation: its store, its role, its public key (Ed25519, 32 bytes) and the words that name it.

    `former` are the store's names from before it was restored: whoever still uses one of them is an older copy.
    """

    site: str
    party: Party
    key: bytes
    name: str
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Succession:
    """密钥更换: the key before, and its signature over the new one."""

    previous_key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """What a file is, before anything in it is read: from its manifest.

    `number` counts the files of this kind of stream (sender to recipient) from 1. `made_at` is the time of the newest
    change in it, so that the same state gives the same bytes.
    """

    kind: FileKind
    sender: Sender
    recipient: Party
    number: int
    made_at: datetime
    window: str
    pack_label: str
    pack_digest: str
    program: str
    succession: Succession | None = None

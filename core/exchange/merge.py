"""Joins an incoming record with the one that is here, field by field, against what both know (design §6).

The join is commutative, associative and idempotent: whatever order files come in, and however often, the same changes
give the same heads. A change stays while the other side has not seen it; it goes when the other side has replaced it.
Heads that say the same stay side by side too: which of them somebody replaced matters to whoever comes third.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.domain.enums import RecordState
from core.domain.errors import GreenLadderError
from core.domain.exchange import (
    OFFICE_STATES,
    REMARK_PREFIX,
    STATE,
    Change,
    Dot,
    RecordCopy,
    Vector,
    covers,
    joined,
    knows,
)
from core.domain.values import Stored

# Made once: `json.dumps` would make an encoder for every answer.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_BUREAU_STATES: Final = frozenset(state.value for state in RecordState if state not in OFFICE_STATES)


class MissingBaseError(GreenLadderError):
    """The file builds on changes that this store never got."""


class TornRecordError(GreenLadderError):
    """The record names changes that it does not bring: the file was not made by a sound program."""


class MergeKind(StrEnum):
    """What joining did to a field: theirs counts now, ours goes on counting, or both stand side by side."""

    TAKEN = "taken"
    KEPT = "kept"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Known:
    """A record as this store has it: `heads` with the one that counts first, `changes` those heads."""

    vector: Vector
    heads: Mapping[str, tuple[Dot, ...]]
    changes: Mapping[Dot, Change]


NOTHING: Final = Known({}, {}, {})


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """A field whose heads moved: the change that counted before (None: never written), and the heads now.

    The first head is the one that counts.
    """

    field: str
    before: Change | None
    heads: tuple[Change, ...]
    kind: MergeKind

    @property
    def shown(self) -> Change:
        """The change that counts now."""
        return self.heads[0]


@dataclass(frozen=True, slots=True)
class Merged:
    """What joining gives: what is known then, the changes that are new here, and the fields that moved."""

    vector: Vector
    new: tuple[Change, ...]
    fields: tuple[FieldMerge, ...]


def merge(known: Known, copy: RecordCopy) -> Merged:
    """Join a record of a file with what is known here of it (`NOTHING` for a new one).

    Raises:
        MissingBaseError: it builds on changes that never came here.
        TornRecordError: it names heads that neither side has.
    """
    if not covers(known.vector, copy.base):
        raise MissingBaseError("这份表只带了部分修改，前面的内容本机没有收到，请对方重新打一个完整包。")
    theirs = {change.dot: change for change in copy.changes}
    fields = []
    for field in sorted(copy.heads):
        mine = known.heads.get(field, ())
        left = [d for d in mine if d in copy.heads[field] or not knows(copy.context, d)]
        came = [d for d in copy.heads[field] if d not in mine and not knows(known.vector, d)]
        heads = _ordered(_change_of(dot, known.changes, theirs) for dot in (*left, *came))
        if not heads:
            raise TornRecordError("这份表的修改记录不完整（有的栏目没有取值），请对方重新打包。")
        if {change.dot for change in heads} != set(mine):
            fields.append(_field(field, known.changes[mine[0]] if mine else None, heads))
    new = tuple(change for change in copy.changes if not knows(known.vector, change.dot))
    return Merged(joined(known.vector, copy.context), new, tuple(fields))


def ranked(change: Change) -> tuple[int, str, str, int]:
    """Which of several heads counts, the same on both sides: a state of the bureau first, else the latest."""
    rank = 0
    if change.field == STATE and isinstance(change.new, list | tuple) and change.new:
        rank = int(change.new[0] in _BUREAU_STATES)
    return rank, change.changed_at.isoformat(timespec="microseconds"), change.dot.site, change.dot.number


def same_value(one: Stored, other: Stored) -> bool:
    """True when both are the same answer; 1 is neither 1.0 nor True."""
    return _canonical(one) == _canonical(other)


def is_conflict(heads: Iterable[Change]) -> bool:
    """True when somebody must decide: the heads say different things. Of states and remarks, one simply counts."""
    asked = [c for c in heads if c.field != STATE and not c.field.startswith(REMARK_PREFIX)]
    return len({_canonical(change.new) for change in asked}) > 1


def _field(field: str, before: Change | None, heads: tuple[Change, ...]) -> FieldMerge:
    if is_conflict(heads):
        kind = MergeKind.CONFLICT
    elif before is not None and heads[0].dot == before.dot:
        kind = MergeKind.KEPT
    else:
        kind = MergeKind.TAKEN
    return FieldMerge(field, before, heads, kind)


def _ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Heads with the one that counts first."""
    return tuple(sorted(changes, key=ranked, reverse=True))


def _change_of(dot: Dot, mine: Mapping[Dot, Change], theirs: Mapping[Dot, Change]) -> Change:
    change = theirs.get(dot) or mine.get(dot)
    if change is None:
        raise TornRecordError("这份表的修改记录不完整（缺少所引用的修改），请对方重新打包。")
    return change


def _canonical(value: Stored) -> str:
    return _ENCODER.encode(value)

"""What a sheet of paper knows of a record: its content's digest, and how many changes led to it.

The content is what a clerk answered, explained and attached; layout, remarks and the way through the offices are not.
Both are the same in every store that has seen the same changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from core.domain.exchange import EVIDENCE_PREFIX, EXPLANATION_PREFIX, REMARK_PREFIX, STATE, Change, evidence_fact
from core.domain.records import Evidence, Record
from core.domain.values import Stored, is_blank

#: States whose giving makes a new version: the sheet is signed for what was locked then.
LOCKING: Final = frozenset({"recommended", "filed"})
_WHOLE: Final = 1 << 256
_JSON: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def is_content(field: str) -> bool:
    """True for answers, explanations and attached files."""
    return field != STATE and not field.startswith(REMARK_PREFIX)


def is_locking(change: Change) -> bool:
    """True when the change recommends the form, or hands the annual report in."""
    return change.field == STATE and isinstance(change.new, list | tuple) and bool(LOCKING & {*change.new[:1]})


def content_of(record: Record, evidence: Iterable[Evidence]) -> dict[str, Stored]:
    """The present content of a record, under the names that its history uses; nothing blank."""
    found: dict[str, Stored] = {name: value for name, value in record.answers.items() if not is_blank(value)}
    found |= {EXPLANATION_PREFIX + e.rule: e.text for e in record.explanations}
    for e in evidence:
        fact: list[str | int | float | bool | None] = [e.field, e.file_name, e.sha256, e.size, e.media_type]
        found[EVIDENCE_PREFIX + e.id] = fact
    return found


def content_digest(form: str, content: Mapping[str, Stored]) -> str:
    """SHA-256 of a content; the order of its fields does not matter."""
    return _sealed(form, sum(_weight(name, value) for name, value in content.items()) % _WHOLE)


class Replay:
    """A record's content as its changes are made one after another.

    The digest of many states in a row costs one hash each, because it is of a sum over the fields.
    """

    def __init__(self, form: str) -> None:
        self._form = form
        self._sum = 0
        self.version = 0
        self.content: dict[str, Stored] = {}

    @property
    def digest(self) -> str:
        """As `content_digest` of the present content."""
        return _sealed(self._form, self._sum)

    def make(self, change: Change) -> None:
        """Let one change happen."""
        if is_locking(change):
            self.version += 1
        if not is_content(change.field):
            return
        self.version += 1
        if change.field in self.content:
            self._sum -= _weight(change.field, self.content.pop(change.field))
        if not is_blank(change.new):
            self.content[change.field] = change.new
            self._sum += _weight(change.field, change.new)
        self._sum %= _WHOLE


def _sealed(form: str, total: int) -> str:
    return hashlib.sha256(f"{form}\x1f{total:064x}".encode()).hexdigest()


def _weight(field: str, value: Stored) -> int:
    """A field with its value as a number; of an attached file counts what is in it, not what it is called."""
    fact = evidence_fact(value) if field.startswith(EVIDENCE_PREFIX) else None
    told = [fact.field, fact.sha256] if fact is not None else value
    return int.from_bytes(hashlib.sha256(_JSON.encode([field, told]).encode()).digest())

"""Whether a record that travels makes sense in itself, and whether what it attaches may travel at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from core.domain.exchange import (
    EVIDENCE_PREFIX,
    EXPLANATION_PREFIX,
    REMARK_PREFIX,
    STATE,
    Change,
    EvidenceFact,
    RecordCopy,
    covers,
    evidence_fact,
    knows,
)
from core.domain.values import Stored
from core.exchange.limits import MAX_TOTAL_BYTES
from core.exchange.names import evidence_suffix, is_fit_evidence_name

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_ID: Final = "[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
_EVIDENCE_FIELD: Final = re.compile(EVIDENCE_PREFIX + _ID)
_REMARK_FIELD: Final = re.compile(REMARK_PREFIX + _ID)
_BESIDE_ANSWERS: Final = (EVIDENCE_PREFIX, EXPLANATION_PREFIX, REMARK_PREFIX)


def causal_problem(record: RecordCopy) -> str:
    """Why the changes of a record cannot be what a store of ours sent; blank when they can."""
    if not covers(record.context, record.base):
        return "修改记录前后不符"
    by_dot = {change.dot: change for change in record.changes}
    if len(by_dot) != len(record.changes):
        return "同一次修改出现了两次"
    if any(not knows(record.context, dot) or knows(record.base, dot) for dot in by_dot):
        return "修改记录与已收情况不符"
    for field, dots in record.heads.items():
        if len(set(dots)) != len(dots) or not all(knows(record.context, dot) for dot in dots):
            return "现值与修改记录不符"
        if any(dot not in by_dot and not knows(record.base, dot) for dot in dots):
            return "缺少现值的修改记录"
        if any(dot in by_dot and by_dot[dot].field != field for dot in dots):
            return "现值与修改记录不符"
    return "缺少现值" if any(change.field not in record.heads for change in record.changes) else ""


def value_problem(record: RecordCopy) -> str:
    """Why a change says what it cannot say of what is no answer of the form; blank when all is well."""
    if not all(_travels(field) for field in record.heads):
        return "带有不能随文件报送的内容"
    for change in record.changes:
        if change.field.startswith(REMARK_PREFIX) and not _is_remark(change):
            return "审核意见的写法不合规定"
        if change.field.startswith(EXPLANATION_PREFIX) and not isinstance(change.new, str | None):
            return "情况说明的写法不合规定"
        if change.field == STATE and not _is_state(change.new):
            return "状态的写法不合规定"
        if change.field.startswith(EVIDENCE_PREFIX) and not _is_evidence(change):
            return "佐证材料的登记不合规定"
    return ""


def unfit_evidence(record: RecordCopy) -> str:
    """The file name of a present attached file that is no document or image; blank when there is none."""
    return next((f.file_name for f in attached(record) if not is_fit_evidence_name(f.file_name)), "")


def attached(record: RecordCopy) -> Iterator[EvidenceFact]:
    """The attached files that present changes of this copy tell of."""
    heads = {dot for dots in record.heads.values() for dot in dots}
    for change in record.changes:
        if change.field.startswith(EVIDENCE_PREFIX) and change.dot in heads:
            fact = evidence_fact(change.new)
            if fact is not None:
                yield fact


def named_evidence(record: RecordCopy) -> Iterator[tuple[str, EvidenceFact]]:
    """Every attached file that any change tells of, by its name inside a file: `<sha256><.ending>`."""
    for change in record.changes:
        fact = evidence_fact(change.new) if change.field.startswith(EVIDENCE_PREFIX) else None
        if fact is not None:
            yield fact.sha256 + evidence_suffix(fact.file_name), fact


def _travels(field: str) -> bool:
    """True for answers, and for what else a store of ours sends: its own findings, say, stay with the bureau."""
    return ":" not in field or field == STATE or field.startswith(_BESIDE_ANSWERS)


def _is_remark(change: Change) -> bool:
    if not _REMARK_FIELD.fullmatch(change.field):
        return False
    if change.new is None:
        return True
    words = change.new
    return isinstance(words, list | tuple) and len(words) == 2 and all(isinstance(part, str) for part in words)


def _is_state(value: Stored) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 3:
        return False
    state, number, detail = value
    from core.domain.enums import RecordState

    known = isinstance(state, str) and state in {known.value for known in RecordState}
    return known and isinstance(number, str | None) and isinstance(detail, str | None)


def _is_evidence(change: Change) -> bool:
    if not _EVIDENCE_FIELD.fullmatch(change.field):
        return False
    if change.new is None:
        return True
    fact = evidence_fact(change.new)
    if (
        fact is None
        or not isinstance(change.new, list | tuple)
        or not all(isinstance(part, str) for index, part in enumerate(change.new) if index != 3)
    ):
        return False
    return bool(_SHA256.fullmatch(fact.sha256)) and 0 <= fact.size <= MAX_TOTAL_BYTES and len(fact.media_type) <= 200

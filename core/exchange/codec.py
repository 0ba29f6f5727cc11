"""Records and answers as JSON and back, exactly: 1 stays 1, 1.0 stays 1.0, and "1" stays "1"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from core.domain.enums import RecordState
from core.domain.exchange import Answer, Change, Dot, Fate, NoticeWords, RecordCopy, SentMember, SharedUnit
from core.domain.library import LeaveGround, Tier
from core.domain.records import Explanation
from core.exchange import strict_json
from core.exchange.schemas import require_shape
from core.exchange.strict_json import BadJsonError


def record_bytes(record: RecordCopy) -> bytes:
    """The record as `records/<id>.json` holds it.

    Raises:
        ValueError: nobody could read it; the text says why, in Chinese words where a clerk can do something.
    """
    document = _record_document(record)
    require_shape("record", document)
    # The columns of a repeat group's rows keep their order, so nothing is sorted here but what has no order.
    data = strict_json.dump(document, in_order=True)
    strict_json.load(data)
    return data


def read_record(data: bytes) -> RecordCopy:
    """The record of such a file.

    Raises:
        BadJsonError: it is not of the written shape.
    """
    document = strict_json.load(data)
    require_shape("record", document)
    return _record(document)


def record_again(data: bytes) -> RecordCopy:
    """The record of bytes that `read_record` has read before."""
    return _record(json.loads(data))


def answer_bytes(answer: Answer) -> bytes:
    """The answer as `answer.json` holds it.

    Raises:
        ValueError: nobody could read it.
    """
    document = _answer_document(answer)
    require_shape("answer", document)
    data = strict_json.dump(document)
    strict_json.load(data)
    return data


def read_answer(data: bytes) -> Answer:
    """The answer of such a file.

    Raises:
        BadJsonError: it is not of the written shape.
    """
    document = strict_json.load(data)
    require_shape("answer", document)
    return _answer(document)


def time_text(moment: datetime) -> str:
    """A moment as UTC ISO text ending in Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def time_of(text: str) -> datetime:
    """The moment of such a text.

    Raises:
        BadJsonError: there is no such day or hour.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadJsonError(f"时间“{text}”不存在") from error


def _date_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadJsonError(f"日期“{text}”不存在") from error


def _record_document(record: RecordCopy) -> dict[str, Any]:
    return {
        "id": record.id, "form": record.form, "period": record.period, "office": record.office,
        "created_at": time_text(record.created_at), "pack_version": record.pack_version,
        "is_sample": record.is_sample, "base": dict(sorted(record.base.items())),
        "context": dict(sorted(record.context.items())),
        "heads": {field: [list(dot) for dot in dots] for field, dots in sorted(record.heads.items())},
        "changes": [_change_document(change) for change in record.changes],
        "explanations": [
            {
                "rule": e.rule, "text": e.text, "digest": e.values_digest, "by": e.written_by,
                "at": time_text(e.written_at),
            }
            for e in record.explanations
        ],
        "unit_name": record.unit_name, "credit_code": record.credit_code, "state": record.state.value,
    }


def _change_document(change: Change) -> dict[str, Any]:
    return {
        "dot": list(change.dot), "field": change.field, "old": _plain(change.old), "new": _plain(change.new),
        "by": change.changed_by, "at": time_text(change.changed_at), "source": change.source,
    }


def _plain(value: object) -> Any:
    """Stored values with lists for tuples and dicts for mappings, as JSON has them."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _record(document: Mapping[str, Any]) -> RecordCopy:
    return RecordCopy(
        id=document["id"], form=document["form"], period=document["period"], office=document["office"],
        created_at=time_of(document["created_at"]), pack_version=document["pack_version"],
        is_sample=document["is_sample"], base=_vector(document["base"]), context=_vector(document["context"]),
        heads={field: tuple(_dot(dot) for dot in dots) for field, dots in document["heads"].items()},
        changes=tuple(_change(change) for change in document["changes"]),
        explanations=tuple(
            Explanation(e["rule"], e["text"], e["digest"], e["by"], time_of(e["at"])) for e in document["explanations"]
        ),
        unit_name=document["unit_name"], credit_code=document["credit_code"], state=RecordState(document["state"]),
    )


def _change(document: Mapping[str, Any]) -> Change:
    return Change(
        _dot(document["dot"]), document["field"], document["old"], document["new"], document["by"],
        time_of(document["at"]), document["source"],
    )


def _vector(document: Mapping[str, Any]) -> dict[str, int]:
    # JSON Schema takes 1.0 for an integer.
    return {site: int(number) for site, number in document.items()}


def _dot(document: Sequence[Any]) -> Dot:
    return Dot(document[0], int(document[1]))


def _answer_document(answer: Answer) -> dict[str, Any]:
    return {
        "acks": {record_id: dict(vector) for record_id, vector in answer.acks.items()},
        "received_to": answer.received_to, "missing": list(answer.missing),
        "fates": [
            {"record_id": f.record_id, "unit_name": f.unit_name, "credit_code": f.credit_code, "form": f.form,
             "outcome": f.outcome, "sentence": f.sentence}
            for f in answer.fates
        ],
        "members": [_member_document(member) for member in answer.members],
        "shared": [
            {"unit_name": s.unit_name, "credit_code": s.credit_code, "form": s.form,
             "recommended_by": s.recommended_by, "state": s.state.value, "since": s.since.isoformat()}
            for s in answer.shared
        ],
        "notice": None if answer.notice is None else {
            "title": answer.notice.title, "deadline": _date_text(answer.notice.deadline), "text": answer.notice.text,
        },
        "pack_path": answer.pack_path,
    }


def _member_document(member: SentMember) -> dict[str, Any]:
    return {
        "membership_id": member.membership_id, "unit_id": member.unit_id, "unit_name": member.unit_name,
        "credit_code": member.credit_code, "kind": member.kind, "office": member.office,
        "industry_code": member.industry_code, "record_id": member.record_id,
        "admitted_on": member.admitted_on.isoformat(), "tier": member.tier.value,
        "left_on": _date_text(member.left_on),
        "left_ground": None if member.left_ground is None else member.left_ground.value,
        "left_reason": member.left_reason,
    }


def _date_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _answer(document: Mapping[str, Any]) -> Answer:
    words = document["notice"]
    return Answer(
        acks={record_id: _vector(vector) for record_id, vector in document["acks"].items()},
        received_to=int(document["received_to"]), missing=tuple(int(number) for number in document["missing"]),
        fates=tuple(
            Fate(f["record_id"], f["unit_name"], f["credit_code"], f["form"], f["outcome"], f["sentence"])
            for f in document["fates"]
        ),
        members=tuple(_member(member) for member in document["members"]),
        shared=tuple(
            SharedUnit(s["unit_name"], s["credit_code"], s["form"], s["recommended_by"], RecordState(s["state"]),
                       _date_of(s["since"]))
            for s in document["shared"]
        ),
        notice=None if words is None else NoticeWords(
            words["title"], _optional_date(words["deadline"]), words["text"]
        ),
        pack_path=document["pack_path"],
    )


def _member(document: Mapping[str, Any]) -> SentMember:
    ground = document["left_ground"]
    return SentMember(
        document["membership_id"], document["unit_id"], document["unit_name"], document["credit_code"],
        document["kind"], document["office"], document["industry_code"], document["record_id"],
        _date_of(document["admitted_on"]), Tier(document["tier"]), _optional_date(document["left_on"]),
        None if ground is None else LeaveGround(ground), document["left_reason"],
    )


def _optional_date(text: str | None) -> date | None:
    return None if text is None else _date_of(text)

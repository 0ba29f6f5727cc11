"""Files of the exchange as the command line tells them: JSON documents, and lines for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.domain.exchange import NoticeWords
from core.services.exchange.model import FieldPreview, FileFacts, Inspection, Outcome, PackLine, RecordPreview, Sent

_MOST_FIELDS: Final = 20
#: Files that bring no records, and answer none, are dated so.
_UNDATED: Final = 1980
_OPEN: Final = frozenset({Outcome.CONFLICT, Outcome.CHANGED, Outcome.KEPT})


def facts_as_dict(facts: FileFacts) -> dict[str, object]:
    """What a file says of itself."""
    return {
        "file": str(facts.path), "kind": facts.kind.value, "sender_role": facts.sender.role.value,
        "sender_office": facts.sender.office, "sender": facts.sender_label, "recipient": facts.recipient_label,
        "number": facts.number, "made_at": facts.made_at.isoformat(), "window": facts.window, "pack": facts.pack_label,
        "program": facts.program, "check_code": facts.check_code, "key": facts.key_name, "trust": facts.trust.value,
        "records": facts.records, "evidence": facts.evidence, "size": facts.size,
    }


def inspection_as_dict(found: Inspection) -> dict[str, object]:
    """A file that was looked at."""
    units = [{"unit_name": name, "credit_code": code, "form": title} for name, code, title in found.units]
    return {**facts_as_dict(found.facts), "units": units, "problems": list(found.problems)}


def print_inspection(found: Inspection) -> None:
    """The same in lines."""
    facts = found.facts
    print(f"{facts.kind.label}{facts.kind.numbered(facts.number)}：{facts.sender_label} → {facts.recipient_label}")
    print(f"  核对码{facts.check_code}，密钥{facts.key_name}（{facts.trust.label}）")
    window = f"{facts.window}，" if facts.window else ""
    made_on = f"{facts.made_at.astimezone().date()}，" if facts.made_at.year > _UNDATED else ""
    print(f"  {made_on}{window}政策包{facts.pack_label}，由{facts.program}写出")
    print(f"  {facts.records}份表、{facts.evidence}件佐证材料，{max(1, round(facts.size / 1024))}KB")
    for name, code, title in found.units:
        print(f"    {name}  {code}  {title}")
    for problem in found.problems:
        print(f"  {problem}")


def plan_line_as_dict(line: PackLine) -> dict[str, object]:
    """A unit that goes into the next package, or does not."""
    return {
        "unit_name": line.unit_name, "credit_code": line.credit_code, "form": line.form, "state": line.state.value,
        "standing": line.standing.value, "evidence": line.evidence, "goes": not line.obstacle,
        "obstacle": line.obstacle,
    }


def sent_as_dict(sent: Sent) -> dict[str, object]:
    """A file that was written."""
    return {
        "file": str(sent.path), "kind": sent.kind.value, "number": sent.number, "check_code": sent.check_code,
        "records": sent.records, "evidence": sent.evidence, "size": sent.size, "again": sent.is_again,
        "sentence": sent.sentence,
    }


def record_as_dict(record: RecordPreview) -> dict[str, object]:
    """What receiving does with one form."""
    return {
        "unit_name": record.unit_name, "credit_code": record.credit_code, "form": record.form,
        "outcome": record.outcome.value, "sentence": record.sentence, "state_before": record.state_before,
        "state_after": record.state_after, "fields": [_field_as_dict(f) for f in record.fields],
    }


def _field_as_dict(field: FieldPreview) -> dict[str, object]:
    return {
        "name": field.name, "label": field.label, "mine": field.mine, "theirs": field.theirs,
        "change": field.change.value, "choice": field.choice.value, "locked": field.is_locked,
        "mine_by": field.mine_by, "theirs_by": field.theirs_by,
    }


def print_records(records: Sequence[RecordPreview]) -> None:
    """A line for each form, and one for each field of it that is not simply new and that reads otherwise here."""
    for record in records:
        print(f"  {record.outcome.label}  {record.unit_name}（{record.form_title}）：{record.sentence}")
        fields = [f for f in record.fields if f.mine != f.theirs] if record.outcome in _OPEN else []
        for field in fields[:_MOST_FIELDS]:
            is_told = field.change is Outcome.CONFLICT or record.outcome is Outcome.KEPT
            what = f"，{field.choice.label}" if is_told else ""
            print(f"      {field.label}：本机“{field.mine}”，来件“{field.theirs}”{what}")
        if len(fields) > _MOST_FIELDS:
            print(f"      另有{len(fields) - _MOST_FIELDS}栏，用--json看全部")


def notice_as_dict(words: NoticeWords | None) -> dict[str, object] | None:
    """A notice's words."""
    if words is None:
        return None
    return {
        "title": words.title, "deadline": words.deadline.isoformat() if words.deadline else None, "text": words.text,
    }


def print_notice(words: NoticeWords | None) -> None:
    """A notice as it is to be read."""
    if words is not None:
        last = f"（{words.deadline}前上报）" if words.deadline else ""
        print(f"  通知：{words.title}{last}")
        for line in words.text.splitlines():
            print(f"    {line}")

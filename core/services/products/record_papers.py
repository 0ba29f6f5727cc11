"""Papers of one record, 推荐表, 培育表 and 校核报告: their code, and what has changed since one was printed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from core.domain.calendar import format_chinese
from core.domain.enums import RecordState, handing_in
from core.domain.exchange import STATE, Change
from core.domain.finding import Verdict
from core.domain.paper_code import PaperCode, PaperKind, ReadCode, judged_digest, subject_of_record
from core.domain.paper_content import Replay, content_digest, content_of, is_content, is_locking
from core.domain.records import Record
from core.domain.values import Stored
from core.forms.definition import FieldType, FormDefinition
from core.services import prefill
from core.services.drafts import OpenForm, check_record, recommended_on, why_not
from core.services.exchange.words import field_label, said, state_of
from core.services.products.paper_check import PaperChange, PaperCheck, PaperState
from core.services.workspace import Workspace

_AGAIN: Final = "请按现在的内容重新打印、签字、盖章。"


@dataclass(frozen=True)
class _Printed:
    """The record as the paper has it: its content then, and every change that came after."""

    content: Mapping[str, Stored]
    later: Sequence[Change]


def code_of_record(ws: Workspace, kind: PaperKind, opened: OpenForm) -> PaperCode:
    """The code of a paper of a record as it is now, with the verdict that the paper shows."""
    record, verdict = opened.record, opened.verdict
    digest = content_digest(record.form, content_of(record, opened.evidence))
    if kind.tells_verdict:
        digest = judged_digest(digest, verdict.as_of, verdict.number)
    return PaperCode(kind, subject_of_record(record.id), ws.store.exchange.content_version(record.id), digest)


def check_record_paper(ws: Workspace, read: ReadCode) -> PaperCheck | None:
    """What a record's paper is and how it stands; None where no record here can be meant."""
    found = [_check(ws, read, record_id) for record_id in _meant(ws, read)]
    return min(found, key=lambda check: check.state is PaperState.UNKNOWN, default=None)


def _meant(ws: Workspace, read: ReadCode) -> Iterable[str]:
    """Ids of the records that the code may name: of a typed one there may be several, rarely."""
    if read.record_id:
        return (read.record_id,) if ws.store.exchange.known(read.record_id).vector else ()
    return tuple(i for i in ws.store.exchange.ids() if read.is_of(subject_of_record(i)))


def _check(ws: Workspace, read: ReadCode, record_id: str) -> PaperCheck:
    record = ws.store.exchange.known(record_id).record
    if record is None:
        return PaperCheck(
            read.kind, f"一份已删除的{read.kind.label}", PaperState.UNKNOWN,
            "这张纸所印的表在本机已经删除，不能再采用；确需办理的，请重新填报、打印。", read.version_number,
        )
    form = ws.pack_of(record).form(record.form)
    title = form.title if read.kind is PaperKind.FORM else read.kind.label
    what = f"“{record.unit_name or '未填名称'}”的{title}"
    evidence, changes = ws.store.evidence(record_id), ws.store.exchange.changes(record_id)
    printed = _printed(read, record, changes, content_of(record, evidence))
    if printed is None:
        return PaperCheck(
            read.kind, what, PaperState.UNKNOWN,
            f"这张纸是{what}，但纸上的内容与本机记录的任何一版都对不上：可能是在别处改过、本机还没有收到。"
            f"请先接收对方的文件再核对；仍对不上的，{_AGAIN}",
            read.version_number, record_id=record_id, record_state=record.state,
        )
    known = prefill.missing_answers(ws, form, record) if record.state.is_editable else {}
    record = replace(record, answers={**record.answers, **known})
    found = _differences(form, printed.content, content_of(record, evidence), changes, known)
    state, sentence = _standing(read.kind, record, printed, len(found))
    if state is PaperState.CURRENT and read.kind.tells_verdict:
        state, sentence = _beside_verdict(ws, read, record, sentence)
    return PaperCheck(read.kind, what, state, sentence, read.version_number, found, record_id, record.state)


def _standing(kind: PaperKind, record: Record, printed: _Printed, differences: int) -> tuple[PaperState, str]:
    standing = f"该表现在的状态：{record.state.label}。"
    unlocked = _unlocked(printed.later) if kind is PaperKind.RECOMMENDATION else ""
    if differences:
        also = f"，印出以后还{unlocked}过" if unlocked else ""
        return PaperState.CHANGED, f"纸上有{differences}处与现在的内容不同{also}。{standing}{_AGAIN}"
    if unlocked:
        again = f"后来又重新推荐过，校核日期可能不同，{_AGAIN}"
        why = "请改好、重新推荐后再打印。" if record.state.is_editable else again
        return PaperState.VOID, f"印出以后{unlocked}过，这张推荐表不再有效；纸上的内容与现在的相同。{standing}{why}"
    went_back = "印出以后有过改动，又改了回来。" if any(is_content(change.field) for change in printed.later) else ""
    return PaperState.CURRENT, f"纸上的内容就是现在的内容。{went_back}{standing}"


def _day_of(ws: Workspace, record: Record) -> date:
    return recommended_on(ws, record) or ws.clock.today()


def _verdict_on(ws: Workspace, record: Record, day: date) -> Verdict:
    return check_record(ws, record, day).verdict


def _beside_verdict(ws: Workspace, read: ReadCode, record: Record, sentence: str) -> tuple[PaperState, str]:
    """How a paper stands that says what is stored now, but perhaps with the verdict of another day or policy pack."""
    now = _verdict_on(ws, record, _day_of(ws, record))
    is_of_the_day = read.day_near(now.as_of) == now.as_of
    own = now if is_of_the_day else _verdict_on(ws, record, read.day_near(ws.clock.today()))
    numbers = [own.number]
    if is_of_the_day and not record.state.is_editable and record.verdict_number:
        numbers.append(record.verdict_number)
    if not any(read.has_verdict_number(number) for number in numbers):
        standing = f"该表现在的状态：{record.state.label}。"
        why = "但校核编号不同：印出以后换过政策包，或者校核日期相隔两年以上"
        return PaperState.VOID, f"纸上的内容与现在的相同，{why}。{standing}{_AGAIN}"
    if is_of_the_day:
        return PaperState.CURRENT, sentence
    return _of_other_day(read.kind, record, own, now)


def _of_other_day(kind: PaperKind, record: Record, own: Verdict, now: Verdict) -> tuple[PaperState, str]:
    """How a paper with today's content and the verdict of another day stands to the verdict that counts."""
    is_open, day = record.state.is_editable, format_chinese(now.as_of)
    when = f"按今天（{day}）校核" if is_open else f"{handing_in(record.form)}时按{day}校核"
    whose = f"纸上的校核日期是{format_chinese(own.as_of)}"
    standing = f"该表现在的状态：{record.state.label}。"
    is_sheet, is_same = kind is PaperKind.RECOMMENDATION, _found(own) == _found(now)
    if is_sheet and not is_open:
        return PaperState.VOID, f"纸上的内容与现在的相同，但{whose}；{when}，校核编号不同。{standing}{_AGAIN}"
    if is_same:
        signed = "推荐后校核日期和编号可能不同，请推荐以后再打印、签字、盖章。" if is_sheet else ""
        return PaperState.CURRENT, f"纸上的内容就是现在的内容。{whose}；{when}，结论相同。{standing}{signed}"
    found = f"结论是“{now.label}”，纸上是“{own.label}”。" if own.label != now.label else "有的条款结果不同。"
    rest = (why_not(now) if is_sheet else "") or f"{standing}{_AGAIN}"
    return PaperState.VOID, f"纸上的内容与现在的相同，但{whose}；{when}，{found}{rest}"


def _found(verdict: Verdict) -> object:
    return verdict.may_recommend, [(finding.rule, finding.outcome) for finding in verdict.findings]


def _unlocked(later: Sequence[Change]) -> str:
    """What made a recommendation open to change again; empty where nothing did."""
    states = [state_of(change.new) for change in later if change.field == STATE]
    words = ["退回" if state is RecordState.RETURNED else "撤回" for state in states if state and state.is_editable]
    return "、".join(dict.fromkeys(words))


def _printed(
    read: ReadCode, record: Record, changes: Sequence[Change], now: Mapping[str, Stored]
) -> _Printed | None:
    """The record as it was when the paper was printed; None where it never was like that here.

    A paper knows a version and its digest. Where files met, the version may be another store's count: then the digest
    alone decides.
    """
    orders = list(_orders(changes))
    for by_version in (True, False):
        for order in orders:
            found = _point(read, record.form, order, by_version=by_version)
            if found is not None:
                return found
    return _Printed(now, ()) if _says(read, content_digest(record.form, now)) else None


def _says(read: ReadCode, digest: str) -> bool:
    return read.has_content(digest) if read.kind.tells_verdict else read.has_digest(digest)


def _point(read: ReadCode, form: str, order: Sequence[Change], *, by_version: bool) -> _Printed | None:
    """The last state on the way that the paper agrees with."""
    replay, found = Replay(form), None
    for place, change in enumerate(order, start=1):
        replay.make(change)
        if is_content(change.field) or is_locking(change):
            said_so = read.has_version(replay.version) if by_version else True
            if said_so and _says(read, replay.digest):
                found = _Printed(dict(replay.content), order[place:])
    return found


def _orders(changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
    """The orders in which the changes may have been made: as they came, by time, one store's before all others'."""
    yield changes
    yield sorted(changes, key=lambda change: (change.changed_at, change.dot))
    for site in sorted({change.dot.site for change in changes}):
        own = [change for change in changes if change.dot.site == site]
        yield [*own, *(change for change in changes if change.dot.site != site)]


def _differences(
    form: FormDefinition, printed: Mapping[str, Stored], now: Mapping[str, Stored], changes: Sequence[Change],
    known: Container[str],
) -> tuple[PaperChange, ...]:
    """Field by field, in the order of the form, what is not as it was; `known` is what the library answers by now."""
    last = {change.field: change for change in changes}
    places = {name: place for place, name in enumerate(form.by_name)}
    differing = [
        name for name in {**printed, **now}
        if content_digest("", _only(printed, name)) != content_digest("", _only(now, name))
    ]
    found = []
    for name in sorted(differing, key=lambda name: (places.get(name, len(places)), name)):
        field, change = form.by_name.get(name), last.get(name)
        if field is not None and field.type is FieldType.FILE:
            continue  # what was attached instead is told as evidence, by its file's name
        on_paper, at_present = said(form, name, printed.get(name)), said(form, name, now.get(name))
        if change is None or name in known:
            by = prefill.SOURCE if name in known else ""
            found.append(PaperChange(field_label(form, name, change), on_paper, at_present, by))
        else:
            label = field_label(form, name, change)
            found.append(PaperChange(label, on_paper, at_present, change.changed_by, change.changed_at))
    return tuple(found)


def _only(content: Mapping[str, Stored], name: str) -> Mapping[str, Stored]:
    return {name: content[name]} if name in content else {}

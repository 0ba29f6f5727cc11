"""接收: verify, preview, decide, one transaction, a report of what happened to every record (design §6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.errors import GreenLadderError, NotAllowedError
from core.domain.exchange import Answer, FileKind, SentMember, Vector
from core.domain.values import Stored
from core.services.exchange import doubles, reading, reports, stores, trust
from core.services.exchange.authority import Terms
from core.services.exchange.joining import Joined, join
from core.services.exchange.model import (
    Choice,
    FileFacts,
    Inspection,
    Outcome,
    Preview,
    Received,
    RecordPreview,
    Trust,
)
from core.services.exchange.news import REFUSALS, told_by
from core.services.exchange.numbers import missing_words
from core.services.exchange.sending import Cancelled, Progress
from core.services.exchange.stages import RECEIVING_STOPPED, Stages
from core.services.workspace import Workspace
from core.store.exchange.boxes import InFile, NewInFile, numbers_missing
from core.store.exchange.store import Receipt

if TYPE_CHECKING:
    from core.exchange.reader import Incoming

_ORDER: Final = (
    Outcome.REFUSED, Outcome.CONFLICT, Outcome.NEW, Outcome.CHANGED, Outcome.KEPT, Outcome.SKIPPED, Outcome.UNCHANGED,
)
#: What may be taken from the same file another time.
_LEFT_OUT: Final = frozenset({Outcome.SKIPPED, Outcome.REFUSED})
SHARED: Final = "exchange:shared"
NOTICE: Final = "exchange:notice"
LIBRARY_AT: Final = "exchange:library-number"


def inspect(ws: Workspace, path: Path, password: str = "") -> Inspection:
    """What a file is and says, without taking it in; strangers' files can be looked at too.

    Raises:
        PackageRefusedError, PasswordNeededError: it cannot be read.
    """
    with reading.opened(ws, path, password) as incoming:
        facts = reading.facts_of(ws, path, incoming)
        units = tuple((r.unit_name, r.credit_code, _form_title(ws, r.form)) for r in incoming.records())
        try:
            reading.require_trusted(ws, incoming)
        except NotAllowedError as error:
            return Inspection(facts, units, (str(error),))
        return Inspection(facts, units, ())


def preview(
    ws: Workspace, path: Path, *, password: str = "", choices: Mapping[tuple[str, str], Choice] | None = None,
    skip: Collection[str] = (), progress: Progress | None = None, cancelled: Cancelled | None = None,
) -> Preview:
    """What receiving with these choices would do, record by record and field by field; nothing is changed.

    Raises:
        PackageRefusedError, PasswordNeededError, NotAllowedError: it cannot be received at all.
    """
    bar = Stages(progress, cancelled, RECEIVING_STOPPED)
    with reading.opened(ws, path, password, bar.part(0, 400), cancelled) as incoming, _judging(ws):
        facts = reading.facts_of(ws, path, incoming, reading.require_trusted(ws, incoming))
        earlier = _earlier(ws, incoming)
        repeat = _same(earlier, incoming)
        is_repeat = _is_whole(ws, repeat)
        joined = () if is_repeat else _joined(
            ws, incoming, path.name, choices or {}, skip, bar.part(400, 1000), tells_new_fields=True
        )
        notes, missing = _notes(ws, earlier, incoming)
        answer = incoming.answer()
        notes = (*notes, *told_by(ws, incoming, answer))
        return Preview(
            facts, _sorted(j.preview for j in joined), notes, missing, is_repeat,
            answer.notice if answer is not None else None,
        )


def receive(
    ws: Workspace, path: Path, *, password: str = "", choices: Mapping[tuple[str, str], Choice] | None = None,
    skip: Collection[str] = (), progress: Progress | None = None, cancelled: Cancelled | None = None,
) -> Received:
    """Take a file in, whole or not at all, as the clerk chose; the same file once more only brings what was left.

    `choices`: (record id, field) → what to do with it; `skip`: records to be left for another time.

    Raises:
        PackageRefusedError, PasswordNeededError, NotAllowedError, StoreError: nothing was changed.
    """
    bar = Stages(progress, cancelled, RECEIVING_STOPPED)
    with reading.opened(ws, path, password, bar.part(0, 200), cancelled) as incoming:
        with _judging(ws):
            facts = reading.facts_of(ws, path, incoming, reading.require_trusted(ws, incoming))
            earlier = _earlier(ws, incoming)
            repeat = _same(earlier, incoming)
            if repeat is not None and _is_whole(ws, repeat):
                return _repeated(facts, repeat)
            joined = _joined(ws, incoming, path.name, choices or {}, skip, bar.part(200, 450))
            if repeat is not None and not any(j.write for j in joined):
                return _repeated(facts, repeat, _sorted(j.preview for j in joined))
        with _evidence_kept(ws, incoming, bar):
            answer = incoming.answer()
            offered, told = _keep_pack(ws, incoming, facts)
            records = _sorted(j.preview for j in joined)
            with _judging(ws):
                notes, _ = _notes(ws, earlier, incoming)
                notes = (*notes, *told_by(ws, incoming, answer), *([told] if told else []))
                sentence = _sentence(facts, records, notes)
                report = reports.packed(records, sentence)
                receipt = _receipt(ws, incoming, facts, joined, answer, report, sentence)
            inbox_id = ws.store.exchange.take_in(receipt, actor=ws.actor, progress=bar.part(650, 1000))
        return Received(inbox_id, facts, records, notes, sentence, offered)


def write_report(ws: Workspace, inbox_id: int, out: Path) -> Path:
    """接收情况表: an Excel report of what happened to every record of a file that came in.

    Raises:
        NotFoundError: no such file.
        StoreError: the report cannot be written.
    """
    return reports.write(ws, ws.store.exchange.boxes.in_file(inbox_id), out)


def _joined(
    ws: Workspace, incoming: Incoming, file_name: str, choices: Mapping[tuple[str, str], Choice],
    skip: Collection[str], progress: Progress, *, tells_new_fields: bool = False,
) -> tuple[Joined, ...]:
    sender = incoming.head.sender
    own_sites = ws.store.exchange.own_sites()
    terms = Terms(
        sender.party, sender.site, trust.own_party(ws), own_sites, file_name, choices, skip, tells_new_fields
    )
    brought = frozenset(name.partition(".")[0] for name in incoming.evidence_names)
    joined: list[Joined] = []
    for copy in incoming.records():
        progress(len(joined), incoming.manifest.records)
        joined.append(_with_evidence(ws, join(ws, copy, terms), brought))
    progress(1, 1)
    return doubles.resolve(ws, joined)


@contextmanager
def _judging(ws: Workspace) -> Iterator[None]:
    """One state of the store for all that is looked up; what this store makes of itself once is made before."""
    trust.private_key(ws)
    ws.store.exchange.site()
    with ws.store.snapshot():
        yield


def _with_evidence(ws: Workspace, joined: Joined, brought: frozenset[str]) -> Joined:
    """A record whose attached files are neither here nor among those that the file `brought` is not taken."""
    from core.exchange.integrity import attached

    if joined.write is None:
        return joined
    for fact in attached(joined.write.copy):
        if fact.sha256 not in brought and not ws.store.files.has(fact.sha256, fact.file_name):
            sentence = f"缺少佐证材料“{fact.file_name}”，没有收，请对方重新打一个完整包。"
            return Joined(replace(joined.preview, outcome=Outcome.REFUSED, sentence=sentence, fields=()))
    return joined


def _receipt(
    ws: Workspace, incoming: Incoming, facts: FileFacts, joined: Iterable[Joined], answer: Answer | None,
    report: Stored, sentence: str,
) -> Receipt:
    head = incoming.head
    found = list(joined)
    marks: dict[str, Vector] = _acks(ws, incoming, answer) if answer is not None else {}
    for j in found:
        if j.mark is not None:
            marks[j.preview.record_id] = j.mark
    file = NewInFile(
        facts.path.name, head.kind, head.sender.site, head.sender.party, head.sender.name, head.number,
        incoming.content_digest, incoming.check_code, sentence, report, reports.counts(report),
    )
    kept: dict[str, Stored] = {}
    members: tuple[SentMember, ...] = ()
    library_of = ""
    if answer is not None and reading.is_from_bureau(incoming):
        followed = stores.succession(ws, head)
        kept[stores.SUCCESSION] = followed
        last = ws.store.get_setting(LIBRARY_AT)
        is_newer = not isinstance(last, list) or last[0] != head.sender.site or int(last[1]) < head.number
        if is_newer and followed[-1] == head.sender.site:
            # An older statement that comes late must not take the newer one's place.
            members, library_of = answer.members, head.recipient.office
            kept |= _statement(answer, head.sender.site, head.number)
    successor = None
    if facts.trust is Trust.SUCCEEDED:
        successor = (head.sender.party, head.sender.key.hex(), head.sender.name)
        kept |= trust.succeeded(head)
    return Receipt(
        file, [j.write for j in found if j.write is not None], marks, members, library_of, successor, kept
    )


def _acks(ws: Workspace, incoming: Incoming, answer: Answer) -> dict[str, Vector]:
    """What the sender says that it has; an office is asked about its own forms only."""
    own = stores.may_answer(ws, incoming.head)
    return {i: vector for i, vector in answer.acks.items() if own is None or i in own}


def _statement(answer: Answer, site: str, number: int) -> dict[str, Stored]:
    shared = [
        {
            "unit_name": u.unit_name, "credit_code": u.credit_code, "form": u.form,
            "recommended_by": u.recommended_by, "state": u.state.value, "since": u.since.isoformat(),
        }
        for u in answer.shared
    ]
    refusals = {f.record_id: f.sentence for f in answer.fates if f.outcome == Outcome.REFUSED.value}
    kept: dict[str, Stored] = {LIBRARY_AT: (site, number), SHARED: shared, REFUSALS: [refusals]}
    if answer.notice is not None:
        deadline = answer.notice.deadline.isoformat() if answer.notice.deadline else None
        kept[NOTICE] = [answer.notice.title, deadline, answer.notice.text]
    return kept


@contextmanager
def _evidence_kept(ws: Workspace, incoming: Incoming, bar: Stages) -> Iterator[None]:
    """Contents go into the store first: a row must never point at a file that is not there.

    What came only now goes again where the rest is not taken in.
    """
    came: list[str] = []
    progress, is_taken = bar.part(450, 650), False
    names = incoming.evidence_names
    try:
        for done, name in enumerate(names):
            progress(done, len(names))
            if ws.store.files.take(name, lambda to, name=name: incoming.extract_evidence(name, to)):  # type: ignore[misc]
                came.append(name)
        yield
        is_taken = True
    finally:
        if not is_taken:
            ws.store.exchange.drop_unattached(came, ws.store.files)


def _keep_pack(ws: Workspace, incoming: Incoming, facts: FileFacts) -> tuple[str, str]:
    """A policy pack of a notice is kept and offered; gives its digest (blank: none to offer) and a sentence."""
    content = incoming.pack_bytes()
    if content is None:
        return "", ""
    from core.services import packs

    try:
        offer = packs.take_in(ws, content, f"{facts.kind.label}{facts.kind.numbered(facts.number)}")
    except GreenLadderError as error:
        return "", str(error)
    return (offer.digest if not offer.is_active else ""), offer.sentence


def _earlier(ws: Workspace, incoming: Incoming) -> tuple[InFile, ...]:
    return ws.store.exchange.boxes.received_from(incoming.head.sender.site)


def _same(earlier: Iterable[InFile], incoming: Incoming) -> InFile | None:
    """The same file, as it came last."""
    return max((f for f in earlier if f.digest == incoming.content_digest), key=lambda f: f.id, default=None)


def _is_whole(ws: Workspace, repeat: InFile | None) -> bool:
    """True where a file came before and nothing of it was left out then."""
    if repeat is None:
        return False
    report = ws.store.exchange.boxes.in_file(repeat.id).report
    return not any(record.outcome in _LEFT_OUT for record in reports.unpacked(report))


def _notes(
    ws: Workspace, earlier: Sequence[InFile], incoming: Incoming
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Sentences on the whole file, and the numbers that are missing after it."""
    head = incoming.head
    numbers = [file.number for file in earlier]
    missing = numbers_missing([*numbers, head.number])
    notes = []
    if reading.is_from_bureau(incoming) and stores.succession(ws, head)[-1] != head.sender.site:
        notes.append(f"这是对方恢复数据以前写出的{head.kind.label}，只补收还没有的内容，在库名单不变。")
    if missing:
        covered = "（其中的内容，对方没有收到回执的，已含在这一包里）" if head.kind is FileKind.PACKAGE else ""
        notes.append(f"{missing_words(missing, head.kind)}{covered}。")
    if any(file.digest == incoming.content_digest for file in earlier):
        notes.append(f"{head.kind.numbered(head.number)}以前收过，只补收上次没有收的。")
    elif head.number in numbers:
        notes.append(f"{head.kind.numbered(head.number)}以前收过另一份，这次按内容逐栏合并。")
    elif numbers and head.number < max(numbers):
        notes.append(f"{head.kind.numbered(head.number)}比已收的{head.kind.numbered(max(numbers))}早，只补收还没有的内容。")
    return tuple(notes), missing


def _repeated(facts: FileFacts, repeat: InFile, records: tuple[RecordPreview, ...] = ()) -> Received:
    day = repeat.received_at.astimezone().date()
    which = f"{facts.kind.label}{facts.kind.numbered(facts.number)}"
    sentence = f"“{facts.path.name}”{day}已经收过（{which}），这次没有任何改动。"
    return Received(repeat.id, facts, records, (), sentence)


def _sentence(facts: FileFacts, records: Iterable[RecordPreview], notes: Iterable[str]) -> str:
    counts: dict[Outcome, int] = {}
    for record in records:
        counts[record.outcome] = counts.get(record.outcome, 0) + 1
    told = "、".join(f"{o.label}{counts[o]}" for o in sorted(counts, key=_ORDER.index)) or "没有单位的表"
    return f"已收{facts.sender_label}{facts.kind.label}{facts.kind.numbered(facts.number)}：{told}。" + "".join(notes)


def _sorted(records: Iterable[RecordPreview]) -> tuple[RecordPreview, ...]:
    return tuple(sorted(records, key=lambda r: (_ORDER.index(r.outcome), r.unit_name, r.record_id)))


def _form_title(ws: Workspace, form_id: str) -> str:
    form = ws.pack.forms.get(form_id)
    return form.title if form else form_id



"""回执、退回、通知: the bureau's files to one office (design §6).

Both bring what the office lacks of its forms (decisions, remarks, corrections), say what the bureau has, and tell the
library's lines of that office. A notice adds words, a last day, perhaps a newer policy pack.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.enums import RecordState, Role
from core.domain.exchange import (
    Answer,
    Fate,
    FileKind,
    NoticeWords,
    Party,
    SentMember,
    SharedUnit,
    Vector,
    covers,
)
from core.domain.records import Record
from core.services.exchange import log, papers, reports, sending, stores, told, trust
from core.services.exchange.model import OfficeLine, Outcome, Sent
from core.services.exchange.numbers import received_numbers
from core.services.exchange.sending import Cancelled, Parcel, Progress
from core.services.library.access import office_of, require_bureau
from core.services.library.members import kind_label
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.model import Document
    from core.store.exchange.boxes import OutFile

#: The field that names the office in which a unit produces, where it is not the one that recommends it.
_PRODUCES_IN: Final = "production_office"


def due(ws: Workspace) -> tuple[OfficeLine, ...]:
    """The offices for which a receipt is to be written."""
    return tuple(line for line in log.offices(ws) if line.receipt_due)


def write_receipt(
    ws: Workspace, office: str, out: Path, *, password: str = "", with_papers: bool = True, full: bool = False,
    progress: Progress | None = None, cancelled: Cancelled | None = None,
) -> Sent:
    """Write the receipt for one office (code or name) into a folder, or to a `.zip`; `full` brings everything again.

    `with_papers` False leaves the papers for people out.

    Raises:
        NotAllowedError: not the bureau.
        NotFoundError: no such office.
        CannotPackError, ExchangeCancelledError, StoreError: nothing was written.
    """
    require_bureau(ws)
    party = Party(Role.OFFICE, office_of(ws, office))
    ws.store.exchange.site()
    with ws.store.snapshot():
        parcel = _parcel(ws, party, full=full, with_papers=with_papers)
    sent = sending.send(ws, parcel, out, password=password, progress=progress, cancelled=cancelled)
    told.note(ws, party.office)
    return sent


def _parcel(ws: Workspace, party: Party, *, full: bool, with_papers: bool) -> Parcel:
    bases = _bases(ws, party, full=full)
    answer = _answer(ws, party, bases, None, "")
    news = _told(ws, party, bases, full=full)

    def printed(number: int, at: datetime, code: str) -> Mapping[str, bytes]:
        return _receipt_papers(ws, party, answer, number, at, code, news) if with_papers else {}

    return Parcel(
        FileKind.RECEIPT, trust.BUREAU, party, bases, answer, printed, sending.window_label(ws),
        not_before=_last_came(ws, party), outlines=sending.outlines(ws, bases),
    )


def _told(ws: Workspace, party: Party, bases: Mapping[str, Vector], *, full: bool) -> tuple[str, ...]:
    return tuple(bases) if full else _news(ws, party, bases)


def write_notice(
    ws: Workspace, office: str, out: Path, words: NoticeWords, *, with_pack: bool = False, with_reports: bool = True,
    password: str = "", full: bool = False, with_papers: bool = True, progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Sent:
    """Write a notice for one office: words, last day, library lines, and what it lacks of its forms and reports.

    `with_reports` False leaves the annual reports out; `with_pack` brings the policy pack in use.

    Raises:
        NotAllowedError: not the bureau.
        NotFoundError: no such office.
        CannotPackError, ExchangeCancelledError, StoreError: nothing was written.
    """
    require_bureau(ws)
    party = Party(Role.OFFICE, office_of(ws, office))
    bases = _bases(ws, party, full=full)
    if not with_reports:
        bases = {i: base for i, base in bases.items() if ws.store.get(i).period == ""}
    pack = ws.pack_content() if with_pack else None
    answer = _answer(ws, party, bases, words, "policy/pack.zip" if with_pack else "")

    def printed(number: int, at: datetime, code: str) -> Mapping[str, bytes]:
        return _notice_papers(ws, party, answer, words, number, at, code) if with_papers else {}

    today = datetime.combine(ws.clock.today(), time(0), UTC)
    parcel = Parcel(
        FileKind.NOTICE, trust.BUREAU, party, bases, answer, printed, sending.window_label(ws), pack,
        (str(today.date()),), not_before=today, outlines=sending.outlines(ws, bases),
    )
    sent = sending.send(ws, parcel, out, password=password, progress=progress, cancelled=cancelled)
    told.note(ws, party.office)
    return sent


def _bases(ws: Workspace, party: Party, *, full: bool) -> dict[str, Vector]:
    """The office's forms of which one of its PCs lacks something, and what they have of them in common."""
    _, known = stores.office_has(ws, party)
    ids = ws.store.exchange.ids(offices=(party.office,))
    mine = ws.store.exchange.vectors(ids)
    found: dict[str, Vector] = {}
    for record_id in ids:
        base = {} if full else known.get(record_id, {})
        if not covers(base, mine[record_id]) and (record_id in known or _is_shown(ws.store.get(record_id))):
            found[record_id] = base
    return found


def _news(ws: Workspace, party: Party, bases: Mapping[str, Vector]) -> tuple[str, ...]:
    """The forms of which the PC that sent last lacks something; others are in the file for the office's other PCs."""
    latest, _ = stores.office_has(ws, party)
    mine = ws.store.exchange.vectors(bases)
    return tuple(i for i in bases if not covers(latest.get(i, {}), mine[i]))


def _is_shown(record: Record) -> bool:
    """A form that the bureau entered for the office is shown to it once it is more than a draft."""
    return record.state is not RecordState.DRAFT


def _answer(
    ws: Workspace, party: Party, bases: Mapping[str, Vector], words: NoticeWords | None, pack_path: str
) -> Answer:
    _, known = stores.office_has(ws, party)
    ids = [i for i in ws.store.exchange.ids(offices=(party.office,)) if i in known or i in bases]
    number, missing = received_numbers(ws, party)
    return Answer(
        ws.store.exchange.vectors(ids), number, missing, _fates(ws, party),
        ws.store.exchange.library_lines((party.office,)), _shared(ws, party), words, pack_path,
    )


def _fates(ws: Workspace, party: Party) -> tuple[Fate, ...]:
    """What became of every record that came since the last answer; of several times the last."""
    came = [f for f in reversed(ws.store.exchange.boxes.inbox()) if f.sender == party and f.undone_at is None]
    answered = [f.id for f in ws.store.exchange.boxes.sent_to(party) if came and f.id <= came[-1].sent_before]
    since = max(answered, default=0)
    found: dict[str, Fate] = {}
    for file in came:
        if file.sent_before < since:
            continue
        for record in reports.unpacked(ws.store.exchange.boxes.in_file(file.id).report):
            if record.outcome is not Outcome.UNCHANGED:
                found[record.record_id] = Fate(
                    record.record_id, record.unit_name, record.credit_code, record.form, record.outcome.value,
                    record.sentence,
                )
    return tuple(found.values())


def _shared(ws: Workspace, party: Party) -> tuple[SharedUnit, ...]:
    return tuple(
        SharedUnit(s.unit_name, s.credit_code, s.form, s.office, s.state, s.updated_at.astimezone().date())
        for s in ws.store.exchange.shared_with(party.office, _PRODUCES_IN)
        if s.state is not RecordState.DRAFT
    )


def _last_came(ws: Workspace, party: Party) -> datetime:
    sites = ws.store.exchange.boxes.sites_of(party)
    came = [f.received_at for f in ws.store.exchange.boxes.received_from(sites[-1])] if sites else []
    return max(came, default=datetime(1980, 1, 1, tzinfo=UTC))


def _facts(ws: Workspace, party: Party, kind: FileKind, number: int, at: datetime) -> papers.PackageFacts:
    return papers.PackageFacts(
        kind, number, party.office, ws.office_label(party.office), ws.pack.bureau_name, sending.window_label(ws),
        at.astimezone().date(), trust.own_key_name(ws), ws.pack.label,
    )


def paper(ws: Workspace, file: OutFile) -> tuple[Document, bool]:
    """接收回执 that went out, as a paper of its own; False where what is known today is not what the file says."""
    party = file.recipient
    made = {full: _parcel(ws, party, full=full, with_papers=False) for full in (False, True)}
    sender = trust.own_sender(ws)
    same = [full for full, parcel in made.items() if sending.number_for(ws, parcel, sender)[2] == file.state_digest]
    if same:
        at, record_ids = made[same[0]].made_at, _told(ws, party, made[same[0]].bases, full=same[0])
    else:
        at, record_ids = file.made_at, tuple(file.records)
    answer = _answer(ws, party, {}, None, "")
    document = papers.receipt_document(
        _facts(ws, party, FileKind.RECEIPT, file.number, at), _fate_lines(ws, answer, record_ids),
        _returned(ws, party), file.check_code,
        received_to=answer.received_to, missing=answer.missing, members=_members(ws, answer.members),
    )
    return document, bool(same)


def _fate_lines(ws: Workspace, answer: Answer, record_ids: Collection[str]) -> Sequence[papers.FateLine]:
    """What became of what came, and how every form of which there is news stands now."""
    lines = []
    for fate in answer.fates:
        record = ws.store.exchange.known(fate.record_id).record
        now = f"目前{record.state.label}。" if record is not None and record.state.label not in fate.sentence else ""
        lines.append(papers.FateLine(
            fate.unit_name, fate.credit_code, _form_title(ws, fate.form), Outcome(fate.outcome).label,
            fate.sentence + now,
        ))
    told = {fate.record_id for fate in answer.fates}
    for record_id in record_ids:
        if record_id not in told:
            record = ws.store.get(record_id)
            title, now = _form_title(ws, record.form), f"目前{record.state.label}。"
            lines.append(papers.FateLine(record.unit_name, record.credit_code, title, "办理", now))
    return lines


def _receipt_papers(
    ws: Workspace, party: Party, answer: Answer, number: int, at: datetime, code: str, record_ids: Collection[str]
) -> Mapping[str, bytes]:
    return papers.readable_of_receipt(
        ws, _facts(ws, party, FileKind.RECEIPT, number, at), _fate_lines(ws, answer, record_ids),
        _returned(ws, party), code,
        received_to=answer.received_to, missing=answer.missing, members=_members(ws, answer.members),
    )


def _notice_papers(
    ws: Workspace, party: Party, answer: Answer, words: NoticeWords, number: int, at: datetime, code: str
) -> Mapping[str, bytes]:
    return papers.readable_of_notice(
        ws, _facts(ws, party, FileKind.NOTICE, number, at), words.title, words.deadline, words.text, code,
        members=_members(ws, answer.members), has_pack=answer.pack_path != "",
    )


def _returned(ws: Workspace, party: Party) -> Sequence[papers.ReturnLine]:
    """Every form of the office that waits to be mended, with the bureau's remarks on its fields."""
    found = []
    for summary in ws.store.list_records(office=party.office, state=RecordState.RETURNED, order="name", limit=5000):
        form = ws.pack.form(summary.form)
        said = [e.detail for e in ws.store.events(summary.id) if e.kind == RecordState.RETURNED.value]
        remarks = [
            (form.label_of(r.field) if r.field else "整份表", r.text)
            for r in ws.store.library.review.remarks(summary.id)
        ]
        found.append(papers.ReturnLine(summary.unit_name, form.title, said[-1] if said else "", remarks))
    return found


def _members(ws: Workspace, members: Sequence[SentMember]) -> Sequence[papers.MemberLine]:
    return [
        papers.MemberLine(
            m.unit_name, m.credit_code, kind_label(ws, m.kind), m.tier.label, m.admitted_on,
            "在库" if m.left_on is None else f"{m.left_on}移出" if m.left_ground and m.left_ground.is_removal
            else f"{m.left_on}退出",
        )
        for m in members
    ]


def _form_title(ws: Workspace, form_id: str) -> str:
    form = ws.pack.forms.get(form_id)
    return form.title if form else form_id

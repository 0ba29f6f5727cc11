"""打包上报: the office's next package, what goes in, what stays behind and why (design §6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from core.domain.enums import Eligibility, RecordState, Role
from core.domain.errors import NotAllowedError
from core.domain.exchange import Answer, FileKind, Vector
from core.domain.records import Record
from core.services.exchange import papers, sending, standing, stores, trust
from core.services.exchange.as_sent import SentRecord, as_now
from core.services.exchange.model import PackLine, PackPlan, Sent, Standing
from core.services.exchange.numbers import received_numbers
from core.services.exchange.sending import Cancelled, Parcel, Progress
from core.services.exchange.stages import PACKING_STOPPED, Stages
from core.services.workspace import Workspace

_GOING: Final = frozenset({RecordState.RECOMMENDED, RecordState.FILED})
_MOST_FORMS: Final = 200
_STAYING: Final = {
    RecordState.DRAFT: "还在填报，推荐以后才能报",
    RecordState.RETURNED: "区局已退回，改好、重新推荐后再报",
}


def plan(ws: Workspace, *, record_ids: Collection[str] | None = None, full: bool = False) -> PackPlan:
    """The next package. `record_ids` narrows it; `full` brings all again, for a bureau that has lost its data.

    Raises:
        NotAllowedError: not an office's workstation.
    """
    _require_office(ws)
    lines = _lines(ws, full=full)
    chosen = [x.record_id for x in lines if not x.obstacle and (record_ids is None or x.record_id in record_ids)]
    problems = () if chosen else ("没有要报的单位：先推荐（动态管理表先上报），再打包。",)
    number, is_again, _ = sending.number_for(ws, _parcel(ws, chosen, full=full), trust.own_sender(ws))
    return PackPlan(number, is_again, lines, problems)


def usual_name(ws: Workspace) -> str:
    """The name that the next package gets in a folder."""
    return sending.file_name(ws, FileKind.PACKAGE, _require_office(ws), plan(ws).number)


def pack(
    ws: Workspace, out: Path, *, record_ids: Collection[str] | None = None, password: str = "", full: bool = False,
    with_forms: bool = True, with_papers: bool = True, progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Sent:
    """Write the next package into a folder, or to a `.zip`.

    `with_forms` False leaves the printed forms out (over 200 forms they are left out anyhow: nobody leafs through
    that many, and each takes time and room), `with_papers` False all that only people read.

    Raises:
        NotAllowedError: not an office's workstation, or there is nothing to send.
        CannotPackError, ExchangeCancelledError, StoreError: nothing was written.
    """
    _require_office(ws)
    bar = Stages(progress, cancelled, PACKING_STOPPED)
    ws.store.exchange.site()
    with ws.store.snapshot():
        lines = _lines(ws, full=full, progress=bar.part(0, 80))
        chosen = [x.record_id for x in lines if not x.obstacle and (record_ids is None or x.record_id in record_ids)]
        if not chosen:
            held = [x for x in lines if record_ids is None or x.record_id in record_ids]
            why = f"（“{held[0].unit_name}”：{held[0].obstacle}）" if len(held) == 1 else ""
            raise NotAllowedError(f"没有要报的单位{why}。先推荐（动态管理表先上报），再打包。")
        printed = with_forms and len(chosen) <= _MOST_FORMS
        parcel = _parcel(ws, chosen, full=full, with_forms=printed, with_papers=with_papers, bar=bar)
    end = 600 if printed and with_papers else 1000
    return sending.send(ws, parcel, out, password=password, progress=bar.part(150, end), cancelled=cancelled)


def _require_office(ws: Workspace) -> str:
    party = trust.own_party(ws)
    if party.role is not Role.OFFICE:
        raise NotAllowedError("本机归区工信局使用，不用打包上报；给街镇、园区的文件请用“写回执”或“发通知”。")
    return party.office


def _lines(ws: Workspace, *, full: bool, progress: Progress | None = None) -> tuple[PackLine, ...]:
    office = _require_office(ws)
    ids = ws.store.exchange.ids(offices=(office,))
    passed = standing.dealings(ws, ids)
    own = ws.store.exchange.own_sites()
    lines: list[PackLine] = []
    for record_id in ids:
        if progress is not None:
            progress(len(lines), len(ids))
        record = ws.store.get(record_id)
        stands = standing.standing_of(ws, record, passed)
        form = ws.pack.forms.get(record.form)
        obstacle = _obstacle(record, stands, passed, full=full or passed.has_lost(record.id, own))
        lines.append(PackLine(
            record.id, record.unit_name, record.credit_code, record.form, form.title if form else record.form,
            record.state, stands, obstacle, len(ws.store.evidence(record.id)),
        ))
    return (*lines, *_of_others(ws, office, ids))


def _of_others(ws: Workspace, office: str, own: Collection[str]) -> Iterable[PackLine]:
    """Forms that are ready here but name another office: they go nowhere until somebody mends that."""
    others = [record_id for record_id in ws.store.exchange.ids() if record_id not in set(own)]
    for record in (ws.store.get(record_id) for record_id in others):
        if record.state in _GOING and record.office != office:
            form = ws.pack.forms.get(record.form)
            where = ws.office_label(record.office) or "（没有填）"
            yield PackLine(
                record.id, record.unit_name, record.credit_code, record.form, form.title if form else record.form,
                record.state, Standing.NOT_SENT,
                f"所属街镇、园区是“{where}”，不由本单位报；填错的请撤回改正，没有填错的请转交对方",
            )


def _obstacle(record: Record, stands: Standing, passed: standing.Dealings, *, full: bool) -> str:
    if record.state in _STAYING:
        return _STAYING[record.state]
    if full:
        return ""
    if passed.is_known(record.id):
        return "区局已收，没有新的改动"
    return "" if record.state in _GOING or record.id in passed.sent or stands is not Standing.NOT_SENT else "不用报"


def _parcel(
    ws: Workspace, chosen: Collection[str], *, full: bool, with_forms: bool = True, with_papers: bool = True,
    bar: Stages | None = None,
) -> Parcel:
    known = stores.bureau_has(ws)
    bases: dict[str, Vector] = {record_id: {} if full else known.get(record_id, {}) for record_id in sorted(chosen)}

    bar = bar or Stages(None, None, PACKING_STOPPED)
    forms = bar.part(600, 1000)

    def printed(number: int, at: datetime, code: str) -> Mapping[str, bytes]:
        if not with_papers:
            return {}
        on_form = (lambda done: forms(done, len(bases))) if with_forms else None
        return _papers(ws, bases, number, at, code, on_form)

    return Parcel(
        FileKind.PACKAGE, trust.own_party(ws), trust.BUREAU, bases, _answer(ws, known), printed,
        sending.window_label(ws), outlines=sending.outlines(ws, bases, bar.part(80, 150)),
    )


def _answer(ws: Workspace, known: Mapping[str, Vector]) -> Answer:
    """What this office has of all records that the bureau knows, and which of its files came."""
    ids = [i for i in ws.store.exchange.ids(offices=(_require_office(ws),)) if i in known]
    received, missing = received_numbers(ws, trust.BUREAU)
    return Answer(ws.store.exchange.vectors(ids), received, missing, (), (), ())


def _papers(
    ws: Workspace, bases: Mapping[str, Vector], number: int, at: datetime, code: str,
    on_form: Callable[[int], None] | None,
) -> Mapping[str, bytes]:
    known = {record_id for record_id, base in bases.items() if base}
    facts, lines = paper_facts(ws, [as_now(ws, i) for i in bases], number, at, known, sending.window_label(ws))
    return papers.readable_of_package(ws, facts, lines, code, with_forms=on_form is not None, on_form=on_form)


def paper_facts(
    ws: Workspace, content: Iterable[SentRecord], number: int, at: datetime, known: Collection[str], window: str
) -> tuple[papers.PackageFacts, tuple[papers.PaperLine, ...]]:
    """What the papers of a package say; `known` are the records of which the bureau had an earlier version."""
    sent = sorted(content, key=lambda s: (s.record.form, s.record.unit_name, s.record.id))
    office = _require_office(ws)
    facts = papers.PackageFacts(
        FileKind.PACKAGE, number, office, ws.office_label(office), ws.pack.bureau_name, window,
        at.astimezone().date(), trust.own_key_name(ws), ws.pack.label, [s.record for s in sent],
        {s.record.id: s.locked_on for s in sent if s.locked_on is not None},
    )
    return facts, tuple(_paper_line(ws, s, is_new=s.record.id not in known) for s in sent)


def _paper_line(ws: Workspace, sent: SentRecord, *, is_new: bool) -> papers.PaperLine:
    record, form = sent.record, ws.pack.form(sent.record.form)
    verdict = Eligibility.ELIGIBLE.label_for(record.form) if record.state in _GOING else record.state.label
    return papers.PaperLine(
        record.id, record.unit_name, record.credit_code, form.title, record.state.label, verdict,
        record.verdict_number or "", sent.evidence_count, "新增" if is_new else "更正",
    )

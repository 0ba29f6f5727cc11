"""培育对象（意向） (三(二)1): units with potential, their log, and how one becomes a form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.domain import credit_code as credit_codes
from core.domain.enums import Role
from core.domain.errors import NotAllowedError
from core.domain.prospects import GuidanceKind, Prospect, ProspectFacts, ProspectNote, ProspectState
from core.domain.reports import period_of
from core.domain.values import Stored
from core.services import drafts
from core.services.drafts import OpenForm
from core.services.library.access import day_of, office_of
from core.services.library.members import kind_label, kind_of
from core.services.workspace import Workspace

_CLAUSE = "三(二)1"


def add(ws: Workspace, facts: ProspectFacts) -> Prospect:
    """Note a unit with potential.

    Raises:
        NotAllowedError: no name, a wrong code, or it is in the library or noted already.
        NotFoundError: no such kind or office.
    """
    settled = _settled(ws, facts)
    _refuse_second(ws, settled, "")
    return ws.store.library.prospects.add(settled, actor=ws.actor)


def edit(ws: Workspace, prospect_id: str, facts: ProspectFacts, *, shown: Prospect | None = None) -> Prospect:
    """Other facts of a prospect; `shown` is the prospect as the clerk saw it, None takes it as it stands.

    Raises:
        NotAllowedError: as `add`; another office's; changed since it was `shown`.
        NotFoundError: no such prospect, kind or office.
    """
    prospect(ws, prospect_id)
    settled = _settled(ws, facts)
    _refuse_second(ws, settled, prospect_id)
    seen = shown.updated_at if shown is not None else None
    return ws.store.library.prospects.edit(prospect_id, settled, actor=ws.actor, expected=seen)


def prospect(ws: Workspace, prospect_id: str) -> Prospect:
    """One prospect; an office sees only its own.

    Raises:
        NotFoundError: there is none with that id.
        NotAllowedError: it is another office's.
    """
    found = ws.store.library.prospects.get(prospect_id)
    own = _own_office(ws)
    if own is not None and found.office != own:
        raise NotAllowedError(f"“{found.unit_name}”由{ws.office_label(found.office)}培育，请由其办理（{_CLAUSE}）。")
    return found


def prospects(
    ws: Workspace, *, state: ProspectState | None = None, office: str | None = None, query: str = ""
) -> tuple[Prospect, ...]:
    """Prospects by their next step's day; an office gets only its own."""
    own = _own_office(ws)
    return ws.store.library.prospects.list(state=state, office=office if own is None else own, query=query)


def note(ws: Workspace, prospect_id: str, kind: GuidanceKind, text: str, on: date | None = None) -> ProspectNote:
    """Add to the log: 辅导, 宣贯, 走访 (三(二)1, 2).

    Raises:
        NotAllowedError: blank, in the future, another office's.
    """
    prospect(ws, prospect_id)
    if not text.strip():
        raise NotAllowedError("没有写做了什么，请补填。")
    return ws.store.library.prospects.note(prospect_id, kind, text.strip(), day=day_of(ws, on), actor=ws.actor)


def log(ws: Workspace, prospect_id: str) -> tuple[ProspectNote, ...]:
    """The log, newest first.

    Raises:
        NotFoundError: no such prospect.
        NotAllowedError: it is another office's.
    """
    prospect(ws, prospect_id)
    return ws.store.library.prospects.log(prospect_id)


def begin_form(ws: Workspace, prospect_id: str) -> OpenForm:
    """转为填报表: a draft with what is known of the prospect, in one step with it. Deleting the draft gives it back.

    Raises:
        NotAllowedError: it became a form already, or was dropped; the unit has such a form, or is in the library;
            another office's.
    """
    found = prospect(ws, prospect_id)
    if found.state is ProspectState.FORMED:
        raise NotAllowedError(f"“{found.unit_name}”已经转为填报表，请在“单位表”中打开。")
    if found.state is ProspectState.DROPPED:
        raise NotAllowedError(f"“{found.unit_name}”已经不再跟进，请先恢复跟进，再转为填报表。")
    _refuse_member(ws, found.credit_code, found.kind)
    known: dict[str, Stored] = {
        "unit_name": found.unit_name, "credit_code": found.credit_code, "office": found.office or _own_office(ws),
        "contact_name": found.contact_name, "contact_phone": found.contact_phone,
    }
    given = {name: value for name, value in known.items() if value}
    record = ws.store.library.prospects.become_form(
        prospect_id, given, pack_version=ws.pack.label, period=period_of(found.kind, given), day=ws.clock.today(),
        actor=ws.actor,
    )
    return drafts.open_form(ws, record.id)


def drop(ws: Workspace, prospect_id: str, reason: str) -> Prospect:
    """不再跟进, with the reason.

    Raises:
        NotAllowedError: no reason; it became a form; another office's.
    """
    found = prospect(ws, prospect_id)
    if not reason.strip():
        raise NotAllowedError(f"没有写“{found.unit_name}”不再跟进的原因，请补填。")
    if found.state is ProspectState.FORMED:
        raise NotAllowedError(f"“{found.unit_name}”已经转为填报表，不能再改为不再跟进。")
    return ws.store.library.prospects.set_state(
        prospect_id, ProspectState.DROPPED, record_id=None, text=f"不再跟进：{reason.strip()}", day=ws.clock.today(),
        actor=ws.actor,
    )


def reopen(ws: Workspace, prospect_id: str) -> Prospect:
    """恢复跟进 of a dropped prospect.

    Raises:
        NotAllowedError: it was not dropped; it is in the library or noted anew meanwhile; another office's.
    """
    found = prospect(ws, prospect_id)
    if found.state is not ProspectState.DROPPED:
        raise NotAllowedError(f"“{found.unit_name}”{found.state.label}，不用恢复。")
    _refuse_second(ws, found, prospect_id)
    return ws.store.library.prospects.set_state(
        prospect_id, ProspectState.OPEN, record_id=None, text="恢复跟进", day=ws.clock.today(), actor=ws.actor
    )


def _own_office(ws: Workspace) -> str | None:
    station = ws.station
    return station.office if station is not None and station.role is Role.OFFICE else None


def _settled(ws: Workspace, facts: ProspectFacts) -> ProspectFacts:
    if not facts.unit_name.strip():
        raise NotAllowedError("没有填单位名称，请补填。")
    kind = kind_of(ws, facts.kind)
    code = credit_codes.normalise(facts.credit_code)
    problem = credit_codes.problem(code) if code else ""
    if problem:
        raise NotAllowedError(f"“{facts.unit_name}”的统一社会信用代码“{facts.credit_code}”{problem}。")
    return replace(
        facts, unit_name=facts.unit_name.strip(), credit_code=code, kind=kind,
        office=_own_office(ws) or office_of(ws, facts.office), potential=facts.potential.strip(),
        reason=facts.reason.strip(), contact_name=facts.contact_name.strip(),
        contact_phone=facts.contact_phone.strip(), next_step=facts.next_step.strip(),
    )


def _refuse_member(ws: Workspace, credit_code: str, kind: str) -> None:
    unit = ws.store.library.units.by_code(credit_code)
    for member in ws.store.library.members.of_units((unit.id,)) if unit else ():
        if member.is_active and member.kind == kind:
            raise NotAllowedError(
                f"“{member.unit_name}”已于{member.admitted_on}作为{kind_label(ws, kind)}入库，不用再培育（{_CLAUSE}）。"
            )


def _refuse_second(ws: Workspace, facts: ProspectFacts | Prospect, own_id: str) -> None:
    if not facts.credit_code:
        return
    _refuse_member(ws, facts.credit_code, facts.kind)
    for other in ws.store.library.prospects.list(state=ProspectState.OPEN, query=facts.credit_code):
        if other.id != own_id and (other.credit_code, other.kind) == (facts.credit_code, facts.kind):
            raise NotAllowedError(
                f"“{other.unit_name}”已经是{ws.office_label(other.office)}的培育对象，不用重复登记（{_CLAUSE}）。"
            )

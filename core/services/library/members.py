"""Who is in the library: lists, finding one, and 补录 of those admitted before this program."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from core.domain import credit_code as credit_codes
from core.domain.enums import REPORT_FORM
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import Membership, Tier
from core.services.library.access import day_of, office_of, require_bureau
from core.services.workspace import Workspace

#: Cultivation lists of any level are younger than this; an earlier year is a slip of the pen.
_EARLIEST: Final = date(2010, 1, 1)
_FACTORY: Final = "green-factory"
_INDUSTRY: Final = re.compile(r"[0-9]{4}")


def kinds(ws: Workspace) -> tuple[str, ...]:
    """The forms that lead into the library; the annual report is not one of them."""
    return tuple(form for form in ws.pack.forms if form != REPORT_FORM)


def kind_label(ws: Workspace, kind: str) -> str:
    """绿色工厂 for `green-factory`; an unknown kind as it is."""
    form = ws.pack.forms.get(kind)
    return (form.kind_label or form.title) if form else kind


def kind_of(ws: Workspace, given: str) -> str:
    """The kind that was given by its id or in words (绿色工厂, or the whole title of its form).

    Raises:
        NotFoundError: no such kind; the sentence names those that there are.
    """
    wanted = given.strip()
    for kind in kinds(ws):
        if wanted in (kind, kind_label(ws, kind), ws.pack.forms[kind].title):
            return kind
    begun = [kind for kind in kinds(ws) if wanted and kind_label(ws, kind).startswith(wanted)]
    if len(begun) == 1:  # 绿色供应链
        return begun[0]
    known = "、".join(f"{kind_label(ws, kind)}（{kind}）" for kind in kinds(ws))
    raise NotFoundError(f"没有“{given}”这个类别，可用的有：{known}。")


def members(
    ws: Workspace,
    *,
    kind: str | None = None,
    office: str | None = None,
    tier: Tier | None = None,
    query: str = "",
    as_of: date | None = None,
) -> tuple[Membership, ...]:
    """Members of today, or of a day gone by (as far as is known today), by office and name."""
    return ws.store.library.members.active(kind=kind, office=office, tier=tier, query=query, as_of=as_of)


def former(ws: Workspace) -> tuple[Membership, ...]:
    """Every membership that has ended, the latest first: removed, merged, withdrawn."""
    return ws.store.library.members.ended()


def membership(ws: Workspace, membership_id: str) -> Membership:
    """One membership, in force or ended.

    Raises:
        NotFoundError: there is none with that id.
    """
    return ws.store.library.members.get(membership_id)


def of_unit(ws: Workspace, credit_code: str) -> tuple[Membership, ...]:
    """Every membership of the unit with that code (or that once had it), ended ones too, oldest first."""
    unit = ws.store.library.units.by_code(credit_codes.normalise(credit_code))
    return ws.store.library.members.of_units((unit.id,)) if unit else ()


def find_member(ws: Workspace, credit_code: str, kind: str | None = None) -> Membership:
    """The unit's only membership in force, or the one of that kind (by id or in words).

    Raises:
        NotFoundError: the unit is not in the library (in that kind); no such kind.
        UnreadableInputError: it is in the library in several kinds and none is named.
    """
    kind = kind_of(ws, kind) if kind else None
    found = [m for m in of_unit(ws, credit_code) if m.is_active and kind in (None, m.kind)]
    if not found:
        where = f"“{kind_label(ws, kind)}”" if kind else ""
        raise NotFoundError(f"信用代码为“{credit_code}”的单位不在{where}培育库中，请核对代码，或先办理入库。")
    if len(found) > 1:
        kinds_held = "、".join(sorted(kind_label(ws, m.kind) for m in found))
        raise UnreadableInputError(f"“{found[0].unit_name}”在库中有{len(found)}个类别（{kinds_held}），请指明类别。")
    return found[0]


def _refuse_around_removal(ws: Workspace, code: str, admitted_on: date) -> None:
    """补录 is for what happened before this program: it is no way around a removal that the program knows of (N3)."""
    for former in of_unit(ws, code):
        if former.left_on is not None and former.left_ground is not None and former.left_ground.is_removal:
            raise NotAllowedError(
                f"“{former.unit_name}”已于{former.left_on}被移出培育库，不能补录；近三年期满后请重新推荐、审核入库（三(四)1(3)）。"
            )
        if former.left_on is not None and admitted_on < former.left_on:
            raise NotAllowedError(
                f"“{former.unit_name}”{former.admitted_on}至{former.left_on}已有在库记录，补录的入库日期不能在此以前。"
            )


def enrol(
    ws: Workspace,
    *,
    unit_name: str,
    credit_code: str,
    kind: str,
    office: str,
    admitted_on: date,
    industry_code: str = "",
    tier: Tier = Tier.DISTRICT,
) -> Membership:
    """补录 a unit that was admitted before this program was in use; it stands on the next roster.

    Raises:
        NotAllowedError: not the bureau; name, code, industry or day is wrong; the unit is in the library in this kind
            already.
        NotFoundError: no such kind or office.
    """
    require_bureau(ws)
    code = _wanted_code(unit_name, credit_code)
    kind, office = _wanted_kind(ws, unit_name, kind, office, industry_code)
    _refuse_around_removal(ws, code, _wanted_day(ws, admitted_on))
    return ws.store.library.members.enrol(
        unit_name=unit_name.strip(), credit_code=code, kind=kind, office=office, admitted_on=admitted_on,
        industry_code=industry_code.strip(), tier=tier, actor=ws.actor,
    )


def correct(
    ws: Workspace,
    *,
    unit_name: str,
    credit_code: str,
    kind: str,
    office: str,
    admitted_on: date,
    industry_code: str = "",
    tier: Tier = Tier.DISTRICT,
) -> Membership:
    """Correct a slip in 补录 while no roster shows the unit: everything as it should read; the code says which unit.

    Raises:
        NotAllowedError: as `enrol`; it stands on a roster, or came in through a window; something hangs from it.
        NotFoundError: no such kind or office; the unit was not enrolled.
    """
    require_bureau(ws)
    code = _wanted_code(unit_name, credit_code)
    kind, office = _wanted_kind(ws, unit_name, kind, office, industry_code)
    day = _wanted_day(ws, admitted_on)
    return ws.store.library.enrolments.correct(
        unit_name=unit_name.strip(), credit_code=code, kind=kind, office=office, admitted_on=day,
        industry_code=industry_code.strip(), tier=tier,
    )


def _wanted_code(unit_name: str, credit_code: str) -> str:
    code = credit_codes.normalise(credit_code)
    problem = credit_codes.problem(code)
    if problem:
        raise NotAllowedError(f"“{unit_name}”的统一社会信用代码“{credit_code}”{problem}。")
    if not unit_name.strip():
        raise NotAllowedError("没有填单位名称，请补填。")
    return code


def _wanted_kind(ws: Workspace, unit_name: str, kind: str, office: str, industry_code: str) -> tuple[str, str]:
    """Kind and office by their ids; an industry, where one is given, must be fit for the kind (三(一)1)."""
    kind, office, industry = kind_of(ws, kind), office_of(ws, office), industry_code.strip()
    if not office:
        raise NotAllowedError(f"没有填“{unit_name}”所属的街镇、园区，请补填。")
    if industry and not _INDUSTRY.fullmatch(industry):
        raise NotAllowedError(f"“{unit_name}”的行业代码“{industry}”应为4位数字（GB/T 4754小类，如3441），请改正。")
    if industry and kind == _FACTORY:
        given = ws.pack.parameters_at(ws.clock.today())
        first, last = int(given["manufacturing_first"]), int(given["manufacturing_last"])
        if not first <= int(industry[:2]) <= last:
            raise NotAllowedError(
                f"“{unit_name}”的行业代码“{industry}”不属于制造业（前两位{first}至{last}），"
                f"不能作为{kind_label(ws, kind)}补录（三(一)1(1)）。"
            )
    return kind, office


def _wanted_day(ws: Workspace, admitted_on: date) -> date:
    if admitted_on < _EARLIEST:
        raise NotAllowedError(f"入库日期{admitted_on}早于{_EARLIEST.year}年，请核对年份。")
    return day_of(ws, admitted_on)

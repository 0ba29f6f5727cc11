"""推荐函: an office's letter to the bureau (三(二)1), the bureau's to the city for the city's list or the nation's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from core.domain.enums import REPORT_FORM, Outcome, RecordState, Role
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import Tier
from core.domain.tiers import TierCall
from core.services import drafts
from core.services.drafts import OpenForm
from core.services.exchange import prints
from core.services.library import exports, tiers
from core.services.library.access import day_of, require_bureau
from core.services.library.labels import industry_label
from core.services.library.members import kind_label
from core.services.library.tiers import Candidate
from core.services.products.request import PrintRequest
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.model import Document
    from core.documents.products.letter import Letter, LetterUnit

#: A pack may name the city's bureau itself; without it the name is the district bureau's, less the district.
CITY_BUREAU: Final = "city_bureau_name"
_MOST_CAUTIONS: Final = 5
_MOST_NAMED: Final = 2
_MOST_OFFICES: Final = 4
_CLOSE: Final = "现将有关材料报上，请予审核。"
_ALL: Final = 100_000
_OVER: Final = frozenset({RecordState.REFUSED, RecordState.REMOVED})
_STREETS: Final = ("街道", "镇", "乡")


def letter(ws: Workspace, request: PrintRequest) -> Document:
    """The letter asked for: of an office for records, a package or all that is recommended; of the bureau for a call.

    It is marked 草稿, and says why, while one of its units may not be recommended. `as_of` is the day it bears.

    Raises:
        NotFoundError: nobody is recommended, or there is no such record, package or call.
        NotAllowedError: a letter of the other side, another office's unit; an annual report; a day to come.
        UnreadableInputError: units of several offices.
    """
    from core.documents.products.letter import letter as made

    is_bureau = ws.station is not None and ws.station.role is Role.BUREAU
    if request.call_id is not None or (is_bureau and not request.record_ids):
        return made(_of_bureau(ws, request))
    if is_bureau:
        raise NotAllowedError(
            "区级推荐函由推荐单位的街镇、园区出具；区工信局向市里推荐的，请在“梯度培育”中打印推荐函（三(二)1）。"
        )
    return made(_of_office(ws, request))


# An office to the bureau


def _of_office(ws: Workspace, request: PrintRequest) -> Letter:
    from core.documents.products.letter import Letter

    opened = _ours(ws, request, [drafts.open_form(ws, record_id) for record_id in _records(ws, request)])
    opened.sort(key=lambda o: (list(ws.pack.forms).index(o.form.id), o.record.unit_name, o.record.id))
    office = _office(ws, opened, is_chosen=bool(request.record_ids))
    units = [_unit(ws, each) for each in opened]
    names = list(dict.fromkeys(unit.unit_name for unit in units))
    cautions = _why_not(ws, opened)
    found = "现拟推荐" if cautions else f"{_checked(opened)}现推荐"
    text = (
        f"按照《{ws.pack.title}》要求，{_own(office)}组织辖区内有关单位填报区级绿色制造单位培育表，"
        f"并对照培育要求和负面准入清单逐项校核。",
        f"{found}{_who(units, names)}为区级{units[0].kind if len(units) == 1 else '绿色制造单位'}{_where(units)}",
    )
    return Letter(
        ("关于推荐", *_named(names), "为区级绿色制造单位的函"), ws.pack.bureau_name, text, tuple(units), _CLOSE,
        ("区级绿色制造单位推荐汇总表", f"区级绿色制造单位推荐表（{len(units)}份）"), "推荐单位名单", "所属行业", office,
        day_of(ws, request.as_of), _contact(ws), cautions,
        "示例" if any(each.record.is_sample for each in opened) else "",
    )


def _records(ws: Workspace, request: PrintRequest) -> Sequence[str]:
    """The records named, those of a package, or all that are recommended and not received yet."""
    if request.record_ids:
        ids = tuple(dict.fromkeys(request.record_ids))
    elif request.number is not None:
        ids = prints.records_of_package(ws, request.number)
    else:
        waiting = drafts.list_units(ws, state=RecordState.RECOMMENDED, limit=_ALL)
        ids = tuple(unit.id for unit in waiting if not unit.is_sample)
    reports = [record for record in map(ws.store.get, ids) if record.form == REPORT_FORM]
    if request.record_ids and reports:
        raise NotAllowedError(f"“{reports[0].unit_name}”的这份表是动态管理表，不用推荐函；请只选培育表。")
    left = [record_id for record_id in ids if record_id not in {record.id for record in reports}]
    if not left:
        raise NotFoundError("没有已推荐的单位，不能出推荐函；请先推荐，或写明（选中）要推荐的单位。")
    return left


def _ours(ws: Workspace, request: PrintRequest, opened: Sequence[OpenForm]) -> list[OpenForm]:
    """Those that this office recommends: another's, named, is refused, but among all recommended only left out."""
    foreign = {each.record.id: sentence for each in opened if (sentence := drafts.foreign_sentence(ws, each.record))}
    ours = [each for each in opened if each.record.id not in foreign]
    if foreign and (request.record_ids or not ours):
        first = next(iter(foreign.values()))
        more = f"这样的单位共{len(foreign)}家。" if len(foreign) > 1 else ""
        raise NotAllowedError(f"不能出推荐函：{first}{more}")
    return ours


def _office(ws: Workspace, opened: Sequence[OpenForm], *, is_chosen: bool) -> str:
    offices = list(dict.fromkeys(ws.office_label(each.record.office) for each in opened))
    if len(offices) > 1:
        named = "、".join(office or "（未填）" for office in offices[:_MOST_OFFICES])
        more = f"等{len(offices)}个街镇、园区" if len(offices) > _MOST_OFFICES else ""
        who = "所选单位" if is_chosen else "已推荐的单位"
        raise UnreadableInputError(f"推荐函一次只写一个街镇、园区的单位，{who}属于{named}{more}，请分开出函。")
    if not offices[0]:
        name = opened[0].record.unit_name or "该单位"
        raise NotAllowedError(f"“{name}”没有填所属街镇、园区，不知道由谁出函；请先在表中填好。")
    return offices[0]


def _unit(ws: Workspace, opened: OpenForm) -> LetterUnit:
    from core.documents.products.letter import LetterUnit

    record = opened.record
    industry = industry_label(ws, str(opened.state.answers.get("industry_code") or ""))
    name = record.unit_name or "（未填名称的单位）"
    return LetterUnit(name, record.credit_code or "未填", kind_label(ws, record.form), industry)


def _own(office: str) -> str:
    """How an office speaks of itself."""
    for kind in _STREETS:
        if office.endswith(kind):
            return f"我{kind}"
    return "我单位"


def _checked(opened: Sequence[OpenForm]) -> str:
    """What the check found of units that may all be recommended, and no more than that."""
    told = [each for each in opened if any(
        f.rule.startswith("N") and f.outcome is not Outcome.MET for f in each.verdict.findings
    )]
    if not told:
        return "经校核，有关单位符合培育要求，近三年没有负面准入清单所列情形，"
    names = "、".join(each.record.unit_name for each in told[:2]) + (f"等{len(told)}家" if len(told) > 2 else "")
    return f"经校核，有关单位符合培育要求，{names}负面准入清单有关事项已作情况说明（见推荐表，请一并审定），"


def _why_not(ws: Workspace, opened: Sequence[OpenForm]) -> tuple[str, ...]:
    """Why the letter is but a draft: a sentence for each of the first units that stand against it."""
    found = []
    for each in opened:
        if each.record.state in _OVER:
            found.append(f"“{each.record.unit_name}”{each.record.state.label}，不能再随本函推荐。")
        elif not each.verdict.may_recommend:
            found.append(drafts.why_not(each.verdict))
        elif undecided := drafts.undecided_sentence(ws, each.record):
            found.append(undecided)
    return _shortened(found)


def _shortened(found: Sequence[str]) -> tuple[str, ...]:
    shown = [f"草稿说明：{sentence}" for sentence in found[:_MOST_CAUTIONS]]
    more = len(found) - _MOST_CAUTIONS
    return (*shown, f"草稿说明：另有{more}家还不能推荐。") if more > 0 else tuple(shown)


# The bureau to the city


def _of_bureau(ws: Workspace, request: PrintRequest) -> Letter:
    from core.documents.products.letter import Letter, LetterUnit

    require_bureau(ws)
    call = _call(ws, request)
    found = exports.recommended(ws, call.tier, call.id)
    if not found:
        raise NotFoundError(f"“{call.title}”还没有推荐单位，请先在“梯度培育”中推荐，再打印推荐函。")
    level = f"{call.tier.label}绿色制造单位"
    units = tuple(
        LetterUnit(m.unit_name, m.credit_code, kind_label(ws, m.kind), ws.office_label(m.office))
        for m in (candidate.membership for candidate in found)
    )
    names = list(dict.fromkeys(unit.unit_name for unit in units))
    text = (
        f"按照《{call.title.strip('《》')}》要求，我局对照《{ws.pack.title}》{found[0].findings[0].clause}，"
        f"在区级绿色制造单位培育库中择优组织推荐。",
        f"{_gate(call.tier, found)}{_who(units, names)}申报{call.tier.label}"
        f"{units[0].kind if len(units) == 1 else '绿色制造单位'}{_where(units)}",
    )
    documents = (f"{level}推荐名单", *call.documents) if call.documents else (f"{level}推荐名单", "单位申报材料")
    day = day_of(ws, request.as_of)
    return Letter(
        ("关于推荐", *_named(names), f"申报{level}的函"), city_bureau(ws, day), text, units, _CLOSE, documents,
        "推荐单位名单", "街镇、园区", ws.pack.bureau_name, day, _contact(ws),
        _against(call, found),
    )


def city_bureau(ws: Workspace, day: date) -> str:
    """To whom the bureau's letters go."""
    named = str(ws.pack.parameters_at(day).get(CITY_BUREAU) or "")
    return named or ws.pack.bureau_name.replace(ws.pack.district_name, "", 1)


def _call(ws: Workspace, request: PrintRequest) -> TierCall:
    if request.call_id is not None:
        return tiers.call(ws, request.call_id)
    found = [call for call in tiers.calls(ws) if request.year in (None, call.year)]
    if not found:
        when = f"{request.year}年度" if request.year else ""
        raise NotFoundError(f"没有登记{when}申报通知，请先在“梯度培育”中登记通知，再打印推荐函。")
    return found[0]


def _gate(tier: Tier, found: Sequence[Candidate]) -> str:
    """What the gate asked of each, where each met it."""
    if not all(candidate.is_ready for candidate in found):
        return "现拟推荐"
    if tier is Tier.NATION:
        return "经审核，有关单位已获得市级认定，现择优推荐"
    return "经审核，有关单位已纳入区级绿色制造单位培育库，经第三方评价达到标准要求，我局同意推荐，现择优推荐"


def _against(call: TierCall, found: Sequence[Candidate]) -> tuple[str, ...]:
    sentences = [
        f"{finding.message.rstrip('。')}（{finding.clause}）。"
        for candidate in found for finding in candidate.findings if finding.outcome is not Outcome.MET
    ]
    if call.quota is not None and len(found) > call.quota:
        sentences.insert(0, f"推荐{len(found)}家，超过申报通知的限额{call.quota}家。")
    return _shortened(sentences)


# Words of both


def _named(names: Sequence[str]) -> tuple[str, ...]:
    """One or two units by name, more by the first and their number, as the announcements do."""
    if len(names) <= _MOST_NAMED:
        return (*(f"{name}、" for name in names[:-1]), names[-1])
    return (names[0], f"等{len(names)}家单位")


def _who(units: Sequence[LetterUnit], names: Sequence[str]) -> str:
    """`以下3家单位（绿色工厂2家、绿色工业园区1家）`; a unit in two kinds is one unit."""
    if len(units) == 1:
        return f"{names[0]}（统一社会信用代码{units[0].credit_code}）"
    kinds = Counter(unit.kind for unit in units)
    each = "、".join(f"{kind}{count}家" for kind, count in kinds.items())
    counted = f"均为{units[0].kind}" if len(kinds) == 1 else each
    return f"以下{len(names)}家单位（{counted}{'，其中有按两类推荐的' if len(names) < len(units) else ''}）"


def _where(units: Sequence[LetterUnit]) -> str:
    """How the sentence ends before units that are listed under it, or behind the letter."""
    from core.documents.products.letter import MOST_IN_TEXT

    if len(units) == 1:
        return "。"
    return "：" if len(units) <= MOST_IN_TEXT else "（名单见附件1）。"


def _contact(ws: Workspace) -> str:
    """Who may be asked; what this PC does not know is left out."""
    station = ws.station
    told = (("联系人", station.clerk), ("联系电话", station.phone)) if station is not None else ()
    return "　".join(f"{label}：{said}" for label, said in told if said)

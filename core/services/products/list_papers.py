"""Papers of the library, 名单, 移出公告 and recommendation lists: their codes, and whether they still hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Final

from core.domain.calendar import format_chinese
from core.domain.errors import NotFoundError
from core.domain.library import Membership, Roster, RosterChange, RosterDifference, Tier
from core.domain.paper_code import PaperCode, PaperKind, ReadCode, subject_of
from core.domain.tiers import TierCall
from core.services.library import papers, rosters, tiers
from core.services.library.members import membership
from core.services.library.papers import PaperRequest
from core.services.products.paper_check import PaperChange, PaperCheck, PaperState
from core.services.workspace import Workspace

_TIERS: Final = {PaperKind.CITY_LIST: Tier.CITY, PaperKind.NATION_LIST: Tier.NATION}
_IN, _OUT = "在库", "不在库"
# Whom the announcements named that were printed so far.
_ANNOUNCED: Final = "announced"
_BETWEEN: Final = ","


def code_of_roster(found: Roster) -> PaperCode:
    """The code of a numbered roster: its number is its version, its seal its digest."""
    return PaperCode(PaperKind.ROSTER, subject_of("roster", found.number), found.number, found.digest)


def code_of_announcement(ws: Workspace, request: PaperRequest) -> PaperCode:
    """The code of a 移出公告: of whom it names, with what it says of them.

    Whom it names is remembered: later removals, and a choice by hand, tell no more of it.

    Raises:
        NotFoundError: nobody was removed then.
    """
    ids = sorted(tuple(request.membership_ids) or papers.removed_ids(ws, request))
    kept = _kept_announcements(ws)
    if tuple(ids) not in kept:
        ws.store.set_setting(_ANNOUNCED, [_BETWEEN.join(named) for named in (*kept, ids)])
    return _announcement(ws, ids)


def code_of_list(ws: Workspace, kind: PaperKind, request: PaperRequest) -> PaperCode:
    """The code of a city's or nation's recommendation list.

    Raises:
        NotFoundError, UnreadableInputError: as `core.services.library.papers.list_paper`.
    """
    return _list(ws, kind, papers.call_of(ws, _TIERS[kind], request))


def check_list_paper(ws: Workspace, read: ReadCode) -> PaperCheck | None:
    """What the paper is and how it stands; None where none of the store's can be meant."""
    if read.kind is PaperKind.ROSTER:
        found = [r for r in rosters.rosters(ws) if read.is_of(subject_of("roster", r.number))]
        return min((_check_roster(ws, read, r) for r in found), key=_doubt, default=None)
    if read.kind is PaperKind.ANNOUNCEMENT:
        codes = (_announcement(ws, ids) for ids in _announced(ws))
        return min((_check_announcement(read, c) for c in codes if read.is_of(c.subject)), key=_doubt, default=None)
    calls = [c for c in tiers.calls(ws, _TIERS[read.kind]) if read.is_of(subject_of("call", c.id))]
    return min((_check_call(ws, read, call) for call in calls), key=_doubt, default=None)


def _doubt(check: PaperCheck) -> bool:
    return check.state is PaperState.UNKNOWN


# Rosters


def _check_roster(ws: Workspace, read: ReadCode, head: Roster) -> PaperCheck:
    what = f"第{head.number}号名单（{head.title}，{format_chinese(head.closed_on)}）"
    version = read.version_number
    if not read.has_digest(head.digest):
        return PaperCheck(
            read.kind, what, PaperState.UNKNOWN,
            f"这张纸写的是{what}，但封存校验值与本机的这一号名单不同，不是本机印出的那一份；请以本机的名单为准。",
            version, roster=head.number,
        )
    newest = rosters.roster(ws)
    changes = [_roster_change(d) for d in _since(ws, newest, head) if d.change is not RosterChange.KEPT]
    changes += _left_since(ws, newest)
    if newest.number == head.number and not changes:
        return PaperCheck(
            read.kind, what, PaperState.CURRENT, f"这是最新的名单，共{head.count}家，以后没有变动。", version,
            roster=head.number,
        )
    later = f"最新的是第{newest.number}号名单。" if newest.number != head.number else "这是最新的一号名单。"
    return PaperCheck(
        read.kind, what, PaperState.CHANGED, f"{later}这一号名单以后有{len(changes)}家变动。", version, changes,
        roster=head.number,
    )


def _since(ws: Workspace, newest: Roster, head: Roster) -> Sequence[RosterDifference]:
    return rosters.difference(ws, newest.number, head.number) if newest.number > head.number else ()


def _roster_change(difference: RosterDifference) -> PaperChange:
    name = difference.line.unit_name
    if difference.change is RosterChange.NEW:
        return PaperChange(name, _OUT, f"{_IN}（{difference.reason or '新增'}）")
    if difference.change is RosterChange.LEFT:
        return PaperChange(name, _IN, f"{_OUT}（{difference.reason}）")
    return PaperChange(name, _IN, f"变更：{difference.reason}")


def _left_since(ws: Workspace, newest: Roster) -> list[PaperChange]:
    """Who left after the newest roster: removal under 三(四)2(3) waits for no window."""
    active = {line.membership_id for line in rosters.roster_on(ws, ws.clock.today())}
    left = [membership(ws, line.membership_id) for line in newest.members if line.membership_id not in active]
    return [PaperChange(m.unit_name, _IN, f"{_OUT}（{m.left_reason}）") for m in left]


# 移出公告


def _announcement(ws: Workspace, ids: Sequence[str]) -> PaperCode:
    told = [_told(membership(ws, i)) for i in sorted(ids)]
    return PaperCode(PaperKind.ANNOUNCEMENT, subject_of("announcement", *sorted(ids)), len(told), _digest(told))


def _told(member: Membership) -> Sequence[str]:
    ground = member.left_ground.value if member.left_ground is not None else ""
    return member.id, member.unit_name, member.credit_code, member.kind, str(member.left_on), ground, member.left_reason


def _kept_announcements(ws: Workspace) -> Sequence[tuple[str, ...]]:
    kept = ws.store.get_setting(_ANNOUNCED)
    return [tuple(str(ids).split(_BETWEEN)) for ids in kept] if isinstance(kept, list) else []


def _announced(ws: Workspace) -> Iterable[tuple[str, ...]]:
    """The sets of members that one announcement may name: printed ones, of all, a roster, a day, a member alone."""
    yield from _kept_announcements(ws)
    try:
        every = papers.removed_ids(ws, PaperRequest())
    except NotFoundError:
        return
    yield every
    days = {membership(ws, i).left_on for i in ws.store.library.counts.removed_on(None)}
    requests = [PaperRequest(number=r.number) for r in rosters.rosters(ws)]
    requests += [PaperRequest(as_of=day) for day in sorted(day for day in days if day is not None)]
    for request in requests:
        try:
            ids = papers.removed_ids(ws, request)
        except NotFoundError:
            continue
        yield ids
        yield from ((one,) for one in ids)


def _check_announcement(read: ReadCode, code: PaperCode) -> PaperCheck:
    what = f"移出公告（{code.version}家）"
    if read.has_digest(code.digest):
        return PaperCheck(read.kind, what, PaperState.CURRENT, "公告的单位和移出原因与现在的记录相同。", code.version)
    return PaperCheck(
        read.kind, what, PaperState.CHANGED,
        "公告印出以后，所列单位的名称、信用代码或移出情况有过更正；请重新打印公告，与这一张对照。", code.version,
    )


# 推荐名单


def _list(ws: Workspace, kind: PaperKind, call: TierCall) -> PaperCode:
    rows = sorted(astuple(row) for row in papers.recommended_rows(ws, _TIERS[kind], call))
    return PaperCode(kind, subject_of("call", call.id), len(rows), _digest(rows))


def _check_call(ws: Workspace, read: ReadCode, call: TierCall) -> PaperCheck:
    code, what = _list(ws, read.kind, call), f"{read.kind.label}（{call.title}）"
    if read.has_digest(code.digest):
        return PaperCheck(
            read.kind, what, PaperState.CURRENT, f"推荐的{code.version}家与现在的记录相同。", code.version
        )
    counted = PaperChange("推荐家数", f"{read.version_number}家", f"{code.version}家")
    return PaperCheck(
        read.kind, what, PaperState.CHANGED, "名单印出以后，推荐的单位或其情况有了变动；请重新打印，与这一张对照。",
        read.version_number, () if read.has_version(code.version) else (counted,),
    )


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, default=str).encode()).hexdigest()

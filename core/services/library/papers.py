"""The library's printed products: 名单, 移出公告, 催报名单, 市级、国家级推荐名单."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import RosterChange, Tier
from core.domain.tiers import TierCall, TierStepKind
from core.services.library import exports, removal, reports, rosters, tiers
from core.services.library.access import day_of
from core.services.library.labels import labels
from core.services.library.members import kind_label, membership
from core.services.library.reports import ReportState, ReportStatus
from core.services.library.tiers import Candidate
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.model import Document
    from core.documents.products.recommendation_list import RecommendedRow
    from core.documents.products.reminder import ReminderRow


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """Which of the library's papers: what is left out means the newest, today, this year, all.

    `number`: a roster, or the removals that a roster shows. `as_of`: the library of that day, or the removals of
    that day. `is_final`: the announcement without 草稿.
    """

    number: int | None = None
    as_of: date | None = None
    year: int | None = None
    office: str | None = None
    membership_ids: Sequence[str] = ()
    call_id: str | None = None
    is_final: bool = False


def roster_paper(ws: Workspace, request: PaperRequest) -> Document:
    """A numbered roster with its annex of changes, or the library of a day gone by.

    Raises:
        NotFoundError: no such roster.
        NotAllowedError: the day is in the future.
        UnreadableInputError: both a number and a day are given.
    """
    from core.documents.products import roster as product

    if request.as_of is not None:
        if request.number is not None:
            raise UnreadableInputError("名单的编号和日期只能写一个，请去掉一个再试。")
        day = day_of(ws, request.as_of)
        return product.library_on(ws.pack, day, rosters.roster_on(ws, day), labels(ws), ws.clock.today())
    found = rosters.roster(ws, request.number)
    if found.number == 1:
        return product.roster(ws.pack, found, (), labels(ws))
    earlier = rosters.roster(ws, found.number - 1)
    changes = rosters.difference(ws, found.number, earlier.number)
    return product.roster(ws.pack, found, changes, labels(ws), earlier)


def announcement_paper(ws: Workspace, request: PaperRequest) -> Document:
    """移出公告 of the members named, of those a roster shows as removed, of a day, or of the newest removals.

    Raises:
        NotFoundError: nobody was removed then.
        NotAllowedError: one of those named is still in the library, or left for another reason than 三(四)2.
    """
    from core.documents.products.announcement import Announcement, announcement

    ids = tuple(request.membership_ids) or removed_ids(ws, request)
    ended = [membership(ws, i) for i in ids]
    for member in ended:
        if member.left_on is None or member.left_ground is None or not member.left_ground.is_removal:
            state = "还在培育库中" if member.left_on is None else "不是按三(四)2移出的"
            raise NotAllowedError(f"“{member.unit_name}”{state}，不能出移出公告；移出生效后再打印（三(四)2）。")
    title, paragraphs = _words(removal.announcement(ws, ids), ws.pack.bureau_name)
    day = max(m.left_on for m in ended if m.left_on is not None)
    return announcement(
        ws.pack, Announcement(title, paragraphs, ws.pack.bureau_name, day, is_draft=not request.is_final)
    )


def reminder_paper(ws: Workspace, request: PaperRequest) -> Document:
    """催报名单 of a year (default: the one that is asked for now), of every office or of one.

    Raises:
        NotAllowedError: the day is in the future.
    """
    from core.documents.products.reminder import reminder

    year, day = request.year or reports.default_year(ws), day_of(ws, request.as_of)
    found = reports.reminder(ws, year, day)
    rows = [_reminder_row(ws, s) for s in found if request.office in (None, s.membership.office)]
    return reminder(ws.pack, year, rows, day)


def list_paper(ws: Workspace, tier: Tier, request: PaperRequest) -> Document:
    """市级 or 国家级推荐名单: who is recommended under a call; without one the newest (of that year).

    Raises:
        NotFoundError: no such call, or nobody is recommended under it.
        UnreadableInputError: the call is one of the other tier.
    """
    from core.documents.products.recommendation_list import CallWords, recommendation_list

    call = call_of(ws, tier, request)
    rows = recommended_rows(ws, tier, call)
    if not rows:
        raise NotFoundError(f"“{call.title}”还没有推荐单位，请先在“梯度培育”中推荐，再打印{tier.label}推荐名单。")
    words = CallWords(call.title, call.deadline, call.quota)
    return recommendation_list(ws.pack, tier, call.year, rows, ws.clock.today(), words)


def recommended_rows(ws: Workspace, tier: Tier, call: TierCall) -> list[RecommendedRow]:
    """The lines of a recommendation list: who is recommended under the call."""
    return [_recommended_row(ws, tier, call, candidate) for candidate in exports.recommended(ws, tier, call.id)]


def removed_ids(ws: Workspace, request: PaperRequest) -> tuple[str, ...]:
    """Ids of the members removed as of the request, in the order of their leaving.

    Raises:
        NotFoundError: nobody was removed then, or no such roster.
    """
    if request.number is not None:
        found = rosters.roster(ws, request.number)
        gone = [x.membership_id for x in found.lines if x.change is RosterChange.LEFT]
        ids = tuple(i for i in gone if (left := membership(ws, i).left_ground) is not None and left.is_removal)
        where = f"第{found.number}号名单"
    else:
        ids = ws.store.library.counts.removed_on(request.as_of)
        where = request.as_of.isoformat() if request.as_of else "培育库至今"
    if not ids:
        raise NotFoundError(f"{where}没有移出的单位，不用出公告；请核对编号或日期。")
    return ids


def _words(text: str, signer: str) -> tuple[str, tuple[str, ...]]:
    """Title and paragraphs of an announcement's text; who signs and the day are set apart on paper."""
    title, *lines = [line.strip() for line in text.splitlines() if line.strip()]
    end = lines.index(signer) if signer in lines else len(lines)
    return title, tuple(lines[:end])


def _reminder_row(ws: Workspace, status: ReportStatus) -> ReminderRow:
    from core.documents.products.labels import short_date
    from core.documents.products.reminder import ReminderRow

    member = status.membership
    late = status.state is ReportState.LATE
    waits = status.label if status.progress is RecordState.RETURNED else ReportState.MISSING.label
    return ReminderRow(
        ws.office_label(member.office), member.unit_name, member.credit_code, kind_label(ws, member.kind),
        status.due_on, f"{status.state.label}\n{short_date(status.filed_on)}" if late else waits, status.note,
    )


def call_of(ws: Workspace, tier: Tier, request: PaperRequest) -> TierCall:
    """The call that the request names, or the newest (of its year).

    Raises:
        NotFoundError: there is none.
        UnreadableInputError: the call is one of the other tier.
    """
    if request.call_id is not None:
        named = tiers.call(ws, request.call_id)
        if named.tier is not tier:
            own = named.tier.label
            raise UnreadableInputError(f"“{named.title}”是{own}的申报通知，请打印{own}推荐名单。")
        return named
    found = [c for c in tiers.calls(ws, tier) if request.year in (None, c.year)]
    if not found:
        when = f"{request.year}年度" if request.year else ""
        raise NotFoundError(f"没有登记{when}{tier.label}的申报通知，请先在“梯度培育”中登记通知，再打印推荐名单。")
    return found[0]


def _recommended_row(ws: Workspace, tier: Tier, call: TierCall, candidate: Candidate) -> RecommendedRow:
    from core.documents.products.recommendation_list import RecommendedRow

    member, evaluation = candidate.membership, candidate.evaluation
    days = [
        s.happened_on
        for s in candidate.steps
        if s.tier is tier and s.kind is TierStepKind.RECOMMENDED and s.call_id == call.id
    ]
    result = ""
    if evaluation is not None:
        score = f"（{evaluation.score:g}分）" if evaluation.score is not None else ""
        result = f"{'达到标准' if evaluation.meets else '未达到标准'}{score}"
    return RecommendedRow(
        member.unit_name, member.credit_code, kind_label(ws, member.kind), ws.office_label(member.office),
        member.admitted_on, evaluation.body_name if evaluation else "", evaluation.evaluated_on if evaluation else None,
        result, exports.ground_labels(ws, candidate.grounds), days[-1] if days else None,
    )

"""移出公告: the draft's words (三(四)2(3): 即时从各层面名单移出并进行公告)."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.calendar import format_chinese
from core.domain.library import Membership, Tier
from core.services.library.members import kind_label
from core.services.workspace import Workspace

_LEVELS = {Tier.DISTRICT: "区级", Tier.CITY: "区级、市级", Tier.NATION: "区级、市级、国家级"}
_MOST_NAMED = 2


def draft(ws: Workspace, removed: Sequence[Membership]) -> str:
    """The announcement of removals: title, one paragraph a unit, closing words; empty when nobody was removed."""
    if not removed:
        return ""
    days = sorted({m.left_on for m in removed if m.left_on})
    lines = [f"关于移出{_named([m.unit_name for m in removed])}绿色制造单位名单的公告", ""]
    lines += [_paragraph(ws, m) for m in removed]
    lines += ["特此公告。", "", ws.pack.bureau_name, format_chinese(days[-1]) if days else ""]
    return "\n".join(lines)


def _named(names: Sequence[str]) -> str:
    """One or two units by name, more by the first and their number."""
    each = tuple(dict.fromkeys(names))
    return "、".join(each) if len(each) <= _MOST_NAMED else f"{each[0]}等{len(each)}家单位"


def _paragraph(ws: Workspace, member: Membership) -> str:
    ground = member.left_ground
    clause = f"“{ground.clause}”" if ground else ""
    day = format_chinese(member.left_on) if member.left_on else ""
    return (
        f"{member.unit_name}（统一社会信用代码{member.credit_code}）为{kind_label(ws, member.kind)}。"
        f"{member.left_reason.rstrip('。')}。根据《{ws.pack.title}》{clause}的规定，自{day}起将该单位移出"
        f"{_LEVELS[member.tier]}{kind_label(ws, member.kind)}名单。"
    )

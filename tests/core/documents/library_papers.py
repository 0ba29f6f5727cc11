"""A small library for the tests of its papers: lines of rosters, differences, reminders, recommendations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.documents.products.labels import Labels
from core.documents.products.recommendation_list import RecommendedRow
from core.documents.products.reminder import ReminderRow
from core.domain.library import Roster, RosterChange, RosterDifference, RosterLine, Tier
from tests.core.documents.printing import pack
from tests.fixtures.library import credit_code

CLOSED = date(2026, 6, 30)
DIGEST = "3f9a0c71d2e84b56" + "0" * 48
_OFFICES = ("120115001", "120115104", "120115456", "120115457")
_KINDS = ("green-factory", "green-factory", "green-factory", "green-supply-chain", "green-park")
_INDUSTRIES = ("3441", "2651", "1811", "3857", "")
_TIERS = (Tier.DISTRICT, Tier.DISTRICT, Tier.CITY, Tier.DISTRICT, Tier.NATION)


def labels() -> Labels:
    industries, offices = pack().lists["industry"], pack().lists["office"]
    kinds = {"green-factory": "绿色工厂", "green-supply-chain": "绿色供应链管理企业", "green-park": "绿色工业园区"}
    return Labels(
        lambda kind: kinds.get(kind, kind), offices.label_of, lambda code: industries.label_of(code[:2]) if code else ""
    )


def line(number: int, change: RosterChange = RosterChange.KEPT, **changes: object) -> RosterLine:
    names = ("甲乙精密制造", "绿源新材料科技发展", "京津冀高端装备（集团）", "宝利纺织")
    plain = RosterLine(
        number, f"m{number}", f"u{number}", f"天津{names[number % 4]}{number}有限公司", credit_code(number),
        _KINDS[number % 5], _OFFICES[number % 4], _INDUSTRIES[number % 5], _TIERS[number % 5],
        date(2024 + number % 3, 6 if number % 2 else 12, 20), change,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def first_roster(count: int) -> Roster:
    numbers = range(1, count + 1)
    lines = tuple(line(n, RosterChange.NEW, reason="审核符合培育要求，纳入培育库", clause="三(二)2") for n in numbers)
    return Roster(1, "2025年12月动态更新", 1, date(2025, 12, 20), "baodi 2026.1", count, DIGEST, lines)


def second_roster(count: int) -> tuple[Roster, tuple[RosterDifference, ...], Roster]:
    """A later roster: unit 1 left under R1, unit 2 is renamed and moved, one more came; and its differences."""
    before = first_roster(count)
    late = "未按时填报动态管理表：2025年度动态管理表应于2026年4月15日前填报，至2026年6月30日没有填报"
    changed = replace(
        before.lines[1], unit_name="天津绿源低碳材料股份有限公司", office="120115104", change=RosterChange.CHANGED,
        reason=f"更名，原“{before.lines[1].unit_name}”；所属街镇园区变更", clause="三(二)2",
    )
    new = line(count + 1, RosterChange.NEW, reason="审核符合培育要求，纳入培育库", clause="三(二)2", admitted_on=CLOSED)
    kept = tuple(replace(x, change=RosterChange.KEPT, reason="", clause="") for x in before.lines[2:])
    members = tuple(replace(x, position=n) for n, x in enumerate((changed, *kept, new), start=1))
    left = replace(before.lines[0], position=count + 1, change=RosterChange.LEFT, reason=late, clause="三(四)2(1)")
    after = Roster(2, "2026年6月动态更新", 2, CLOSED, "baodi 2026.1", count, DIGEST, (*members, left))
    differences = (
        RosterDifference(RosterChange.CHANGED, before.lines[1], members[0], changed.reason, changed.clause),
        *(
            RosterDifference(RosterChange.KEPT, was, now, "", "")
            for was, now in zip(before.lines[2:], members[1:-1], strict=True)
        ),
        RosterDifference(RosterChange.NEW, None, members[-1], new.reason, new.clause),
        RosterDifference(RosterChange.LEFT, before.lines[0], None, late, "三(四)2(1)"),
    )
    return after, differences, before


def reminder_rows() -> tuple[ReminderRow, ...]:
    due = date(2026, 4, 15)
    return tuple(
        ReminderRow(
            labels().office(x.office), x.unit_name, x.credit_code, labels().kind(x.kind), due,
            "迟报\n2026.4.20" if x.position % 3 == 0 else "未报",
            "补录晚于截止日，不作移出依据" if x.position % 5 == 0 else "",
        )
        for x in sorted((line(n) for n in range(1, 13)), key=lambda x: x.office)
    )


def recommended_rows() -> tuple[RecommendedRow, ...]:
    return tuple(
        RecommendedRow(
            x.unit_name, x.credit_code, labels().kind(x.kind), labels().office(x.office), x.admitted_on,
            "中环联合认证评价中心有限公司", date(2026, 3, 9), "达到标准（92.5分）", "能效（水效）领跑者、专精特新",
            date(2026, 7, 1),
        )
        for x in (line(n) for n in range(1, 5))
    )

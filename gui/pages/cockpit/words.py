"""What the cockpit says, and where each thing leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.calendar import format_chinese
from core.services.library.cockpit import Cockpit, CountBy, Due, DueKind, Unreported
from core.services.library.windows import WindowOverview
from gui.models.rows_model import Cell, Row
from gui.pages.cockpit.cards import CardText

_SOON_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Way:
    """A page and what it is to show."""

    page: str
    filters: Mapping[str, object]


def way_of_due(due: Due) -> Way:
    """Where a due day is worked on."""
    if due.kind is DueKind.REPORT:
        return Way("reports", {"year": int(due.link)})
    if due.kind is DueKind.CALL:
        return Way("tiers", {"call": due.link})
    if due.kind is DueKind.PROSPECT:
        return Way("prospects", {"prospect": due.link})
    if due.kind is DueKind.ACCIDENT:
        return Way("library", {"query": due.link})
    return Way("library", {"view": "window"})


def way_of_count(by: CountBy, key: str) -> Way:
    """The members behind a count."""
    return Way("library", {by.value: key})


def way_of_roster(number: int) -> Way:
    """A roster."""
    return Way("library", {"roster": number})


def way_of_office(year: int, unreported: Unreported) -> Way:
    """The reports that an office's members owe."""
    return Way("reports", {"year": year, "office": unreported.office, "missing": True})


def way_of_card(name: str, seen: Cockpit) -> Way:
    """Where a card leads."""
    ways: Mapping[str, Way] = {
        "window": Way("library", {"view": "window"}),
        "pending": Way("review", {}),
        "proposals": Way("library", {"view": "proposals"}),
        "reports": Way("reports", {"year": seen.report_year, "missing": True}),
        "total": Way("library", {}),
    }
    return ways[name]


def cards(seen: Cockpit) -> Mapping[str, CardText]:
    """The figures at the top."""
    missing = sum(u.missing for u in seen.unreported)
    return {
        "window": _window(seen.window),
        "pending": CardText(str(seen.pending), "待审核", "已推荐、已收到", "wait" if seen.pending else "good"),
        "proposals": CardText(
            str(seen.proposals), "移出建议", "三(四)2", "bad" if seen.proposals else "good"
        ),
        "reports": CardText(
            str(missing), "未报动态表", f"{seen.report_year}年度", "wait" if missing else "good"
        ),
        "total": CardText(str(seen.total), "在库", "各类单位合计"),
    }


def due_row(due: Due) -> Row:
    """A line of the list of due days."""
    if due.days < 0:
        left = Cell(f"过期{-due.days}天", "bad", float(due.days))
    elif due.days == 0:
        left = Cell("今天", "bad", 0.0)
    else:
        left = Cell(f"还有{due.days}天", "wait" if due.days <= _SOON_DAYS else "plain", float(due.days))
    return (left, due.what, due.on.isoformat())


def heading(seen: Cockpit) -> str:
    """The line under the title."""
    return f"{format_chinese(seen.today)}　星期{'一二三四五六日'[seen.today.weekday()]}"


def missed(window: WindowOverview) -> str:
    """Windows that went by without being worked; empty when none did."""
    if not window.missed:
        return ""
    names = "、".join(plan.title for plan in window.missed)
    return f"{names}没有办理（三(二)2）。请到培育库补办。"


def _window(window: WindowOverview) -> CardText:
    if window.current is not None:
        return CardText("已打开", "更新窗口", window.current.title, "wait")
    if window.running is not None:
        return CardText("待打开", "更新窗口", f"{window.running.last.month}月{window.running.last.day}日截止", "bad")
    if window.upcoming is None:
        return CardText("无", "更新窗口", "政策包没有安排")
    first = window.upcoming.first
    return CardText(f"{window.days}天", "距窗口", f"{first.month}月{first.day}日开始")

"""工作台 of the bureau: what is due, who has not reported, how the library stands and has moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from core.domain.library import Membership, Tier
from core.policy.reports import report_due
from core.services.library import incidents, removal, reports, tiers, windows
from core.services.library.labels import NOT_GIVEN, division_label
from core.services.library.members import kind_label, kinds, members
from core.services.library.windows import WindowOverview
from core.services.workspace import Workspace

_DIVISION: Final = 2
_AHEAD: Final = timedelta(days=90)
_STEPS_AHEAD: Final = timedelta(days=30)


class CountBy(StrEnum):
    """What the members are counted by."""

    KIND = "kind"
    OFFICE = "office"
    INDUSTRY = "industry"
    TIER = "tier"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "kind": "类别", "office": "街镇、园区", "industry": "行业", "tier": "层级", "year": "入库年份",
        }[self.value]


class DueKind(StrEnum):
    """What a due day belongs to: where a click on it leads."""

    WINDOW = "window"
    REPORT = "report"
    CALL = "call"
    PROSPECT = "prospect"
    ACCIDENT = "accident"


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a day: `days` left, negative when overdue.

    `link` is the id of the window, call or prospect, the year of the report, or the credit code of the unit that told
    of an accident; blank for a window not opened.
    """

    what: str
    on: date
    days: int
    kind: DueKind
    link: str


@dataclass(frozen=True, slots=True)
class CountLine:
    """How many members share a value; `key` is the stored value that a click filters by, blank for none given."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Unreported:
    """How many reports of the year an office's members still owe, of how many."""

    office: str
    missing: int
    owed: int


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A roster in figures; `by_kind` has every kind of the pack."""

    number: int
    title: str
    closed_on: date
    total: int
    by_kind: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cockpit:
    """Everything that the first page shows."""

    today: date
    window: WindowOverview
    dues: tuple[Due, ...]
    pending: int
    proposals: int
    report_year: int
    unreported: tuple[Unreported, ...]
    total: int
    counts: Mapping[CountBy, tuple[CountLine, ...]]
    trend: tuple[TrendLine, ...]


def cockpit(ws: Workspace) -> Cockpit:
    """The state of everything, today."""
    overview = windows.overview(ws)
    tables = _tables(ws, _now(ws))
    year = reports.default_year(ws)
    waiting = [p.subject for p in removal.proposals(ws) if p.decision is None]
    return Cockpit(
        overview.today, overview, _dues(ws, overview, year, is_settled=f"R1:{year}" not in waiting),
        ws.store.library.counts.waiting(kinds(ws)), len(waiting), year, unreported(ws, year),
        sum(line.count for line in tables[CountBy.KIND]), tables, trend(ws),
    )


# Counts


def counts(ws: Workspace, by: CountBy, as_of: date | None = None) -> tuple[CountLine, ...]:
    """The members of today, or of a day gone by, counted by one of their sides."""
    alike = _now(ws) if as_of is None else _then(members(ws, as_of=as_of))
    return _tables(ws, alike)[by]


def members_of(ws: Workspace, by: CountBy, key: str, as_of: date | None = None) -> tuple[Membership, ...]:
    """The members behind a count: what a click on it leads to."""
    return tuple(m for m in members(ws, as_of=as_of) if key_of(m, by) == key)


def key_of(member: Membership, by: CountBy) -> str:
    """The value under which a member is counted."""
    return _keys(member)[by]


def _keys(member: Membership) -> dict[CountBy, str]:
    return {
        CountBy.KIND: member.kind, CountBy.OFFICE: member.office, CountBy.INDUSTRY: member.industry_code[:_DIVISION],
        CountBy.TIER: member.tier.value, CountBy.YEAR: str(member.admitted_on.year),
    }


_Alike = Iterable[tuple[Mapping[CountBy, str], int]]


def _now(ws: Workspace) -> _Alike:
    for found in ws.store.library.counts.members():
        yield {
            CountBy.KIND: found.kind, CountBy.OFFICE: found.office, CountBy.INDUSTRY: found.division,
            CountBy.TIER: found.tier.value, CountBy.YEAR: str(found.year),
        }, found.count


def _then(found: Iterable[Membership]) -> _Alike:
    return ((_keys(m), 1) for m in found)


def _tables(ws: Workspace, alike: _Alike) -> dict[CountBy, tuple[CountLine, ...]]:
    sums: dict[CountBy, Counter[str]] = {by: Counter() for by in CountBy}
    for keys, count in alike:
        for by, key in keys.items():
            sums[by][key] += count
    return {by: _lines(ws, by, sums[by]) for by in CountBy}


def _lines(ws: Workspace, by: CountBy, sums: Counter[str]) -> tuple[CountLine, ...]:
    """Kinds and tiers in their own order and all of them, years in theirs, the rest by number."""
    if by is CountBy.KIND:
        known = kinds(ws)
        keys: Sequence[str] = (*known, *sorted(k for k in sums if k not in known))
    elif by is CountBy.TIER:
        keys = tuple(Tier)
    elif by is CountBy.YEAR:
        years = [int(key) for key in sums]
        keys = [str(y) for y in range(min(years), max(years) + 1)] if years else []
    else:
        keys = sorted(sums, key=lambda k: (-sums[k], k))
    return tuple(CountLine(str(key), count_label(ws, by, key), sums[key]) for key in keys)


def count_label(ws: Workspace, by: CountBy, key: str) -> str:
    """A counted value in words."""
    if by is CountBy.KIND:
        return kind_label(ws, key)
    if by is CountBy.TIER:
        return Tier(key).label
    found = ws.office_label(key) if by is CountBy.OFFICE else division_label(ws, key) if by is CountBy.INDUSTRY else key
    return found or NOT_GIVEN


def trend(ws: Workspace) -> tuple[TrendLine, ...]:
    """Every roster in figures, oldest first."""
    heads: dict[int, tuple[str, date]] = {}
    found: dict[int, dict[str, int]] = {}
    for line in ws.store.library.counts.rosters():
        heads[line.number] = (line.title, line.closed_on)
        by_kind = found.setdefault(line.number, dict.fromkeys(kinds(ws), 0))
        if line.kind:
            by_kind[line.kind] = line.count
    return tuple(
        TrendLine(number, *heads[number], sum(by_kind.values()), by_kind) for number, by_kind in found.items()
    )


# What is due


def unreported(ws: Workspace, year: int) -> tuple[Unreported, ...]:
    """Offices whose members still owe reports of that year, those with most first."""
    owed: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for status in reports.statuses(ws, year):
        owed[status.membership.office] += 1
        if status.filed_on is None:
            missing[status.membership.office] += 1
    names = sorted(missing, key=lambda o: (-missing[o], o))
    return tuple(Unreported(office, missing[office], owed[office]) for office in names)


def _dues(ws: Workspace, overview: WindowOverview, year: int, *, is_settled: bool) -> tuple[Due, ...]:
    """The window, the report, calls of the coming months and next steps with prospects, the nearest first."""
    today = overview.today
    found = [*_window_dues(overview), *_report_dues(ws, today, year, is_settled=is_settled)]
    found += [*_call_dues(ws, today), *_prospect_dues(ws, today), *_accident_dues(ws, today)]
    return tuple(sorted(found, key=lambda due: (due.on, due.what)))


def _accident_dues(ws: Workspace, today: date) -> list[Due]:
    """What a unit's own report tells and R3 counts: to be acted on at once, not at a window."""
    return [
        Due(
            f"“{each.membership.unit_name}”在动态管理表中填报了重大及以上事故，应核实并即时移出（{each.finding.clause}）",
            each.filed_on, (each.filed_on - today).days, DueKind.ACCIDENT, each.membership.credit_code,
        )
        for each in incidents.reported(ws)
    ]


def _window_dues(overview: WindowOverview) -> list[Due]:
    today, plan, current = overview.today, overview.running or overview.upcoming, overview.current
    link = str(current.id) if current else ""
    found = [
        Due(f"{p.title}没有办理，可补办", p.last, (p.last - today).days, DueKind.WINDOW, "") for p in overview.missed
    ]
    if plan is None:
        return found
    if plan.first > today:
        found.append(Due(f"{plan.title}开始", plan.first, (plan.first - today).days, DueKind.WINDOW, link))
    is_open = current is not None and (current.year, current.month) == (plan.year, plan.month)
    what = f"{plan.title}截止" if is_open or plan.first > today else f"{plan.title}还没有打开，截止"
    found.append(Due(what, plan.last, (plan.last - today).days, DueKind.WINDOW, link))
    return found


def _report_dues(ws: Workspace, today: date, year: int, *, is_settled: bool) -> list[Due]:
    """The report that is asked for now; once its day has passed, only while R1 waits for a decision."""
    day = report_due(ws.pack, year)
    if day < today and is_settled:
        return []
    return [Due(f"{year}年度动态管理表填报截止", day, (day - today).days, DueKind.REPORT, str(year))]


def _call_dues(ws: Workspace, today: date) -> list[Due]:
    coming = [call for call in tiers.calls(ws) if today <= call.deadline <= today + _AHEAD]
    return [
        Due(f"{c.tier.label}申报截止：{c.title}", c.deadline, (c.deadline - today).days, DueKind.CALL, c.id)
        for c in coming
    ]


def _prospect_dues(ws: Workspace, today: date) -> list[Due]:
    return [
        Due(f"{s.unit_name}：{s.step or '跟进'}", s.on, (s.on - today).days, DueKind.PROSPECT, s.prospect_id)
        for s in ws.store.library.counts.next_steps(today + _STEPS_AHEAD)
    ]

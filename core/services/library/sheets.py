"""The library's lists as Excel: rosters, differences, reminders, counts, candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from core.documents.excel.summary import Sheet, write_sheets
from core.documents.excel.table_rows import Value
from core.domain.calendar import format_chinese
from core.domain.library import RosterChange, RosterDifference, RosterLine, Tier
from core.services.library import cockpit, exports, reports, rosters
from core.services.library.labels import industry_label
from core.services.library.members import kind_label, kinds
from core.services.workspace import Workspace

_TITLE: Final = "区级绿色制造单位培育库名单"
_MEMBER_HEADS: Final = (
    "序号", "单位名称", "统一社会信用代码", "类别", "街镇、园区", "行业代码", "行业", "层级", "入库日期",
)
_MEMBER_WIDTHS: Final = (6.0, 38.0, 22.0, 20.0, 16.0, 9.0, 30.0, 8.0, 12.0)
_CHANGE_HEADS: Final = ("变动", "原因", "依据")
_CHANGE_WIDTHS: Final = (8.0, 44.0, 14.0)
_ORDER: Final = (RosterChange.NEW, RosterChange.CHANGED, RosterChange.LEFT, RosterChange.KEPT)


def export_roster(ws: Workspace, out: Path, *, number: int | None = None, as_of: date | None = None) -> Path:
    """A numbered roster (the newest without a number) with its leavers, or the library of a day gone by.

    Raises:
        NotFoundError: no such roster.
        UnreadableInputError: the file is to be no Excel workbook.
        StoreError: the file cannot be written.
    """
    if as_of is not None:
        lines = rosters.roster_on(ws, as_of)
        heading = f"{_TITLE}（{format_chinese(as_of)}在库情况，追溯）"
        day = format_chinese(as_of)
        warning = f"本表按{day}的情况由程序追溯列出，不编号、不封存，不能代替动态更新时编号封存的名单。"
        plain = [_member(ws, n, line) for n, line in enumerate(lines, start=1)]
        notes = (f"共{len(lines)}家。", warning)
        return _write(out, (Sheet("在库单位", _MEMBER_HEADS, plain, _MEMBER_WIDTHS, heading, notes),))
    found = rosters.roster(ws, number)
    heading = f"{_TITLE}（第{found.number}号　{found.title}　{format_chinese(found.closed_on)}）"
    seal = (f"共{found.count}家。", f"封存校验值：{found.digest}", f"政策包：{found.pack_label}")
    heads, widths = (*_MEMBER_HEADS, *_CHANGE_HEADS), (*_MEMBER_WIDTHS, *_CHANGE_WIDTHS)
    rows = [(*_member(ws, n, x), *_change(x)) for n, x in enumerate(found.members, start=1)]
    made = [Sheet("名单", heads, rows, widths, heading, seal)]
    left = [line for line in found.lines if line.change is RosterChange.LEFT]
    if left:
        gone = [(*_member(ws, n, x), *_change(x)) for n, x in enumerate(left, start=1)]
        made.append(Sheet("移出", heads, gone, widths, f"第{found.number}号名单移出的单位"))
    return _write(out, made)


def export_difference(ws: Workspace, out: Path, later: int, earlier: int) -> Path:
    """新增, 变更, 移出 and 保留 between two rosters, with reason and clause.

    Raises:
        NotAllowedError: `earlier` is not earlier.
        NotFoundError, UnreadableInputError, StoreError: as `export_roster`.
    """
    found = rosters.difference(ws, later, earlier)
    against = f"第{earlier}号名单" if earlier else "首期之前"
    ordered = [d for change in _ORDER for d in found if d.change is change]
    counts = "、".join(f"{change.label}{sum(1 for d in found if d.change is change)}家" for change in _ORDER)
    sheet = Sheet(
        "变动", (*_CHANGE_HEADS[:1], *_MEMBER_HEADS[1:], *_CHANGE_HEADS[1:], "原单位名称", "原信用代码"),
        [_difference(ws, d) for d in ordered],
        (*_CHANGE_WIDTHS[:1], *_MEMBER_WIDTHS[1:], *_CHANGE_WIDTHS[1:], 30.0, 22.0),
        f"第{later}号名单与{against}的变动", (f"{counts}。",),
    )
    return _write(out, (sheet,))


def export_reminder(
    ws: Workspace, out: Path, year: int | None = None, as_of: date | None = None, *, office: str | None = None
) -> Path:
    """催报名单 of a year (default: the one that is asked for now), of every office or of one.

    Raises:
        UnreadableInputError, StoreError: as `export_roster`.
    """
    wanted, day = year or reports.default_year(ws), as_of or ws.clock.today()
    found = [s for s in reports.reminder(ws, wanted, as_of) if office in (None, s.membership.office)]
    rows: list[Sequence[Value]] = [
        (
            n, ws.office_label(s.membership.office), s.membership.unit_name, s.membership.credit_code,
            kind_label(ws, s.membership.kind), s.year, s.due_on, s.label, s.filed_on,
            s.note,
        )
        for n, s in enumerate(found, start=1)
    ]
    heads = (
        "序号", "街镇、园区", "单位名称", "统一社会信用代码", "类别", "年度", "应报日期", "状态", "上报日期", "说明",
    )
    sheet = Sheet(
        "催报名单", heads, rows, (6.0, 16.0, 38.0, 22.0, 20.0, 8.0, 12.0, 12.0, 12.0, 30.0),
        f"{wanted}年度动态管理表催报名单（截至{format_chinese(day)}）", (f"共{len(rows)}家。",),
    )
    return _write(out, (sheet,))


def export_counts(ws: Workspace, out: Path, as_of: date | None = None) -> Path:
    """What the charts show, in figures: a sheet for each side, and one for the rosters.

    Raises:
        UnreadableInputError, StoreError: as `export_roster`.
    """
    day = as_of or ws.clock.today()
    made = []
    for by in cockpit.CountBy:
        lines = cockpit.counts(ws, by, as_of)
        rows: list[Sequence[Value]] = [(line.label, line.count) for line in lines]
        heading = f"在库单位按{by.label}（{format_chinese(day)}）"
        made.append(Sheet(by.label, (by.label, "家数"), rows, (34.0, 10.0), heading,
                          (f"合计{sum(line.count for line in lines)}家。",)))
    trend = cockpit.trend(ws)
    every = kinds(ws)
    made.append(Sheet(
        "历期名单", ("名单", "批次", "日期", "合计", *(kind_label(ws, k) for k in every)),
        [(t.number, t.title, t.closed_on, t.total, *(t.by_kind.get(k, 0) for k in every)) for t in trend],
        (8.0, 26.0, 12.0, 8.0, *(20.0 for _ in every)), "历期名单的单位数",
    ))
    return _write(out, made)


def export_candidates(ws: Workspace, out: Path, tier: Tier, call_id: str | None = None) -> Path:
    """The candidates for a tier in the order of priority, or those recommended in a call.

    Raises:
        NotFoundError: no such call.
        UnreadableInputError, StoreError: as `export_roster`.
    """
    rows = [_typed(row) for row in exports.candidate_rows(ws, tier, call_id)]
    title = f"{tier.label}推荐名单" if call_id else f"{tier.label}推荐候选单位"
    return _write(out, (Sheet(
        title, exports.CANDIDATE_COLUMNS, rows,
        (6.0, 34.0, 22.0, 18.0, 14.0, 9.0, 26.0, 22.0, 12.0, 8.0, 28.0, 18.0),
        f"{title}（{format_chinese(ws.clock.today())}）", (f"共{len(rows)}家。",),
    ),))


def _typed(row: Sequence[str]) -> tuple[Value, ...]:
    """The texts of a candidate's row as what they are: its number, the day of the evaluation, the score."""
    made: Mapping[str, Callable[[str], Value]] = {"序号": int, "评价日期": date.fromisoformat, "得分": float}
    return tuple(
        made[head](text) if text and head in made else text or None
        for head, text in zip(exports.CANDIDATE_COLUMNS, row, strict=True)
    )


def _write(out: Path, made: Sequence[Sheet]) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    return write_sheets(out, made)


def _member(ws: Workspace, number: int, line: RosterLine) -> tuple[Value, ...]:
    return (
        number, line.unit_name, line.credit_code, kind_label(ws, line.kind), ws.office_label(line.office),
        line.industry_code, industry_label(ws, line.industry_code), line.tier.label, line.admitted_on,
    )


def _change(line: RosterLine) -> tuple[Value, ...]:
    return line.change.label, line.reason, line.clause


def _difference(ws: Workspace, difference: RosterDifference) -> tuple[Value, ...]:
    line, was = difference.line, difference.before
    _, *member = _member(ws, 0, line)
    renamed = was.unit_name if was and was.unit_name != line.unit_name else ""
    recoded = was.credit_code if was and was.credit_code != line.credit_code else ""
    return difference.change.label, *member, difference.reason, difference.clause, renamed, recoded

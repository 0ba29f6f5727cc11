"""`report`: annual reports 动态管理表 without a screen (三(四)2(1))."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command, add_day, parse_date, parse_year, tell
from core.cli.output import print_json, print_table
from core.domain.errors import NotFoundError
from core.domain.library import Membership
from core.services.library import members, reports, sheets
from core.services.library.access import office_of
from core.services.library.reports import ReportStatus
from core.services.workspace import Workspace, open_workspace

_STEPS: Final = ("status", "begin", "file", "accept", "return", "reminder")


def add_report_commands(add: Add) -> None:
    """The words of this command."""
    report = add("report", "动态管理表：谁该报、开始填、登记上报、审核、退回、催报")
    report.add_argument("step", choices=_STEPS, metavar="|".join(_STEPS),
                        help="status 谁该报、begin 开始填、file 登记上报、accept 审核通过、return 退回、reminder 催报")
    report.add_argument("unit", nargs="?", default=None, metavar="UNIT", help="信用代码（status、reminder不用写）")
    report.add_argument("--year", type=parse_year, default=None, help="报告年度（默认最近到期的一年）")
    report.add_argument("--kind", default=None, metavar="FORM", help="在库有几个类别时指明")
    report.add_argument("--office", default=None, help="只看一个街镇、园区")
    report.add_argument("--as-of", type=parse_date, default=None, metavar="DATE", help="截至哪一天（默认今天）")
    report.add_argument("--reason", default="", help="退回原因")
    report.add_argument("-o", "--out", type=Path, default=None, metavar="X.xlsx", help="催报名单另存为Excel")
    add_day(report)


def report(arguments: argparse.Namespace) -> int:
    """Do one step with annual reports."""
    with open_workspace(arguments.store) as ws:
        year = arguments.year or reports.default_year(ws)
        if arguments.step in ("status", "reminder"):
            return _list(ws, arguments, year)
        if arguments.unit is None:
            raise NotFoundError("没有写明单位，请写统一社会信用代码。")
        member = members.find_member(ws, arguments.unit, arguments.kind)
        if arguments.step == "begin":
            return _begin(ws, arguments, member, year)
        record_id = _record(ws, member, year)
        step: Callable[[], object] = {
            "file": lambda: reports.file_report(ws, record_id, arguments.on),
            "accept": lambda: reports.accept_report(ws, record_id),
            "return": lambda: reports.return_report(ws, record_id, arguments.reason),
        }[arguments.step]
        step()
        done = ws.store.get(record_id)
    filed = f"（{done.filed_on}上报）" if done.filed_on else ""
    document = {
        "credit_code": member.credit_code, "year": year, "state": done.state.value, "filed_on": _iso(done.filed_on),
    }
    tell(arguments, document, f"“{member.unit_name}”{year}年度动态管理表：{done.state.label}{filed}。")
    return 0


def _begin(ws: Workspace, arguments: argparse.Namespace, member: Membership, year: int) -> int:
    there = reports.report_of(ws, member.id, year)
    opened = reports.begin_report(ws, member.id, year)
    if there is None:
        sentence = f"已为“{member.unit_name}”建立{year}年度动态管理表，可在窗口中填报或用Excel导入。"
    else:
        state = there.state.label
        sentence = f"“{member.unit_name}”{year}年度动态管理表以前已经建立（{state}），现在打开的就是它，没有另建。"
    tell(arguments, {"record": opened.record.id, "year": year, "new": there is None}, sentence)
    return 0


def _record(ws: Workspace, member: Membership, year: int) -> str:
    found = reports.report_of(ws, member.id, year)
    if found is not None:
        return found.id
    raise NotFoundError(f"“{member.unit_name}”还没有{year}年度动态管理表，请先用 report begin 建立。")


def _list(ws: Workspace, arguments: argparse.Namespace, year: int) -> int:
    if arguments.step == "reminder":
        office = office_of(ws, arguments.office or "") or None
        found = tuple(
            s for s in reports.reminder(ws, year, arguments.as_of) if office in (None, s.membership.office)
        )
        if arguments.out is not None:
            sheets.export_reminder(ws, arguments.out, year, as_of=arguments.as_of, office=office)
    else:
        found = reports.statuses(ws, year, as_of=arguments.as_of, office=office_of(ws, arguments.office or "") or None)
    if arguments.json:
        print_json({"year": year, "reports": [_as_dict(s) for s in found]})
        return 0
    rows = [
        (s.membership.unit_name, s.membership.credit_code, members.kind_label(ws, s.membership.kind),
         ws.office_label(s.membership.office), s.due_on.isoformat(), s.label, _iso(s.filed_on) or "", s.note)
        for s in found
    ]
    print_table(("单位名称", "信用代码", "类别", "街镇、园区", "截止日期", "状态", "上报日期", "说明"), rows)
    print(f"{year}年度，共{len(rows)}份")
    if arguments.step == "reminder" and arguments.out is not None:
        print(f"已写出：{arguments.out}")
    return 0


def _as_dict(status: ReportStatus) -> dict[str, object]:
    return {
        "unit_name": status.membership.unit_name, "credit_code": status.membership.credit_code,
        "kind": status.membership.kind, "office": status.membership.office, "year": status.year,
        "due_on": status.due_on.isoformat(), "state": status.state.value, "filed_on": _iso(status.filed_on),
        "progress": status.progress.value if status.progress else None, "note": status.note,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"report": report})

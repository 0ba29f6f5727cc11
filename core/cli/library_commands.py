"""`window`, `admit`, `return`, `refuse`, `revoke`, `confirm`, `roster`, `enrol`: the bureau without a screen."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command, add_day, parse_date, parse_whole, parse_year, tell
from core.cli.field_names import WHOLE_FORM, fields_called, is_called
from core.cli.output import print_json, print_table
from core.domain import credit_code
from core.domain.enums import RecordState
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import Decision, RosterChange, RosterDifference, RosterLine, Tier, Window
from core.domain.records import Record
from core.services import drafts
from core.services.library import closing, members, review, rosters, sheets, windows
from core.services.workspace import Workspace, open_workspace

_CLAUSE_HELP: Final = "依据的条款，如三(四)1(3)，也可写规则编号，如F1"
_WAY_BACK: Final = "这份表已经接收、锁定，留在待审核中；要让企业改，请用 return 退回。"
_NO_REASON: Final = "没有写退回原因，请用--reason写明原因，或用--remark在栏目上写意见。"


def add_library_commands(add: Add) -> None:
    """The words of these commands."""
    _window_words(add("window", "动态更新窗口：打开、查看、关闭、复核"))
    _decision_words(add)
    roster = add("roster", "名单：最新的、某一号的、某一天的，或与较早一号的变动")
    roster.add_argument("number", nargs="?", type=parse_whole, default=None, metavar="N", help="第几号名单（默认最新）")
    roster.add_argument("--as-of", type=parse_date, default=None, metavar="DATE", help="某一天在库的单位")
    roster.add_argument(
        "--diff", nargs="?", type=parse_whole, const=-1, default=None, metavar="N", help="与第N号比较（默认上一号）"
    )
    roster.add_argument("-o", "--out", type=Path, default=None, metavar="X.xlsx", help="另存为Excel")
    enrol = add("enrol", "补录启用本程序前已入库的单位")
    enrol.add_argument("unit", metavar="UNIT", help="统一社会信用代码")
    enrol.add_argument("--name", required=True, help="单位名称")
    enrol.add_argument("--kind", required=True, metavar="FORM", help="类别，如绿色工厂（green-factory）")
    enrol.add_argument("--office", required=True, help="街镇、园区的代码或全称")
    enrol.add_argument("--on", type=parse_date, required=True, metavar="DATE", help="入库日期")
    enrol.add_argument("--industry", default="", help="行业代码，4位（GB/T 4754）")
    enrol.add_argument("--tier", default="district", choices=[t.value for t in Tier],
                       help="层级：district 区级、city 市级、nation 国家级")
    enrol.add_argument("--correct", action="store_true", help="更正补录时写错的（列入名单以前；各项都照正确的写）")


def _window_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", choices=("open", "status", "close", "rerun"), metavar="open|status|close|rerun",
                        help="open 打开、status 查看、close 关闭、rerun 复核以前的决定")
    parser.add_argument("id", nargs="?", type=parse_whole, default=None, help="rerun时：窗口编号（默认最近关闭的）")
    parser.add_argument("--year", type=parse_year, default=None, help="窗口或批次的年度（默认当年）")
    parser.add_argument("--month", type=parse_whole, default=None, help="补办计划内的窗口")
    parser.add_argument("--batch", type=parse_whole, default=None, help="增开批次的批次号")
    parser.add_argument("--title", default="", help="窗口、批次的名称（默认按计划或批次号）")
    parser.add_argument("--note", default="", help="备注")
    add_day(parser)


def _decision_words(add: Add) -> None:
    admit = _unit(add("admit", "纳入培育库（关闭窗口时生效）"))
    admit.add_argument("--confirmed", default="", metavar="TEXT", help="N3、N4、N5逐项核对无问题的依据")
    admit.add_argument("--reason", default="", help="审核说明")
    back = _unit(add("return", "退回，附审核意见"))
    back.add_argument("--reason", default="", help="退回原因")
    back.add_argument("--clause", default="", help=_CLAUSE_HELP)
    back.add_argument("--remark", action="append", default=[], metavar="FIELD=TEXT", help="某一栏的审核意见，可重复")
    refuse = _unit(add("refuse", "不予纳入"))
    refuse.add_argument("--reason", required=True, help="不予纳入的原因")
    refuse.add_argument("--clause", required=True, help=_CLAUSE_HELP)
    _unit(add("revoke", "撤销审核决定（窗口关闭前）"))
    confirm = _unit(add("confirm", "区工信局对照台账确认N3、N4、N5"))
    confirm.add_argument("rule", choices=review.CONFIRMED_RULES, help="确认哪一条")
    outcome = confirm.add_mutually_exclusive_group(required=True)
    outcome.add_argument("--clear", action="store_true", help="没有这种情形")
    outcome.add_argument("--found", action="store_true", help="有这种情形")
    confirm.add_argument("--basis", required=True, help="对照的台账、文件")


def _unit(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("unit", metavar="UNIT", help="统一社会信用代码")
    parser.add_argument("--form", default=None, help="有几张表时指明是哪一张")
    add_day(parser)
    return parser


def window(arguments: argparse.Namespace) -> int:
    """Open, look at, close or check a window again."""
    with open_workspace(arguments.store) as ws:
        return {"open": _open, "status": _status, "close": _close, "rerun": _rerun}[arguments.step](ws, arguments)


def _open(ws: Workspace, arguments: argparse.Namespace) -> int:
    opened = windows.open_window(
        ws, year=arguments.year, month=arguments.month, batch=arguments.batch, title=arguments.title,
        note=arguments.note, on=arguments.on,
    )
    tell(arguments, {"window": _window_as_dict(opened)}, f"已打开“{opened.title}”（编号{opened.id}）。")
    return 0


def _status(ws: Workspace, arguments: argparse.Namespace) -> int:
    found = windows.overview(ws)
    check = closing.closing_check(ws) if found.current else None
    if arguments.json:
        print_json({
            "current": _window_as_dict(found.current) if found.current else None,
            "upcoming": found.upcoming.title if found.upcoming else None,
            "days": found.days,
            "missed": [p.title for p in found.missed],
            "count": check.count if check else None,
            "changes": {c.value: n for c, n in check.changes.items()} if check else {},
            "enrolled": check.enrolled if check else 0,
            "admitted": len(check.admitted) if check else 0,
            "leaving": len(check.leaving) if check else 0,
            "blockers": list(check.blockers) if check else [],
            "warnings": list(check.warnings) if check else [],
            "windows": [_window_as_dict(w) for w in windows.windows(ws)],
        })
        return 0
    if check is not None:
        foreseen = "，".join(f"{c.label}{n}家" for c, n in check.changes.items())
        print(f"“{check.window.title}”已于{check.window.opened_on}打开：拟纳入{len(check.admitted)}家，移出{len(check.leaving)}家。")
        enrolled = f"（新增中补录{check.enrolled}家）" if check.enrolled else ""
        print(f"  现在关闭，名单共{check.count}家：{foreseen}{enrolled}。")
        for sentence in (*check.blockers, *check.warnings):
            print(f"  {sentence}")
    elif found.upcoming is not None:
        when = f"还有{found.days}天" if found.days else "现在可以打开"
        print(f"没有打开的窗口；下一个是“{found.upcoming.title}”（{found.upcoming.first}至{found.upcoming.last}），{when}。")
    for missed in found.missed:
        print(f"漏办：“{missed.title}”（三(二)2），可用 window open --year {missed.year} --month {missed.month} 补办。")
    for each in windows.windows(ws):
        if each.closed_on:
            print(f"  {each.id}  {each.title}  {each.opened_on}至{each.closed_on}  第{each.roster_number}号名单")
    return 0


def _close(ws: Workspace, arguments: argparse.Namespace) -> int:
    roster = closing.close_window(ws, arguments.on)
    counts = {c.value: sum(1 for line in roster.lines if line.change is c) for c in RosterChange}
    tell(
        arguments,
        {"roster": roster.number, "title": roster.title, "closed_on": roster.closed_on.isoformat(),
         "count": roster.count, "changes": counts, "digest": roster.digest},
        f"“{roster.title}”已关闭，第{roster.number}号名单共{roster.count}家："
        + "，".join(f"{c.label}{counts[c.value]}家" for c in RosterChange) + "。",
    )
    return 0


def _rerun(ws: Workspace, arguments: argparse.Namespace) -> int:
    closed = [w.id for w in windows.windows(ws) if not w.is_open]
    if arguments.id is None and not closed:
        raise NotFoundError("还没有关闭过窗口，没有可以复核的。")
    found = closing.rerun(ws, arguments.id or closed[0])
    same = all(r.is_same for r in found)
    lines = [
        {"unit_name": r.unit_name, "decision": r.decision.kind.value, "then": r.decision.verdict_number,
         "now": r.number_now, "same": r.is_same}
        for r in found
    ]
    if arguments.json:
        print_json({"verdicts": lines, "same": same})
    else:
        rows = [(str(x["unit_name"]), str(x["then"]), str(x["now"]), "一致" if x["same"] else "不一致") for x in lines]
        print_table(("单位名称", "当时编号", "现在编号", "结果"), rows)
    return 0 if same else 1


def admit(arguments: argparse.Namespace) -> int:
    """Receive where needed, confirm where said, admit."""
    with open_workspace(arguments.store) as ws:
        record = _received(ws, arguments)
        if arguments.confirmed:
            for rule in review.CONFIRMED_RULES:
                review.confirm(ws, record.id, rule, clear=True, basis=arguments.confirmed)
        return _decided(
            ws, arguments, record, lambda: review.admit(ws, record.id, reason=arguments.reason, on=arguments.on),
            way_back=lambda: _way_to_admission(ws, record),
        )


def _way_to_admission(ws: Workspace, record: Record) -> str:
    """What helps a form that cannot be admitted: the bureau's own confirmations, or else to return it."""
    found = review.open_review(ws, record.id)
    missing = [rule for rule in review.CONFIRMED_RULES if rule not in found.confirmations]
    hint = f"{'、'.join(missing)}对照台账没有问题的，请用--confirmed写明核对依据。" if missing else ""
    return hint if len(found.obstacles) <= len(missing) else f"{hint}{_WAY_BACK}"


def return_form(arguments: argparse.Namespace) -> int:
    """Return a form with remarks."""
    with open_workspace(arguments.store) as ws:
        clause, remarks = review.clause_of(ws, arguments.clause), _remarks(ws, arguments)
        if not arguments.reason.strip() and not remarks and not review.remarks(ws, _record(ws, arguments).id):
            raise UnreadableInputError(_NO_REASON)
        record = _received(ws, arguments)
        for field, text in remarks:
            review.remark(ws, record.id, field, text)
        return _decided(
            ws, arguments, record,
            lambda: review.return_record(ws, record.id, arguments.reason, clause=clause, on=arguments.on),
            way_back=lambda: "",
        )


def _remarks(ws: Workspace, arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """The remarks by field, named by its name or its words; a wrong one is refused before anything is received."""
    form = ws.pack.form(_record(ws, arguments).form)
    found = []
    for each in arguments.remark:
        given, parted, text = each.partition("=")
        if not parted or not text.strip():
            raise UnreadableInputError(f"--remark“{each}”应形如“栏目=意见”，请改正。")
        if not given.strip() or is_called(given, WHOLE_FORM):
            found.append(("", text))
            continue
        fields = fields_called((form,), given)
        if not fields:
            raise NotFoundError(f"“{form.title}”中没有“{given.strip()}”这一栏，请核对栏目名称。")
        found.append((fields[0], text))
    return found


def refuse(arguments: argparse.Namespace) -> int:
    """Refuse a form with reason and clause."""
    with open_workspace(arguments.store) as ws:
        clause = review.clause_of(ws, arguments.clause)
        record = _received(ws, arguments)
        return _decided(
            ws, arguments, record,
            lambda: review.refuse(ws, record.id, arguments.reason, clause=clause, on=arguments.on),
        )


def revoke(arguments: argparse.Namespace) -> int:
    """Take the last decision back."""
    with open_workspace(arguments.store) as ws:
        record = _record(ws, arguments)
        return _decided(ws, arguments, record, lambda: review.revoke(ws, record.id))


def confirm(arguments: argparse.Namespace) -> int:
    """Write the bureau's own finding."""
    with open_workspace(arguments.store) as ws:
        record = _record(ws, arguments)
        done = review.confirm(ws, record.id, arguments.rule, clear=arguments.clear, basis=arguments.basis)
    words = "没有这种情形" if done.is_clear else "有这种情形"
    tell(arguments, {"rule": done.rule, "clear": done.is_clear, "basis": done.basis},
         f"已确认“{record.unit_name}”{done.rule}：{words}（{done.basis}）。")
    return 0


def enrol(arguments: argparse.Namespace) -> int:
    """Enrol a member from before this program, or correct that."""
    with open_workspace(arguments.store) as ws:
        write = members.correct if arguments.correct else members.enrol
        made = write(
            ws, unit_name=arguments.name, credit_code=arguments.unit, kind=arguments.kind, office=arguments.office,
            admitted_on=arguments.on, industry_code=arguments.industry, tier=Tier(arguments.tier),
        )
        held = f"{members.kind_label(ws, made.kind)}{made.tier.label}，{ws.office_label(made.office)}"
    document = {"unit": made.credit_code, "membership": made.id, "corrected": arguments.correct}
    done, hint = ("更正", "") if arguments.correct else ("补录", "写错了的，列入名单以前可加 --correct 重写。")
    tell(arguments, document, f"已{done}“{made.unit_name}”（{held}），{made.admitted_on}入库。{hint}")
    return 0


def roster(arguments: argparse.Namespace) -> int:
    """Show a roster, the library of a day, or a difference; save it as Excel where asked."""
    with open_workspace(arguments.store) as ws:
        if arguments.diff is not None:
            return _difference(ws, arguments)
        if arguments.as_of is not None:
            lines, head = rosters.roster_on(ws, arguments.as_of), f"{arguments.as_of}在库单位"
        else:
            found = rosters.roster(ws, arguments.number)
            lines, head = found.members, f"第{found.number}号名单（{found.title}，{found.closed_on}）"
        if arguments.out is not None:
            sheets.export_roster(ws, arguments.out, number=arguments.number, as_of=arguments.as_of)
        if arguments.json:
            print_json({"roster": head, "lines": [_line_as_dict(line) for line in lines]})
            return 0
        _say_written(arguments)
        print(f"{head}，共{len(lines)}家")
        rows = [
            (str(x.position), x.unit_name, x.credit_code, members.kind_label(ws, x.kind), ws.office_label(x.office),
             x.tier.label, x.admitted_on.isoformat(), x.change.label)
            for x in lines
        ]
    print_table(("序号", "单位名称", "信用代码", "类别", "街镇、园区", "层级", "入库日期", "变动"), rows)
    return 0


def _say_written(arguments: argparse.Namespace) -> None:
    if arguments.out is not None:
        print(f"已写出：{arguments.out}")


def _difference(ws: Workspace, arguments: argparse.Namespace) -> int:
    later = arguments.number or rosters.roster(ws).number
    earlier = later - 1 if arguments.diff < 0 else arguments.diff
    found = rosters.difference(ws, later, earlier)
    if arguments.out is not None:
        sheets.export_difference(ws, arguments.out, later, earlier)
    if arguments.json:
        print_json({"later": later, "earlier": earlier, "changes": [_difference_as_dict(d) for d in found]})
        return 0
    _say_written(arguments)
    print(f"第{later}号名单与第{earlier}号的变动")
    changed = [d for d in found if d.change is not RosterChange.KEPT]
    rows = [(d.change.label, d.line.unit_name, d.line.credit_code, d.clause, d.reason) for d in changed]
    print_table(("变动", "单位名称", "信用代码", "条款", "原因"), rows)
    print(f"保留{len(found) - len(changed)}家")
    return 0


def _record(ws: Workspace, arguments: argparse.Namespace) -> Record:
    forms = members.kinds(ws)
    found = [r for r in drafts.find_unit(ws, credit_code.normalise(arguments.unit), arguments.form) if r.form in forms]
    if not found:
        raise NotFoundError(f"信用代码为“{arguments.unit}”的单位没有培育表，请核对。")
    if len(found) > 1:
        ids = "、".join(r.form for r in found)
        raise UnreadableInputError(f"“{found[0].unit_name}”有{len(found)}张表（{ids}），请用--form指明是哪一张。")
    return found[0]


def _received(ws: Workspace, arguments: argparse.Namespace) -> Record:
    """The unit's form, received now where it was only entered or recommended."""
    record = _record(ws, arguments)
    waiting = record.state.is_editable or record.state is RecordState.RECOMMENDED
    return review.receive(ws, record.id).record if waiting else record


def _decided(
    ws: Workspace, arguments: argparse.Namespace, record: Record, decide: Callable[[], Decision], *,
    way_back: Callable[[], str] = lambda: _WAY_BACK,
) -> int:
    """Do it and tell it; a gate's refusal is status 1, as for `recommend`. It tells where the form stands then."""
    try:
        made = decide()
    except NotAllowedError as error:
        state = ws.store.get(record.id).state
        way = way_back() if state is RecordState.RECEIVED else ""
        document = {
            "credit_code": record.credit_code, "done": False, "sentence": str(error), "state": state.value,
            "way_back": way,
        }
        tell(arguments, document, f"{error}{way}")
        return 1
    document = {
        "credit_code": record.credit_code, "done": True, "decision": made.kind.value, "clause": made.clause,
        "reason": made.reason, "number": made.verdict_number,
    }
    number = f"，校核编号{made.verdict_number}" if made.verdict_number else ""
    tell(arguments, document, f"“{record.unit_name}”：{made.kind.label}{number}。")
    return 0


def _window_as_dict(found: Window) -> dict[str, object]:
    return {
        "id": found.id, "title": found.title, "year": found.year, "month": found.month, "batch": found.batch,
        "opened_on": found.opened_on.isoformat(),
        "closed_on": found.closed_on.isoformat() if found.closed_on else None,
        "roster": found.roster_number, "pack": found.pack_label, "note": found.note,
    }


def _line_as_dict(line: RosterLine) -> dict[str, object]:
    return {
        "position": line.position, "unit_name": line.unit_name, "credit_code": line.credit_code, "kind": line.kind,
        "office": line.office, "industry_code": line.industry_code, "tier": line.tier.value,
        "admitted_on": line.admitted_on.isoformat(), "change": line.change.value, "reason": line.reason,
        "clause": line.clause,
    }


def _difference_as_dict(each: RosterDifference) -> dict[str, object]:
    return {**_line_as_dict(each.line), "change": each.change.value, "reason": each.reason, "clause": each.clause}


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({
    "window": window, "admit": admit, "return": return_form, "refuse": refuse, "revoke": revoke, "confirm": confirm,
    "enrol": enrol, "roster": roster,
})

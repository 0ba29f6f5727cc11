"""`evaluation` and `tier`: 第三方评价, calls of city and nation, recommendation and result (三(三), 二)."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import (
    Add,
    Command,
    add_common,
    add_day,
    parse_date,
    parse_number,
    parse_whole,
    parse_year,
    tell,
)
from core.cli.output import print_json, print_table
from core.domain.errors import NotAllowedError, NotFoundError
from core.domain.finding import Finding
from core.domain.library import Membership, Tier
from core.domain.tiers import Evaluation, EvaluationFacts, TierCall, TierStep
from core.services.library import evaluations, exports, members, tiers
from core.services.workspace import Workspace, open_workspace

_UPPER: Final = (Tier.CITY.value, Tier.NATION.value)


def add_tier_commands(add: Add) -> None:
    """The words of these commands."""
    _evaluation_words(add("evaluation", "第三方评价：登记、列出、撤回"))
    tier = add("tier", "梯度培育：申报通知、区局意见、材料、推荐、结果、名单")
    steps = tier.add_subparsers(dest="step", required=True, metavar="步骤")
    _call_words(_words(steps, "call", "市级、国家级申报通知：登记、列出"))
    agree = _member(_words(steps, "agree", "区局同意（或不同意）推荐"))
    _to(agree)
    agree.add_argument("--disagree", action="store_true", help="不同意（须写理由）")
    agree.add_argument("--reason", default="", help="不同意的理由")
    add_day(agree)
    check = _member(_words(steps, "check", "材料清单：查看，勾选已收到的"))
    check.add_argument("--call", required=True, metavar="ID", help="申报通知编号")
    check.add_argument("--done", action="append", default=[], metavar="DOCUMENT", help="已收到的材料，可重复；all全部")
    check.add_argument("--undo", action="append", default=[], metavar="DOCUMENT", help="取消勾选，可重复")
    check.add_argument("--note", default="", help="备注")
    add_day(check)
    recommend = _member(_words(steps, "recommend", "按申报通知推荐"))
    _to(recommend)
    recommend.add_argument("--call", required=True, metavar="ID", help="申报通知编号")
    add_day(recommend)
    result = _member(_words(steps, "result", "登记结果"))
    _to(result)
    outcome = result.add_mutually_exclusive_group(required=True)
    outcome.add_argument("--approved", action="store_true", help="获认定")
    outcome.add_argument("--rejected", action="store_true", help="未通过")
    result.add_argument("--document", required=True, help="公布结果的文件（名称、文号）")
    result.add_argument("--reason", default="", help="未通过的原因")
    add_day(result)
    end = _member(_words(steps, "end", "市级、国家级名单调整出，仍在区级培育库"))
    _to(end)
    end.add_argument("--reason", required=True, help="退出的原因")
    end.add_argument("--document", default="", help="公布的文件（名称、文号）")
    add_day(end)
    show = _member(_words(steps, "show", "一个单位的条件、推荐经过"))
    _to(show)
    listing = _words(steps, "list", "候选单位（优先情形多的在前）；写明通知的，列出按它推荐的")
    _to(listing, required=False)
    listing.add_argument("--call", default=None, metavar="ID", help="申报通知编号")


def _evaluation_words(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="步骤")
    new = _member(_words(steps, "add", "登记第三方评价"))
    new.add_argument("--body", required=True, help="第三方机构名称")
    new.add_argument("--body-code", required=True, metavar="CODE", help="第三方机构统一社会信用代码")
    new.add_argument("--representative", required=True, help="第三方机构法定代表人")
    new.add_argument("--standard", default="", help="对照的标准，如“GB/T 36132-2025”")
    new.add_argument("--standard-title", default="", help="行业、地方标准的编号和名称")
    new.add_argument("--date", type=parse_date, required=True, metavar="DATE", help="评价日期")
    outcome = new.add_mutually_exclusive_group(required=True)
    outcome.add_argument("--meets", action="store_true", help="达到标准要求")
    outcome.add_argument("--fails", action="store_true", help="没有达到标准要求")
    new.add_argument("--score", type=parse_number, default=None, help="得分，0到100")
    new.add_argument("--report", type=Path, default=None, metavar="FILE", help="评价报告文件")
    new.add_argument("--note", default="", help="备注")
    _member(_words(steps, "list", "列出一个单位的第三方评价"))
    back = _words(steps, "withdraw", "撤回一条第三方评价")
    back.add_argument("id", metavar="ID", help="评价编号")
    back.add_argument("--reason", default="", help="撤回的原因")


def _call_words(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="what", required=True, metavar="add|list")
    new = _words(steps, "add", "登记申报通知")
    _to(new)
    new.add_argument("--year", type=parse_year, required=True, help="申报年度")
    new.add_argument("--title", required=True, help="名称（文号）")
    new.add_argument("--issued", type=parse_date, required=True, metavar="DATE", help="发布日期")
    new.add_argument("--deadline", type=parse_date, required=True, metavar="DATE", help="截止日期")
    new.add_argument("--quota", type=parse_whole, default=None, help="限额，家（不限的不写）")
    new.add_argument("--document", action="append", default=[], metavar="TEXT", help="要求的一项材料，可重复")
    _to(_words(steps, "list", "列出申报通知"), required=False)


def _words(steps: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str) -> argparse.ArgumentParser:
    parser = steps.add_parser(name, help=text, description=text, allow_abbrev=False)
    add_common(parser)
    return parser


def _member(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("unit", metavar="UNIT", help="统一社会信用代码")
    parser.add_argument("--kind", default=None, metavar="FORM", help="在库有几个类别时指明")
    return parser


def _to(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument("--to", choices=_UPPER, required=required, default=None, help="city 市级、nation 国家级")


def evaluation(arguments: argparse.Namespace) -> int:
    """Record, list or take back an evaluation."""
    with open_workspace(arguments.store) as ws:
        if arguments.step == "withdraw":
            evaluations.withdraw_evaluation(ws, arguments.id, arguments.reason)
            tell(arguments, {"withdrawn": arguments.id}, "已撤回这条第三方评价。")
            return 0
        member = members.find_member(ws, arguments.unit, arguments.kind)
        if arguments.step == "list":
            return _list_evaluations(ws, arguments, member)
        facts = EvaluationFacts(
            body_name=arguments.body, body_code=arguments.body_code, body_representative=arguments.representative,
            evaluated_on=arguments.date, meets=arguments.meets, standard=arguments.standard,
            standard_title=arguments.standard_title, score=arguments.score, note=arguments.note,
        )
        made = evaluations.add_evaluation(ws, member.id, facts, arguments.report)
        hints = evaluations.hints(ws, made)
        document = {"evaluation": _evaluation_as_dict(ws, made), "hints": list(hints)}
    result = "达到标准要求" if made.meets else "没有达到标准要求"
    sentence = f"已登记“{member.unit_name}”{made.evaluated_on}的第三方评价：{result}（编号{made.id}）。"
    tell(arguments, document, "\n".join((sentence, *(f"提示：{hint}" for hint in hints))))
    return 0


def _list_evaluations(ws: Workspace, arguments: argparse.Namespace, member: Membership) -> int:
    found = evaluations.evaluations(ws, member.id)
    if arguments.json:
        print_json({"evaluations": [_evaluation_as_dict(ws, e) for e in found]})
        return 0
    rows = [
        (e.id, e.body_name, evaluations.standard_label(ws, e), e.evaluated_on.isoformat(),
         "达到" if e.meets else "没有达到", "" if e.score is None else f"{e.score:g}", e.report)
        for e in found
    ]
    print_table(("编号", "第三方机构", "评价标准", "评价日期", "标准要求", "得分", "评价报告"), rows)
    return 0


def tier(arguments: argparse.Namespace) -> int:
    """One step of 梯度培育."""
    with open_workspace(arguments.store) as ws:
        return _STEPS[arguments.step](ws, arguments)


def _call(ws: Workspace, arguments: argparse.Namespace) -> int:
    if arguments.what == "add":
        made = tiers.add_call(
            ws, tier=Tier(arguments.to), year=arguments.year, title=arguments.title, issued_on=arguments.issued,
            deadline=arguments.deadline, quota=arguments.quota, documents=arguments.document,
        )
        sentence = f"已登记{made.tier.label}申报通知“{made.title}”，编号{made.id}。"
        tell(arguments, {"call": _call_as_dict(made)}, sentence)
        return 0
    found = tiers.calls(ws, Tier(arguments.to) if arguments.to else None)
    if arguments.json:
        print_json({"calls": [_call_as_dict(c) for c in found]})
        return 0
    rows = [
        (c.id, c.tier.label, str(c.year), c.title, c.deadline.isoformat(), "不限" if c.quota is None else str(c.quota),
         "、".join(c.documents))
        for c in found
    ]
    print_table(("编号", "层级", "年度", "名称", "截止日期", "限额", "要求的材料"), rows)
    return 0


def _agree(ws: Workspace, arguments: argparse.Namespace) -> int:
    member = members.find_member(ws, arguments.unit, arguments.kind)
    try:
        step = tiers.agree(
            ws, member.id, Tier(arguments.to), agreed=not arguments.disagree, reason=arguments.reason, on=arguments.on
        )
    except NotAllowedError as error:
        return _refused(arguments, member, error)
    return _done(arguments, member, step)


def _check(ws: Workspace, arguments: argparse.Namespace) -> int:
    member = members.find_member(ws, arguments.unit, arguments.kind)
    asked = tiers.call(ws, arguments.call)
    done = asked.documents if "all" in arguments.done else tuple(arguments.done)
    strange = [d for d in (*done, *arguments.undo) if d.strip() not in asked.documents]
    if strange:
        known = "、".join(asked.documents) or "没有要求材料"
        raise NotFoundError(f"“{asked.title}”要求的材料中没有“{strange[0]}”，要求的是：{known}。")
    for document, is_done in (*((d, True) for d in done), *((d, False) for d in arguments.undo)):
        tiers.tick(ws, asked.id, member.id, document, done=is_done, note=arguments.note, on=arguments.on)
    found = tiers.checklist(ws, asked.id, member.id)
    if arguments.json:
        print_json({
            "credit_code": member.credit_code, "call": asked.id,
            "documents": [
                {"document": i.document, "done_on": i.done_on.isoformat() if i.done_on else None, "note": i.note}
                for i in found
            ],
        })
    else:
        rows = [(i.document, i.done_on.isoformat() if i.done_on else "缺", i.note) for i in found]
        print_table(("材料", "收到日期", "备注"), rows)
    return 0


def _recommend(ws: Workspace, arguments: argparse.Namespace) -> int:
    member = members.find_member(ws, arguments.unit, arguments.kind)
    upper = Tier(arguments.to)
    gate = tiers.gate(ws, member.id, upper, arguments.on)
    try:
        step = tiers.recommend(ws, member.id, upper, arguments.call, arguments.on)
    except NotAllowedError as error:
        return _refused(arguments, member, error, gate)
    return _done(arguments, member, step)


def _result(ws: Workspace, arguments: argparse.Namespace) -> int:
    member = members.find_member(ws, arguments.unit, arguments.kind)
    try:
        step = tiers.decide(
            ws, member.id, Tier(arguments.to), approved=arguments.approved, document=arguments.document,
            reason=arguments.reason, on=arguments.on,
        )
    except NotAllowedError as error:
        return _refused(arguments, member, error)
    return _done(arguments, member, step)


def _end(ws: Workspace, arguments: argparse.Namespace) -> int:
    member = members.find_member(ws, arguments.unit, arguments.kind)
    try:
        step = tiers.end(
            ws, member.id, Tier(arguments.to), reason=arguments.reason, document=arguments.document, on=arguments.on
        )
    except NotAllowedError as error:
        return _refused(arguments, member, error)
    return _done(arguments, member, step)


def _show(ws: Workspace, arguments: argparse.Namespace) -> int:
    member = members.find_member(ws, arguments.unit, arguments.kind)
    gate = tiers.gate(ws, member.id, Tier(arguments.to))
    steps = tiers.steps(ws, member.id)
    if arguments.json:
        print_json({
            "credit_code": member.credit_code, "unit_name": member.unit_name, "tier": member.tier.value,
            "gate": _gate_as_list(gate), "steps": [_step_as_dict(s) for s in steps],
        })
        return 0
    print(f"{member.unit_name}  {member.credit_code}  {member.tier.label}")
    for finding in gate:
        print(f"  [{finding.outcome.label}] {finding.rule} 〔{finding.clause}〕{finding.message}")
    rows = [(s.happened_on.isoformat(), s.tier.label, s.kind.label, s.document or s.reason) for s in steps]
    if rows:
        print_table(("日期", "层级", "经过", "文件、理由"), rows)
    return 0


def _list(ws: Workspace, arguments: argparse.Namespace) -> int:
    upper = Tier(arguments.to) if arguments.to else Tier.CITY
    if arguments.call is not None:
        upper = tiers.call(ws, arguments.call).tier
    if arguments.json and arguments.call is None:
        print_json({
            "to": upper.value,
            "candidates": [
                {
                    "credit_code": c.membership.credit_code, "unit_name": c.membership.unit_name,
                    "kind": c.membership.kind, "office": c.membership.office, "grounds": list(c.grounds),
                    "ready": c.is_ready, "gate": _gate_as_list(c.findings),
                    "evaluation": _evaluation_as_dict(ws, c.evaluation) if c.evaluation else None,
                    "steps": [_step_as_dict(s) for s in c.steps],
                }
                for c in tiers.candidates(ws, upper)
            ],
        })
        return 0
    rows = exports.candidate_rows(ws, upper, arguments.call)
    if arguments.json:
        print_json({"to": upper.value, "call": arguments.call, "columns": list(exports.CANDIDATE_COLUMNS),
                    "rows": [list(row) for row in rows]})
        return 0
    print_table(exports.CANDIDATE_COLUMNS, rows)
    print(f"共{len(rows)}家")
    return 0


def _done(arguments: argparse.Namespace, member: Membership, step: TierStep) -> int:
    document = {"credit_code": member.credit_code, "done": True, "step": _step_as_dict(step)}
    tell(arguments, document, f"“{member.unit_name}”：{step.tier.label}{step.kind.label}（{step.clause}）。")
    return 0


def _refused(
    arguments: argparse.Namespace, member: Membership, error: NotAllowedError, gate: Sequence[Finding] = ()
) -> int:
    """A gate's refusal is status 1, as for `recommend`."""
    document = {
        "credit_code": member.credit_code, "done": False, "sentence": str(error), "gate": _gate_as_list(gate)
    }
    tell(arguments, document, str(error))
    return 1


def _gate_as_list(gate: Sequence[Finding]) -> list[dict[str, str]]:
    return [
        {"rule": f.rule, "clause": f.clause, "outcome": f.outcome.value, "message": f.message, "todo": f.todo}
        for f in gate
    ]


def _step_as_dict(step: TierStep) -> dict[str, object]:
    return {
        "tier": step.tier.value, "kind": step.kind.value, "call": step.call_id, "on": step.happened_on.isoformat(),
        "document": step.document, "reason": step.reason, "clause": step.clause,
        "trace": [{"rule": rule, "outcome": outcome, "message": message} for rule, outcome, message in step.trace],
        "by": step.recorded_by,
    }


def _call_as_dict(call: TierCall) -> dict[str, object]:
    return {
        "id": call.id, "tier": call.tier.value, "year": call.year, "title": call.title,
        "issued_on": call.issued_on.isoformat(), "deadline": call.deadline.isoformat(), "quota": call.quota,
        "documents": list(call.documents),
    }


def _evaluation_as_dict(ws: Workspace, made: Evaluation) -> dict[str, object]:
    return {
        "id": made.id, "body": made.body_name, "body_code": made.body_code,
        "representative": made.body_representative, "standard": evaluations.standard_label(ws, made),
        "date": made.evaluated_on.isoformat(), "meets": made.meets, "score": made.score, "report": made.report,
        "report_sha256": made.report_sha256, "note": made.note,
    }


_STEPS: Final = {
    "call": _call, "agree": _agree, "check": _check, "recommend": _recommend, "result": _result, "end": _end,
    "show": _show, "list": _list,
}

COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"evaluation": evaluation, "tier": tier})

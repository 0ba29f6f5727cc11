"""`remove`, `incident`, `falsified`: who leaves the library, and why (三(四)2)."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command, add_day, parse_date, parse_number, parse_whole, tell
from core.cli.output import print_json, print_table
from core.domain.errors import NotAllowedError, UnreadableInputError
from core.domain.library import Decision, Membership
from core.services.library import members, removal
from core.services.library.removal import IncidentReport, IncidentResult, Proposal
from core.services.workspace import Workspace, open_workspace


def add_removal_commands(add: Add) -> None:
    """The words of these commands."""
    remove = add("remove", "移出建议：列出；移出、保留、撤销（窗口内）；自愿退出")
    remove.add_argument("unit", nargs="?", default=None, metavar="UNIT", help="统一社会信用代码（不写则列出全部建议）")
    _kind(remove)
    remove.add_argument("--subject", default=None, help="建议编号，如R1:2025、R2:2026-08-04（只有一项时可不写）")
    step = remove.add_mutually_exclusive_group()
    step.add_argument("--keep", action="store_true", help="保留，不移出（须写理由）")
    step.add_argument("--undo", action="store_true", help="撤销本批次的决定")
    step.add_argument("--withdrawal", action="store_true", help="单位自愿退出")
    remove.add_argument("--reason", default="", help="理由（保留、自愿退出必须写）")
    add_day(remove)
    incident = add("incident", "登记事故；重大及以上的即时从各层面名单移出并拟公告")
    incident.add_argument("unit", metavar="UNIT", help="统一社会信用代码")
    incident.add_argument("--kind", required=True, metavar="KIND",
                          help="safety 生产安全、quality 质量、environment 突发环境事件、cyber 网络安全、other 其他")
    incident.add_argument("--level", required=True,
                          help="general 一般、larger 较大、major 重大、extraordinary 特别重大、undetermined 待认定")
    incident.add_argument("--date", type=parse_date, required=True, metavar="DATE", help="发生日期")
    incident.add_argument("--detail", required=True, help="经过")
    incident.add_argument("--source", required=True, help="认定依据")
    for name, text in (("deaths", "死亡人数"), ("injuries", "重伤（中毒）人数"), ("evacuated", "疏散、转移人数")):
        incident.add_argument(f"--{name}", type=parse_whole, default=None, help=text)
    incident.add_argument("--loss", type=parse_number, default=None, help="直接经济损失，万元")
    add_day(incident)
    falsified = add("falsified", "登记材料或数据造假（窗口内移出）")
    falsified.add_argument("unit", metavar="UNIT", help="统一社会信用代码")
    _kind(falsified)
    falsified.add_argument("--date", type=parse_date, required=True, metavar="DATE", help="查实日期")
    falsified.add_argument("--detail", required=True, help="造假情况")
    falsified.add_argument("--source", required=True, help="查实的依据")


def _kind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", default=None, metavar="FORM", help="在库有几个类别时指明")


def remove(arguments: argparse.Namespace) -> int:
    """List proposals, or decide one."""
    with open_workspace(arguments.store) as ws:
        if arguments.unit is None:
            return _list(ws, arguments)
        member = members.find_member(ws, arguments.unit, arguments.kind)
        try:
            made = _decide(ws, arguments, member.id)
        except NotAllowedError as error:
            tell(arguments, {"credit_code": member.credit_code, "done": False, "sentence": str(error)}, str(error))
            return 1
    document = {"credit_code": member.credit_code, "done": True, "decision": made.kind.value, "clause": made.clause}
    clause = made.clause or "三(四)2"
    tell(arguments, document, f"“{member.unit_name}”：{made.kind.label}（{clause}），关闭窗口时生效。")
    return 0


def _decide(ws: Workspace, arguments: argparse.Namespace, membership_id: str) -> Decision:
    if arguments.withdrawal:
        return removal.withdraw_member(ws, membership_id, arguments.reason, arguments.on)
    subject = arguments.subject or _only_subject(ws, membership_id)
    if arguments.undo:
        return removal.take_back(ws, membership_id, subject)
    if arguments.keep:
        return removal.keep(ws, membership_id, subject=subject, reason=arguments.reason, on=arguments.on)
    return removal.remove(ws, membership_id, subject=subject, reason=arguments.reason, on=arguments.on)


def _only_subject(ws: Workspace, membership_id: str) -> str:
    found = [p for p in removal.proposals(ws) if p.membership.id == membership_id]
    if not found:
        return "R1"
    if len(found) > 1:
        each = "、".join(f"{p.short} {p.label}" for p in found)
        raise UnreadableInputError(f"该单位有{len(found)}项移出建议（{each}），请用--subject指明。")
    return found[0].subject


def _list(ws: Workspace, arguments: argparse.Namespace) -> int:
    found = removal.proposals(ws)
    if arguments.json:
        print_json({"proposals": [_as_dict(p) for p in found]})
        return 0
    rows = [
        (p.membership.unit_name, p.membership.credit_code, p.short, p.label, p.clause,
         p.decision.kind.label if p.decision else "待决定", p.finding.message)
        for p in found
    ]
    print_table(("单位名称", "信用代码", "建议编号", "事由", "条款", "决定", "情形"), rows)
    return 0


def incident(arguments: argparse.Namespace) -> int:
    """Record an accident; print the announcement where the unit was removed."""
    report = IncidentReport(
        arguments.kind, arguments.date, arguments.level, arguments.detail, arguments.source, arguments.deaths,
        arguments.injuries, arguments.loss, arguments.evacuated,
    )
    with open_workspace(arguments.store) as ws:
        found = members.of_unit(ws, arguments.unit)
        unit_id = found[0].unit_id if found else members.find_member(ws, arguments.unit).unit_id
        result = removal.record_incident(ws, unit_id, report, arguments.on)
    document = {
        "counts": result.counts, "message": result.finding.message, "clause": result.finding.clause,
        "removed": [{"kind": m.kind, "tier": m.tier.value} for m in result.removed],
        "announcement": result.announcement, "recorded_before": len(result.earlier),
    }
    tell(arguments, document, _told(found, result))
    return 0


def _told(found: Sequence[Membership], result: IncidentResult) -> str:
    """What became of an accident: it counts or not, and nobody can be removed twice."""
    if result.announcement:
        said = result.announcement
    elif result.counts:
        left = max((m.left_on for m in found if m.left_on is not None), default=None)
        said = f"已登记备查：{result.finding.message.rstrip('。')}；该单位已于{left}离开培育库，不用再移出。"
    else:
        said = f"已登记，不属于即时移出情形：{result.finding.message}"
    if not result.earlier:
        return said
    return f"{said}\n提示：该单位同一天的同类事故以前登记过{len(result.earlier)}条，本次另记一条，两条都保留。"


def falsified(arguments: argparse.Namespace) -> int:
    """Record a falsification."""
    with open_workspace(arguments.store) as ws:
        member = members.find_member(ws, arguments.unit, arguments.kind)
        ground = removal.record_falsification(
            ws, member.id, found_on=arguments.date, detail=arguments.detail, source=arguments.source
        )
        subject = f"R2:{ground.id}"
        short = next((p.short for p in removal.proposals(ws) if p.subject == subject), subject)
    sentence = f"已登记“{member.unit_name}”造假情形，动态更新时办理移出（三(四)2(2)）。"
    tell(arguments, {"subject": subject, "short": short}, sentence)
    return 0


def _as_dict(proposal: Proposal) -> dict[str, object]:
    return {
        "credit_code": proposal.membership.credit_code, "unit_name": proposal.membership.unit_name,
        "kind": proposal.membership.kind, "subject": proposal.subject,
        "short": proposal.short, "label": proposal.label, "rule": proposal.rule,
        "clause": proposal.clause, "message": proposal.finding.message,
        "decision": proposal.decision.kind.value if proposal.decision else None,
    }


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType(
    {"remove": remove, "incident": incident, "falsified": falsified}
)

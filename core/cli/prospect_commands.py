"""`prospect`, `unit`, `link`: 培育对象, changes of units, who belongs to a park or a chain leader."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command, add_day, parse_date, tell
from core.cli.output import print_json, print_table
from core.domain import credit_code as credit_codes
from core.domain.errors import NotFoundError, UnreadableInputError
from core.domain.library import Membership, UnitChange, UnitChangeKind
from core.domain.prospects import GuidanceKind, LinkKind, Prospect, ProspectFacts, ProspectState
from core.services.library import links, members, prospects, units
from core.services.library.access import office_of
from core.services.workspace import Workspace, open_workspace

_PROSPECT_STEPS: Final = ("add", "list", "show", "note", "form", "drop", "reopen")
_CHANGES: Final = {
    "rename": UnitChangeKind.NAME, "move": UnitChangeKind.OFFICE, "code": UnitChangeKind.CODE,
}


def add_prospect_commands(add: Add) -> None:
    """The words of these commands."""
    prospect = add("prospect", "培育对象：登记、列出、查看、记一笔、转为填报表、不再跟进、恢复")
    prospect.add_argument(
        "step", choices=_PROSPECT_STEPS, metavar="|".join(_PROSPECT_STEPS),
        help="add 登记、list 列出、show 查看、note 记一笔、form 转为填报表、drop 不再跟进、reopen 恢复",
    )
    prospect.add_argument("which", nargs="?", default=None, metavar="NAME", help="名称、代码或编号（list时为查找词）")
    prospect.add_argument("--state", default=None, choices=[s.value for s in ProspectState], help="list时只列这一状态")
    prospect.add_argument("--kind", default="green-factory", metavar="FORM", help="拟培育类别，如绿色工厂")
    prospect.add_argument("--office", default="", help="街镇、园区的代码或全称")
    prospect.add_argument("--code", default="", help="统一社会信用代码")
    for name, text in (("potential", "潜力"), ("reason", "理由"), ("contact", "联系人"), ("phone", "电话")):
        prospect.add_argument(f"--{name}", default="", help=text)
    prospect.add_argument("--next-step", default="", help="下一步")
    prospect.add_argument("--next-on", type=parse_date, default=None, metavar="DATE", help="下一步的日期")
    prospect.add_argument("--did", default="guidance", choices=[k.value for k in GuidanceKind],
                          help="记一笔的种类：guidance 辅导、promotion 宣贯、visit 走访、other 其他")
    prospect.add_argument("--text", default="", help="记一笔的内容")
    add_day(prospect)
    unit = add("unit", "在库单位的变更：更名、迁移、换代码、并入；查看")
    unit.add_argument("step", choices=(*_CHANGES, "merge", "show"), metavar="|".join((*_CHANGES, "merge", "show")),
                      help="rename 更名、move 迁移、code 换代码、merge 并入、show 查看")
    unit.add_argument("unit", metavar="UNIT", help="统一社会信用代码（现用或曾用）")
    unit.add_argument("--to", default="", help="变更后的内容；merge时为并入单位的信用代码")
    unit.add_argument("--note", default="", help="依据，如变更登记通知书")
    add_day(unit)
    link = add("link", "园区内工厂、链主供应商与在库单位的关联")
    link.add_argument("step", choices=("add", "remove", "list"), metavar="add|remove|list",
                      help="add 关联、remove 取消、list 列出")
    link.add_argument("parent", metavar="PARENT", help="园区或链主的信用代码")
    link.add_argument("child", nargs="?", default=None, metavar="UNIT", help="工厂或供应商的信用代码")
    link.add_argument("--as", dest="tie", default=None, choices=[k.value for k in LinkKind],
                      help="既是园区又是链主时指明：park_factory 园区内工厂、supplier 供应商")
    add_day(link)


def prospect(arguments: argparse.Namespace) -> int:
    """Do one step with a prospect."""
    with open_workspace(arguments.store) as ws:
        if arguments.step == "list":
            return _list(ws, arguments)
        if arguments.step == "add":
            made = prospects.add(ws, _facts(arguments))
            tell(arguments, _as_dict(made), f"已登记培育对象“{made.unit_name}”。")
            return 0
        found = _find(ws, arguments.which or "")
        if arguments.step == "show":
            return _show(ws, arguments, found)
        if arguments.step == "note":
            prospects.note(ws, found.id, GuidanceKind(arguments.did), arguments.text, arguments.on)
            sentence = f"已给“{found.unit_name}”记一笔。"
        elif arguments.step == "form":
            opened = prospects.begin_form(ws, found.id)
            sentence = f"“{found.unit_name}”已转为{opened.form.title}，可以填报。"
        elif arguments.step == "drop":
            prospects.drop(ws, found.id, arguments.reason)
            sentence = f"“{found.unit_name}”不再跟进。"
        else:
            prospects.reopen(ws, found.id)
            sentence = f"“{found.unit_name}”恢复跟进。"
        tell(arguments, _as_dict(prospects.prospect(ws, found.id)), sentence)
    return 0


def _facts(arguments: argparse.Namespace) -> ProspectFacts:
    return ProspectFacts(
        arguments.which or "", arguments.kind, arguments.office, arguments.code, arguments.potential,
        arguments.reason, arguments.contact, arguments.phone, arguments.next_step, arguments.next_on,
    )


def _find(ws: Workspace, which: str) -> Prospect:
    """The prospect of that id, code or name; else the only one that a search finds."""
    if not which.strip():
        raise UnreadableInputError("没有写明培育对象，请写它的名称、代码或编号。")
    seen = prospects.prospects(ws)
    code = credit_codes.normalise(which) or None
    found = [p for p in seen if p.id == which] or [p for p in seen if p.unit_name == which or p.credit_code == code]
    found = found or list(prospects.prospects(ws, query=which))
    if not found:
        raise NotFoundError(f"没有叫“{which}”的培育对象，请核对名称或代码。")
    if len(found) > 1:
        names = "、".join(f"{p.unit_name}（{p.state.label}，编号{p.id}）" for p in found[:5])
        raise UnreadableInputError(f"“{which}”对应{len(found)}个培育对象：{names}，请写明编号。")
    return found[0]


def _list(ws: Workspace, arguments: argparse.Namespace) -> int:
    state = ProspectState(arguments.state) if arguments.state else None
    found = prospects.prospects(
        ws, state=state, query=arguments.which or "", office=office_of(ws, arguments.office) or None
    )
    if arguments.json:
        print_json({"prospects": [_as_dict(p) for p in found]})
        return 0
    rows = [
        (p.unit_name, p.credit_code, members.kind_label(ws, p.kind), ws.office_label(p.office), p.state.label,
         p.next_step, p.next_on.isoformat() if p.next_on else "")
        for p in found
    ]
    print_table(("单位名称", "信用代码", "类别", "街镇、园区", "状态", "下一步", "日期"), rows)
    return 0


def _show(ws: Workspace, arguments: argparse.Namespace, found: Prospect) -> int:
    log = prospects.log(ws, found.id)
    lines = [
        {"on": n.happened_on.isoformat(), "kind": n.kind.value, "text": n.text, "by": n.written_by} for n in log
    ]
    if arguments.json:
        print_json({**_as_dict(found), "log": lines})
        return 0
    print(f"{found.unit_name}  {found.credit_code}  {found.state.label}")
    print(f"  潜力：{found.potential}　理由：{found.reason}　联系人：{found.contact_name} {found.contact_phone}")
    print_table(("日期", "种类", "内容", "经办"),
                [(n.happened_on.isoformat(), n.kind.label, n.text, n.written_by) for n in log])
    return 0


def _as_dict(found: Prospect) -> dict[str, object]:
    return {
        "id": found.id, "unit_name": found.unit_name, "credit_code": found.credit_code, "kind": found.kind,
        "office": found.office, "state": found.state.value, "potential": found.potential, "reason": found.reason,
        "contact_name": found.contact_name, "contact_phone": found.contact_phone, "next_step": found.next_step,
        "next_on": found.next_on.isoformat() if found.next_on else None,
        "is_open": found.state is ProspectState.OPEN, "record": found.record_id,
    }


def unit(arguments: argparse.Namespace) -> int:
    """Change a unit, or show it with its memberships and changes."""
    with open_workspace(arguments.store) as ws:
        found = _unit(ws, arguments.unit)
        day = arguments.on or ws.clock.today()
        if arguments.step == "merge":
            into = _unit(ws, arguments.to)
            units.merge(ws, found[0].unit_id, into[0].unit_id, happened_on=day, note=arguments.note)
        elif arguments.step in _CHANGES:
            kind = _CHANGES[arguments.step]
            units.change_unit(ws, found[0].unit_id, kind, after=arguments.to, happened_on=day, note=arguments.note)
        now = ws.store.library.members.of_units((found[0].unit_id,))
        changes = units.changes(ws, found[0].unit_id)
        document = {
            "unit_name": now[0].unit_name, "credit_code": now[0].credit_code, "office": now[0].office,
            "memberships": [
                {"kind": m.kind, "tier": m.tier.value, "admitted_on": m.admitted_on.isoformat(),
                 "left_on": m.left_on.isoformat() if m.left_on else None, "left_reason": m.left_reason}
                for m in now
            ],
            "changes": [
                {"kind": c.kind.value, "on": c.happened_on.isoformat(), "before": c.before, "after": c.after}
                for c in changes
            ],
        }
        held = "；".join(_told(ws, m) for m in now)
        lines = [f"{now[0].unit_name}  {now[0].credit_code}：{held}", *(_changed(ws, c) for c in changes)]
    tell(arguments, document, "\n".join(lines))
    return 0


def _changed(ws: Workspace, change: UnitChange) -> str:
    if change.kind is UnitChangeKind.MERGED:
        return f"  {change.happened_on} 并入“{units.unit(ws, change.after).unit_name}”"
    before, after = change.before, change.after
    if change.kind is UnitChangeKind.OFFICE:
        before, after = ws.office_label(before), ws.office_label(after)
    return f"  {change.happened_on} {change.kind.label}：{before} → {after}"


def _told(ws: Workspace, member: Membership) -> str:
    left = f"，{member.left_on}离开" if member.left_on else ""
    return f"{members.kind_label(ws, member.kind)}{member.tier.label}，{member.admitted_on}入库{left}"


def _unit(ws: Workspace, code: str) -> tuple[Membership, ...]:
    found = members.of_unit(ws, code)
    if not found:
        raise NotFoundError(f"信用代码为“{code}”的单位没有入过库，请核对代码。")
    return found


def link(arguments: argparse.Namespace) -> int:
    """Tie, untie, or list with the counts."""
    with open_workspace(arguments.store) as ws:
        parent = _unit(ws, arguments.parent)
        parent_id = parent[0].unit_id
        if arguments.step != "list":
            if arguments.child is None:
                raise UnreadableInputError("没有写要关联的单位，请写它的统一社会信用代码。")
            child_id = _unit(ws, arguments.child)[0].unit_id
            if arguments.step == "add":
                links.link(ws, _tie(arguments, parent), parent_id, child_id, arguments.on)
            else:
                tied = [
                    c.link.id for c in links.children(ws, parent_id)
                    if c.unit.id == child_id and arguments.tie in (None, c.link.kind.value)
                ]
                if not tied:
                    raise NotFoundError(f"“{parent[0].unit_name}”没有与“{arguments.child}”关联。")
                links.unlink(ws, tied[0], arguments.on)
        found = links.children(ws, parent_id)
        counts = links.counts(ws, parent_id)
        document = {
            "parent": parent[0].unit_name,
            "units": [
                {"unit_name": c.unit.unit_name, "credit_code": c.unit.credit_code, "as": c.link.kind.value,
                 "since": c.link.since.isoformat()}
                for c in found
            ],
            "district": counts.district, "city": counts.city, "nation": counts.nation,
        }
    names = "、".join(c.unit.unit_name for c in found) or "没有关联单位"
    tell(arguments, document,
         f"“{parent[0].unit_name}”：{names}。绿色工厂{counts.district}家，其中市级及以上{counts.city}家、国家级{counts.nation}家。")
    return 0


def _tie(arguments: argparse.Namespace, parent: tuple[Membership, ...]) -> LinkKind:
    if arguments.tie is not None:
        return LinkKind(arguments.tie)
    fitting = links.ties_of(parent)
    if len(fitting) > 1:
        raise UnreadableInputError(f"“{parent[0].unit_name}”既是园区又是链主，请用--as指明关联哪一种。")
    return fitting[0] if fitting else LinkKind.SUPPLIER


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"prospect": prospect, "unit": unit, "link": link})

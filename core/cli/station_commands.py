"""`station`, `stations`, `exchange`, `conflicts`: who sits here, whose files are taken, what passed, what is open."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command, tell
from core.cli.field_names import is_called
from core.cli.output import print_json, print_table
from core.cli.passwords import add_password, password_of
from core.cli.who_sits import require_bureau_here, require_somebody
from core.domain import credit_code
from core.domain.enums import Role
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.records import Station
from core.services import drafts
from core.services.exchange import conflicts as open_ones
from core.services.exchange import log, trust
from core.services.exchange.model import InboxLine, OfficeLine, OpenConflict, OutboxLine, PeerLine, StandingLine
from core.services.library.access import office_of
from core.services.workspace import Workspace, open_workspace

_SETTLE: Final = ("settle", "UNIT", "FIELD", "N")


def add_station_commands(add: Add) -> None:
    """The words of these commands."""
    station = add("station", "本机使用人：查看，或登记是街镇、园区还是区工信局")
    station.add_argument(
        "role", nargs="?", choices=("office", "bureau"), default=None, metavar="office|bureau",
        help="office 街镇、园区，bureau 区工信局；不写就只查看",
    )
    station.add_argument("office", nargs="?", default="", metavar="OFFICE", help="office时：街镇、园区的代码或全称")
    station.add_argument("--clerk", default=None, metavar="NAME", help="经办人姓名，记入历史和打印件")
    station.add_argument("--phone", default=None, help="经办人电话")
    stations = add("stations", "工作站：登记、停用对方的，查看、更换本机的密钥")
    stations.add_argument(
        "step", nargs="?", choices=("list", "trust", "retire", "rotate"), default="list",
        metavar="list|trust|retire|rotate", help="list 查看、trust 登记、retire 停用、rotate 更换本机密钥",
    )
    stations.add_argument("what", nargs="?", default="", metavar="FILE|N", help="trust时：对方的文件；retire时：编号")
    stations.add_argument("--code", default="", help="trust时：对方在电话里读的核对码")
    add_password(stations)
    exchange = add("exchange", "往来：收到的、发出的，各街镇、园区的，本街镇、园区各家的情况")
    exchange.add_argument(
        "step", nargs="?", choices=("all", "in", "out", "offices", "standing"), default="all",
        metavar="in|out|offices|standing",
        help="in 收到的、out 发出的（默认都列）；offices 区工信局看各街镇、园区；standing 街镇、园区看各家",
    )
    conflicts_words = add("conflicts", "冲突：两边都改过的栏目，查看和决定")
    conflicts_words.add_argument(
        "words", nargs="*", metavar="UNIT|settle UNIT FIELD N",
        help="信用代码：只看这一家；settle加信用代码、栏目、第几种写法：决定用哪一种",
    )
    conflicts_words.add_argument("--form", default=None, help="有几张表时写明是哪一张")


def station(arguments: argparse.Namespace) -> int:
    """Say who sits here, or set it."""
    told = ""
    with open_workspace(arguments.store) as ws:
        if arguments.role is not None:
            told = trust.change_station(ws, _station(ws, arguments))
        elif arguments.clerk is not None or arguments.phone is not None:
            before = ws.station or ws.party
            if before is None:
                raise UnreadableInputError("还没有登记本机由谁使用，请先写office或bureau。")
            ws.choose_station(_with_clerk(before, arguments))
        now = ws.station
        who = ws.actor
    document = {
        "role": now.role.value if now else None, "office": now.office if now else None,
        "clerk": now.clerk if now else None, "phone": now.phone if now else None,
        **({"note": told} if told else {}),
    }
    tell(arguments, document, f"本机使用人：{who}。{told}")
    return 0


def _station(ws: Workspace, arguments: argparse.Namespace) -> Station:
    role = Role(arguments.role)
    office = office_of(ws, arguments.office)
    if role is Role.OFFICE and not office:
        raise UnreadableInputError("请写明是哪个街镇、园区（代码或全称），如：station office 120115456 --clerk 姓名。")
    if role is Role.BUREAU and office:
        raise UnreadableInputError("区工信局的电脑不用写街镇、园区，请去掉。")
    before = ws.station or ws.party
    same = replace(before, office=office) if before is not None and before.role is role else Station(role, office)
    return _with_clerk(same, arguments)


def _with_clerk(station_now: Station, arguments: argparse.Namespace) -> Station:
    return replace(
        station_now, clerk=station_now.clerk if arguments.clerk is None else arguments.clerk.strip(),
        phone=station_now.phone if arguments.phone is None else arguments.phone.strip(),
    )


def stations(arguments: argparse.Namespace) -> int:
    """Whose files are taken; trust, retire, or give this workstation a new key."""
    if arguments.step in ("list", "rotate") and (arguments.what or arguments.code):
        raise UnreadableInputError(f"stations {arguments.step} 后面不用再写别的，请去掉。")
    with open_workspace(arguments.store) as ws:
        if arguments.step == "trust":
            return _trust(ws, arguments)
        if arguments.step == "retire":
            return _retire(ws, arguments)
        if arguments.step == "rotate":
            name = trust.rotate(ws)
            tell(arguments, {"key": name},
                 f"已更换本机密钥，新的是{name}。下一个文件会带上证明，对方照常接收，不用重新登记。")
            return 0
        return _list_stations(ws, arguments)


def _trust(ws: Workspace, arguments: argparse.Namespace) -> int:
    if not arguments.what or not arguments.code.strip():
        raise UnreadableInputError(
            "登记要写对方的文件和电话里听到的核对码，如：stations trust 文件.zip --code 4821993011750462。"
        )
    require_somebody(ws, "登记对方的工作站")
    peer = trust.enrol(ws, Path(arguments.what), arguments.code, password=password_of(arguments))
    tell(arguments, _peer_as_dict(peer), f"已登记“{peer.name}”的工作站（密钥{peer.key_name}），以后它的文件可以接收。")
    return 0


def _retire(ws: Workspace, arguments: argparse.Namespace) -> int:
    if not arguments.what.isdecimal():
        raise UnreadableInputError("停用要写编号，用 stations 查看，如：stations retire 2。")
    known = {peer.id: peer for peer in trust.peers(ws)}.get(int(arguments.what))
    if known is None:
        raise NotFoundError(f"没有编号为{int(arguments.what)}的工作站，编号用 stations 查看。")
    if known.retired_at is not None:
        day = known.retired_at.astimezone().date()
        raise NotAllowedError(f"“{known.name}”的工作站（密钥{known.key_name}）{day}已经停用，不用再停用。")
    peer = trust.retire(ws, known.id)
    tell(arguments, _peer_as_dict(peer), f"已停用“{peer.name}”的工作站（密钥{peer.key_name}），它的文件不再接收。")
    return 0


def _list_stations(ws: Workspace, arguments: argparse.Namespace) -> int:
    own, found = trust.own_key_name(ws), trust.peers(ws)
    if arguments.json:
        print_json({"own_key": own, "who": ws.actor, "stations": [_peer_as_dict(p) for p in found]})
        return 0
    print(f"本机：{ws.actor}，密钥{own}")
    if found:
        print_table(("编号", "单位", "工作站", "密钥", "登记", "登记人", "停用"), [
            (str(p.id), p.label, p.name, p.key_name, str(p.enrolled_at.astimezone().date()), p.enrolled_by,
             str(p.retired_at.astimezone().date()) if p.retired_at else "")
            for p in found
        ])
    else:
        print("还没有登记过对方的工作站。")
    return 0


def _peer_as_dict(peer: PeerLine) -> dict[str, object]:
    return {
        "id": peer.id, "role": peer.party.role.value, "office": peer.party.office, "label": peer.label,
        "name": peer.name, "key": peer.key_name, "enrolled_at": peer.enrolled_at.isoformat(),
        "enrolled_by": peer.enrolled_by, "retired_at": peer.retired_at.isoformat() if peer.retired_at else None,
    }


def exchange(arguments: argparse.Namespace) -> int:
    """What passed between here and the other side."""
    with open_workspace(arguments.store) as ws:
        if arguments.step == "offices":
            require_bureau_here(ws, "各街镇、园区的往来", "本街镇、园区各家的情况用 exchange standing 查看。")
            return _print_offices(log.offices(ws), arguments)
        if arguments.step == "standing":
            require_somebody(ws, "查看各家的情况")
            return _print_standings(log.standings(ws), arguments)
        came = log.inbox(ws) if arguments.step in ("all", "in") else ()
        went = log.outbox(ws) if arguments.step in ("all", "out") else ()
    if arguments.json:
        print_json({"in": [_in_as_dict(x) for x in came], "out": [_out_as_dict(x) for x in went]})
        return 0
    if arguments.step != "out":
        print("收到的：" if came else "还没有收过文件。")
        for line in came:
            undone = f"（{line.undone_at.astimezone().date()}已撤销）" if line.undone_at else ""
            print(f"  {line.received_at.astimezone().date()}  {line.sentence}{undone}")
    if arguments.step != "in":
        print("发出的：" if went else "还没有发过文件。")
        for sent in went:
            known = "，对方已确认收到" if sent.confirmed else ""
            print(f"  {sent.made_at.astimezone().date()}  {sent.file_name}"
                  f"（给{sent.recipient_label}，{sent.records}份表，核对码{sent.check_code}{known}）")
    return 0


def _in_as_dict(line: InboxLine) -> dict[str, object]:
    return {
        "file": line.file_name, "kind": line.kind.value, "sender": line.sender_label, "office": line.office,
        "number": line.number, "check_code": line.check_code, "received_at": line.received_at.isoformat(),
        "by": line.received_by, "sentence": line.sentence, "counts": dict(line.counts),
        "undone_at": line.undone_at.isoformat() if line.undone_at else None,
    }


def _out_as_dict(line: OutboxLine) -> dict[str, object]:
    return {
        "file": line.file_name, "kind": line.kind.value, "recipient": line.recipient_label, "office": line.office,
        "number": line.number, "check_code": line.check_code, "made_at": line.made_at.isoformat(), "by": line.made_by,
        "records": line.records, "confirmed": line.confirmed,
    }


def _print_offices(lines: tuple[OfficeLine, ...], arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json({"offices": [
            {"office": x.office, "label": x.label, "enrolled": x.is_enrolled, "number": x.last_number,
             "received_at": x.last_received_at.isoformat() if x.last_received_at else None,
             "missing": list(x.missing), "units": x.units, "waiting": x.waiting, "returned": x.returned,
             "receipt_due": x.receipt_due, "answer": x.last_answer_number}
            for x in lines
        ]})
        return 0
    print_table(("街镇、园区", "代码", "登记", "最近一包", "未收到", "份数", "待审核", "已退回", "回执"), [
        (x.label, x.office, "已登记" if x.is_enrolled else "", f"第{x.last_number}包" if x.last_number else "",
         log.missing_words(x.missing), str(x.units), str(x.waiting), str(x.returned),
         "该写" if x.receipt_due else f"第{x.last_answer_number}号" if x.last_answer_number else "")
        for x in lines
    ])
    return 0


def _print_standings(lines: tuple[StandingLine, ...], arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json({"units": [
            {"unit_name": x.unit_name, "credit_code": x.credit_code, "form": x.form, "state": x.state.value,
             "standing": x.standing.value, "number": x.package_number,
             "since": x.since.isoformat() if x.since else None, "words": x.words, "remarks": x.remarks,
             "conflicts": x.conflicts}
            for x in lines
        ]})
        return 0
    print_table(("单位名称", "信用代码", "表", "情况", "报送包", "日期", "区局的话"), [
        (x.unit_name, x.credit_code, x.form_title, x.standing.label,
         f"第{x.package_number}包" if x.package_number else "", str(x.since or ""), _told(x))
        for x in lines
    ])
    print(f"共{len(lines)}份")
    return 0


def _told(line: StandingLine) -> str:
    parts = [line.words, f"{line.remarks}条审核意见" if line.remarks else "",
             f"{line.conflicts}处冲突" if line.conflicts else ""]
    return "；".join(part for part in parts if part)


def conflicts(arguments: argparse.Namespace) -> int:
    """List the fields that both sides wrote, or decide one."""
    words = arguments.words
    is_settling = bool(words) and words[0] == _SETTLE[0]
    if (is_settling and len(words) != len(_SETTLE)) or (not is_settling and len(words) > 1):
        raise UnreadableInputError(
            "写法有误：conflicts 后面只写一个信用代码；决定时写 conflicts settle 信用代码 栏目 第几种写法。"
        )
    with open_workspace(arguments.store) as ws:
        if is_settling:
            return _settle(ws, arguments)
        found = _conflicts(ws, words[0] if words else "", arguments.form)
        told = [_conflict_as_dict(ws, each) for each in found]
    if arguments.json:
        print_json({"conflicts": told})
        return 0
    print("没有冲突。" if not found else f"{len(found)}处冲突，现在按标“*”的写法：")
    for each, line in zip(found, told, strict=True):
        print(f"{line['unit_name']}（{line['credit_code']}，{line['form_title']}）  {each.label}（{each.field}）")
        for number, version in enumerate(each.versions, start=1):
            day = version.written_at.astimezone().date()
            mark = "*" if version.is_shown else " "
            print(f"  {mark}{number}  {version.words}  {version.written_by}，{day}，{version.source}")
    return 0


def _conflicts(ws: Workspace, unit: str, form: str | None) -> list[OpenConflict]:
    there = open_ones.records_in_conflict(ws)
    if unit:
        own = {record.id for record in drafts.find_unit(ws, credit_code.normalise(unit), form)}
        there = tuple(i for i in there if i in own)
    return [each for i in there for each in open_ones.open_conflicts(ws, i) if _is_form(ws, i, form)]


def _is_form(ws: Workspace, record_id: str, form: str | None) -> bool:
    return form is None or ws.store.get(record_id).form == form


def _settle(ws: Workspace, arguments: argparse.Namespace) -> int:
    _, unit, field, number = arguments.words
    found = [each for each in _conflicts(ws, unit, arguments.form) if is_called(field, *_names(each))]
    if not found:
        raise NotFoundError(f"“{unit}”的“{field}”没有冲突，用 conflicts 查看。")
    if len(found) > 1:
        raise UnreadableInputError(f"“{unit}”有{len(found)}张表的“{field}”都有冲突，请用--form指明是哪一张。")
    versions = found[0].versions
    if not number.isdecimal() or not 1 <= int(number) <= len(versions):
        raise UnreadableInputError(f"“{number}”应是1到{len(versions)}之间的数，是第几种写法，用 conflicts 查看。")
    chosen = versions[int(number) - 1]
    open_ones.settle(ws, found[0].record_id, found[0].field, chosen.key)
    document = {"unit": credit_code.normalise(unit), "field": found[0].field, "value": chosen.value}
    tell(arguments, document, f"“{found[0].label}”已决定为“{chosen.words}”，随下一个文件告诉对方。")
    return 0


def _names(each: OpenConflict) -> tuple[str, str, str]:
    """How a field may be called: its name, its words, or both as the list prints them."""
    return each.field, each.label, f"{each.label}（{each.field}）"


def _conflict_as_dict(ws: Workspace, each: OpenConflict) -> dict[str, object]:
    record = ws.store.get(each.record_id)
    versions = [
        {"number": number, "value": v.value, "words": v.words, "by": v.written_by, "at": v.written_at.isoformat(),
         "source": v.source, "shown": v.is_shown}
        for number, v in enumerate(each.versions, start=1)
    ]
    form = ws.pack.forms.get(record.form)
    return {
        "unit_name": record.unit_name, "credit_code": record.credit_code, "form": record.form,
        "form_title": form.title if form else record.form, "field": each.field, "label": each.label,
        "versions": versions,
    }


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({
    "station": station, "stations": stations, "exchange": exchange, "conflicts": conflicts,
})

"""`pack`, `inspect`, `receive`, `receipt`, `notice`, `undo`: files between offices and bureau (design §6, §7)."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command, parse_date, prove_out, tell
from core.cli.exchange_lines import (
    inspection_as_dict,
    plan_line_as_dict,
    print_inspection,
    sent_as_dict,
)
from core.cli.output import print_json, print_table
from core.cli.passwords import add_password, password_of
from core.cli.receive_command import receive
from core.cli.who_sits import require_bureau_here, require_office_here, require_somebody
from core.domain import credit_code
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.exchange import NoticeWords
from core.services.exchange import log, packing, receipts, receiving, undoing
from core.services.exchange.model import PackLine, Sent
from core.services.library.access import office_of
from core.services.workspace import Workspace, open_workspace

_TO_BUREAU: Final = "写出的文件夹，或.zip文件名（默认当前文件夹）"
_BUREAUS_WAY: Final = "给街镇、园区的文件，用 receipt 写回执，用 notice 发通知。"
_OFFICES_WAY: Final = "街镇、园区用 pack 打包上报。"
_TO_OFFICES: Final = "写出的文件夹（默认当前文件夹）；只写一份时也可以是.zip文件名"


def add_exchange_commands(add: Add) -> None:
    """The words of these commands."""
    _pack_words(add("pack", "打包上报：把推荐的、改过的表写成报送包交区工信局"))
    inspect_parser = add("inspect", "看一个报送包、回执或通知里有什么，不接收")
    inspect_parser.add_argument("file", type=Path, metavar="FILE", help="文件")
    add_password(inspect_parser)
    _receive_words(add("receive", "接收报送包、回执、通知"))
    _answer_words(add("receipt", "区工信局给街镇、园区写回执（连同退回的表和意见）"), is_notice=False)
    _answer_words(add("notice", "区工信局给街镇、园区发通知"), is_notice=True)
    add("undo", "撤销最近一次接收，内容恢复原样")


def _pack_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("units", nargs="*", metavar="UNIT", help="只报这些单位（信用代码；默认全部该报的）")
    parser.add_argument("-o", "--out", type=Path, default=Path(), metavar="DIR|X.zip", help=_TO_BUREAU)
    add_password(parser)
    parser.add_argument("--full", action="store_true", help="完整包：以前报过的也全部带上（区工信局丢失数据时用）")
    parser.add_argument("--no-forms", action="store_true", help="不附每家的PDF表，文件小些")
    parser.add_argument("--plan", action="store_true", help="只列出报什么、不报什么和原因，不写文件")


def _receive_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="一个或几个文件，次序不限")
    add_password(parser)
    for option, text in (
        ("--take", "这家单位（或它的这一栏）用来件的"), ("--keep", "这家单位（或它的这一栏）留本机的"),
    ):
        parser.add_argument(option, action="append", default=[], metavar="UNIT[.FIELD]", help=f"{text}，可重复")
    parser.add_argument("--skip", action="append", default=[], metavar="UNIT", help="这家单位先不收，可重复")
    once = parser.add_mutually_exclusive_group()
    once.add_argument("--dry-run", action="store_true", help="只看会怎样，什么都不改")
    once.add_argument(
        "--trust", action="append", default=[], metavar="CODE",
        help="电话里听到的核对码：与文件的一致就登记发送方，再接收；可重复",
    )
    parser.add_argument("--report", type=Path, default=None, metavar="X.xlsx", help="另写接收情况表")


def _answer_words(parser: argparse.ArgumentParser, *, is_notice: bool) -> None:
    parser.add_argument("offices", nargs="*", metavar="OFFICE", help="街镇、园区的代码或全称，可写几个")
    parser.add_argument("-o", "--out", type=Path, default=Path(), metavar="DIR", help=_TO_OFFICES)
    add_password(parser)
    if not is_notice:
        parser.add_argument("--all-due", action="store_true", help="所有该回执的街镇、园区")
        parser.add_argument("--full", action="store_true", help="以前给过的也全部带上（对方丢失数据时用）")
        return
    parser.add_argument("--all", action="store_true", help="清单中的全部街镇、园区")
    parser.add_argument("--title", required=True, help="通知标题")
    parser.add_argument("--deadline", type=parse_date, default=None, metavar="DATE", help="上报截止日期")
    parser.add_argument("--text", default="", help="通知内容")
    parser.add_argument("--with-pack", action="store_true", help="带上现用的政策包")


def pack(arguments: argparse.Namespace) -> int:
    """Write the next package, or only say what it would hold."""
    prove_out(arguments.out)
    with open_workspace(arguments.store) as ws:
        require_office_here(ws, "打包上报", _BUREAUS_WAY)
        chosen = _chosen(packing.plan(ws, full=arguments.full).lines, arguments.units)
        if arguments.plan:
            return _print_plan(ws, chosen, arguments)
        sent = packing.pack(
            ws, arguments.out, record_ids=chosen, password=password_of(arguments, is_new=True), full=arguments.full,
            with_forms=not arguments.no_forms,
        )
    tell(arguments, sent_as_dict(sent), sent.sentence)
    return 0


def _chosen(lines: Iterable[PackLine], units: Sequence[str]) -> Collection[str] | None:
    """Ids of the units named; None for all. A unit that is not there is refused."""
    if not units:
        return None
    codes = {credit_code.normalise(unit): unit for unit in units}
    found = {line.record_id: line.credit_code for line in lines if line.credit_code in codes}
    for code, given in codes.items():
        if code not in found.values():
            raise NotFoundError(f"本街镇、园区没有信用代码为“{given}”的表，请核对。")
    return found


def _print_plan(ws: Workspace, chosen: Collection[str] | None, arguments: argparse.Namespace) -> int:
    plan = packing.plan(ws, record_ids=chosen, full=arguments.full)
    lines = [line for line in plan.lines if chosen is None or line.record_id in chosen]
    going = [line for line in lines if not line.obstacle]
    if arguments.json:
        print_json({
            "number": plan.number, "again": plan.is_again, "units": [plan_line_as_dict(x) for x in lines],
            "problems": list(plan.problems),
        })
        return 0
    if lines:
        print_table(("单位名称", "信用代码", "表", "情况", "报不报"), [
            (x.unit_name, x.credit_code, x.form_title, x.standing.label, x.obstacle or "报") for x in lines
        ])
    again = "（内容与上次相同，编号不变）" if plan.is_again and going else ""
    print(f"第{plan.number}包{again}：报{len(going)}份，不报{len(lines) - len(going)}份。" if going
          else "".join(plan.problems))
    return 0


def inspect(arguments: argparse.Namespace) -> int:
    """Say what a file is, also a stranger's."""
    with open_workspace(arguments.store) as ws:
        found = receiving.inspect(ws, arguments.file, password_of(arguments))
        try:
            require_somebody(ws, "接收文件")
        except NotAllowedError as error:
            found = replace(found, problems=(str(error),))
    if arguments.json:
        print_json(inspection_as_dict(found))
    else:
        print_inspection(found)
    return 0


def receipt(arguments: argparse.Namespace) -> int:
    """Write receipts for the offices named, or for all that wait for one."""
    prove_out(arguments.out)
    with open_workspace(arguments.store) as ws:
        require_bureau_here(ws, "写回执", _OFFICES_WAY)
        due = [line.office for line in receipts.due(ws)] if arguments.all_due else []
        offices = _offices(ws, arguments, due, is_all=arguments.all_due, option="--all-due")
        password = password_of(arguments, is_new=True)
        return _written(arguments, offices, lambda office: receipts.write_receipt(
            ws, office, arguments.out, password=password, full=arguments.full,
        ))


def notice(arguments: argparse.Namespace) -> int:
    """Write the same notice for the offices named, or for all."""
    words = NoticeWords(arguments.title.strip(), arguments.deadline, arguments.text)
    if not words.title:
        raise UnreadableInputError("通知标题是空的，请在--title后面写明。")
    prove_out(arguments.out)
    with open_workspace(arguments.store) as ws:
        require_bureau_here(ws, "发通知", _OFFICES_WAY)
        today = ws.clock.today()
        if words.deadline is not None and words.deadline < today:
            raise UnreadableInputError(f"上报截止日期{words.deadline}已经过了（今天是{today}），请改正--deadline。")
        every = [line.office for line in log.offices(ws)] if arguments.all else []
        offices = _offices(ws, arguments, every, is_all=arguments.all, option="--all")
        password = password_of(arguments, is_new=True)
        return _written(arguments, offices, lambda office: receipts.write_notice(
            ws, office, arguments.out, words, with_pack=arguments.with_pack, password=password,
        ))


def _offices(
    ws: Workspace, arguments: argparse.Namespace, every: Sequence[str], *, is_all: bool, option: str
) -> tuple[str, ...]:
    """Codes of the offices meant, each once, all of them known before anything is written."""
    if is_all == bool(arguments.offices) or not all(given.strip() for given in arguments.offices):
        raise UnreadableInputError(f"请写明街镇、园区（代码或全称），或者用{option}，只写其中一样。")
    offices = tuple(dict.fromkeys(every if is_all else (office_of(ws, given) for given in arguments.offices)))
    if len(offices) > 1 and arguments.out.suffix.lower() == ".zip":
        raise UnreadableInputError(f"要写{len(offices)}份文件，-o后面请写文件夹，不要写文件名。")
    return offices


def _written(arguments: argparse.Namespace, offices: Iterable[str], write: Callable[[str], Sent]) -> int:
    done = []
    for office in offices:
        sent = write(office)
        done.append(sent_as_dict(sent))
        if not arguments.json:
            print(sent.sentence)
    if arguments.json:
        print_json({"files": done})
    elif not done:
        print("没有要写回执的街镇、园区。")
    return 0


def undo(arguments: argparse.Namespace) -> int:
    """Take the last file back."""
    with open_workspace(arguments.store) as ws:
        line = undoing.undo(ws)
    document = {
        "file": line.file_name, "kind": line.kind.value, "sender": line.sender_label, "number": line.number,
        "undone_at": line.undone_at.isoformat() if line.undone_at else None,
    }
    which = f"{line.sender_label}{line.kind.label}{line.kind.numbered(line.number)}"
    tell(arguments, document, f"已撤销接收“{line.file_name}”（{which}），内容恢复到接收以前。")
    return 0


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({
    "pack": pack, "inspect": inspect, "receive": receive, "receipt": receipt, "notice": notice, "undo": undo,
})

"""`paper`: which paper a code stands on, whether it is current, and what has changed since."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command
from core.cli.output import print_json, print_table
from core.domain.paper_code import read_code
from core.services.products.codes import PaperCheck, PaperState, look_up
from core.services.workspace import open_workspace


def add_paper_command(add: Add) -> None:
    """The words of this command."""
    words = add("paper", "核对纸件：按二维码或编号，看纸上的内容是不是现在的内容；有改动或对不上时退出状态为1")
    words.add_argument(
        "codes", nargs="+", metavar="CODE", help="二维码扫出的内容，或者二维码旁边的16位编号，可以一次多个"
    )


def paper(arguments: argparse.Namespace) -> int:
    """Check sheets of paper: 0 when all are current, 1 when one has changed or is not known."""
    for code in arguments.codes:
        read_code(code)  # a mistyped one among several: nothing is told of the others
    with open_workspace(arguments.store) as ws:
        found = [look_up(ws, code) for code in arguments.codes]
    if arguments.json:
        print_json({"papers": [_as_dict(check) for check in found]})
    else:
        for check in found:
            _tell(check)
    return 0 if all(check.state is PaperState.CURRENT for check in found) else 1


def _tell(check: PaperCheck) -> None:
    print(f"{check.what}：{check.state.label}。")
    print(check.sentence)
    if check.changes:
        print_table(
            ("栏目", "纸上", "现在", "谁改的", "何时"),
            [(change.label, change.on_paper, change.now, change.by, change.when) for change in check.changes],
        )


def _as_dict(check: PaperCheck) -> dict[str, object]:
    return {
        "kind": check.kind.name.lower().replace("_", "-"), "what": check.what, "state": check.state.value,
        "current": check.state is PaperState.CURRENT, "sentence": check.sentence,
        "printed_version": check.printed_version, "record": check.record_id or None, "roster": check.roster,
        "changes": [
            {
                "field": change.label, "on_paper": change.on_paper, "now": change.now, "by": change.by,
                "at": change.at.isoformat() if change.at is not None else None,
            }
            for change in check.changes
        ],
    }


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"paper": paper})

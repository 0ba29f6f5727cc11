"""`server`: several clerks at once, on the bureau's own database server."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command, tell
from core.cli.output import print_json
from core.domain.errors import UnreadableInputError
from core.infra.server_address import EXAMPLE
from core.services import server
from core.services.server import ServerState

_STEPS: Final = ("show", "use", "move", "off")


def add_server_command(add: Add) -> None:
    """The words of this command."""
    words = add("server", "多人同时用：数据放在单位自己的PostgreSQL数据库服务器上（默认放在本机，不连任何服务器）")
    words.add_argument(
        "step", nargs="?", default="show", choices=_STEPS, metavar="show|use|move|off",
        help="show看现在用的是哪里的数据；use改用服务器（没有绿阶的表就建立，是旧版的就升级）；"
        "move把本机的数据搬到空的数据库并改用；off改回用本机的数据",
    )
    words.add_argument("url", nargs="?", default="", metavar="URL", help=f"use、move时：{EXAMPLE}")
    words.add_argument(
        "--evidence", default="", metavar="DIR", help="use、move时：存放佐证材料的共享文件夹，各人的电脑都能读写"
    )


def serve(arguments: argparse.Namespace) -> int:
    """Show or change where the data lie."""
    step = arguments.step
    if bool(arguments.url) != bool(arguments.evidence):
        raise UnreadableInputError("数据库地址和--evidence共享文件夹要一起写明。")
    if arguments.url and step in ("show", "off"):
        raise UnreadableInputError(f"server {step}不用写数据库地址，请去掉。")
    if step == "use" and not arguments.url:
        raise UnreadableInputError(f"请写明数据库地址和共享文件夹：server use {EXAMPLE} --evidence 共享文件夹")
    if step == "off":
        tell(arguments, {"server": None}, server.stop(arguments.store))
    elif step == "move":
        moved = server.move(arguments.store, arguments.url, arguments.evidence)
        document = {"server": moved.address.place, "rows": moved.rows, "evidence_files": moved.files}
        tell(arguments, document, moved.sentence)
    elif step == "use":
        _tell(arguments, server.use(arguments.store, arguments.url, arguments.evidence))
    else:
        _tell(arguments, server.state(arguments.store))
    return 0


def _tell(arguments: argparse.Namespace, now: ServerState) -> None:
    if arguments.json:
        address = now.address
        print_json({
            "server": address.place if address else None, "evidence": str(address.evidence) if address else None,
            "records": now.records, "notes": list(now.notes),
        })
    else:
        print("\n".join((now.sentence, *now.notes)))


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"server": serve})

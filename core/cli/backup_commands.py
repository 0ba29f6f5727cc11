"""`backup`, `restore`, `verify`: a whole store as one file, and whether it is sound."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command, prove_out, tell
from core.cli.output import print_json
from core.cli.passwords import add_password, password_of
from core.services import moving, restoring
from core.services.exchange import log
from core.services.workspace import open_workspace


def add_backup_commands(add: Add) -> None:
    """The words of these commands."""
    backup_words = add("backup", "备份：全部数据和佐证材料写成一个文件；换电脑也用它")
    backup_words.add_argument(
        "-o", "--out", type=Path, default=Path(), metavar="FILE|DIR", help="写到这个文件夹或.zip文件（默认当前文件夹）"
    )
    add_password(backup_words)
    moves = backup_words.add_mutually_exclusive_group()
    moves.add_argument("--move", action="store_true", help="换电脑：备份以后，本机不再打包和接收")
    moves.add_argument("--stay", action="store_true", help="没有换成：继续用本机，不另写备份")
    restore_words = add("restore", "恢复：用备份文件恢复到--store写明的数据文件夹")
    restore_words.add_argument("file", type=Path, metavar="FILE", help="备份文件")
    restore_words.add_argument(
        "--replace", action="store_true", help="数据文件夹里已有数据也恢复；原有数据改名保留，不删除"
    )
    add_password(restore_words)
    add("verify", "检查数据：数据库、修改历史、每件佐证材料是否完好；有问题时退出状态为1")


def backup(arguments: argparse.Namespace) -> int:
    """Write a backup, for the new PC where that is said; or take the move back."""
    moving.require_store(arguments.store)
    prove_out(arguments.out)
    with open_workspace(arguments.store) as ws:
        if arguments.stay:
            tell(arguments, {"moved": False}, moving.stay(ws))
            return 0
        write = moving.move_out if arguments.move else moving.back_up
        done = write(ws, arguments.out, password=password_of(arguments, is_new=True))
    document = {
        "file": str(done.path), "size": done.size, "evidence": done.files, "moved": bool(arguments.move),
        "problems": list(done.notes),
    }
    tell(arguments, document, "\n".join((done.sentence, *done.notes)))
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Make a backup the store in that folder."""
    done = restoring.restore(
        arguments.file, arguments.store, password=password_of(arguments), replace=arguments.replace
    )
    told = _for_the_other_side(arguments.store, was_in_use=done.aside is not None)
    document = {
        "store": str(done.folder), "evidence": done.files, "aside": str(done.aside) if done.aside else None,
        "problems": list(done.notes),
    }
    tell(arguments, document, "\n".join((f"{done.sentence}{told}", *done.notes)))
    return 0


def _for_the_other_side(store: Path, *, was_in_use: bool) -> str:
    """Whether the other side has to enrol this workstation anew; blank where no file ever went out.

    It knows the key of the backup, unless that was made, or replaced, only after the backup.
    """
    with open_workspace(store) as ws:
        is_known = bool(log.outbox(ws, limit=1))
    if is_known:
        return "本机密钥也在备份里，备份以后没有更换过密钥的，对方不用重新登记，照常收发。"
    return "备份以前没有发过文件；备份以后发过的，对方要重新核对、登记本机。" if was_in_use else ""


def verify(arguments: argparse.Namespace) -> int:
    """Check everything; 1 when something asks to be mended."""
    found = moving.verify_folder(arguments.store)
    if arguments.json:
        print_json({
            "ok": not found.problems, "records": found.records, "evidence": found.files,
            "problems": list(found.problems), "leftovers": list(found.leftovers),
        })
    else:
        left = [f"不再使用的文件：{name}" for name in found.leftovers]
        print("\n".join((found.sentence, *found.problems, *left)))
    return 1 if found.problems else 0


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"backup": backup, "restore": restore, "verify": verify})

"""`--password`: of a file that is written, or of files that are read."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Final

from core.cli.output import print_error
from core.domain.errors import UnreadableInputError

#: Shorter ones are tried out within minutes by anybody who has the file.
_SHORTEST: Final = 6


def add_password(parser: argparse.ArgumentParser) -> None:
    """`--password P`; `-` keeps it out of the shell's history."""
    parser.add_argument(
        "--password", default=None, metavar="P", help="压缩包密码；写“-”从键盘或管道读入，不留在命令记录里"
    )


def password_of(arguments: argparse.Namespace, *, is_new: bool = False) -> str:
    """The password of the command line; `-` asks for it, on a terminal twice where it is a new one.

    Raises:
        UnreadableInputError: none came, it is empty, or the two differ.
    """
    given: str | None = arguments.password
    if given is None:
        return ""
    if given == "-":
        given = _asked(is_new=is_new) if sys.stdin is not None and sys.stdin.isatty() else _piped()
        if not given:
            raise UnreadableInputError("没有读到密码，请在--password后面写明，或写“-”再输入。")
    if not given:
        raise UnreadableInputError("密码是空的，请在--password后面写明；不要密码的，去掉--password。")
    if is_new and len(given) < _SHORTEST:
        print_error(f"密码只有{len(given)}个字，容易被猜中；文件照写，建议用{_SHORTEST}个字以上的密码重写一份。")
    return given


def _asked(*, is_new: bool) -> str:
    given = getpass.getpass("密码：")
    if is_new and getpass.getpass("再输一遍：") != given:
        raise UnreadableInputError("两次输入的密码不一样，没有写出文件，请重来。")
    return given


def _piped() -> str:
    return "" if sys.stdin is None else sys.stdin.readline().rstrip("\r\n")

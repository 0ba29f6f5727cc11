"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from core.cli.output import print_json
from core.domain.errors import UnreadableInputError

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS: Final = range(2000, 2100)
_MOST_WHOLE: Final = 999_999_999
#: Adds a command by name and help text, with `--store` and `--json`.
Add = Callable[[str, str], argparse.ArgumentParser]
#: What a command does; returns the exit status.
Command = Callable[[argparse.Namespace], int]


def parse_date(text: str) -> date:
    """An ISO date of the command line.

    Raises:
        UnreadableInputError: not a date.
    """
    if not _DATE.fullmatch(text.strip()):
        raise UnreadableInputError(f"日期“{text}”应形如2026-03-01，请改正。")
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UnreadableInputError(f"日历上没有“{text}”这一天（日期应形如2026-03-01），请改正。") from None


def parse_number(text: str) -> float:
    """A number of the command line; not `nan`, which is neither more nor less than any limit.

    Raises:
        ValueError: not a finite number; the parser says of which argument.
    """
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def parse_year(text: str) -> int:
    """A year of the command line; one beyond the calendar would stop the program in the middle.

    Raises:
        ValueError: not a year of this century; the parser says of which argument.
    """
    year = int(text)
    if year not in _YEARS:
        raise ValueError(text)
    return year


def parse_whole(text: str) -> int:
    """A whole number of the command line, which the database can hold.

    Raises:
        ValueError: not a whole number, or of more than nine digits; the parser says of which argument.
    """
    number = int(text)
    if abs(number) > _MOST_WHOLE:
        raise ValueError(text)
    return number


def parse_folder(text: str) -> Path:
    """The data folder of the command line; an empty one would be the current folder, which nobody means.

    Raises:
        UnreadableInputError: empty.
    """
    if not text.strip():
        raise UnreadableInputError("--store后面没有写文件夹，请写明数据文件夹。")
    return Path(text)


def add_common(parser: argparse.ArgumentParser) -> None:
    """`--store DIR` and `--json`, which every command takes."""
    parser.add_argument(
        "--store",
        type=parse_folder,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help="数据文件夹（默认：本用户的数据文件夹）",
    )
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="输出一份JSON")


def add_day(parser: argparse.ArgumentParser) -> None:
    """`--on DATE`: the day of a step, today unless it is given."""
    parser.add_argument("--on", type=parse_date, default=None, metavar="DATE", help="办理日期（默认今天）")


def prove_out(out: Path) -> None:
    """Refuse a place that is neither a folder nor a `.zip`, before any work is done for it.

    Raises:
        UnreadableInputError: a file, or a device, is where the folder should be.
    """
    folder = out.parent if out.suffix.lower() == ".zip" else out
    if folder.exists() and not folder.is_dir():
        raise UnreadableInputError(f"-o后面的“{folder}”不是文件夹，也不是.zip文件名，写不进去，请改正。")


def tell(arguments: argparse.Namespace, document: Mapping[str, object], sentence: str) -> None:
    """The JSON document where it is asked for, else the sentence."""
    if arguments.json:
        print_json(document)
    else:
        print(sentence)

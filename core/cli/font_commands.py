"""`fonts`: what paper is printed with, what is installed on this PC, and choosing another font."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Add, Command
from core.cli.output import print_error, print_json, print_table
from core.domain.errors import UnreadableInputError
from core.services import fonts
from core.services.fonts import PrintFont
from core.services.workspace import Workspace, open_workspace

_MOST_OFFERED: Final = 4


def add_font_commands(add: Add) -> None:
    """The words of this command."""
    command = add("fonts", "打印字体：查看用的是哪种，换成这台电脑装的（如方正小标宋、仿宋_GB2312），或换回程序自带的")
    command.add_argument(
        "--use", action="append", default=[], metavar="WHAT=NAME",
        help="title标题、body正文、hei黑体、kai楷体=字体名，如 title=方正小标宋简体；等号后面空着换回程序自带的",
    )


def show_fonts(arguments: argparse.Namespace) -> int:
    """Choose what `--use` says, then list what is printed with and what could be."""
    wanted = [_parted(text) for text in arguments.use]
    with open_workspace(arguments.store) as ws:
        for use, name in wanted:
            fonts.choose_font(ws, use, name)
        if arguments.json:
            print_json(_as_dict(ws))
        else:
            _print(ws)
    return 0


def _parted(text: str) -> tuple[PrintFont, str]:
    word, equals, name = text.partition("=")
    if not equals:
        raise UnreadableInputError(f"--use后面的“{text}”应形如 title=方正小标宋简体，请改正。")
    return PrintFont.named(word), name


def _as_dict(ws: Workspace) -> dict[str, object]:
    installed = fonts.local_fonts()
    return {
        "fonts": [
            {
                "use": row.use.value, "label": row.use.label, "font": row.name, "chosen": row.chosen,
                "trouble": row.trouble, "available": [font.name for font in fonts.offered(row.use, installed)],
            }
            for row in fonts.font_rows(ws)
        ],
        "refused": [{"font": font.name, "why": font.why_not} for font in installed if font.why_not],
    }


def _print(ws: Workspace) -> None:
    installed = fonts.local_fonts()
    rows = fonts.font_rows(ws)
    listed = []
    for row in rows:
        names = [font.name for font in fonts.offered(row.use, installed)]
        more = f"等{len(names)}种" if len(names) > _MOST_OFFERED else ""
        listed.append((row.use.value, row.use.label, row.name, "、".join(names[:_MOST_OFFERED]) + more or "（没有）"))
    print_table(("代号", "用处", "现在用的字体", "这台电脑可选的字体"), listed)
    refused = [font for font in installed if font.why_not]
    for font in refused:
        print(f"“{font.name}”不能用来打印：{font.why_not}。")
    for row in rows:
        if row.trouble:
            print_error(row.trouble)


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"fonts": show_fonts})

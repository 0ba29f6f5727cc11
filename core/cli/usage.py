"""Usage in Chinese: argparse's own English headings, placeholders and complaints, said in clerks' words."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NoReturn

from core.cli.arguments import parse_number, parse_whole, parse_year
from core.domain.errors import UnreadableInputError

_QUOTED: Final = re.compile(r"'([^']*)'")
_OF_ARGUMENT: Final = re.compile(r"argument (.+?): (.*)", re.DOTALL)
_TYPES: Final = {
    "parse_number": "应写数字", "parse_whole": "应写整数，不超过9位", "parse_year": "应写整数，从2000到2099的一个年份",
}

#: What argparse says → what we say of it; tried in this order on the whole complaint.
_SENTENCES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = tuple(
    (re.compile(pattern, re.DOTALL), said)
    for pattern, said in (
        (r"the following arguments are required: (.+)", lambda m: f"缺少参数：{_listed(m[1])}"),
        (r"unrecognized arguments: (.+)", lambda m: f"不认识的参数：{m[1]}"),
        (r"one of the arguments (.+) is required", lambda m: f"这些参数要写一个：{'、'.join(m[1].split())}"),
        (r"expected one argument", lambda _: "后面要写一个值"),
        (r"expected at most one argument", lambda _: "后面最多写一个值"),
        (r"expected at least one argument", lambda _: "后面至少要写一个值"),
        (r"expected (\d+) arguments?", lambda m: f"后面要写{m[1]}个值"),
        (r"not allowed with argument (.+)", lambda m: f"和{m[1]}不能同时写"),
        (r"invalid choice: (.+?) \(choose from (.*)\)", lambda m: f"没有{m[1]}这一项，可用的有：{_listed(m[2])}"),
        (r"invalid (\w+) value: (.+)", lambda m: f"{m[2]}{_TYPES.get(m[1], '写得不对')}"),
        (r"ignored explicit argument (.+)", lambda m: f"后面不能带{m[1]}"),
    )
)

#: Words of placeholders as the commands name them → as clerks read them.
_METAVARS: Final[Mapping[str, str]] = MappingProxyType({
    "UNIT": "单位", "FORM": "表", "FILE": "文件", "DATE": "日期", "DIR": "文件夹", "N": "号数", "TEXT": "文字",
    "FIELD": "栏目", "RULE": "规则", "KIND": "种类", "ID": "编号", "CODE": "代码", "NAME": "名称", "DOCUMENT": "材料",
    "PARENT": "园区或链主", "DIGEST": "编号", "OFFICE": "街镇园区",
})
_WORD: Final = re.compile(r"\b[A-Z]+\b")

#: What an argument is, by its name, where its command does not say it better.
_HELP: Final[Mapping[str, str]] = MappingProxyType({
    "unit": "统一社会信用代码", "units": "统一社会信用代码，可写几个", "files": "文件，可写几个", "file": "文件",
    "out": "写到哪里", "as_of": "按哪一天（默认今天）", "year": "年度", "note": "备注", "reason": "理由",
    "document": "文件（名称、文号）", "title": "名称", "rule": "规则编号，如N3", "text": "内容", "step": "要做哪一步",
    "what": "对哪一项做", "query": "查找词",
})
_FORM_HELP: Final = "表的代号，如green-factory（用 forms 列出）"
_ONE_FORM_HELP: Final = "有几张表时指明是哪一张"


class _Formatter(argparse.HelpFormatter):
    """Help with a Chinese heading before the usage."""

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """Bad usage is one Chinese sentence and exit status 2, like every other bad input."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "add_help": False, "formatter_class": _Formatter})
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示用法")

    def error(self, message: str) -> NoReturn:
        """Say it in Chinese instead of leaving with argparse's English.

        Raises:
            UnreadableInputError: always.
        """
        raise UnreadableInputError(f"命令有误：{in_chinese(message)}。用“--help”查看用法。")


def in_chinese(message: str) -> str:
    """What argparse complains of, in Chinese; what the clerk typed stands in quotes as it was typed."""
    named = _OF_ARGUMENT.fullmatch(message)
    complaint = named[2] if named else message
    for pattern, said in _SENTENCES:
        found = pattern.fullmatch(complaint)
        if found:
            complaint = said(found)
            break
    return _QUOTED.sub(r"“\1”", f"参数{named[1]}：{complaint}" if named else complaint)


def _listed(words: str) -> str:
    return "、".join(words.split(", "))


def complete(parser: argparse.ArgumentParser) -> None:
    """Give every argument of a parser and its commands a Chinese placeholder, and help where it has none."""
    for each in parsers(parser):
        for action in each._actions:
            if isinstance(action, argparse._SubParsersAction):
                continue
            action.metavar = _placeholder(action)
            if not action.help:
                action.help = _help(action)


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parser itself and those of all its commands and steps."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from parsers(each)


def _placeholder(action: argparse.Action) -> str | tuple[str, ...] | None:
    given = action.metavar
    if isinstance(given, str):
        return _WORD.sub(lambda word: _METAVARS.get(word[0], word[0]), given)
    if given is not None or action.nargs == 0:
        return given
    if action.choices is not None:
        return "|".join(str(choice) for choice in action.choices)
    return "数" if action.type in (parse_number, parse_whole, parse_year) else "内容"


def _help(action: argparse.Action) -> str:
    if action.dest == "form":
        return _ONE_FORM_HELP if action.option_strings else _FORM_HELP
    return _HELP.get(action.dest, "")

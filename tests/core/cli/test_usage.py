"""Every argument is explained in Chinese, and bad usage is one sentence without argparse's English."""

from __future__ import annotations

import argparse
import re
import signal
from pathlib import Path

import pytest

from core.cli import main
from core.cli.output import system_error
from core.cli.parser import build_parser
from core.cli.usage import in_chinese, parsers
from core.infra.atomic_files import atomic_path

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{4,}")
QUOTED = re.compile(r"“[^”]*”")
OPTION = re.compile(r"--[a-z-]+")


def arguments() -> list[tuple[str, argparse.Action]]:
    """Every argument of every command, with the command's words."""
    return [
        (parser.prog, action) for parser in parsers(build_parser()) for action in parser._actions
        if not isinstance(action, argparse._SubParsersAction)
    ]


def test_every_argument_has_help_in_chinese() -> None:
    assert [f"{prog} {a.dest}" for prog, a in arguments() if not CHINESE.search(a.help or "")] == []


def test_every_command_is_described_in_chinese() -> None:
    assert [p.prog for p in parsers(build_parser()) if not CHINESE.search(p.description or "")] == []


def test_help_has_no_english_of_its_own() -> None:
    for parser in parsers(build_parser()):
        text = parser.format_help()
        assert text.startswith("用法：greenladder")
        for english in ("usage", "positional", "optional", "options", "show this", "exit", "UNIT", "DATE", "TEXT"):
            assert english not in text, parser.prog


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("frobnicate",), "没有“frobnicate”这一项，可用的有：“forms”、“rules”"),
        (("window", "open", "--year", "abc"), "参数--year：“abc”应写整数"),
        (("window", "open", "--year", "20266"), "参数--year：“20266”应写整数，从2000到2099的一个年份"),
        (("report", "status", "--year", "-5"), "参数--year：“-5”应写整数，从2000到2099"),
        (("print", "reminder", "--year", "20266", "-o", "x.pdf"), "参数--year：“20266”应写整数，从2000到2099"),
        (("print", "roster", "--number", "9" * 21, "-o", "x.pdf"), f"参数--number：“{'9' * 21}”应写整数，不超过9位"),
        (("roster", "9" * 21), f"参数号数：“{'9' * 21}”应写整数，不超过9位"),
        (("window", "rerun", "9" * 21), "应写整数，不超过9位"),
        (("window", "open", "--batch", "9" * 21), "应写整数，不超过9位"),
        (("window", "open", "--year"), "参数--year：后面要写一个值"),
        (("window", "frob"), "没有“frob”这一项"),
        (("window", "status", "--frob"), "不认识的参数：--frob"),
        (("tier", "agree"), "缺少参数：单位、--to"),
        (("tier",), "缺少参数：步骤"),
        (("tier", "agree", "x", "--to", "moon"), "没有“moon”这一项，可用的有：“city”、“nation”"),
        (("tier", "result", "x", "--to", "city", "--document", "y"), "这些参数要写一个：--approved、--rejected"),
        (("tier", "call", "add", "--to", "city", "--quota", "1.5"), "参数--quota：“1.5”应写整数"),
        (("remove", "x", "--keep", "--undo"), "参数--undo：和--keep不能同时写"),
        (("remove", "x", "--keep=1"), "参数--keep：后面不能带“1”"),
        (("recommend",), "缺少参数：单位"),
        (("confirm", "x", "N9", "--clear", "--basis", "y"), "没有“N9”这一项，可用的有：“N3”、“N4”、“N5”"),
        (("incident", "x", "--loss", "nan"), "参数--loss：“nan”应写数字"),
        (("incident", "x", "--deaths", "many"), "参数--deaths：“many”应写整数"),
        (("evaluation", "add", "x", "--score", "high"), "参数--score：“high”应写数字"),
        (("roster", "--as-of", "2025-02-30"), "日历上没有“2025-02-30”这一天"),
        (("roster", "--as-of", "20250230"), "日期“20250230”应形如2026-03-01"),
        (("roster", "--as-of", "2025-W01-1"), "日期“2025-W01-1”应形如2026-03-01"),
        (("check",), "缺少参数：文件"),
        (("print", "roster"), "缺少参数：-o/--out"),
        (("list", "--store", " "), "--store后面没有写文件夹"),
        (("show", "x", "y"), "不认识的参数：y"),
    ],
)
def test_misuse_is_one_chinese_sentence(
    typed: tuple[str, ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = () if "--store" in typed else ("--store", str(tmp_path))
    assert main.run((*store, *typed), lambda _: 0) == 2
    out, said = capsys.readouterr()
    assert (out, said.count("\n")) == ("", 1)
    assert sentence in said
    assert said.count("（") == said.count("）")
    # What the clerk typed, option names, and the commands to choose from stay as they are.
    own = OPTION.sub("", QUOTED.sub("", said)).replace("open|status|close|rerun", "")
    assert ENGLISH.findall(own) == []
    assert not CHINESE.search(said) or "(" not in own


def test_what_is_not_known_of_argparse_is_passed_on() -> None:
    assert in_chinese("argument --x: expected 2 arguments") == "参数--x：后面要写2个值"
    assert in_chinese("argument --x: expected at least one argument") == "参数--x：后面至少要写一个值"
    assert in_chinese("argument --x: “a”不对") == "参数--x：“a”不对"
    assert in_chinese("某事") == "某事"


def test_an_error_of_the_system_is_told_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_: Path) -> int:
        (tmp_path / "没有" / "x.txt").read_text("utf-8")
        return 0

    assert main.run(("--store", str(tmp_path)), broken) == 2
    said = capsys.readouterr().err
    assert "没有这个文件或文件夹" in said
    assert "No such file" not in said
    assert system_error(OSError(9999, "strange words")) == "文件读写失败：系统没有说明原因，请检查后重试。"


def test_who_stops_a_command_gets_one_sentence_and_no_half_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(_: Path) -> int:
        with atomic_path(tmp_path / "表.pdf") as temporary:
            temporary.write_bytes(b"half")
            signal.raise_signal(signal.SIGINT)
        return 0

    assert main.run(("--store", str(tmp_path)), stopped) == 130
    assert capsys.readouterr() == ("", "已停止。\n")
    assert list(tmp_path.iterdir()) == []

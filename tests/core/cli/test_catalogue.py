"""Every command is found under the module that has it, and only that one is imported for it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.catalogue import GROUPS, Group, group_of
from core.cli.main import parse
from core.cli.parser import build_parser
from core.domain.errors import UnreadableInputError

ROOT = Path(__file__).resolve().parents[3]
_LOADED = (
    "import json, sys; from core.cli.main import parse; parse(sys.argv[1:]); print(json.dumps(sorted(sys.modules)))"
)


def words_of(parser: argparse.ArgumentParser) -> set[str]:
    return {
        name for action in parser._actions if isinstance(action, argparse._SubParsersAction) for name in action.choices
    }


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.names[0])
def test_a_group_names_the_commands_that_its_module_has(group: Group) -> None:
    _, commands = group.load()
    assert set(group.names) == set(commands)
    assert words_of(build_parser(group.names[0])) == set(commands)


def test_the_whole_parser_has_every_command_once() -> None:
    names = [name for group in GROUPS for name in group.names]
    assert len(names) == len(set(names))
    assert words_of(build_parser()) == set(names)
    assert words_of(build_parser("")) == set()
    assert group_of("没有") is None


def test_options_before_the_command_do_not_hide_it() -> None:
    for arguments in (["--store", "list", "--json", "show", "代码"], ["--store=list", "show", "代码", "--json"]):
        parsed = parse(arguments)
        assert (parsed.command, parsed.unit, parsed.store, parsed.json) == ("show", "代码", Path("list"), True)
    window = parse(["--store", "list"])
    assert (window.command, window.store) == (None, Path("list"))
    with pytest.raises(UnreadableInputError, match="没有“没有”这一项，可用的有：“forms”"):
        parse(["没有", "list"])


@pytest.mark.parametrize(
    "arguments", [[], ["forms", "--json"], ["check", "x.json"], ["template", "green-park", "-o", "x"]]
)
def test_neither_the_window_nor_a_command_without_store_imports_the_database(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert "core.cli.arguments" in loaded
    assert not {name.partition(".")[0] for name in loaded} & {"sqlalchemy", "openpyxl", "reportlab", "PySide6", "cel"}

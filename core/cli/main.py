"""Runs one command: exit status 0 done, 1 not eligible or marked, 2 bad usage or unreadable (design §7).

Stopped from the keyboard it ends with 130.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli import (
    backup_commands,
    exchange_commands,
    font_commands,
    library_commands,
    paper_command,
    policy_commands,
    program_commands,
    prospect_commands,
    record_commands,
    removal_commands,
    report_commands,
    station_commands,
    tier_commands,
)
from core.cli.output import print_error, system_error, use_utf8
from core.cli.parser import build_parser
from core.domain.errors import GreenLadderError
from core.infra.paths import default_store_folder

_STOPPED: Final = "已停止。"
#: What a shell expects of a command that was stopped from the keyboard: 128 and the number of the signal.
_INTERRUPTED: Final = 130
Command = Callable[[argparse.Namespace], int]

_COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "forms": policy_commands.forms,
        "rules": policy_commands.rules,
        "template": policy_commands.template,
        "check": policy_commands.check,
        "packs": policy_commands.packs,
        "import": record_commands.import_files,
        "list": record_commands.list_units,
        "show": record_commands.show,
        "explain": record_commands.explain,
        "recommend": record_commands.recommend,
        "withdraw": record_commands.withdraw,
        "print": record_commands.print_document,
        "demo": program_commands.demo,
        "selftest": program_commands.selftest,
        **library_commands.COMMANDS,
        **removal_commands.COMMANDS,
        **report_commands.COMMANDS,
        **tier_commands.COMMANDS,
        **prospect_commands.COMMANDS,
        **exchange_commands.COMMANDS,
        **station_commands.COMMANDS,
        **font_commands.COMMANDS,
        **paper_command.COMMANDS,
        **backup_commands.COMMANDS,
    }
)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed command line; `command` is None when the window is wanted.

    Raises:
        UnreadableInputError: bad usage.
    """
    parsed = build_parser().parse_args(arguments)
    parsed.store = Path(parsed.store) if parsed.store is not None else default_store_folder()
    return parsed


def run(arguments: Sequence[str], open_window: Callable[[Path], int]) -> int:
    """Run a command, or open the window when there is none; returns the exit status."""
    use_utf8()
    try:
        parsed = parse(arguments)
        if parsed.command is None:
            return open_window(parsed.store)
        return _COMMANDS[parsed.command](parsed)
    except GreenLadderError as error:
        print_error(str(error))
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print_error(_STOPPED)
        return _INTERRUPTED
    except OSError as error:
        print_error(system_error(error))
        return 2

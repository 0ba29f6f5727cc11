"""Runs one command: exit status 0 done, 1 not eligible or marked, 2 bad usage or unreadable (design §7).

Stopped from the keyboard it ends with 130.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.cli.arguments import Command
from core.cli.catalogue import group_of
from core.cli.output import print_error, system_error, use_utf8
from core.cli.parser import build_parser
from core.domain.errors import GreenLadderError
from core.infra.paths import default_store_folder

if TYPE_CHECKING:
    from core.services.selftest import Probe

_STOPPED: Final = "已停止。"
#: What a shell expects of a command that was stopped from the keyboard: 128 and the number of the signal.
_INTERRUPTED: Final = 130


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed command line; `command` is None when the window is wanted.

    Raises:
        UnreadableInputError: bad usage.
    """
    parsed = build_parser(_command_in(arguments)).parse_args(arguments)
    parsed.store = Path(parsed.store) if parsed.store is not None else default_store_folder()
    return parsed


def _command_in(arguments: Sequence[str]) -> str | None:
    """The command that is wanted: only its module need be imported. "" for the window, None to ask the whole parser."""
    given = iter(arguments)
    for word in given:
        if word == "--store":
            next(given, None)
        elif word != "--json" and not word.startswith("--store="):
            return word if group_of(word) is not None else None
    return ""


def run(
    arguments: Sequence[str], open_window: Callable[[Path], int], probe_window: Probe | None = None
) -> int:
    """Run a command, or open the window when there is none; returns the exit status.

    `probe_window` is what `selftest --window` tries the window with.
    """
    use_utf8()
    try:
        parsed = parse(arguments)
        if parsed.command is None:
            return open_window(parsed.store)
        parsed.probe_window = probe_window
        return _command(parsed.command)(parsed)
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


def _command(name: str) -> Command:
    group = group_of(name)
    if group is None:
        raise LookupError(name)
    return group.load()[1][name]

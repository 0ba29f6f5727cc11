"""Which module has which commands; each is imported only once one of its commands is wanted, so that all start fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from core.cli.arguments import Add, Command

#: How a group tells its words to the parser, and what its commands do.
Loaded = tuple[Callable[[Add], None], Mapping[str, Command]]


@dataclass(frozen=True)
class Group:
    """The commands of one module by their names; `load` imports it."""

    names: tuple[str, ...]
    load: Callable[[], Loaded]


def _policy() -> Loaded:
    from core.cli import parser, policy_commands

    return parser.add_policy_words, policy_commands.COMMANDS


def _packs() -> Loaded:
    from core.cli import pack_commands, parser

    return parser.add_pack_words, pack_commands.COMMANDS


def _import() -> Loaded:
    from core.cli import import_command, parser

    return parser.add_import_words, import_command.COMMANDS


def _print() -> Loaded:
    from core.cli import parser, print_command

    return parser.add_print_words, print_command.COMMANDS


def _records() -> Loaded:
    from core.cli import parser, record_commands

    return parser.add_record_words, record_commands.COMMANDS


def _program() -> Loaded:
    from core.cli import parser, program_commands

    return parser.add_program_words, program_commands.COMMANDS


def _library() -> Loaded:
    from core.cli import library_commands

    return library_commands.add_library_commands, library_commands.COMMANDS


def _removal() -> Loaded:
    from core.cli import removal_commands

    return removal_commands.add_removal_commands, removal_commands.COMMANDS


def _reports() -> Loaded:
    from core.cli import report_commands

    return report_commands.add_report_commands, report_commands.COMMANDS


def _tiers() -> Loaded:
    from core.cli import tier_commands

    return tier_commands.add_tier_commands, tier_commands.COMMANDS


def _prospects() -> Loaded:
    from core.cli import prospect_commands

    return prospect_commands.add_prospect_commands, prospect_commands.COMMANDS


def _paper() -> Loaded:
    from core.cli import paper_command

    return paper_command.add_paper_command, paper_command.COMMANDS


def _exchange() -> Loaded:
    from core.cli import exchange_commands

    return exchange_commands.add_exchange_commands, exchange_commands.COMMANDS


def _stations() -> Loaded:
    from core.cli import station_commands

    return station_commands.add_station_commands, station_commands.COMMANDS


def _backup() -> Loaded:
    from core.cli import backup_commands

    return backup_commands.add_backup_commands, backup_commands.COMMANDS


def _server() -> Loaded:
    from core.cli import server_command

    return server_command.add_server_command, server_command.COMMANDS


def _fonts() -> Loaded:
    from core.cli import font_commands

    return font_commands.add_font_commands, font_commands.COMMANDS


#: In the order in which the help lists them.
GROUPS: Final = (
    Group(("forms", "rules", "template", "check"), _policy),
    Group(("packs",), _packs),
    Group(("import",), _import),
    Group(("list", "show", "explain", "recommend", "withdraw"), _records),
    Group(("print",), _print),
    Group(("demo", "selftest"), _program),
    Group(("window", "roster", "enrol", "admit", "return", "refuse", "revoke", "confirm"), _library),
    Group(("remove", "incident", "falsified"), _removal),
    Group(("report",), _reports),
    Group(("evaluation", "tier"), _tiers),
    Group(("prospect", "unit", "link"), _prospects),
    Group(("paper",), _paper),
    Group(("pack", "inspect", "receive", "receipt", "notice", "undo"), _exchange),
    Group(("station", "stations", "exchange", "conflicts"), _stations),
    Group(("backup", "restore", "verify"), _backup),
    Group(("server",), _server),
    Group(("fonts",), _fonts),
)


def group_of(name: str) -> Group | None:
    """The group that has this command; None where no such command is."""
    return next((group for group in GROUPS if name in group.names), None)

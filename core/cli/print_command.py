"""`print`: every printed product."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Command
from core.cli.batch_command import chosen_by_filter, is_batch, print_many
from core.cli.bound_command import print_bound
from core.cli.output import print_error, print_json
from core.cli.record_commands import find_one
from core.domain.errors import NotFoundError, UnreadableInputError
from core.services import drafts
from core.services.library import members
from core.services.printing import PrintKind, PrintRequest, print_request
from core.services.products.batch import BatchFailure
from core.services.products.making import only_record
from core.services.products.word_copies import is_word
from core.services.workspace import Workspace, open_workspace


def _paper_request(ws: Workspace, kind: PrintKind, arguments: argparse.Namespace) -> PrintRequest:
    """A paper of the library; units named are those whose removal is announced."""
    gone = [m.id for unit in arguments.what for m in members.of_unit(ws, unit) if not m.is_active]
    if arguments.what and not gone:
        raise NotFoundError(f"“{'、'.join(arguments.what)}”没有被移出过，请核对代码。")
    return PrintRequest(
        kind, number=arguments.number, as_of=arguments.as_of, year=arguments.year, office=arguments.office,
        call_id=arguments.call, membership_ids=tuple(gone), is_final=arguments.final,
    )


def _print_request(ws: Workspace, kind: PrintKind, arguments: argparse.Namespace) -> PrintRequest:
    """What the words of the command line ask for."""
    if kind.is_of_library:
        return _paper_request(ws, kind, arguments)
    if kind is PrintKind.BLANK:
        if len(arguments.what) != 1:
            raise UnreadableInputError("打印空白表请写一种表的代号，如：print blank green-factory -o 空白表.pdf。")
        return PrintRequest(kind, form_id=arguments.what[0])
    if kind is PrintKind.QUERY_LIST and not arguments.what:
        return PrintRequest(kind, tuple(r.id for r in drafts.list_units(ws, limit=100_000)))
    if kind is PrintKind.LETTER and not arguments.what:
        return PrintRequest(
            kind, as_of=arguments.as_of, number=arguments.number, year=arguments.year, call_id=arguments.call
        )
    if not arguments.what:
        raise NotFoundError("没有写明要打印的单位，请写统一社会信用代码。")
    ids = tuple(find_one(ws, unit, arguments.form).id for unit in arguments.what)
    return PrintRequest(kind, ids, as_of=arguments.as_of)


def _named_one_by_one(ws: Workspace, arguments: argparse.Namespace) -> tuple[list[str], list[BatchFailure]]:
    """Ids of the records meant, and the units that there are none of: one wrong code does not stop the others."""
    ids: list[str] = []
    unknown: list[BatchFailure] = []
    for unit in arguments.what:
        try:
            ids.append(find_one(ws, unit, arguments.form).id)
        except (NotFoundError, UnreadableInputError) as error:
            unknown.append(BatchFailure("", unit, str(error)))
    return ids, unknown


def print_document(arguments: argparse.Namespace) -> int:
    """Print a product into a PDF, or into a Word file where the name says so."""
    kind = PrintKind.named(arguments.kind)
    many = is_batch(kind, arguments)
    with open_workspace(arguments.store) as ws:
        if many and not arguments.what:
            return print_many(ws, kind, chosen_by_filter(ws, kind, arguments), arguments)
        if many:
            ids, unknown = _named_one_by_one(ws, arguments)
            return print_many(ws, kind, ids, arguments, unknown)
        request = _print_request(ws, kind, arguments)
        if kind is PrintKind.BOUND:
            return print_bound(ws, only_record(request.record_ids), arguments)
        _require_no_edited_copy(arguments)
        printed = print_request(ws, request, arguments.out)
    out, notices = printed.path, printed.notices
    mark = printed.mark if kind is PrintKind.RECOMMENDATION else ""
    if arguments.json:
        print_json({"kind": kind.value, "file": str(out), "mark": mark or None, "notices": list(notices)})
    else:
        print(f"已写出：{out}{f'（{mark}）' if mark else ''}")
    _tell_missing(notices)
    return 0


def _require_no_edited_copy(arguments: argparse.Namespace) -> None:
    """A Word file that is there may hold what leaders wrote into it; a PDF holds nothing that cannot be made again."""
    out: Path = arguments.out
    if is_word(out) and out.exists() and not arguments.replace:
        raise UnreadableInputError(
            f"“{out}”已经有了，里面可能有改过的文字，没有替换。要替换请加上--replace，或换一个文件名。"
        )


def _tell_missing(notices: Sequence[str]) -> None:
    """No error: the paper is written, a character on it must be looked at."""
    for notice in notices:
        print_error(f"注意：{notice}")


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"print": print_document})

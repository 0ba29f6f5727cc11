"""`print KIND UNIT UNIT…`, `--all`, `--state`: a product for many units, into one PDF or a file for each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from core.cli.output import print_error, print_json
from core.domain.enums import REPORT_FORM, RecordState
from core.domain.errors import UnreadableInputError
from core.services import drafts
from core.services.printing import PrintKind
from core.services.products.batch import BATCH_KINDS, BatchFailure, BatchResult, names_taken, print_batch
from core.services.workspace import Workspace

_MOST: Final = 100_000
_PDF: Final = ".pdf"


def add_batch_words(parser: argparse.ArgumentParser) -> None:
    """The words of `print` that are for many units."""
    parser.add_argument("--all", action="store_true", help="列表中的全部单位（可用--form、--state缩小范围）")
    parser.add_argument("--state", default=None, metavar="STATE", help="只打印这种状态的单位，如recommended 已推荐")
    parser.add_argument("--replace", action="store_true", help="存到文件夹、存为Word时替换已有的同名文件")


def is_batch(kind: PrintKind, arguments: argparse.Namespace) -> bool:
    """True when a product of one unit is asked for many, or into a folder.

    Raises:
        UnreadableInputError: many units of a product that is none of one unit, or both units and a filter.
    """
    is_filter = arguments.all or arguments.state is not None
    if is_filter and arguments.what:
        raise UnreadableInputError("写了信用代码就不要再写--all、--state，请只用一种。")
    if is_filter and kind not in BATCH_KINDS:
        kinds = "、".join(k.label for k in BATCH_KINDS)
        raise UnreadableInputError(f"{kind.label}不能用--all、--state成批打印，能成批打印的有：{kinds}。")
    return kind in BATCH_KINDS and (is_filter or len(arguments.what) > 1 or arguments.out.is_dir())


def chosen_by_filter(ws: Workspace, kind: PrintKind, arguments: argparse.Namespace) -> list[str]:
    """Ids of the records that `--all`, `--form` and `--state` name, in the order of `list`.

    Raises:
        UnreadableInputError: no such state, or nothing is left.
    """
    state = _state(arguments.state) if arguments.state is not None else None
    found = drafts.list_units(ws, form=arguments.form, state=state, limit=_MOST)
    # An annual report has no recommendation sheet: nobody who says "all" means it.
    passed_over = REPORT_FORM if kind is PrintKind.RECOMMENDATION and arguments.form is None else ""
    ids = [unit.id for unit in found if unit.form != passed_over]
    if not ids:
        raise UnreadableInputError("没有符合条件的单位，请核对--form、--state，或用list看一看有哪些单位。")
    return ids


def print_many(
    ws: Workspace,
    kind: PrintKind,
    record_ids: Sequence[str],
    arguments: argparse.Namespace,
    unknown: Sequence[BatchFailure] = (),
) -> int:
    """Print, and tell of every unit that could not be printed or was `unknown` before; those make the status 1.

    Raises:
        UnreadableInputError: a file name that is no PDF's, files that would be replaced, or not one was printed.
    """
    if not record_ids:
        raise UnreadableInputError(f"一份也没有打印出来：{unknown[0].sentence}")
    out: Path = arguments.out
    separately = out.is_dir() or out.suffix.lower() != _PDF
    if separately:
        _make_ready(ws, kind, record_ids, arguments)
    done = print_batch(
        ws, kind, record_ids, out, separately=separately, as_of=arguments.as_of, replaces=arguments.replace
    )
    if not done.files:
        raise UnreadableInputError(f"一份也没有打印出来：{done.failed[0].sentence}")
    done = replace(done, failed=(*unknown, *done.failed))
    _tell(kind, done, arguments)
    return 1 if done.failed else 0


def _make_ready(ws: Workspace, kind: PrintKind, record_ids: Sequence[str], arguments: argparse.Namespace) -> None:
    out: Path = arguments.out
    if out.suffix and not out.is_dir():
        raise UnreadableInputError(f"成批打印写成一个.pdf文件，或写到一个文件夹；“{out.name}”两样都不是，请改正。")
    if out.exists() and not out.is_dir():
        raise UnreadableInputError(f"“{out}”是一个文件，不是文件夹，请另写一个文件夹。")
    out.mkdir(parents=True, exist_ok=True)
    taken = [] if arguments.replace else names_taken(ws, kind, record_ids, out, as_of=arguments.as_of)
    if taken:
        raise UnreadableInputError(
            f"文件夹“{out}”里已有{len(taken)}个同名文件（如“{taken[0]}”）。要替换请加上--replace，或换一个文件夹。"
        )


def _tell(kind: PrintKind, done: BatchResult, arguments: argparse.Namespace) -> None:
    failed = [{"unit": f.unit, "sentence": f.sentence} for f in done.failed]
    if arguments.json:
        print_json({
            "kind": kind.value, "files": [str(path) for path in done.files], "pages": done.pages,
            "printed": done.printed, "drafts": done.drafts, "samples": done.samples, "failed": failed,
            "notices": list(done.notices),
        })
    else:
        where = done.files[0] if len(done.files) == 1 else f"{done.files[0].parent}，{len(done.files)}个文件"
        print(f"已写出：{where}。{done.printed}份{kind.label}，共{done.pages}页。{done.marked}")
    for failure in done.failed:
        print_error(f"没有打印“{failure.unit}”：{failure.sentence}")
    for notice in done.notices:
        print_error(f"注意：{notice}")


def _state(word: str) -> RecordState:
    wanted = word.strip().lower()
    for state in RecordState:
        if wanted in (state.value, state.label):
            return state
    known = "、".join(f"{state.value} {state.label}" for state in RecordState)
    raise UnreadableInputError(f"没有“{word}”这种状态，可用的有：{known}。")

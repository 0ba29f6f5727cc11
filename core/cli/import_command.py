"""`import`: filled Excel forms into the store."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Command
from core.cli.output import print_error, print_json
from core.domain.errors import UnreadableInputError
from core.services.bulk import import_folder
from core.services.importing import Imported, ImportStatus, import_workbooks, require_importable
from core.services.workspace import Workspace, open_workspace


def import_files(arguments: argparse.Namespace) -> int:
    """Store readable forms as drafts; give marked copies of wrong ones back.

    Files named one by one are all stored or none; of a folder each readable one is.
    """
    folders = [path for path in arguments.files if path.is_dir()]
    if folders and len(arguments.files) > 1:
        raise UnreadableInputError("文件夹要单独导入，一次写一个文件夹，不能和别的文件一起写。")
    with open_workspace(arguments.store) as ws:
        if folders:
            return _import_folder(ws, folders[0], arguments)
        require_importable(ws, arguments.files)
        results = import_workbooks(ws, arguments.files, marked_folder=arguments.marked)
    if arguments.json:
        print_json({"imported": [_imported_as_dict(r) for r in results]})
    return _tell_fates(results, arguments)


def _import_folder(ws: Workspace, folder: Path, arguments: argparse.Namespace) -> int:
    done = import_folder(ws, folder, marked_folder=arguments.marked)
    if arguments.json:
        fates = [_imported_as_dict(r) for r in done.results]
        report = str(done.report) if done.report else None
        print_json({"imported": fates, "summary": done.summary, "report": report})
    status = _tell_fates(done.results, arguments)
    if not arguments.json:
        print(done.summary)
        print(done.report_sentence)
    return status


def _tell_fates(results: Sequence[Imported], arguments: argparse.Namespace) -> int:
    """A sentence each, refusals on stderr; 2 if one was refused, else 1 if one was marked, else 0."""
    for result in results:
        if result.status is ImportStatus.REFUSED:
            print_error(result.sentence)
        elif not arguments.json:
            print(result.sentence)
    statuses = {r.status for r in results}
    if ImportStatus.REFUSED in statuses:
        return 2
    return 1 if ImportStatus.MARKED in statuses else 0


def _imported_as_dict(result: Imported) -> dict[str, object]:
    return {
        "file": str(result.path),
        "status": result.status.value,
        "sentence": result.sentence,
        "unit_name": result.unit_name,
        "credit_code": result.credit_code,
        "form": result.form,
        "verdict": result.eligibility.value if result.eligibility else None,
        "wrong": result.wrong_count,
        "missing": result.missing_count,
        "marked": str(result.marked) if result.marked else None,
        "stored": result.record_id is not None,
    }


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"import": import_files})

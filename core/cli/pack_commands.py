"""`packs`: the policy packs of a store."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Command
from core.cli.output import print_error, print_json, print_table
from core.domain.errors import UnreadableInputError
from core.services import packs as pack_services
from core.services.packs import Migration, PackEntry, PackOffer, RecordMigration
from core.services.workspace import Workspace, open_workspace


def packs(arguments: argparse.Namespace) -> int:
    """List the packs of the store, put one in use, take in the bureau's own, or tell what one means for open forms."""
    steps = {"list": _list_packs, "use": _use_pack, "add": _add_pack, "migration": _show_migration}
    with open_workspace(arguments.store) as ws:
        return steps[arguments.step](ws, arguments)


def _wanted(arguments: argparse.Namespace, what: str) -> str:
    if not arguments.what:
        raise UnreadableInputError(f"命令有误：packs {arguments.step}后面要写{what}。用“--help”查看用法。")
    return str(arguments.what)


def _list_packs(ws: Workspace, arguments: argparse.Namespace) -> int:
    found = pack_services.listed(ws)
    if arguments.json:
        print_json({"packs": [_pack_as_dict(entry) for entry in found], "trouble": ws.pack_trouble})
        return 0
    print_table(
        ("编号", "政策包", "状态", "来自"), [(e.digest[:12], e.label, e.state, e.source) for e in found]
    )
    if ws.pack_trouble:
        print_error(ws.pack_trouble)
    return 0


def _use_pack(ws: Workspace, arguments: argparse.Namespace) -> int:
    chosen = pack_services.find(ws, _wanted(arguments, "政策包的编号"))
    _tell_migration(arguments, pack_services.activate(ws, chosen.digest))
    return 0


def _add_pack(ws: Workspace, arguments: argparse.Namespace) -> int:
    offer = pack_services.add(ws, Path(_wanted(arguments, "政策包的文件夹或文件")))
    if arguments.json:
        print_json({"pack": _offer_as_dict(offer)})
    else:
        print(offer.sentence)
    return 0


def _show_migration(ws: Workspace, arguments: argparse.Namespace) -> int:
    if arguments.what:
        found = pack_services.preview(ws, pack_services.find(ws, arguments.what).digest)
    else:
        found = pack_services.pending(ws)
    _tell_migration(arguments, found)
    return 0


def _tell_migration(arguments: argparse.Namespace, found: Migration) -> None:
    if arguments.json:
        print_json({
            "old": found.old_label, "new": found.new_label, "sentence": found.sentence,
            "records": [_record_as_dict(record) for record in found.records],
        })
        return
    print(found.sentence)
    rows = [
        (record.unit_name, record.form_title, step.label, step.fate.label, step.was, step.now, step.todo)
        for record in found.records for step in record.steps
    ]
    if rows:
        print_table(("单位", "表", "栏目", "变动", "原来", "现在", "怎么办"), rows)


def _pack_as_dict(entry: PackEntry) -> dict[str, object]:
    return {
        "digest": entry.digest, "label": entry.label, "state": entry.state, "active": entry.is_active,
        "shipped": entry.is_shipped, "offered": entry.is_offered, "source": entry.source,
    }


def _offer_as_dict(offer: PackOffer) -> dict[str, object]:
    return {
        "digest": offer.digest, "label": offer.label, "title": offer.title, "source": offer.source,
        "new": offer.is_new, "active": offer.is_active, "sentence": offer.sentence,
    }


def _record_as_dict(record: RecordMigration) -> dict[str, object]:
    return {
        "unit_name": record.unit_name, "credit_code": record.credit_code, "form": record.form,
        "old": record.old_label, "new": record.new_label, "kept": list(record.kept),
        "needs_work": record.needs_work,
        "steps": [
            {
                "name": step.name, "label": step.label, "fate": step.fate.value, "was": step.was, "now": step.now,
                "todo": step.todo,
            }
            for step in record.steps
        ],
    }


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({"packs": packs})

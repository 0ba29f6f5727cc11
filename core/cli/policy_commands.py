"""`forms`, `rules`, `template`, `check`, which need no store, and `packs`: the policy packs of one."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from core.cli.output import print_error, print_json, print_table
from core.domain.enums import Eligibility, Outcome, Severity, handing_in
from core.domain.errors import UnreadableInputError
from core.domain.finding import Finding, Verdict
from core.forms.definition import FieldType
from core.infra.clock import SystemClock
from core.services import packs as pack_services
from core.services.checking import check_files
from core.services.forms import describe_forms, describe_rules
from core.services.packs import Migration, PackEntry, PackOffer, RecordMigration
from core.services.templates import write_template
from core.services.verdicts import verdict_as_dict
from core.services.workspace import Workspace, open_workspace, policy_in


def forms(arguments: argparse.Namespace) -> int:
    """List forms, or the fields of one."""
    pack = policy_in(arguments.store)
    if arguments.json:
        print_json(describe_forms(pack, arguments.form))
    elif arguments.form:
        form = pack.form(arguments.form)
        rows = [
            (f.name, f.label, f.type.value, f.unit, "必填" if f.required else "")
            for f in form.walk()
            if f.type is not FieldType.NOTE
        ]
        print_table(("字段", "名称", "类型", "单位", "必填"), rows)
    else:
        print_table(("代号", "名称", "附件"), [(f.id, f.title, f.annex) for f in pack.forms.values()])
    return 0


def rules(arguments: argparse.Namespace) -> int:
    """List every rule with its clause."""
    pack = policy_in(arguments.store)
    described = describe_rules(pack)
    if arguments.json:
        print_json(described)
        return 0
    listed = described["rules"]
    rows = (
        [(str(r["id"]), str(r["clause"]), str(r["title"])) for r in listed if isinstance(r, dict)]
        if isinstance(listed, list)
        else []
    )
    print_table(("编号", "条款", "内容"), rows)
    return 0


def template(arguments: argparse.Namespace) -> int:
    """Write a blank Excel form."""
    out = write_template(policy_in(arguments.store), arguments.form, arguments.out)
    if arguments.json:
        print_json({"form": arguments.form, "file": str(out)})
    else:
        print(f"已写出空白表：{out}")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Print verdicts of files; nothing is stored."""
    as_of: date = arguments.as_of or SystemClock().today()
    verdicts = check_files(policy_in(arguments.store), arguments.files, as_of)
    if arguments.json:
        print_json({"verdicts": [verdict_as_dict(v) for v in verdicts]})
    else:
        for verdict in verdicts:
            print_verdict(verdict)
    return 0 if all(v.eligibility is Eligibility.ELIGIBLE for v in verdicts) else 1


def _class_of(finding: Finding) -> str:
    """The class in the words of the window and the manual: 不符合, 待核实, 需说明, 已说明, 提示."""
    if finding.severity is Severity.MANDATORY:
        return finding.outcome.label
    if finding.severity is Severity.HINT:
        return "提示"
    return "已说明" if finding.explanation else "需说明"


def print_verdict(verdict: Verdict) -> None:
    """A verdict for people: what holds it back first, the rest counted."""
    name = verdict.unit_name or "（未填名称）"
    waiting = len(verdict.open_findings)
    but = ""
    if waiting and verdict.eligibility is Eligibility.ELIGIBLE:
        but = f"（还有{waiting}条核实性问题要写情况说明才能{handing_in(verdict.form)}）"
    print(f"{name}  {verdict.credit_code}  {verdict.label}{but}")
    print(f"  校核日期{verdict.as_of.isoformat()}  编号{verdict.number}  政策包{verdict.pack}")
    for finding in verdict.findings:
        if finding.outcome is Outcome.MET or (finding.severity == "hint" and finding.rule.startswith("Q")):
            continue
        clause = f"〔{finding.clause}〕" if finding.clause else ""
        print(f"  [{_class_of(finding)}] {finding.rule} {clause}{finding.message}")
        if finding.explanation:
            print(f"      情况说明：{finding.explanation}")
        elif finding.todo:
            print(f"      → {finding.todo}")
    met = sum(1 for f in verdict.findings if f.outcome is Outcome.MET)
    print(f"  符合{met}条")


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

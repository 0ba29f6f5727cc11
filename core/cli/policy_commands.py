"""`forms`, `rules`, `template`, `check`, which need no store."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Command
from core.cli.output import print_json, print_table
from core.domain.enums import Eligibility, Outcome, Severity, handing_in
from core.domain.finding import Finding, Verdict
from core.forms.definition import FieldType
from core.infra.clock import SystemClock
from core.services.forms import describe_forms, describe_rules
from core.services.workspace import policy_in


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
    from core.services.templates import write_template

    out = write_template(policy_in(arguments.store), arguments.form, arguments.out)
    if arguments.json:
        print_json({"form": arguments.form, "file": str(out)})
    else:
        print(f"已写出空白表：{out}")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Print verdicts of files; nothing is stored."""
    from core.services.checking import check_files
    from core.services.verdicts import verdict_as_dict

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


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({
    "forms": forms, "rules": rules, "template": template, "check": check,
})

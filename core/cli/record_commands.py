"""`list`, `show`, `explain`, `recommend`, `withdraw`: commands over the store."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Command
from core.cli.output import print_json, print_table
from core.cli.policy_commands import print_verdict
from core.domain import credit_code
from core.domain.enums import Eligibility
from core.domain.errors import GreenLadderError, NotAllowedError, UnreadableInputError
from core.domain.records import Record, RecordSummary
from core.services import drafts
from core.services.verdicts import verdict_as_dict
from core.services.workspace import Workspace, open_workspace

_MOST_REFRESHED: Final = 2000


def list_units(arguments: argparse.Namespace) -> int:
    """List the units of the store."""
    with open_workspace(arguments.store) as ws:
        drafts.refresh_verdicts(ws, _MOST_REFRESHED)
        rows = _judged(ws, drafts.list_units(ws, query=arguments.query, limit=100_000))
        titles = {f.id: f.title for f in ws.pack.forms.values()}
        offices = {r.office: ws.office_label(r.office) for r in rows}
    if arguments.json:
        print_json(
            {
                "units": [
                    {
                        "credit_code": r.credit_code,
                        "unit_name": r.unit_name,
                        "form": r.form,
                        "office": r.office,
                        "state": r.state.value,
                        "verdict": r.eligibility,
                        "open": r.open_count,
                        "updated_at": r.updated_at.isoformat(),
                        "sample": r.is_sample,
                        "year": r.year,
                    }
                    for r in rows
                ]
            }
        )
        return 0
    print_table(
        ("信用代码", "单位名称", "表", "街镇、园区", "状态", "校核结果", "待处理"),
        [
            (
                r.credit_code,
                r.unit_name,
                f"{titles.get(r.form, r.form)}{r.year}",
                offices[r.office],
                r.state.label,
                Eligibility(r.eligibility).label_for(r.form) if r.eligibility else "",
                str(r.open_count),
            )
            for r in rows
        ],
    )
    print(f"共{len(rows)}条")
    return 0


def _judged(ws: Workspace, rows: Sequence[RecordSummary]) -> list[RecordSummary]:
    """The rows; a form that came locked was never checked here, so its verdict is found now, of the day of its lock."""
    found, left = [], _MOST_REFRESHED
    for row in rows:
        if row.eligibility or row.state.is_editable or not left:
            found.append(row)
            continue
        left -= 1
        try:
            verdict = drafts.open_form(ws, row.id).verdict
        except GreenLadderError:  # the pack under which it was locked is not here
            found.append(row)
        else:
            found.append(replace(row, eligibility=verdict.eligibility.value, open_count=drafts.attention(verdict)))
    return found


def _find(ws: Workspace, unit: str, form: str | None) -> tuple[Record, ...]:
    return drafts.find_unit(ws, credit_code.normalise(unit), form)


def find_one(ws: Workspace, unit: str, form: str | None) -> Record:
    """The unit's only record, or the one of the form named; of several annual reports the newest.

    Raises:
        UnreadableInputError: it has several and none is named.
    """
    found = _find(ws, unit, form)
    if len({r.form for r in found}) == 1:
        return max(found, key=lambda r: (r.period, r.created_at))
    if len(found) > 1:
        ids = "、".join(r.form for r in found)
        raise UnreadableInputError(f"“{found[0].unit_name}”有{len(found)}张表（{ids}），请用--form指明是哪一张。")
    return found[0]


def show(arguments: argparse.Namespace) -> int:
    """Show a unit: each of its forms with its verdict, answers, evidence and events."""
    from core.cli.review_words import print_review

    with open_workspace(arguments.store) as ws:
        opened = [drafts.open_form(ws, r.id) for r in _find(ws, arguments.unit, arguments.form)]
        if arguments.json:
            documents = [_opened_as_dict(ws, o, history=arguments.history) for o in opened]
            only = documents[0] if len(documents) == 1 else {}
            print_json({"unit": credit_code.normalise(arguments.unit), "records": documents, **only})
            return 0
        for each in opened:
            print(f"{each.form.title}（{each.record.state.label}）  修改{each.record.revision}次")
            print_review(ws, each)
            print_verdict(each.verdict)
    return 0


def _opened_as_dict(ws: Workspace, opened: drafts.OpenForm, *, history: bool) -> dict[str, object]:
    from core.cli.review_words import review_as_dict

    record = opened.record
    described: dict[str, object] = {
        "form": record.form,
        "credit_code": record.credit_code,
        "unit_name": record.unit_name,
        "office": record.office,
        "state": record.state.value,
        "pack": record.pack_version,
        "revision": record.revision,
        "answers": record.answers,
        "wrong": dict(opened.state.wrong),
        "explanations": {e.rule: e.text for e in record.explanations},
        "verdict": verdict_as_dict(opened.verdict),
        "evidence": [{"field": e.field, "file_name": e.file_name, "sha256": e.sha256} for e in opened.evidence],
        "events": [
            {
                "kind": e.kind,
                "at": e.happened_at.isoformat(),
                "by": e.actor,
                "source": e.source,
                "verdict_number": e.verdict_number,
                "detail": e.detail,
            }
            for e in drafts.events(ws, record.id)
        ],
        **review_as_dict(ws, opened),
    }
    if history:
        described["history"] = [
            {
                "field": c.field,
                "old": c.old,
                "new": c.new,
                "by": c.changed_by,
                "at": c.changed_at.isoformat(),
                "source": c.source,
            }
            for c in drafts.history(ws, record.id)
        ]
    return described


def explain(arguments: argparse.Namespace) -> int:
    """Write an explanation on a `verify` finding."""
    if not arguments.text.strip():
        raise UnreadableInputError("情况说明是空的，请写明原因后再试。")
    with open_workspace(arguments.store) as ws:
        record = find_one(ws, arguments.unit, arguments.form)
        opened = drafts.explain(ws, record.id, arguments.rule, arguments.text)
    if arguments.json:
        print_json({"verdict": verdict_as_dict(opened.verdict)})
    else:
        left = len(opened.verdict.open_findings)
        print(f"已写情况说明；{f'还有{left}条核实性问题没有说明' if left else '核实性问题都已说明'}。")
    return 0


def withdraw(arguments: argparse.Namespace) -> int:
    """Take a recommendation back, so that the record can be edited again."""
    with open_workspace(arguments.store) as ws:
        record = drafts.withdraw(ws, find_one(ws, arguments.unit, arguments.form).id).record
    if arguments.json:
        print_json({"credit_code": record.credit_code, "state": record.state.value})
    else:
        print(f"“{record.unit_name}”已撤回，可以修改。")
    return 0


def recommend(arguments: argparse.Namespace) -> int:
    """Lock units that may be recommended; say of the others why not. Another office's unit stops all."""
    from core.services.exchange import shared

    results: list[dict[str, object]] = []
    with open_workspace(arguments.store) as ws:
        records = [find_one(ws, unit, arguments.form) for unit in arguments.units]
        for foreign in filter(None, (drafts.foreign_sentence(ws, record) for record in records)):
            raise NotAllowedError(f"{foreign}本次没有推荐任何单位。" if len(records) > 1 else foreign)
        for record in records:
            try:
                number = drafts.recommend(ws, record.id).verdict.number
                sentence = f"“{record.unit_name}”已推荐，校核编号{number}。{shared.hint_for(ws, record.credit_code)}"
                done = True
            except NotAllowedError as error:
                sentence, done = str(error), False
            results.append({"credit_code": record.credit_code, "recommended": done, "sentence": sentence})
    if arguments.json:
        print_json({"recommended": results})
    else:
        for result in results:
            print(result["sentence"])
    return 0 if all(r["recommended"] for r in results) else 1


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({
    "list": list_units, "show": show, "explain": explain, "recommend": recommend, "withdraw": withdraw,
})

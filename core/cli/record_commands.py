"""`import`, `list`, `show`, `explain`, `recommend`, `print`: commands over the store."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.cli.arguments import Command
from core.cli.batch_command import chosen_by_filter, is_batch, print_many
from core.cli.bound_command import print_bound
from core.cli.output import print_error, print_json, print_table
from core.cli.policy_commands import print_verdict
from core.cli.review_words import print_review, review_as_dict
from core.domain import credit_code
from core.domain.enums import Eligibility
from core.domain.errors import GreenLadderError, NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.records import Record, RecordSummary
from core.services import drafts
from core.services.bulk import import_folder
from core.services.exchange import shared
from core.services.importing import Imported, ImportStatus, import_workbooks, require_importable
from core.services.library import members
from core.services.printing import PrintKind, PrintRequest, print_request
from core.services.products.batch import BatchFailure
from core.services.products.making import only_record
from core.services.products.word_copies import is_word
from core.services.verdicts import verdict_as_dict
from core.services.workspace import Workspace, open_workspace

_MOST_REFRESHED: Final = 2000


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


def _find_one(ws: Workspace, unit: str, form: str | None) -> Record:
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
        record = _find_one(ws, arguments.unit, arguments.form)
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
        record = drafts.withdraw(ws, _find_one(ws, arguments.unit, arguments.form).id).record
    if arguments.json:
        print_json({"credit_code": record.credit_code, "state": record.state.value})
    else:
        print(f"“{record.unit_name}”已撤回，可以修改。")
    return 0


def recommend(arguments: argparse.Namespace) -> int:
    """Lock units that may be recommended; say of the others why not. Another office's unit stops all."""
    results: list[dict[str, object]] = []
    with open_workspace(arguments.store) as ws:
        records = [_find_one(ws, unit, arguments.form) for unit in arguments.units]
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
    ids = tuple(_find_one(ws, unit, arguments.form).id for unit in arguments.what)
    return PrintRequest(kind, ids, as_of=arguments.as_of)


def _named_one_by_one(ws: Workspace, arguments: argparse.Namespace) -> tuple[list[str], list[BatchFailure]]:
    """Ids of the records meant, and the units that there are none of: one wrong code does not stop the others."""
    ids: list[str] = []
    unknown: list[BatchFailure] = []
    for unit in arguments.what:
        try:
            ids.append(_find_one(ws, unit, arguments.form).id)
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


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType({
    "import": import_files, "list": list_units, "show": show, "explain": explain, "recommend": recommend,
    "withdraw": withdraw, "print": print_document,
})

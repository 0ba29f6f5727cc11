"""From what is asked for to the document: data of the store, the product's own builder, its marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from core.domain.calendar import format_chinese
from core.domain.enums import REPORT_FORM
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import Tier
from core.services.drafts import OpenForm, open_form, recommended_on
from core.services.evidence import query_list as units_to_query
from core.services.library import papers
from core.services.library.access import office_of
from core.services.library.papers import PaperRequest
from core.services.products import codes, letters
from core.services.products.kinds import PrintKind
from core.services.products.request import PrintRequest
from core.services.workspace import NOBODY, Workspace

if TYPE_CHECKING:
    from core.documents.model import Document
    from core.documents.products.paper import AttachedFile
    from core.documents.products.recommendation_sheet import RecordFacts

_OF_RECORD: Final = frozenset({PrintKind.RECOMMENDATION, PrintKind.FORM, PrintKind.REPORT})
_DRAFT: Final = "草稿"
# A made-up unit must never pass for a real one on paper.
_SAMPLE: Final = "示例"


def document_of(ws: Workspace, request: PrintRequest) -> Document:
    """The document that a request asks for.

    Raises:
        NotFoundError: no such record, form, roster, removal or call.
        NotAllowedError: the paper is not to be had yet, or of a day to come.
        UnreadableInputError: more than one unit for a product of one unit.
    """
    kind = request.kind
    if kind in _OF_RECORD:
        return _record_document(ws, request)
    if kind is PrintKind.BOUND:
        raise UnreadableInputError("合订本由几种打印件和佐证材料装订成，一次只装订一个单位，请单独打印。")
    if kind.is_of_exchange:
        document = _exchange_document(ws, kind, request.number, request.office)
    elif kind is PrintKind.LETTER:
        document = letters.letter(ws, request)
    elif kind.is_of_library:
        document = _library_document(ws, kind, request.of_library)
    else:
        document = _working_paper(ws, request)
    if kind is not PrintKind.QUERY_LIST and any(ws.store.get(r).is_sample for r in request.record_ids):
        document = replace(document, watermark=_SAMPLE)
    return codes.stamped(ws, request, document)


def _record_document(ws: Workspace, request: PrintRequest) -> Document:
    """A paper of one record, which is opened and checked once for all that stands on it."""
    opened = open_form(ws, only_record(request.record_ids), request.as_of)
    document = _of_form(ws, request.kind, opened)
    own_day = recommended_on(ws, opened.record) or ws.clock.today()
    if request.kind is PrintKind.RECOMMENDATION and request.as_of not in (None, own_day):
        # An official sheet for a day that was better than today would be a way around the rules.
        document = replace(document, watermark=_DRAFT)
    if opened.record.is_sample:
        document = replace(document, watermark=_SAMPLE)
    return codes.stamped(ws, request, document, opened)


def _library_document(ws: Workspace, kind: PrintKind, request: PaperRequest) -> Document:
    if kind is PrintKind.ROSTER:
        return papers.roster_paper(ws, request)
    if kind is PrintKind.ANNOUNCEMENT:
        return papers.announcement_paper(ws, request)
    if kind is PrintKind.REMINDER:
        return papers.reminder_paper(ws, request)
    return papers.list_paper(ws, Tier.CITY if kind is PrintKind.CITY_LIST else Tier.NATION, request)


def _exchange_document(ws: Workspace, kind: PrintKind, number: int | None, office: str | None) -> Document:
    from core.services.exchange import prints

    if kind is PrintKind.PACKAGE_COVER:
        return prints.cover(ws, number)
    if kind is PrintKind.OFFICE_SUMMARY:
        return prints.summary(ws, number)
    if not office:
        raise UnreadableInputError("打印接收回执要写明给哪个街镇、园区（--office）。")
    return prints.receipt(ws, office_of(ws, office), number)


def _working_paper(ws: Workspace, request: PrintRequest) -> Document:
    """The blank form, or the list of units to look up."""
    from core.documents.products import filled_form, query_list

    if request.kind is PrintKind.BLANK:
        form = ws.pack.form(request.form_id or "")
        return filled_form.blank_form(ws.pack, form.id, request.as_of or ws.clock.today())
    rows = units_to_query(ws, request.record_ids)
    if not rows:
        raise NotFoundError("没有可查询的单位：信用代码都还没有填对，请先填好代码。")
    return query_list.query_list(ws.pack, [query_list.QueryRow(r.unit_name, r.credit_code) for r in rows])


def _of_form(ws: Workspace, kind: PrintKind, opened: OpenForm) -> Document:
    from core.documents.products import filled_form, recommendation_sheet, verdict_report

    pack = ws.pack_of(opened.record)
    if kind is PrintKind.REPORT:
        return verdict_report.verdict_report(pack, opened.verdict)
    if kind is PrintKind.FORM:
        return filled_form.filled_form(pack, opened.state, attached_files(opened))
    if opened.form.id == REPORT_FORM:
        raise NotAllowedError(f"“{opened.record.unit_name}”的这份表是动态管理表，没有推荐表；请打印动态管理表本身。")
    return recommendation_sheet.recommendation_sheet(pack, opened.state, opened.verdict, _facts(ws, opened))


def only_record(record_ids: Sequence[str]) -> str:
    """The one record of a product of one unit.

    Raises:
        UnreadableInputError: none, or more than one.
    """
    if len(record_ids) != 1:
        raise UnreadableInputError("这种打印件一次打印一个单位，请只选一个。")
    return record_ids[0]


def _facts(ws: Workspace, opened: OpenForm) -> RecordFacts:
    """What the record and the station add to form and verdict."""
    from core.documents.products.recommendation_sheet import RecordFacts

    answers, station = opened.state.answers, ws.station
    return RecordFacts(
        office=ws.office_label(opened.record.office),
        handler=str(answers.get("office_handler") or (station.clerk if station else "")),
        handler_phone=str(answers.get("office_handler_phone") or (station.phone if station else "")),
        batch=str(answers.get("batch") or ""),
        evidence_count=len(opened.evidence),
        explained_by={
            e.rule: "，".join(part for part in (
                e.written_by.removeprefix(NOBODY).strip(), format_chinese(e.written_at.astimezone().date()),
            ) if part)
            for e in opened.record.explanations
        },
    )


def attached_files(opened: OpenForm) -> dict[str, list[AttachedFile]]:
    """Path of a file field → the files attached to it."""
    from core.documents.products.paper import AttachedFile

    files: dict[str, list[AttachedFile]] = {}
    for evidence in opened.evidence:
        files.setdefault(evidence.field, []).append(AttachedFile(evidence.file_name, evidence.sha256))
    return files

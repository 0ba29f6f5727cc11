"""Printed products: data of the store into a document, the document into a PDF, the PDF onto the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.domain.enums import REPORT_FORM
from core.domain.errors import NotAllowedError, NotFoundError, UnreadableInputError
from core.domain.library import Tier
from core.services.drafts import OpenForm, open_form, recommended_on
from core.services.evidence import query_list as units_to_query
from core.services.fonts import font_set
from core.services.library import papers
from core.services.library.access import office_of
from core.services.library.papers import PaperRequest
from core.services.workspace import NOBODY, Workspace

if TYPE_CHECKING:
    from core.documents.model import Document
    from core.documents.products.recommendation_sheet import RecordFacts


class PrintKind(StrEnum):
    """What can be printed (design §8, as far as it is here)."""

    RECOMMENDATION = "recommendation"
    FORM = "form"
    BLANK = "blank"
    REPORT = "report"
    QUERY_LIST = "query-list"
    ROSTER = "roster"
    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    CITY_LIST = "city-list"
    NATION_LIST = "nation-list"
    PACKAGE_COVER = "package-cover"
    OFFICE_SUMMARY = "office-summary"
    RECEIPT = "receipt"

    @property
    def is_of_library(self) -> bool:
        """True for papers of the library and of the exchange, which ask for no record."""
        return self in _OF_LIBRARY or self in _OF_EXCHANGE

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {
            "recommendation": "推荐表",
            "form": "培育表",
            "blank": "空白表",
            "report": "校核报告",
            "query-list": "查询清单",
            "roster": "名单",
            "announcement": "移出公告",
            "reminder": "催报名单",
            "city-list": "市级推荐名单",
            "nation-list": "国家级推荐名单",
            "package-cover": "报送包封面",
            "office-summary": "推荐汇总表",
            "receipt": "接收回执",
        }[self.value]

    @classmethod
    def named(cls, word: str) -> PrintKind:
        """The product of that name, by its own word, by the clerks' word, or by a usual longer form.

        Raises:
            UnreadableInputError: no such product.
        """
        wanted = word.strip().lower().replace("_", "-").removesuffix("-sheet")
        usual = {"filled-form": cls.FORM, "blank-form": cls.BLANK, "verdict": cls.REPORT, "verdict-report": cls.REPORT}
        for kind in cls:
            if wanted in (kind.value, kind.label):
                return kind
        if wanted in usual:
            return usual[wanted]
        kinds = "、".join(f"{k.value}（{k.label}）" for k in cls)
        raise UnreadableInputError(f"没有“{word}”这种打印件，可用的有：{kinds}。")


_OF_LIBRARY: Final = frozenset({
    PrintKind.ROSTER, PrintKind.ANNOUNCEMENT, PrintKind.REMINDER, PrintKind.CITY_LIST, PrintKind.NATION_LIST,
})
_OF_EXCHANGE: Final = frozenset({PrintKind.PACKAGE_COVER, PrintKind.OFFICE_SUMMARY, PrintKind.RECEIPT})


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as pixels: RGBA, eight bits each, rows without gaps."""

    width: int
    height: int
    rgba: bytes


def print_to_file(
    ws: Workspace,
    kind: PrintKind,
    out: Path,
    *,
    record_ids: Sequence[str] = (),
    form_id: str | None = None,
    as_of: date | None = None,
    number: int | None = None,
    year: int | None = None,
    office: str | None = None,
    membership_ids: Sequence[str] = (),
    call_id: str | None = None,
    is_final: bool = False,
) -> Path:
    """Print a product into a PDF, whole or not at all.

    A sheet of a unit that may not be recommended yet is marked 草稿 on every page, one of a sample unit 示例.
    From `number` on, the keywords are for the papers of the library (`core.services.library.papers.PaperRequest`).

    Raises:
        NotFoundError: no such record, form, roster, removal or call.
        NotAllowedError: the paper is not to be had yet, or of a day to come.
        UnreadableInputError: more than one unit for a product of one unit.
        StoreError: the file cannot be written.
    """
    from core.documents.pdf.writer import write_pdf

    if kind in _OF_EXCHANGE:
        document = _exchange_document(ws, kind, number, office)
    elif kind.is_of_library:
        request = PaperRequest(number, as_of, year, office, tuple(membership_ids), call_id, is_final)
        document = _library_document(ws, kind, request)
    else:
        document = _document(ws, kind, record_ids, form_id, as_of)
    if kind is PrintKind.RECOMMENDATION and _is_of_another_day(ws, record_ids, as_of):
        # An official sheet for a day that was better than today would be a way around the rules.
        document = replace(document, watermark="草稿")
    if any(ws.store.get(r).is_sample for r in record_ids) and kind is not PrintKind.QUERY_LIST:
        # A made-up unit must never pass for a real one on paper.
        document = replace(document, watermark="示例")
    out.parent.mkdir(parents=True, exist_ok=True)
    write_pdf(document, out, font_set(ws))
    return out


def _is_of_another_day(ws: Workspace, record_ids: Sequence[str], as_of: date | None) -> bool:
    own_days = {recommended_on(ws, ws.store.get(r)) or ws.clock.today() for r in record_ids}
    return as_of is not None and as_of not in own_days


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


def _document(
    ws: Workspace, kind: PrintKind, record_ids: Sequence[str], form_id: str | None, as_of: date | None
) -> Document:
    from core.documents.products import filled_form, query_list, recommendation_sheet, verdict_report

    if kind is PrintKind.BLANK:
        form = ws.pack.form(form_id or "")
        return filled_form.blank_form(ws.pack, form.id, as_of or ws.clock.today())
    if kind is PrintKind.QUERY_LIST:
        rows = units_to_query(ws, record_ids)
        if not rows:
            raise NotFoundError("没有可查询的单位：信用代码都还没有填对，请先填好代码。")
        return query_list.query_list(ws.pack, [query_list.QueryRow(r.unit_name, r.credit_code) for r in rows])
    opened = open_form(ws, _only(record_ids), as_of)
    pack = ws.pack_of(opened.record)
    if kind is PrintKind.REPORT:
        return verdict_report.verdict_report(pack, opened.verdict)
    if kind is PrintKind.FORM:
        return filled_form.filled_form(pack, opened.state, _evidence_names(opened))
    if opened.form.id == REPORT_FORM:
        raise NotAllowedError(f"“{opened.record.unit_name}”的这份表是动态管理表，没有推荐表；请打印动态管理表本身。")
    return recommendation_sheet.recommendation_sheet(pack, opened.state, opened.verdict, _facts(ws, opened))


def _only(record_ids: Sequence[str]) -> str:
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
            e.rule: f"{e.written_by.removeprefix(NOBODY)} {e.written_at.astimezone().date().isoformat()}".strip()
            for e in opened.record.explanations
        },
    )


def _evidence_names(opened: OpenForm) -> dict[str, list[str]]:
    """Path of a file field → names of the files attached to it."""
    names: dict[str, list[str]] = {}
    for evidence in opened.evidence:
        names.setdefault(evidence.field, []).append(evidence.file_name)
    return names


def page_count(pdf: Path) -> int:
    """How many pages a PDF has.

    Raises:
        UnreadableInputError: the file is missing or is no PDF.
    """
    from core.documents.pdf import preview

    return preview.page_count(pdf)


def render_page(pdf: Path, index: int, scale: float) -> PageImage:
    """A page, counted from 0, as a picture; `scale` 1 is 72 pixels an inch.

    Raises:
        UnreadableInputError: the file is missing, is no PDF, or has no such page.
    """
    from core.documents.pdf import preview

    width, height, bgra = preview.render_page(pdf, index, scale)
    pixels = bytearray(bgra)
    pixels[0::4], pixels[2::4] = bgra[2::4], bgra[0::4]
    return PageImage(width, height, bytes(pixels))


def page_text(pdf: Path, index: int) -> str:
    """The text of a page as a reader would copy it.

    Raises:
        UnreadableInputError: the file is missing, is no PDF, or has no such page.
    """
    from core.documents.pdf import preview

    return preview.page_text(pdf, index)

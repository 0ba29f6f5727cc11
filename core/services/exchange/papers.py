"""The readable papers inside a file between office and bureau: cover, summary, forms, receipt, notice, 说明.

They are for people, and the program never reads them back. The same facts give the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from core.domain.calendar import format_chinese
from core.domain.enums import REPORT_FORM
from core.domain.exchange import FileKind
from core.domain.paper_code import PaperKind
from core.domain.records import Record
from core.forms.values import display
from core.services.drafts import recommended_on
from core.services.fonts import bundled_fonts
from core.services.library.labels import industry_label
from core.services.products.file_papers import code_of_file
from core.services.products.stamping import with_code
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.excel.summary import Sheet
    from core.documents.model import Document
    from core.documents.products.office_summary import SummaryRow
    from core.documents.products.package_cover import FileWords
    from core.documents.products.receipt_paper import MemberRow, ReceiptUnit, ReturnedUnit
    from core.forms.evaluation import FormState

COVER: Final = "封面.pdf"
SUMMARY: Final = "汇总.xlsx"
FORMS_FOLDER: Final = "表"
RECEIPT: Final = "回执.pdf"
RECEIPT_BOOK: Final = "回执.xlsx"
NOTICE: Final = "通知.pdf"
READ_ME: Final = "说明.txt"
_LONGEST_NAME: Final = 60
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
# Not what Python's table of Unicode lacks (Cn): extensions G to J of the ideographs are newer than some tables.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
_RESERVED: Final = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³"))
)


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What a file says of itself: labels as they are printed. `records` are those in it, in the order of its lines.

    `made_on` is the day of the newest change in it, never today: the same state gives the same bytes. `office` is the
    code behind `office_label`. `days`: record id → day of its recommendation then, where it was made anew since.
    """

    kind: FileKind
    number: int
    office: str
    office_label: str
    bureau_label: str
    window: str
    made_on: date
    key_name: str
    pack_label: str
    records: Sequence[Record] = ()
    days: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One record of a package in words; `change_label` says what it is to the bureau: 新增, 更正, 未变."""

    record_id: str
    unit_name: str
    credit_code: str
    form_title: str
    state_label: str
    verdict_label: str
    verdict_number: str
    evidence_count: int
    change_label: str


@dataclass(frozen=True, slots=True)
class FateLine:
    """What became of one record, in words."""

    unit_name: str
    credit_code: str
    form_title: str
    outcome_label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A record that goes back: the reason, and the remarks as pairs of a field's label and the text."""

    unit_name: str
    form_title: str
    reason: str
    remarks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A unit of the office in the library, in words; `note` says 在库, or when and why it left."""

    unit_name: str
    credit_code: str
    kind_label: str
    tier_label: str
    admitted_on: date
    note: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What receiving did with one record. `fields`: label, value here, value in the file, what was taken.

    `conflicts` are the labels of the fields in conflict.
    """

    unit_name: str
    credit_code: str
    form_title: str
    outcome_label: str
    sentence: str
    fields: Sequence[tuple[str, str, str, str]] = field(default=())
    conflicts: Sequence[str] = field(default=())


def readable_of_package(
    ws: Workspace,
    facts: PackageFacts,
    lines: Sequence[PaperLine],
    check_code: str,
    *,
    with_forms: bool = True,
    on_form: Callable[[int], None] | None = None,
) -> Mapping[str, bytes]:
    """封面.pdf, 汇总.xlsx, the filled forms and 说明.txt of a package, by their path in it.

    `with_forms` False leaves the forms out. `on_form` is told how many records' forms are done; it may raise to stop.

    Raises:
        NotFoundError: a record, or its form, is not here any more.
        FontError, StoreError: fonts are missing, or no temporary file can be written.
    """
    papers = {COVER: _pdf(ws, cover_paper(facts, lines, check_code)), SUMMARY: _book(_summary(ws, facts, lines))}
    if with_forms:
        for number, made in forms_of_package(ws, facts, lines):
            papers.update(made)
            if on_form is not None:
                on_form(number)
    content = f"{len(lines)}份表、{sum(line.evidence_count for line in lines)}件佐证材料"
    papers[READ_ME] = _read_me(facts, check_code, (
        f"这是{facts.office_label}报给{facts.bureau_label}的报送包，里面有{content}。",
        f"请把整个压缩包（.zip）原样交给{facts.bureau_label}，用U盘或者电子邮件都可以。",
        "不要改动、增减里面的任何文件，也不要解压以后再压缩：改动过的包，程序会拒收。",
        f"没有本程序的，可以打开“{COVER}”“{SUMMARY}”" + (f"和“{FORMS_FOLDER}”文件夹里的PDF" if with_forms else "")
        + "查看；它们只供人看，程序接收时不读这些文件。",
        "接收时，请逐位核对程序显示的核对码与封面所印的（或者电话里报的）是否相同。",
    ))
    return papers


def forms_of_package(
    ws: Workspace, facts: PackageFacts, lines: Sequence[PaperLine]
) -> Iterator[tuple[int, Mapping[str, bytes]]]:
    """Record by record, counted from 1, its filled form, and its recommendation sheet once it is recommended.

    A form is some 0.4 MB: many are written away one by one, not held together.

    Raises:
        NotFoundError, FontError, StoreError: as `readable_of_package`.
    """
    from core.services.products.kinds import PrintKind
    from core.services.products.making import document_of
    from core.services.products.request import PrintRequest

    by_id = {record.id: record for record in facts.records}
    width = max(2, len(str(len(lines))))
    for number, line in enumerate(lines, start=1):
        record = by_id[line.record_id]
        day = recommended_on(ws, record)
        start, name = f"{number:0{width}}", line.unit_name or "未填单位名称"
        form = document_of(ws, PrintRequest(PrintKind.FORM, (record.id,), as_of=day or facts.made_on))
        made = {_path(start, name, ""): _pdf(ws, form)}
        if day is not None and record.form != REPORT_FORM:
            sheet = document_of(ws, PrintRequest(PrintKind.RECOMMENDATION, (record.id,)))
            made[_path(start, name, " 推荐表")] = _pdf(ws, sheet)
        yield number, made


def readable_of_receipt(
    ws: Workspace,
    facts: PackageFacts,
    received: Sequence[FateLine],
    returned: Sequence[ReturnLine],
    check_code: str,
    *,
    received_to: int = 0,
    missing: Sequence[int] = (),
    members: Sequence[MemberLine] = (),
) -> Mapping[str, bytes]:
    """回执.pdf, 回执.xlsx and 说明.txt of a receipt; `received_to` and `missing` are the office's package numbers.

    Raises:
        FontError, StoreError: as `readable_of_package`.
    """
    from core.documents.excel.exchange_books import receipt_sheets
    from core.documents.products import receipt_paper as product

    fates, back = [_receipt_unit(line) for line in received], _returned(returned)
    paper = receipt_document(
        facts, received, returned, check_code, received_to=received_to, missing=missing, members=members
    )
    heading = f"{product.RECEIPT_TITLE}（{facts.office_label}　第{facts.number}号）"
    notes = (product.packages_sentence(received_to, missing), f"核对码：{check_code}")
    return {
        RECEIPT: _pdf(ws, paper),
        RECEIPT_BOOK: _book(receipt_sheets(heading, notes, fates, back)),
        READ_ME: _read_me(facts, check_code, (
            f"这是{facts.bureau_label}给{facts.office_label}的回执：{len(fates)}份表有了结果，其中退回{len(back)}份。",
            "请把整个压缩包（.zip）原样放到装有本程序的电脑上，在程序里“接收”；各单位的状态和审核意见会自动更新。",
            f"没有本程序的，可以打开“{RECEIPT}”或者“{RECEIPT_BOOK}”查看；它们只供人看，程序不读这些文件。",
            "不要改动、增减里面的任何文件：改动过的回执，程序会拒收。",
        )),
    }


def readable_of_notice(
    ws: Workspace,
    facts: PackageFacts,
    title: str,
    deadline: date | None,
    text: str,
    check_code: str,
    *,
    members: Sequence[MemberLine] = (),
    has_pack: bool = False,
    reports: int = 0,
) -> Mapping[str, bytes]:
    """通知.pdf and 说明.txt of a notice; `has_pack` and `reports` say what else the file carries.

    Raises:
        FontError, StoreError: as `readable_of_package`.
    """
    from core.documents.products import receipt_paper as product

    notice = product.NoticeText(title, deadline, text)
    paper = product.notice_paper(_words(facts, check_code), notice, [_member(m) for m in members])
    carried = [words for words, is_there in (
        ("新的政策包", has_pack), (f"上年度的动态管理表{reports}份", reports), (f"培育库名单{len(members)}家", members),
    ) if is_there]
    return {
        NOTICE: _pdf(ws, paper),
        READ_ME: _read_me(facts, check_code, (
            f"这是{facts.bureau_label}给{facts.office_label}的通知：{title}。"
            + (f"随通知发来{'、'.join(carried)}。" if carried else ""),
            "请把整个压缩包（.zip）原样放到装有本程序的电脑上，在程序里“接收”。",
            f"没有本程序的，可以打开“{NOTICE}”查看；它只供人看，程序不读这个文件。",
            "不要改动、增减里面的任何文件：改动过的通知，程序会拒收。",
        )),
    }


def receipt_document(
    facts: PackageFacts, received: Sequence[FateLine], returned: Sequence[ReturnLine], check_code: str, *,
    received_to: int = 0, missing: Sequence[int] = (), members: Sequence[MemberLine] = (),
) -> Document:
    """接收回执 of a receipt that is made, or was."""
    from core.documents.products import receipt_paper as product

    fates = [_receipt_unit(line) for line in received]
    paper = product.receipt_paper(
        _words(facts, check_code), received_to, missing, fates, _returned(returned), [_member(m) for m in members]
    )
    return _with_code(PaperKind.RECEIPT, facts, check_code, paper)


def _returned(lines: Sequence[ReturnLine]) -> list[ReturnedUnit]:
    from core.documents.products.receipt_paper import ReturnedUnit

    return [ReturnedUnit(x.unit_name, x.form_title, x.reason, tuple(x.remarks)) for x in lines]


def write_receive_report(ws: Workspace, out: Path, heading: str, rows: Sequence[ReportRow]) -> Path:
    """接收情况表 as Excel: what happened to every record of a received file, and to every field.

    Raises:
        UnreadableInputError: the file is to be no Excel workbook.
        StoreError: the file cannot be written.
    """
    from core.documents.excel.exchange_books import ReportLine, report_sheets
    from core.documents.excel.summary import write_sheets

    lines = [ReportLine(_receipt_unit(row), tuple(row.fields), tuple(row.conflicts)) for row in rows]
    out.parent.mkdir(parents=True, exist_ok=True)
    return write_sheets(out, report_sheets(heading, lines))


def cover_paper(facts: PackageFacts, lines: Sequence[PaperLine], check_code: str) -> Document:
    """报送包封面 of a package that is made, or was."""
    from core.documents.products.package_cover import CoverUnit, package_cover

    units = [
        CoverUnit(
            x.unit_name, x.credit_code, x.form_title, x.state_label, x.verdict_label, x.evidence_count, x.change_label
        )
        for x in lines
    ]
    paper = package_cover(_words(facts, check_code), units)
    return _with_code(PaperKind.PACKAGE_COVER, facts, check_code, paper)


def summary_paper(ws: Workspace, facts: PackageFacts, lines: Sequence[PaperLine], check_code: str) -> Document:
    """推荐汇总表 to sign and seal, of the records of `facts`."""
    from core.documents.products.office_summary import office_summary

    rows = _summary_rows(ws, lines, _states(ws, facts))
    is_sample = any(record.is_sample for record in facts.records)
    paper = office_summary(facts.office_label, facts.window, facts.made_on, rows, is_sample=is_sample)
    return _with_code(PaperKind.OFFICE_SUMMARY, facts, check_code, paper)


def _with_code(kind: PaperKind, facts: PackageFacts, check_code: str, paper: Document) -> Document:
    """The paper stamped with what ties it to its file."""
    return with_code(paper, code_of_file(kind, facts.office, facts.number, check_code))


def safe_file_name(text: str, longest: int = _LONGEST_NAME) -> str:
    """A name that Windows takes: none of its signs, no device's name, no dot or space at the end; never empty.

    What ends like a file's ending keeps it when the name is cut to `longest` characters.
    """
    shown = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in _UNSEEN)
    stem, dot, ending = _FORBIDDEN.sub("_", shown).strip().rpartition(".")
    if not stem or not re.fullmatch(r"[A-Za-z0-9]{1,5}", ending):
        stem, dot, ending = f"{stem}{dot}{ending}", "", ""
    stem = stem[: longest - len(dot) - len(ending)].strip(" .\u3000") or "未命名"
    if stem.partition(".")[0].strip().upper() in _RESERVED:
        stem = f"_{stem}"[: longest - len(dot) - len(ending)]
    return f"{stem}{dot}{ending}"


def _words(facts: PackageFacts, check_code: str) -> FileWords:
    from core.documents.products.package_cover import FileWords

    parties = (facts.office_label, facts.bureau_label)
    sender, recipient = parties if facts.kind is FileKind.PACKAGE else reversed(parties)
    return FileWords(
        sender, recipient, facts.window, facts.number, facts.made_on, check_code, facts.key_name, facts.pack_label,
        any(record.is_sample for record in facts.records),
    )


def _receipt_unit(line: FateLine | ReportRow) -> ReceiptUnit:
    from core.documents.products.receipt_paper import ReceiptUnit

    return ReceiptUnit(line.unit_name, line.credit_code, line.form_title, line.outcome_label, line.sentence)


def _member(line: MemberLine) -> MemberRow:
    from core.documents.products.receipt_paper import MemberRow

    return MemberRow(
        line.unit_name, line.credit_code, line.kind_label, line.tier_label, line.admitted_on, line.note
    )


def _states(ws: Workspace, facts: PackageFacts) -> Mapping[str, FormState]:
    """Every record's form, evaluated on the day of its recommendation, or on the day of the file."""
    from core.forms.evaluation import evaluate

    found = {}
    for record in facts.records:
        day = facts.days.get(record.id) or recommended_on(ws, record) or facts.made_on
        found[record.id] = evaluate(ws.pack.form(record.form), record.answers, day, ws.pack.parameters_at(day))
    return found


def _summary(ws: Workspace, facts: PackageFacts, lines: Sequence[PaperLine]) -> Sequence[Sheet]:
    from core.documents.excel.exchange_books import FilledLine, form_sheet, summary_sheet

    states = _states(ws, facts)
    rows = _summary_rows(ws, lines, states)
    changes = [line.change_label for line in lines]
    made = [summary_sheet(facts.office_label, facts.window, facts.made_on, rows, changes)]
    filled: dict[str, list[FilledLine]] = {}
    for number, line in enumerate(lines, start=1):
        state = states[line.record_id]
        filled.setdefault(state.form.id, []).append(FilledLine(number, line.state_label, state))
    return [*made, *(form_sheet(ws.pack.form(form), found) for form, found in filled.items())]


def _summary_rows(
    ws: Workspace, lines: Sequence[PaperLine], states: Mapping[str, FormState]
) -> Sequence[SummaryRow]:
    from core.documents.products.office_summary import SummaryRow

    made = []
    for line in lines:
        state = states[line.record_id]
        said = {name: _said(state, name) for name in (
            "industry_code", "standard_applied", "standard_title", "evaluation_basis", "priority_grounds",
            "contact_name", "contact_phone",
        )}
        standard = " ".join(t for t in (said["standard_applied"], said["standard_title"]) if t)
        contact = " ".join(t for t in (said["contact_name"], said["contact_phone"]) if t)
        made.append(SummaryRow(
            line.unit_name, line.credit_code, line.form_title, industry_label(ws, said["industry_code"]), standard,
            said["evaluation_basis"], said["priority_grounds"], contact, line.state_label, line.verdict_label,
            line.verdict_number, line.evidence_count,
        ))
    return made


def _said(state: FormState, name: str) -> str:
    item = state.form.by_name.get(name)
    return display(item, state.values.get(name)) if item is not None else ""


def _path(number: str, name: str, kind: str) -> str:
    ending = f"{kind}.pdf"
    # A dot of the name must not pass for a file's ending.
    plain = name.strip(" .").replace(".", "．")
    stem = safe_file_name(f"{number} {plain}", _LONGEST_NAME - len(ending))
    return f"{FORMS_FOLDER}/{stem}{ending}"


def _pdf(ws: Workspace, document: Document) -> bytes:
    """A paper in the program's own fonts: a file's bytes must not depend on what a PC has installed."""
    from core.documents.pdf.writer import pdf_bytes

    return pdf_bytes(document, bundled_fonts(ws))


def _book(sheets: Sequence[Sheet]) -> bytes:
    from core.documents.excel.summary import write_sheets

    with TemporaryDirectory() as folder:
        return write_sheets(Path(folder) / "book.xlsx", sheets).read_bytes()


def _read_me(facts: PackageFacts, check_code: str, sentences: Sequence[str]) -> bytes:
    """Plain text that Notepad of every Windows shows: with its mark at the head, lines ended in its way."""
    unit = "包" if facts.kind is FileKind.PACKAGE else "号"
    head = f"绿阶 GreenLadder　{facts.kind.label}　第{facts.number}{unit}　{format_chinese(facts.made_on)}"
    listed = [f"{n}. {sentence}" for n, sentence in enumerate(sentences, start=1)]
    window = [f"批次：{facts.window}"] if facts.window else []
    lines = [head, *window, f"核对码：{check_code}", f"密钥：{facts.key_name}", "", *listed, ""]
    return "\r\n".join(lines).encode("utf-8-sig")

"""报送包封面, 接收回执 and 推荐汇总表 as papers of their own, for files that went out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.domain.enums import Role
from core.domain.errors import NotFoundError
from core.domain.exchange import FileKind, Party
from core.services.exchange import as_sent, packing, papers, receipts, sending, trust
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.model import Document
    from core.store.exchange.boxes import OutFile


def cover(ws: Workspace, number: int | None) -> Document:
    """The cover of a package that went out (by default the last), to be sealed and handed over with it.

    It tells of the records as they were sent, whatever became of them.

    Raises:
        NotFoundError: no such package went out.
    """
    file = _sent(ws, trust.BUREAU, FileKind.PACKAGE, number)
    facts, lines, is_sure = _of_package(ws, file)
    document = papers.cover_paper(facts, lines, file.check_code)
    return document if is_sure else _printed_later(document, file)


def summary(ws: Workspace, number: int | None) -> Document:
    """推荐汇总表 of a package that went out (by default the last), of the records as they were sent.

    Raises:
        NotFoundError: no such package went out.
    """
    file = _sent(ws, trust.BUREAU, FileKind.PACKAGE, number)
    facts, lines, is_sure = _of_package(ws, file)
    document = papers.summary_paper(ws, facts, lines, file.check_code)
    return document if is_sure else _printed_later(document, file)


def records_of_package(ws: Workspace, number: int | None) -> tuple[str, ...]:
    """The records of a package that went out (by default the last).

    Raises:
        NotFoundError: no such package went out.
    """
    return tuple(_sent(ws, trust.BUREAU, FileKind.PACKAGE, number).records)


def receipt(ws: Workspace, office: str, number: int | None) -> Document:
    """The receipt for one office that went out (by default the last), with what is known today.

    Once that is not what the file says any more, it carries no code, and says why.

    Raises:
        NotFoundError: no receipt went to that office.
    """
    file = _sent(ws, Party(Role.OFFICE, office), FileKind.RECEIPT, number)
    document, is_sure = receipts.paper(ws, file)
    return document if is_sure else _printed_later(document, file)


def _of_package(
    ws: Workspace, file: OutFile
) -> tuple[papers.PackageFacts, tuple[papers.PaperLine, ...], bool]:
    """What the papers of a package say; False where a record as it was sent is not to be had, and today's stands."""
    content = as_sent.content_of_file(ws, file)
    window = sending.window_label(ws, file.made_at.astimezone().date())
    known = as_sent.known_then(ws, file)
    facts, lines = packing.paper_facts(ws, content.records, file.number, content.newest, known, window)
    return facts, lines, content.is_sure


def _printed_later(document: Document, file: OutFile) -> Document:
    """The paper without its code, and why: what it says is not what the file says."""
    from core.documents.model import Align, FontRole, Paragraph, Style, runs

    note = (
        f"补印说明：本页按打印时的记录印出，{file.kind.label}{file.kind.numbered(file.number)}写出以后内容有了变动，"
        f"与文件中的{file.kind.label}不完全相同，所以不印二维码和编号；核对时以文件为准。"
    )
    style = Style(FontRole.KAI, 10.5, align=Align.LEFT, leading=1.4)
    head, *rest = document.blocks
    return replace(document, stamp=None, blocks=(head, Paragraph(runs(note), style, after=2.0), *rest))


def _sent(ws: Workspace, recipient: Party, kind: FileKind, number: int | None) -> OutFile:
    sent = [f for f in ws.store.exchange.boxes.sent_to(recipient) if f.kind is kind and number in (None, f.number)]
    if not sent:
        which = f"第{number}号" if number is not None else ""
        raise NotFoundError(f"没有写出过给“{trust.party_label(ws, recipient)}”的{kind.label}{which}，没有可以打印的。")
    return sent[-1]

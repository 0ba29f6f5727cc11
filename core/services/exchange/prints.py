"""报送包封面, 接收回执 and 推荐汇总表 as papers of their own, for files that went out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.domain.enums import Role
from core.domain.errors import NotFoundError
from core.domain.exchange import FileKind, Party
from core.services.exchange import packing, papers, receipts, trust
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.model import Document
    from core.store.exchange.boxes import OutFile


def cover(ws: Workspace, number: int | None) -> Document:
    """The cover of a package that went out (by default the last), to be sealed and handed over with it.

    Raises:
        NotFoundError: no such package went out.
    """
    file = _sent(ws, trust.BUREAU, FileKind.PACKAGE, number)
    facts, lines = packing.paper_facts(ws, tuple(file.records), file.number, file.made_at)
    return papers.cover_paper(facts, lines, file.check_code)


def summary(ws: Workspace, number: int | None) -> Document:
    """推荐汇总表 of a package that went out (by default the last).

    Raises:
        NotFoundError: no such package went out.
    """
    file = _sent(ws, trust.BUREAU, FileKind.PACKAGE, number)
    facts, lines = packing.paper_facts(ws, tuple(file.records), file.number, file.made_at)
    return papers.summary_paper(ws, facts, lines, file.check_code)


def records_of_package(ws: Workspace, number: int | None) -> tuple[str, ...]:
    """The records of a package that went out (by default the last).

    Raises:
        NotFoundError: no such package went out.
    """
    return tuple(_sent(ws, trust.BUREAU, FileKind.PACKAGE, number).records)


def receipt(ws: Workspace, office: str, number: int | None) -> Document:
    """The receipt for one office that went out (by default the last), with what is known today.

    Raises:
        NotFoundError: no receipt went to that office.
    """
    file = _sent(ws, Party(Role.OFFICE, office), FileKind.RECEIPT, number)
    return receipts.paper(ws, office, file.number, file.made_at, file.check_code, tuple(file.records))


def _sent(ws: Workspace, recipient: Party, kind: FileKind, number: int | None) -> OutFile:
    sent = [f for f in ws.store.exchange.boxes.sent_to(recipient) if f.kind is kind and number in (None, f.number)]
    if not sent:
        which = f"第{number}号" if number is not None else ""
        raise NotFoundError(f"没有写出过给“{trust.party_label(ws, recipient)}”的{kind.label}{which}，没有可以打印的。")
    return sent[-1]

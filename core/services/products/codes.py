"""The stamp of every official sheet, and the way back: from a code that was scanned or typed to what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from core.domain.errors import UnreadableInputError
from core.domain.paper_code import (
    PAYLOAD_LENGTH,
    PAYLOAD_MARK,
    VERDICT_NUMBER,
    PaperCode,
    PaperKind,
    is_code,
    looks_like_verdict_number,
    read_code,
)
from core.services.drafts import OpenForm
from core.services.library import rosters
from core.services.products.file_papers import check_file_paper
from core.services.products.kinds import PrintKind
from core.services.products.list_papers import (
    check_list_paper,
    code_of_announcement,
    code_of_list,
    code_of_roster,
)
from core.services.products.paper_check import PaperChange, PaperCheck, PaperState
from core.services.products.record_papers import check_record_paper, code_of_record
from core.services.products.request import PrintRequest
from core.services.products.stamping import with_code
from core.services.workspace import Workspace

if TYPE_CHECKING:
    from core.documents.model import Document

__all__ = [
    "PAYLOAD_LENGTH", "PAYLOAD_MARK", "PaperChange", "PaperCheck", "PaperKind", "PaperState", "is_code", "look_up",
    "stamped",
]

_OF_RECORD: Final = {
    PrintKind.RECOMMENDATION: PaperKind.RECOMMENDATION, PrintKind.FORM: PaperKind.FORM,
    PrintKind.REPORT: PaperKind.REPORT,
}
_LISTS: Final = {PrintKind.CITY_LIST: PaperKind.CITY_LIST, PrintKind.NATION_LIST: PaperKind.NATION_LIST}
_OF_FILE: Final = (PaperKind.PACKAGE_COVER, PaperKind.OFFICE_SUMMARY, PaperKind.RECEIPT)


def stamped(
    ws: Workspace, request: PrintRequest, document: Document, opened: OpenForm | None = None
) -> Document:
    """The document with the code of its data on every page; 草稿, 示例 and blank forms stay without.

    `opened`: the record of a paper of one. The same data give the same stamp, whenever it is printed. Papers about
    files bring theirs along.
    """
    if document.watermark:
        return replace(document, stamp=None)
    code = _code(ws, request, opened)
    return document if code is None else with_code(document, code)


def look_up(ws: Workspace, text: str) -> PaperCheck:
    """Which paper a scanned or typed code stands on, whether it is current, and what has changed since.

    Raises:
        UnreadableInputError: no code, or a mistyped one; the sentence says what to do.
    """
    read = read_code(text)
    if read.kind.is_of_record:
        found = check_record_paper(ws, read)
    elif read.kind in _OF_FILE:
        found = check_file_paper(ws, read)
    else:
        found = check_list_paper(ws, read)
    if found is not None:
        return found
    if looks_like_verdict_number(text):
        # One in some hundred of them passes for a code of ours.
        raise UnreadableInputError(VERDICT_NUMBER)
    return PaperCheck(
        read.kind, f"一份{read.kind.label}", PaperState.ABSENT,
        f"编号没有输错，但本机没有这份{read.kind.label}：可能是别处印的，或者对方的文件还没有收到。"
        "请先接收对方的文件再核对，或者到印出它的电脑上核对。", read.version_number,
    )


def _code(ws: Workspace, request: PrintRequest, opened: OpenForm | None) -> PaperCode | None:
    """The code of what is printed; None for what has none: blank forms, working lists, the library of a day gone by."""
    if opened is not None:
        return code_of_record(ws, _OF_RECORD[request.kind], opened)
    if request.kind is PrintKind.ROSTER and request.as_of is None:
        return code_of_roster(rosters.roster(ws, request.number))
    if request.kind is PrintKind.ANNOUNCEMENT:
        return code_of_announcement(ws, request.of_library)
    return code_of_list(ws, _LISTS[request.kind], request.of_library) if request.kind in _LISTS else None

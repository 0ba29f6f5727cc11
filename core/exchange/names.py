"""The names that files inside may have; anything else is refused, and nothing is ever unpacked by its name."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

from core.exchange.errors import PackageRefusedError, Refusal
from core.exchange.limits import (
    MAX_ANSWER_BYTES,
    MAX_MANIFEST_BYTES,
    MAX_PACK_BYTES,
    MAX_PAPER_BYTES,
    MAX_RECORD_BYTES,
    MAX_SIGNATURE_BYTES,
    MAX_TOTAL_BYTES,
)

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
ANSWER: Final = "answer.json"
PACK: Final = "policy/pack.zip"
RECORDS: Final = "records/"
EVIDENCE: Final = "evidence/"

#: Endings of documents, images, archives and office files; nothing that a double click would run.
_SUFFIX_WORDS: Final = (
    "pdf ofd png jpg jpeg tif tiff bmp gif webp heic doc docx wps xls xlsx et csv ppt pptx dps txt rtf zip rar 7z mp4"
)
EVIDENCE_SUFFIXES: Final = frozenset(f".{word}" for word in _SUFFIX_WORDS.split())

_RECORD = re.compile(r"records/[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\.json")
_EVIDENCE = re.compile(r"evidence/[0-9a-f]{64}(\.[0-9a-z]{1,8})")
_PAPER = re.compile(r"(表/)?[^/\\:*?\"<>|\x00-\x1f\x7f]{1,120}\.(pdf|xlsx|txt)")
# Characters that show a name otherwise than it is: directions, joiners, blanks without width.
_DISGUISE = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def require_name(name: str) -> None:
    """Refuse a name that no file of ours has.

    Raises:
        PackageRefusedError: the name would lead elsewhere, hides what it is, or is simply unknown.
    """
    if size_limit(name) is None:
        raise PackageRefusedError(
            Refusal.HOSTILE,
            f"文件里夹带了来历不明的内容“{shown_name(name)}”，已拒收，本机没有任何改动。请联系发件单位核实后重新发送。",
        )


def size_limit(name: str) -> int | None:
    """The most bytes that a file of that name may have; None when nothing may be called so."""
    fixed = {
        MANIFEST: MAX_MANIFEST_BYTES, SIGNATURE: MAX_SIGNATURE_BYTES, ANSWER: MAX_ANSWER_BYTES, PACK: MAX_PACK_BYTES,
    }.get(name)
    if fixed is not None:
        return fixed
    if _RECORD.fullmatch(name):
        return MAX_RECORD_BYTES
    evidence = _EVIDENCE.fullmatch(name)
    if evidence:
        return MAX_TOTAL_BYTES if evidence.group(1) in EVIDENCE_SUFFIXES else None
    return MAX_PAPER_BYTES if is_paper(name) else None


def is_paper(name: str) -> bool:
    """True for a paper for people: at the top or under `表/`, a PDF, a workbook or a text."""
    if name.startswith((".", " ", "表/.", "表/ ")) or _DISGUISE.search(name) or not _PAPER.fullmatch(name):
        return False
    return unicodedata.normalize("NFC", name) == name


def folded(name: str) -> str:
    """The name as file systems compare it that know no upper and lower case."""
    return unicodedata.normalize("NFKC", name).casefold()


def shown_name(name: str) -> str:
    """A foreign name made safe to print in a sentence."""
    text = "".join(c if c.isprintable() and not _DISGUISE.match(c) else "?" for c in name)
    return text if len(text) <= 60 else text[:57] + "..."


def evidence_suffix(file_name: str) -> str:
    """The ending of an attached file, in small letters and with its dot; blank without one."""
    return PurePosixPath(file_name).suffix.lower()


def is_fit_evidence_name(file_name: str) -> bool:
    """True when an attached file's name is plain, shows what it is, and ends as a document or image does."""
    if not file_name or len(file_name) > 255 or _DISGUISE.search(file_name):
        return False
    if any(c in "/\\" or ord(c) < 32 or ord(c) == 127 for c in file_name):
        return False
    return evidence_suffix(file_name) in EVIDENCE_SUFFIXES

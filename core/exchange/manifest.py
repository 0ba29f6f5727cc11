"""`manifest.json`: what a file is, who sends it to whom, and the SHA-256 of everything in it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.domain.enums import Role
from core.domain.exchange import FileKind, Head, Party, Sender, Succession
from core.exchange import strict_json
from core.exchange.check_code import content_digest
from core.exchange.codec import time_of, time_text
from core.exchange.errors import PackageRefusedError, Refusal
from core.exchange.schemas import require_shape
from core.exchange.strict_json import BadJsonError

#: The newest format that this program writes; it reads every one up to it.
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file inside: its place, size in bytes, and SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole manifest. `files` are for the program, `readable` for people; both sorted by path."""

    head: Head
    files: tuple[ListedFile, ...]
    readable: tuple[ListedFile, ...]
    records: int
    evidence: int
    size: int


def digest_of(manifest: Manifest) -> str:
    """SHA-256 of what the check code covers, of a manifest that is being written."""
    return content_digest(_document(manifest))


def read_digest(data: bytes) -> str:
    """The same of manifest bytes that came in, whoever wrote them."""
    return content_digest(strict_json.load(data))


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it lies in the file and is signed."""
    document = _document(manifest)
    require_shape("manifest", document)
    return strict_json.dump(document)


def read_manifest(data: bytes) -> Manifest:
    """The manifest of a file of any format up to ours.

    Raises:
        PackageRefusedError: it was written by a newer program.
        BadJsonError: it is not of the written shape.
    """
    document = strict_json.load(data)
    written = document.get("format") if isinstance(document, dict) else None
    if not isinstance(written, int) or isinstance(written, bool) or written < 1:
        raise BadJsonError("没有写明格式版本")
    if written > FORMAT:
        raise PackageRefusedError(Refusal.FUTURE_VERSION, _too_new(document))
    require_shape("manifest", document)
    return _READERS[written](document)


def _too_new(document: Mapping[str, Any]) -> str:
    program = document.get("program")
    named = program.isascii() and program.isprintable() if isinstance(program, str) else False
    shown = f"（{str(program)[:40]}）" if named and program else ""
    return f"这个文件由更新版本{shown}的绿阶生成，本机读不了。请先升级本程序，再接收这个文件。"


def _document(manifest: Manifest) -> dict[str, Any]:
    head = manifest.head
    sender = head.sender
    former = {"former": list(sender.former)} if sender.former else {}
    return {
        "format": FORMAT, "program": head.program, "kind": head.kind.value,
        "sender": {
            "site": sender.site, "role": sender.party.role.value, "office": sender.party.office, "name": sender.name,
            "key": _base64(sender.key), **former,
        },
        "recipient": {"role": head.recipient.role.value, "office": head.recipient.office},
        "number": head.number, "made_at": time_text(head.made_at), "window": head.window,
        "pack": {"label": head.pack_label, "digest": head.pack_digest},
        "succession": None if head.succession is None else {
            "previous_key": _base64(head.succession.previous_key), "signature": _base64(head.succession.signature),
        },
        "counts": {"records": manifest.records, "evidence": manifest.evidence, "bytes": manifest.size},
        "files": [_file_document(listed) for listed in manifest.files],
        "readable": [_file_document(listed) for listed in manifest.readable],
    }


def _file_document(listed: ListedFile) -> dict[str, Any]:
    return {"path": listed.path, "size": listed.size, "sha256": listed.sha256}


def _read_format_1(document: Mapping[str, Any]) -> Manifest:
    sender, recipient, counts = document["sender"], document["recipient"], document["counts"]
    succession = document["succession"]
    head = Head(
        kind=FileKind(document["kind"]),
        sender=Sender(
            sender["site"], Party(Role(sender["role"]), sender["office"]), _bytes(sender["key"]), sender["name"],
            tuple(sender.get("former", ())),
        ),
        recipient=Party(Role(recipient["role"]), recipient["office"]),
        number=int(document["number"]), made_at=time_of(document["made_at"]), window=document["window"],
        pack_label=document["pack"]["label"], pack_digest=document["pack"]["digest"], program=document["program"],
        succession=None if succession is None else Succession(
            _bytes(succession["previous_key"]), _bytes(succession["signature"])
        ),
    )
    return Manifest(
        head, _files(document["files"]), _files(document["readable"]), int(counts["records"]),
        int(counts["evidence"]), int(counts["bytes"]),
    )


#: Every format that was ever written stays readable: a new one adds its reader here.
_READERS: Final = {1: _read_format_1}


def _files(documents: list[Mapping[str, Any]]) -> tuple[ListedFile, ...]:
    return tuple(ListedFile(item["path"], int(item["size"]), item["sha256"]) for item in documents)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BadJsonError("密钥或签名不合规定") from error

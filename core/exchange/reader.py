"""Reading a file of another workstation: everything is verified before anything of it is believed.

Nothing is ever unpacked by a name that the file gives; what a caller wants lands where the caller says.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from core.domain.errors import NotFoundError, StoreError
from core.domain.exchange import Answer, Head, RecordCopy
from core.exchange import codec, names, strict_json
from core.exchange.check_code import check_code
from core.exchange.errors import PackageRefusedError, Refusal
from core.exchange.manifest import ListedFile, Manifest, read_digest, read_manifest
from core.exchange.password_zip import unwrap
from core.exchange.progress import Cancelled, Meter, Progress
from core.exchange.strict_json import BadJsonError
from core.exchange.verify import EvidenceBook, require_known_entries, require_sense, require_whole_record
from core.exchange.zip_layout import Entry, read_entry, read_layout, read_unchecked
from core.infra.atomic_files import shown, temporary_in, writing_problem
from core.infra.signing import is_signed
from core.infra.system_reasons import reason_in_words

_STOPPED: Final = "已停止读取，本机没有任何改动。需要时请重新接收。"
_ALTERED: Final = "可能已损坏或被改动过，已拒收。请重新拷贝，或请对方重新发送。"


class Incoming:
    """A verified file. Good only inside the `with` of `open_file`."""

    def __init__(self, stream: BinaryIO, entries: Mapping[str, Entry], manifest: Manifest, content_digest: str) -> None:
        self._stream = stream
        self._entries = entries
        self._listed = {listed.path: listed for listed in manifest.files}
        self.manifest = manifest
        self.content_digest = content_digest
        self._is_verified = False
        self._sound: set[str] = set()

    @property
    def head(self) -> Head:
        """What the file is."""
        return self.manifest.head

    @property
    def check_code(self) -> str:
        """核对码 as both ends read it to each other."""
        return check_code(self.content_digest)

    @property
    def evidence_names(self) -> tuple[str, ...]:
        """The attached files inside, each `<sha256><.ext>`."""
        start = len(names.EVIDENCE)
        return tuple(path[start:] for path in self._listed if path.startswith(names.EVIDENCE))

    def records(self) -> Iterator[RecordCopy]:
        """Every record, read one by one in the order of their ids."""
        for path in self._listed:
            if path.startswith(names.RECORDS):
                yield self._record(path)

    def answer(self) -> Answer | None:
        """What the bureau tells beside records; None in a package."""
        if names.ANSWER not in self._listed:
            return None
        try:
            return codec.read_answer(self._read(names.ANSWER))
        except BadJsonError as error:
            raise _bad_json(names.ANSWER, error) from error

    def pack_bytes(self) -> bytes | None:
        """The policy pack of a notice, as a zip."""
        return self._read(names.PACK) if names.PACK in self._listed else None

    def extract_evidence(self, name: str, target: Path) -> None:
        """Write an attached file, named `<sha256><.ext>`, to `target`; the caller moves it to its place.

        Raises:
            NotFoundError: the file holds no such content.
            StoreError: `target` cannot be written.
            PackageRefusedError: the content changed since it was verified.
        """
        listed = self._listed.get(names.EVIDENCE + name)
        if listed is None:
            raise NotFoundError(f"文件里没有佐证材料“{names.shown_name(name)}”。请发件单位重新生成后再发。")
        try:
            with target.open("wb") as stream:
                for piece in self._pieces(listed):
                    stream.write(piece)
        except OSError as error:
            with suppress(OSError):
                target.unlink(missing_ok=True)
            raise StoreError(writing_problem(target, error)) from error

    def verify(self, meter: Meter) -> None:
        """Hold every byte against the manifest, and every record and answer against its shape and sense."""
        for listed in (*self.manifest.files, *self.manifest.readable):
            for piece in self._pieces(listed):
                meter.advance(len(piece))
        self._is_verified = True
        book = EvidenceBook(self.manifest.files)
        for record in self.records():
            book.note(record)
            meter.advance(0)
        book.require_all_named()
        require_sense(self.manifest, self.answer())

    def _record(self, path: str) -> RecordCopy:
        data = self._read(path)
        if path in self._sound:
            return codec.record_again(data)
        try:
            record = codec.read_record(data)
        except BadJsonError as error:
            raise _bad_json(path, error) from error
        require_whole_record(record, path)
        self._sound.add(path)  # its bytes are held against the same digest whenever they are read again
        return record

    def _read(self, path: str) -> bytes:
        return b"".join(self._pieces(self._listed[path]))

    def _pieces(self, listed: ListedFile) -> Iterator[bytes]:
        digest = hashlib.sha256()
        read = read_unchecked if self._is_verified else read_entry
        for piece in _from_stick(read(self._stream, self._entries[listed.path])):
            digest.update(piece)
            yield piece
        if digest.hexdigest() != listed.sha256:
            raise PackageRefusedError(
                Refusal.ALTERED, f"文件里的“{names.shown_name(listed.path)}”与清单不符，{_ALTERED}"
            )


@contextmanager
def open_file(
    path: Path,
    *,
    password: str = "",
    scratch: Path,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[Incoming]:
    """Verify a file whole and give its content while the `with` lasts.

    `scratch` is a folder of the store; with a password the plain file lies there for that time.

    Raises:
        PackageRefusedError: it is not taken; `reason` says why.
        ExchangeCancelledError: the clerk stopped.
        StoreError: the disk cannot be read, or `scratch` not be written.
    """
    plain: Path | None = None
    try:
        with _opened(path) as outer:
            with _readable_stick():
                entries = read_layout(outer)
                size = outer.seek(0, 2)
                meter = Meter(size * 2 if _is_wrapped(entries) else size, progress, cancelled, _STOPPED)
            if not _is_wrapped(entries):
                yield _verified(outer, entries, meter)
                return
        plain = temporary_in(scratch)
        _decrypt(path, password, plain, meter)
        with _opened(plain) as inner:
            inner_entries = read_layout(inner)
            yield _verified(inner, inner_entries, meter)
    finally:
        if plain is not None:
            with suppress(OSError):
                plain.unlink(missing_ok=True)


def _is_wrapped(entries: tuple[Entry, ...]) -> bool:
    return len(entries) == 1 and entries[0].is_encrypted


def _decrypt(path: Path, password: str, plain: Path, meter: Meter) -> None:
    try:
        with plain.open("wb") as stream:
            for piece in _from_stick(unwrap(path, password)):
                stream.write(piece)
                meter.advance(len(piece))
    except OSError as error:
        raise StoreError(writing_problem(plain, error)) from error


def _verified(stream: BinaryIO, entries: tuple[Entry, ...], meter: Meter) -> Incoming:
    with _readable_stick():
        by_name = require_known_entries(entries)
        written = b"".join(read_entry(stream, by_name[names.MANIFEST]))
        manifest = _manifest(written)
        _require_signature(stream, by_name, written, manifest)
        _require_listed(by_name, manifest)
        incoming = Incoming(stream, by_name, manifest, read_digest(written))
        incoming.verify(meter)
        meter.finish()
        return incoming


def _manifest(written: bytes) -> Manifest:
    try:
        return read_manifest(written)
    except BadJsonError as error:
        raise _bad_json(names.MANIFEST, error) from error


def _require_signature(stream: BinaryIO, entries: Mapping[str, Entry], written: bytes, manifest: Manifest) -> None:
    entry = entries.get(names.SIGNATURE)
    if entry is None:
        raise PackageRefusedError(
            Refusal.UNSIGNED, "这个文件没有签名，无法确认是谁发的，已拒收。请对方用绿阶重新生成。"
        )
    signature = _signature(b"".join(read_entry(stream, entry)))
    succession = manifest.head.succession
    key = manifest.head.sender.key
    if not is_signed(key, written, signature):
        raise PackageRefusedError(
            Refusal.BAD_SIGNATURE,
            "文件的签名与内容不符，可能被改动过或冒名，已拒收。请打电话向发件单位核实，并请其重新发送。",
        )
    if succession is not None and not is_signed(succession.previous_key, key, succession.signature):
        raise PackageRefusedError(
            Refusal.BAD_SIGNATURE, "文件说发件单位更换了密钥，但没有原密钥的签名，已拒收。请打电话向发件单位核实。"
        )


def _signature(data: bytes) -> bytes:
    try:
        document: Any = strict_json.load(data)
        if isinstance(document, dict) and document.get("algorithm") == "Ed25519":
            return base64.b64decode(str(document.get("signature")), validate=True)
    except ValueError:
        pass
    return b""


def _require_listed(entries: Mapping[str, Entry], manifest: Manifest) -> None:
    listed = [*manifest.files, *manifest.readable]
    paths = {item.path for item in listed} | {names.MANIFEST, names.SIGNATURE}
    if len(paths) != len(listed) + 2:
        raise PackageRefusedError(Refusal.HOSTILE, "文件的清单里有重复的条目，已拒收。请联系发件单位核实。")
    for name in sorted(set(entries) - paths):
        raise PackageRefusedError(
            Refusal.ALTERED, f"文件里多出了清单上没有的“{names.shown_name(name)}”，已拒收。请对方重新发送原文件。"
        )
    for item in listed:
        entry = entries.get(item.path)
        if entry is None:
            raise PackageRefusedError(Refusal.ALTERED, f"文件里缺少清单上的“{names.shown_name(item.path)}”，{_ALTERED}")
        if entry.size != item.size:
            raise PackageRefusedError(Refusal.ALTERED, f"文件里的“{names.shown_name(item.path)}”与清单不符，{_ALTERED}")


def _bad_json(path: str, error: BadJsonError) -> PackageRefusedError:
    return PackageRefusedError(
        Refusal.DAMAGED,
        f"文件里的“{names.shown_name(path)}”读不懂（{error}），已拒收，本机没有任何改动。请对方重新生成后再发。",
    )


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise PackageRefusedError(
            Refusal.UNREADABLE,
            f"打不开文件“{shown(path)}”（{reason_in_words(error)}）。请检查U盘是否插好、文件是否还在。",
        ) from error
    with stream:
        yield stream


def _from_stick(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, with a failing source told apart from a failing target."""
    with _readable_stick():
        yield from pieces


@contextmanager
def _readable_stick() -> Iterator[None]:
    """A stick that goes away while it is read, in words."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"读取文件时出错（{reason_in_words(error)}），本机没有任何改动。请检查U盘是否插好，再试一次。"
        ) from error

"""Writing a package, receipt or notice: the same state and number give the same bytes (without a password)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final

from core.domain.errors import StoreError
from core.domain.exchange import Answer, EvidenceFact, Head, RecordCopy
from core.exchange import codec, names, strict_json
from core.exchange.archive_writer import ArchiveWriter, pieces_of
from core.exchange.check_code import check_code
from core.exchange.errors import CannotPackError
from core.exchange.integrity import causal_problem, named_evidence, unfit_evidence, value_problem
from core.exchange.limits import CONTAINER_ROOM, MAX_RECORD_BYTES, MAX_TOTAL_BYTES
from core.exchange.manifest import ListedFile, Manifest, digest_of, manifest_bytes
from core.exchange.password_zip import wrap
from core.exchange.progress import Cancelled, Meter, Progress
from core.exchange.strict_json import BadJsonError
from core.infra.atomic_files import atomic_path, not_written, shown, sync_file, temporary_in, writing_problem
from core.infra.signing import sign

_STOPPED: Final = "已停止生成，没有留下文件。需要时请重新生成。"
_MOST: Final = MAX_TOTAL_BYTES - CONTAINER_ROOM
_RECORD_WEIGHT: Final = 4096

Papers = Callable[[str], Mapping[str, bytes]]
#: From the content's digest; entered before the file gets its place, left when it has it.
Placing = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes into a file.

    `records` may come one by one (`record_count` then lets the bar move); in the order of their ids they give the same
    bytes again. `evidence` names each content `<sha256><.ext>` and says where it lies; only what a record tells of goes
    out. `readable` makes the papers for people once the check code, which does not cover them, is known. `pack` is a
    policy pack as a zip (notices only).
    """

    head: Head
    records: Iterable[RecordCopy]
    answer: Answer | None
    evidence: Mapping[str, Path]
    pack: bytes | None
    readable: Papers
    record_count: int = 0


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that is safely where it should be; `content_digest` is what the check code is made of."""

    path: Path
    check_code: str
    content_digest: str
    size: int


def write_file(
    out: Path,
    outgoing: Outgoing,
    private_key: bytes,
    *,
    password: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    scratch: Path | None = None,
    placing: Placing | None = None,
) -> WrittenFile:
    """Write the file whole or not at all.

    With a password the plain file lies in `scratch` (without it, beside `out`) until it is encrypted. `placing` is the
    moment in which the finished file gets its place: what it raises before leaves nothing there.

    Raises:
        CannotPackError: a record or an attached file cannot travel.
        ExchangeCancelledError: the clerk stopped.
        StoreError: an attached file or the target cannot be read or written; nothing was left there.
    """
    total = sum(_size_of(path) for path in outgoing.evidence.values())
    if total > _MOST:
        raise CannotPackError("佐证材料合计超过2GB，一个文件装不下。请分几次报送，或把扫描件压缩后重新附上。")
    records = len(outgoing.records) if isinstance(outgoing.records, Sequence) else outgoing.record_count
    meter = Meter(total * (2 if password else 1) + records * _RECORD_WEIGHT, progress, cancelled, _STOPPED)
    with _whole_or_nothing(out), ExitStack() as place, atomic_path(out) as temporary:
        if password:
            digest = _write_wrapped(temporary, outgoing, private_key, password, scratch or out.parent, meter)
        else:
            with temporary.open("wb") as stream:
                digest = _write_plain(stream, outgoing, private_key, meter)
        size = temporary.stat().st_size
        meter.advance(0)
        if placing is not None:
            sync_file(temporary)  # a slow stick: nobody shall have to wait for it in `placing`
            place.enter_context(placing(digest))
    meter.finish()
    return WrittenFile(out, check_code(digest), digest, size)


@contextmanager
def _whole_or_nothing(out: Path) -> Iterator[None]:
    """Tell a disk that fails or goes away in words: what stands under that name now is the older file, or nothing."""
    stands = out.is_file()
    try:
        yield
    except OSError as error:
        raise StoreError(not_written(out, error, stands=stands)) from error


def _write_wrapped(
    temporary: Path, outgoing: Outgoing, private_key: bytes, password: str, scratch: Path, meter: Meter
) -> str:
    inner = temporary_in(scratch)
    try:
        try:
            with inner.open("wb") as stream:
                digest = _write_plain(stream, outgoing, private_key, meter)
        except OSError as error:
            raise StoreError(writing_problem(inner.parent, error)) from error
        wrap(inner, _inner_name(outgoing.head), temporary, password, meter.advance)
    finally:
        with suppress(OSError):
            inner.unlink(missing_ok=True)
    return digest


def _inner_name(head: Head) -> str:
    return f"{head.kind.value}-{head.number}.zip"


def _write_plain(stream: IO[bytes], outgoing: Outgoing, private_key: bytes, meter: Meter) -> str:
    with ArchiveWriter(stream) as archive:
        return _write_entries(archive, outgoing, private_key, meter)


def _write_entries(archive: ArchiveWriter, outgoing: Outgoing, private_key: bytes, meter: Meter) -> str:
    told: dict[str, EvidenceFact] = {}
    files = list(_write_records(archive, outgoing, told, meter))
    records = len(files)
    if outgoing.answer is not None:
        files.append(archive.add(names.ANSWER, _answer_bytes(outgoing.answer)))
    attachments = list(_write_evidence(archive, outgoing.evidence, told, meter))
    files += attachments
    if outgoing.pack is not None:
        files.append(archive.add(names.PACK, outgoing.pack))
    size = sum(listed.size for listed in files)
    bare = Manifest(outgoing.head, _sorted(files), (), records, len(attachments), size)
    digest = digest_of(bare)
    papers = _write_papers(archive, outgoing.readable(check_code(digest)))
    if size + sum(paper.size for paper in papers) > _MOST:
        raise CannotPackError("内容合计超过2GB，一个文件装不下。请分几次报送。")
    written = _manifest_bytes(replace(bare, readable=_sorted(papers)))
    archive.add(names.MANIFEST, written)
    archive.add(names.SIGNATURE, signature_bytes(private_key, written))
    return digest


def _manifest_bytes(manifest: Manifest) -> bytes:
    try:
        return manifest_bytes(manifest)
    except ValueError as error:
        raise CannotPackError(
            f"文件的封面信息不能写入文件：{error}。请检查本机登记的单位、经办人名称是否过长或含有特殊字符。"
        ) from error


def signature_bytes(private_key: bytes, manifest: bytes) -> bytes:
    """`signature.json`: the Ed25519 signature over the bytes of the manifest."""
    signature = base64.b64encode(sign(private_key, manifest)).decode("ascii")
    return strict_json.dump({"algorithm": "Ed25519", "format": 1, "signature": signature})


def _write_records(
    archive: ArchiveWriter, outgoing: Outgoing, told: dict[str, EvidenceFact], meter: Meter
) -> Iterator[ListedFile]:
    records = outgoing.records
    if isinstance(records, Sequence):
        records = sorted(records, key=lambda record: record.id)
    for record in records:
        unfit = unfit_evidence(record)
        if unfit:
            raise CannotPackError(
                f"“{record.unit_name}”的佐证材料“{names.shown_name(unfit)}”不是文档或图片，不能报送。"
                "请取下这份材料，换成PDF或图片后再报送。"
            )
        told.update(named_evidence(record))
        yield archive.add(f"{names.RECORDS}{record.id}.json", _record_bytes(record))
        meter.advance(_RECORD_WEIGHT)


def _record_bytes(record: RecordCopy) -> bytes:
    try:
        data = codec.record_bytes(record)
    except ValueError as error:
        raise _unwritable(record, error if isinstance(error, BadJsonError) else "含有不能写出的数") from error
    problem = causal_problem(record) or value_problem(record)
    if problem:
        raise _unwritable(record, problem)
    if len(data) > MAX_RECORD_BYTES:
        raise CannotPackError(f"“{record.unit_name}”的表内容过多，不能写入文件。请删减过长的文字后再报送。")
    return data


def _unwritable(record: RecordCopy, problem: object) -> CannotPackError:
    return CannotPackError(f"“{record.unit_name}”的表不能写入文件：{problem}。请改正该项内容后再报送。")


def _answer_bytes(answer: Answer) -> bytes:
    try:
        return codec.answer_bytes(answer)
    except ValueError as error:
        raise CannotPackError(f"回执或通知的内容不能写入文件：{error}。请改正后重新生成。") from error


def _write_evidence(
    archive: ArchiveWriter, evidence: Mapping[str, Path], told: Mapping[str, EvidenceFact], meter: Meter
) -> Iterator[ListedFile]:
    """The attached files that records tell of; no reader takes any other."""
    for name in sorted(told.keys() & evidence.keys()):
        named = names.shown_name(told[name].file_name)
        if names.size_limit(names.EVIDENCE + name) is None:
            continue  # taken off again: what is attached now was looked at with its record
        listed = archive.add_pieces(names.EVIDENCE + name, _evidence_pieces(evidence[name], named), meter.advance)
        if (listed.sha256, listed.size) != (told[name].sha256, told[name].size):
            raise CannotPackError(f"佐证材料“{named}”已损坏，与附上时不一样了。请从备份恢复，或取下后重新附上。")
        yield listed


def _evidence_pieces(path: Path, named: str) -> Iterator[bytes]:
    pieces = pieces_of(path)
    while True:
        try:
            piece = next(pieces, None)
        except OSError as error:
            raise StoreError(f"佐证材料“{named}”读不出来（{shown(path)}）。请从备份恢复，或取下后重新附上。") from error
        if piece is None:
            return
        yield piece


def _write_papers(archive: ArchiveWriter, papers: Mapping[str, bytes]) -> Collection[ListedFile]:
    unknown = [name for name in papers if not names.is_paper(name)]
    if unknown:
        raise ValueError(f"no name for a paper: {unknown[0]!r}")
    return [archive.add(name, papers[name]) for name in sorted(papers)]


def _sorted(files: Iterable[ListedFile]) -> tuple[ListedFile, ...]:
    return tuple(sorted(files, key=lambda listed: listed.path))


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # told by name when its turn to be read comes

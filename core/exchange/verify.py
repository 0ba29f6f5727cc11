"""What must hold of a file as a whole, beyond the hashes of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from core.domain.enums import Role
from core.domain.exchange import Answer, FileKind, Head, RecordCopy
from core.exchange import names
from core.exchange.errors import PackageRefusedError, Refusal
from core.exchange.integrity import attached, causal_problem, named_evidence, unfit_evidence, value_problem
from core.exchange.manifest import ListedFile, Manifest
from core.exchange.zip_layout import Entry

_ASK: Final = "已拒收，本机没有任何改动。请联系发件单位核实后重新发送。"


def require_known_entries(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    """The entries by name, once each, all of known names and sizes.

    Raises:
        PackageRefusedError: something is there that no file of ours holds, or no manifest is there.
    """
    found = tuple(entries)
    for entry in found:
        if entry.is_encrypted:
            raise PackageRefusedError(Refusal.HOSTILE, f"文件里夹带了单独加密的内容，{_ASK}")
    if not any(entry.name in (names.MANIFEST, names.SIGNATURE) for entry in found):
        _refuse_foreign(found)
    by_name: dict[str, Entry] = {}
    seen: set[str] = set()
    for entry in found:
        names.require_name(entry.name)
        key = names.folded(entry.name)
        if key in seen:
            raise PackageRefusedError(Refusal.HOSTILE, f"文件里有重名的“{names.shown_name(entry.name)}”，{_ASK}")
        seen.add(key)
        limit = names.size_limit(entry.name)
        if limit is not None and entry.size > limit:
            raise PackageRefusedError(Refusal.TOO_BIG, f"文件里的“{names.shown_name(entry.name)}”大得不合常理，{_ASK}")
        by_name[entry.name] = entry
    if names.MANIFEST not in by_name:
        raise PackageRefusedError(Refusal.ALTERED, f"文件里缺少清单（{names.MANIFEST}），{_ASK}")
    return by_name


def _refuse_foreign(entries: tuple[Entry, ...]) -> None:
    """A zip without manifest: hostile when a name leads outside, else simply somebody else's."""
    if any(name.startswith(("/", "\\")) or ".." in name or ":" in name for name in (e.name for e in entries)):
        names.require_name(next(e.name for e in entries if names.size_limit(e.name) is None))
    raise PackageRefusedError(
        Refusal.NOT_OURS, "这个压缩文件不是绿阶的报送包、回执或通知。请重新选择文件；不要先解压再打包。"
    )


def require_whole_record(record: RecordCopy, path: str) -> None:
    """A record that is what its place says, makes sense in itself, and attaches only documents and images.

    Raises:
        PackageRefusedError: it is not so.
    """
    shown = names.shown_name(record.unit_name) or record.id
    problem = "编号与所在位置不符" if path != f"{names.RECORDS}{record.id}.json" else ""
    problem = problem or causal_problem(record) or value_problem(record)
    if problem:
        raise PackageRefusedError(Refusal.HOSTILE, f"文件里“{shown}”的表{problem}，{_ASK}")
    unfit = unfit_evidence(record)
    if unfit:
        raise PackageRefusedError(
            Refusal.HOSTILE, f"文件里“{shown}”的佐证材料“{names.shown_name(unfit)}”不是文档或图片，{_ASK}"
        )


class EvidenceBook:
    """Which attached files the records of a file tell of, and whether those inside are just these."""

    def __init__(self, files: Iterable[ListedFile]) -> None:
        start = len(names.EVIDENCE)
        self._sizes = {f.path[start:]: f.size for f in files if f.path.startswith(names.EVIDENCE)}
        self._contents = {name.partition(".")[0] for name in self._sizes}
        self._named: set[str] = set()

    def note(self, record: RecordCopy) -> None:
        """Take down what a record tells.

        Raises:
            PackageRefusedError: it tells of a content inside with another ending or size.
        """
        for name, fact in named_evidence(record):
            self._named.add(name)
            if self._sizes.get(name, fact.size) != fact.size:
                raise _misnamed(fact.file_name)
        for fact in attached(record):
            name = fact.sha256 + names.evidence_suffix(fact.file_name)
            if fact.sha256 in self._contents and name not in self._sizes:
                raise _misnamed(fact.file_name)

    def require_all_named(self) -> None:
        """Refuse attached files that no record tells of.

        Raises:
            PackageRefusedError: there is one.
        """
        for name in sorted(set(self._sizes) - self._named):
            shown = names.shown_name(names.EVIDENCE + name)
            raise PackageRefusedError(Refusal.HOSTILE, f"文件里夹带了没有登记的材料“{shown}”，{_ASK}")


def _misnamed(file_name: str) -> PackageRefusedError:
    shown = names.shown_name(file_name)
    return PackageRefusedError(Refusal.HOSTILE, f"文件里的佐证材料“{shown}”与登记的大小或类型不符，{_ASK}")


def require_sense(manifest: Manifest, answer: Answer | None) -> None:
    """Sender, recipient, kind, counts and parts fit together.

    Raises:
        PackageRefusedError: they do not.
    """
    paths = [listed.path for listed in manifest.files]
    _require_direction(manifest.head)
    is_package = manifest.head.kind is FileKind.PACKAGE
    if answer is None and not is_package:
        raise _wrong_kind(manifest.head)
    if answer is not None and is_package and (answer.fates or answer.members or answer.shared):
        raise _wrong_kind(manifest.head)  # an office tells what it has received, and nothing else
    if names.PACK in paths and manifest.head.kind is not FileKind.NOTICE:
        raise _wrong_kind(manifest.head)
    if answer is not None and (answer.pack_path != "") != (names.PACK in paths):
        raise _wrong_kind(manifest.head)
    if answer is not None and answer.notice is not None and manifest.head.kind is not FileKind.NOTICE:
        raise _wrong_kind(manifest.head)
    _require_places(manifest, paths)
    records = sum(path.startswith(names.RECORDS) for path in paths)
    evidence = sum(path.startswith(names.EVIDENCE) for path in paths)
    size = sum(listed.size for listed in manifest.files)
    if (records, evidence, size) != (manifest.records, manifest.evidence, manifest.size):
        raise PackageRefusedError(Refusal.ALTERED, f"文件的清单与合计数不符，{_ASK}")


def _require_places(manifest: Manifest, paths: list[str]) -> None:
    """What the program reads is under `files`, what people read under `readable`, both in order."""
    readable = [listed.path for listed in manifest.readable]
    own = (names.MANIFEST, names.SIGNATURE)
    if any(names.is_paper(path) or path in own for path in paths) or not all(map(names.is_paper, readable)):
        raise PackageRefusedError(Refusal.HOSTILE, f"文件的清单放错了位置，{_ASK}")
    if paths != sorted(paths) or readable != sorted(readable):
        raise PackageRefusedError(Refusal.HOSTILE, f"文件的清单次序不对，{_ASK}")
    for listed in manifest.files:
        name = listed.path.removeprefix(names.EVIDENCE)
        if name != listed.path and name.partition(".")[0] != listed.sha256:
            raise PackageRefusedError(Refusal.HOSTILE, f"文件里的佐证材料与其编号不符，{_ASK}")


def _require_direction(head: Head) -> None:
    """Packages go from an office to the bureau, all else from the bureau to one office."""
    sender, recipient = head.sender.party, head.recipient
    up = (Role.OFFICE, Role.BUREAU) if head.kind is FileKind.PACKAGE else (Role.BUREAU, Role.OFFICE)
    if (sender.role, recipient.role) != up:
        raise _wrong_kind(head)
    if any((party.role is Role.OFFICE) != bool(party.office) for party in (sender, recipient)):
        raise _wrong_kind(head)


def _wrong_kind(head: Head) -> PackageRefusedError:
    return PackageRefusedError(
        Refusal.WRONG_KIND, f"文件自称{head.kind.label}，但内容或收发单位与{head.kind.label}不符，{_ASK}"
    )

"""A policy pack as one small file: kept beside a window, or brought by the bureau's notice."""

from __future__ import annotations

import io
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Final

from core.domain.errors import PackError, UnreadableInputError
from core.policy.loader import data_files, load_pack
from core.policy.pack import PolicyPack

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
#: Far above a real pack (80 kB in 16 files), far below what could hurt an office PC.
MOST_BYTES: Final = 4_000_000
MOST_FILES: Final = 100
MOST_FILE_BYTES: Final = 4_000_000
MOST_UNPACKED_BYTES: Final = 16_000_000
_MOST_DIRECTORY_BYTES: Final = 32_768
_END: Final = struct.Struct("<4s4H2LH")
_END_MAGIC: Final = b"PK\x05\x06"
_SHAPE: Final = re.compile(r"pack\.toml|(?:(?:forms|lists)/)?([a-z0-9][a-z0-9_-]{0,60})\.csv", re.ASCII)
#: Names that Windows takes for devices, whatever their ending.
_DEVICES: Final = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
_VERSION: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,5}", re.ASCII)
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, RuntimeError, ValueError)


def pack_bytes(folder: Path) -> bytes:
    """The pack's data files as a zip: the same pack gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in data_files(folder):
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def load_packed(content: bytes, inside: Path | None = None) -> PolicyPack:
    """Load a pack from its zip; it is unpacked only into a temporary folder, `inside` that one when given.

    Raises:
        UnreadableInputError: no zip of a pack: damaged, hostile, or with files that no pack has.
        PackError: a pack, but wrong for this program.
    """
    files = _unpacked(content)
    with tempfile.TemporaryDirectory(prefix="greenladder-pack-", dir=inside) as name:
        folder = Path(name)
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
        try:
            return load_pack(folder)
        except RecursionError:
            raise PackError("pack.toml", 1, "嵌套过深") from None


def version_parts(version: str) -> tuple[int, ...]:
    """A version as numbers, so that 2026.10 comes after 2026.9 and 2026.1 is 2026.1.0.

    Raises:
        PackError: not numbers with dots between them.
    """
    if not _VERSION.fullmatch(version):
        raise PackError("pack.toml", 1, f"版本号“{version[:40]}”应形如2026.1")
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def is_newer(one: PolicyPack, other: PolicyPack) -> bool:
    """True when `one` is a later version of the same district's pack.

    Raises:
        PackError: a version is not numbers with dots between them.
    """
    return one.id == other.id and version_parts(one.version) > version_parts(other.version)


def _refused(why: str) -> UnreadableInputError:
    return UnreadableInputError(f"政策包{why}，没有采用。请让区工信局重新发送。")


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Every file of the zip by its name; nothing is written anywhere yet."""
    _check_ends(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            return {entry.filename: _read(archive, entry) for entry in entries}
    except _DAMAGED:
        raise _refused("已损坏或不完整，打不开") from None


def _check_ends(content: bytes) -> None:
    """Size and end record first: a directory of a million entries costs memory as soon as it is listed."""
    if len(content) > MOST_BYTES:
        raise _refused(f"超过{MOST_BYTES // 1_000_000}MB，不像是政策包")
    if len(content) < _END.size or content[-_END.size :][:4] != _END_MAGIC:
        raise _refused("已损坏或不完整，打不开")
    _, _, _, _, count, directory, _, _ = _END.unpack(content[-_END.size :])
    if count > MOST_FILES or directory > _MOST_DIRECTORY_BYTES:
        raise _refused(f"内含的文件超过{MOST_FILES}个，不像是政策包")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    if len(entries) > MOST_FILES:
        raise _refused(f"内含的文件超过{MOST_FILES}个，不像是政策包")
    for entry in entries:
        name = entry.orig_filename
        match = _SHAPE.fullmatch(name)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if match is None or name != entry.filename or kind not in (0, stat.S_IFREG):
            raise _refused(f"内含政策包中不该有的“{_shown(name)}”，可能有害")
        if match[1] and _DEVICES.fullmatch(match[1]):
            raise _refused(f"内含政策包中不该有的“{_shown(name)}”，可能有害")
        if name in seen:
            raise _refused(f"内含两个同名文件“{_shown(name)}”，内容无法确定")
        seen.add(name)
        if entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refused("加了密，或压缩方式不对")
    if max((e.file_size for e in entries), default=0) > MOST_FILE_BYTES:
        raise _refused("解压后过大，像是压缩炸弹")
    if sum(e.file_size for e in entries) > MOST_UNPACKED_BYTES:
        raise _refused("解压后过大，像是压缩炸弹")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file, never more than its entry says; reading to the end proves its check sum."""
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise zipfile.BadZipFile(entry.filename)
    return data


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:40]

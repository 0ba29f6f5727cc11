"""A whole store in one file: the checked copy of the database, the attached files, and a list with their SHA-256.

The file is a plain zip, or, with a password, one whose entries are encrypted (AES-256, as 7-Zip and WinRAR open it).
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from core.domain.errors import PasswordNeededError, StoreError, UnreadableInputError
from core.infra.atomic_files import atomic_path, not_written, shown_name

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "greenladder.sqlite3"
_KIND: Final = "greenladder-backup"
_NAME = re.compile(r"greenladder\.sqlite3|evidence/([0-9a-f]{2})/\1[0-9a-f]{62}(\.[0-9a-z]{1,8})?")
_CHUNK: Final = 1024 * 1024
_MAX_MANIFEST: Final = 64 * 1024 * 1024
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)

#: Told the size of each piece that was written or read; may raise to stop.
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What a backup says of itself. `made_at` is ISO; `station` are role, office and clerk, blank when unknown."""

    made_at: str
    made_by: str
    station: tuple[str, ...]
    files: Mapping[str, tuple[int, str]]

    @property
    def size(self) -> int:
        """Bytes of all files in it, unpacked."""
        return sum(size for size, _ in self.files.values())

    @property
    def attached(self) -> int:
        """How many attached files are in it."""
        return len(self.files) - 1

    @property
    def damaged(self) -> tuple[str, ...]:
        """Attached files that are not what their names say: they were damaged before they were backed up."""
        return tuple(n for n, (_, sha) in self.files.items() if n != DATABASE and Path(n).name.partition(".")[0] != sha)


def write_backup(
    target: Path, files: Mapping[str, Path], about: Mapping[str, object], *, password: str, advance: Advance
) -> BackupFacts:
    """Write the files under their names into one zip, whole or not at all.

    Raises:
        StoreError: it cannot be written, or a file cannot be read.
    """
    listed: dict[str, tuple[int, str]] = {}
    with atomic_path(target) as temporary:
        try:
            with _new_archive(temporary, password) as archive:
                for name, path in files.items():
                    listed[name] = _add(archive, name, path, advance)
                manifest = {
                    "format": FORMAT, "kind": _KIND, **about,
                    "files": [{"path": n, "size": size, "sha256": sha} for n, (size, sha) in sorted(listed.items())],
                }
                content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
                archive.writestr(_entry(archive, MANIFEST), content)
        except OSError as error:
            if error.filename not in (None, str(temporary)):
                raise StoreError(
                    f"备份没有完成：文件“{error.filename}”读不出来。请先用“检查数据”看是哪份材料，补好后再备份。"
                ) from error
            raise StoreError(not_written(target, error, stands=target.is_file())) from error
    return _facts(manifest)


def _add(archive: Any, name: str, path: Path, advance: Advance) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(_entry(archive, name), "w", force_zip64=True) as sink:
        while piece := source.read(_CHUNK):
            sink.write(piece)
            digest.update(piece)
            size += len(piece)
            advance(len(piece))
    return size, digest.hexdigest()


class Backup:
    """An open backup file; nothing in it is believed before `extract` has compared it with its list."""

    def __init__(self, path: Path, archive: Any, facts: BackupFacts) -> None:
        self._path = path
        self._archive = archive
        self.facts = facts

    def extract(self, folder: Path, advance: Advance) -> None:
        """Unpack every file below `folder`, each compared with its size and SHA-256.

        Raises:
            UnreadableInputError: the backup is damaged.
            StoreError: the folder cannot be written.
        """
        for name, (size, sha256) in self.facts.files.items():
            place = folder / name
            digest, written = hashlib.sha256(), 0
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("wb") as sink:
                    for piece in self._pieces(name):
                        written += len(piece)
                        if written > size:
                            raise _damaged(self._path)
                        sink.write(piece)
                        digest.update(piece)
                        advance(len(piece))
            except OSError as error:
                raise StoreError(not_written(place, error, stands=False)) from error
            if (written, digest.hexdigest()) != (size, sha256):
                raise _damaged(self._path)

    def _pieces(self, name: str) -> Iterator[bytes]:
        with _reading(self._path), self._archive.open(name) as source:
            while piece := source.read(_CHUNK):
                yield piece


@contextmanager
def open_backup(path: Path, password: str = "") -> Iterator[Backup]:
    """Open a backup and read its list.

    Raises:
        PasswordNeededError: it is locked, and the password is missing or wrong.
        UnreadableInputError: it is not there, no backup of ours, damaged, or of a newer program.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UnreadableInputError(
            f"打不开备份文件“{shown_name(path)}”。请检查文件是否还在、U盘是否插好，再重新选择。"
        ) from error
    with stream:
        with _reading(path):
            archive = _archive_in(stream, path, password)
            facts = _facts_in(archive, path)
        yield Backup(path, archive, facts)


def _archive_in(stream: IO[bytes], path: Path, password: str) -> Any:
    archive: Any = zipfile.ZipFile(stream)
    if MANIFEST not in archive.namelist():
        raise UnreadableInputError(f"“{shown_name(path)}”不是绿阶的备份文件。请选择用绿阶“备份”写出的文件。")
    if archive.getinfo(MANIFEST).flag_bits & 1:
        if not password:
            raise PasswordNeededError("这份备份设有密码，请输入备份时设的密码。")
        archive = _pyzipper().AESZipFile(stream)
        archive.setpassword(password.encode())
    return archive


def _facts_in(archive: Any, path: Path) -> BackupFacts:
    if archive.getinfo(MANIFEST).file_size > _MAX_MANIFEST:
        raise _damaged(path)
    try:
        content = archive.read(MANIFEST)
    except RuntimeError as error:
        raise PasswordNeededError("密码不对，打不开这份备份。请核对密码（注意大小写）后再试。") from error
    try:
        manifest = json.loads(content)
        if manifest.get("kind") != _KIND:
            raise UnreadableInputError(f"“{shown_name(path)}”不是绿阶的备份文件。请选择用绿阶“备份”写出的文件。")
        if manifest["format"] != FORMAT:
            raise UnreadableInputError(
                f"“{shown_name(path)}”由更新版本的绿阶写出（格式{manifest['format']}）。请安装新版程序后再恢复。"
            )
        facts = _facts(manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path) from error
    inside = archive.namelist()
    if sorted(inside) != sorted((*facts.files, MANIFEST)) or DATABASE not in facts.files:
        raise _damaged(path)
    if not all(_NAME.fullmatch(name) for name in facts.files):
        raise _damaged(path)
    return facts


def _facts(manifest: Mapping[str, Any]) -> BackupFacts:
    files = {str(f["path"]): (int(f["size"]), str(f["sha256"])) for f in manifest["files"]}
    station = tuple(str(part) for part in manifest["station"])
    return BackupFacts(str(manifest["made_at"]), str(manifest["made_by"]), station, files)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Whatever the zip says that cannot be: the file is damaged."""
    try:
        yield
    except _what_damage_raises() as error:
        raise _damaged(path) from error


def _what_damage_raises() -> tuple[type[Exception], ...]:
    """The library for locked zips has a BadZipFile of its own; it is imported only where a backup is locked."""
    of_locked = (_pyzipper().BadZipFile,) if "pyzipper" in sys.modules else ()
    return (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, *of_locked)


def _damaged(path: Path) -> UnreadableInputError:
    return UnreadableInputError(
        f"备份文件“{shown_name(path)}”不完整或已损坏，没有恢复，本机没有任何改动。请重新拷贝，或用另一份备份。"
    )


def _new_archive(path: Path, password: str) -> Any:
    if not password:
        return zipfile.ZipFile(path, "w")
    archive = _pyzipper().AESZipFile(path, "w")
    archive.setpassword(password.encode())
    archive.setencryption(_pyzipper().WZ_AES, nbits=256)
    return archive


def _entry(archive: Any, name: str) -> Any:
    """Scans are compressed already; the database and the list are not."""
    make = getattr(archive, "zipinfo_cls", zipfile.ZipInfo)
    entry = make(name, _FIXED_TIME)
    entry.compress_type = zipfile.ZIP_STORED if name.startswith("evidence/") else zipfile.ZIP_DEFLATED
    return entry


def _pyzipper() -> Any:
    import pyzipper  # type: ignore[import-untyped]

    return pyzipper

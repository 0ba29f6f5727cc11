"""The attached files: named by their content, so that one file is kept once and never changes under its name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from core.domain.errors import NotFoundError, StoreError, UnreadableInputError
from core.infra.atomic_files import remove_leftovers, settle, shown, sync_folder, temporary_in, writing_problem
from core.store.mapping import column_text

FOLDER: Final = "evidence"
_CHUNK: Final = 1024 * 1024
_SUFFIX = re.compile(r"\.[0-9a-z]{1,8}")
_CONTENT = re.compile(r"[0-9a-f]{64}(\.[0-9a-z]{1,8})?")

_MEDIA_TYPES: Final = {
    ".pdf": "application/pdf",
    ".ofd": "application/ofd",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".wps": "application/vnd.ms-works",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".et": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".dps": "application/vnd.ms-powerpoint",
    ".csv": "text/csv",
    ".rtf": "application/rtf",
    ".txt": "text/plain",
    ".zip": "application/zip",
    ".rar": "application/vnd.rar",
    ".7z": "application/x-7z-compressed",
    ".mp4": "video/mp4",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is safely in the store."""

    file_name: str
    sha256: str
    size: int
    media_type: str


class EvidenceFiles:
    """The folder of attached files: `ab/<sha256>.<ext>`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Those of its folders whose names this program has seen onto the disk: once is enough for each.
        self._noted: set[str] = set()

    def add(self, source: Path) -> StoredFile:
        """Copy a file in; when this returns, its content is on the disk."""
        file_name = column_text(source.name)
        temporary = temporary_in(self._folder)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            sha256, size = _copy(source, temporary)
            self._keep(temporary, self._place(sha256, file_name), size)
        except OSError as error:
            raise StoreError(writing_problem(self._folder, error)) from error
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        return StoredFile(file_name, sha256, size, media_type_of(file_name))

    def has(self, sha256: str, file_name: str) -> bool:
        """True when that content lies here."""
        return self._place(sha256, file_name).is_file()

    def take(self, name: str, write: Callable[[Path], None]) -> bool:
        """Keep a content that somebody else writes and has verified; `name` is its SHA-256 with its ending.

        False when it was here already.
        """
        sha256, _, _ = name.partition(".")
        place = self._place(sha256, name)
        if place.is_file():
            return False
        temporary = temporary_in(self._folder)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write(temporary)
            self._keep(temporary, place, temporary.stat().st_size)
        except OSError as error:
            raise StoreError(writing_problem(self._folder, error)) from error
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        return True

    def drop(self, name: str) -> None:
        """Give up a content that `take` brought and that nothing points at."""
        with suppress(OSError):
            self._place(name.partition(".")[0], name).unlink(missing_ok=True)

    def path(self, sha256: str, file_name: str) -> Path:
        """Where that content lies."""
        place = self._place(sha256, file_name)
        if not place.is_file():
            raise NotFoundError(
                f"佐证材料“{file_name}”的文件“{shown(place)}”不见了。请从备份恢复该文件，或重新附上这份材料。"
            )
        return place

    def _place(self, sha256: str, file_name: str) -> Path:
        return self._folder / sha256[:2] / (sha256 + suffix_of(file_name))

    def everything(self) -> Iterator[tuple[str, Path]]:
        """Every content that lies here, by its name below the folder (`ab/<sha256>.<ext>`), in a fixed order."""
        for path in sorted(self._folder.glob("??/*")):
            if path.is_file() and _CONTENT.fullmatch(path.name):
                yield f"{path.parent.name}/{path.name}", path

    def name_of(self, sha256: str, file_name: str) -> str:
        """The name below the folder under which that content lies, or should lie."""
        return self._place(sha256, file_name).relative_to(self._folder).as_posix()

    def remove_leftovers(self) -> None:
        """Clear away half copies of a program that was killed; young ones may still be in the writing."""
        remove_leftovers(self._folder)

    def _keep(self, temporary: Path, place: Path, size: int) -> None:
        if place.is_file() and place.stat().st_size == size:
            return  # the same content; on Windows it could not be replaced while a viewer shows it
        if not place.parent.is_dir():
            self._noted.discard(place.parent.name)
            place.parent.mkdir(exist_ok=True)
        settle(temporary, place)
        if place.parent.name not in self._noted:
            sync_folder(self._folder)
            self._noted.add(place.parent.name)


def sha256_of(path: Path, advance: Callable[[int], None]) -> str:
    """The SHA-256 of a kept file as hex, each piece told by its size; blank where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                advance(len(chunk))
    except OSError:
        return ""
    return digest.hexdigest()


def copy_contents(source: EvidenceFiles, target: EvidenceFiles) -> int:
    """Copy every content that the other folder has not yet; gives how many contents lie in the first.

    Raises:
        StoreError: one cannot be written.
        UnreadableInputError: one cannot be read.
    """
    number = 0
    for _, path in source.everything():
        target.take(path.name, partial(_copy_to, path))
        number += 1
    return number


def _copy_to(source: Path, target: Path) -> None:
    _copy(source, target)


def suffix_of(file_name: str) -> str:
    """The ending that lets the right program open the file; odd ones are dropped."""
    suffix = Path(file_name).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def media_type_of(file_name: str) -> str:
    """By the ending, from our own table: the system's differs from PC to PC."""
    return _MEDIA_TYPES.get(suffix_of(file_name), "application/octet-stream")


def _copy(source: Path, target: Path) -> tuple[str, int]:
    """Copy and hash in one pass: the hash is that of what was written, even if the source changes meanwhile."""
    digest, size = hashlib.sha256(), 0
    with _opened(source) as reading, target.open("wb") as writing:
        while chunk := _read(reading, source):
            digest.update(chunk)
            size += writing.write(chunk)
    return digest.hexdigest(), size


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise UnreadableInputError(_reading_problem(source)) from error


def _read(stream: BinaryIO, source: Path) -> bytes:
    try:
        return stream.read(_CHUNK)
    except OSError as error:
        raise UnreadableInputError(_reading_problem(source)) from error


def _reading_problem(source: Path) -> str:
    if source.is_dir():
        return f"“{shown(source)}”是文件夹，不能作为佐证材料。请选择其中的一个文件。"
    if not source.exists():
        return f"找不到佐证材料文件“{shown(source)}”。请检查文件是否还在、U盘是否插好，再重新选择。"
    return f"读不出佐证材料文件“{shown(source)}”。请检查文件是否允许读取、U盘是否插好，或先复制到本机再选择。"

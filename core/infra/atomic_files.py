"""Files that appear whole or not at all: written beside their place, synced, then renamed."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import uuid4

from core.domain.errors import StoreError

TEMPORARY_SUFFIX = ".tmp"

_OURS: Final = re.compile(r"\.[0-9a-f]{32}\.tmp")
_DAY_SECONDS: Final = 86_400
_NO_SPACE: Final = "磁盘空间不足。请清理磁盘后再试，或换一个位置保存。"
_REFUSED: Final = "没有写入权限，或文件正被其他程序（如WPS、Excel）打开。请关闭该文件后再试，或换一个位置保存。"
_NO_FOLDER: Final = "所在的文件夹不存在。请先建立该文件夹，或换一个位置再试。"
_ADVICE: Final = {
    errno.ENOSPC: _NO_SPACE,
    errno.EDQUOT: _NO_SPACE,
    errno.EACCES: _REFUSED,
    errno.EPERM: _REFUSED,
    errno.ENOENT: _NO_FOLDER,
    errno.ENOTDIR: _NO_FOLDER,
    errno.EFBIG: "该磁盘不能存放这么大的文件。请换一个磁盘（U盘请用exFAT或NTFS格式）再试。",
    errno.EROFS: "该磁盘是只读的。请取消写保护，或换一个位置保存。",
    errno.EISDIR: "该位置已有同名的文件夹。请换一个文件名。",
    errno.ENAMETOOLONG: "文件名太长。请改用较短的文件名。",
}
_GONE: Final = "写到一半时磁盘或U盘断开了。请重新插好后再写一次。"
_OF_A_LOST_DISK: Final = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO, errno.ESTALE)
_OF_WRITING: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
#: What a file system says that cannot sync a folder at all; the file itself is synced already.
_NO_SYNC: Final = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EACCES, errno.EPERM)


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path`; whoever looks sees the old file or the new one, never a part.

    Raises:
        StoreError: as `atomic_path`.
    """
    with atomic_path(path) as temporary:
        try:
            temporary.write_bytes(data)
        except OSError as error:
            raise StoreError(not_written(path, error, stands=_stands(path))) from error


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it into place on success, remove it on failure.

    Raises:
        StoreError: it cannot be written; the sentence says why, and that nothing stands under that name, or still
            the older file.
    """
    require_folder(path)
    stands = _stands(path)
    _tidy(path.parent)
    temporary = temporary_in(path.parent)
    try:
        yield temporary
        settle(temporary, path)
    except OSError as error:
        is_ours = error.filename == str(temporary) or error.errno in _OF_WRITING or not _is_folder(path.parent)
        if is_ours:
            raise StoreError(not_written(path, error, stands=stands)) from error
        raise
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _stands(path: Path) -> bool:
    """Whether an older file is there; a disk that is gone shows none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def temporary_in(folder: Path) -> Path:
    """A fresh name in that folder; not the final one with a suffix, which might grow beyond what file systems allow."""
    return folder / f".{uuid4().hex}{TEMPORARY_SUFFIX}"


def leftovers(folder: Path) -> list[Path]:
    """What a killed program left half written in that folder; young ones may still be in the writing."""
    oldest = time.time() - _DAY_SECONDS
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            if _OURS.fullmatch(path.name) and path.lstat().st_mtime < oldest:
                found.append(path)
    return found


def remove_leftovers(folder: Path) -> None:
    """Clear away the files among the leftovers; a folder may hold what stood in the place of its files before."""
    for path in leftovers(folder):
        with suppress(OSError):
            if path.is_file():
                path.unlink(missing_ok=True)


@lru_cache(maxsize=100)
def _tidy(folder: Path) -> None:
    """Clear leftovers away once while the program runs: a large folder takes a while to look through."""
    remove_leftovers(folder)


def settle(temporary: Path, path: Path) -> None:
    """Move a written file to its place so that it survives a power cut from here on.

    Raises:
        OSError: the file is not in its place.
        StoreError: it was moved there whole, but the disk went away before it had noted the name.
    """
    sync_file(temporary)
    temporary.replace(path)
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"文件“{shown(path)}”写到最后一步时磁盘或U盘断开了，可能没有生成。"
            "请重新插好后看一看：有这个文件就是完整的，没有就再写一次。"
        ) from error


def require_folder(path: Path) -> None:
    """Refuse a place whose folder is not there, before any work is done for it."""
    if not _is_folder(path.parent):
        raise StoreError(
            f"无法写入文件“{shown(path)}”：文件夹“{shown(path.parent)}”不存在。请先建立该文件夹，或换一个位置再试。"
        )


def sync_file(path: Path) -> None:
    """Wait until the file's content is on the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the folder's names are on the disk, where the system can do that.

    Raises:
        OSError: the disk is gone.
    """
    if os.name == "nt":  # Windows opens no folder as a file and journals the rename itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)


def writing_problem(path: Path, error: OSError) -> str:
    """Why `path` cannot be written, as a sentence for the clerk."""
    return f"无法写入文件“{shown(path)}”：{_reason(error)}"


def not_written(path: Path, error: OSError, *, stands: bool) -> str:
    """Why `path` was not written, and what stands under its name now: the older file, or nothing."""
    left = f"原有的“{shown_name(path)}”没有变动" if stands else f"“{shown_name(path)}”没有生成"
    return f"没有写成，{left}（{shown(path)}）：{reason_of(error)}"


def reason_of(error: OSError) -> str:
    """Why a file could not be written into a folder that was there: a name that is missing now went with its disk."""
    return _GONE if error.errno in _OF_A_LOST_DISK else _reason(error)


def shown_name(path: Path) -> str:
    """The last part of the path, as `shown`."""
    return shown(Path(path.name))


def shown(path: Path) -> str:
    """The path as text that can be printed: names from foreign USB sticks may hold bytes that are no text."""
    return str(path).encode("utf-8", "replace").decode("utf-8", "replace")


def _reason(error: OSError) -> str:
    advice = _ADVICE.get(error.errno or 0)
    return advice or f"系统提示“{error.strerror or error}”。请检查磁盘或U盘是否插好，再试一次。"

"""What the command line prints: JSON, sentences, and tables that line up with wide characters."""

from __future__ import annotations

import errno
import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

_REASONS: Final[Mapping[int, str]] = MappingProxyType({
    errno.ENOENT: "没有这个文件或文件夹", errno.EACCES: "没有读写权限", errno.EPERM: "没有读写权限",
    errno.ENOSPC: "磁盘已满", errno.EROFS: "磁盘是只读的", errno.EISDIR: "这是一个文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹", errno.EEXIST: "已有同名的文件", errno.ENAMETOOLONG: "名称太长",
    errno.EIO: "磁盘或U盘读写出错", errno.EBUSY: "文件正被其他程序占用",
})


def use_utf8() -> None:
    """Chinese on every console and in every pipe, whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def print_error(sentence: str) -> None:
    """One sentence on stderr."""
    print(sentence, file=sys.stderr)


def system_error(error: OSError) -> str:
    """Why a file could not be read or written, in clerks' words; the system's own words are English."""
    why = _REASONS.get(error.errno or 0, "系统没有说明原因")
    where = f"“{error.filename}”" if error.filename else ""
    return f"文件{where}读写失败：{why}，请检查后重试。"


def width(text: str) -> int:
    """Columns that a text takes on a terminal: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose columns line up."""
    widths = [max(width(row[i]) for row in (header, *rows)) for i in range(len(header))]
    for row in (header, tuple("─" * (w // (2 if width("─") == 2 else 1)) for w in widths), *rows):
        cells = [cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())

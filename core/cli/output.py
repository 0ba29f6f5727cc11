"""What the command line prints: JSON, sentences, and tables that line up with wide characters."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence

from core.infra.system_reasons import reason_in_words


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
    why = reason_in_words(error)
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

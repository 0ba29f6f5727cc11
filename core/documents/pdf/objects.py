"""The objects of a PDF file, written one after another: nothing that is written stays in memory."""

from __future__ import annotations

import hashlib
import zlib
from functools import lru_cache
from typing import Final, Protocol

_HEAD: Final = b"%PDF-1.6\n%\xe7\xbb\xbf\xe9\x98\xb6\n"
# Outlines of glyphs hardly shrink further at higher levels, which take twice as long.
_LEVEL: Final = 3
_LEVEL_OF_PAGES: Final = 6


class Sink(Protocol):
    """What a file is written to."""

    def write(self, data: bytes, /) -> int:
        """Take these bytes."""


class PdfFile:
    """A PDF being written. The same objects in the same order give the same bytes."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._hash = hashlib.sha256()
        self._length = 0
        self._places: list[int] = [0]
        self._write(_HEAD)

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self._places.append(0)
        return len(self._places) - 1

    def add(self, body: str | bytes, number: int = 0) -> int:
        """Write an object, under a reserved number if one is given; returns its number."""
        number = number or self.reserve()
        self._places[number] = self._length
        raw = body.encode("ascii") if isinstance(body, str) else body
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, raw))
        return number

    def add_stream(self, data: bytes, entries: str = "", number: int = 0, *, packed: bool = False) -> int:
        """Write a stream; `packed`: these bytes are deflated already."""
        body = data if packed else zlib.compress(data, _LEVEL)
        head = f"<</Length {len(body)}/Filter/FlateDecode{entries}>>\nstream\n".encode("ascii")
        return self.add(b"".join((head, body, b"\nendstream")), number)

    def close(self, root: int, about: int) -> None:
        """Write the table of objects and the trailer; the file's own number is made from its bytes."""
        place, count = self._length, len(self._places)
        rows = b"".join(b"%010d 00000 n \n" % p for p in self._places[1:])
        self._write(b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, rows))
        mark = self._hash.hexdigest()[:32].upper()
        self._write((
            f"trailer\n<</Size {count}/Root {root} 0 R/Info {about} 0 R/ID[<{mark}><{mark}>]>>\n"
            f"startxref\n{place}\n%%EOF\n"
        ).encode("ascii"))

    def _write(self, data: bytes) -> None:
        self._sink.write(data)
        self._hash.update(data)
        self._length += len(data)


def deflated(data: bytes) -> bytes:
    """The operators of a page as the file holds them."""
    return zlib.compress(data, _LEVEL_OF_PAGES)


def text(value: str) -> str:
    """A text of the file's properties, in any language."""
    if value.isascii() and value.isprintable() and not set(value) & set("()\\"):
        return f"({value})"
    return f"<FEFF{value.encode('utf-16-be').hex().upper()}>"


@lru_cache(4096)
def number(value: float) -> str:
    """A length or share, to a thousandth, as short as it can be written."""
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"

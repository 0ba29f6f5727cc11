"""JPEG files as they are stored: looked through segment by segment, never decoded."""

from __future__ import annotations

import re
from typing import Final

_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_SCAN: Final = 0xDA
_ADOBE: Final = 0xEE
_APPS: Final = range(0xE0, 0xF0)
_COMMENT: Final = 0xFE
_STANDALONE: Final = (0x01, *range(0xD0, 0xD8))
#: The next mark among compressed points; a stuffed 0xFF and the marks to restart at are of the points.
_MARK: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)


def is_complete(data: bytes) -> bool:
    """True when the mark at the end of the picture is there; some cameras write more behind it.

    It is looked for behind the head, which may hold a whole small picture with an end of its own.
    """
    return data.find(_END, _head(data)[1]) >= 0


def without_extras(data: bytes) -> bytes:
    """The same picture without place, camera, thumbnail, comments and what lies behind it; the colour transform stays.

    Data that are not laid out as expected come back as they are.
    """
    kept, scan = _head(data)
    if not kept:
        return data
    return b"".join((*kept, data[scan : _end(data, scan)]))


def _head(data: bytes) -> tuple[list[bytes], int]:
    """What is kept of the head, and where it ends; nothing, and its start, where it is not laid out as expected.

    A head that is cut off ends with the data.
    """
    strange: tuple[list[bytes], int] = ([], len(_START))
    if not data.startswith(_START):
        return strange
    kept = [_START]
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return strange
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _STANDALONE:
            kept.append(data[at : at + 2])
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            return strange
        if marker == _SCAN:
            return kept, at
        if marker not in (*_APPS, _COMMENT) or marker == _ADOBE:
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    return [], len(data)


def _end(data: bytes, scan: int) -> int:
    """Where the picture ends whose first scan begins there; all of the data where no end is found."""
    at = scan
    while found := _MARK.search(data, at):
        if found[0].endswith(_END):
            return found.end()
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    return len(data)

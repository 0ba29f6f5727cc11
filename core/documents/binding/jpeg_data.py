"""JPEG files as they are stored: looked through segment by segment, never decoded."""

from __future__ import annotations

from typing import Final

_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_SCAN: Final = 0xDA
_ADOBE: Final = 0xEE
_APPS: Final = range(0xE0, 0xF0)
_COMMENT: Final = 0xFE
_TAIL: Final = 65_536
_STANDALONE: Final = (0x01, *range(0xD0, 0xD8))


def is_complete(data: bytes) -> bool:
    """True when the mark at the end of the picture is there; some cameras write a little behind it."""
    return data.find(_END, max(2, len(data) - _TAIL)) >= 0


def without_extras(data: bytes) -> bytes:
    """The same picture without place, camera, thumbnail and comments; the colour transform stays.

    Data that are not laid out as expected come back as they are.
    """
    if not data.startswith(_START):
        return data
    kept = [_START]
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return data
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
            return data
        if marker == _SCAN:
            kept.append(data[at:])
            return b"".join(kept)
        if marker not in (*_APPS, _COMMENT) or marker == _ADOBE:
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    return data

"""What a sample file may write instead of a value: dates and years relative to the as-of date, and file marks.

`@-20d`, `@-14m`, `@-36m-1d`: that day; `@y-1`: last year as a number; `{@-14m}`, `{@y-1}` inside a text: 2025年9月23日,
2025. Samples written so do not rot.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from core.domain.calendar import add_months, format_chinese
from core.infra.system_reasons import reason_in_words

FILE_MARK: Final = "file:"

_DAY = re.compile(r"@((?:[+-]\d{1,4}[dm])*)")
_YEAR = re.compile(r"@y([+-]\d{1,3})?")
_STEP = re.compile(r"([+-]\d{1,4})([dm])")
_SLOT = re.compile(r"\{(@[^{}]*)\}")

_WIDTH: Final = 84
_HEIGHT: Final = 112
_PAPER: Final = (250, 249, 244)
_INK: Final = (176, 180, 186)
_RED: Final = (200, 40, 40)
_SEAL_X: Final = 62
_SEAL_Y: Final = 90


class BadSampleError(ValueError):
    """Something in a sample file is wrong; the text is the middle of a Chinese sentence."""


def read_sample_json(path: Path, as_of: date) -> Mapping[str, object]:
    """The file's object with every relative date resolved.

    Raises:
        BadSampleError: it cannot be read, is not a JSON object, or holds a date expression that is none.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadSampleError(f"读不出来（{reason_in_words(error)}）") from None
    except json.JSONDecodeError as error:
        raise BadSampleError(f"第{error.lineno}行不是有效的JSON") from None
    except UnicodeDecodeError:
        raise BadSampleError("不是UTF-8编码") from None
    if not isinstance(data, dict):
        raise BadSampleError("应是一个“名称: 值”的对照")
    return {key: _resolve(value, as_of) for key, value in data.items()}


def _resolve(value: object, as_of: date) -> object:
    if isinstance(value, dict):
        return {key: _resolve(item, as_of) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item, as_of) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith("@"):
        found = relative(value, as_of)
        return found.isoformat() if isinstance(found, date) else found
    return _SLOT.sub(lambda match: _in_words(relative(match[1], as_of)), value)


def _in_words(value: date | int) -> str:
    return format_chinese(value) if isinstance(value, date) else str(value)


def relative(expression: str, as_of: date) -> date | int:
    """`@-14m` → the day, `@y-1` → the year; months before days as written, ends of months as in the look-back.

    Raises:
        BadSampleError: neither.
    """
    year = _YEAR.fullmatch(expression)
    if year is not None:
        return as_of.year + int(year[1] or 0)
    match = _DAY.fullmatch(expression)
    if match is None:
        raise BadSampleError(f"“{expression}”不是相对日期，应如@-20d、@-14m、@y-1")
    day = as_of
    for amount, unit in _STEP.findall(match[1]):
        day = add_months(day, int(amount)) if unit == "m" else day + timedelta(days=int(amount))
    return day


def sample_image(seed: str) -> bytes:
    """A small PNG that looks like a scanned sheet; the same seed gives the same bytes, another one others."""
    digest = hashlib.sha256(seed.encode()).digest()
    rows = b"".join(b"\0" + _image_row(y, digest) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _image_row(y: int, digest: bytes) -> bytes:
    """Grey lines of text, one length per line from the digest, and a red seal below on the right."""
    row = bytearray(_PAPER * _WIDTH)
    line, within = divmod(y - 10, 6)
    if within in (0, 1) and 0 <= line < 12:
        length = 22 + digest[line] % 46
        row[24 : 24 + 3 * length] = bytes(_INK * length)
    down = y - _SEAL_Y
    for x in range(_SEAL_X - 12, _SEAL_X + 13) if abs(down) <= 12 else ():
        if 100 <= (x - _SEAL_X) ** 2 + down**2 <= 144:
            row[3 * x : 3 * x + 3] = bytes(_RED)
    return bytes(row)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

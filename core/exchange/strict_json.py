"""JSON as the exchange writes and reads it: canonical out, suspicious in."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from core.exchange.limits import MAX_JSON_DEPTH, MAX_JSON_ITEMS, MAX_NUMBER_DIGITS

# A string is skipped whole, an unfinished one to the end, so that the scan is linear whatever comes in.
_TOKENS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]|,', re.DOTALL)
_SURROGATE: Final = re.compile("[\ud800-\udfff\x00]")


class BadJsonError(ValueError):
    """Bytes that are no JSON that we take; the text says why, in Chinese words."""


def dump(value: object, *, in_order: bool = False) -> bytes:
    """Canonical JSON: no spaces, UTF-8, keys sorted unless they are `in_order` already.

    Raises:
        ValueError: a number is not finite or beyond measure, or a text cannot be UTF-8.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=not in_order, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadJsonError("含有不能保存的字符") from error


def load(data: bytes) -> Any:
    """What the bytes say.

    Raises:
        BadJsonError: no UTF-8 or JSON, too deep, a key twice, a number beyond measure, NaN, half a character.
    """
    _guard_size(data)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_int,
            parse_float=_float,
        )
        _require_shallow(value)
        if b"\\u" in data:  # only an escape can write half a character or a NUL
            _require_plain_text(value)
    except BadJsonError:
        raise
    except (ValueError, RecursionError) as error:
        raise BadJsonError("内容不完整或不是规定的格式") from error
    return value


def _require_plain_text(value: object) -> None:
    """Refuse half characters and NUL anywhere in parsed JSON: no store takes them."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if _SURROGATE.search(item):
                raise BadJsonError("含有不能保存的字符")
        elif isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _require_shallow(value: object) -> None:
    layer = [value]
    for _ in range(MAX_JSON_DEPTH):
        layer = [
            inner
            for item in layer if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item) if isinstance(inner, dict | list)
        ]
        if not layer:
            return
    raise BadJsonError("嵌套层数或项目过多")


def _guard_size(data: bytes) -> None:
    if data.count(b",") + data.count(b"[") + data.count(b"{") <= MAX_JSON_ITEMS:
        return  # few enough even if none of these signs stood in a text; the parser itself stops at great depths
    depth = items = 0
    for match in _TOKENS.finditer(data):
        first = data[match.start()]
        if first in b"[{":
            depth += 1
            items += 1
        elif first in b"]}":
            depth -= 1
        elif first in b",":
            items += 1
        if depth > MAX_JSON_DEPTH or items > MAX_JSON_ITEMS:
            raise BadJsonError("嵌套层数或项目过多")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadJsonError("同一项目出现了两次")
    return made


def _constant(text: str) -> Any:
    raise BadJsonError(f"含有不是数的数值{text}")


def _int(text: str) -> int:
    if len(text) > MAX_NUMBER_DIGITS:
        raise BadJsonError("含有位数过多的数")
    return int(text)


def _float(text: str) -> float:
    number = float(text) if len(text) <= MAX_NUMBER_DIGITS else float("inf")
    if number - number != 0:
        raise BadJsonError("含有过大的数")
    return number

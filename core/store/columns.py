"""Column types that read back exactly what was written, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

# Made once: `json.dumps` would make an encoder for every answer.
_PLAIN: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_SORTED: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


class PlainText(TypeDecorator[str]):
    """Text that every database can hold, whoever pasted it; values that are only compared pass through here as well."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as `plain_text` leaves it."""
        return None if value is None else plain_text(value)


def _from_text(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(f"{value}+00:00")
    except ValueError:  # other hands wrote it, with a zone of its own
        return datetime.fromisoformat(value).astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware instant, always in UTC; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: it would silently mean another instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: the store takes timezone-aware times only")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Read SQLite's text with its zone in one step: three steps a row are a fifth of a page of the list."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class JsonText(TypeDecorator[object]):
    """A JSON value kept as text.

    Not SQLAlchemy's JSON: SQLite gives a column of that name numeric affinity, which turns 1.0 into 1, rounds long
    integers, and so would break the hash chain over the history. Text is the same on every database.
    """

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """None is NULL; all else is JSON, Chinese readable as it is."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """The value that was written."""
        return None if value is None else json.loads(value)


def to_json(value: object, *, sort_keys: bool = False) -> str:
    """Compact JSON; NaN is refused because no other program could read it."""
    return (_SORTED if sort_keys else _PLAIN).encode(value)


def clean_text(text: str) -> str:
    """Joins the halves of a character outside the BMP; a half left alone, which no file can hold, becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def plain_text(text: str) -> str:
    """Clean, and without NUL, which PostgreSQL takes in no text (in JSON it is written out, and may stay)."""
    return clean_text(text).replace("\x00", "")

"""Answers that stand as the program itself stores them are read at a glance; `values.parse` reads everything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeAlias

from core.forms.definition import Field, FieldType

#: Years that an answer may be of.
YEARS: Final = range(1900, 2201)
#: Numbers from here on are taken for slips.
LARGEST_NUMBER: Final = 1e15
#: What a reader says of an answer that is not canonical, or not surely so.
NOT_CANONICAL: Final[Any] = object()

#: Gives the typed value of a canonical answer, which is stored as it is; else NOT_CANONICAL.
Reader: TypeAlias = Callable[[object], Any]

_PLAIN_CODE: Final = re.compile(r"[0-9A-Z]+")
_FULL_WIDTH: Final = re.compile(r"[０-９]")


def canonical_reader(field: Field) -> Reader:
    """The reader of canonical answers of a field that is no table."""
    if field.type is FieldType.SELECT_MULTIPLE:
        return _reader_of_several(tuple(_names(field)))
    if field.type.is_choice:
        names = frozenset(_names(field))
        return lambda raw: raw if type(raw) is str and raw in names else NOT_CANONICAL
    if field.type is FieldType.INTEGER:
        return _read_whole
    if field.type is FieldType.DECIMAL:
        return _read_number
    if field.type is FieldType.DATE:
        return _read_day
    return _read_code if field.is_code else _read_text


def _names(field: Field) -> list[str]:
    return [c.name for c in field.choices.choices if is_plain_text(c.name)] if field.choices else []


def is_plain_text(raw: object) -> bool:
    """True for a text that cleaning surely leaves as it is: trimmed, printable, no full-width digits, no `#…`."""
    return _read_text(raw) is not NOT_CANONICAL


def _read_text(raw: object) -> Any:
    if type(raw) is str and raw and raw.isprintable() and raw.strip() == raw and raw[0] != "#" and (
        raw.isascii() or _FULL_WIDTH.search(raw) is None
    ):
        return raw
    return NOT_CANONICAL


def _read_code(raw: object) -> Any:
    return raw if type(raw) is str and _PLAIN_CODE.fullmatch(raw) else NOT_CANONICAL


def _reader_of_several(names: tuple[str, ...]) -> Reader:
    places = {name: place for place, name in enumerate(names)}

    def read(raw: object) -> Any:
        if type(raw) is not list or not raw:
            return NOT_CANONICAL
        before = -1
        for name in raw:
            place = places.get(name, -1) if type(name) is str else -1
            if place <= before:
                return NOT_CANONICAL
            before = place
        return tuple(raw)

    return read


def _read_whole(raw: object) -> Any:
    return float(raw) if type(raw) is int and -LARGEST_NUMBER < raw < LARGEST_NUMBER else NOT_CANONICAL


def _read_number(raw: object) -> Any:
    if type(raw) is float:
        return raw if -LARGEST_NUMBER < raw < LARGEST_NUMBER and not raw.is_integer() else NOT_CANONICAL
    return _read_whole(raw)


def _read_day(raw: object) -> Any:
    if type(raw) is not str or len(raw) != 10 or raw[4] != "-" or raw[7] != "-":
        return NOT_CANONICAL
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return NOT_CANONICAL
    return day if day.year in YEARS else NOT_CANONICAL

"""Cells of a sheet: shared and inline strings, rich text, numbers, dates by format, booleans, errors, formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias
from xml.parsers import expat

from defusedxml.ElementTree import fromstring

from core.documents.excel.references import split_reference

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Raw: TypeAlias = str | int | float | bool | datetime | None

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_DATE_LETTERS = re.compile(r"[ymdhse年月日]", re.IGNORECASE)
_BUILT_IN_DATES: Final = frozenset((*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)))
_BUILT_IN_PERCENT: Final = frozenset((9, 10))
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell's date has no time zone
_EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL: Final = 2_958_465


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell. `formula` is its formula (`=` included) or empty; `is_error` for #REF! and the like."""

    value: Raw
    formula: str = ""
    is_error: bool = False
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class Formats:
    """Which style numbers show dates, and which per cent."""

    dates: frozenset[int]
    percents: frozenset[int]


def date_styles(styles: bytes) -> Formats:
    """Read the number formats of styles.xml."""
    if not styles:
        return Formats(frozenset(), frozenset())
    root = fromstring(styles)
    custom = {int(e.get("numFmtId", "0")): e.get("formatCode", "") for e in root.iter() if e.tag.endswith("}numFmt")}
    formats = next((e for e in root.iter() if e.tag.endswith("}cellXfs")), None)
    numbers = [int(xf.get("numFmtId", "0")) for xf in formats] if formats is not None else []
    dates = {i for i, n in enumerate(numbers) if n in _BUILT_IN_DATES or _is_date(custom.get(n, ""))}
    percents = {i for i, n in enumerate(numbers) if n in _BUILT_IN_PERCENT or "%" in _QUOTED.sub("", custom.get(n, ""))}
    return Formats(frozenset(dates), frozenset(percents))


def _is_date(code: str) -> bool:
    first = _QUOTED.sub("", code.split(";")[0])
    return bool(_DATE_LETTERS.search(first)) and "General" not in first and "#" not in first


def unescape(text: str) -> str:
    """`_x000A_` and its like are characters."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)


class StringTable:
    """The shared strings, by number."""

    def __init__(self, data: bytes) -> None:
        self._texts: list[str] = []
        if data:
            self._texts = [_text_of(item) for item in fromstring(data) if item.tag.endswith("}si")]

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        return self._texts[number]


def _text_of(item: Element) -> str:
    """Text of plain and rich runs, without phonetic guides."""
    parts: list[str] = []
    for child in item:
        if child.tag.endswith("}t"):
            parts.append(child.text or "")
        elif child.tag.endswith("}r"):
            parts.extend(t.text or "" for t in child if t.tag.endswith("}t"))
    return unescape("".join(parts))


class SheetParser:
    """Streams one sheet."""

    def __init__(self, strings: StringTable, formats: Formats, *, since_1904: bool) -> None:
        self._strings = strings
        self._formats = formats
        self._epoch = _EPOCH_1904 if since_1904 else _EPOCH
        self._cells: dict[tuple[int, int], Cell] = {}
        self._row = self._column = 0
        self._kind = "n"
        self._style = 0
        self._value: str | None = None
        self._formula: str | None = None
        self._inline = ""
        self._capture = ""
        self._phonetic = 0
        self._buffer: list[str] = []

    def parse(self, data: bytes) -> Mapping[tuple[int, int], Cell]:
        """Filled cells by (row, column)."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(data, True)
        return self._cells

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() else self._row + 1
            self._column = 0
        elif tag in ("v", "f", "t"):
            self._capture = tag
            self._buffer = []
        elif tag == "rPh":
            self._phonetic += 1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = split_reference(attributes.get("r", ""))
        self._row, self._column = place if place is not None else (self._row, self._column + 1)
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdecimal() else 0
        self._value = self._formula = None
        self._inline = ""

    def _characters(self, data: str) -> None:
        if self._capture:
            self._buffer.append(data)

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == self._capture:
            text = "".join(self._buffer)
            self._capture = ""
            if tag == "v":
                self._value = text
            elif tag == "f":
                self._formula = text
            elif not self._phonetic:
                self._inline += text
        elif tag == "rPh":
            self._phonetic -= 1
        elif tag == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        formula = "" if self._formula is None else f"={self._formula}"
        value = self._typed()
        if value is None and not formula:
            return
        percent = self._style in self._formats.percents
        self._cells[self._row, self._column] = Cell(value, formula, self._kind == "e", percent)

    def _typed(self) -> Raw:
        if self._kind == "inlineStr":
            return unescape(self._inline)
        if self._value is None:
            return None
        if self._kind == "s":
            return self._strings[int(self._value)]
        if self._kind in ("str", "e"):
            return unescape(self._value)
        if self._kind == "b":
            return self._value.strip() in ("1", "true")
        if self._kind == "d":
            return datetime.fromisoformat(self._value.strip())
        return self._number(self._value.strip())

    def _number(self, text: str) -> Raw:
        if not text:
            return None
        number: float | int = int(text) if text.lstrip("+-").isdecimal() and len(text) <= 16 else float(text)
        if self._style not in self._formats.dates or not 0 <= number <= _LAST_SERIAL:
            return number
        moment = self._epoch + timedelta(days=float(number))
        return str(moment.time()) if number < 1 and moment.time() != time(0) else moment

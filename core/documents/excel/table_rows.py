"""The rows of a long table as the XML of a sheet, byte for byte as openpyxl would write their cells.

openpyxl makes an object of every cell and asks for its style anew, which takes most of the time; the rows of a list
have few looks, and nothing but their values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol, TypeAlias
from xml.sax.saxutils import escape

from core.documents.excel.cell_text import is_active, safe_text

Value: TypeAlias = str | int | float | date | None
_AT_ONCE: Final = 500
_RETURN: Final = {"\r": "&#13;"}


class StyleNumbers(Protocol):
    """Gives the number of a style in the workbook, by its name and whether its text begins like a formula."""

    def __call__(self, style: str, *, is_active: bool) -> int:
        """The number."""
        ...


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows to be put below those that openpyxl wrote (`above`); the sheet then reaches to the cell `reach`."""

    above: int
    reach: str
    chunks: Sequence[bytes]


def rows_xml(
    rows: Sequence[Sequence[Value]], first: int, style_of: Callable[[Value], str], numbers: StyleNumbers
) -> Iterator[bytes]:
    """The XML of rows, some hundred at a time; `first` is the number of the first, from 1."""
    from openpyxl.utils import get_column_letter

    letters = [get_column_letter(column) for column in range(1, max(map(len, rows), default=0) + 1)]
    for start in range(0, len(rows), _AT_ONCE):
        parts: list[str] = []
        for number, values in enumerate(rows[start : start + _AT_ONCE], first + start):
            if not values:
                continue
            parts.append(f'<row r="{number}">')
            parts += [
                _cell(f"{letter}{number}", value, style_of(value), numbers)
                for letter, value in zip(letters, values, strict=False)
            ]
            parts.append("</row>")
        yield "".join(parts).encode("ascii", "xmlcharrefreplace")


def _cell(place: str, value: Value, style: str, numbers: StyleNumbers) -> str:
    if isinstance(value, str):
        return _text(place, safe_text(value), style, numbers)
    head = f'<c r="{place}" s="{numbers(style, is_active=False)}"'
    if value is None:
        return f'{head} t="n"></c>'
    return f'{head} t="{"b" if isinstance(value, bool) else "n"}"><v>{_number(value)}</v></c>'


def _text(place: str, text: str, style: str, numbers: StyleNumbers) -> str:
    head = f'<c r="{place}" s="{numbers(style, is_active=is_active(text))}" t="inlineStr">'
    if not text:
        return f"{head}</c>"
    space = "" if text == text.strip() else ' xml:space="preserve"'
    return f"{head}<is><t{space}>{escape(text, _RETURN)}</t></is></c>"


def _number(value: float | date) -> str:
    from openpyxl.compat import safe_string
    from openpyxl.utils.datetime import to_excel

    if isinstance(value, date):
        value = to_excel(value)  # type: ignore[no-untyped-call]
    return str(safe_string(value))

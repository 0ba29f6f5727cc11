"""Cell references: `E5` ↔ (5, 5), and the size of areas."""

from __future__ import annotations

import re
from functools import lru_cache

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_TARGET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d{1,7})(?::(\$?[A-Z]{1,3}\$?\d{1,7}))?")


def split_reference(reference: str) -> tuple[int, int] | None:
    """Row and column of `$E$5`, counted from 1; None for anything else."""
    match = _CELL.fullmatch(reference)
    return (int(match[2]), column_number(match[1])) if match else None


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """`A` → 1, `AA` → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=1024)
def column_letters(number: int) -> str:
    """1 → `A`, 27 → `AA`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """(5, 5) → `E5`."""
    return f"{column_letters(column)}{row}"


def area_size(reference: str) -> int:
    """Number of cells of `A1:B3`; 1 where it is no area."""
    first, _, last = reference.partition(":")
    start, end = split_reference(first), split_reference(last)
    if start is None or end is None:
        return 1
    return (abs(end[0] - start[0]) + 1) * (abs(end[1] - start[1]) + 1)


def split_target(text: str) -> tuple[str, tuple[int, int], tuple[int, int]] | None:
    """Sheet, first and last cell of a defined name such as `'表 一'!$B$2:$B$9`; None where it is no plain area."""
    match = _TARGET.fullmatch(text.strip())
    if match is None:
        return None
    first = split_reference(match[3])
    last = split_reference(match[4] or match[3])
    if first is None or last is None:
        return None
    return (match[1] or match[2]).replace("''", "'"), first, last

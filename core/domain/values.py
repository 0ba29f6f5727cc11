"""What an answer may be, stored and typed.

Stored (`Stored`): what JSON can hold. A well-formed answer is stored canonically: text as str, a number as
int or float, a date as ISO text, a choice as its name, several choices as a list of names, a file as its evidence id,
a repeat group as a list of rows. A wrong answer is kept exactly as the clerk gave it, as str.

Typed (`Value`): what formulas and rules read. Blank, not relevant and malformed are all None there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

StoredScalar: TypeAlias = str | int | float | bool | None
StoredRow: TypeAlias = Mapping[str, "StoredScalar | Sequence[StoredScalar]"]
Stored: TypeAlias = StoredScalar | Sequence[StoredScalar] | Sequence[StoredRow]
Answers: TypeAlias = Mapping[str, Stored]

Scalar: TypeAlias = str | float | date | tuple[str, ...] | None
Row: TypeAlias = Mapping[str, Scalar]
Value: TypeAlias = Scalar | tuple[Row, ...]


def is_blank(stored: object) -> bool:
    """True for None, empty text, and empty lists: an answer that was not given."""
    return stored is None or stored == "" or (isinstance(stored, list | tuple) and len(stored) == 0)

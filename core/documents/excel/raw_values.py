"""One cell's content as a raw answer, and what is wrong with the cell itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.documents.excel.cell_xml import Cell
from core.domain import credit_code
from core.forms.definition import ChoiceList, Field, FieldType
from core.forms.values import UNCALCULATED

_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?(1[5-9]|2\d)")
_CODED = re.compile(r"([0-9A-Z]+)[\s　]+(\S.*)")
_EXACT_DIGITS: Final = 15


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What the cell gives, and the problem that the cell has whatever its field asks."""

    value: object
    problem: str = ""


def read_cell(field: Field, cell: Cell | None, coded: ChoiceList | None) -> RawAnswer:
    """The raw answer of a field's cell; blank gives None."""
    if cell is None:
        return RawAnswer(None)
    if cell.formula and cell.value is None:
        return RawAnswer(
            # The store keeps it as given; the mark keeps it wrong there, also in a field of text.
            UNCALCULATED + (cell.formula if len(cell.formula) > 1 else ""),
            f"“{field.label}”是公式，但没有保存计算结果；请在Excel或WPS中打开后保存一次，或直接填写数值",
        )
    if cell.is_error:
        return RawAnswer(cell.value, f"“{field.label}”是Excel的错误值{cell.value}，请重新填写")
    value = cell.value
    if field.type is FieldType.TEXT:
        return _text(field, value, coded)
    if isinstance(value, float) and cell.is_percent and field.unit == "%":
        return RawAnswer(float(f"{value * 100:.12g}"))
    return RawAnswer(value)


def _text(field: Field, value: object, coded: ChoiceList | None) -> RawAnswer:
    if isinstance(value, bool) or value is None or isinstance(value, datetime):
        return RawAnswer(value)
    if isinstance(value, int | float):
        value = digits(value)
    text = str(value)
    if field.is_code:
        if _SCIENTIFIC.fullmatch(text.strip()):
            text = f"{Decimal(text.strip()):f}"
        problem = credit_code.normalise(text)
        if credit_code.is_truncated_by_excel(problem):
            return RawAnswer(text, f"“{field.label}”{credit_code.problem(problem)}")
    match = _CODED.fullmatch(text.strip()) if coded is not None else None
    if match is not None and coded is not None and coded.label_of(match[1]) == match[2].strip():
        return RawAnswer(match[1])
    return RawAnswer(text)


def digits(number: float) -> str:
    """A number in a text cell as Excel shows it: 15 significant digits, never scientific, no `.0`."""
    if isinstance(number, int) and abs(number) < 10**_EXACT_DIGITS:
        return str(number)
    return f"{Decimal(f'{number:.{_EXACT_DIGITS}g}'):f}".removesuffix(".0")

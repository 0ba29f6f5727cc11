"""Field types in their three forms: what a clerk gives, what is stored, what formulas read; and how it prints."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from core.domain import credit_code
from core.domain.calendar import format_chinese
from core.domain.values import Row, Scalar, Stored, StoredScalar, Value, is_blank
from core.forms.canonical import LARGEST_NUMBER, NOT_CANONICAL, YEARS, Reader, canonical_reader
from core.forms.definition import ChoiceList, Field, FieldType

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00(?:\.0+)?)?)?$")
_COMPACT_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
_SEPARATORS = re.compile(r"[;；,，、\n|]+")
_FULL_WIDTH_DIGITS = re.compile(r"[-+()0-9（）－＋０-９ ]*[０-９][-+()0-9（）－＋０-９ ]*")
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_EXCEL_SERIALS: Final = range(10_000, 80_000)
#: Stands before a formula that came without its result, so that it never passes for an answer.
UNCALCULATED: Final = "#公式没有计算结果："
_EXCEL_ERRORS: Final = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
#: More rows than this in a table are kept but not judged: audits compare every row with every other.
_MOST_ROWS: Final = 60
_MOST_OFFERED: Final = 8
_LONGEST_INTEGER: Final = 10**100
_YES_WORDS: Final = {"true": "yes", "false": "no", "√": "yes", "×": "no", "y": "yes", "n": "no"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """One answer, read: its canonical stored form, its typed value, and why it is wrong (empty when it is not)."""

    stored: Stored
    value: Scalar
    problem: str = ""


_BLANK: Final = Parsed(None, None)


def parse(field: Field, raw: object) -> Parsed:
    """Read what a person or a file gave for a field that is no repeat group. Never raises."""
    if is_blank(raw) or (isinstance(raw, str | list | tuple) and not clean_text(raw)):
        return _BLANK
    if isinstance(raw, str) and raw.startswith(UNCALCULATED):
        return _wrong(raw, f"“{field.label}”是没有计算结果的公式")
    if field.type is FieldType.SELECT_MULTIPLE:
        return _parse_several(field, raw)
    if field.type.is_choice:
        return _parse_choice(field, raw)
    if field.type.is_number:
        return _parse_number(field, raw)
    if field.type is FieldType.DATE:
        return _parse_date(field, raw)
    return _parse_text(field, raw)


def _wrong(raw: object, problem: str) -> Parsed:
    return Parsed(clean_text(raw), None, problem)


def clean_text(raw: object) -> str:
    """Any scalar as text: whole numbers without '.0', dates ISO, no control characters, trimmed."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e18:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time().isoformat() == "00:00:00" else raw.isoformat(sep=" ")
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, list | tuple):
        return "；".join(filter(None, map(clean_text, raw)))
    if isinstance(raw, int) and abs(raw) >= _LONGEST_INTEGER:
        return "（过长的整数）"
    return _CONTROL.sub("", str(raw).replace("\r\n", "\n").replace("\r", "\n")).strip()


def _parse_text(field: Field, raw: object) -> Parsed:
    text = clean_text(raw)
    if text in _EXCEL_ERRORS:
        return _wrong(raw, f"“{field.label}”是Excel的错误值{text}")
    if field.is_code:
        text = credit_code.normalise(text)
    elif _FULL_WIDTH_DIGITS.fullmatch(text):
        text = unicodedata.normalize("NFKC", text)
    return Parsed(text, text) if text else _BLANK


def _parse_choice(field: Field, raw: object) -> Parsed:
    found = _find_choice(field.choices, clean_text(raw))
    if found is not None:
        return Parsed(found, found)
    text = clean_text(raw)
    if field.is_open_choice:
        return Parsed(text, text)
    return _wrong(raw, f"“{field.label}”填的“{text}”不在可选项中{_offered(field.choices)}")


def _offered(choices: ChoiceList | None) -> str:
    """The choices of a short list, so that the clerk need not look for them."""
    if choices is None or len(choices.choices) > _MOST_OFFERED:
        return ""
    return f"（可选：{'、'.join(c.label for c in choices.choices)}）"


def _find_choice(choices: ChoiceList | None, text: str) -> str | None:
    if choices is None:
        return None
    if text in choices.by_name:
        return text
    folded = _fold(text)
    if choices.name == "yes_no":
        folded = _YES_WORDS.get(folded, folded)
    for choice in choices.choices:
        if folded in (_fold(choice.name), _fold(choice.label)):
            return choice.name
    return None


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _parse_several(field: Field, raw: object) -> Parsed:
    items = raw if isinstance(raw, list | tuple) else [raw]
    given = [part for item in items for part in _split_choices(field, clean_text(item))]
    names, strange = [], []
    for text in given:
        found = _find_choice(field.choices, text)
        if found is None:
            strange.append(text)
        elif found not in names:
            names.append(found)
    if strange:
        return _wrong(raw, f"“{field.label}”中的“{'、'.join(strange)}”不在可选项中")
    order = list(field.choices.by_name) if field.choices else []
    names.sort(key=order.index)
    return Parsed(names, tuple(names)) if names else _BLANK


def _split_choices(field: Field, text: str) -> list[str]:
    if _find_choice(field.choices, text) is not None:
        return [text]
    parts = [p.strip() for p in _SEPARATORS.split(text) if p.strip()]
    if all(_find_choice(field.choices, p) is not None for p in parts):
        return parts
    by_space = text.split()
    return by_space if all(_find_choice(field.choices, p) is not None for p in by_space) else parts


def _parse_number(field: Field, raw: object) -> Parsed:
    if isinstance(raw, bool | date):
        return _wrong(raw, f"“{field.label}”应填数字，现在是“{clean_text(raw)}”")
    number: float
    if isinstance(raw, int | float):
        number = float(raw) if abs(raw) < _LONGEST_INTEGER else math.inf
    else:
        text = unicodedata.normalize("NFKC", clean_text(raw)).replace(" ", "").replace("−", "-")
        if _THOUSANDS.match(text):
            text = text.replace(",", "")
        if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", text):
            return _wrong(raw, f"“{field.label}”应填数字，现在是“{clean_text(raw)}”{_unit_hint(field, text)}")
        number = float(text)
    if not math.isfinite(number) or abs(number) >= LARGEST_NUMBER:
        return _wrong(raw, f"“{field.label}”的数值过大，请核对")
    if field.type is FieldType.INTEGER and not number.is_integer():
        return _wrong(raw, f"“{field.label}”应填整数，现在是“{clean_text(raw)}”")
    whole = number.is_integer()
    return Parsed(int(number) if whole else number, number)


def _unit_hint(field: Field, text: str) -> str:
    if field.unit and re.match(r"^[+-]?[\d.,]+\D+$", text):
        return f"（只填数字，并换算成“{field.unit}”）"
    return ""


def _parse_date(field: Field, raw: object) -> Parsed:
    day = read_date(raw)
    if day is None:
        given = clean_text(raw)
        match = _match_date(given)
        if match is not None and int(match.group(1)) in YEARS:
            return _wrong(raw, f"“{field.label}”填的“{given}”没有这一天，应填日期，如2026-03-01")
        return _wrong(raw, f"“{field.label}”应填日期，如2026-03-01，现在是“{given}”")
    return Parsed(day.isoformat(), day)


def read_date(raw: object) -> date | None:
    """A day however it is written (2026-03-01, 2026年3月1日, 2026.3.1); None where it is no day."""
    day = _any_date(raw)
    return day if day is not None and day.year in YEARS else None


def _any_date(raw: object) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool) and raw in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(raw))
    match = _match_date(clean_text(raw))
    if match is None:
        return None
    try:
        return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    except ValueError:
        return None


def _match_date(text: str) -> re.Match[str] | None:
    """Year, month and day of what is written like a date; there need not be such a day."""
    plain = unicodedata.normalize("NFKC", text)
    return _DATE.match(plain) or _COMPACT_DATE.match(plain)


def format_number(number: float) -> str:
    """A number as people write it: no '.0', at most four decimals, half to even."""
    if float(number).is_integer():
        return str(int(number))
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def display(field: Field, value: Value) -> str:
    """A typed value as it prints: labels for choices, 2026年3月1日 for dates; empty for blank and for repeats."""
    if value is None or (isinstance(value, tuple) and value and isinstance(value[0], Mapping)):
        return ""
    if isinstance(value, float | int):
        # A calculated figure of 1 and more is read to two decimals; what people gave stands as given.
        return format_number(round(value, 2) if field.type is FieldType.CALCULATE and abs(value) >= 1 else value)
    if isinstance(value, date):
        return format_chinese(value)
    if isinstance(value, tuple):
        return "；".join(field.choices.label_of(str(v)) if field.choices else str(v) for v in value)
    return field.choices.label_of(value) if field.choices else str(value)


@dataclass(frozen=True, slots=True)
class ParsedForm:
    """All answers of a form, read. Paths of wrong answers are `name` or `repeat[2].name`, rows counted from 1."""

    stored: Mapping[str, Stored]
    values: Mapping[str, Value]
    wrong: Mapping[str, str]
    unknown: tuple[str, ...]


class _Read(NamedTuple):
    """A field, its name and the reader of its canonical answers; a table has no reader."""

    field: Field
    name: str
    canonical: Reader | None


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What is read of fields or of a table's columns: those that people fill in, all names, and blank values."""

    read: tuple[_Read, ...]
    tables: tuple[Field, ...]
    names: frozenset[str]
    blank: Mapping[str, Value]


@lru_cache(maxsize=512)
def _inputs(fields: tuple[Field, ...]) -> _Inputs:
    several = (FieldType.REPEAT, FieldType.SELECT_MULTIPLE)
    return _Inputs(
        tuple(
            _Read(field, field.name, None if field.type is FieldType.REPEAT else canonical_reader(field))
            for field in fields if field.type.is_input
        ),
        tuple(field for field in fields if field.type is FieldType.REPEAT),
        frozenset(field.name for field in fields),
        {f.name: () if f.type in several else None for f in fields if f.type is not FieldType.NOTE},
    )


@lru_cache(maxsize=512)
def _blank_row(repeat: Field) -> Row:
    return {column.name: None for column in repeat.columns}


def parse_row(repeat: Field, raw: Mapping[str, object]) -> tuple[dict[str, StoredScalar], Row, dict[str, str]]:
    """One row of a repeat: what to store, typed values of every column, problems by column name."""
    stored: dict[str, Any] = {}
    values: dict[str, Any] = dict(_blank_row(repeat))
    wrong: dict[str, str] = {}
    _read_answers(_inputs(repeat.columns).read, raw, stored, values, wrong)
    return stored, values, wrong


def _read_answers(
    wanted: tuple[_Read, ...], raw: Mapping[str, object], stored: dict[str, Any], values: dict[str, Any],
    wrong: dict[str, str],
) -> None:
    """Put what each given answer comes to under its field's name; a blank one leaves all as it is."""
    for field, name, canonical in wanted:
        given = raw.get(name)
        if canonical is None:
            _read_table(field, given, stored, values, wrong)
        elif given is not None:
            value = canonical(given)
            if value is NOT_CANONICAL:
                _read_answer(field, given, stored, values, wrong)
            else:
                values[name] = value
                stored[name] = list(value) if type(value) is tuple else given


def _read_answer(
    field: Field, given: object, stored: dict[str, Any], values: dict[str, Any], wrong: dict[str, str]
) -> None:
    parsed = parse(field, given)
    if parsed.value is not None:
        values[field.name] = parsed.value
    if parsed.stored is not None:
        stored[field.name] = parsed.stored
    if parsed.problem:
        wrong[field.name] = parsed.problem


def _read_table(
    field: Field, given: object, stored: dict[str, Any], values: dict[str, Any], wrong: dict[str, str]
) -> None:
    kept, values[field.name], problems = _parse_table(field, given)
    wrong.update(problems)
    if kept:
        stored[field.name] = kept


def _rows_of(repeat: Field, raw: object) -> tuple[list[Mapping[str, object]], int]:
    """The rows to read, and how many given ones cannot be: no row at all, or of no item of the fixed list."""
    given = list(raw) if isinstance(raw, list | tuple) else []
    rows = [r for r in given if isinstance(r, Mapping)]
    lost = len(given) - len(rows)
    if repeat.rows_from is None:
        return rows, lost
    key = repeat.key_column
    by_key: dict[str, Mapping[str, object]] = {}
    for row in rows:
        name = _find_choice(repeat.rows_from, clean_text(row.get(key.name) or ""))
        if name is not None and name not in by_key:
            by_key[name] = row
        elif any(not is_blank(value) for column, value in row.items() if column != key.name):
            lost += 1
    return [{**by_key.get(c.name, {}), key.name: c.name} for c in repeat.rows_from.choices], lost


def parse_repeat(repeat: Field, raw: object) -> tuple[list[dict[str, StoredScalar]], tuple[Row, ...], dict[str, str]]:
    """A repeat group: stored rows, typed rows, problems by path. Empty rows go; fixed rows all stand.

    The stored rows of a fixed list leave out rows with nothing but their key.
    """
    stored_rows: list[dict[str, StoredScalar]] = []
    rows: list[Row] = []
    wrong: dict[str, str] = {}
    fixed = repeat.rows_from is not None
    raw_rows, lost = _rows_of(repeat, raw)
    if lost:
        wrong[repeat.name] = f"“{repeat.label}”有{lost}行认不出是哪一项，或者与别的行重复，没有采用"
    for raw_row in raw_rows:
        stored, values, problems = parse_row(repeat, raw_row)
        if not stored:
            continue
        rows.append(values)
        if not (fixed and len(stored) == 1):
            stored_rows.append(stored)
        for name, problem in problems.items():
            wrong[f"{repeat.name}[{len(rows)}].{name}"] = problem
    return stored_rows, tuple(rows), wrong


def _unknown_columns(repeat: Field, raw: object) -> set[str]:
    known = _inputs(repeat.columns).names
    rows = [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, list | tuple) else []
    return {f"{repeat.name}.{name}" for row in rows if not known.issuperset(row) for name in row if name not in known}


def _parse_table(field: Field, given: object) -> tuple[Stored, Value, dict[str, str]]:
    """A repeat group as a form holds it: what is no table, or far too long for one, is kept and wrong as a whole."""
    if not is_blank(given) and not isinstance(given, list | tuple):
        text = clean_text(given)
        return text, (), {field.name: f"“{field.label}”应是逐行填写的表格，现在是“{text}”"}
    stored, rows, problems = parse_repeat(field, given)
    if len(rows) > max(_MOST_ROWS, 2 * field.max_rows):
        return stored, (), {field.name: f"“{field.label}”最多填{field.max_rows}行，现在有{len(rows)}行"}
    return stored, rows, problems


def parse_form(fields: Sequence[Field], raw: Mapping[str, object]) -> ParsedForm:
    """Read all answers of a form. Calculated fields are never read; unknown names are listed. Never raises."""
    inputs = _inputs(tuple(fields))
    stored: dict[str, Stored] = {}
    values: dict[str, Value] = dict(inputs.blank)
    wrong: dict[str, str] = {}
    _read_answers(inputs.read, raw, stored, values, wrong)
    unknown = {str(name) for name in raw if name not in inputs.names} - inputs.names
    for table in inputs.tables:
        unknown |= _unknown_columns(table, raw.get(table.name))
    return ParsedForm(stored, values, wrong, tuple(sorted(unknown)))

"""Random valid answers of a form, and the program that fills a template through its defined names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from core.documents.excel.model import defined_name
from core.forms.definition import Field, FieldType, FormDefinition, PlaceKind
from core.forms.values import parse_form

CODES = (
    "91120224PDY00001XA", "91120224PDY000028A", "91120224PDY0000365", "91120224PDY0000440", "91120224PDY000052T",
    "91120115PDY00001X4", "91120115PDY0000284", "91120115PDY000036Y", "91120115PDY000044R", "91120115PDY000052L",
)
_ALPHABET = "甲乙丙丁宝坻绿色工厂，。、（）㐂𠮷𡐓鿍abcXYZ 019-+=@#_'\"<>&%"


def random_answers(form: FormDefinition, random: Random) -> dict[str, Any]:
    """Valid answers for most fields of the form, as stored; files have no cell and are left out."""
    answers: dict[str, Any] = {}
    for field in form.fields:
        if random.random() < 0.15 or field.place.kind is PlaceKind.HIDDEN:
            continue
        if field.type is FieldType.REPEAT:
            rows = _rows(field, random)
            if rows:
                answers[field.name] = rows
        elif field.type not in (FieldType.NOTE, FieldType.CALCULATE, FieldType.FILE):
            answers[field.name] = random_value(field, random)
    return dict(parse_form(form.fields, answers).stored)


def _rows(repeat: Field, random: Random) -> list[dict[str, Any]]:
    columns = [c for c in repeat.columns if c.place.kind is PlaceKind.COLUMN and c.type is not FieldType.CALCULATE]
    if repeat.rows_from is not None:
        key, *columns = columns
        chosen = [c.name for c in repeat.rows_from.choices if random.random() < 0.6]
        return [{key.name: name, **_row(columns, random)} for name in chosen]
    return [_row(columns, random) for _ in range(random.randint(0, repeat.max_rows))]


def _row(columns: list[Field], random: Random) -> dict[str, Any]:
    chosen = [c for c in columns if random.random() < 0.8] or columns[:1]
    return {c.name: random_value(c, random) for c in chosen}


def random_value(field: Field, random: Random) -> Any:
    """One valid stored value."""
    if field.type is FieldType.INTEGER:
        return random.randint(0, 99_999)
    if field.type is FieldType.DECIMAL:
        return random.choice((random.randint(1, 10**9), round(random.uniform(0.001, 99_999), random.randint(1, 6))))
    if field.type is FieldType.DATE:
        return (date(2001, 1, 1) + timedelta(days=random.randint(0, 9_000))).isoformat()
    if field.type.is_choice and field.choices is not None:
        return random.choice(field.choices.choices).name
    if field.type is FieldType.SELECT_MULTIPLE and field.choices is not None:
        return random.sample([c.name for c in field.choices.choices], random.randint(1, 3))
    if field.is_code:
        return random.choice(CODES)
    if field.name == "industry_code":
        return random.choice(("1311", "3441", "4412"))
    return "".join(random.choice(_ALPHABET) for _ in range(random.randint(1, 40))).strip() or "甲"


def cell_values(field: Field, stored: Any) -> Any:
    """What a program puts into the cell: dates as dates, several choices as one text."""
    if field.type is FieldType.DATE:
        return date.fromisoformat(stored)
    return "；".join(stored) if isinstance(stored, list) else stored


def fill_by_names(book: Workbook, form: FormDefinition, answers: Mapping[str, Any]) -> None:
    """Write answers into the cells that the defined names give; nothing else about the sheet is known."""
    for name, stored in answers.items():
        field = form.by_name[name]
        if field.type is FieldType.REPEAT:
            _fill_rows(book, field, stored)
        else:
            _put(named_cells(book, name)[0], field, stored)


def clear_by_names(book: Workbook, form: FormDefinition) -> None:
    """Empty every input cell, so that one loaded template serves many fillings."""
    keys = {f.key_column.name for f in form.fields if f.rows_from is not None}
    for field in form.walk():
        if field.type is not FieldType.REPEAT and field.name not in keys and field.name in book.defined_names:
            for cell in named_cells(book, field.name):
                cell.value = None


def _fill_rows(book: Workbook, repeat: Field, rows: list[dict[str, Any]]) -> None:
    for number, row in enumerate(rows):
        at = number
        if repeat.rows_from is not None:
            at = list(repeat.rows_from.by_name).index(row[repeat.key_column.name])
        for name, stored in row.items():
            if repeat.rows_from is None or name != repeat.key_column.name:
                column = next(c for c in repeat.columns if c.name == name)
                _put(named_cells(book, name)[at], column, stored)


def _put(cell: Any, field: Field, stored: Any) -> None:
    cell.value = cell_values(field, stored)
    if isinstance(cell.value, str):
        cell.data_type = "s"


def named_cells(book: Workbook, name: str) -> list[Any]:
    """The cells of a workbook-level name, from top to bottom."""
    title, area = next(iter(book.defined_names[defined_name(name)].destinations))
    found = book[title][area.replace("$", "")]
    return [row[0] for row in found] if isinstance(found, tuple) else [found]


def form_sheet(book: Workbook) -> Worksheet:
    """The visible sheet."""
    return book.worksheets[0]


def open_filled(template: Path, form: FormDefinition, answers: Mapping[str, Any]) -> Workbook:
    """A template, loaded and filled."""
    book = load_workbook(template)
    fill_by_names(book, form, answers)
    return book

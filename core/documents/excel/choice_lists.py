"""Drop-down lists: the labels on a hidden sheet, each list under a workbook-level name.

Names, not direct references: Excel then keeps the validation in the plain part of the file, where WPS and
LibreOffice find it too, and a list of hundreds of entries does not hit the 255 characters of an inline list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.documents.excel.cell_text import cell_at, put_text
from core.documents.excel.model import CHOICES_SHEET, LIST_PREFIX
from core.forms.definition import ChoiceList, Field, FieldType, FormDefinition

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LABEL_LOOKUP = re.compile(r"choice_label\('(\w+)', (\w+)\)")


def coded_lists(form: FormDefinition) -> dict[str, ChoiceList]:
    """Text fields that hold the code of a list (`industry_code`): found by the calculation that shows its label."""
    found: dict[str, ChoiceList] = {}
    for field in form.walk():
        match = _LABEL_LOOKUP.fullmatch(field.calculation.source) if field.calculation else None
        if match is None or match[1] not in form.lists or match[2] not in form.by_name:
            continue
        if form.by_name[match[2]].type is FieldType.TEXT:
            found[match[2]] = form.lists[match[1]]
    return found


def coded_entries(choices: ChoiceList) -> list[str]:
    """`1311 稻谷加工`: code and label of the finest level of the list."""
    depth = max((len(c.name) for c in choices.choices), default=0)
    return [f"{c.name} {c.label}" for c in choices.choices if len(c.name) == depth]


def list_name(choices: ChoiceList) -> str:
    """Workbook-level name of a list's labels."""
    return f"{LIST_PREFIX}{choices.name}"


def add_choices_sheet(workbook: Workbook, form: FormDefinition) -> None:
    """Write every list that the form uses, one a column."""
    sheet = workbook.create_sheet(CHOICES_SHEET)
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
    coded = {c.name: c for c in coded_lists(form).values()}
    lists: dict[str, ChoiceList] = dict(coded)
    lists.update({f.choices.name: f.choices for f in form.walk() if _drops_down(f) and f.choices is not None})
    for column, choices in enumerate(lists.values(), start=1):
        entries = coded_entries(choices) if choices.name in coded else [c.label for c in choices.choices]
        _write_list(workbook, sheet, column, choices, entries)


def _drops_down(field: Field) -> bool:
    return field.type.is_choice and field.choices is not None


def _write_list(
    workbook: Workbook, sheet: Worksheet, column: int, choices: ChoiceList, entries: list[str]
) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.workbook.defined_name import DefinedName

    put_text(cell_at(sheet, 1, column), choices.name)
    for row, entry in enumerate(entries, start=2):
        put_text(cell_at(sheet, row, column), entry)
    letter = get_column_letter(column)
    reference = f"'{CHOICES_SHEET}'!${letter}$2:${letter}${max(2, len(entries) + 1)}"
    workbook.defined_names[list_name(choices)] = DefinedName(list_name(choices), attr_text=reference)

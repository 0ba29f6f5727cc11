"""Reads a filled Excel form: which form, where each answer stands, what it says. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from core.documents.excel.book import Book, Sheet, read_book
from core.documents.excel.choice_lists import coded_lists
from core.documents.excel.guard import check_workbook_file
from core.documents.excel.locate import Located, locate
from core.documents.excel.model import CellProblem, WorkbookReading, defined_name
from core.documents.excel.plan import Block
from core.documents.excel.raw_values import read_cell
from core.documents.excel.recognition import Recognised, recognise
from core.documents.excel.references import address
from core.domain.errors import UnreadableInputError
from core.domain.values import is_blank
from core.forms.definition import Field, FormDefinition
from core.forms.values import clean_text

_SHARE_BY_NAME: Final = 0.9


def read_workbook(path: Path, forms: Mapping[str, FormDefinition]) -> WorkbookReading:
    """Read a filled form.

    Raises:
        UnreadableInputError: no workbook, hostile, no form of ours, another form than it says, a newer template.
    """
    check_workbook_file(path)
    book = read_book(path)
    recognised = recognise(path.name, book, forms)
    _refuse_repeated_names(path.name, book, recognised.form)
    located = locate(recognised.plan, recognised.alignment, recognised.sheet, book)
    return _Reading(recognised, located).result()


def _refuse_repeated_names(file_name: str, book: Book, form: FormDefinition) -> None:
    """Two cells under one name: which of them the clerk filled cannot be known."""
    for field in form.walk():
        targets = book.names.get(defined_name(field.name), ())
        if len(targets) > 1:
            raise UnreadableInputError(
                f"“{file_name}”中名称“{field.name}”（{field.label}）重复定义了{len(targets)}次，无法确定以哪个单元格为准。"
                "请用原模板重新填写。"
            )


class _Reading:
    """Collects answers, addresses and problems."""

    def __init__(self, recognised: Recognised, located: Located) -> None:
        self.form = recognised.form
        self.sheet: Sheet = recognised.sheet
        self.recognised = recognised
        self.located = located
        self.coded = coded_lists(recognised.form)
        self.answers: dict[str, object] = {}
        self.cells: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.problems: list[CellProblem] = []

    def result(self) -> WorkbookReading:
        for spot in self.recognised.plan.spots:
            self.spot(spot.field)
        for block in self.recognised.plan.blocks:
            self.block(block)
        for name in self.located.deleted:
            label = self.form.label_of(name)
            self.problems.append(CellProblem("", name, f"“{label}”所在的行或列被删除了，请用原模板填写"))
        total = self.located.by_name + self.located.by_label
        source: Literal["names", "labels"] = "labels"
        if total and self.located.by_name / total >= _SHARE_BY_NAME:
            source = "names"
        return WorkbookReading(
            self.form.id, self.recognised.pack_version, self.recognised.template_version, self.sheet.title,
            self.answers, self.cells, self.labels, tuple(self.problems), source,
        )

    def spot(self, field: Field) -> None:
        place = self.located.spots.get(field.name)
        if place is None:
            return
        value = self.cell_value(field, place, field.name, field.label)
        if not is_blank(value):
            self.answers[field.name] = value

    def cell_value(self, field: Field, place: tuple[int, int], path: str, label: str) -> object:
        """The raw answer of a cell; its address, its label and its problem are noted under `path`."""
        where = address(*place)
        self.cells[path] = where
        self.labels[path] = label
        read = read_cell(field, self.sheet.cells.get(place), self.coded.get(field.name))
        if read.problem:
            self.problems.append(CellProblem(where, path, read.problem))
        return read.value

    def block(self, block: Block) -> None:
        repeat = block.field
        sheet_rows = self.located.rows.get(repeat.name, [])
        columns = [c for c in repeat.columns if c.name in self.located.columns and c.calculation is None]
        if not sheet_rows or not columns:
            return
        self.cells[repeat.name] = address(sheet_rows[0], self.located.columns[columns[0].name])
        self.labels[repeat.name] = repeat.label
        rows = self.fixed_rows(repeat, columns, sheet_rows) if repeat.rows_from else self.free_rows(
            repeat, columns, sheet_rows
        )
        if rows:
            self.answers[repeat.name] = rows

    def free_rows(self, repeat: Field, columns: list[Field], sheet_rows: list[int]) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for number in sheet_rows:
            if self.has_content(columns, number):
                rows.append(self.row(repeat, columns, number, len(rows) + 1))
        return rows

    def fixed_rows(self, repeat: Field, columns: list[Field], sheet_rows: list[int]) -> list[dict[str, object]]:
        """Rows by what their first cell says, in the order of the list; a strange one with content is reported."""
        if repeat.rows_from is None:
            return []
        key, rest = columns[0], columns[1:]
        order = {c.name: i for i, c in enumerate(repeat.rows_from.choices, start=1)}
        by_label = {clean_text(c.label): c.name for c in repeat.rows_from.choices}
        rows: dict[int, dict[str, object]] = {}
        for number in sheet_rows:
            place = (number, self.located.columns[key.name])
            text = clean_text(self.sheet.text(*place))
            name = text if text in order else by_label.get(text)
            if name is None or order[name] in rows:
                if self.has_content(rest, number):
                    problem = f"“{repeat.label}”中的“{text or '空白'}”不是表上印的一项，这一行没有读入"
                    self.problems.append(CellProblem(address(*place), repeat.name, problem))
                continue
            row = self.row(repeat, rest, number, order[name])
            if row:
                rows[order[name]] = {key.name: name, **row}
        return [rows[i] for i in sorted(rows)]

    def has_content(self, columns: list[Field], number: int) -> bool:
        found = (self.sheet.cells.get((number, self.located.columns[c.name])) for c in columns)
        return any(c is not None and (c.value is None or clean_text(c.value) != "") for c in found)

    def row(self, repeat: Field, columns: list[Field], number: int, index: int) -> dict[str, object]:
        row: dict[str, object] = {}
        for column in columns:
            path = f"{repeat.name}[{index}].{column.name}"
            label = f"{repeat.label}第{index}行：{column.label}"
            value = self.cell_value(column, (number, self.located.columns[column.name]), path, label)
            if not is_blank(value):
                row[column.name] = value
        return row

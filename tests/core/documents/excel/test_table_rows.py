"""Rows of a table are the bytes that openpyxl would write for the same cells."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet._writer import WorksheetWriter

from core.documents.excel.cell_text import cell_at, put_text
from core.documents.excel.summary import Sheet, write_sheets
from core.documents.excel.table_rows import Value, rows_xml

_TEXTS = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="=+-@\t\r\n <>&\"'_x0041\x00\x1f厂𠮷\ufffe", max_size=12),
    st.sampled_from(["", " ", "#N/A", "_x000A_", "=1+1", "甲" * 40_000]),
)
_VALUES: st.SearchStrategy[Value] = st.one_of(
    _TEXTS, st.none(), st.booleans(), st.integers(), st.floats(), st.dates(date(1900, 3, 1), date(2200, 1, 1))
)
_ROWS = st.lists(st.lists(_VALUES, max_size=30), max_size=5)


def by_openpyxl(book: Workbook, rows: Sequence[Sequence[Value]], folder: Path) -> bytes:
    """What lies in the sheet's data when every value is written through a cell."""
    sheet = book.worksheets[0]
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            cell = cell_at(sheet, row, column)
            cell.style = _style_of(value)
            if isinstance(value, str):
                put_text(cell, value)
            elif value is not None:
                cell.value = value
                cell.style = _style_of(value)
    writer = WorksheetWriter(sheet, str(folder / "sheet.xml"))
    writer.write()
    data = (folder / "sheet.xml").read_bytes()
    return data.partition(b"<sheetData>")[2].partition(b"</sheetData>")[0]


def _style_of(value: Value) -> str:
    return "Title" if isinstance(value, str) else "Total"


class _Numbers:
    """The numbers that the workbook gave while it wrote."""

    def __init__(self, book: Workbook) -> None:
        self._sheet = book.create_sheet()

    def __call__(self, style: str, *, is_active: bool) -> int:
        cell = cell_at(self._sheet, 1, 1)
        cell.style = style
        if is_active:
            cell.quotePrefix = True
        return int(cell.style_id)


@given(rows=_ROWS)
def test_every_cell_is_written_as_openpyxl_writes_it(
    rows: list[list[Value]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    book = Workbook()
    expected = by_openpyxl(book, rows, tmp_path_factory.mktemp("sheet"))
    assert b"".join(rows_xml(rows, 1, _style_of, _Numbers(book))) == expected


def test_long_tables_come_in_pieces_that_follow_one_another() -> None:
    rows = [(n,) for n in range(1201)]
    pieces = list(rows_xml(rows, 3, _style_of, _Numbers(Workbook())))
    assert len(pieces) == 3
    assert [b"".join(pieces).count(f'<row r="{n}">'.encode()) for n in (2, 3, 1203, 1204)] == [0, 1, 1, 0]


def test_the_sheet_says_how_far_it_reaches(tmp_path: Path) -> None:
    wide, notes = [(1, 2, 3), (4,)], ("共2行。",)
    sheets = (
        Sheet("甲", ("一", "二"), wide, (9, 9)), Sheet("乙", ("一", "二"), wide, (9, 9), notes=notes),
        Sheet("丙", ("一", "二"), (), (9, 9)),
    )
    path = write_sheets(tmp_path / "表.xlsx", sheets)
    with zipfile.ZipFile(path) as packed:
        parts = [packed.read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2, 3)]
    for part, reach in zip(parts, (b"A1:C4", b"A1:C6", b"A1:B2"), strict=True):
        assert b'<dimension ref="%s"/>' % reach in part
    book = load_workbook(path)
    assert [[c.value for c in row] for row in book["乙"]["A3:C6"]] == [
        [1, 2, 3], [4, None, None], [None] * 3, ["共2行。", None, None],
    ]

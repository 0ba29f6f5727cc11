"""Rows of the pack's CSV files, each with its line number, so that an error can name file and line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.domain.errors import PackError


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One data row of a CSV file. `line` is where it starts, counted from 1."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def fail(self, problem: str) -> PackError:
        """The error that names this row."""
        return PackError(self.file, self.line, problem)

    def period(self, first: str, last: str) -> tuple[date | None, date | None]:
        """Two ISO dates, the first not after the last; None for an open end.

        Raises:
            PackError: not dates, or the wrong way round.
        """
        start, end = self.date(first), self.date(last)
        if start is not None and end is not None and end < start:
            raise self.fail(f"“{last}”列的日期早于“{first}”列")
        return start, end

    def date(self, column: str) -> date | None:
        """An ISO date, or None where the cell is empty.

        Raises:
            PackError: not a date.
        """
        text = self[column]
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.fail(f"“{column}”列的“{text}”不是日期，应形如2026-03-01") from None

    def number(self, column: str) -> float | None:
        """A number, or None where the cell is empty.

        Raises:
            PackError: not a number.
        """
        text = self[column]
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.fail(f"“{column}”列的“{text}”不是数字")
        return number


def read_rows(folder: Path, file: str, columns: frozenset[str]) -> list[SourceRow]:
    """All rows of a CSV file of the pack (UTF-8, BOM allowed, as Excel and WPS save it).

    Raises:
        PackError: missing file, a byte that is not UTF-8, or a column that the program does not know or lacks.
    """
    path = folder / file
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PackError(file, 1, "缺少这个文件") from None
    except OSError as error:
        raise PackError(file, 1, f"不能读取（{error.strerror}）") from None
    except UnicodeDecodeError:
        raise PackError(file, 1, "不是UTF-8编码，请另存为“CSV UTF-8”") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[SourceRow] = []
    try:
        header = next(reader, [])
        _check_header(file, header, columns)
        start = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    raise PackError(file, start, f"应有{len(header)}列，实际{len(cells)}列")
                rows.append(SourceRow(file, start, dict(zip(header, (c.strip() for c in cells), strict=True))))
            start = reader.line_num + 1
    except csv.Error as error:
        raise PackError(file, reader.line_num, f"不是合格的CSV（{error}）") from None
    return rows


def _check_header(file: str, header: list[str], columns: frozenset[str]) -> None:
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise PackError(file, 1, f"列“{'、'.join(twice)}”重复")
    missing, unknown = columns - set(header), set(header) - columns
    if missing:
        raise PackError(file, 1, f"缺少列“{'、'.join(sorted(missing))}”")
    if unknown:
        raise PackError(file, 1, f"不认识的列“{'、'.join(sorted(unknown))}”")

"""Saves a workbook so that equal workbooks are equal bytes: fixed dates in the zip and in the core properties."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.documents.excel.table_rows import TableRows
from core.infra.atomic_files import write_atomically

if TYPE_CHECKING:
    from _typeshed import SizedBuffer
    from openpyxl import Workbook

_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_CORE_PART: Final = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_DATE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl takes none with a zone
_DIMENSION = re.compile(rb'(<dimension ref="A1:)[^"]*')
_ROW_END: Final = b"</row>"


def save(workbook: Workbook, path: Path, tables: Mapping[str, TableRows] | None = None) -> None:
    """Write the workbook whole or not at all; `tables` are rows that go into its sheets, by the part of the sheet.

    Raises:
        StoreError: the file cannot be written.
    """
    from openpyxl.writer.excel import ExcelWriter

    workbook.properties.created = workbook.properties.modified = _DATE
    buffer = io.BytesIO()
    ExcelWriter(workbook, _Archive(buffer, tables or {})).save()
    write_atomically(path, buffer.getvalue())


def without_times(saved: io.BytesIO) -> bytes:
    """An Office file (a zip with core properties) with every date in it fixed, so that equal content is equal bytes."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == _CORE_PART:
                data = _TIMES.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", data)
            target.writestr(_entry(info.filename), data)
    return fixed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    entry.external_attr = 0
    return entry


class _Archive(zipfile.ZipFile):
    """What openpyxl writes into: every entry gets the same date, every sheet its rows."""

    def __init__(self, stream: io.BytesIO, tables: Mapping[str, TableRows]) -> None:
        super().__init__(stream, "w", zipfile.ZIP_DEFLATED)
        self._tables = tables

    def writestr(
        self, zinfo_or_arcname: str | zipfile.ZipInfo, data: SizedBuffer | str, compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Write a part."""
        entry = _entry(zinfo_or_arcname) if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname
        super().writestr(entry, data, compress_type, compresslevel)

    def write(
        self, filename: str | PathLike[str], arcname: str | PathLike[str] | None = None,
        compress_type: int | None = None, compresslevel: int | None = None,
    ) -> None:
        """Write a sheet, which openpyxl has in a file of its own."""
        name, data = fspath(arcname or filename), Path(filename).read_bytes()
        table = self._tables.get(name)
        if table is None:
            self.writestr(name, data, compress_type, compresslevel)
            return
        at = 0
        for _ in range(table.above):
            at = data.index(_ROW_END, at) + len(_ROW_END)
        with self.open(_entry(name), "w") as part:
            part.write(_DIMENSION.sub(rb"\g<1>" + table.reach.encode(), data[:at], count=1))
            for chunk in table.chunks:
                part.write(chunk)
            part.write(data[at:])

"""Saves a workbook so that equal workbooks are equal bytes: fixed dates in the zip and in the core properties."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.infra.atomic_files import write_atomically

if TYPE_CHECKING:
    from openpyxl import Workbook

_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_CORE_PART: Final = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def save(workbook: Workbook, path: Path) -> None:
    """Write the workbook whole or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    buffer = io.BytesIO()
    workbook.save(buffer)
    write_atomically(path, without_times(buffer))


def without_times(saved: io.BytesIO) -> bytes:
    """An Office file (a zip with core properties) with every date in it fixed, so that equal content is equal bytes."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == _CORE_PART:
                data = _TIMES.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", data)
            entry = zipfile.ZipInfo(info.filename, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            entry.external_attr = 0
            target.writestr(entry, data)
    return fixed.getvalue()

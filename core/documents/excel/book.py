"""Reads the cells of a guarded workbook: value and formula together, without trusting dimensions or merged areas.

openpyxl drops what lies under a merged area, and inserting rows through openpyxl leaves the areas behind: answers
would vanish. It also reads either formulas or values, at the price of opening the file twice. So the reader looks at
the sheets' XML itself; `guard.check_workbook_file` has refused entities and bounded the sizes before.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from defusedxml.ElementTree import fromstring

from core.documents.excel import limits
from core.documents.excel.cell_xml import Cell, SheetParser, StringTable, date_styles
from core.domain.errors import UnreadableInputError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_REL_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORKBOOK: Final = "xl/workbook.xml"


@dataclass
class Sheet:
    """One sheet: filled cells by (row, column), both from 1."""

    title: str
    state: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def text(self, row: int, column: int) -> str:
        """The text of a cell, empty for any other value."""
        cell = self.cells.get((row, column))
        return cell.value if cell is not None and isinstance(cell.value, str) else ""


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets in order, and every global defined name with its targets (more than one if repeated)."""

    sheets: tuple[Sheet, ...]
    names: Mapping[str, tuple[str, ...]]


def read_book(path: Path) -> Book:
    """Read a workbook that the guard has let through.

    Raises:
        UnreadableInputError: parts are missing or contradict one another.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path.name)
    except (KeyError, ValueError, IndexError, OverflowError) as error:
        raise UnreadableInputError(
            f"“{path.name}”内部结构不完整（{type(error).__name__}），打不开。请在Excel或WPS中打开修复，另存后再试。"
        ) from None


def _read(archive: zipfile.ZipFile, file_name: str) -> Book:
    root = fromstring(archive.read(_WORKBOOK))
    targets = _relations(archive)
    entries = list(_children(root, "sheet"))
    if len(entries) > limits.SHEETS:
        raise UnreadableInputError(f"“{file_name}”有{len(entries)}张工作表，不像是填报表，已拒绝打开。")
    properties = next(_children(root, "workbookPr"), None)
    since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    parts = set(archive.namelist())
    strings = StringTable(archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in parts else b"")
    styles = date_styles(archive.read("xl/styles.xml") if "xl/styles.xml" in parts else b"")
    sheets = []
    for entry in entries:
        part = targets.get(entry.get(_REL_ID, ""), "")
        sheet = Sheet(entry.get("name", ""), entry.get("state", "visible"))
        if part in parts and "worksheet" in part:
            parser = SheetParser(strings, styles, since_1904=since_1904)
            sheet.cells.update(parser.parse(archive.read(part)))
        sheets.append(sheet)
    return Book(tuple(sheets), _names(root))


def _relations(archive: zipfile.ZipFile) -> dict[str, str]:
    root = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    found = {}
    for relation in _children(root, "Relationship"):
        target = relation.get("Target", "")
        found[relation.get("Id", "")] = target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    return found


def _names(root: Element) -> dict[str, tuple[str, ...]]:
    """Global names only: a copied sheet brings local ones of its own."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _children(root, "definedName"):
        name = entry.get("name", "")
        if entry.get("localSheetId") is None and entry.text:
            found[name] = (*found.get(name, ()), entry.text)
    return found


def _children(root: Element, tag: str) -> Iterator[Element]:
    return (e for e in root.iter() if e.tag == tag or e.tag.endswith("}" + tag))

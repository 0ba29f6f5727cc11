"""Caps on what a workbook may hold. A filled form has some 5 000 cells and 400 KB of XML; these leave ample room."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 20_000_000
DIRECTORY_BYTES: Final = 400_000
ENTRIES: Final = 1_000
UNPACKED_BYTES: Final = 64_000_000
XML_BYTES: Final = 12_000_000
XML_DEPTH: Final = 64
ELEMENTS: Final = 150_000
CELLS: Final = 20_000
SHEETS: Final = 40
MERGED_CELLS: Final = 20_000
#: The form stands within these; a value beyond them is a slip or an attack.
LAST_ROW: Final = 5_000
LAST_COLUMN: Final = 256
CELL_TEXT: Final = 32_767

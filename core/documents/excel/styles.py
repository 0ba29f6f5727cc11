"""Looks of the sheet: a government form in black and grey, the cells to fill in pale yellow."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

from core.documents.excel.plan import CellKind

_SONG: Final = "宋体"
_HEI: Final = "黑体"
#: What a cell to fill looks like; a corrected cell goes back to it.
INPUT_COLOUR: Final = "FFFFFDF0"
_LABEL_COLOUR: Final = "FFF2F2F2"
_SECTION_COLOUR: Final = "FFE2EFDA"
_CALCULATED_COLOUR: Final = "FFE7E6E6"
_GREY: Final = "FF595959"

_LOOKS: Final[dict[CellKind, tuple[str, float, bool, str, str, str]]] = {
    # font, size, bold, horizontal, vertical, fill
    CellKind.TITLE: (_HEI, 20, False, "center", "center", ""),
    CellKind.ANNEX: (_HEI, 12, False, "left", "center", ""),
    CellKind.SECTION: (_HEI, 12, False, "left", "center", _SECTION_COLOUR),
    CellKind.CAPTION: (_SONG, 11, True, "left", "center", _LABEL_COLOUR),
    CellKind.HEADER: (_SONG, 11, False, "center", "center", _LABEL_COLOUR),
    CellKind.LABEL: (_SONG, 11, False, "center", "center", _LABEL_COLOUR),
    CellKind.INPUT: (_SONG, 11, False, "left", "center", INPUT_COLOUR),
    CellKind.CALCULATED: (_SONG, 11, False, "center", "center", _CALCULATED_COLOUR),
    CellKind.FIXED: (_SONG, 11, False, "center", "center", _LABEL_COLOUR),
    CellKind.NOTE: (_SONG, 11, False, "left", "center", ""),
    CellKind.SIGNATURE: (_SONG, 11, False, "left", "top", ""),
    CellKind.BLANK: (_SONG, 11, False, "left", "center", ""),
}


def style_name(kind: CellKind) -> str:
    """Name under which a kind of cell is registered in the workbook."""
    return f"绿阶-{kind.value}"


def named_styles() -> list[NamedStyle]:
    """One named style for each kind of cell."""
    return [_named(kind) for kind in CellKind]


def _named(kind: CellKind) -> NamedStyle:
    font, size, bold, horizontal, vertical, fill = _LOOKS[kind]
    side = Side(style="thin", color="FF808080")
    framed = kind not in (CellKind.TITLE, CellKind.ANNEX)
    colour = _GREY if kind is CellKind.CALCULATED else "FF000000"
    return NamedStyle(
        name=style_name(kind),
        font=Font(name=font, size=size, bold=bold, color=colour),
        alignment=Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True),
        border=Border(left=side, right=side, top=side, bottom=side) if framed else Border(),
        fill=PatternFill("solid", start_color=fill, end_color=fill) if fill else PatternFill(),
        protection=Protection(locked=kind is not CellKind.INPUT),
    )

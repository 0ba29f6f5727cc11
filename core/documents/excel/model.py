"""What reading a filled Excel form gives, and the words that template and reader share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

#: Raised when a reader of an older program could misread the template; readers refuse newer ones.
TEMPLATE_VERSION: Final = 1
CHOICES_SHEET: Final = "选项"
IDENTITY_SHEET: Final = "模板信息"
PROBLEMS_SHEET: Final = "填报问题"
#: First cell of the very hidden sheet that says which form this is; also the author of our comments.
IDENTITY_MARK: Final = "绿阶填报模板"
MARKER_AUTHOR: Final = "绿阶校核"
LIST_PREFIX: Final = "_list_"

_LOOKS_LIKE_A_CELL = re.compile(r"[a-z]{1,3}\d+|r\d*c?\d*|c\d*", re.IGNORECASE)


def defined_name(field_name: str) -> str:
    """The workbook-level name of a field's cell: the field's name, but Excel forbids names such as `x11` or `r`."""
    return f"_{field_name}" if _LOOKS_LIKE_A_CELL.fullmatch(field_name) else field_name


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that could not be read as it stands; `path` is `name` or `repeat[2].name`, empty where none fits."""

    address: str
    path: str
    message: str


@dataclass(frozen=True)
class WorkbookReading:
    """A filled form, read. `answers` are raw values as `core.forms.values` accepts them.

    `cells` gives the address on `sheet` for every path that has a cell, `labels` what people call it; rows of a repeat
    count from 1 and leave out blank rows, as the stored answers do. `source` is `names` where the defined names could
    be trusted, else `labels`. `pack_version` is empty where the hidden sheet is gone.
    """

    form_id: str
    pack_version: str
    template_version: int
    sheet: str
    answers: Mapping[str, object]
    cells: Mapping[str, str]
    labels: Mapping[str, str]
    problems: tuple[CellProblem, ...]
    source: Literal["names", "labels"]

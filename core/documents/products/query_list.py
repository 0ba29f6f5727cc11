"""查询清单: names, codes and sites to carry to a PC with internet, and how to name the screenshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.documents.model import (
    LANDSCAPE_PAGE,
    UNTICKED,
    Cell,
    Document,
    FontRole,
    Paragraph,
    Row,
    Run,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.products import cells
from core.policy.pack import PolicyPack
from core.policy.query_sites import QuerySite, query_sites, screenshot_name

_WIDTHS: Final = (10.0, 47.0, 41.0, 38.0, 64.0, 25.0)
_HEADS: Final = ("序号", "单位名称、统一社会信用代码", "查询网站", "查什么", "截图文件名", "结果、查询日期")
_NOTE: Final = Style(FontRole.FANG, 10.5, leading=1.45, indent=2.0)


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A unit to query."""

    unit_name: str
    credit_code: str


def query_list(pack: PolicyPack, rows: Sequence[QueryRow]) -> Document:
    """A line for each unit and site, with boxes to tick."""
    sites = query_sites(pack)
    made = [cells.head_row(_HEADS)]
    for number, row in enumerate(rows, start=1):
        made.extend(_unit_rows(number, row, sites))
    note = (
        f"请在能上网的计算机上按名称和代码逐站查询，结果页连同查询日期一起截图，按“截图文件名”一栏命名后存入U盘；"
        f"带回后由程序按信用代码自动归到各单位。一页截不全的，在文件名末尾加“-2”“-3”。共{len(rows)}个单位、"
        f"{len(rows) * len(sites)}次查询。"
    )
    return Document(
        "查询清单",
        (Title("负面准入清单查询清单"), Paragraph(runs(note), _NOTE, after=2.0), Table(_WIDTHS, tuple(made))),
        LANDSCAPE_PAGE, footer=f"政策包 {pack.label}", author=pack.bureau_name, subject="负面准入清单公开信息查询",
    )


def _unit_rows(number: int, row: QueryRow, sites: Sequence[QuerySite]) -> list[Row]:
    made = []
    for index, site in enumerate(sites):
        unit: tuple[Cell, ...] = ()
        if index == 0:
            name = (Run(f"{row.unit_name}\n"), Run(row.credit_code, FontRole.SONG))
            unit = (
                Cell(0, runs(str(number)), cells.SMALL, rows=len(sites)),
                Cell(1, name, cells.VALUE, rows=len(sites)),
            )
        made.append(Row((
            *unit,
            Cell(2, runs(site.name), cells.SMALL_TEXT),
            Cell(3, runs("、".join(site.labels)), cells.SMALL_TEXT),
            Cell(4, runs(screenshot_name(row.credit_code, site.name), FontRole.SONG), cells.SMALL_TEXT),
            Cell(5, runs(f"{UNTICKED}无 {UNTICKED}有\n　月　日"), cells.SMALL),
        ), 10.0))
    return made

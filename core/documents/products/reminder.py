"""催报名单: whose annual report 动态管理表 is missing or late, a part for each street, town and park."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.documents.model import (
    FORM_PAGE,
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    Heading,
    Paragraph,
    Row,
    Signoff,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.products import cells
from core.documents.products.labels import short_date
from core.domain.calendar import format_chinese
from core.policy.pack import PolicyPack

_HEADS: Final = ("序号", "单位名称", "统一社会信用代码", "类别", "应报日期", "状态", "说明")
_WIDTHS: Final = (9.5, 38.5, 33.5, 19.5, 17.5, 17.5, 20.0)
_LEAD: Final = Style(FontRole.FANG, 12.0, align=Align.JUSTIFY, leading=1.6, indent=2.0)
CLAUSE: Final = "三(四)2(1)"


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A unit that owes a report: labels as they are printed; `state` is 未报, or 迟报 with its day.

    `note` is what the clerk should know beside it; blank for nothing.
    """

    office: str
    unit_name: str
    credit_code: str
    kind: str
    due_on: date
    state: str
    note: str = ""


def reminder(pack: PolicyPack, year: int, rows: Sequence[ReminderRow], day: date) -> Document:
    """The list of one year as it stands on `day`, offices in the order of the rows."""
    offices = tuple(dict.fromkeys(r.office for r in rows))
    blocks: list[Block] = [
        Title("动态管理表催报名单", f"（{year}年度　截至{format_chinese(day)}）"),
        Paragraph(runs(_lead(pack, year, rows, day, len(offices))), _LEAD, after=2.0),
    ]
    for office in offices:
        mine = [r for r in rows if r.office == office]
        blocks += [Heading(f"{office or '（未填街镇、园区）'}（{len(mine)}家）"), _table(mine)]
    blocks.append(Signoff(pack.bureau_name, format_chinese(day)))
    return Document(
        f"{year}年度动态管理表催报名单", tuple(blocks), FORM_PAGE,
        footer=f"截至{format_chinese(day)}　政策包 {pack.label}", author=pack.bureau_name,
        subject="动态管理表催报", keywords=("绿色制造", "催报"),
    )


def _lead(pack: PolicyPack, year: int, rows: Sequence[ReminderRow], day: date, offices: int) -> str:
    dues = sorted({r.due_on for r in rows})
    when = "、".join(format_chinese(d) for d in dues)
    head = f"按照《{pack.title}》{CLAUSE}，在库单位应在{when}前（含当日）填报{year}年度动态管理表。" if dues else ""
    if not rows:
        return f"截至{format_chinese(day)}，{year}年度动态管理表没有应催报的单位。"
    late = sum(1 for d in rows if d.due_on < day)
    tail = (
        "逾期未报或迟报的，将在下一次动态更新时提出移出建议，请相关街镇、园区督促单位尽快填报并说明原因。"
        if late
        else "请相关街镇、园区督促单位按时填报；没有按时填报的，将在下一次动态更新时提出移出建议。"
    )
    return f"{head}截至{format_chinese(day)}，以下{offices}个街镇、园区的{len(rows)}家单位需要催报。{tail}"


def _table(rows: Sequence[ReminderRow]) -> Table:
    made = [cells.head_row(_HEADS)]
    for number, row in enumerate(rows, start=1):
        made.append(Row((
            Cell(0, runs(str(number)), cells.SMALL),
            Cell(1, runs(row.unit_name), cells.SMALL_TEXT),
            Cell(2, runs(row.credit_code), cells.CODE),
            Cell(3, runs(row.kind), cells.SMALL),
            Cell(4, runs(short_date(row.due_on)), cells.ONE_LINE),
            Cell(5, runs(row.state), cells.SMALL),
            Cell(6, runs(row.note), cells.SMALL_TEXT),
        )))
    return Table(_WIDTHS, tuple(made))

"""推荐汇总表: every unit that an office recommends in a batch, a line each, signed and sealed by the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.documents.model import (
    LANDSCAPE_PAGE,
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    Paragraph,
    Row,
    SignatureBlock,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.products import cells
from core.documents.products.package_cover import nothing_row
from core.documents.products.signing import PRINTED_DATE
from core.domain.calendar import format_chinese

TITLE: Final = "区级绿色制造单位推荐汇总表"
#: The columns of the Excel.
HEADS: Final = (
    "序号", "单位名称", "统一社会信用代码", "表", "行业", "对照的标准", "评价方式", "优先列入情形", "联系人、电话",
    "状态", "校核", "校核编号", "佐证",
)
_PRINTED: Final = (
    "序号", "单位名称", "统一社会信用代码", "表", "行业", "对照的标准、评价方式", "优先列入情形", "联系人、电话",
    "状态、校核", "校核编号", "佐证",
)
_WIDTHS: Final = (9.5, 37.0, 34.0, 20.0, 20.0, 30.0, 23.0, 22.0, 13.0, 20.0, 9.5)
_GROUPS: Final = 4
_LEAD: Final = Style(FontRole.FANG, 12.0, align=Align.LEFT, leading=1.5)
_SIGN_HEIGHT: Final = 52.0


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A unit's form in one line: labels as they are printed, blank where nothing was answered."""

    unit_name: str
    credit_code: str
    form_title: str
    industry: str
    standard: str
    basis: str
    grounds: str
    contact: str
    state: str
    verdict: str
    verdict_number: str
    evidence_count: int

    @property
    def texts(self) -> tuple[str, ...]:
        """The line as it is shown, without its number and its count of evidence."""
        return (
            self.unit_name, self.credit_code, self.form_title, self.industry, self.standard, self.basis, self.grounds,
            self.contact, self.state, self.verdict, self.verdict_number,
        )


def office_summary(
    office: str, window: str, made_on: date, rows: Sequence[SummaryRow], *, is_sample: bool = False
) -> Document:
    """The summary of one office as of a day, in the order of the rows."""
    blocks: list[Block] = [
        Title(TITLE, f"（{window}）" if window else ""),
        Paragraph(runs(f"推荐单位：{office}　　填报日期：{format_chinese(made_on)}"), _LEAD, keep_with_next=True),
        Paragraph(runs(f"{composition(rows)}。"), _LEAD, after=2.0, keep_with_next=True),
        _table(rows),
        SignatureBlock(
            "推荐单位意见", "上列单位的表格已经校核，同意推荐。", ("经办人：", "负责人："), "（盖章）", PRINTED_DATE,
            _SIGN_HEIGHT,
        ),
    ]
    return Document(
        f"{TITLE}（{office}）", tuple(blocks), LANDSCAPE_PAGE, footer=f"{office}　{format_chinese(made_on)}",
        watermark="示例" if is_sample else "", author=office, subject=window, keywords=("绿色制造", "推荐汇总表"),
    )


def composition(rows: Sequence[SummaryRow]) -> str:
    """`共3份：区级绿色工厂培育表2份、绿色工业园区培育表1份`."""
    counts = Counter(row.form_title for row in rows)
    kinds = "、".join(f"{title}{count}份" for title, count in counts.items())
    return f"共{len(rows)}份" + (f"：{kinds}" if kinds else "")


def _table(rows: Sequence[SummaryRow]) -> Table:
    made = [cells.head_row(_PRINTED)]
    for number, row in enumerate(rows, start=1):
        made.append(Row(tuple(Cell(n, runs(text), _style(n)) for n, text in enumerate(_printed(number, row)))))
    if not rows:
        made.append(nothing_row(len(_PRINTED)))
    return Table(_WIDTHS, tuple(made))


def _printed(number: int, row: SummaryRow) -> tuple[str, ...]:
    """What goes together shares a column, a line each: thirteen columns would be too narrow to read."""
    return (
        str(number), row.unit_name, row.credit_code, row.form_title, row.industry, _below(row.standard, row.basis),
        row.grounds, row.contact.replace(" ", "\n"), _below(row.state, row.verdict), _halves(row.verdict_number),
        str(row.evidence_count),
    )


def _below(one: str, other: str) -> str:
    return "\n".join(text for text in (one, other) if text)


def _halves(number: str) -> str:
    """A verdict number breaks in its middle."""
    groups = number.split("-")
    return f"{'-'.join(groups[:2])}-\n{'-'.join(groups[2:])}" if len(groups) == _GROUPS else number


def _style(column: int) -> Style:
    if _PRINTED[column] in ("统一社会信用代码", "校核编号"):
        return cells.CODE
    return cells.SMALL_TEXT if _PRINTED[column] == "单位名称" else cells.SMALL

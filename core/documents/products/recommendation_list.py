"""市级、国家级推荐名单: the members that the bureau sends up under a call, with what the gate asked of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.documents.model import (
    LANDSCAPE_PAGE,
    Align,
    Cell,
    Document,
    FontRole,
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
from core.domain.library import Tier
from core.policy.pack import PolicyPack

_HEADS: Final = (
    "序号", "单位名称", "统一社会信用代码", "类别", "街镇、园区", "入库日期", "第三方评价机构", "评价日期、\n结论",
    "优先情形", "推荐日期",
)
_WIDTHS: Final = (9.5, 36.0, 34.5, 20.0, 21.0, 17.5, 27.0, 18.0, 24.0, 17.5)
_LEAD: Final = Style(FontRole.FANG, 12.0, align=Align.JUSTIFY, leading=1.6, indent=2.0)


@dataclass(frozen=True, slots=True)
class RecommendedRow:
    """A member on the list; texts as they are printed, blank where there is nothing to say."""

    unit_name: str
    credit_code: str
    kind: str
    office: str
    admitted_on: date
    body_name: str
    evaluated_on: date | None
    result: str
    grounds: str
    recommended_on: date | None


@dataclass(frozen=True, slots=True)
class CallWords:
    """The call 申报通知 that the list answers."""

    title: str
    deadline: date
    quota: int | None


def recommendation_list(
    pack: PolicyPack, tier: Tier, year: int, rows: Sequence[RecommendedRow], day: date, call: CallWords | None = None
) -> Document:
    """The list for one tier and year as it stands on `day`."""
    title = f"{tier.label}绿色制造单位推荐名单"
    clause = "三(三)" if tier is Tier.CITY else "二"
    return Document(
        f"{year}年度{title}",
        (
            Title(title, f"（{year}年度　{format_chinese(day)}）"),
            Paragraph(runs(_lead(pack, tier, rows, call, clause)), _LEAD, after=2.0, keep_with_next=True),
            _table(rows),
            Signoff(pack.bureau_name, format_chinese(day)),
        ),
        LANDSCAPE_PAGE, footer=f"截至{format_chinese(day)}　政策包 {pack.label}", author=pack.bureau_name,
        subject=title, keywords=("绿色制造", "推荐", tier.value),
    )


def _lead(
    pack: PolicyPack, tier: Tier, rows: Sequence[RecommendedRow], call: CallWords | None, clause: str
) -> str:
    basis = f"按照《{pack.title}》{clause}"
    if call is not None:
        quota = f"，推荐名额{call.quota}家" if call.quota is not None else ""
        basis += f"和《{call.title}》（{format_chinese(call.deadline)}截止{quota}）"
    if not rows:
        return f"{basis}，目前没有推荐申报{tier.label}绿色制造单位的单位。"
    return f"{basis}，择优推荐以下{len(rows)}家单位申报{tier.label}绿色制造单位。"


def _table(rows: Sequence[RecommendedRow]) -> Table:
    made = [cells.head_row(_HEADS)]
    for number, row in enumerate(rows, start=1):
        evaluated = "\n".join(part for part in (short_date(row.evaluated_on), row.result) if part)
        content = (
            (str(number), cells.SMALL), (row.unit_name, cells.SMALL_TEXT), (row.credit_code, cells.CODE),
            (row.kind, cells.SMALL), (row.office, cells.SMALL), (short_date(row.admitted_on), cells.ONE_LINE),
            (row.body_name, cells.SMALL_TEXT), (evaluated, cells.SMALL), (row.grounds, cells.SMALL_TEXT),
            (short_date(row.recommended_on), cells.ONE_LINE),
        )
        made.append(Row(tuple(Cell(n, runs(text), style) for n, (text, style) in enumerate(content)), 9.5))
    if not rows:
        made.append(Row((cells.whole(runs("无"), cells.SMALL, len(_HEADS)),)))
    return Table(_WIDTHS, tuple(made))

"""区级绿色制造单位培育库名单: the numbered roster with what changed since the last, or the library of a day gone by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.documents.model import (
    LANDSCAPE_PAGE,
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    PageBreak,
    Paragraph,
    Row,
    Runs,
    Signoff,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.products import cells
from core.documents.products.labels import Labels, composition, digest_code, short_date
from core.domain.calendar import format_chinese
from core.domain.library import Roster, RosterChange, RosterDifference, RosterLine
from core.policy.pack import PolicyPack

TITLE: Final = "区级绿色制造单位培育库名单"
_HEADS: Final = (
    "序号", "单位名称", "统一社会信用代码", "类别", "街镇、园区", "行业", "层级", "入库日期", "变动",
)
_WIDTHS: Final = (10.0, 57.0, 35.0, 28.0, 25.0, 28.0, 13.0, 18.0, 11.0)
_CHANGE_HEADS: Final = ("序号", "变动", "单位名称", "统一社会信用代码", "类别", "街镇、园区", "变动情况、原因", "依据")
_CHANGE_WIDTHS: Final = (10.0, 11.0, 49.0, 35.0, 28.0, 24.0, 50.0, 18.0)
_LEAD: Final = Style(FontRole.FANG, 12.0, align=Align.LEFT, leading=1.5)
_ANNEX: Final = Style(FontRole.HEI, 16.0, align=Align.LEFT, leading=1.5)
_SHOWN: Final = (RosterChange.NEW, RosterChange.CHANGED, RosterChange.LEFT)


def roster(
    pack: PolicyPack, found: Roster, changes: Sequence[RosterDifference], labels: Labels, earlier: Roster | None = None
) -> Document:
    """A numbered roster. `changes` are its differences to `earlier`, the one before; None for the first of all."""
    subtitle = f"（第{found.number}号　{found.title}　{format_chinese(found.closed_on)}）"
    lead = f"{composition(found.members, labels)}。{_against(changes, earlier)}"
    blocks: list[Block] = [
        Title(TITLE, subtitle),
        Paragraph(runs(lead), _LEAD, after=2.0, keep_with_next=True),
        _members(found.members, labels, has_change=True),
        Signoff(pack.bureau_name, format_chinese(found.closed_on)),
        *_annex(found, changes, labels, earlier),
    ]
    seal = f"第{found.number}号　封存校验码 {digest_code(found.digest)}　政策包 {found.pack_label}"
    return Document(
        f"{TITLE}（第{found.number}号）", tuple(blocks), LANDSCAPE_PAGE, footer=seal, author=pack.bureau_name,
        subject=found.title, keywords=("绿色制造", "名单", found.digest),
    )


def library_on(pack: PolicyPack, day: date, lines: Sequence[RosterLine], labels: Labels, printed_on: date) -> Document:
    """Who was in the library on a day, plainly marked as no numbered roster."""
    note = (
        f"{composition(lines, labels)}。本表按{format_chinese(day)}的情况由程序追溯列出，打印于"
        f"{format_chinese(printed_on)}，不编号、不封存，供查阅，不能代替动态更新时编号封存的名单。"
    )
    return Document(
        f"{TITLE}（{format_chinese(day)}在库）",
        (
            Title(TITLE, f"（{format_chinese(day)}在库情况，追溯）"),
            Paragraph(runs(note), _LEAD, after=2.0, keep_with_next=True),
            _members(lines, labels, has_change=False),
        ),
        LANDSCAPE_PAGE, footer=f"{format_chinese(day)}在库情况（追溯，不是编号名单）", author=pack.bureau_name,
        subject="培育库追溯查询", keywords=("绿色制造", "名单", "追溯"),
    )


def _against(changes: Sequence[RosterDifference], earlier: Roster | None) -> str:
    if earlier is None:
        return "本期为首期名单。"
    counts = {change: sum(1 for d in changes if d.change is change) for change in RosterChange}
    words = "、".join(
        f"{change.label}{counts[change]}家"
        for change in (RosterChange.NEW, RosterChange.KEPT, RosterChange.CHANGED, RosterChange.LEFT)
    )
    return f"与第{earlier.number}号名单（{format_chinese(earlier.closed_on)}）相比：{words}。"


def _members(lines: Sequence[RosterLine], labels: Labels, *, has_change: bool) -> Table:
    columns = len(_HEADS) if has_change else len(_HEADS) - 1
    rows = [cells.head_row(_HEADS[:columns])]
    rows += [_row(_line_cells(number, line, labels)[:columns]) for number, line in enumerate(lines, start=1)]
    if not lines:
        rows.append(Row((cells.whole(runs("无"), cells.SMALL, columns),)))
    return Table(_WIDTHS[:columns], tuple(rows))


def _line_cells(number: int, line: RosterLine, labels: Labels) -> list[tuple[Runs, Style]]:
    return [
        (runs(str(number)), cells.SMALL),
        (runs(line.unit_name), cells.SMALL_TEXT),
        (runs(line.credit_code), cells.CODE),
        (runs(labels.kind(line.kind)), cells.SMALL),
        (runs(labels.office(line.office)), cells.SMALL),
        (runs(labels.industry(line.industry_code)), cells.SMALL),
        (runs(line.tier.label), cells.SMALL),
        (runs(short_date(line.admitted_on)), cells.ONE_LINE),
        (runs(line.change.label), cells.SMALL),
    ]


def _row(content: Sequence[tuple[Runs, Style]]) -> Row:
    return Row(tuple(Cell(n, text, style) for n, (text, style) in enumerate(content)))


def _annex(
    found: Roster, changes: Sequence[RosterDifference], labels: Labels, earlier: Roster | None
) -> Sequence[Block]:
    """附：与上期名单的变动: every unit that came, left or changed, with reason and clause."""
    if earlier is None:
        return ()
    shown = [d for change in _SHOWN for d in changes if d.change is change]
    rows = [cells.head_row(_CHANGE_HEADS)]
    rows += [_row(_change_cells(number, d, labels)) for number, d in enumerate(shown, start=1)]
    if not shown:
        rows.append(Row((cells.whole(runs("无变动"), cells.SMALL, len(_CHANGE_HEADS)),)))
    kept = sum(1 for d in changes if d.change is RosterChange.KEPT)
    return (
        PageBreak(),
        Paragraph(runs("附"), _ANNEX, keep_with_next=True),
        Title("与上期名单的变动", f"（第{found.number}号名单与第{earlier.number}号名单比较）"),
        Paragraph(runs(f"{_against(changes, earlier)}保留的{kept}家没有变动，不再列出。"), _LEAD, after=2.0,
                  keep_with_next=True),
        Table(_CHANGE_WIDTHS, tuple(rows)),
    )


def _change_cells(number: int, difference: RosterDifference, labels: Labels) -> list[tuple[Runs, Style]]:
    line = difference.line
    return [
        (runs(str(number)), cells.SMALL),
        (runs(difference.change.label), cells.SMALL),
        (runs(line.unit_name), cells.SMALL_TEXT),
        (runs(line.credit_code), cells.CODE),
        (runs(labels.kind(line.kind)), cells.SMALL),
        (runs(labels.office(line.office)), cells.SMALL),
        (runs(difference.reason), cells.SMALL_TEXT),
        (runs(difference.clause), cells.SMALL),
    ]

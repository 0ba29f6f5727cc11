"""接收回执 and 通知: the bureau's papers to one office, inside the file that the office reads back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.documents.model import (
    FORM_PAGE,
    OFFICIAL_PAGE,
    Align,
    Block,
    Cell,
    Document,
    FontRole,
    Heading,
    Paragraph,
    Row,
    Run,
    Signoff,
    Style,
    Table,
    Title,
    VerticalAlign,
    runs,
)
from core.documents.products import cells
from core.documents.products.official import RECIPIENT, body
from core.documents.products.package_cover import FileWords, check_code_table, info_table, nothing_row
from core.domain.calendar import format_chinese

RECEIPT_TITLE: Final = "接收回执"
_FATE_HEADS: Final = ("序号", "单位名称", "统一社会信用代码", "表", "结果", "说明")
_FATE_WIDTHS: Final = (9.5, 38.0, 34.0, 20.0, 13.5, 41.0)
_REMARK_HEADS: Final = ("序号", "栏目", "审核意见")
_REMARK_WIDTHS: Final = (9.5, 46.5, 100.0)
_MEMBER_HEADS: Final = ("序号", "单位名称", "统一社会信用代码", "类别", "层级", "入库日期", "情况")
_MEMBER_WIDTHS: Final = (9.5, 44.0, 34.0, 20.0, 13.0, 18.0, 17.5)
_LEAD: Final = Style(FontRole.FANG, 12.0, align=Align.JUSTIFY, leading=1.6, indent=2.0)
_UNIT: Final = Style(FontRole.FANG, 12.0, align=Align.LEFT, leading=1.5)
_SENTENCE: Final = (
    "街镇、园区读取回执时，程序按收到的文件算出核对码；16位数字与本页所印的（或者电话里报的）都相同，"
    "才是区工信局发出的原文件，有一位不同就不要读取。"
)


@dataclass(frozen=True, slots=True)
class ReceiptUnit:
    """What became of one form: labels and a sentence as they are printed."""

    unit_name: str
    credit_code: str
    form_title: str
    outcome: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReturnedUnit:
    """A form that goes back: why, and the remarks by the label of their field."""

    unit_name: str
    form_title: str
    reason: str
    remarks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A line of the library as the office is told: labels as they are printed; `note` says 在库 or how it left."""

    unit_name: str
    credit_code: str
    kind: str
    tier: str
    admitted_on: date
    note: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What a notice says; the text's lines are its paragraphs."""

    title: str
    deadline: date | None
    text: str


def receipt_paper(
    words: FileWords,
    received_to: int,
    missing: Sequence[int],
    fates: Sequence[ReceiptUnit],
    returned: Sequence[ReturnedUnit],
    members: Sequence[MemberRow] = (),
) -> Document:
    """The receipt: which packages came, every form's fate, what goes back and why, the office's library lines."""
    blocks: list[Block] = [
        Title(RECEIPT_TITLE, f"（{words.recipient}　第{words.number}号）"),
        Paragraph(runs(f"{words.recipient}："), _UNIT),
        Paragraph(runs(packages_sentence(received_to, missing)), _LEAD, after=2.0),
        info_table((
            ("发出单位", words.sender), ("收件单位", words.recipient),
            ("批次", words.window or "未定"), ("日期", format_chinese(words.made_on)),
            ("密钥", words.key_name), ("内容", f"{len(fates)}份表有结果，其中退回{len(returned)}份"),
        )),
        check_code_table(words.check_code, _SENTENCE),
        Heading(f"一、各表的结果（{len(fates)}份）"),
        _fates(fates),
        *_returned(returned),
        *_members("三" if returned else "二", members),
        Signoff(words.sender, format_chinese(words.made_on)),
    ]
    return Document(
        f"{RECEIPT_TITLE}（{words.recipient}第{words.number}号）", tuple(blocks), FORM_PAGE,
        footer=f"核对码 {words.check_code}", watermark=words.watermark, author=words.sender, subject=words.window,
        keywords=("绿色制造", "回执", words.check_code),
    )


def packages_sentence(received_to: int, missing: Sequence[int]) -> str:
    """Which packages came and which did not: `已收到第1包至第5包，其中第3包未收到。`"""
    if received_to < 1:
        return "还没有收到你单位的报送包。"
    came = "已收到你单位第1包" if received_to == 1 else f"已收到你单位第1包至第{received_to}包"
    gaps = sorted(n for n in set(missing) if n <= received_to)
    if not gaps:
        return f"{came}，没有缺号。"
    names = "、".join(f"第{n}包" for n in gaps)
    return f"{came}，其中{names}未收到。请把{names}再送一次，或者在下一次报送时一并报来。"


def notice_paper(words: FileWords, notice: NoticeText, members: Sequence[MemberRow] = ()) -> Document:
    """The notice as an official text, with the check code and the office's library lines behind it."""
    paragraphs = [line.strip() for line in notice.text.splitlines() if line.strip()]
    if notice.deadline is not None:
        paragraphs.append(f"报送截止日期：{format_chinese(notice.deadline)}（含当日）。")
    blocks: list[Block] = [
        Title(notice.title or "通知", f"（{words.window}）" if words.window else ""),
        Paragraph(runs(f"{words.recipient}："), RECIPIENT, keep_with_next=True),
        *body(paragraphs),
        Signoff(words.sender, format_chinese(words.made_on)),
        check_code_table(words.check_code, _SENTENCE.replace("回执", "通知")),
        *_members("附", members),
    ]
    return Document(
        notice.title or "通知", tuple(blocks), OFFICIAL_PAGE, footer=f"核对码 {words.check_code}",
        watermark=words.watermark, author=words.sender, subject=words.window,
        keywords=("绿色制造", "通知", words.check_code),
    )


def _fates(fates: Sequence[ReceiptUnit]) -> Table:
    rows = [cells.head_row(_FATE_HEADS)]
    for number, unit in enumerate(fates, start=1):
        rows.append(Row((
            Cell(0, runs(str(number)), cells.SMALL),
            Cell(1, runs(unit.unit_name), cells.SMALL_TEXT),
            Cell(2, runs(unit.credit_code), cells.CODE),
            Cell(3, runs(unit.form_title), cells.SMALL),
            Cell(4, runs(unit.outcome), cells.SMALL),
            Cell(5, runs(unit.sentence), cells.SMALL_TEXT),
        )))
    if not fates:
        rows.append(nothing_row(len(_FATE_HEADS)))
    return Table(_FATE_WIDTHS, tuple(rows))


def _returned(returned: Sequence[ReturnedUnit]) -> Sequence[Block]:
    """Every form that goes back, with its reason and its remarks in a table of its own."""
    if not returned:
        return ()
    made: list[Block] = [
        Heading(f"二、退回更正的表（{len(returned)}份）"),
        Paragraph(runs("请按意见更正，校核后放进下一包重新报来；程序已把意见标在各栏目上。"), _LEAD, after=1.0,
                  keep_with_next=True),
    ]
    for number, unit in enumerate(returned, start=1):
        made.append(Paragraph(
            (Run(f"{number}．{unit.unit_name}", FontRole.HEI), Run(f"（{unit.form_title}）")), _UNIT, before=2.0,
            keep_with_next=True,
        ))
        made.append(_remarks(unit))
    return made


def _remarks(unit: ReturnedUnit) -> Table:
    columns = len(_REMARK_HEADS)
    reason = (Run("退回原因：", FontRole.HEI), Run(unit.reason or "见各栏目的审核意见。"))
    rows = [Row((cells.whole(reason, cells.READ, columns, top=True),), keeps_next=True)]
    if unit.remarks:
        rows.append(cells.head_row(_REMARK_HEADS))
    for number, (label, text) in enumerate(unit.remarks, start=1):
        rows.append(Row((
            Cell(0, runs(str(number)), cells.SMALL),
            Cell(1, runs(label), cells.SMALL_TEXT),
            Cell(2, runs(text), cells.READ, vertical=VerticalAlign.TOP),
        )))
    return Table(_REMARK_WIDTHS, tuple(rows))


def _members(number: str, members: Sequence[MemberRow]) -> Sequence[Block]:
    if not members:
        return ()
    rows = [cells.head_row(_MEMBER_HEADS)]
    for place, line in enumerate(members, start=1):
        rows.append(Row((
            Cell(0, runs(str(place)), cells.SMALL),
            Cell(1, runs(line.unit_name), cells.SMALL_TEXT),
            Cell(2, runs(line.credit_code), cells.CODE),
            Cell(3, runs(line.kind), cells.SMALL),
            Cell(4, runs(line.tier), cells.SMALL),
            Cell(5, runs(f"{line.admitted_on.year}.{line.admitted_on.month}.{line.admitted_on.day}"), cells.ONE_LINE),
            Cell(6, runs(line.note), cells.SMALL),
        )))
    mark = "：" if number == "附" else "、"
    return (Heading(f"{number}{mark}培育库中你单位推荐的单位（{len(members)}家）"), Table(_MEMBER_WIDTHS, tuple(rows)))

"""报送包封面: what an office hands in with its file, with the check code that the bureau compares by eye or ear."""

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
    KeepTogether,
    Paragraph,
    Row,
    SignatureBlock,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.products import cells
from core.documents.products.signing import PRINTED_DATE
from core.domain.calendar import format_chinese

TITLE: Final = "绿色制造单位报送包封面"
_INFO: Final = (25.0, 53.0, 25.0, 53.0)
_CHECK_CODE: Final = Style(FontRole.HEI_BOLD, 26.0, smallest=18.0, align=Align.CENTER, leading=1.2)
_CHECK_ROW: Final = 15.0
_HEADS: Final = ("序号", "单位名称", "统一社会信用代码", "表", "状态", "校核", "佐证", "变动")
_WIDTHS: Final = (9.5, 44.5, 34.0, 22.0, 13.0, 13.0, 10.0, 10.0)
_SIGN_HEIGHT: Final = 54.0


@dataclass(frozen=True, slots=True)
class FileWords:
    """What a file between office and bureau says of itself: labels as they are printed.

    `number` counts the sender's files to that recipient; `check_code` is 16 digits in groups of four. `is_sample`:
    a made-up unit is in it, and the papers are marked 示例.
    """

    sender: str
    recipient: str
    window: str
    number: int
    made_on: date
    check_code: str
    key_name: str
    pack_label: str
    is_sample: bool = False

    @property
    def watermark(self) -> str:
        """A made-up unit must never pass for a real one on paper."""
        return "示例" if self.is_sample else ""


@dataclass(frozen=True, slots=True)
class CoverUnit:
    """One form in the file: labels as they are printed."""

    unit_name: str
    credit_code: str
    form_title: str
    state: str
    verdict: str
    evidence_count: int
    change: str


def package_cover(words: FileWords, units: Sequence[CoverUnit]) -> Document:
    """The cover of a package: facts, check code, units, and the places to sign on both sides."""
    evidence = sum(unit.evidence_count for unit in units)
    count = f"{len(units)}份表（{_named(units)}个单位），佐证材料{evidence}件"
    blocks: list[Block] = [
        Title(TITLE, f"（第{words.number}包）"),
        info_table((
            ("报送单位", words.sender), ("接收单位", words.recipient), ("批次", words.window or "未定"),
            ("包号", f"第{words.number}包"), ("日期", format_chinese(words.made_on)), ("内容", count),
            ("密钥", words.key_name), ("政策包", words.pack_label),
        )),
        check_code_table(
            words.check_code,
            "区工信局接收时，程序按收到的文件算出核对码。请与本页所印的核对码（或者电话里报的）逐位核对："
            "16位数字都相同，才是街镇、园区报出的原文件；有一位不同就不要接收，请街镇、园区重新报送。",
        ),
        _units(units),
        KeepTogether((
            SignatureBlock(
                "报送单位", "本包各表已经校核，内容与所附佐证材料一致，同意报送。", ("经办人：", "负责人："),
                "（盖章）", PRINTED_DATE, _SIGN_HEIGHT,
            ),
            SignatureBlock(
                "接收单位", "核对码已经逐位核对，本包收到。", ("经办人：", "负责人："), "（盖章）", PRINTED_DATE,
                _SIGN_HEIGHT,
            ),
        )),
    ]
    return Document(
        f"{TITLE}（{words.sender}第{words.number}包）", tuple(blocks), FORM_PAGE, footer=f"核对码 {words.check_code}",
        watermark=words.watermark, author=words.sender, subject=words.window,
        keywords=("绿色制造", "报送包", words.check_code),
    )


def info_table(pairs: Sequence[tuple[str, str]]) -> Table:
    """Names and values, two pairs a row."""
    rows = []
    for start in range(0, len(pairs), 2):
        made: list[Cell] = []
        for place, (name, text) in enumerate(pairs[start : start + 2]):
            made += [cells.label(2 * place, name), cells.value(2 * place + 1, runs(text))]
        rows.append(Row(tuple(made), cells.ROW))
    return Table(_INFO, tuple(rows))


def check_code_table(check_code: str, sentence: str) -> Table:
    """The check code in large figures, and how it is used."""
    return Table(_INFO, (
        Row((cells.label(0, "核对码"), Cell(1, runs(check_code), _CHECK_CODE, 3)), _CHECK_ROW, keeps_next=True),
        Row((cells.whole(runs(sentence), cells.NOTE, len(_INFO)),), cells.ROW),
    ))


def nothing_row(columns: int, text: str = "无") -> Row:
    """What stands in a table that has no line."""
    return Row((cells.whole(runs(text), cells.SMALL, columns),))


def note(text: str) -> Paragraph:
    """A short note in 楷体 under a table."""
    return Paragraph(runs(text), cells.NOTE, before=2.0)


def _named(units: Sequence[CoverUnit]) -> int:
    """A unit with several forms counts once; one without a code goes by its name."""
    return len({unit.credit_code or unit.unit_name for unit in units})


def _units(units: Sequence[CoverUnit]) -> Table:
    rows = [cells.head_row(_HEADS)]
    for number, unit in enumerate(units, start=1):
        rows.append(Row((
            Cell(0, runs(str(number)), cells.SMALL),
            Cell(1, runs(unit.unit_name), cells.SMALL_TEXT),
            Cell(2, runs(unit.credit_code), cells.CODE),
            Cell(3, runs(unit.form_title), cells.SMALL),
            Cell(4, runs(unit.state), cells.SMALL),
            Cell(5, runs(unit.verdict), cells.SMALL),
            Cell(6, runs(str(unit.evidence_count)), cells.SMALL),
            Cell(7, runs(unit.change), cells.SMALL),
        )))
    if not units:
        rows.append(nothing_row(len(_HEADS)))
    return Table(_WIDTHS, tuple(rows), before=3.0)

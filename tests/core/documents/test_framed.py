"""Characters that no font has are named with their place, whatever the document."""

from __future__ import annotations

from core.documents.framed import Framed, framed_characters, framed_in_text
from core.documents.model import (
    Cell,
    Document,
    FontRole,
    Heading,
    KeepTogether,
    Paragraph,
    Row,
    SignatureBlock,
    Signoff,
    Style,
    Table,
    Title,
    runs,
)
from tests.core.documents.printing import FORMS, fonts, form_document

_RARE, _PRIVATE = "\U0002ebf0", "\ue123"
_LABEL = Style(FontRole.HEI)


def test_a_value_is_named_by_its_label_and_a_cell_of_a_list_by_head_and_row() -> None:
    head = Row((Cell(0, runs("序号"), _LABEL), Cell(1, runs("单位\n名称"), _LABEL)), repeats=True)
    listed = Row((Cell(0, runs("12")), Cell(1, runs(f"甲{_PRIVATE}"))))
    grid = Row((Cell(0, runs("*法定代表人："), _LABEL), Cell(1, runs(f"王{_RARE}{_RARE}"))))
    made = Document("试", (Table((1.0, 2.0), (grid,)), Table((1.0, 2.0), (head, listed))))
    assert framed_characters(made, fonts()) == (Framed(_RARE, "法定代表人"), Framed(_PRIVATE, "单位名称", 12))


def test_every_kind_of_block_is_looked_at() -> None:
    blocks = (
        Title("公告", _RARE), Paragraph(runs(_RARE)), Heading("一、结论"), KeepTogether((Paragraph(runs(_RARE)),)),
        SignatureBlock("街镇意见", _RARE, ("经办人",), "盖章", "日期"), Signoff(_RARE, "2026年"),
    )
    found = framed_characters(Document("试", blocks), fonts())
    assert [f.where for f in found] == ["标题", "正文", "一、结论", "街镇意见", "落款"]


def test_what_a_font_has_is_not_named() -> None:
    assert framed_in_text("绿色制造\u3000𠮷𫖯𰻝\ufa0e\u2f87c㐀 ²☑☐\n（GB/T 36132-2025）", fonts()) == ()
    assert framed_in_text("甲\U0001f600乙\U0001f600", fonts()) == ("\U0001f600",)
    for form_id in FORMS:
        assert framed_characters(form_document(form_id, "usual"), fonts()) == ()

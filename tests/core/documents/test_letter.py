"""推荐函 as a document: its title's lines, its units in the text or behind it, its annexes, its signature."""

from __future__ import annotations

import re

import pytest

from core.documents.model import Document, PageBreak, Table
from core.documents.pdf.layout import layout
from core.documents.pdf.writer import pdf_bytes
from core.documents.products.letter import MOST_IN_TEXT, lines_of
from tests.core.documents import letters
from tests.core.documents.measures import faults
from tests.core.documents.printing import fonts, page_texts


def _text(document: Document) -> str:
    return "".join(page_texts(pdf_bytes(document, fonts())))


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        (("关于推荐", "天津甲公司", "为区级绿色制造单位的函"), ("关于推荐天津甲公司为区级绿色制造单位的函",)),
        (
            ("关于推荐", "天津岚溪泵业有限公司", "等3家单位", "为区级绿色制造单位的函"),
            ("关于推荐天津岚溪泵业有限公司", "等3家单位为区级绿色制造单位的函"),
        ),
    ],
)
def test_a_title_ends_its_lines_between_words(parts: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    assert lines_of(parts) == wanted


@pytest.mark.parametrize("name", [letters.LONGEST, "天津市宝坻区京津高端装备智能制造（集团）股份有限公司"])
def test_a_long_name_in_a_title_is_parted_by_its_words(name: str) -> None:
    parts = ("关于推荐", name, "等12家单位", "为区级绿色制造单位的函")
    found = lines_of(parts)
    assert "".join(found) == "".join(parts)
    assert found[-1].endswith("为区级绿色制造单位的函")
    assert not any(line.startswith(("限公司", "公司", "司", "）", "集团）", "单位的函")) for line in found)


def test_a_few_units_stand_in_the_letter_and_many_behind_it() -> None:
    few = letters.letter_of(MOST_IN_TEXT)
    assert not any(isinstance(b, Table | PageBreak) for b in few.blocks)
    text = _text(few)
    assert all(f"{n}.天津甲乙精密制造{n}有限公司（统一社会信用代码" in text for n in range(1, MOST_IN_TEXT + 1))
    many = letters.letter_of(40)
    text = _text(many)
    assert "附件：1.推荐单位名单2.区级绿色制造单位推荐汇总表3.区级绿色制造单位推荐表（40份）" in text
    assert "附件1推荐单位名单序号单位名称统一社会信用代码类别所属行业" in text
    assert text.count("统一社会信用代码类别所属行业") == len(layout(many, fonts())) - 1
    assert all(re.search(rf"{n}天津甲乙精密制造{n}有限公司", text) for n in (1, 20, 40))


def test_a_single_unit_is_not_numbered() -> None:
    text = _text(letters.letter_of(1))
    assert "1.天津" not in text
    assert "附件：1.区级绿色制造单位推荐汇总表2.区级绿色制造单位推荐表（1份）" in text
    assert text.index("现将有关材料报上，请予审核。") < text.index("附件：")
    assert "海滨街道2026年11月3日（联系人：李慧敏联系电话：022-29240001）" in text


def test_a_letter_without_a_contact_has_no_line_for_one() -> None:
    text = _text(letters.letter_of(1, contact=""))
    assert "2026年11月3日" in text
    assert "（）" not in text
    assert "联系" not in text


def test_no_seal_stands_alone_on_a_page() -> None:
    for rounds in range(1, 24):
        text = tuple(letters.words(3).text[0] for _ in range(rounds))
        pages = page_texts(pdf_bytes(letters.letter_of(3, text=text), fonts()))
        signed = next(page for page in pages if "2026年11月3日" in page)
        assert "现将有关材料报上" in signed
        assert "联系人" in signed


@pytest.mark.parametrize("make", [letters.longest, letters.rare, lambda: letters.letter_of(6)])
def test_no_text_overlaps_or_is_cut(make: object) -> None:
    document = make()  # type: ignore[operator]
    assert faults(document, layout(document, fonts())) == []


def test_a_draft_says_why_on_every_page() -> None:
    document = letters.longest()
    assert document.watermark == "草稿"
    texts = page_texts(pdf_bytes(document, fonts()))
    assert all("草稿" in page for page in texts)
    assert "".join(texts).count("草稿说明") == 6
    assert letters.letter_of(3).watermark == ""

"""Word files read back as Word reads them: words, styles, fonts, margins, tables, page numbers, marks."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordFile
from docx.oxml.ns import qn

from core.documents.model import (
    LANDSCAPE_PAGE,
    Block,
    Cell,
    Document,
    FontRole,
    Heading,
    KeepTogether,
    PageBreak,
    Paragraph,
    Row,
    Run,
    SignatureBlock,
    Signoff,
    Style,
    Table,
    Title,
    runs,
)
from core.documents.products.announcement import Announcement, announcement
from core.documents.products.recommendation_list import recommendation_list
from core.documents.word.writer import docx_bytes
from core.domain.library import Tier
from tests.core.documents import letters, library_papers
from tests.core.documents.printing import FORMS, form_document, pack, page_texts, sheet_document, squeeze

_SIGN = SignatureBlock("街镇、园区推荐意见", "同意推荐。", ("经办人：", "负责人："), "（盖章）", "年　　月　　日")
_GRID = Table(
    (1.0, 2.0, 1.0),
    (
        Row((Cell(0, runs("甲")), Cell(1, runs("乙"), columns=2)), repeats=True),
        Row((Cell(0, runs("丙"), rows=2), Cell(1, runs("丁"), shading=0.9), Cell(2, runs("戊")))),
        Row((Cell(1, runs("己")),), keeps_next=True),
        Row((Cell(0, runs("庚"), columns=3),)),
    ),
)


def _announcement() -> Document:
    words = Announcement(
        "关于移出天津甲乙精密制造有限公司绿色制造单位名单的公告", ("根据有关规定，将该单位移出。", "特此公告。"),
        "天津市宝坻区工业和信息化局", date(2026, 8, 5),
    )
    return announcement(pack(), words)


def _city_list() -> Document:
    return recommendation_list(pack(), Tier.CITY, 2026, library_papers.recommended_rows() * 6, date(2026, 7, 2))


PAPERS: dict[str, Callable[[], Document]] = {
    "one": lambda: letters.letter_of(1), "three": lambda: letters.letter_of(3), "forty": lambda: letters.letter_of(40),
    "longest": letters.longest, "rare": letters.rare, "announcement": _announcement, "city": _city_list,
}


def _document(*blocks: Block, **changes: object) -> Document:
    return replace(Document("试件", blocks), **changes)  # type: ignore[arg-type]


def _read(document: Document) -> WordFile:
    return docx.Document(io.BytesIO(docx_bytes(document)))


def _all_text(element: object) -> str:
    return "".join(t.text or "" for t in element.iter(qn("w:t")))  # type: ignore[attr-defined]


def _words(document: Document) -> str:
    """Every word of a document's blocks, in order."""

    def of(blocks: tuple[Block, ...]) -> str:
        found = ""
        for block in blocks:
            if isinstance(block, KeepTogether):
                found += of(block.blocks)
            elif isinstance(block, Paragraph):
                found += "".join(r.text for r in block.runs)
            elif isinstance(block, Table):
                found += "".join(r.text for row in block.rows for cell in row.cells for r in cell.runs)
            elif isinstance(block, Title):
                found += block.text + block.subtitle
            elif isinstance(block, Heading):
                found += block.text
            elif isinstance(block, Signoff):
                found += block.name + block.date
            elif isinstance(block, SignatureBlock):
                found += block.label + block.statement + "".join(block.signers) + block.seal + block.date
        return found

    return squeeze(document.corner + of(document.blocks))


@pytest.mark.parametrize("paper", PAPERS)
def test_every_word_is_there_once_and_in_order(paper: str) -> None:
    document = PAPERS[paper]()
    assert squeeze(_all_text(_read(document).element.body)) == _words(document)


@pytest.mark.parametrize("form", FORMS)
def test_whole_forms_and_sheets_come_through(form: str) -> None:
    """Every shape of table that there is: spans, gaps, shading, places to sign."""
    documents = [form_document(form, how) for how in ("usual", "longest")]
    if form != "annual-report":
        documents.append(sheet_document(form, "usual"))
    for document in documents:
        found = _read(document)
        assert squeeze(_all_text(found.element.body)) == _words(document)
        for table in found.element.body.iter(qn("w:tbl")):
            columns = len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
            for row in table.findall(qn("w:tr")):
                spans = [cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in row.findall(qn("w:tc"))]
                assert sum(int(s.get(qn("w:val"))) if s is not None else 1 for s in spans) == columns


@pytest.mark.parametrize("paper", ["three", "city"])
def test_the_same_document_gives_the_same_bytes(paper: str) -> None:
    first = docx_bytes(PAPERS[paper]())
    assert docx_bytes(PAPERS[paper]()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [n for n in archive.namelist() if "thumbnail" in n or "customXml" in n or "theme" in n]
        assert not [n for n in archive.namelist() if b"python" in archive.read(n)]


def test_the_page_has_the_measures_of_official_documents() -> None:
    found = _read(letters.letter_of(3))
    section = found.sections[0]
    measures = [
        section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin,
        section.right_margin,
    ]
    assert [round(m.mm) for m in measures if m is not None] == [210, 297, 37, 35, 28, 26]
    settings = found.settings.element
    assert settings.find(qn("w:mirrorMargins")) is not None
    assert found.settings.odd_and_even_pages_header_footer
    broad = _read(_document(Title("名单"), page=LANDSCAPE_PAGE))
    wide = broad.sections[0]
    assert [round(m.mm) for m in (wide.page_width, wide.page_height, wide.left_margin) if m] == [297, 210, 37]
    assert broad.element.body.sectPr.find(qn("w:pgSz")).get(qn("w:orient")) == "landscape"


def test_styles_carry_the_official_looks() -> None:
    found = _read(letters.letter_of(3))
    normal, title = found.styles["Normal"], found.styles["Title"]
    for style, font, size in ((normal, "仿宋_GB2312", 16), (title, "方正小标宋简体", 22)):
        fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        assert (fonts.get(qn("w:eastAsia")), fonts.get(qn("w:ascii"))) == (font, "Times New Roman")
        assert style.font.size.pt == size
    spacing = normal.element.find(f"{qn('w:pPr')}/{qn('w:spacing')}")
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    outline = title.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    assert outline.get(qn("w:val")) == "0"
    indent = found.styles["Body Text"].element.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    assert indent.get(qn("w:firstLineChars")) == "200"
    lang = found.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert lang.get(qn("w:eastAsia")) == "zh-CN"
    names = [p.style.name for p in found.paragraphs if p.style is not None]
    assert names[0] == "Title"
    assert names.count("Body Text") == 6
    about = found.core_properties
    assert (about.title, about.author, about.language) == (letters.letter_of(3).title, "海滨街道", "zh-CN")
    assert about.created == about.modified
    assert not about.comments


def test_a_title_of_any_length_and_any_characters_is_a_property() -> None:
    about = _read(_document(Title("函"), title="甲\x02乙\ud800" + "丙" * 300, author="区\x00局")).core_properties
    assert (about.title, about.author) == ("甲乙" + "丙" * 253, "区局")


def test_rare_characters_name_the_font_that_has_them() -> None:
    body = _read(letters.rare()).element.body
    found: dict[str, set[str]] = {}
    for run in body.iter(qn("w:r")):
        fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        for character in _all_text(run):
            found.setdefault(character, set()).add(fonts.get(qn("w:eastAsia")))
    assert all(found[c] == {"SimSun-ExtB"} for c in "𠮷𪜀𫝀𫠡")
    assert found["𰀀"] == {"SimSun-ExtG"}
    assert "SimSun-ExtB" not in found["㐂"] | found["﨑"] | found["天"]


def test_page_numbers_stand_outside_between_dashes() -> None:
    section = _read(letters.letter_of(3)).sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert [re.sub(r"\s", "", p.text) for p in (odd, even)] == ["—1—", "—1—"]
    assert odd.text.startswith("\t")
    assert even.text.endswith("\t")
    for place in (odd, even):
        assert " PAGE " in "".join(t.text or "" for t in place._p.iter(qn("w:instrText")))
    style = odd.style
    assert style is not None
    assert style.font.size is not None
    fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    assert (style.font.size.pt, fonts.get(qn("w:ascii"))) == (14, "宋体")
    begun = _read(_document(Heading("一、附件"), first_page=7))
    assert begun.element.body.sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "7"
    bare = _read(_document(Heading("封面"), numbers_pages=False)).sections[0]
    assert bare.footer.paragraphs[0].text == ""
    noted = _read(_city_list()).sections[0].footer.paragraphs[0].text
    assert re.fullmatch(r"截至2026年7月2日　政策包.*\t— 1 —", noted)


def test_a_draft_is_marked_behind_the_text_of_every_page() -> None:
    for document, wanted in ((letters.longest(), {"草稿"}), (letters.letter_of(3), set())):
        section = _read(document).sections[0]
        for header in (section.header, section.even_page_header):
            shapes = [e.get("string") for e in header.part.element.iter() if e.tag.endswith("}textpath")]
            assert {s for s in shapes if s} == wanted


def test_tables_repeat_their_heads_and_part_no_row() -> None:
    table = next(_read(letters.letter_of(40)).element.body.iter(qn("w:tbl")))
    rows = table.findall(qn("w:tr"))
    heads = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
    assert heads == [True, *[False] * 40]
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    widths = [int(c.get(qn("w:w"))) for c in table.iter(qn("w:gridCol"))]
    assert sum(widths) == round(156 * 1440 / 25.4)


def test_spans_shading_and_signatures_are_told_in_words_own_way() -> None:
    found = _read(_document(_GRID, _SIGN))
    grid, signing = found.tables
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["甲", "乙", "乙"], ["丙", "丁", "戊"], ["丙", "己", ""], ["庚", "庚", "庚"],
    ]
    assert grid.rows[1].cells[1]._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}").get(qn("w:fill")) == "E6E6E6"
    last = list(grid._tbl.iter(qn("w:tr")))[2]
    assert all(p.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None for p in last.iter(qn("w:p")))
    label, content = signing.rows[0].cells
    assert label.text == "街镇、园区推荐意见"
    assert content.text == "同意推荐。\n经办人：\t负责人：\n（盖章）\n年　　月　　日"
    # 正文不能以表格收尾
    assert found.element.body[-2].tag == qn("w:p")


def test_breaks_keeps_and_runs() -> None:
    styled = Paragraph((Run("甲"), Run("乙\n丙", FontRole.HEI, 0.5, 0.4)), Style(FontRole.KAI, 12.0), before=3.0)
    found = _read(_document(
        KeepTogether((Paragraph(runs("一")), styled)), PageBreak(), Heading("二"), PageBreak(), _GRID,
        Paragraph(runs("坏\x01字\ud800尾")), Signoff("某局", "2026年8月5日"),
    ))
    one, two, three, turn, *_ = found.paragraphs
    assert one.paragraph_format.keep_with_next
    assert not two.paragraph_format.keep_with_next
    assert two.text == "甲乙\n丙"
    smaller = two.runs[1]
    assert smaller.font.size is not None
    assert (smaller.font.size.pt, str(smaller.font.color.rgb)) == (6.0, "666666")
    assert three.paragraph_format.page_break_before
    assert three.style is not None
    assert three.style.name == "Heading 1"
    assert turn.paragraph_format.page_break_before
    cleaned, name, day = found.paragraphs[-3:]
    assert cleaned.text == "坏字尾"
    assert cleaned.paragraph_format.keep_with_next
    assert name.paragraph_format.keep_with_next
    indents = [p.paragraph_format.right_indent for p in (name, day)]
    assert [round(i.pt) for i in indents if i is not None] == [96, 64]


@pytest.mark.libreoffice
@pytest.mark.parametrize("paper", ["three", "forty", "city"])
def test_another_program_shows_the_same_pages(tmp_path: Path, paper: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    document = PAPERS[paper]()
    source = tmp_path / "件.docx"
    source.write_bytes(docx_bytes(document))
    subprocess.run(
        [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=150,
    )
    pages = page_texts((tmp_path / "件.pdf").read_bytes())
    numbers = [f"—{n}—" for n in range(1, len(pages) + 1)]
    assert all(number in page for number, page in zip(numbers, pages, strict=True))
    shown = "".join(pages)
    for mark in (*numbers, squeeze(document.footer)):
        shown = shown.replace(mark, "") if mark else shown
    head = next((_row_text(b) for b in document.blocks if isinstance(b, Table)), "")
    if head:
        assert shown.count(head) == sum(head in page for page in pages) > 1
        first, *others = shown.split(head)
        shown = first + head + "".join(others)
    assert shown == _words(document)


def _row_text(table: Table) -> str:
    return squeeze("".join(r.text for cell in table.rows[0].cells for r in cell.runs))

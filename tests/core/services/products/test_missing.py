"""Before a paper is printed, the characters that no font has are named; a verdict knows nothing of it."""

from __future__ import annotations

from pathlib import Path

from core.services import drafts
from core.services.printing import PrintKind, PrintRequest
from core.services.products import missing
from core.services.products.batch import print_batch
from core.services.products.binding import bind_to_file
from core.services.workspace import Workspace
from tests.fixtures.library import credit_code
from tests.fixtures.sample_answers import factory_answers

_RARE, _PRIVATE = "\U0002ebf0", "\ue123"


def _begun(ws: Workspace, **other: object) -> drafts.OpenForm:
    here = ws.station.office if ws.station is not None else ""
    answers = {**factory_answers(), **({"office": here} if here else {}), **other}
    return drafts.begin(ws, "green-factory", answers, source="测试")


def test_a_sheet_names_the_character_its_field_and_what_to_do(ws: Workspace) -> None:
    opened = _begun(ws, unit_name=f"天津{_RARE}祥制造有限公司")
    request = PrintRequest(PrintKind.RECOMMENDATION, (opened.record.id,))
    found = missing.missing_characters(ws, request)
    assert {(m.character, m.code_point) for m in found} == {(_RARE, "U+2EBF0")}
    (sentence,) = missing.sentences(found)
    assert "“单位名称”" in sentence
    assert "“\U0002ebf0”（U+2EBF0）" in sentence
    assert missing.notices(ws, request, Path("甲.pdf")) == (sentence,)


def test_the_bound_book_and_a_list_are_looked_at_too(ws: Workspace) -> None:
    opened = _begun(ws, unit_name=f"天津{_PRIVATE}制造有限公司")
    for kind in (PrintKind.BOUND, PrintKind.FORM, PrintKind.REPORT, PrintKind.QUERY_LIST):
        found = missing.missing_characters(ws, PrintRequest(kind, (opened.record.id,)))
        assert {m.code_point for m in found} == {"U+E123"}, kind


def test_usual_names_need_no_notice_even_rare_ones_that_a_font_has(ws: Workspace) -> None:
    opened = _begun(ws, unit_name="天津𠮷祥𫖯制造有限公司", contact_name="王\U0002f800")
    assert missing.missing_characters(ws, PrintRequest(PrintKind.RECOMMENDATION, (opened.record.id,))) == ()
    assert missing.missing_in_answers(ws, opened) == {}


def test_the_editor_is_told_by_field_and_row_and_the_verdict_is_the_same(ws: Workspace) -> None:
    form = ws.pack.form("green-factory")
    repeat = next(f for f in form.fields if f.columns and f.rows_from is None)
    column = next(c for c in repeat.columns if c.type.value == "text")
    opened = _begun(ws, contact_name=f"王{_RARE}", **{repeat.name: [{column.name: "甲"}, {column.name: _PRIVATE}]})
    told = missing.missing_in_answers(ws, opened)
    assert set(told) == {"contact_name", f"{repeat.name}[2].{column.name}"}
    assert "U+2EBF0" in told["contact_name"]
    assert all("字体" not in f"{f.message}{f.todo}" for f in opened.verdict.findings)


def test_many_are_told_shortly() -> None:
    found = [missing.MissingCharacter(chr(0x2EBF0 + n), "单位名称", row) for n in range(20) for row in (1, 2, 3, 4)]
    told = missing.sentences(found)
    assert len(told) == 9
    assert "等4处" in told[0]
    assert "另有12个字" in told[-1]


def test_a_bound_book_and_many_sheets_say_it_in_their_own_results(ws: Workspace, tmp_path: Path) -> None:
    opened = _begun(ws, unit_name=f"天津{_RARE}制造有限公司")
    book = bind_to_file(ws, opened.record.id, tmp_path / "a.pdf")
    many = print_batch(ws, PrintKind.FORM, [opened.record.id], tmp_path / "b.pdf")
    assert any("U+2EBF0" in note for note in book.notes)
    assert any("U+2EBF0" in notice for notice in many.notices)


def test_of_a_word_copy_the_characters_are_named_that_usual_fonts_lack(ws: Workspace) -> None:
    usual = _begun(ws)
    assert missing.notices(ws, PrintRequest(PrintKind.LETTER, (usual.record.id,)), Path("函.docx")) == ()
    rare = _begun(ws, unit_name=f"天津𫖯㐂祥{_PRIVATE}镕喆①—㎡制造有限公司", credit_code=credit_code(7))
    (sentence,) = missing.notices(ws, PrintRequest(PrintKind.LETTER, (rare.record.id,)), Path("函.DOCX"))
    assert sentence.startswith(f"Word里“𫖯”（U+2B5AF）、“㐂”（U+3402）、“{_PRIVATE}”（U+E123）能否显示，")
    many = _begun(ws, unit_name="".join(chr(0x20000 + n) for n in range(20)), credit_code=credit_code(8))
    (shortly,) = missing.notices(ws, PrintRequest(PrintKind.LETTER, (many.record.id,)), Path("函.docx"))
    assert "等20个字" in shortly
    assert len(shortly) < 250

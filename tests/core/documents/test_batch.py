"""Many documents in one PDF."""

from __future__ import annotations

import io
import multiprocessing
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from core.documents.model import LANDSCAPE_PAGE, Document, FontRole, PageBreak, Paragraph, Style, runs
from core.documents.pdf import workers
from core.documents.pdf.batch import write_many
from core.documents.pdf.fonts import FontError, FontFile, FontSet
from core.documents.pdf.writer import pdf_bytes
from core.domain.errors import CancelledError, StoreError
from core.infra import helpers
from tests.core.documents import local_fonts
from tests.core.documents.printing import FORMS, fonts, page_texts, report_document, sheet_document

RARE = "天津𠮷𫖯\U0002ebf0水泵厂☑☐\U0001f600\u200d"


def _documents() -> list[Document]:
    made = [sheet_document(form_id, "usual") for form_id in FORMS if form_id != "annual-report"]
    wide = replace(report_document("green-park", "short"), page=LANDSCAPE_PAGE, watermark="草稿")
    return [*made, wide, Document(RARE, (Paragraph(runs(RARE)),), author="甲（乙）")]


def _texts(documents: list[Document]) -> list[str]:
    return [text for document in documents for text in page_texts(pdf_bytes(document, fonts()))]


def _written(path: Path) -> list[str]:
    return page_texts(path.read_bytes())


def test_pages_of_all_documents_read_as_when_printed_alone(tmp_path: Path) -> None:
    path = tmp_path / "全部.pdf"
    documents = _documents()
    assert write_many(documents, path, fonts(), title="推荐表汇编") == len(_texts(documents))
    assert _written(path) == _texts(documents)
    sizes = [page.mediabox.width > page.mediabox.height for page in pypdf.PdfReader(path).pages]
    assert sizes[0] is False
    assert True in sizes


def test_each_document_has_a_bookmark_at_its_first_page(tmp_path: Path) -> None:
    path = tmp_path / "全部.pdf"
    documents = _documents()
    write_many(documents, path, fonts(), title="推荐表汇编")
    reader = pypdf.PdfReader(path)
    starts = [0]
    for document in documents[:-1]:
        starts.append(starts[-1] + len(page_texts(pdf_bytes(document, fonts()))))
    marks = [item for item in reader.outline if not isinstance(item, list)]
    assert [(mark.title, reader.get_destination_page_number(mark)) for mark in marks] == [
        (document.title, start) for document, start in zip(documents, starts, strict=True)
    ]
    assert reader.metadata is not None
    assert reader.metadata.title == "推荐表汇编"


def test_the_bytes_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    one, two = tmp_path / "1.pdf", tmp_path / "2.pdf"
    documents = _documents() * 8
    for path, count in ((one, 1), (two, 2)):
        write_many(documents, path, fonts().unread(), title="同", workers=count)
    assert one.read_bytes() == two.read_bytes()
    assert len(_written(two)) == len(_texts(_documents())) * 8


def test_where_no_process_starts_this_one_does_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no processes here")

    one, two = tmp_path / "1.pdf", tmp_path / "2.pdf"
    write_many(_documents(), one, fonts(), title="同", workers=1)
    monkeypatch.setattr(helpers, "ProcessPoolExecutor", refused)
    write_many(_documents(), two, fonts(), title="同", workers=2)
    assert one.read_bytes() == two.read_bytes()


def test_where_a_process_dies_in_the_middle_its_work_is_done_here(tmp_path: Path) -> None:
    one, two = tmp_path / "1.pdf", tmp_path / "2.pdf"
    documents = _documents() * 20
    killed: list[int | None] = []

    def kill_at_the_first(done: int) -> bool:
        if done == 1:
            for process in multiprocessing.active_children():
                process.kill()
                killed.append(process.pid)
        return True

    write_many(documents, one, fonts(), title="同", workers=1)
    write_many(documents, two, fonts(), title="同", workers=2, progress=kill_at_the_first)
    assert len(killed) == 2
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("count", [1, 2])
def test_a_damaged_font_is_named_and_leaves_no_file(tmp_path: Path, count: int) -> None:
    broken = tmp_path / "坏字体.ttf"
    broken.write_bytes(b"no font at all")
    damaged = FontSet({**fonts().files, "fang": broken})
    with pytest.raises(FontError, match="坏字体"):
        write_many(_documents(), tmp_path / "全部.pdf", damaged, title="坏", workers=count)
    assert list(tmp_path.iterdir()) == [broken]


@pytest.mark.parametrize("count", [1, 2])
def test_a_clerk_who_stops_gets_no_file(tmp_path: Path, count: int) -> None:
    path = tmp_path / "全部.pdf"
    path.write_bytes(b"an older file")
    told: list[int] = []

    def stop_at_three(done: int) -> bool:
        told.append(done)
        return done < 3

    with pytest.raises(CancelledError, match="没有生成"):
        write_many(_documents(), path, fonts(), title="停", progress=stop_at_three, workers=count)
    assert told == [1, 2, 3]
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("全部.pdf", b"an older file")]


def test_what_fails_while_documents_are_made_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Document]:
        yield sheet_document("green-factory", "usual")
        raise StoreError("读不出来")

    with pytest.raises(StoreError, match="读不出来"):
        write_many(broken(), tmp_path / "全部.pdf", fonts(), title="坏")
    assert list(tmp_path.iterdir()) == []


def test_documents_are_asked_for_one_by_one(tmp_path: Path) -> None:
    asked: list[int] = []
    ahead: list[int] = []

    def made() -> Iterator[Document]:
        for number in range(6):
            asked.append(number)
            yield Document(f"第{number}份", (Paragraph(runs("绿")),))

    def note(done: int) -> bool:
        ahead.append(len(asked) - done)
        return True

    write_many(made(), tmp_path / "全部.pdf", fonts(), title="逐份", progress=note, workers=1)
    assert set(ahead) == {0}


def test_for_both_sides_of_the_paper_each_document_starts_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "全部.pdf"
    one = Document("一页", (Paragraph(runs("一")),))
    two = Document("二页", (Paragraph(runs("二")), PageBreak(), Paragraph(runs("三"))))
    assert write_many([one, two, one], path, fonts(), title="双面", even_pages=True) == 6
    assert _written(path) == ["一—1—", "", "二—1—", "三—2—", "一—1—", ""]


def test_no_documents_make_an_empty_file_that_opens(tmp_path: Path) -> None:
    path = tmp_path / "空.pdf"
    assert write_many([], path, fonts(), title="空") == 0
    assert len(pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages) == 0


def test_shared_out_documents_come_back_as_they_were() -> None:
    documents = _documents()
    assert pickle.loads(workers.packed(documents)) == documents


def test_the_bytes_do_not_depend_on_helpers_where_a_font_was_chosen(tmp_path: Path) -> None:
    lacking = next(c for c in map(chr, range(0x0E01, 0x0E30)) if fonts().glyph(FontRole.KAI, c).is_framed)
    chosen = _font_with(lacking, tmp_path / "宋.ttf")
    text = Paragraph(runs(f"楷体{lacking}字"), Style(FontRole.KAI, 16.0))
    documents = [Document(f"第{n}份", (text,)) for n in range(8)]
    made = []
    for count in (1, 2):
        path = tmp_path / f"{count}.pdf"
        own = FontSet(fonts().files, {FontRole.SONG: FontFile(chosen)})
        write_many(documents, path, own, title="同", workers=count)
        made.append(path.read_bytes())
    assert made[0] == made[1]


def _font_with(character: str, path: Path) -> Path:
    """A small font that also has that character."""
    made = local_fonts.font("kai.ttf", "测试宋体", "Test Song")
    for table in made["cmap"].tables:
        table.cmap[ord(character)] = made.getBestCmap()[ord("绿")]
    return local_fonts.save(made, path)

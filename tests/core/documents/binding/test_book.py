"""The bound book as a whole: order, numbers, contents, outline, bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from core.documents.binding.model import EvidenceFile
from core.documents.pdf.page import POINTS_PER_MM
from tests.core.documents.binding.books import BEFORE, Book, bound
from tests.fixtures import evidence_files as made


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return bound(
        tmp_path, ("审计.pdf", made.pdf("ALPHA", "BETA", "GAMMA")), ("执照.jpg", made.encoded(made.picture(), "JPEG")),
        ("锁.pdf", made.locked(made.pdf("NO"), "x")), ("图.pdf", made.pdf("WIDE", size=made.A3_ACROSS)),
    )


def test_pages_stand_in_order_with_running_numbers_and_head_lines(book: Book) -> None:
    texts = book.texts()
    assert len(texts) == book.bound.pages == BEFORE + 6
    assert "（合订本）" in texts[0]
    assert "—1—" not in texts[0]
    for number, text in enumerate(texts[1:], start=2):
        assert f"—{number}—" in text
    assert "第一页" in texts[2]
    evidence = texts[BEFORE:]
    for number, word in enumerate(("ALPHA", "BETA", "GAMMA"), start=1):
        assert word in evidence[number - 1]
        assert f"附1材料1（审计.pdf）第{number}页/共3页" in evidence[number - 1]
    assert "附2材料2（执照.jpg）第1页/共1页" in evidence[3]
    assert "附3材料3打不开" in evidence[4]
    assert "WIDE" in evidence[5]


def test_contents_name_every_part_with_its_pages(book: Book) -> None:
    text = book.texts()[1]
    assert f"1培育表—2{BEFORE - 1}" in text
    assert f"附1材料1审计.pdf3{BEFORE + 1}" in text
    assert f"附2材料2执照.jpg1{BEFORE + 4}" in text
    assert f"附3材料3（打不开：文件有打开密码）锁.pdf1{BEFORE + 5}" in text
    assert f"附4材料4图.pdf1{BEFORE + 6}" in text


def test_bookmarks_and_page_labels(book: Book) -> None:
    assert book.outline() == [
        (0, "封面", 1), (0, "目录", 2), (0, "培育表", 3), (0, "佐证材料", 5), (1, "附1 材料1", 5), (1, "附2 材料2", 8),
        (1, "附3 材料3", 9), (1, "附4 材料4", 10),
    ]
    assert book.reader.page_labels == ["封面", *(str(n) for n in range(2, 11))]


def test_properties(book: Book) -> None:
    root = book.reader.root_object
    assert str(root["/Lang"]) == "zh-CN"
    assert book.reader.metadata is not None
    assert book.reader.metadata.title == "某厂 培育表及佐证材料"
    assert book.reader.metadata.author == "某街道"
    assert set(book.reader.metadata) == {"/Title", "/Author", "/Creator"}


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    given = (("a.pdf", made.pdf("A")), ("b.png", made.encoded(made.picture(mode="RGBA"), "PNG")))
    first = bound(tmp_path, *given).path.read_bytes()
    assert bound(tmp_path, *given).path.read_bytes() == first
    assert bound(tmp_path, given[0]).path.read_bytes() != first


def test_long_contents_go_on_and_move_what_follows(tmp_path: Path) -> None:
    count = 70
    book = bound(tmp_path, *((f"{n}.pdf", made.pdf(f"WORD{n}")) for n in range(1, count + 1)))
    texts = book.texts()
    first = next(n for n, text in enumerate(texts) if "WORD1" in text and "第1页" in text)
    assert first > BEFORE
    assert f"附1材料11.pdf1{first + 1}" in texts[1]
    assert f"附{count}材料{count}{count}.pdf1{first + count}" in texts[first - 3]
    assert all(f"WORD{n}" in texts[first + n - 1] for n in range(1, count + 1))


def test_a_book_without_evidence(tmp_path: Path) -> None:
    book = bound(tmp_path, lacking="说明：没有推荐表。")
    assert book.bound.pages == BEFORE
    assert book.bound.problems == ()
    assert "说明：没有推荐表。" in book.texts()[1]
    assert [title for _, title, _ in book.outline()] == ["封面", "目录", "培育表"]


def test_two_files_of_one_number_follow_one_another(tmp_path: Path) -> None:
    one, two = (made.put(tmp_path, f"{n}.pdf", made.pdf(word)) for n, word in ((1, "FIRST"), (2, "SECOND")))
    evidence = (EvidenceFile(1, "证书", "扫描件.pdf", one), EvidenceFile(1, "证书", "扫描件.pdf", two))
    book = bound(tmp_path, evidence=evidence)
    texts = book.texts()
    assert "FIRST" in texts[BEFORE]
    assert "SECOND" in texts[BEFORE + 1]
    assert [(title, page) for level, title, page in book.outline() if level] == [("附1 证书", 5), ("附1 证书", 6)]


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    heard: list[int] = []

    def told(done: int, _total: int) -> None:
        heard.append(done)
        if done >= 400:
            raise StoppedError

    given = [(f"{n}.pdf", made.pdf(*"ABCDE")) for n in range(4)]
    with pytest.raises(StoppedError):
        bound(tmp_path, *given, told=told)
    assert heard == sorted(heard)
    assert not (tmp_path / "合订本.pdf").exists()
    assert list(tmp_path.glob("*.tmp")) == list(tmp_path.glob(".*")) == []


def test_progress_never_goes_back_and_reaches_the_end(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    bound(tmp_path, ("a.pdf", made.pdf("A", "B")), ("b.jpg", b""), told=lambda *step: heard.append(step))
    assert heard == sorted(heard)
    assert heard[-1] == (1000, 1000)


def test_a_sample_is_marked_on_every_page(tmp_path: Path) -> None:
    book = bound(tmp_path, ("a.pdf", made.pdf("A")), ("b.pdf", made.pdf("B", size=made.A3_ACROSS)), watermark="示例")
    assert all("示例" in text for text in (book.texts()[1], *book.texts()[BEFORE:]))


def test_page_numbers_stand_at_one_height_through_the_book(book: Book) -> None:
    heights = {round(bottom, 1) for bottom in _bottoms_of_numbers(book)}
    assert len(heights) == 1
    assert 9.0 * POINTS_PER_MM < heights.pop() < 13.0 * POINTS_PER_MM


def _bottoms_of_numbers(book: Book) -> Iterator[float]:
    """How far above the paper's edge the dash before each page number stands, in points."""
    document = pypdfium2.PdfDocument(book.path)
    try:
        for number in range(2, len(document) + 1):
            text = document[number - 1].get_textpage()
            found = text.search(f"— {number} —").get_next()
            assert found is not None
            yield text.get_charbox(found[0])[1]
    finally:
        document.close()

"""PDF evidence: placed whole and upright, still text and vectors, nothing in it acts; broken ones are named."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from tests.core.documents.binding.books import BEFORE, bound, centre
from tests.fixtures import evidence_files as made

RED = (204, 26, 26)
_UPRIGHT = (595, 842)
_ACROSS = (842, 595)
_PURE_RED = (255, 0, 0)


def _page_size(size: tuple[float, float]) -> tuple[int, int]:
    return round(size[0]), round(size[1])


@pytest.mark.parametrize(
    ("data", "paper"),
    [
        (made.pdf("WORD"), _UPRIGHT),
        (made.pdf("WORD", size=made.A3_ACROSS), _ACROSS),
        (made.pdf("WORD", size=(120, 60)), _UPRIGHT),
        (made.pdf("WORD", size=(400, 9000)), _UPRIGHT),
        (made.turned(made.pdf("WORD"), 90), _ACROSS),
        (made.turned(made.pdf("WORD"), 180), _UPRIGHT),
        (made.turned(made.pdf("WORD", size=made.A3_ACROSS), 270), _UPRIGHT),
        (made.turned(made.pdf("WORD"), -90), _ACROSS),
        (made.cropped(made.pdf("WORD"), (0, 500, 595, 842)), _ACROSS),
        (made.cropped(made.pdf("WORD"), (-500, -500, 9000, 9000)), _UPRIGHT),
        (made.cropped(made.pdf("WORD"), (5000, 5000, 6000, 6000)), _UPRIGHT),
        (made.locked(made.pdf("WORD"), ""), _UPRIGHT),
        (made.active(made.pdf("WORD")), _UPRIGHT),
        (made.with_looped_tree(made.pdf("WORD")), _UPRIGHT),
        (b"\xef\xbb\xbf\r\n" + made.pdf("WORD"), _UPRIGHT),
    ],
    ids=[
        "a4", "a3", "tiny", "strip", "turned 90", "turned 180", "turned 270", "turned -90", "cropped", "crop too large",
        "crop outside", "no password", "active", "looped", "shifted",
    ],
)
def test_text_stays_text_on_the_paper_that_suits_it(tmp_path: Path, data: bytes, paper: tuple[int, int]) -> None:
    book = bound(tmp_path, ("材料.pdf", data))
    assert book.bound.problems == ()
    assert book.bound.pages == BEFORE + 1
    assert "WORD" in book.texts()[BEFORE]
    page = book.reader.pages[BEFORE]
    assert _page_size((page.mediabox.width, page.mediabox.height)) == paper
    assert "WORD" in page.extract_text()


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_a_turned_page_is_shown_as_its_viewer_shows_it(tmp_path: Path, degrees: int, corner: tuple[int, int]) -> None:
    marked = made.written_by_hand(
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
         "<< /Type /Page /Parent 2 0 R /MediaBox [100 100 700 900] /Contents 4 0 R >>", "<< >>"],
        {4: b"0.8 0.1 0.1 rg 100 800 100 100 re f"},
    )
    place = centre(bound(tmp_path, ("a.pdf", made.turned(marked, degrees))).image(BEFORE), RED)
    assert place is not None
    assert (place[0] > 0.5, place[1] > 0.5) == (corner[0] == 1, corner[1] == 1)


def test_small_pages_keep_their_size_and_large_ones_fit(tmp_path: Path) -> None:
    small, large = (
        made.written_by_hand(
            ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
             f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {side} {side}] /Contents 4 0 R >>", "<< >>"],
            {4: f"0.8 0.1 0.1 rg 0 0 {side} {side} re f".encode()},
        )
        for side in (144, 3000)
    )
    book = bound(tmp_path, ("a.pdf", small), ("b.pdf", large))
    boxes = []
    for index in (BEFORE, BEFORE + 1):
        image = book.image(index, 1.0)
        reds = [x for x in range(image.width) if image.getpixel((x, image.height // 2))[0] > 180  # type: ignore[index]
                and image.getpixel((x, image.height // 2))[1] < 90]  # type: ignore[index]
        boxes.append((reds[0], len(reds), image.width))
    assert boxes[0][1] == pytest.approx(144, abs=2)
    assert boxes[1][1] == pytest.approx(186 / 25.4 * 72, abs=2)
    assert boxes[1][0] == pytest.approx(12 / 25.4 * 72, abs=2)


@pytest.mark.parametrize("state", ["", "/On"])
def test_seals_and_filled_fields_stay_visible_in_their_place(tmp_path: Path, state: str) -> None:
    data = made.with_seal(made.pdf("WORD"), state=state)
    plain = centre(bound(tmp_path, ("a.pdf", data)).image(BEFORE), RED)
    assert plain is not None
    assert plain[0] == pytest.approx(0.59, abs=0.05)
    assert plain[1] == pytest.approx(0.57, abs=0.05)
    turned = centre(bound(tmp_path, ("a.pdf", made.turned(data, 180))).image(BEFORE), RED)
    assert turned is not None
    assert turned[0] == pytest.approx(1 - plain[0], abs=0.02)


def test_nothing_active_goes_into_the_book(tmp_path: Path) -> None:
    given = made.active(made.pdf("WORD"))
    assert b"/JavaScript" in given
    assert b"/Launch" in given
    data = bound(tmp_path, ("a.pdf", given)).path.read_bytes()
    for word in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AA", b"/Annots", b"calc.exe"):
        assert word not in data


def test_pages_share_what_they_shared(tmp_path: Path) -> None:
    words = [f"PAGE{n}" for n in range(60)]
    one, many = (bound(tmp_path, ("a.pdf", made.pdf(*w))).path.stat().st_size for w in (words[:1], words))
    assert many - one < 60 * 1800


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"", "文件是空的"),
        ("a.pdf", b"just a text file", "里面不是PDF文件"),
        ("a.pdf", None, "文件不见了"),
        ("a.pdf", made.locked(made.pdf("NO"), "secret"), "有打开密码"),
        ("a.pdf", made.pdf("NO")[:700], "不完整（结尾缺失）"),
        ("a.pdf", b"%PDF-1.7\n" + b"\0" * 5000 + b"%%EOF", "已损坏"),
        ("a.pdf", made.many_pages(10_000), "超过1000页"),
        ("a.docx", b"PK\x03\x04", "Word文档不能装订"),
        ("a.ofd", b"PK\x03\x04", "OFD文件不能装订"),
        ("a.zip", b"PK\x03\x04", "压缩包不能装订"),
    ],
    ids=["empty", "text", "lost", "password", "cut", "rubbish", "10,000 pages", "word", "ofd", "zip"],
)
def test_what_cannot_be_bound_is_named_in_its_place(tmp_path: Path, name: str, data: bytes | None, reason: str) -> None:
    book = bound(tmp_path, ("前.pdf", made.pdf("FIRST")), (name, data), ("后.pdf", made.pdf("LAST")))
    assert book.bound.pages == BEFORE + 3
    assert len(book.bound.problems) == 1
    sentence = book.bound.problems[0]
    assert sentence.startswith(f"附2 材料2（{name}）")
    assert reason in sentence
    assert sentence.endswith("。")
    texts = book.texts()
    assert "FIRST" in texts[BEFORE]
    assert reason in texts[BEFORE + 1]
    assert "LAST" in texts[BEFORE + 2]
    assert reason in texts[1]


def test_a_broken_page_is_named_and_the_others_are_bound(tmp_path: Path) -> None:
    book = bound(tmp_path, ("a.pdf", made.with_broken_second_page()))
    assert book.bound.pages == BEFORE + 3
    assert book.bound.problems == ("附1 材料1（a.pdf）第2页不完整或读不出。请重新扫描上传。",)
    assert "本页内容不完整" in book.texts()[BEFORE + 1]
    assert "本页内容不完整" not in book.texts()[BEFORE + 2]


def test_a_file_whose_end_is_cut_off_is_bound_as_far_as_it_goes_and_named(tmp_path: Path) -> None:
    whole = made.pdf("ONE", "TWO")
    book = bound(tmp_path, ("a.pdf", whole[: whole.rindex(b"xref")]))
    assert "ONE" in book.texts()[BEFORE]
    assert "TWO" in book.texts()[BEFORE + 1]
    assert book.bound.problems == ("附1 材料1（a.pdf）文件不完整（结尾缺失）。请重新扫描上传。",)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.replace(b"/Kids", b"/Kidz"),
        lambda d: d.replace(b"/Type /Pages", b"/Type /Pagez"),
        lambda d: d.replace(b"/MediaBox [ 0 0 595.28 841.89 ]", b"/MediaBox [ 0 0 (x) nan ]    "),
        lambda d: d.replace(b"/Contents", b"/Kontents"),
        lambda d: d.replace(b"startxref", b"startxrex"),
        lambda d: d.replace(b"obj", b"obk"),
        lambda d: d.replace(b"/Rotate 0", b"/Rotate(a)"),
        lambda d: d[: len(d) // 3] + bytes(reversed(d[len(d) // 3 : len(d) // 2])) + d[len(d) // 2 :],
    ],
)
def test_spoiled_files_never_stop_the_book(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    book = bound(tmp_path, ("a.pdf", spoil(made.pdf("ONE", "TWO"))), ("b.pdf", made.pdf("LAST")))
    assert "LAST" in book.texts()[-1]
    assert book.bound.pages == len(book.texts())


def test_filled_in_fields_that_nothing_draws_are_named(tmp_path: Path) -> None:
    def filled(value: str) -> bytes:
        return made.written_by_hand([
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Annots [4 0 R] >>",
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V ({value}) /Rect [100 100 300 130] >>",
        ])

    book = bound(tmp_path, ("填了.pdf", filled("text")), ("空白.pdf", filled("")))
    assert book.bound.problems == ("附1 材料1（填了.pdf）第1页不完整或读不出。请重新扫描上传。",)


def test_files_with_any_bytes_changed_never_stop_the_book(tmp_path: Path) -> None:
    rng = random.Random(20261125)
    seeds = (
        ("a.pdf", made.pdf("ONE", "TWO")), ("a.pdf", made.with_seal(made.locked(made.pdf("S"), ""))),
        ("a.jpg", made.turned_photo(6)), ("a.png", made.encoded(made.picture(mode="RGBA"), "PNG")),
        ("a.tif", made.encoded(made.picture(), "TIFF", compression="tiff_lzw")),
    )
    given = []
    for _ in range(60):
        name, data = rng.choice(seeds)
        spoiled = bytearray(data)
        for _ in range(rng.choice((1, 5, 40))):
            spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
        given.append((name, bytes(spoiled)))
    book = bound(tmp_path, *given, ("last.pdf", made.pdf("LAST")))
    texts = book.texts()
    assert len(texts) == book.bound.pages
    assert "LAST" in texts[-1]
    assert {title for level, title, _ in book.outline() if level} >= {f"附{n} 材料{n}" for n in range(1, 62)}


def test_hidden_layers_stay_hidden(tmp_path: Path) -> None:
    data = made.written_by_hand(
        ["<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [5 0 R 6 0 R] /D << /OFF [5 0 R] >> >> >>",
         "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
         "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
         "/Resources << /Properties << /A 5 0 R /B 6 0 R >> >> >>",
         "<< >>", "<< /Type /OCG /Name (off) >>", "<< /Type /OCG /Name (on) >>"],
        {4: b"/OC /A BDC 0.8 0.1 0.1 rg 0 0 300 300 re f EMC /OC /B BDC 0.1 0.1 0.8 rg 300 300 300 300 re f EMC"},
    )
    image = bound(tmp_path, ("a.pdf", data)).image(BEFORE)
    assert centre(image, RED) is None
    assert centre(image, (26, 26, 204)) is not None


def _pdf(*objects: str) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    made, places = b"%PDF-1.4\n", []
    for number, thing in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{thing}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    return made + (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
        f"startxref\n{len(made)}\n%%EOF\n"
    ).encode()


def _stream(data: str, entries: str = "") -> str:
    return f"<< /Length {len(data)} {entries} >>\nstream\n{data}\nendstream"


def test_a_page_that_stands_twice_in_a_pdf_is_bound_twice(tmp_path: Path) -> None:
    data = _pdf(
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R >>", _stream("1 0 0 rg 9 9 99 99 re f"),
    )
    assert len(pypdfium2.PdfDocument(data)) == 2
    assert bound(tmp_path, ("两页.pdf", data)).bound.pages == BEFORE + 2


def test_a_thin_line_drawn_over_a_page_is_bound(tmp_path: Path) -> None:
    data = _pdf(
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Annots [5 0 R] >>",
        _stream("0.9 g 0 0 9 9 re f"),
        "<< /Type /Annot /Subtype /Line /Rect [50 100 250 102] /L [50 101 250 101] /F 4 /AP << /N 6 0 R >> >>",
        _stream("1 0 0 rg 0 0 200 2 re f", "/Type /XObject /Subtype /Form /BBox [0 0 200 2]"),
    )
    assert centre(pypdfium2.PdfDocument(data)[0].render(scale=2).to_pil().convert("RGB"), _PURE_RED)
    assert centre(bound(tmp_path, ("划线.pdf", data)).image(BEFORE, 2.0), _PURE_RED)


def test_a_small_file_that_says_it_has_millions_of_pages_is_named(tmp_path: Path) -> None:
    many = "<< /Type /Pages /Count 1 /Kids [{}] >>"
    data = _pdf(
        "<< /Type /Catalog /Pages 2 0 R >>", many.format("3 0 R " * 400), many.format("4 0 R " * 400),
        many.format("5 0 R " * 400), "<< /Type /Page /MediaBox [0 0 300 300] >>",
    )
    (problem,) = bound(tmp_path, ("很多页.pdf", data)).bound.problems
    assert "页数超过1000页" in problem

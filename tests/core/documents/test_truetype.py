"""Fonts read and cut by our own reader, held against fontTools, Pillow and a second PDF reader."""

from __future__ import annotations

import io
import random
import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from core.documents.model import Align, Document, FontRole, Paragraph, Style, runs
from core.documents.pdf.fonts import FontError, FontSet
from core.documents.pdf.truetype import Face, font_file
from core.documents.pdf.writer import pdf_bytes
from tests.core.documents import local_fonts
from tests.core.documents.printing import FONTS, fonts, form_document, page_texts, squeeze

FILES = sorted(path.name for path in FONTS.glob("*.ttf"))
#: Pairs that look alike and stay two, first and last codes of planes, delimiters of PDF strings as either half.
TWINS = "⼀一豈\uf900麗\U0002f800丽\U00020000\U00020001\U00020028\U0002005c\U0002000d\u2829\u5c5c()\\\u0a0d甲\U000231a0"


@pytest.mark.parametrize("name", FILES)
def test_characters_and_widths_are_those_that_fonttools_reads(name: str) -> None:
    face, other = Face(FONTS / name), TTFont(FONTS / name, lazy=True)
    known = other.getBestCmap()
    order, metrics = other.getReverseGlyphMap(), other["hmtx"]
    scale = 1000 / other["head"].unitsPerEm
    codes = random.Random(5).sample(sorted(known), 300)
    assert [face.glyph_of(code) for code in codes] == [order[known[code]] for code in codes]
    assert [face.width(code) for code in codes] == [round(metrics[known[code]][0] * scale) for code in codes]
    missing = [code for code in range(0x20, 0x30000, 97) if code not in known]
    assert not any(face.has(code) for code in missing)


@pytest.mark.parametrize("name", FILES)
def test_outlines_of_a_subset_are_the_fonts_own(name: str) -> None:
    face, whole = Face(FONTS / name), TTFont(FONTS / name, lazy=True)
    known = sorted(whole.getBestCmap())
    codes = random.Random(7).sample(known, min(500, len(known)))
    data, numbers = face.subset([face.glyph_of(code) for code in codes])
    part = TTFont(io.BytesIO(data))
    assert part["maxp"].numGlyphs == len(numbers)
    assert part["head"].checkSumAdjustment == _check_sum_adjustment(data)
    for old, new in numbers.items():
        assert _outline(part, new) == _outline(whole, old)
        assert part["hmtx"][part.getGlyphName(new)] == whole["hmtx"][whole.getGlyphName(old)]


def _outline(font: TTFont, glyph: int) -> list[tuple[str, tuple[object, ...]]]:
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[font.getGlyphName(glyph)].draw(pen)
    return list(pen.value)


def _check_sum_adjustment(data: bytes) -> int:
    place = 12 + 16 * [data[12 + 16 * n : 16 + 16 * n] for n in range(struct.unpack(">H", data[4:6])[0])].index(b"head")
    head = int(struct.unpack_from(">I", data, place + 8)[0])
    blank = data[: head + 8] + b"\0\0\0\0" + data[head + 12 :]
    words: tuple[int, ...] = struct.unpack(f">{len(blank) // 4}I", blank)
    return (0xB1B0AFBA - sum(words)) & 0xFFFFFFFF


def test_a_glyph_made_of_others_brings_them_along() -> None:
    path = FONTS / "kai.ttf"
    whole = TTFont(path, lazy=True)
    made = [n for n in range(90, 140) if whole["glyf"][whole.getGlyphName(n)].isComposite()]
    data, numbers = Face(path).subset(made)
    part = TTFont(io.BytesIO(data))
    assert len(numbers) > len(made) + 1
    assert all(_outline(part, numbers[glyph]) == _outline(whole, glyph) for glyph in made)


def _small_font(codes: dict[int, int]) -> bytes:
    """A font of three square glyphs with an old table of characters (format 4, one row for each character)."""
    square = struct.pack(">hhhhh", 1, 0, 0, 500, 500) + struct.pack(">HH", 3, 0) + b"\1\1\1\1"
    square += struct.pack(">4h4h", 0, 500, 0, -500, 0, 0, 500, 0)
    rows = [*sorted(codes.items()), (0xFFFF, 0)]
    count = len(rows)
    deltas = [(glyph - code) & 0xFFFF for code, glyph in rows]
    row = f">{count}H"
    body = b"".join((
        struct.pack(">7H", 4, 16 + 8 * count, 0, 2 * count, 0, 0, 0), struct.pack(row, *(c for c, _ in rows)), b"\0\0",
        struct.pack(row, *(c for c, _ in rows)), struct.pack(row, *deltas), bytes(2 * count),
    ))
    return font_file({
        b"head": struct.pack(">IIIIHH16xhhhhHHhhh", 0x10000, 0, 0, 0, 0, 500, 0, 0, 500, 500, 0, 8, 2, 0, 0),
        b"hhea": struct.pack(">IhhhH22xH", 0x10000, 400, -100, 0, 500, 1),
        b"maxp": struct.pack(">IH26x", 0x10000, 3),
        b"hmtx": struct.pack(">HhHhHh", 500, 0, 250, 0, 0, 0)[:8],
        b"loca": struct.pack(">4H", 0, 0, len(square) // 2, len(square)),
        b"glyf": square * 2,
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + body,
    })


def test_an_old_font_with_a_short_table_of_characters_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.ttf"
    path.write_bytes(_small_font({0x4E00: 1, 0x4E8C: 2}))
    face = Face(path)
    assert [face.glyph_of(code) for code in (0x4E00, 0x4E01, 0x4E8C, 0xFFFF)] == [1, 0, 2, 0]
    assert (face.width(0x4E00), face.has(0x4E8C), face.has(0x4E8D)) == (1000.0, True, False)
    assert len(face.subset([1, 2])[1]) == 3


@pytest.mark.parametrize("kept", [0, 3, 11, 200, 5000])
def test_a_cut_off_font_is_named(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "断.ttf"
    path.write_bytes((FONTS / "rare-a.ttf").read_bytes()[:kept])
    with pytest.raises(FontError, match=r"断\.ttf"):
        Face(path)


def test_outlines_that_lie_outside_the_file_are_named_when_they_are_embedded(tmp_path: Path) -> None:
    path = tmp_path / "坏.ttf"
    data = bytearray(_small_font({0x4E00: 1}))
    place = data.index(struct.pack(">4H", 0, 0, 17, 34))
    struct.pack_into(">H", data, place + 4, 60000)
    path.write_bytes(data)
    with pytest.raises(FontError, match=r"坏\.ttf"):
        Face(path).subset([1])


@pytest.mark.parametrize("role", list(FontRole))
def test_what_is_printed_has_the_ink_that_another_program_gives_the_font(role: FontRole) -> None:
    text, size = "绿色制造单位推荐表GB/T", 48.0
    data = pdf_bytes(Document("墨", (Paragraph(runs(text), Style(role, size, align=Align.LEFT)),)), fonts())
    page = pypdfium2.PdfDocument(data)[0].render(scale=2, grayscale=True).to_pil()
    printed = page.crop((0, 0, page.width, page.height // 2))
    drawn = Image.new("L", printed.size, 255)
    font = ImageFont.truetype(str(fonts().files[role.value]), round(size * 2))
    ImageDraw.Draw(drawn).multiline_text((0, 0), "绿色制造单位推荐\n表GB/T", 0, font)
    assert _ink(printed) == pytest.approx(_ink(drawn), rel=0.03)


def _ink(picture: Image.Image) -> int:
    return sum((255 - shade) * count for shade, count in enumerate(picture.histogram()))


def test_twins_and_delimiters_come_back_in_three_readers(tmp_path: Path) -> None:
    path = tmp_path / "双.pdf"
    path.write_bytes(pdf_bytes(Document("双", (Paragraph(runs(TWINS)),)), fonts()))
    wanted = squeeze(TWINS) + "—1—"
    assert page_texts(path.read_bytes()) == [wanted]
    assert squeeze(pypdf.PdfReader(path).pages[0].extract_text()) == wanted
    if shutil.which("pdftotext"):
        assert squeeze(_run("pdftotext", "-raw", str(path), "-")) == wanted


@pytest.mark.skipif(not shutil.which("pdffonts"), reason="poppler is not installed")
def test_another_reader_finds_every_font_embedded_and_readable(tmp_path: Path) -> None:
    path = tmp_path / "表.pdf"
    document = form_document("green-factory", "usual")
    path.write_bytes(pdf_bytes(document, fonts()))
    rows = _run("pdffonts", str(path)).splitlines()[2:]
    assert len(rows) >= 5
    assert all(re.search(r"CID TrueType\s+Identity-H\s+yes yes yes", row) for row in rows)
    read = [squeeze(page) for page in _run("pdftotext", "-raw", str(path), "-").split("\f")]
    assert [sorted(page) for page in read if page] == [sorted(page) for page in page_texts(path.read_bytes())]


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    assert done.stderr == ""
    return done.stdout


def test_fonts_of_another_set_give_the_same_bytes() -> None:
    document = Document("同", (Paragraph(runs(TWINS)),))
    assert pdf_bytes(document, FontSet.load(FONTS)) == pdf_bytes(document, fonts())


def test_a_font_with_an_old_chinese_table_beside_unicode_s_is_read_by_unicode_s(tmp_path: Path) -> None:
    made = local_fonts.font("kai.ttf", "测试仿宋", "Test Fang")
    best = {code: name for code, name in made.getBestCmap().items() if code < 0x10000}
    encoded = {int.from_bytes(chr(code).encode("gbk", "ignore"), "big"): name for code, name in best.items()}
    made["cmap"].tables = [_table(1, best), _table(3, encoded)]
    face = Face(local_fonts.save(made, tmp_path / "仿宋.ttf"))
    for character in "区级绿色工厂":
        assert face.glyph_of(ord(character)) == made.getGlyphID(best[ord(character)])


def _table(encoding: int, codes: dict[int, str]) -> Any:
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    made: Any = CmapSubtable.newSubtable(4)
    made.platformID, made.platEncID, made.language, made.cmap = 3, encoding, 0, codes
    return made

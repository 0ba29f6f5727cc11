"""Fonts with flipped and cut bytes: one sentence, or a page that is drawn and read back; never anything else."""

from __future__ import annotations

import io
import os
import struct
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from core.documents.model import Document, FontRole, Paragraph, Style, runs
from core.documents.pdf.fonts import FontError, FontFile, FontSet
from core.documents.pdf.truetype import Face, font_file
from core.documents.pdf.writer import pdf_bytes
from tests.core.documents.printing import FONTS

TEXT = "一二品A\U00020000"
EXAMPLES = int(os.environ.get("EXAMPLES", "150"))


@cache
def _whole() -> bytes:
    """Squares, one glyph made of three others, one beyond the first plane: tables of characters of formats 4 and 12."""
    names = [".notdef", "A", "one", "two", "three", "far"]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x41: "A", 0x4E00: "one", 0x4E8C: "two", 0x54C1: "three", 0x20000: "far"})
    glyphs: dict[str, Any] = {}
    for number, name in enumerate(names):
        pen = TTGlyphPen(glyphs)
        if name == "three":
            for x, y in ((0, 0), (400, 0), (200, 400)):
                pen.addComponent("one", (0.5, 0, 0, 0.5, x, y))
        else:
            side = 500 + 50 * number
            for place, point in enumerate(((50, 0), (50, side), (side, side), (side, 0))):
                (pen.lineTo if place else pen.moveTo)(point)
            pen.closePath()
        glyphs[name] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (500 if name == "A" else 1000, 50) for name in names})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Small", "styleName": "Regular", "psName": "Small-Regular"})
    builder.setupOS2(sCapHeight=700, usWeightClass=400)
    builder.setupPost()
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


def _table(tag: bytes, data: bytes | None = None) -> int:
    """Where a table begins."""
    data = data or _whole()
    row = next(place for place in range(12, len(data), 16) if data[place : place + 4] == tag)
    return int(struct.unpack_from(">I", data, row + 8)[0])


def _printed(path: Path, number: int = 0) -> str:
    """The text of a page set in the font, as a second program reads it after it has drawn the page."""
    fonts = FontSet.load(FONTS)
    fonts.chosen = {FontRole.SONG: FontFile(path, number)}
    document = pypdfium2.PdfDocument(pdf_bytes(Document("坏", (Paragraph(runs(TEXT), Style(FontRole.SONG)),)), fonts))
    try:
        document[0].render(scale=0.3)
        return str(document[0].get_textpage().get_text_range())
    finally:
        document.close()


def test_the_whole_font_is_drawn_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "好.ttf"
    path.write_bytes(_whole())
    face = Face(path)
    assert [face.glyph_of(ord(character)) for character in TEXT] == [2, 3, 4, 1, 5]
    assert face.name == "Small-Regular"
    assert set(face.subset([4])[1]) == {0, 2, 4}
    assert TEXT in _printed(path)


@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_a_damaged_font_gives_a_sentence_or_the_text(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = bytearray(_whole())
    for _ in range(data.draw(st.integers(1, 6), label="flips")):
        made[data.draw(st.integers(0, len(made) - 1), label="place")] = data.draw(st.integers(0, 255), label="byte")
    if data.draw(st.booleans(), label="cut"):
        del made[data.draw(st.integers(0, len(made) - 1), label="length") :]
    _holds(bytes(made), tmp_path_factory.mktemp("fonts") / "坏.ttf")


def _holds(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    try:
        face = Face(path)
        face.measures()
        assert face.name
        # Outlines that no longer draw anything are left out by readers, and widths beyond the sheet push text off it.
        intact = {character for character in TEXT if _cut(face, character) == _cut(_whole_face(path), character)}
        is_sane = all(face.width(ord(character)) <= 4000 for character in TEXT)
        printed = _printed(path)
    except FontError as error:
        _is_a_sentence(error)
    else:
        assert not is_sane or intact <= set(printed)


def _cut(face: Face, character: str) -> bytes:
    return face.subset([face.glyph_of(ord(character))])[0]


def _whole_face(beside: Path) -> Face:
    path = beside.with_name("好.ttf")
    path.write_bytes(_whole())
    return Face(path)


def _is_a_sentence(error: FontError) -> None:
    assert str(error) == "字体文件“坏.ttf”缺失或损坏，不能打印。请重新安装程序。"


@pytest.mark.parametrize("tag", [b"head", b"hhea", b"maxp", b"hmtx", b"loca", b"glyf", b"cmap"])
@pytest.mark.parametrize("value", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1"])
def test_every_word_of_every_table_may_be_wrong(tag: bytes, value: bytes, tmp_path: Path) -> None:
    start = _table(tag)
    for place in range(start, start + 64, 4):
        made = bytearray(_whole())
        made[place : place + 4] = value
        _face_or_sentence(bytes(made), tmp_path / "坏.ttf")


def _face_or_sentence(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    try:
        face = Face(path)
        glyphs = [face.glyph_of(ord(character)) for character in TEXT]
        assert all(face.width(ord(character)) >= 0 for character in TEXT)
        face.measures()
        cut, numbers = face.subset(glyphs)
    except FontError as error:
        _is_a_sentence(error)
    else:
        assert TTFont(io.BytesIO(cut))["maxp"].numGlyphs == len(numbers)


def test_thousands_of_overlapping_rows_of_characters_are_refused_at_once(tmp_path: Path) -> None:
    count = 8000
    rows = struct.pack(f">{count}H", *[0xFFFF] * count)
    body = b"".join((
        struct.pack(">7H", 4, 0, 0, 2 * count, 0, 0, 0), rows, b"\0\0", bytes(2 * count), bytes(2 * count),
        struct.pack(f">{count}H", *[2] * count), bytes(0x20000),
    ))
    tables = {tag: _bytes_of(tag) for tag in (b"head", b"hhea", b"maxp", b"hmtx", b"loca", b"glyf")}
    path = tmp_path / "叠.ttf"
    path.write_bytes(font_file({**tables, b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + body}))
    with pytest.raises(FontError, match=r"叠\.ttf"):
        Face(path)


def test_outlines_over_one_another_are_refused(tmp_path: Path) -> None:
    tables = {tag: _bytes_of(tag) for tag in (b"head", b"hhea", b"maxp", b"hmtx", b"glyf", b"cmap")}
    head = bytearray(tables[b"head"])
    head[50:52] = b"\0\0"
    half = len(tables[b"glyf"]) // 2
    places = struct.pack(">7H", 0, half, 0, half, 0, half, half)
    path = tmp_path / "叠.ttf"
    path.write_bytes(font_file({**tables, b"head": bytes(head), b"loca": places}))
    with pytest.raises(FontError, match=r"叠\.ttf"):
        Face(path).subset([2, 4])


def _bytes_of(tag: bytes) -> bytes:
    return bytes(TTFont(io.BytesIO(_whole())).reader[tag.decode()])


def test_a_font_of_a_collection_is_the_one_of_its_number(tmp_path: Path) -> None:
    collection = TTCollection()
    collection.fonts = [TTFont(io.BytesIO(_whole())), TTFont(FONTS / "rare-a.ttf")]
    path = tmp_path / "集.ttc"
    collection.save(path)
    first, second = Face(path, 0), Face(path, 1)
    assert (first.name, first.glyph_count) == ("Small-Regular", 6)
    assert second.glyph_count == Face(FONTS / "rare-a.ttf").glyph_count
    assert TEXT in _printed(path)
    with pytest.raises(FontError, match=r"集\.ttc"):
        Face(path, 2)

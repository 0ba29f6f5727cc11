"""The fonts of printed documents."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.documents.model import FontRole
from core.documents.pdf.drawn import strokes
from core.documents.pdf.fonts import FontError, FontSet, Shape
from core.documents.pdf.type0 import unicode_map
from tests.core.documents.printing import FONTS, fonts


@pytest.mark.parametrize(
    ("role", "character", "font"),
    [
        (FontRole.FANG, "绿", "fang"), (FontRole.HEI, "绿", "hei"), (FontRole.FANG, "²", "song"),
        (FontRole.SONG, "₂", "kai"), (FontRole.FANG, "𠮷", "rare_a"), (FontRole.FANG, "𫖯", "song"),
    ],
)
def test_a_character_falls_back_to_a_font_that_has_it(role: FontRole, character: str, font: str) -> None:
    glyph = fonts().glyph(role, character)
    assert (glyph.font, glyph.shape) == (font, Shape.GLYPH)
    assert glyph.width > 0


def test_a_character_that_no_font_has_is_framed_with_its_code_point_in_every_role() -> None:
    for role in FontRole:
        glyph = fonts().glyph(role, "\U0001f600")
        assert (glyph.shape, glyph.width) == (Shape.FRAME, 1.0)
    frame, other = strokes(Shape.FRAME, "\U0001f600"), strokes(Shape.FRAME, "\U0001f601")
    assert len(frame) > 10
    assert frame != other


def test_joiners_and_variation_selectors_take_no_room() -> None:
    for character in "\u200d\U000e0100":
        assert fonts().glyph(FontRole.FANG, character).width == 0.0


def test_fonts_are_read_only_when_used() -> None:
    fresh = FontSet.load(FONTS)
    assert fresh.glyph(FontRole.HEI, "绿").font == "hei"
    assert set(fresh._fonts) == {"hei"}


def test_a_missing_or_damaged_font_is_named(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=r"fonts\.csv"):
        FontSet.load(tmp_path)
    shutil.copy(FONTS / "fonts.csv", tmp_path)
    (tmp_path / "song.ttf").write_bytes(b"no font at all")
    broken = FontSet.load(tmp_path)
    with pytest.raises(FontError, match=r"song\.ttf"):
        broken.font("song")
    with pytest.raises(FontError, match=r"hei\.ttf"):
        broken.font("hei")


def test_a_list_without_a_needed_role_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fonts.csv").write_text("role,file\nsong,song.ttf\n", encoding="utf-8")
    with pytest.raises(FontError, match="hei"):
        FontSet.load(tmp_path)


def test_the_unicode_map_names_rows_of_256_and_writes_surrogates() -> None:
    assert "<4E00><4EFF><4E00>" in unicode_map([0x4E00, 0x4E95])
    assert "<0B00><0BFF><D842DF00>" in unicode_map([0x20BB7])
    whole = unicode_map(range(0x3400, 0xA000))
    assert "100 beginbfrange" in whole
    assert whole.count("><") == 108 * 2 + 1

"""Every ideograph that a font of the program has is drawn in every role; every other one is framed."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core.documents.model import FontRole
from core.documents.pdf.fonts import FontSet, Shape
from core.documents.pdf.truetype import Face
from tests.core.documents.printing import FONTS

#: GB 18030-2022, level 3: the unified ideographs and extensions A to F; its amendment adds G, H and I.
LEVEL_3 = (
    range(0x4E00, 0xA000), range(0x3400, 0x4DC0), range(0x20000, 0x2A6E0), range(0x2A700, 0x2B73A),
    range(0x2B740, 0x2B81E), range(0x2B820, 0x2CEA2), range(0x2CEB0, 0x2EBE1),
)
AMENDMENT = (range(0x30000, 0x3134B), range(0x31350, 0x323B0), range(0x2EBF0, 0x2EE5E))
OTHERS = (
    range(0xF900, 0xFA6E), range(0xFA70, 0xFADA), range(0x2F800, 0x2FA1E), range(0x2F00, 0x2FD6), range(0x31C0, 0x31E6),
    range(0x2E80, 0x2E9A), range(0x2E9B, 0x2EF4), range(0x323B0, 0x3347A),
)
PRIVATE = range(0xE000, 0xF900)
BUNDLED = ("song", "song_bold", "hei", "hei_bold", "kai", "fang", "rare_a", "rare_b")


@cache
def own_fonts() -> FontSet:
    return FontSet.load(FONTS)


@cache
def drawn_by_any() -> frozenset[int]:
    """Read with another program than the one under test."""
    from fontTools.ttLib import TTFont

    drawn: set[int] = set()
    for role in BUNDLED:
        font = TTFont(own_fonts().files[role], lazy=True)
        places, order = font["loca"], font.getReverseGlyphMap()
        drawn |= {c for c, n in font.getBestCmap().items() if places[order[n]] != places[order[n] + 1]}
    return frozenset(drawn)


def ideographs() -> Iterator[int]:
    for block in (*LEVEL_3, *AMENDMENT, *OTHERS):
        yield from block


def test_level_3_has_87_887_ideographs_and_all_are_drawn_by_some_font() -> None:
    level_3 = {code for block in LEVEL_3 for code in block}
    assert len(level_3) >= 87_887
    assert level_3 <= drawn_by_any()


@pytest.mark.parametrize("role", list(FontRole))
def test_an_ideograph_is_drawn_where_any_font_has_it_and_framed_otherwise(role: FontRole) -> None:
    fonts, drawn = own_fonts(), drawn_by_any()
    wrong = []
    for code in ideographs():
        glyph = fonts.glyph(role, chr(code))
        face = fonts.font(glyph.font)
        is_seen = glyph.shape is Shape.GLYPH and bool(face._outline(face.glyph_of(code))) and glyph.width > 0.0
        if not is_seen or glyph.is_framed is (code in drawn):
            wrong.append(f"U+{code:04X}")
    assert wrong == []


def test_private_use_is_framed_unless_the_font_has_the_places_of_the_standard() -> None:
    fonts = own_fonts()
    assert all(fonts.glyph(FontRole.KAI, chr(code)).is_framed for code in PRIVATE)
    assert {fonts.glyph(FontRole.FANG, chr(code)).font for code in PRIVATE} == {"fang", "frames"}


def test_frames_of_two_characters_differ_and_are_small() -> None:
    path = own_fonts().files["frames"]
    face = Face(path)
    outlines = {face._outline(face.glyph_of(code)) for code in range(0x2EBF0, 0x2EE00)}
    assert len(outlines) == 0x2EE00 - 0x2EBF0
    assert path.stat().st_size < 1_500_000


def test_a_heavy_title_stays_heavy() -> None:
    assert own_fonts().glyph(FontRole.HEI_BOLD, "\u9ff0").font == "song_bold"
    assert own_fonts().glyph(FontRole.SONG_BOLD, "绿").font == "song_bold"


def test_the_frames_are_what_the_tool_builds_of_the_other_fonts(tmp_path: Path) -> None:
    where = FONTS.parents[1] / "tools" / "frames_font.py"
    spec = importlib.util.spec_from_file_location("frames_font", where)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    codes = tool.build([own_fonts().files[role] for role in BUNDLED], tmp_path / "frames.ttf")
    assert (tmp_path / "frames.ttf").read_bytes() == own_fonts().files["frames"].read_bytes()
    assert not set(codes) & (drawn_by_any() - set(PRIVATE))

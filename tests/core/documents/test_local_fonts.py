"""Fonts of the PC are found by the names inside their files; one that cannot be printed with says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.documents.model import Document, FontRole, Paragraph, Style, Title, runs
from core.documents.pdf.fonts import FontError, FontSet
from core.documents.pdf.local_fonts import LocalFont, find_fonts, prove, system_folders
from core.documents.pdf.writer import pdf_bytes
from tests.core.documents import local_fonts as made
from tests.core.documents.printing import FONTS, page_texts, squeeze


def _found(folder: Path) -> dict[str, LocalFont]:
    return {font.name: font for font in find_fonts((folder,))}


def test_a_font_is_found_by_its_chinese_and_english_names_also_below_folders(tmp_path: Path) -> None:
    made.save(made.font("fang.ttf", "仿宋_GB2312", "FangSong_GB2312"), tmp_path / "deep" / "er" / "SIMFANG.TTF")
    (tmp_path / "readme.txt").write_text("no font", encoding="utf-8")
    font = _found(tmp_path)["仿宋_GB2312"]
    assert font.names == ("仿宋_GB2312", "FangSong_GB2312")
    assert font.why_not == ""
    prove(font)


def test_a_font_with_only_its_makers_english_name_is_found_others_are_not(tmp_path: Path) -> None:
    made.save(made.font("kai.ttf", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05S"), tmp_path / "a.ttf")
    made.save(made.font("kai.ttf", "Some Latin", "Some Latin"), tmp_path / "b.ttf")
    assert set(_found(tmp_path)) == {"FZXiaoBiaoSong-B05S"}


def test_fonts_of_a_collection_are_told_apart_and_drawn_with(tmp_path: Path) -> None:
    both = [made.font("hei.ttf", "某黑体", "Some Hei"), made.font("song.ttf", "某宋体", "Some Song")]
    made.collection(both, tmp_path / "both.ttc")
    found = _found(tmp_path)
    assert [found[n].file.number for n in ("某黑体", "某宋体")] == [0, 1]
    document = Document("试", (Paragraph(runs("绿色工厂")),))
    pages = []
    for name in ("某黑体", "某宋体"):
        prove(found[name])
        fonts = FontSet.load(FONTS)
        fonts.chosen = {FontRole.FANG: found[name].file}
        pages.append(pdf_bytes(document, fonts))
    assert b"SomeHei" in pages[0]
    assert b"SomeSong" in pages[1]


@pytest.mark.parametrize(
    ("permission", "why"),
    [(0x0002, "不许嵌入"), (0x0100, "只许整个嵌入"), (0x0200, "不许嵌入"), (0x0004, ""), (0x0008, ""), (0x000A, "")],
)
def test_the_maker_permits_or_forbids_to_embed(tmp_path: Path, permission: int, why: str) -> None:
    made.save(made.font("fang.ttf", "某仿宋", "Some Fang", permission=permission), tmp_path / "a.ttf")
    font = _found(tmp_path)["某仿宋"]
    assert (why in font.why_not) is bool(font.why_not or not why)
    assert bool(font.why_not) is bool(why)


def test_open_type_outlines_are_refused_with_a_reason(tmp_path: Path) -> None:
    made.open_type(tmp_path / "a.otf", "某宋体")
    font = _found(tmp_path)["某宋体"]
    with pytest.raises(FontError, match="TrueType"):
        prove(font)


def test_damaged_and_foreign_files_harm_nothing(tmp_path: Path) -> None:
    whole = made.save(made.font("fang.ttf", "某仿宋", "Some Fang"), tmp_path / "a.ttf").read_bytes()
    (tmp_path / "字库坏.ttf").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "空.ttf").write_bytes(b"")
    (tmp_path / "假.ttc").write_bytes(b"ttcf\0\1\0\0\xff\xff\xff\xff")
    found = _found(tmp_path)
    assert found["某仿宋"].why_not == ""
    for name in ("空", "假"):
        with pytest.raises(FontError, match=name):
            prove(found[name])


def test_a_font_whose_glyphs_are_cut_off_is_found_out_when_it_is_proved(tmp_path: Path) -> None:
    data = made.font("fang.ttf", "某仿宋", "Some Fang")
    path = made.save(data, tmp_path / "a.ttf")
    spoiled = bytearray(path.read_bytes())
    at = spoiled.find(b"loca")
    place = int.from_bytes(spoiled[at + 8 : at + 12], "big")
    spoiled[place + 40 : place + 60] = b"\xff" * 20
    path.write_bytes(bytes(spoiled))
    with pytest.raises(FontError, match="损坏"):
        prove(_found(tmp_path)["某仿宋"])


def test_a_font_without_usual_characters_is_refused(tmp_path: Path) -> None:
    made.save(made.font("fang.ttf", "某花体", "Some Fancy", text="绿ABC"), tmp_path / "a.ttf")
    with pytest.raises(FontError, match="没有“区级"):
        prove(_found(tmp_path)["某花体"])


def test_what_the_chosen_font_lacks_comes_from_the_programs_own(tmp_path: Path) -> None:
    made.save(made.font("kai.ttf", "方正小标宋简体", "FZXiaoBiaoSong-B05S"), tmp_path / "a.ttf")
    fonts = FontSet.load(FONTS)
    fonts.chosen = {FontRole.SONG_BOLD: _found(tmp_path)["方正小标宋简体"].file}
    assert fonts.glyph(FontRole.SONG_BOLD, "绿").font == "chosen_song_bold"
    assert fonts.glyph(FontRole.SONG_BOLD, "龘").font == "song_bold"
    assert fonts.glyph(FontRole.SONG_BOLD, "𠮷").font == "rare_a"
    assert fonts.glyph(FontRole.SONG, "绿").font == "song"
    document = Document("试", (Title("绿色𠮷龘工厂"), Paragraph(runs("单位"), Style(FontRole.FANG))))
    data = pdf_bytes(document, fonts)
    assert "绿色𠮷龘工厂" in squeeze(page_texts(data)[0])
    assert b"FZXiaoBiaoSong-B05S" in data


def test_the_systems_folders_begin_with_the_users_own(tmp_path: Path) -> None:
    folders = system_folders({"HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)})
    assert str(folders[0]).startswith(str(tmp_path))
    assert len(folders) > 1

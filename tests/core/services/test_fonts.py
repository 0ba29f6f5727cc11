"""Choosing a font of this PC: kept, drawn with, told when it is gone; it never reaches the files for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.documents.model import FontRole
from core.documents.pdf.fonts import FontError
from core.domain.errors import NotFoundError
from core.services import drafts, fonts
from core.services.fonts import PrintFont
from core.services.printing import PrintKind, PrintRequest, print_request
from core.services.products import missing
from core.services.workspace import Workspace
from tests.core.documents import local_fonts as made
from tests.fixtures.sample_answers import factory_answers


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    folder = tmp_path / "字体"
    made.save(made.font("kai.ttf", "方正小标宋简体", "FZXiaoBiaoSong-B05S"), folder / "FZXBSJW.TTF")
    made.save(made.font("hei.ttf", "仿宋_GB2312", "FangSong_GB2312"), folder / "simfang.ttf")
    made.save(made.font("fang.ttf", "某仿宋", "Some Fang"), folder / "other.ttf")
    made.save(made.font("fang.ttf", "禁嵌仿宋", "No Fang", permission=2), folder / "no.ttf")
    return folder


def _printed(ws: Workspace, out: Path) -> bytes:
    record = next(iter(drafts.list_units(ws)), None)
    record_id = record.id if record else drafts.begin(ws, "green-factory", factory_answers()).record.id
    return print_request(ws, PrintRequest(PrintKind.RECOMMENDATION, (record_id,)), out).read_bytes()


def test_official_fonts_are_offered_first_and_forbidden_ones_not_at_all(installed: Path) -> None:
    found = fonts.local_fonts([installed])
    assert fonts.offered(PrintFont.TITLE, found)[0].name == "方正小标宋简体"
    assert fonts.offered(PrintFont.BODY, found)[0].name == "仿宋_GB2312"
    assert "禁嵌仿宋" in {f.name for f in found}
    assert "禁嵌仿宋" not in {f.name for f in fonts.offered(PrintFont.BODY, found)}


def test_a_choice_is_printed_with_kept_and_taken_back(ws: Workspace, installed: Path, tmp_path: Path) -> None:
    own = _printed(ws, tmp_path / "1.pdf")
    assert fonts.choose_font(ws, PrintFont.TITLE, "fzxiaobiaosong-b05s", [installed]).name == "方正小标宋简体"
    fonts.choose_font(ws, PrintFont.BODY, "仿宋_GB2312", [installed])
    changed = _printed(ws, tmp_path / "2.pdf")
    assert b"FZXiaoBiaoSong-B05S" in changed
    assert b"FangSongGB2312" in changed.replace(b"_", b"")
    assert changed == _printed(ws, tmp_path / "3.pdf")
    assert {row.use: row.chosen for row in fonts.font_rows(ws)}[PrintFont.HEI] == ""
    for use in (PrintFont.TITLE, PrintFont.BODY):
        fonts.choose_font(ws, use, "")
    assert _printed(ws, tmp_path / "4.pdf") == own


def test_files_for_others_never_use_it(ws: Workspace, installed: Path) -> None:
    fonts.choose_font(ws, PrintFont.BODY, "某仿宋", [installed])
    assert FontRole.FANG in fonts.font_set(ws).chosen
    assert not fonts.bundled_fonts(ws).chosen


def test_a_font_that_is_gone_or_spoiled_is_told_and_the_own_one_printed(
    ws: Workspace, installed: Path, tmp_path: Path
) -> None:
    own = _printed(ws, tmp_path / "1.pdf")
    fonts.choose_font(ws, PrintFont.TITLE, "方正小标宋简体", [installed])
    (installed / "FZXBSJW.TTF").write_bytes(b"spoiled")
    (spoiled,) = fonts.font_notices(ws)
    assert "方正小标宋简体" in spoiled
    (installed / "FZXBSJW.TTF").unlink()
    (gone,) = fonts.font_notices(ws)
    assert "找不到" in gone
    assert _printed(ws, tmp_path / "2.pdf") == own
    record = drafts.list_units(ws)[0]
    request = PrintRequest(PrintKind.FORM, (record.id,))
    assert missing.notices(ws, request, tmp_path / "a.pdf") == (gone,)


def test_a_newer_file_of_the_same_font_goes_on_being_used(ws: Workspace, installed: Path) -> None:
    fonts.choose_font(ws, PrintFont.BODY, "仿宋_GB2312", [installed])
    newer = made.font("song.ttf", "仿宋_GB2312", "FangSong_GB2312", text=f"{made.TEXT}龘")
    made.save(newer, installed / "newer.ttf").replace(installed / "simfang.ttf")
    assert fonts.font_notices(ws) == ()
    assert fonts.font_set(ws).glyph(FontRole.FANG, "龘").font == "chosen_fang"


def test_what_cannot_be_used_is_refused_and_nothing_changes(ws: Workspace, installed: Path) -> None:
    with pytest.raises(FontError, match="不许嵌入"):
        fonts.choose_font(ws, PrintFont.BODY, "禁嵌仿宋", [installed])
    with pytest.raises(NotFoundError, match="方正小标宋简体"):
        fonts.choose_font(ws, PrintFont.TITLE, "没有的字体", [installed])
    assert all(not row.chosen for row in fonts.font_rows(ws))
    with pytest.raises(NotFoundError, match="title"):
        PrintFont.named("脚注")

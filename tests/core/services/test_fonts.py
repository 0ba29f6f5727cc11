"""Choosing a font of this PC: kept, drawn with, told when it is gone; it never reaches the files for others."""

from __future__ import annotations

import os
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
    return print_request(ws, PrintRequest(PrintKind.RECOMMENDATION, (record_id,)), out).path.read_bytes()


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
    assert "“方正小标宋简体”的文件已损坏，已改用程序自带" in spoiled
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


@pytest.mark.parametrize(
    ("spoil", "why"),
    [("otf", "不是TrueType"), ("variable", "是可变字体"), ("no", "不许嵌入"), ("short", "没有“级绿色")],
)
def test_a_font_of_an_english_name_is_there_with_the_real_reason(
    ws: Workspace, tmp_path: Path, spoil: str, why: str
) -> None:
    folder = tmp_path / "英文"
    if spoil == "otf":
        made.open_type(folder / "a.otf", "Droid Sans Fallback")
    else:
        font = made.font(
            "hei.ttf", "Droid Sans Fallback", "Droid Sans Fallback", permission=2 if spoil == "no" else 0,
            text="区ABC" if spoil == "short" else made.TEXT,
        )
        if spoil == "variable":
            made.with_an_axis(font)
        made.save(font, folder / "a.ttf")
    assert fonts.local_fonts([folder]) == ()
    with pytest.raises(FontError, match=f"字体“Droid Sans Fallback”不能用来打印：.*{why}") as raised:
        fonts.choose_font(ws, PrintFont.TITLE, "droid sans fallback", [folder])
    assert "没有安装" not in str(raised.value)


def test_a_sound_font_of_an_english_name_is_taken_when_it_is_asked_for(ws: Workspace, tmp_path: Path) -> None:
    made.save(made.font("hei.ttf", "AR PL UMing CN", "AR PL UMing CN"), tmp_path / "英文" / "a.ttf")
    assert fonts.choose_font(ws, PrintFont.HEI, "AR PL UMing CN", [tmp_path / "英文"]).name == "AR PL UMing CN"
    assert fonts.font_notices(ws) == ()


def test_a_damaged_font_of_this_pc_is_no_reason_to_install_the_program_again(
    ws: Workspace, installed: Path, tmp_path: Path
) -> None:
    fonts.choose_font(ws, PrintFont.TITLE, "方正小标宋简体", [installed])
    _printed(ws, tmp_path / "1.pdf")
    path = installed / "FZXBSJW.TTF"
    about = path.stat()
    path.write_bytes(b"\0" * about.st_size)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    # As another process meets it, which has not looked at the file before.
    set_again = fonts.font_set(ws).unread()
    with pytest.raises(FontError, match="“打印字体”中改用程序自带的字体") as raised:
        set_again.glyph(FontRole.SONG_BOLD, "绿")
    assert "重新安装程序" not in str(raised.value)

"""What a reviewer found in the printing kernel and the bound book: each test fails until its cause is mended."""

from __future__ import annotations

import contextlib
import io
import os
import random
import select
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image, ImageOps

from core.documents.model import Document, FontRole, Paragraph, Style, runs
from core.documents.pdf.batch import write_many
from core.documents.pdf.fonts import FontFile, FontSet
from core.documents.pdf.preview import page_text
from core.documents.pdf.truetype import Face
from core.documents.pdf.writer import write_pdf
from tests.core.documents import local_fonts
from tests.core.documents.binding.books import BEFORE, bound, centre
from tests.core.documents.printing import FONTS, ROOT, fonts

_RED = (255, 0, 0)
_ORIENTATION = 274
_PATIENCE = 10.0
_KAI = "kai.ttf"


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


@pytest.mark.parametrize("orientation", [2, 3, 4, 6, 7, 8])
def test_a_turned_tiff_stands_as_every_viewer_shows_it(tmp_path: Path, orientation: int) -> None:
    image = Image.new("RGB", (300, 200), "white")
    image.paste(_RED, (0, 0, 100, 60))
    data = io.BytesIO()
    image.save(data, "TIFF", compression="tiff_deflate", tiffinfo={_ORIENTATION: orientation})
    shown = centre(ImageOps.exif_transpose(Image.open(data)).convert("RGB"), _RED)
    whole = centre(bound(tmp_path, ("扫描.tif", _flat((300, 200), orientation))).image(BEFORE), _RED)
    found = centre(bound(tmp_path, ("扫描.tif", data.getvalue())).image(BEFORE), _RED)
    assert shown
    assert found
    assert whole
    # The red corner lies on the side of the picture's middle (`whole`) on which a viewer shows it.
    assert [at > middle for at, middle in zip(found, whole, strict=True)] == [at > 0.5 for at in shown]


def _flat(size: tuple[int, int], orientation: int) -> bytes:
    """A picture that is red all over: where it stands on the page."""
    data = io.BytesIO()
    Image.new("RGB", size, _RED).save(data, "TIFF", tiffinfo={_ORIENTATION: orientation})
    return data.getvalue()


def test_a_cut_photo_with_a_thumbnail_is_named(tmp_path: Path) -> None:
    noise = Image.effect_noise((400, 300), 80.0).convert("RGB")
    main, small = io.BytesIO(), io.BytesIO()
    noise.save(main, "JPEG", quality=60)
    noise.resize((80, 60)).save(small, "JPEG", quality=50)
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + small.getvalue()
    photo = main.getvalue()[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + main.getvalue()[2:]
    cut = photo[: len(photo) * 6 // 10]
    assert len(cut) < 65_536
    (problem,) = bound(tmp_path, ("照片.jpg", cut)).bound.problems
    assert "结尾缺失" in problem


def test_a_black_and_white_scan_of_a3_at_600_dpi_is_bound(tmp_path: Path) -> None:
    width, height = 7016, 9921
    row = (width + 7) // 8
    scan = Image.frombytes("1", (width, height), random.Random(1).randbytes(600_000).ljust(row * height, b"\xff"))
    data = io.BytesIO()
    scan.save(data, "PNG", compress_level=1)
    assert bound(tmp_path, ("图纸.png", data.getvalue())).bound.problems == ()


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
    assert centre(pypdfium2.PdfDocument(data)[0].render(scale=2).to_pil().convert("RGB"), _RED)
    assert centre(bound(tmp_path, ("划线.pdf", data)).image(BEFORE, 2.0), _RED)


def test_a_tab_between_figures_does_not_vanish_on_paper(tmp_path: Path) -> None:
    path = tmp_path / "表.pdf"
    write_pdf(Document("表", (Paragraph(runs("产量12\t34吨"), Style(FontRole.FANG, 16.0)),)), path, fonts())
    assert "1234" not in page_text(path, 0)


def test_the_bytes_do_not_depend_on_helpers_where_a_font_was_chosen(tmp_path: Path) -> None:
    lacking = next(c for c in map(chr, range(0x0E01, 0x0E30)) if fonts().glyph(FontRole.KAI, c).is_framed)
    chosen = _font_with(lacking, tmp_path / "宋.ttf")
    text = Paragraph(runs(f"楷体{lacking}字"), Style(FontRole.KAI, 16.0))
    documents = [Document(f"第{n}份", (text,)) for n in range(8)]
    made = []
    for workers in (1, 2):
        path = tmp_path / f"{workers}.pdf"
        own = FontSet(fonts().files, {FontRole.SONG: FontFile(chosen)})
        write_many(documents, path, own, title="同", workers=workers)
        made.append(path.read_bytes())
    assert made[0] == made[1]


def _font_with(character: str, path: Path) -> Path:
    """A small font that also has that character."""
    made = local_fonts.font(_KAI, "测试宋体", "Test Song")
    for table in made["cmap"].tables:
        table.cmap[ord(character)] = made.getBestCmap()[ord("绿")]
    return local_fonts.save(made, path)


def test_a_font_with_an_old_chinese_table_beside_unicode_s_is_read_by_unicode_s(tmp_path: Path) -> None:
    made = local_fonts.font(_KAI, "测试仿宋", "Test Fang")
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


_MANY = """
import multiprocessing, sys, threading
from pathlib import Path
from core.documents.model import Document, Paragraph, runs
from core.documents.pdf.batch import write_many
from core.documents.pdf.fonts import FontSet

def wait(count):
    print(*(p.pid for p in multiprocessing.active_children()), flush=True)
    threading.Event().wait()

if __name__ == "__main__":
    documents = [Document("份", (Paragraph(runs("字")),))] * 64
    write_many(documents, Path(sys.argv[1]), FontSet.load(Path(sys.argv[2])), title="多", workers=2, progress=wait)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for processes that are nobody's children: Linux")
def test_helpers_end_when_the_program_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "many.py"
    script.write_text(_MANY, encoding="utf-8")
    program = subprocess.Popen(
        [sys.executable, script, tmp_path / "多.pdf", FONTS], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert program.stdout is not None
    helpers = [int(word) for word in program.stdout.readline().split()]
    assert helpers
    watched = [os.pidfd_open(helper) for helper in helpers]
    program.kill()
    program.wait()
    program.stdout.close()
    ended = [bool(select.select([one], [], [], _PATIENCE / len(watched))[0]) for one in watched]
    for helper, one in zip(helpers, watched, strict=True):
        os.close(one)
        with contextlib.suppress(ProcessLookupError):
            os.kill(helper, signal.SIGKILL)
    assert all(ended)

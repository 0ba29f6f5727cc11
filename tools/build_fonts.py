r"""Rebuild the bundled fonts in ``resources/fonts`` from their upstream files.

The script reads five folders that hold the unpacked upstream fonts and writes
nine plain TrueType fonts (``glyf`` outlines, embedding allowed) together with
``fonts.csv``, the table that the program uses to find a font by its role.

* Noto Serif SC and Noto Sans SC (Regular and Bold): hinting, layout and
  vertical tables are removed, every code point is kept.
* LXGW WenKai: copied byte for byte, because its licence reserves the name.
* FandolFang: cubic CFF outlines are converted to quadratic ones.
* HanaMinA and HanaMinB: cut to the ideographs the song font lacks, outlines
  thinned within one font unit, renamed because their licence reserves the name.
* GreenLadder Frames: our own, a frame with the code point for each ideograph that
  none of the others draws (``frames_font.py``).

Example::

    PYTHONPATH=. python tools/build_fonts.py --serif DIR --sans DIR --wenkai DIR \
        --fandol DIR --hanazono DIR --out resources/fonts
"""

from __future__ import annotations

import argparse
import csv
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates

from tools import frames_font

Point = tuple[int, int]

MODIFIED_ON = "2026-11-23"
CURVE_ERROR = 1.0  # largest error of the cubic to quadratic conversion, font units
THIN_ERROR = 1.0  # largest error of the thinning of straight outlines, font units
LAYOUT_TABLES = [
    "BASE",
    "DSIG",
    "FFTM",
    "GDEF",
    "GPOS",
    "GSUB",
    "MATH",
    "STAT",
    "VORG",
    "prop",
    "vhea",
    "vmtx",
]
HINTING_TABLES = ["cvt ", "fpgm", "prep", "hdmx", "LTSH", "VDMX"]
IDEOGRAPH_RANGES = (
    (0x2E80, 0x2FFF),  # radicals, ideographic description characters
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x31C0, 0x31EF),  # strokes
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x20000, 0x323AF),  # extensions B to H, compatibility supplement
)
MAXP_ZERO_FIELDS = [
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
    "maxComponentDepth",
]
CSV_COLUMNS = ["role", "file", "family", "weight", "licence_file", "source", "note"]


@dataclass(frozen=True)
class BundledFont:
    """One row of ``fonts.csv``; the family is read from the finished file."""

    role: str
    file: str
    weight: int
    licence_file: str
    source: str
    note: str


FONTS = (
    BundledFont(
        "song",
        "song.ttf",
        400,
        "licences/noto-serif-sc-OFL.txt",
        "Noto Serif SC Regular 2.003-H1",
        "hinting, layout and vertical tables removed; all code points kept",
    ),
    BundledFont(
        "song_bold",
        "song-bold.ttf",
        700,
        "licences/noto-serif-sc-OFL.txt",
        "Noto Serif SC Bold 2.003-H1",
        "hinting, layout and vertical tables removed; all code points kept",
    ),
    BundledFont(
        "hei",
        "hei.ttf",
        400,
        "licences/noto-sans-sc-OFL.txt",
        "Noto Sans SC Regular 2.004-H2",
        "hinting, layout and vertical tables removed; all code points kept",
    ),
    BundledFont(
        "hei_bold",
        "hei-bold.ttf",
        700,
        "licences/noto-sans-sc-OFL.txt",
        "Noto Sans SC Bold 2.004-H2",
        "hinting, layout and vertical tables removed; all code points kept",
    ),
    BundledFont(
        "kai",
        "kai.ttf",
        400,
        "licences/lxgw-wenkai-OFL.txt",
        "LXGW WenKai Regular 1.250",
        "unmodified copy (reserved font name)",
    ),
    BundledFont(
        "fang",
        "fang.ttf",
        400,
        "licences/fandol-GPL-3-font-exception.txt",
        "FandolFang Regular 1.300",
        "converted from CFF to TrueType outlines; embedding flag set to installable",
    ),
    BundledFont(
        "rare_a",
        "rare-a.ttf",
        400,
        "licences/hanazono.txt",
        "HanaMinA 2017-09-04",
        "subset: ideographs missing from song.ttf; renamed (reserved font name)",
    ),
    BundledFont(
        "rare_b",
        "rare-b.ttf",
        400,
        "licences/hanazono.txt",
        "HanaMinB 2017-09-04",
        "subset: ideographs missing from song.ttf and rare-a.ttf; renamed"
        " (reserved font name)",
    ),
    BundledFont(
        "frames",
        "frames.ttf",
        400,
        "NOTICES.md",
        "GreenLadder 1.0",
        "drawn by tools/frames_font.py: a frame with the code point for each ideograph"
        " that no other font here has",
    ),
)


def ideographs() -> set[int]:
    """Return every code point the rare fonts may keep."""
    return {code for first, last in IDEOGRAPH_RANGES for code in range(first, last + 1)}


def code_points(font: Any) -> set[int]:
    """Return the code points that *font* maps to glyphs."""
    return set(font.getBestCmap())


def cut(font: Any, unicodes: Iterable[int]) -> None:
    """Keep only *unicodes*; drop hinting, layout tables and glyph names."""
    options = Options()
    options.drop_tables = [*options.drop_tables, *LAYOUT_TABLES, *HINTING_TABLES]
    options.hinting = False
    options.glyph_names = False
    options.legacy_cmap = False
    options.notdef_outline = True
    options.name_IDs = list(range(26))
    options.name_languages = ["*"]
    options.name_legacy = True
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)


def finish(font: Any, target: Path, change: str) -> None:
    """Allow embedding, record the *change* in the name table and save."""
    font["OS/2"].fsType = 0
    notice = f"Modified on {MODIFIED_ON} for GreenLadder: {change}."
    font["name"].setName(notice, 10, 3, 1, 0x409)
    font.save(target, reorderTables=None)


def build_plain(source: Path, target: Path) -> None:
    """Strip a TrueType font of *source* without losing a code point."""
    font = TTFont(source, recalcTimestamp=False)
    expected = code_points(font)
    cut(font, expected)
    finish(font, target, "hinting, layout and vertical tables removed")
    require(code_points(font) == expected, f"{target.name}: code points were lost")


def build_fang(source: Path, target: Path) -> None:
    """Convert the CFF font *source* to quadratic TrueType outlines."""
    font = TTFont(source, recalcTimestamp=False)
    expected = code_points(font)
    glyph_set = font.getGlyphSet()
    glyphs: dict[str, Any] = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(glyph_set)
        glyph_set[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    replace_outlines(font, glyphs)
    cut(font, expected)
    finish(font, target, "outlines converted from CFF to TrueType, tables removed")
    require(code_points(font) == expected, f"{target.name}: code points were lost")


def replace_outlines(font: Any, glyphs: dict[str, Any]) -> None:
    """Put TrueType *glyphs* in place of the ``CFF`` table of *font*."""
    order = font.getGlyphOrder()
    font["loca"] = newTable("loca")
    table: Any = newTable("glyf")
    table.glyphOrder = order
    table.glyphs = glyphs
    font["glyf"] = table
    del font["CFF "]
    table.compile(font)  # drops padding and fixes the bounding boxes
    metrics = font["hmtx"].metrics
    for name in order:
        metrics[name] = (metrics[name][0], getattr(glyphs[name], "xMin", 0))
    maxp: Any = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs = len(order)
    maxp.maxZones = 1
    for field in MAXP_ZERO_FIELDS:
        setattr(maxp, field, 0)
    font["maxp"] = maxp
    font["head"].glyphDataFormat = 0
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"


def build_rare(source: Path, target: Path, wanted: set[int], family: str) -> set[int]:
    """Cut *source* to the *wanted* code points and return those it holds."""
    font = TTFont(source, recalcTimestamp=False)
    cmap = font["cmap"]
    cmap.tables = [table for table in cmap.tables if table.format != 14]
    kept = code_points(font) & wanted
    cut(font, kept)
    for glyph in font["glyf"].glyphs.values():
        thin_glyph(glyph, font["glyf"])
    rename(font, family)
    font["OS/2"].usWeightClass = 400  # upstream says 500 but names it Regular
    change = "cut to rare ideographs, outlines thinned within one font unit, renamed"
    finish(font, target, change)
    require(code_points(font) == kept, f"{target.name}: code points were lost")
    return kept


def rename(font: Any, family: str) -> None:
    """Replace the reserved family names of *font* with *family*."""
    names = font["name"]
    copyright_line = names.getDebugName(0)
    version = "Version 1.0; from the release of 2017-09-04"
    names.names = []
    postscript = family.replace(" ", "") + "-Regular"
    licence = (
        "Hanazono Font License or SIL Open Font License, Version 1.1, as chosen"
        " by the user; see the licence text distributed with this font."
    )
    values = {
        0: f"{copyright_line} Copyright 2008, 2009, 2010, 2011 GlyphWiki Project.",
        1: family,
        2: "Regular",
        3: f"{postscript};{MODIFIED_ON}",
        4: f"{family} Regular",
        5: version,
        6: postscript,
        13: licence,
    }
    for name_id, text in values.items():
        names.setName(text, name_id, 3, 1, 0x409)


def thin_glyph(glyph: Any, table: Any) -> None:
    """Remove needless points from a simple *glyph* made of straight lines."""
    glyph.expand(table)
    if glyph.numberOfContours <= 0:
        return
    points: list[Point] = list(glyph.coordinates)
    flags: Sequence[int] = glyph.flags
    if not all(flag & 1 for flag in flags):
        return
    kept: list[Point] = []
    ends: list[int] = []
    start = 0
    for end in glyph.endPtsOfContours:
        contour = thin_contour(points[start : end + 1], THIN_ERROR)
        start = end + 1
        if len(contour) > 2:
            kept.extend(contour)
            ends.append(len(kept) - 1)
    if not ends:
        return
    glyph.coordinates = GlyphCoordinates(kept)
    glyph.flags = bytearray(b"\x01" * len(kept))
    glyph.endPtsOfContours = ends
    glyph.numberOfContours = len(ends)
    glyph.recalcBounds(table)


def thin_contour(points: list[Point], error: float) -> list[Point]:
    """Thin a closed polygon: no removed point lies farther off than *error*."""
    if len(points) < 4:
        return points
    x0, y0 = points[0]
    spans = [(x - x0) ** 2 + (y - y0) ** 2 for x, y in points]
    far = spans.index(max(spans))
    there = thin_line(points[: far + 1], error)
    back = thin_line([*points[far:], points[0]], error)
    thinned = there[:-1] + back[:-1]
    return thinned if len(thinned) > 2 else points


def thin_line(points: list[Point], error: float) -> list[Point]:
    """Thin an open polyline with the Douglas-Peucker method."""
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        worst, index = 0.0, first
        for i in range(first + 1, last):
            distance = squared_distance(points[i], points[first], points[last])
            if distance > worst:
                worst, index = distance, i
        if worst > error * error:
            keep[index] = True
            stack += [(first, index), (index, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def squared_distance(point: Point, start: Point, end: Point) -> float:
    """Return the squared distance from *point* to the segment *start*-*end*."""
    px, py = point[0] - start[0], point[1] - start[1]
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = px * dx + py * dy
    if length == 0 or along <= 0:
        return px * px + py * py
    if along >= length:
        return (px - dx) ** 2 + (py - dy) ** 2
    return (px * dy - py * dx) ** 2 / length


def require(condition: bool, message: str) -> None:
    """Stop with *message* unless *condition* holds."""
    if not condition:
        raise SystemExit(message)


def find(folder: Path, name: str) -> Path:
    """Return the only file called *name* below *folder*."""
    found = sorted(folder.rglob(name))
    require(len(found) == 1, f"{folder}: expected one {name}, found {len(found)}")
    return found[0]


def check(path: Path) -> str:
    """Check that a finished font is usable and return its family name."""
    font: Any = TTFont(path, lazy=True)
    require(font.sfntVersion == "\x00\x01\x00\x00", f"{path.name}: not TrueType")
    require("glyf" in font and "fvar" not in font, f"{path.name}: wrong outlines")
    require(font["OS/2"].fsType == 0, f"{path.name}: embedding is restricted")
    require(font["maxp"].numGlyphs < 65535, f"{path.name}: too many glyphs")
    names = font["name"]
    family = names.getDebugName(16) or names.getDebugName(1)
    require(bool(family), f"{path.name}: no family name")
    return str(family)


def write_table(out: Path) -> None:
    """Write ``fonts.csv`` for the finished fonts in *out*."""
    with (out / "fonts.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, CSV_COLUMNS, lineterminator="\n")
        writer.writeheader()
        for font in FONTS:
            row = {**vars(font), "family": check(out / font.file)}
            writer.writerow(row)


def build_all(folders: dict[str, Path], out: Path) -> None:
    """Build every font from the upstream *folders* into *out*."""
    out.mkdir(parents=True, exist_ok=True)
    serif, sans = folders["serif"], folders["sans"]
    build_plain(find(serif, "NotoSerifSC_400Regular.ttf"), out / "song.ttf")
    build_plain(find(serif, "NotoSerifSC_700Bold.ttf"), out / "song-bold.ttf")
    build_plain(find(sans, "NotoSansSC_400Regular.ttf"), out / "hei.ttf")
    build_plain(find(sans, "NotoSansSC_700Bold.ttf"), out / "hei-bold.ttf")
    shutil.copyfile(find(folders["wenkai"], "LXGWWenKai-Regular.ttf"), out / "kai.ttf")
    build_fang(find(folders["fandol"], "FandolFang-Regular.otf"), out / "fang.ttf")
    wanted = ideographs() - code_points(TTFont(out / "song.ttf", lazy=True))
    hana = folders["hanazono"]
    first, second = find(hana, "HanaMinA.ttf"), find(hana, "HanaMinB.ttf")
    wanted -= build_rare(first, out / "rare-a.ttf", wanted, "GreenLadder Rare A")
    build_rare(second, out / "rare-b.ttf", wanted, "GreenLadder Rare B")
    others = [out / font.file for font in FONTS if font.role != "frames"]
    frames_font.build(others, out / "frames.ttf")
    write_table(out)


def main() -> None:
    """Read the command line and build the fonts."""
    parser = argparse.ArgumentParser(description="Rebuild the bundled fonts.")
    sources = {
        "serif": "folder with the static Noto Serif SC fonts",
        "sans": "folder with the static Noto Sans SC fonts",
        "wenkai": "folder with LXGWWenKai-Regular.ttf",
        "fandol": "folder with FandolFang-Regular.otf",
        "hanazono": "folder with HanaMinA.ttf and HanaMinB.ttf",
    }
    for name, text in sources.items():
        parser.add_argument(f"--{name}", type=Path, required=True, help=text)
    parser.add_argument("--out", type=Path, required=True, help="output folder")
    arguments = parser.parse_args()
    build_all({name: getattr(arguments, name) for name in sources}, arguments.out)


if __name__ == "__main__":
    main()

"""Fonts as they lie on a PC, made of the program's own: by any name, as collection, restricted, as OTF, damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.core.documents.printing import FONTS

#: What a small font here holds: the words of forms, and a few letters.
TEXT = (
    "区级绿色工厂推荐表单位名称街镇意见年月日，。（）《》：、有限公司天津制造盖章附件经办人签字情况说明法定代表"
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -—/."
)


def font(source: str, family: str, english: str, *, text: str = TEXT, permission: int = 0) -> Any:
    """A font of these names (in Chinese and English) that holds `text`."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    made: Any = TTFont(FONTS / source, recalcTimestamp=False)
    options = Options()
    options.glyph_names, options.notdef_outline, options.recalc_timestamp = False, True, False
    cut = Subsetter(options)
    cut.populate(text=text)
    cut.subset(made)
    made["name"].names = []
    for language, name in ((0x0804, family), (0x0409, english)):
        for kind in (1, 4):
            made["name"].setName(name, kind, 3, 1, language)
    made["name"].setName(english.replace(" ", ""), 6, 3, 1, 0x0409)
    made["OS/2"].fsType = permission
    return made


def with_an_axis(made: Any) -> Any:
    """The same as a variable font: one axis of weight."""
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables._f_v_a_r import Axis

    axis: Any = Axis()
    axis.axisTag, axis.minValue, axis.defaultValue, axis.maxValue = "wght", 400, 400, 700
    axis.axisNameID = 1
    made["fvar"] = newTable("fvar")
    made["fvar"].axes = [axis]
    return made


def save(made: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


def collection(fonts: list[Any], path: Path) -> Path:
    from fontTools.ttLib import TTCollection

    made: Any = TTCollection()
    made.fonts = fonts
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


def open_type(path: Path, family: str) -> Path:
    """A font with CFF outlines, as .otf files have."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    pen = T2CharStringPen(500, None)
    pen.moveTo((0, 0))
    pen.lineTo((400, 0))
    pen.lineTo((400, 400))
    pen.closePath()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "a"])
    builder.setupCharacterMap({0x7EFF: "a"})
    shape = pen.getCharString()
    builder.setupCFF("Own", {}, {".notdef": shape, "a": shape}, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "a": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": {"zh": family, "en": "Own"}, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    return save(builder.font, path)

"""The program's own fonts: Chinese text shows on every machine, rare ideographs too."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

UI_POINTS: Final = 9.5
# In the order in which printed documents fall back; the last one frames what the others lack, with its code point.
_FILES: Final = (
    "hei.ttf", "hei-bold.ttf", "song.ttf", "song-bold.ttf", "rare-a.ttf", "rare-b.ttf", "kai.ttf", "frames.ttf",
)
_FALLBACKS: Final = ("Microsoft YaHei", "SimSun", "SimSun-ExtB", "Noto Sans CJK SC")


def load_fonts(folder: Path) -> QFont:
    """Register the fonts of `folder` and return the font of the window; set it with `QApplication.setFont`.

    Its families are those of printed documents, so that a field shows what the paper will: every ideograph that a
    font of the program has, and a frame with the code point for one that none has. A file that is not there is passed
    over: the system's own fonts then stand in.
    """
    font = QFont()
    font.setFamilies([*_families(folder, _FILES), *_FALLBACKS])
    font.setPointSizeF(UI_POINTS)
    return font


def title_font(base: QFont, points: float) -> QFont:
    """The bold 宋 of a form's title, with the fallbacks of `base`."""
    font = QFont(base)
    font.setFamilies(["Noto Serif SC", *base.families()])
    font.setPointSizeF(points)
    font.setBold(True)
    return font


def _families(folder: Path, names: tuple[str, ...]) -> list[str]:
    families: dict[str, None] = {}
    for name in names:
        path = folder / name
        if path.is_file():
            identifier = QFontDatabase.addApplicationFont(str(path))
            families.update(dict.fromkeys(QFontDatabase.applicationFontFamilies(identifier)))
    return list(families)

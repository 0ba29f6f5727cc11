"""The program's own fonts: Chinese text shows on every machine, rare ideographs too."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

UI_POINTS: Final = 9.5
_UI_FILES: Final = ("hei.ttf", "hei-bold.ttf", "rare-a.ttf", "rare-b.ttf")
_TITLE_FILES: Final = ("song-bold.ttf", "rare-a.ttf", "rare-b.ttf")
_FALLBACKS: Final = ("Microsoft YaHei", "SimSun", "SimSun-ExtB", "Noto Sans CJK SC")


def load_fonts(folder: Path) -> QFont:
    """Register the fonts of `folder` and return the font of the window; set it with `QApplication.setFont`.

    Its families end with fallbacks for characters that Noto Sans SC lacks (GB 18030-2022 beyond the BMP). A file
    that is not there is passed over: the system's own fonts then stand in.
    """
    font = QFont()
    font.setFamilies([*_families(folder, _UI_FILES), *_FALLBACKS])
    font.setPointSizeF(UI_POINTS)
    _families(folder, _TITLE_FILES)
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

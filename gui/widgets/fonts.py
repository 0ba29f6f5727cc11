"""The program's own fonts: Chinese text shows on every machine, rare ideographs too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

UI_POINTS: Final = 9.5
# By file, in the order in which printed documents fall back; the last one frames what the others lack, with its code
# point. The first two draw nearly all of the window: the others may come when it has been seen.
_FAMILIES: Final = {
    "hei.ttf": "Noto Sans SC", "hei-bold.ttf": "Noto Sans SC", "song.ttf": "Noto Serif SC",
    "song-bold.ttf": "Noto Serif SC", "rare-a.ttf": "GreenLadder Rare A", "rare-b.ttf": "GreenLadder Rare B",
    "kai.ttf": "LXGW WenKai", "frames.ttf": "GreenLadder Frames",
}
_FIRST: Final = 2
_FALLBACKS: Final = ("Microsoft YaHei", "SimSun", "SimSun-ExtB", "Noto Sans CJK SC")


def load_fonts(folder: Path, *, only_first: bool = False) -> QFont:
    """Register the fonts of `folder` and return the font of the window; set it with `QApplication.setFont`.

    Its families are those of printed documents, so that a field shows what the paper will: every ideograph that a
    font of the program has, and a frame with the code point for one that none has. A file that is not there is passed
    over: the system's own fonts then stand in. With `only_first` the caller does the steps of `later_fonts` as well.
    """
    for name in list(_FAMILIES)[: _FIRST if only_first else None]:
        _register(folder / name)
    font = QFont()
    font.setFamilies([*dict.fromkeys(_FAMILIES.values()), *_FALLBACKS])
    font.setPointSizeF(UI_POINTS)
    return font


def later_fonts(folder: Path) -> list[Callable[[], None]]:
    """A step for each font that `only_first` left out; what is on the screen is drawn anew after the last."""
    steps = [partial(_register, folder / name) for name in list(_FAMILIES)[_FIRST:]]
    return [*steps, _draw_anew]


def title_font(base: QFont, points: float) -> QFont:
    """The bold 宋 of a form's title, with the fallbacks of `base`."""
    font = QFont(base)
    font.setFamilies(["Noto Serif SC", *base.families()])
    font.setPointSizeF(points)
    font.setBold(True)
    return font


def _register(path: Path) -> None:
    if path.is_file():
        QFontDatabase.addApplicationFont(str(path))


def _draw_anew() -> None:
    for widget in QApplication.allWidgets():
        QWidget.update(widget)  # a table's own update asks for a cell

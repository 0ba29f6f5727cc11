"""The fonts of printed products and charts: the program's own, and those of this PC that were chosen instead.

Fonts are read once: they are large. A choice belongs to this data folder; it changes the looks of paper, never data.
Files for other stations are always made with the program's own fonts, so that the same state gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from core.documents.model import FontRole
from core.documents.pdf.fonts import FontError, FontFile, FontSet
from core.documents.pdf.local_fonts import LocalFont, find_fonts, font_named, fonts_of, prove, system_folders
from core.domain.errors import NotFoundError
from core.domain.values import StoredRow
from core.services.workspace import Workspace

__all__ = [
    "FontRow", "FontSet", "LocalFont", "PrintFont", "bundled_fonts", "choose_font", "font_notices", "font_rows",
    "font_set", "local_fonts", "offered",
]

SETTING: Final = "print_fonts"
_OWN: Final = "程序自带"


class PrintFont(StrEnum):
    """What a clerk may choose a font for: the word of the command line."""

    TITLE = "title"
    BODY = "body"
    HEI = "hei"
    KAI = "kai"

    @property
    def label(self) -> str:
        """The word that clerks use."""
        return {"title": "标题", "body": "正文", "hei": "黑体", "kai": "楷体"}[self.value]

    @property
    def role(self) -> FontRole:
        """The typeface of documents that it stands for."""
        return {
            PrintFont.TITLE: FontRole.SONG_BOLD, PrintFont.BODY: FontRole.FANG, PrintFont.HEI: FontRole.HEI,
            PrintFont.KAI: FontRole.KAI,
        }[self]

    @property
    def own(self) -> str:
        """The program's own font."""
        return f"{_OWN}（{ {'title': '宋体粗体', 'body': '仿宋', 'hei': '黑体', 'kai': '楷体'}[self.value] }）"

    @property
    def usual(self) -> tuple[str, ...]:
        """How the fonts that official documents ask for here are called, the best first."""
        return {
            "title": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
            "body": ("仿宋_GB2312", "FangSong_GB2312", "方正仿宋_GB2312", "方正仿宋_GBK", "仿宋", "FangSong"),
            "hei": ("黑体", "SimHei", "方正黑体_GBK"),
            "kai": ("楷体_GB2312", "KaiTi_GB2312", "方正楷体_GB2312", "方正楷体_GBK", "楷体", "KaiTi"),
        }[self.value]

    @classmethod
    def named(cls, word: str) -> PrintFont:
        """By the word of the command line or of clerks.

        Raises:
            NotFoundError: no such word.
        """
        for each in cls:
            if word.strip() in (each.value, each.label):
                return each
        words = "、".join(f"{each.value}（{each.label}）" for each in cls)
        raise NotFoundError(f"没有“{word}”这一项，可以换字体的有：{words}。")


@dataclass(frozen=True, slots=True)
class FontRow:
    """What a use is printed with: `chosen` is empty for the program's own; `trouble` says why it cannot be used."""

    use: PrintFont
    chosen: str
    trouble: str

    @property
    def name(self) -> str:
        """The font that is used."""
        return self.chosen if self.chosen and not self.trouble else self.use.own


@dataclass(frozen=True, slots=True)
class _Choice:
    """A choice as it is kept: name, file, and the digest of the file when it was proved."""

    use: PrintFont
    name: str
    file: FontFile
    digest: str


def font_set(ws: Workspace) -> FontSet:
    """The fonts to print with: chosen ones of this PC where they are sound, before the program's own.

    Raises:
        FontError: the list of the program's fonts is missing or damaged.
    """
    chosen = tuple((c.use.role, c.file, c.file.path.stat().st_mtime_ns) for c in _choices(ws) if not _trouble(c))
    return _load(ws.resources / "fonts", chosen)


def bundled_fonts(ws: Workspace) -> FontSet:
    """The program's own fonts alone, the same on every PC.

    Raises:
        FontError: their list is missing or damaged.
    """
    return _load(ws.resources / "fonts", ())


def local_fonts(folders: Sequence[Path] | None = None) -> tuple[LocalFont, ...]:
    """The fonts of this PC that have a Chinese name, with why one cannot be used; without `folders` the system's."""
    return find_fonts(system_folders() if folders is None else folders)


def offered(use: PrintFont, fonts: Iterable[LocalFont]) -> tuple[LocalFont, ...]:
    """The fonts that can be used, those that official documents ask for here first."""
    usable = [font for font in fonts if not font.why_not]
    return tuple(sorted(usable, key=lambda f: _rank(use, f)))


def _rank(use: PrintFont, font: LocalFont) -> tuple[int, str]:
    places = [use.usual.index(name) for name in font.names if name in use.usual]
    return min(places, default=len(use.usual)), font.name


def choose_font(ws: Workspace, use: PrintFont, name: str, folders: Sequence[Path] | None = None) -> FontRow:
    """Print titles, bodies … with a font of this PC from now on; an empty name goes back to the program's own.

    Raises:
        NotFoundError: no font of that name is installed.
        FontError: it may not or cannot be embedded, is damaged, or lacks usual characters.
    """
    kept = [choice for choice in _choices(ws) if choice.use is not use]
    if name.strip():
        where = system_folders() if folders is None else folders
        found = font_named(where, name.strip())
        if found is None:
            usual = "、".join(f.name for f in offered(use, local_fonts(where))[:4]) or "（没有找到中文字体）"
            raise NotFoundError(f"这台电脑没有安装“{name.strip()}”字体。已安装、可选的有：{usual}。")
        prove(found)
        kept.append(_Choice(use, found.name, found.file, _digest(found.file.path)))
    rows: list[StoredRow] = [
        {"use": c.use.value, "name": c.name, "path": str(c.file.path), "number": c.file.number, "digest": c.digest}
        for c in kept
    ]
    ws.store.this_pc.put(SETTING, rows or None)
    return next(row for row in font_rows(ws) if row.use is use)


def font_rows(ws: Workspace) -> tuple[FontRow, ...]:
    """What is printed with now."""
    choices = {choice.use: choice for choice in _choices(ws)}
    return tuple(
        FontRow(use, choices[use].name if use in choices else "", _trouble(choices[use]) if use in choices else "")
        for use in PrintFont
    )


def font_notices(ws: Workspace) -> tuple[str, ...]:
    """A sentence for each chosen font that cannot be used any more; the program's own is printed instead."""
    return tuple(row.trouble for row in font_rows(ws) if row.trouble)


def _choices(ws: Workspace) -> tuple[_Choice, ...]:
    kept = ws.store.this_pc.get(SETTING)
    made = []
    for row in kept if isinstance(kept, list) else ():
        if isinstance(row, dict):
            number = row.get("number")
            file = FontFile(Path(str(row.get("path"))), number if isinstance(number, int) else 0)
            made.append(_Choice(PrintFont(str(row.get("use"))), str(row.get("name")), file, str(row.get("digest"))))
    return tuple(made)


def _trouble(choice: _Choice) -> str:
    try:
        about = choice.file.path.stat()
        why = _unsound(choice, about.st_size, about.st_mtime_ns)
    except OSError:
        why = "在这台电脑上找不到了"
    if not why:
        return ""
    return f"{choice.use.label}选用的字体“{choice.name}”{why}，已改用{choice.use.own}；要换字体请到“打印字体”中重选。"


@lru_cache(maxsize=32)
def _unsound(choice: _Choice, size: int, changed: int) -> str:
    """Why a chosen font cannot be used; looked at anew when its file has another size or time.

    Raises:
        OSError: it cannot be read.
    """
    if _digest(choice.file.path) == choice.digest:
        return ""
    fonts = fonts_of(choice.file.path, size, changed)
    same = next((f for f in fonts if f.name == choice.name and f.file == choice.file), None)
    if same is None:
        return "的文件已损坏" if all(f.why_not for f in fonts) else "的文件已换成别的字体"
    try:
        prove(same)
    except FontError:
        return "的文件已损坏"
    return ""


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=4)
def _load(folder: Path, chosen: tuple[tuple[FontRole, FontFile, int], ...]) -> FontSet:
    fonts = FontSet.load(folder)
    fonts.chosen = {role: file for role, file, _changed in chosen}
    return fonts

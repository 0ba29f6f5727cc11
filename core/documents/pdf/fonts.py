"""The fonts of printed documents: loaded when first used, with a fallback for each character."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.documents.model import TICKED, UNTICKED, FontRole
from core.domain.errors import GreenLadderError

if TYPE_CHECKING:
    from core.documents.pdf.truetype import Face

_FALLBACK: Final = ("song", "hei", "rare_a", "rare_b", "kai", "frames")
_FALLBACK_OF_SIGNS: Final = ("song", "hei", "kai")
# A heavy title keeps its weight where a heavy font has the character.
_FALLBACK_FIRST: Final = {"hei_bold": ("song_bold",)}
_FRAMES: Final = "frames"
_FIRST_IDEOGRAPH: Final = 0x2E80
# Fonts disagree about private use (造字). 仿宋 has the places of GB 18030 there; 楷体 has its maker's own signs.
_PRIVATE: Final = range(0xE000, 0xF900)
_WITH_PRIVATE_OF_GB_18030: Final = frozenset({"fang"})
_IDEOGRAPHS: Final = (
    range(0x2E80, 0x2FE0), range(0x31C0, 0x31F0), range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x40000),
)
_STAND_IN: Final = "song"
_CHOOSE_AGAIN: Final = "请在“打印字体”中改用程序自带的字体，或重新安装这种字体。"
_CHOSEN: Final = "chosen_"
_FRAME_WIDTH: Final = 1000.0
_UNSEEN: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Zl", "Zp"})


class FontError(GreenLadderError):
    """A font of the program is missing or damaged."""


class Shape(Enum):
    """What is drawn for a character: its glyph, or lines over an unseen glyph that still reads back as itself."""

    GLYPH = auto()
    NOTHING = auto()
    BOX = auto()
    TICKED_BOX = auto()
    FRAME = auto()


@dataclass(frozen=True, slots=True)
class Glyph:
    """How one character is drawn: by which font, how wide (in sizes), and with which lines."""

    font: str
    width: float
    shape: Shape = Shape.GLYPH

    @property
    def is_framed(self) -> bool:
        """True where no font has the character: a frame with its code point is what is seen."""
        return self.font == _FRAMES or self.shape is Shape.FRAME


_DRAWN: Final = {TICKED: Shape.TICKED_BOX, UNTICKED: Shape.BOX}


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font by its file, and its number in a collection (.ttc), counted from 0."""

    path: Path
    number: int = 0


@dataclass
class FontSet:
    """The fonts of one folder. Make one and keep it: fonts and widths are read once.

    `chosen`: fonts of this PC that go before the program's own; what they lack comes from the program's.
    """

    files: Mapping[str, Path]
    chosen: Mapping[FontRole, FontFile] = field(default_factory=dict)
    _fonts: dict[str, Face] = field(default_factory=dict)
    _glyphs: dict[tuple[FontRole, str], Glyph] = field(default_factory=dict)
    #: Characters at a size, and broken text, as `core.documents.pdf.text` found them in these fonts.
    marks: dict[tuple[FontRole, float, float], dict[str, Any]] = field(default_factory=dict, repr=False)
    kept: dict[object, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path) -> FontSet:
        """Read `fonts.csv` of a folder; the fonts themselves are read when first used.

        Raises:
            FontError: the list is missing, or does not name what every document needs.
        """
        try:
            with (folder / "fonts.csv").open(encoding="utf-8-sig", newline="") as stream:
                files = {row["role"]: folder / row["file"] for row in csv.DictReader(stream)}
        except (OSError, KeyError, UnicodeDecodeError) as error:
            raise FontError("字体目录中的fonts.csv缺失或损坏，不能打印。请重新安装程序。") from error
        missing = [role for role in ("song", *FontRole) if role not in files]
        if missing:
            raise FontError(f"字体清单fonts.csv中缺少“{'、'.join(missing)}”，不能打印。请重新安装程序。")
        return cls(files)

    def font(self, name: str) -> Face:
        """A loaded font by its name in the list.

        Raises:
            FontError: the file is missing or is no TrueType font.
        """
        found = self._fonts.get(name)
        if found is None:
            found = self._fonts[name] = self._read(name)
        return found

    def _read(self, name: str) -> Face:
        from core.documents.pdf.truetype import Face

        if name.startswith(_CHOSEN):
            file = self.chosen[FontRole(name.removeprefix(_CHOSEN))]
            return Face(file.path, file.number, _CHOOSE_AGAIN)
        return Face(self.files[name])

    def unread(self) -> FontSet:
        """The same fonts with nothing read yet, to be sent to another process."""
        return replace(self, _fonts={}, _glyphs={}, marks={}, kept={})

    def note(self, name: str, characters: Iterable[str]) -> None:
        """Find the stand-ins among characters that another process printed in a font: those that it does not draw."""
        if name == _STAND_IN:
            for code in map(ord, characters):
                if chr(code) in _DRAWN or not self._draws(name, code):
                    self._stood_in(code)

    def glyph(self, role: FontRole, character: str) -> Glyph:
        """How a character is drawn in a role: its own font, else the fallbacks, else a frame."""
        found = self._glyphs.get((role, character))
        if found is None:
            found = self._glyphs[role, character] = self._find(role, ord(character))
        return found

    def _find(self, role: FontRole, code: int) -> Glyph:
        for name in self._names(role, code):
            if chr(code) not in _DRAWN and self._draws(name, code):
                return Glyph(name, self.font(name).width(code) / 1000.0)
        return self._stood_in(code)

    def _stood_in(self, code: int) -> Glyph:
        """A character of which nothing is printed but lines: a box, or a frame with its code point."""
        unseen = unicodedata.category(chr(code)) in _UNSEEN
        width = 0.0 if unseen else _FRAME_WIDTH
        self.font(_STAND_IN).stand_in(code, width)
        shape = Shape.NOTHING if unseen else _DRAWN.get(chr(code), Shape.FRAME)
        return Glyph(_STAND_IN, width / 1000.0, shape)

    def _names(self, role: FontRole, code: int) -> Iterator[str]:
        """The fonts to try, in order."""
        if role in self.chosen:
            yield f"{_CHOSEN}{role.value}"
        if code in _PRIVATE:
            found = (*(_WITH_PRIVATE_OF_GB_18030 & {role.value}), _FRAMES)
        else:
            others = _FALLBACK if code >= _FIRST_IDEOGRAPH else _FALLBACK_OF_SIGNS
            found = (role.value, *_FALLBACK_FIRST.get(role.value, ()), *others)
        yield from (name for name in found if name in self.files)

    def _draws(self, name: str, code: int) -> bool:
        """True when a font has the character, and for an ideograph not an empty place for it."""
        face = self.font(name)
        return face.draws(code) if any(code in block for block in _IDEOGRAPHS) else face.has(code)

"""The fonts of printed documents: loaded when first used, with a fallback for each character."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.documents.model import TICKED, UNTICKED, FontRole
from core.domain.errors import GreenLadderError

if TYPE_CHECKING:
    from core.documents.pdf.truetype import Face

_FALLBACK: Final = ("song", "hei", "rare_a", "rare_b", "kai")
_FALLBACK_OF_SIGNS: Final = ("song", "hei", "kai")
_FIRST_IDEOGRAPH: Final = 0x2E80
_STAND_IN: Final = "song"
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


_DRAWN: Final = {TICKED: Shape.TICKED_BOX, UNTICKED: Shape.BOX}


@dataclass
class FontSet:
    """The fonts of one folder. Make one and keep it: fonts and widths are read once."""

    files: Mapping[str, Path]
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

        return Face(self.files[name])

    def unread(self) -> FontSet:
        """The same fonts with nothing read yet, to be sent to another process."""
        return replace(self, _fonts={}, _glyphs={}, marks={}, kept={})

    def note(self, name: str, characters: Iterable[str]) -> None:
        """Find the stand-ins among characters that another process printed in a font."""
        if name == _STAND_IN:
            for character in characters:
                self.glyph(FontRole.SONG, character)

    def glyph(self, role: FontRole, character: str) -> Glyph:
        """How a character is drawn in a role: its own font, else the fallbacks, else a frame."""
        found = self._glyphs.get((role, character))
        if found is None:
            found = self._glyphs[role, character] = self._find(role, ord(character))
        return found

    def _find(self, role: FontRole, code: int) -> Glyph:
        others = _FALLBACK if code >= _FIRST_IDEOGRAPH else _FALLBACK_OF_SIGNS
        for name in (role.value, *others):
            if chr(code) not in _DRAWN and name in self.files and self.font(name).has(code):
                return Glyph(name, self.font(name).width(code) / 1000.0)
        unseen = unicodedata.category(chr(code)) in _UNSEEN
        width = 0.0 if unseen else _FRAME_WIDTH
        self.font(_STAND_IN).stand_in(code, width)
        shape = Shape.NOTHING if unseen else _DRAWN.get(chr(code), Shape.FRAME)
        return Glyph(_STAND_IN, width / 1000.0, shape)

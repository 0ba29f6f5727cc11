"""Fonts installed on this PC: found by the names inside their files, with why one of them cannot be printed with."""

from __future__ import annotations

import os
import re
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from core.documents.pdf.fonts import FontError, FontFile

_ENDINGS: Final = frozenset({".ttf", ".ttc", ".otf", ".otc"})
_MOST_FILES: Final = 5000
_MOST_IN_COLLECTION: Final = 64
_MOST_TABLES: Final = 128
_LARGEST_TABLE: Final = 1 << 20
_TRUETYPE: Final = (b"\x00\x01\x00\x00", b"true")
_OPENTYPE: Final = b"OTTO"
_FAMILY_NAMES: Final = (1, 16, 4)
_WINDOWS, _PRC_ENCODING, _CHINESE = 3, 3, 0x0804
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_CHINESE_MAKERS: Final = re.compile("FZ|ST[A-Z]|FangSong|KaiTi|SimHei|SimSun|NSimSun|.*_GB")
_EMBEDDING, _RESTRICTED, _WHOLE_ONLY, _PICTURES_ONLY = 0x000F, 0x0002, 0x0100, 0x0200
_USUAL: Final = "区级绿色工厂推荐表单位名称街镇意见年月日，。"
_DAMAGED: Final = "字体文件已损坏或不完整，请重新安装这种字体"


@dataclass(frozen=True, slots=True)
class LocalFont:
    """An installed font: the name that menus show, all its names, its file, and why it cannot be used if it cannot."""

    name: str
    names: tuple[str, ...]
    file: FontFile
    why_not: str = ""

    @property
    def is_chinese(self) -> bool:
        """True for a font with a Chinese name, or an English one as Chinese foundries give: only such are offered."""
        return any(_HAN.search(name) or _CHINESE_MAKERS.match(name) for name in self.names)


def system_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Where this system keeps fonts: of this user first, then of all users."""
    if sys.platform == "win32":
        own = environment.get("LOCALAPPDATA", "")
        shared = Path(environment.get("WINDIR") or "C:/Windows") / "Fonts"
        return (*([Path(own) / "Microsoft" / "Windows" / "Fonts"] if own else []), shared)
    home = Path(environment.get("HOME") or Path.home())
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    return data / "fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")


def find_fonts(folders: Iterable[Path]) -> tuple[LocalFont, ...]:
    """The fonts of these folders that have a Chinese name, each name once, sorted; unreadable files are passed by."""
    found: dict[str, LocalFont] = {}
    for font in _every(folders):
        if font.is_chinese and _is_better(font, found.get(font.name)):
            found[font.name] = font
    return tuple(found[name] for name in sorted(found))


def font_named(folders: Iterable[Path], name: str) -> LocalFont | None:
    """The font that has this name among all its names, in any language; one that can be used goes first."""
    found: LocalFont | None = None
    for font in _every(folders):
        if name.casefold() in (each.casefold() for each in font.names) and _is_better(font, found):
            found = font
    return found


def _every(folders: Iterable[Path]) -> Iterator[LocalFont]:
    for path in _files(folders):
        try:
            about = path.stat()
            yield from fonts_of(path, about.st_size, about.st_mtime_ns)
        except OSError:
            continue


def _is_better(font: LocalFont, before: LocalFont | None) -> bool:
    return before is None or bool(before.why_not and not font.why_not)


def prove(font: LocalFont) -> None:
    """Read every glyph of a font once, so that no print fails later.

    Raises:
        FontError: it cannot be used; the sentence says why.
    """
    from core.documents.pdf.truetype import Face

    if font.why_not:
        raise FontError(f"字体“{font.name}”不能用来打印：{font.why_not}。请另选一种字体。")
    try:
        face = Face(font.file.path, font.file.number)
        face.measures()
        face.subset(range(face.glyph_count))
        lacking = "".join(c for c in _USUAL if not face.draws(ord(c)))
    except FontError as error:
        raise FontError(f"字体“{font.name}”不能用来打印：{_DAMAGED}，或另选一种字体。") from error
    if lacking:
        raise FontError(f"字体“{font.name}”不能用来打印：其中没有“{lacking[:8]}”等常用字。请另选一种字体。")


@lru_cache(maxsize=_MOST_FILES)
def fonts_of(path: Path, _size: int, _changed: int) -> tuple[LocalFont, ...]:
    """The fonts in a file, read anew when its size or time has changed; only names and permission are read.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        try:
            return tuple(_font(stream, path, at, number) for number, at in enumerate(_starts(stream)))
        except (struct.error, ValueError):
            return (LocalFont(path.stem, (path.stem,), FontFile(path), _DAMAGED),)


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    count = 0
    for folder in folders:
        for at, below, names in os.walk(folder):
            below.sort()
            for name in sorted(names):
                if Path(name).suffix.lower() in _ENDINGS:
                    yield Path(at) / name
                    count += 1
                    if count >= _MOST_FILES:
                        return


def _starts(stream: BinaryIO) -> list[int]:
    """Where each font of a file begins."""
    head = stream.read(12)
    if head[:4] != b"ttcf":
        return [0]
    (count,) = struct.unpack_from(">I", head, 8)
    if not 0 < count <= _MOST_IN_COLLECTION:
        raise ValueError(count)
    return list(struct.unpack(f">{count}I", stream.read(4 * count)))


def _font(stream: BinaryIO, path: Path, at: int, number: int) -> LocalFont:
    stream.seek(at)
    kind, count = struct.unpack(">4sH6x", stream.read(12))
    if kind not in (*_TRUETYPE, _OPENTYPE) or count > _MOST_TABLES:
        raise ValueError(kind)
    tables = {}
    for _ in range(count):
        tag, place, length = struct.unpack(">4s4xII", stream.read(16))
        tables[tag] = (place, length)
    names = _names(_table(stream, tables, b"name"))
    if not names:
        raise ValueError(path)
    best = next((name for name in names if _HAN.search(name)), names[0])
    return LocalFont(best, tuple(names), FontFile(path, number), _why_not(stream, kind, tables))


def _table(stream: BinaryIO, tables: Mapping[bytes, tuple[int, int]], tag: bytes) -> bytes:
    place, length = tables.get(tag, (0, 0))
    if length > _LARGEST_TABLE:
        raise ValueError(length)
    stream.seek(place)
    found = stream.read(length)
    if len(found) != length:
        raise ValueError(tag)
    return found


def _why_not(stream: BinaryIO, kind: bytes, tables: Mapping[bytes, tuple[int, int]]) -> str:
    if kind == _OPENTYPE or b"glyf" not in tables:
        return "不是TrueType字形（如OTF），本程序不能嵌入"
    if b"fvar" in tables:
        return "是可变字体，本程序不能嵌入"
    about = _table(stream, tables, b"OS/2")
    (permission,) = struct.unpack_from(">H", about, 8) if len(about) >= 10 else (0,)
    if permission & _EMBEDDING == _RESTRICTED or permission & _PICTURES_ONLY:
        return "字体厂商不许嵌入文件"
    return "字体厂商只许整个嵌入，不许只嵌入用到的字" if permission & _WHOLE_ONLY else ""


def _names(data: bytes) -> list[str]:
    """Families, then full names; Chinese ones first."""
    if not data:
        return []
    _, count, strings = struct.unpack_from(">3H", data)
    found: list[tuple[int, bool, str]] = []
    for number in range(count):
        platform, encoding, language, kind, length, offset = struct.unpack_from(">6H", data, 6 + 12 * number)
        if platform != _WINDOWS or kind not in _FAMILY_NAMES:
            continue
        raw = data[strings + offset : strings + offset + length]
        text = raw.replace(b"\0", b"").decode("gbk", "ignore") if encoding == _PRC_ENCODING else ""
        text = (text or raw.decode("utf-16-be", "ignore")).strip("\0 ")
        if text:
            found.append((_FAMILY_NAMES.index(kind), language != _CHINESE, text))
    return list(dict.fromkeys(text for _, _, text in sorted(found)))

"""Cuts Qt's Unicode data (32 MB, all languages of the world) down to what a Chinese window can ask for.

libicudata is one archive of ICU's in a shared library: a header, a table of names and places, the items. What belongs
to Chinese, English or no language stays as it is; other languages, and what only ICU's own dates, units, names and
transcriptions read, go. Qt brings its own dates and numbers: of ICU it uses letters' case, sorting and codecs.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_MAGIC: Final = b"\xda\x27"
_FORMAT: Final = b"CmnD"
_FORMAT_PLACE: Final = 12
_ALIGNMENT: Final = 16
_NEEDLESS_FOLDERS: Final = {"brkitr", "curr", "lang", "region", "unit", "rbnf", "translit", "zone"}
_NEEDLESS_KINDS: Final = {".spp", ".cfu"}
_OF_A_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(_\w+)?\.res")
_LANGUAGES: Final = {"zh", "en"}
_CODEC: Final = re.compile(r"(gb18030|gbk|ibm-1383|ibm-1386|ibm-1392|ibm-5348|windows-936|gsm)[-\w]*\.cnv")


def cut(library: Path, target: Path) -> None:
    """Write to `target` a library like this one with the needed items alone.

    Raises:
        ValueError: the file is not laid out as ICU lays it out.
        subprocess.CalledProcessError: the linker did not make the library.
    """
    stem, items = read_items(library.read_bytes())
    symbol = f"{stem.rstrip('lb')}_dat"
    with tempfile.TemporaryDirectory() as name:
        data, made = Path(name) / "data", Path(name) / "made.o"
        data.write_bytes(archive_of(stem, {item: content for item, content in items.items() if is_needed(item)}))
        start = "_binary_data"
        subprocess.run([
            "objcopy", "-I", "binary", "-O", "elf64-x86-64", "-B", "i386:x86-64",
            "--rename-section", ".data=.rodata,alloc,load,readonly,data,contents", "--set-section-alignment",
            f".data={_ALIGNMENT}", "--add-symbol", f"{symbol}=.rodata:0,global,object",
            *(f"--strip-symbol={start}_{end}" for end in ("start", "end", "size")), data.name, made.name,
        ], cwd=name, check=True)
        subprocess.run([
            "ld", "-shared", "-s", "-z", "noexecstack", "--build-id=none", "--hash-style=gnu",
            "-soname", library.name, "-o", str(target), str(made),
        ], check=True)
    target.chmod(0o755)


def read_items(library: bytes) -> tuple[str, dict[str, bytes]]:
    """The archive's name and its items, by their names below it, in the archive's order (which ICU searches).

    Raises:
        ValueError: no such archive in these bytes, or a damaged one.
    """
    start = library.find(_FORMAT) - _FORMAT_PLACE
    if start < 0 or library[start + 2 : start + 4] != _MAGIC:
        raise ValueError("no ICU data archive")
    (header,) = struct.unpack_from("<H", library, start)
    base = start + header
    (count,) = struct.unpack_from("<I", library, base)
    table = [struct.unpack_from("<II", library, base + 4 + 8 * number) for number in range(count)]
    names = [library[base + place : library.index(b"\0", base + place)].decode() for place, _ in table]
    # The last item ends where the library goes on; a few bytes of that do no harm.
    ends = [place for _, place in table[1:]] + [_end_of_last(library, base, table[-1][1])]
    stem = names[0].split("/")[0]
    items = {
        name.removeprefix(f"{stem}/"): library[base + place : base + end]
        for name, (_, place), end in zip(names, table, ends, strict=True)
    }
    return stem, items


def _end_of_last(library: bytes, base: int, place: int) -> int:
    """Where the last item, a resource bundle, says that it ends: its header and its size in words of four bytes."""
    header: int = struct.unpack_from("<H", library, base + place)[0]
    words: int = struct.unpack_from("<I", library, base + place + header + 4 + 4 * 3)[0]
    return place + header + 4 * words


def is_needed(item: str) -> bool:
    """Whether the window may ask for that item."""
    folder, _, name = item.rpartition("/")
    if folder in _NEEDLESS_FOLDERS or Path(name).suffix in _NEEDLESS_KINDS:
        return False
    if name.endswith(".cnv"):
        return bool(_CODEC.fullmatch(name))
    language = _OF_A_LANGUAGE.fullmatch(name)
    return language is None or language[1] in _LANGUAGES


def archive_of(stem: str, items: Mapping[str, bytes]) -> bytes:
    """An ICU data archive of these items, which stand in the order of their names."""
    header = struct.pack("<H", 32) + _MAGIC + struct.pack("<HHBBBB", 20, 0, 0, 0, 2, 0) + _FORMAT
    header = (header + bytes((1, 0, 0, 0, 3, 0, 0, 0))).ljust(32, b"\0")
    names = [f"{stem}/{item}".encode() + b"\0" for item in items]
    names_start = 4 + 8 * len(items)
    place = _aligned(names_start + sum(map(len, names)))
    table, name_place, body = b"", names_start, b""
    for name, content in zip(names, items.values(), strict=True):
        table += struct.pack("<II", name_place, place + len(body))
        name_place += len(name)
        body += content.ljust(_aligned(len(content)), b"\0")
    index = struct.pack("<I", len(items)) + table + b"".join(names)
    return header + index.ljust(place, b"\0") + body


def _aligned(length: int) -> int:
    return -(-length // _ALIGNMENT) * _ALIGNMENT

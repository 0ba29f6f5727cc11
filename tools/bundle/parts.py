"""Whose each bundled file is: the program's own, a package's, Python's, the machine's, or a font's.

A file whose owner is not known, or an owner without a licence text, ends the build: nothing is handed out unnamed.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias

from tools.bundle.contents import IS_WINDOWS, ROOT, Entry

TEXTS: Final = Path(__file__).parent / "texts"
PROGRAM: Final = "GreenLadder"
#: How Debian calls the file that tells a package's licences.
DEBIAN_NOTICE: Final = "copyright"
_SEE_TEXT: Final = "见许可文本"
_FONTS: Final = ROOT / "resources" / "fonts"
_LICENCE_NAME: Final = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)
_COMMON: Final = Path("/usr/share/common-licenses")
_NAMED_COMMON: Final = re.compile(r"/usr/share/common-licenses/([A-Za-z]+GPL-[\d.]+\d|GPL-\d|Apache-2\.0|MPL-[\d.]+\d)")
#: Said in the licence texts of these, but not in what their metadata say.
_STATED: Final = {
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "pyinstaller-hooks-contrib": "GPL-2.0-or-later OR Apache-2.0",
    "python-stdnum": "LGPL-2.1-or-later",
}
_DEBIAN_LICENCE: Final = re.compile(r"^License: *(\S[^\n]*)$", re.MULTILINE)
_MOST_WORDS: Final = 6
_FROM_QTS_WHEEL: Final = re.compile(r"libicudata\.so\.\d+")

Texts: TypeAlias = dict[str, bytes]


class UnknownPartError(Exception):
    """A bundled file whose owner or licence is not known."""


@dataclass
class Part:
    """Something of others that is handed out, or the program itself.

    `kind`: application, framework, library or font, as bills of materials call it. `files`: places in the bundle.
    """

    name: str
    version: str
    licence: str
    kind: str
    origin: str
    texts: Texts
    files: list[str] = field(default_factory=list)
    within: tuple[Path, ...] = ()


def parts_of(entries: Iterable[Entry], version: str) -> list[Part]:
    """The parts that these files belong to, in the order of their names; the program itself is the first.

    Raises:
        UnknownPartError: a file without an owner, or an owner without a licence text.
    """
    own = Part(PROGRAM, version, "MIT", "application", "", {"LICENSE": (ROOT / "LICENSE").read_bytes()})
    parts: dict[tuple[str, str], Part] = {}
    for place, source, _kind in entries:
        if not source or Path(source).is_dir():
            continue
        part = _owner(place, Path(source))
        if part is None:
            own.files.append(place)
            continue
        parts.setdefault((part.kind, part.name), part).files.append(place)
    silent = [part.name for part in parts.values() if not part.texts]
    if silent:
        raise UnknownPartError(f"no licence text for: {', '.join(silent)}")
    return [own, *sorted(parts.values(), key=lambda part: part.name.lower())]


def _owner(place: str, source: Path) -> Part | None:
    """The part that a file belongs to; None for the program's own."""
    if _FROM_QTS_WHEEL.fullmatch(source.name):
        return _package("PySide6_Essentials")
    if source.suffix == ".ttf" and source.is_relative_to(_FONTS):
        return _font(source.name)
    package = _packages_by_file().get(_key(source))
    if package is not None:
        return _package(package)
    if _is_pythons(source):
        return _python()
    # What the build itself writes, and what stands in this tree, is ours.
    if source.is_relative_to(ROOT) or PurePosixPath(place).suffix in {".txt", ".zip"} or place == "main":
        return None
    return _library_of_the_machine(source)


def _key(path: Path) -> str:
    return str(path.resolve()).lower() if IS_WINDOWS else str(path.resolve())


def _is_pythons(source: Path) -> bool:
    roots = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sys.base_prefix}
    if sys.base_prefix == "/usr":
        roots.discard(sys.base_prefix)
    found = source.resolve()
    return any(found.is_relative_to(Path(root).resolve()) for root in roots) or found.name.startswith("libpython")


@cache
def _packages_by_file() -> Mapping[str, str]:
    """The package that brought each file of the environment."""
    return {
        _key(Path(str(each.locate_file(path)))): each.metadata["Name"]
        for each in distributions()
        for path in each.files or ()
    }


@cache
def _package(name: str) -> Part:
    found = next(each for each in distributions() if each.metadata["Name"] == name)
    texts = dict(_licence_files(found))
    texts |= {text: (TEXTS / text).read_bytes() for package, text, _ in _extra_texts() if package == name}
    bills = tuple(
        Path(str(found.locate_file(path))) for path in found.files or ()
        if "sboms" in path.parts and path.name.endswith(".json")
    )
    purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{found.version}"
    return Part(name, found.version, _licence_words(found), "library", purl, texts, within=bills)


def _licence_files(found: Distribution) -> Iterator[tuple[str, bytes]]:
    for path in found.files or ():
        parts = path.parts
        if not parts[0].endswith(".dist-info"):
            continue
        if "licenses" in parts or _LICENCE_NAME.search(path.name):
            name = "-".join(parts[2:] if "licenses" in parts else parts[1:])
            yield name, Path(str(found.locate_file(path))).read_bytes()


def _licence_words(found: Distribution) -> str:
    """What the package says of its licence, in one line."""
    data = found.metadata
    if data["Name"] in _STATED:
        return _STATED[data["Name"]]
    if data["License-Expression"]:
        return str(data["License-Expression"])
    named = [line.split(" :: ")[-1] for line in data.get_all("Classifier") or () if line.startswith("License ::")]
    stated = str(data["License"] or "").strip().splitlines()
    return (stated[0] if stated and len(stated[0]) < 60 else "") or " / ".join(named) or _SEE_TEXT


@cache
def _extra_texts() -> tuple[tuple[str, str, str], ...]:
    with (TEXTS / "extra.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((row["package"], row["text"], row["what"]) for row in csv.DictReader(stream))


@cache
def _python() -> Part:
    version = ".".join(map(str, sys.version_info[:3]))
    places = (
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt",
        Path(f"/usr/share/doc/python3.{sys.version_info[1]}/copyright"), Path(sys.base_prefix) / "LICENSE",
    )
    texts = next(({"LICENSE.txt": place.read_bytes()} for place in places if place.is_file()), {})
    return Part("Python", version, "PSF-2.0", "framework", f"pkg:generic/python@{version}", texts)


@cache
def _font(name: str) -> Part:
    with (_FONTS / "fonts.csv").open(encoding="utf-8", newline="") as stream:
        row = next(row for row in csv.DictReader(stream) if row["file"] == name)
    licence = Path(row["licence_file"]).stem
    texts = {Path(row["licence_file"]).name: (_FONTS / row["licence_file"]).read_bytes(),
             "NOTICES.md": (_FONTS / "NOTICES.md").read_bytes()}
    return Part(f"{row['family']} ({name})", row["source"], licence, "font", "", texts)


@cache
def _library_of_the_machine(source: Path) -> Part:
    """A library of the system that the program was built on; Debian's records say which package brought it.

    Raises:
        UnknownPartError: nothing knows the file.
    """
    if IS_WINDOWS:
        raise UnknownPartError(f"{source}: neither Python nor a package brought this file")
    package, version = _debian_package(source.resolve())
    notice = Path("/usr/share/doc") / package / DEBIAN_NOTICE
    texts: Texts = {}
    if notice.is_file():
        texts[DEBIAN_NOTICE] = notice.read_bytes()
        named = sorted(set(_NAMED_COMMON.findall(texts[DEBIAN_NOTICE].decode("utf-8", "replace"))))
        texts |= {f"{name}.txt": (_COMMON / name).read_bytes() for name in named if (_COMMON / name).is_file()}
    named = list(dict.fromkeys(_DEBIAN_LICENCE.findall(texts.get(DEBIAN_NOTICE, b"").decode("utf-8", "replace"))))
    words = "、".join(named[:_MOST_WORDS]) + ("等" if len(named) > _MOST_WORDS else "")
    return Part(package, version, words or _SEE_TEXT, "library", f"pkg:deb/debian/{package}@{version}", texts)


def _debian_package(path: Path) -> tuple[str, str]:
    if shutil.which("dpkg-query") is None:
        raise UnknownPartError(f"{path}: not a Debian system, its owner cannot be asked for")
    # Debian moved /lib into /usr/lib; older packages still record the old name.
    for name in (str(path), str(path).removeprefix("/usr")):
        asked = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            package = asked.stdout.splitlines()[0].split(": ")[0].split(",")[0]
            told = subprocess.run(
                ["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=True
            )
            return package.split(":")[0], told.stdout
    raise UnknownPartError(f"{path}: no package of this machine brought this file")

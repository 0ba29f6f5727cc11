"""Which glibc the packaged program needs, and which libraries it expects of the machine.

    python tools/old_linux/symbols.py FOLDER

Reads every ELF file of the folder. Prints for glibc, libstdc++ and its C++ interface the highest version that is asked
for, and by which files; then each library that is asked for and not brought along. Exit status 1 when a version is
above the limit, or a library is neither in the folder nor on the short list of what every desktop has; 2 without a
program to read. The program's limit is UOS 20 (glibc 2.28, GCC 8), the oldest system that is served. That of the
spares, of which a desktop with libraries of its own loads none, is the machine that builds (glibc 2.31).
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

Number: TypeAlias = tuple[int, ...]

#: Kind of version → the newest that may be asked for.
LIMITS: Final[Mapping[str, Number]] = {"GLIBC": (2, 28), "GLIBCXX": (3, 4, 25), "CXXABI": (1, 3, 11), "GCC": (8, 0)}
SPARE_LIMITS: Final[Mapping[str, Number]] = {**LIMITS, "GLIBC": (2, 31)}
#: glibc, and GCC's libraries, which every Linux desktop has.
BASE: Final = re.compile(r"(ld-linux-x86-64|lib(c|m|dl|rt|util|pthread|resolv|nsl|crypt|anl|gcc_s|stdc\+\+))\.so")
#: Only asked for by a plugin that a desktop without them never loads: Wayland windows, the printing system.
OPTIONAL: Final = re.compile(r"lib(wayland-(client|cursor|egl)|cups)\.so")
_VERSION: Final = re.compile(r"^(GLIBC|GLIBCXX|CXXABI|GCC)_(\d+(?:\.\d+)*)$")
_LINE: Final = re.compile(r"^\s+(?:NEEDED\s+(?P<library>\S+)|0x[0-9a-f]+ 0x\S+ \d+ (?P<version>\S+))\s*$", re.MULTILINE)
_ELF: Final = b"\x7fELF"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one program or library asks of others."""

    name: str
    libraries: tuple[str, ...]
    versions: tuple[tuple[str, Number], ...]


def read_folder(folder: Path) -> list[Asked]:
    """Every ELF file below `folder`, by name."""
    return [_read(path, folder) for path in sorted(folder.rglob("*")) if path.is_file() and _is_elf(path)]


def highest(asked: Iterable[Asked]) -> dict[str, tuple[Number, tuple[str, ...]]]:
    """For each kind of version the highest, and who asks for it."""
    who: dict[str, dict[Number, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in asked:
        for kind, number in one.versions:
            who[kind][number].append(one.name)
    return {kind: (max(numbers), tuple(numbers[max(numbers)])) for kind, numbers in who.items()}


def not_brought(asked: Iterable[Asked], folder: Path) -> dict[str, tuple[str, ...]]:
    """The libraries that are asked for and not in the folder, each with who asks."""
    there = {path.name for path in folder.rglob("*.so*")}
    missing: dict[str, list[str]] = defaultdict(list)
    for one in asked:
        for library in one.libraries:
            if library not in there:
                missing[library].append(one.name)
    return {library: tuple(who) for library, who in sorted(missing.items())}


def main(arguments: list[str]) -> int:
    """Print the findings; returns the exit status."""
    folder = Path(arguments[0]) if arguments else Path()
    asked = read_folder(folder) if arguments else []
    if not asked:
        print("usage: symbols.py FOLDER: the folder of the packaged program", file=sys.stderr)
        return 2
    spares = [one for one in asked if "spare" in Path(one.name).parts]
    program = [one for one in asked if one not in spares]
    is_good = _tell_versions(f"{len(program)} programs and libraries in {folder.name}", program, LIMITS)
    is_good &= _tell_versions(f"{len(spares)} spares, for machines without their own", spares, SPARE_LIMITS)
    for library, who in not_brought(asked, folder).items():
        kind = "base" if BASE.match(library) else "optional" if OPTIONAL.match(library) else "MISSING"
        is_good &= kind != "MISSING"
        if kind != "base":
            print(f"{kind:<8} {library}: {_some(who)}")
    return 0 if is_good else 1


def _tell_versions(head: str, asked: list[Asked], limits: Mapping[str, Number]) -> bool:
    print(head)
    is_good = True
    for kind, (number, who) in sorted(highest(asked).items()):
        is_over = number > limits[kind]
        is_good &= not is_over
        told = "ABOVE" if is_over else "within"
        print(f"  highest {kind:<8} {_text(number):<8} {told} {_text(limits[kind])}: {_some(who)}")
    return is_good


def _read(path: Path, folder: Path) -> Asked:
    told = subprocess.run(["objdump", "-p", str(path)], check=True, capture_output=True, text=True).stdout
    head, _, references = told.partition("Version References:")
    libraries = tuple(m["library"] for m in _LINE.finditer(head) if m["library"])
    names = [m["version"] for m in _LINE.finditer(references) if m["version"]]
    versions = tuple((m[1], _number(m[2])) for m in map(_VERSION.match, names) if m)
    return Asked(str(path.relative_to(folder)), libraries, versions)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ELF


def _number(text: str) -> Number:
    return tuple(int(part) for part in text.split("."))


def _text(number: Number) -> str:
    return ".".join(map(str, number))


def _some(who: tuple[str, ...]) -> str:
    more = len(who) - 3
    return "、".join(who[:3]) + (f" and {more} more" if more > 0 else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

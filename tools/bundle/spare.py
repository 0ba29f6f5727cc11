"""Which libraries of the desktop are brought along as spares, and which are left to the machine altogether.

A library that a driver or a plugin of the machine loads too (X11, OpenGL, GLib, fontconfig) must be the machine's own
where it has one: `core.infra.spare_libraries` tells how. What a C++ driver is linked to must never be ours.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from core.infra.spare_libraries import FOLDER, LIST
from tools.bundle.contents import IS_WINDOWS, Entry

#: What Qt asks the desktop for, in the order in which it is tried.
ASKED_FOR: Final = (
    "libX11.so.6", "libxcb.so.1", "libX11-xcb.so.1", "libEGL.so.1", "libGL.so.1", "libfreetype.so.6",
    "libfontconfig.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libdbus-1.so.3",
)
#: Every Linux has these, and drivers of the desktop may need a newer one than ours.
NEVER_OURS: Final = re.compile(r"lib(stdc\+\+|gcc_s)\.so")
#: Of glibc, and so the machine's own; with what every desktop on Wayland brings.
BASE: Final = re.compile(
    r"(ld-linux-x86-64|lib(c|m|dl|rt|util|pthread|resolv|nsl|crypt|anl|wayland-(client|cursor|egl)))\.so"
)
_NEEDED: Final = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
_KNOWN: Final = re.compile(r"^\s+(\S+) \(libc6,x86-64.*\) => (\S+)$", re.MULTILINE)


def with_spares(entries: Iterable[Entry], work: Path) -> list[Entry]:
    """The entries with the desktop's libraries moved into the spare folder; its list is written below `work`.

    Windows brings what its programs ask for.

    Raises:
        KeyError: the machine that builds lacks a library that Qt asks for.
    """
    if IS_WINDOWS:
        return list(entries)
    places = {name: Path(path).resolve() for name, path in reversed(_KNOWN.findall(_output("ldconfig", "-p")))}
    needs = {name: _deepest_first(name, places) for name in ASKED_FOR}
    listed = work / LIST
    listed.write_text("".join(f"{name}: {' '.join(deep)}\n" for name, deep in needs.items()), encoding="utf-8")
    desktop = {name for top, deep in needs.items() for name in (*deep, top)}
    own = [entry for entry in entries if not NEVER_OURS.match(entry[0])]
    staying = _needed_by(own, desktop, places)
    spares = sorted(desktop - staying)
    return [
        *(entry for entry in own if entry[0] not in spares),
        (f"{FOLDER}/{LIST}", str(listed), "DATA"),
        *((f"{FOLDER}/{name}", str(places[name]), "BINARY") for name in spares),
    ]


def needed(library: Path) -> tuple[str, ...]:
    """The names of the libraries that a library or program asks the loader for."""
    return tuple(_NEEDED.findall(_output("objdump", "-p", str(library))))


def _needed_by(own: Iterable[Entry], desktop: set[str], places: Mapping[str, Path]) -> set[str]:
    """Of the desktop's libraries those that the program needs itself at any time, such as zlib for Python.

    They stay where they are and are found there; but what Qt asks the desktop for is left to the machine.
    """
    codes = [source for place, source, kind in own if kind in {"BINARY", "EXTENSION"} and place not in desktop]
    waiting = [name for code in codes for name in needed(Path(code))]
    staying: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in desktop and name not in staying and name not in ASKED_FOR:
            staying.add(name)
            waiting += needed(places[name])
    return staying


def _deepest_first(name: str, places: Mapping[str, Path]) -> tuple[str, ...]:
    """All that a library needs, each after what it needs itself."""
    order: list[str] = []

    def visit(library: str) -> None:
        for need in needed(places[library]):
            if need not in order and not BASE.match(need) and not NEVER_OURS.match(need):
                visit(need)
                order.append(need)

    visit(name)
    return tuple(order)


@cache
def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout

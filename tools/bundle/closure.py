"""Which of the machine's libraries the bundle needs: those that its own parts reach, and no others.

PyInstaller collects what every plugin of Qt asks for before the needless plugins are left out; the libraries of these
(a whole desktop, where the machine has one) would stay behind. Here they are found by following what is kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.bundle.contents import IS_WINDOWS, Entry


def without_strays(entries: Iterable[Entry]) -> list[Entry]:
    """The entries without the machine's libraries that nothing among the others needs, and without links.

    Links to libraries of wheels are left out too: each library says itself where its own lie, and the sticks that
    clerks carry (FAT, exFAT) know no links.
    """
    kept = [entry for entry in entries if entry[2] != "SYMLINK"]
    if IS_WINDOWS:  # what Windows 10 and 11 have themselves stays theirs
        own_folder = os.environ.get("SYSTEMROOT", r"C:\Windows").lower()
        return [entry for entry in kept if not entry[1].lower().startswith(own_folder)]
    machine = {place: (place, source, kind) for place, source, kind in kept if _is_of_the_machine(place, source)}
    own = [entry for entry in kept if entry[0] not in machine]
    reached = _reached([source for _, source, kind in own if kind in {"BINARY", "EXTENSION"}])
    return own + [entry for place, entry in machine.items() if place in reached]


def _is_of_the_machine(place: str, source: str) -> bool:
    """True for a library that came from the system's folders, not from Python or one of its packages."""
    folder = Path(source).resolve()
    is_pythons = any(folder.is_relative_to(Path(root).resolve()) for root in (sys.prefix, sys.base_prefix + "/lib"))
    return "/" not in place and ".so" in place and not place.startswith("libpython") and not (
        is_pythons and sys.base_prefix != "/usr"
    )


def _reached(sources: Iterable[str]) -> set[str]:
    """The names of all libraries that these files load, directly or through others."""
    from PyInstaller.depend.bindepend import get_imports

    names: set[str] = set()
    waiting = list(sources)
    done: set[str] = set()
    while waiting:
        source = waiting.pop()
        if source in done:
            continue
        done.add(source)
        for name, path in get_imports(source):
            names.add(Path(name).name)
            if path is not None:
                waiting.append(str(path))
    return names

"""Libraries of the desktop that the packaged program brings as spares: used only where the machine has none.

A desktop's own X11, OpenGL and font libraries fit its drivers and settings, ours need not; a lean system may lack one.
The loader can search a folder before the system's, but not after them. So each library is asked for by name first;
where that fails, ours is loaded under the same name, and Qt then finds it in memory.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from core.infra.paths import bundle_folder, is_frozen

FOLDER: Final = "spare"
#: A line for each library that Qt asks for: its name, a colon, and what it needs itself, the deepest first.
LIST: Final = "needs.txt"


def load_spares() -> tuple[str, ...]:
    """Load what the machine lacks, before the first import of Qt; returns the names of the spares that were used.

    Does nothing in the source tree and on Windows. A library that cannot be loaded at all is left for Qt to report.
    """
    folder = bundle_folder() / FOLDER
    if not (is_frozen() and sys.platform == "linux" and folder.is_dir()):
        return ()
    return load_from(folder)


def load_from(folder: Path) -> tuple[str, ...]:
    """Load from `folder` the libraries of its list that the machine lacks; returns their names in order."""
    used: list[str] = []
    for line in (folder / LIST).read_text(encoding="utf-8").splitlines():
        name, _, needs = line.partition(":")
        if _loads(name):
            continue
        used += [need for need in [*needs.split(), name] if not _loads(need) and _loads(str(folder / need))]
    return tuple(used)


def _loads(library: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True

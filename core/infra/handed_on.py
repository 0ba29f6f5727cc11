"""What programs that are opened from the packaged window (a PDF reader, WPS) inherit: nothing of ours.

PyInstaller's starter and its hook for Qt name our folder in the variables below. Qt and the loader have read them once
the application is made; another program would load our Qt instead of its own, and might not start. A process that
helps with printing starts as the program itself does, and is told anew.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

from core.infra.paths import bundle_folder, is_frozen

#: Variables that list folders.
FOLDER_LISTS: Final = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH", "LD_LIBRARY_PATH", "PATH")
#: Those that PyInstaller's hook writes over; `tools/bundle/own_environment.py` keeps what they said before.
_OVERWRITTEN: Final = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def hand_on_nothing_of_ours(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take our folder out of the environment and put back what the desktop had said; to be called once Qt has started.

    Does nothing in the source tree.
    """
    if not is_frozen():
        return
    for name in _OVERWRITTEN:
        before = environ.pop(f"{name}_ORIG", None)
        if before is not None:
            environ[name] = before
    for name in naming_our_folder(environ):
        kept = [folder for folder in environ[name].split(os.pathsep) if not _is_ours(folder)]
        if any(kept):
            environ[name] = os.pathsep.join(kept)
        else:
            del environ[name]


def naming_our_folder(environ: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """The variables that would lead another program into our folder."""
    return tuple(name for name in FOLDER_LISTS if any(map(_is_ours, environ.get(name, "").split(os.pathsep))))


def _is_ours(folder: str) -> bool:
    return bool(folder) and Path(folder).is_relative_to(bundle_folder())

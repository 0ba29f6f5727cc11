"""GreenLadder 绿阶. Without a command it opens the window; with one it needs no display."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.infra.spare_libraries import load_spares

if TYPE_CHECKING:
    from core.services.workspace import Workspace

_OBJECTS_BETWEEN_SEARCHES = 20_000


def _open_window(folder: Path) -> int:
    """Qt is imported only here, so that every command works on a machine without it."""
    if sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        sys.stderr.write("这里没有图形桌面，打不开窗口。请在桌面上启动，或使用命令（main.py --help查看）。\n")
        return 2
    load_spares()
    from gui.app import run as run_window

    return run_window(folder)


def _probe_window(workspace: Workspace) -> str:
    load_spares()
    from gui.selftest import probe

    return probe(workspace)


def _main() -> int:
    """Run the program. A process that helps with printing comes by here as well, and needs nothing of it."""
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()
    # Importing makes many objects that stay: looking among them for garbage takes a twelfth of a start.
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    try:
        from core.cli.main import run

        return run(sys.argv[1:], _open_window, _probe_window)
    except KeyboardInterrupt:  # before a command had begun, which tells it itself
        return 130


if __name__ == "__main__":
    sys.exit(_main())

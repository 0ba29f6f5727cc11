"""GreenLadder 绿阶. Without a command it opens the window; with one it needs no display."""

from __future__ import annotations

import sys
from pathlib import Path

from core.cli.main import run


def _open_window(folder: Path) -> int:
    """Qt is imported only here, so that every command works on a machine without it."""
    from gui.app import run as run_window

    return run_window(folder)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], _open_window))

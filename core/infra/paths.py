"""Where things are, in the source tree and in the frozen program."""

from __future__ import annotations

import sys
from pathlib import Path

APP_NAME = "GreenLadder"


def resources_folder() -> Path:
    """The `resources` folder: beside `main.py`, or inside PyInstaller's bundle."""
    bundle = getattr(sys, "_MEIPASS", None)
    base = Path(bundle) if isinstance(bundle, str) else Path(__file__).resolve().parents[2]
    return base / "resources"


def default_store_folder() -> Path:
    """The per-user data folder; needs no administrator."""
    import platformdirs

    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))

"""Where things are, in the source tree and in the frozen program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

APP_NAME: Final = "GreenLadder"
#: A file of that name beside the program, whatever its ending, makes it portable: its data lie beside it too.
PORTABLE_MARK: Final = "便携模式"
PORTABLE_DATA: Final = "绿阶数据"
_NO_HOME: Final = Path("/nonexistent")
#: The store in a data folder.
DATABASE_FILE: Final = "greenladder.sqlite3"


def is_frozen() -> bool:
    """True in the folder that is handed out, False in the source tree."""
    return bool(getattr(sys, "frozen", False))


def bundle_folder() -> Path:
    """What belongs to the program (resources, docs, licences): the source tree, or PyInstaller's inner folder."""
    inner = getattr(sys, "_MEIPASS", None)
    return Path(inner) if isinstance(inner, str) else Path(__file__).resolve().parents[2]


def program_folder() -> Path:
    """The folder that a clerk copies: that of `main.py`, or of the frozen program."""
    return Path(sys.executable).resolve().parent if is_frozen() else bundle_folder()


def resources_folder() -> Path:
    """The `resources` folder: beside `main.py`, or inside PyInstaller's bundle."""
    return bundle_folder() / "resources"


def is_portable() -> bool:
    """True when the marker file lies beside the program."""
    try:
        return any(program_folder().glob(f"{PORTABLE_MARK}*"))
    except OSError:
        return False


def default_store_folder() -> Path:
    """The per-user data folder, which needs no administrator; beside the program in portable mode."""
    if is_portable():
        return program_folder() / PORTABLE_DATA
    import platformdirs

    try:
        return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))
    except RuntimeError:  # the machine knows no home of this user; whoever needs the folder is told so
        return _NO_HOME / APP_NAME


def where_else(folder: Path) -> str:
    """What to do when nothing can be written into that data folder, as a sentence."""
    if is_portable() and folder == program_folder() / PORTABLE_DATA:
        return (
            f"程序旁边有“{PORTABLE_MARK}”标记，数据要存在程序所在的文件夹，而那里不能写入。请把整个程序文件夹复制到"
            f"可以写入的U盘或硬盘上再启动；或者删去该标记，数据就存在本用户的数据文件夹。"
        )
    return "请检查该位置是否存在、是否允许写入，或用--store另选一个数据文件夹。"

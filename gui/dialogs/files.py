"""Asking for files and folders; the folder that was saved into last is offered again, also tomorrow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from core.infra.file_names import safe_name
from gui.dialogs.messages import ask

__all__ = [
    "ask_files", "ask_folder", "ask_save_path", "documents_folder", "keep_saving_folder", "remember_folders_in",
    "safe_name", "saving_folder",
]

_ENDING: Final = re.compile(r"\*(\.\w+)")
_SAVING: Final = "files/saving"


class _Memory:
    """Where this process keeps folders; nowhere before a window has opened."""

    settings: QSettings | None = None


def remember_folders_in(folder: Path | None) -> None:
    """Keep what was chosen last beside the store in `folder`; None: keep nothing."""
    _Memory.settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat) if folder else None


def saving_folder() -> Path:
    """The folder that was saved into last; the clerk's documents where there is none, or where its stick is gone."""
    kept = str(_Memory.settings.value(_SAVING, "")) if _Memory.settings is not None else ""
    return Path(kept) if kept and Path(kept).is_dir() else documents_folder()


def keep_saving_folder(folder: Path) -> None:
    """Offer that folder the next time."""
    if _Memory.settings is not None:
        _Memory.settings.setValue(_SAVING, str(folder))
        _Memory.settings.sync()


def documents_folder() -> Path:
    """Where people keep their files."""
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return folder if folder.is_dir() else Path.home()


def ask_files(parent: QWidget, title: str, folder: Path, pattern: str) -> tuple[Path, ...]:
    """One or more existing files; empty when the clerk changed their mind."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, str(folder), pattern)
    return tuple(Path(n) for n in names)


def ask_save_path(parent: QWidget, title: str, suggested: Path, pattern: str) -> Path | None:
    """A file to write, with an ending of the pattern or the suggestion's; None when the clerk changed their mind.

    The system asks before a file is replaced; it cannot know of one that is meant only with the ending added.
    """
    name, _ = QFileDialog.getSaveFileName(parent, title, str(suggested), pattern)
    if not name:
        return None
    path = Path(name)
    keep_saving_folder(path.parent)
    # A document number in the name (2026.3号) is no ending.
    if path.suffix.lower() in _ENDING.findall(pattern):
        return path
    path = path.with_name(f"{path.name}{suggested.suffix}")
    is_free = not path.exists() or ask(
        parent, "已有同名文件", f"“{path.name}”已经有了，要替换吗？原来的内容就没有了。", "替换(&R)", loses=True
    )
    return path if is_free else None


def ask_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    """An existing folder; None when the clerk changed their mind."""
    name = QFileDialog.getExistingDirectory(parent, title, str(folder))
    return Path(name) if name else None

"""Asking for files and folders; the folder of the last answer is offered the next time."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def documents_folder() -> Path:
    """Where people keep their files."""
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return folder if folder.is_dir() else Path.home()


def safe_name(text: str) -> str:
    """A file name that Windows accepts, at most 80 characters."""
    return _FORBIDDEN.sub("_", text).strip(" .")[:80] or "未命名"


def ask_files(parent: QWidget, title: str, folder: Path, pattern: str) -> tuple[Path, ...]:
    """One or more existing files; empty when the clerk changed their mind."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, str(folder), pattern)
    return tuple(Path(n) for n in names)


def ask_save_path(parent: QWidget, title: str, suggested: Path, pattern: str) -> Path | None:
    """A file to write, with the suffix of the suggestion; None when the clerk changed their mind."""
    name, _ = QFileDialog.getSaveFileName(parent, title, str(suggested), pattern)
    if not name:
        return None
    path = Path(name)
    return path if path.suffix else path.with_suffix(suggested.suffix)


def ask_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    """An existing folder; None when the clerk changed their mind."""
    name = QFileDialog.getExistingDirectory(parent, title, str(folder))
    return Path(name) if name else None

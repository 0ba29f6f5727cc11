"""Asking for files and folders; the folder of the last answer is offered the next time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from core.infra.file_names import safe_name

__all__ = ["ask_files", "ask_folder", "ask_save_path", "documents_folder", "safe_name"]


def documents_folder() -> Path:
    """Where people keep their files."""
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return folder if folder.is_dir() else Path.home()


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

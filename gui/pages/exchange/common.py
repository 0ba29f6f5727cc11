"""What sending and receiving share: the folder of the last time, bars in per cent, papers out of a file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from core.domain.enums import RecordState
from core.infra.atomic_files import write_atomically
from core.services import drafts
from core.services.workspace import Workspace
from gui.dialogs.messages import tell
from gui.dialogs.printing import preview_made
from gui.tasks import Progress, TaskRunner

_FOLDER: Final = "exchange/folder"
_ALL: Final = 100_000
_PARTS: Final = 1000
_PAPERS: Final = ("封面.pdf", "回执.pdf", "通知.pdf")


class LastFolder:
    """Where files were put or taken from last; kept beside the store, so that each station has its own."""

    def __init__(self, ws: Workspace) -> None:
        self._settings = QSettings(str(ws.folder / "window.ini"), QSettings.Format.IniFormat)

    @property
    def path(self) -> Path | None:
        """The folder; None before the first time, or where it is gone (a stick that was pulled out)."""
        kept = str(self._settings.value(_FOLDER, ""))
        return Path(kept) if kept and Path(kept).is_dir() else None

    def keep(self, folder: Path) -> None:
        """Offer that folder the next time."""
        self._settings.setValue(_FOLDER, str(folder))
        self._settings.sync()


def has_ready_samples(ws: Workspace) -> bool:
    """True when a sample unit was recommended: it stays here, and the clerk may wonder why."""
    ready = (RecordState.RECOMMENDED, RecordState.FILED)
    return any(unit.is_sample for state in ready for unit in drafts.list_units(ws, state=state, limit=_ALL))


def in_parts(progress: Progress) -> Callable[[int, int], None]:
    """For work that counts bytes: a bar cannot hold more than two thousand million."""

    def report(done: int, total: int) -> None:
        progress.report(done * _PARTS // max(total, 1), _PARTS)

    return report


def print_cover(parent: QWidget, runner: TaskRunner, path: Path) -> None:
    """Preview the cover that lies in a file without a password."""
    try:
        with zipfile.ZipFile(path) as archive:
            name = next((name for name in _PAPERS if name in archive.namelist()), "")
            content = archive.read(name) if name else b""
    except (OSError, zipfile.BadZipFile):
        content = b""
    if not content:
        tell(parent, "打印封面", f"“{path.name}”里没有找到封面，可能U盘已经拔出。请打开文件所在的文件夹看一看。")
        return
    preview_made(parent, runner, name.removesuffix(".pdf"), lambda out: write_atomically(out, content))

"""Taking figures along: a plot as a picture, the counts as Excel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from core.domain.errors import GreenLadderError
from core.services.library import charts, sheets
from core.services.library.cockpit import CountBy
from gui.dialogs.files import ask_save_path, safe_name, saving_folder
from gui.dialogs.messages import tell, warn
from gui.dialogs.progress import run_with_progress
from gui.session import Session
from gui.tasks import TaskRunner

_PICTURES: Final = "图片 (*.png);;PDF文件 (*.pdf)"
_WORKBOOK: Final = "Excel文件 (*.xlsx)"


class Exports:
    """Each method is one export, from the question where to the sentence that it is done."""

    def __init__(self, parent: QWidget, session: Session, runner: TaskRunner) -> None:
        self._parent = parent
        self._session = session
        self._runner = runner

    def save_picture(self, by: CountBy | None, what: str) -> None:
        """One plot, every bar shown; None is the trend over the rosters."""
        ws = self._session.workspace
        suggested = saving_folder() / safe_name(f"在库单位按{what}_{ws.clock.today()}.png" if by else f"{what}.png")
        path = ask_save_path(self._parent, "另存为图片", suggested, _PICTURES)
        if path is not None:
            self._write(path, lambda: charts.save_trend(ws, path) if by is None else charts.save_counts(ws, by, path))

    def save_sheet(self) -> None:
        """Every count, a sheet each."""
        ws = self._session.workspace
        suggested = saving_folder() / safe_name(f"培育库统计_{ws.clock.today()}.xlsx")
        path = ask_save_path(self._parent, "另存为Excel", suggested, _WORKBOOK)
        if path is not None:
            self._write(path, lambda: sheets.export_counts(ws, path))

    def _write(self, path: Path, work: Callable[[], Path]) -> None:
        try:
            run_with_progress(self._parent, self._runner, "正在写文件", lambda _progress: work())
        except GreenLadderError as error:
            warn(self._parent, "没有保存", str(error))
            return
        tell(self._parent, "已保存", f"已保存到：{path}")

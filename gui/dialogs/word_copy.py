"""存为Word: a further button of the preview, for papers whose words leaders edit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from core.services.printing import PrintRequest, print_request
from gui.dialogs.files import ask_save_path, safe_name, saving_folder
from gui.dialogs.preview import ExtraAction
from gui.dialogs.progress import run_with_progress
from gui.session import Session
from gui.tasks import TaskRunner

_TEXT: Final = "存为Word(&D)"
_SUFFIX: Final = ".docx"
_PATTERN: Final = "Word文件 (*.docx)"


def word_actions(session: Session, runner: TaskRunner, request: PrintRequest, title: str) -> tuple[ExtraAction, ...]:
    """The button, where there is a Word copy of that product; none for others."""
    if not request.kind.has_word_copy:
        return ()

    def write(path: Path) -> Sequence[str]:
        return print_request(session.workspace, request, path).notices

    def save(parent: QWidget) -> str:
        path = ask_save_path(parent, "存为Word", saving_folder() / f"{safe_name(title)}{_SUFFIX}", _PATTERN)
        if path is None:
            return ""
        notices = run_with_progress(parent, runner, "正在存为Word", lambda _progress: write(path))
        return f"已存为Word：{path}。可以用Word或WPS修改，程序里的内容不变。{''.join(notices)}"

    return (ExtraAction(_TEXT, save),)

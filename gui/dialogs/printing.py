"""From what is to be printed to its preview: the PDF is made off the GUI thread, then shown."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.domain.errors import GreenLadderError
from core.services.printing import PrintRequest, print_request
from gui.dialogs.messages import warn
from gui.dialogs.preview import ExtraAction, PreviewDialog
from gui.dialogs.print_memory import PrintMemory
from gui.dialogs.progress import run_with_progress
from gui.dialogs.word_copy import word_actions
from gui.session import Session
from gui.tasks import TaskRunner


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What to print, what to call it, and what the preview says and offers beside it."""

    request: PrintRequest
    title: str
    notices: Sequence[str] = ()
    extra_actions: Sequence[ExtraAction] = ()


def preview(parent: QWidget, session: Session, runner: TaskRunner, job: PrintJob) -> Path | None:
    """Make the PDF and show it; returns where the clerk saved it, None when they did not.

    Above the pages it names the characters that no font has.
    """
    notices = list(job.notices)

    def write(out: Path) -> None:
        notices.extend(print_request(session.workspace, job.request, out).notices)

    return preview_made(
        parent, runner, job.title, write, notices=notices,
        extra_actions=(*word_actions(session, runner, job.request, job.title), *job.extra_actions),
        memory=PrintMemory(session.workspace.folder),
    )


def preview_made(
    parent: QWidget,
    runner: TaskRunner,
    title: str,
    write: Callable[[Path], object],
    *,
    notices: Sequence[str] = (),
    extra_actions: Sequence[ExtraAction] = (),
    memory: PrintMemory | None = None,
) -> Path | None:
    """Let `write` make the PDF once: it is shown, and printed and saved as shown; returns where it was saved."""
    with tempfile.TemporaryDirectory(prefix="greenladder-") as folder:
        pdf = Path(folder) / "preview.pdf"
        try:
            run_with_progress(parent, runner, "正在排版", lambda _progress: write(pdf))
        except GreenLadderError as error:
            warn(parent, "不能打印", str(error))
            return None
        return show_pdf(
            parent, runner, title, pdf, notices=notices, extra_actions=extra_actions, memory=memory
        )


def show_pdf(
    parent: QWidget,
    runner: TaskRunner,
    title: str,
    pdf: Path,
    *,
    about: str = "",
    notices: Sequence[str] = (),
    extra_actions: Sequence[ExtraAction] = (),
    starts: Sequence[int] = (),
    memory: PrintMemory | None = None,
) -> Path | None:
    """Show a PDF that is there already, until the clerk closes it; returns where it was saved, if it was."""
    dialog = PreviewDialog(
        title, pdf, runner, parent, about=about, notices=notices, extra_actions=extra_actions, starts=starts,
        memory=memory,
    )
    dialog.exec()
    saved = dialog.saved_to
    dialog.deleteLater()
    return saved

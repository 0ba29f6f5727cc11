"""From what is to be printed to its preview: the PDF is made off the GUI thread, then shown."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.domain.errors import GreenLadderError
from core.services.printing import PrintKind, print_to_file
from gui.dialogs.files import safe_name
from gui.dialogs.messages import warn
from gui.dialogs.preview import PreviewDialog
from gui.dialogs.progress import run_with_progress
from gui.session import Session
from gui.tasks import TaskRunner


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What to print, and what to call it; from `number` on for the papers of the library."""

    kind: PrintKind
    title: str
    record_ids: Sequence[str] = ()
    form_id: str | None = None
    as_of: date | None = None
    number: int | None = None
    year: int | None = None
    office: str | None = None
    membership_ids: Sequence[str] = ()
    call_id: str | None = None
    is_final: bool = False


def preview(parent: QWidget, session: Session, runner: TaskRunner, job: PrintJob) -> Path | None:
    """Make the PDF and show it; returns where the clerk saved it, None when they did not."""

    def write(out: Path) -> Path:
        return print_to_file(
            session.workspace, job.kind, out, record_ids=tuple(job.record_ids), form_id=job.form_id, as_of=job.as_of,
            number=job.number, year=job.year, office=job.office, membership_ids=tuple(job.membership_ids),
            call_id=job.call_id, is_final=job.is_final,
        )

    return preview_made(parent, runner, job.title, write)


def preview_made(parent: QWidget, runner: TaskRunner, title: str, write: Callable[[Path], object]) -> Path | None:
    """Let `write` make the PDF, here for the eye and later where the clerk says; returns where it was saved."""
    with tempfile.TemporaryDirectory(prefix="greenladder-") as folder:
        pdf = Path(folder) / "preview.pdf"
        try:
            run_with_progress(parent, runner, "正在排版", lambda _progress: write(pdf))
        except GreenLadderError as error:
            warn(parent, "不能打印", str(error))
            return None
        dialog = PreviewDialog(title, pdf, write, safe_name(title), parent)
        dialog.exec()
        saved = dialog.saved_to
        dialog.deleteLater()
    return saved

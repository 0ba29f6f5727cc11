"""合订本: the form and its evidence bound into one PDF, with a way to stop; then shown with what is wrong in it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from core.domain.errors import CancelledError, GreenLadderError
from core.services.products.binding import BoundBook, bind_to_file
from gui.dialogs.messages import tell, warn
from gui.dialogs.print_memory import PrintMemory
from gui.dialogs.printing import show_pdf
from gui.dialogs.progress import run_with_progress
from gui.session import Session
from gui.tasks import Progress, TaskRunner

_MOST_SHOWN: Final = 4


def preview_bound(
    parent: QWidget, session: Session, runner: TaskRunner, record_id: str, title: str, as_of: date | None = None
) -> Path | None:
    """Bind and show; the preview prints and saves that very file. Returns where it was saved, None when it was not."""
    ws = session.workspace
    with tempfile.TemporaryDirectory(prefix="greenladder-") as folder:
        pdf = Path(folder) / "preview.pdf"

        def work(progress: Progress) -> BoundBook:
            return bind_to_file(
                ws, record_id, pdf, as_of=as_of, progress=progress.report, cancelled=progress.is_cancelled
            )

        try:
            book = run_with_progress(parent, runner, "装订合订本", work, counts=False)
        except CancelledError as error:
            tell(parent, "已停止", str(error))
            return None
        except GreenLadderError as error:
            warn(parent, "不能装订", str(error))
            return None
        return show_pdf(
            parent, runner, title, pdf, about=book.size_sentence, notices=notices(book), memory=PrintMemory(ws.folder)
        )


def notices(book: BoundBook) -> Sequence[str]:
    """What stands above the pages because something is wrong; the contents page tells of the rest."""
    shown = book.problems[:_MOST_SHOWN]
    left = len(book.problems) - len(shown)
    more = (f"另有{left}份材料没有装订好，见目录页。",) if left else ()
    return (*book.notes, *shown, *more)

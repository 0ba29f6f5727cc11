"""推荐函: from the units or the call to the preview, where it is printed or saved as Word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from core.domain.tiers import TierCall
from core.services.printing import PrintKind, PrintRequest
from gui.dialogs.printing import PrintJob, preview
from gui.session import Session
from gui.tasks import TaskRunner


def preview_letter(
    parent: QWidget, session: Session, runner: TaskRunner, *, record_ids: Sequence[str] = (),
    call: TierCall | None = None,
) -> None:
    """An office's letter for these forms, or for all that are recommended; the bureau's for a call."""
    title = "推荐函" if call is None else f"{call.year}年{call.tier.label}推荐函"
    request = PrintRequest(PrintKind.LETTER, tuple(record_ids), call_id=call.id if call is not None else None)
    preview(parent, session, runner, PrintJob(request, title))

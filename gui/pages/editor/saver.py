"""Saving while a clerk types: every answer at once; what cannot be saved is kept and tried again."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from core.domain.errors import GreenLadderError
from core.services import drafts
from core.services.drafts import OpenForm
from gui.session import Session

_RETRY_MS = 10_000


class Saver(QObject):
    """Saves answers of one record.

    Signals:
        saved: the record with its new state and verdict.
        failed: why an answer could not be saved, and what to do; the answer stays pending.
    """

    saved = Signal(object)
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._record_id = ""
        self._pending: dict[str, object] = {}
        self._problem = ""
        self._again = QTimer(self)
        self._again.setInterval(_RETRY_MS)
        self._again.timeout.connect(self.retry)

    @property
    def pending(self) -> tuple[str, ...]:
        """Names of the fields that are not saved yet."""
        return tuple(self._pending)

    @property
    def problem(self) -> str:
        """Why the pending answers are not saved; empty when there are none."""
        return self._problem

    def start(self, record_id: str) -> None:
        """Save into this record from now on."""
        self._record_id = record_id
        self._pending.clear()
        self._settle("")

    def save(self, name: str, raw: object) -> None:
        """Save one answer, together with any that is still pending."""
        self._pending[name] = raw
        self.retry()

    def retry(self) -> bool:
        """Try to save everything that is pending; True when nothing is left."""
        opened: OpenForm | None = None
        problem = ""
        for name, raw in list(self._pending.items()):
            try:
                opened = drafts.save_answer(self._session.workspace, self._record_id, name, raw)
            except GreenLadderError as error:
                problem = problem or str(error)
            else:
                del self._pending[name]
        self._settle(problem)
        if opened is not None:
            self.saved.emit(opened)
        return not self._pending

    def _settle(self, problem: str) -> None:
        if problem:
            self._again.start()
        else:
            self._again.stop()
        if problem or self._problem:
            self._problem = problem
            self.failed.emit(problem)

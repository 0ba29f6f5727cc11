"""Saving while a clerk types: every answer at once; what cannot be saved is kept and tried again."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from core.domain.errors import EditedElsewhereError, GreenLadderError
from core.domain.values import Stored
from core.services import drafts
from core.services.drafts import OpenForm
from gui.session import Session

_RETRY_MS = 10_000


class Saver(QObject):
    """Saves answers of one record, each over the answer that the clerk was shown and over no other.

    Signals:
        saved: the record with its new state and verdict.
        failed: why an answer could not be saved, and what to do; the answer stays pending.
        overtaken: the name of a field that somebody else changed meanwhile; it waits until the clerk has chosen.
    """

    saved = Signal(object)
    failed = Signal(str)
    overtaken = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._record_id = ""
        self._shown: dict[str, Stored] = {}
        self._pending: dict[str, object] = {}
        self._refused: dict[str, EditedElsewhereError] = {}
        self._problem = ""
        self._again = QTimer(self)
        self._again.setInterval(_RETRY_MS)
        self._again.timeout.connect(self.retry)

    @property
    def shown(self) -> Mapping[str, Stored]:
        """The stored answers as the clerk sees them."""
        return self._shown

    @property
    def pending(self) -> tuple[str, ...]:
        """Names of the fields that are not saved yet."""
        return tuple(self._pending)

    @property
    def refused(self) -> Mapping[str, EditedElsewhereError]:
        """Of the pending fields those that somebody else changed: the clerk has to choose."""
        return self._refused

    @property
    def problem(self) -> str:
        """Why the pending answers are not saved; empty when there are none."""
        return self._problem

    def start(self, record_id: str, shown: Mapping[str, Stored]) -> None:
        """Save into this record from now on, whose answers are shown."""
        self._record_id = record_id
        self._shown = dict(shown)
        self._pending.clear()
        self._refused.clear()
        self._settle("")

    def now_shows(self, answers: Mapping[str, Stored], names: tuple[str, ...] | None = None) -> None:
        """These fields (all of them by default) show the stored answers now."""
        if names is None:
            self._shown = dict(answers)
        else:
            self._shown.update({name: answers.get(name) for name in names})

    def save(self, name: str, raw: object) -> None:
        """Save one answer, together with any that is still pending."""
        self._pending[name] = raw
        self._refused.pop(name, None)
        self.retry()

    def keep_mine(self, name: str) -> bool:
        """Save over what the other one wrote, as it was told; False when that has changed again."""
        self._shown[name] = self._refused.pop(name).theirs
        self.retry()
        return name not in self._pending

    def take_theirs(self, name: str) -> None:
        """Give up what was typed into a field."""
        self._pending.pop(name, None)
        self._refused.pop(name, None)
        self._settle(self._first_problem())

    def give_up(self) -> None:
        """Save nothing more of what is pending: the clerk was asked, and has left it."""
        self._pending.clear()
        self._refused.clear()
        self._settle("")

    def retry(self) -> bool:
        """Try to save everything that is pending and waits for nobody; True when nothing is left."""
        opened: OpenForm | None = None
        problem = ""
        overtaken: list[str] = []
        for name, raw in list(self._pending.items()):
            if name in self._refused:
                continue
            try:
                shown = {name: self._shown.get(name)}
                opened = drafts.save_answer(self._session.workspace, self._record_id, name, raw, expected=shown)
            except EditedElsewhereError as error:
                self._refused[name] = error
                overtaken.append(name)
            except GreenLadderError as error:
                problem = problem or str(error)
            else:
                del self._pending[name]
                self._shown[name] = opened.record.answers.get(name)
        self._settle(problem or self._first_problem(), tries=bool(problem))
        if opened is not None:
            self.saved.emit(opened)
        for name in overtaken:
            self.overtaken.emit(name)
        return not self._pending

    def _first_problem(self) -> str:
        return next((str(error) for error in self._refused.values()), "")

    def _settle(self, problem: str, *, tries: bool = False) -> None:
        if tries:
            self._again.start()
        else:
            self._again.stop()
        if problem or self._problem:
            self._problem = problem
            self.failed.emit(problem)

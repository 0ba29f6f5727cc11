"""The workspace as the window shares it: one object says what changed, and every page looks for itself."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.domain.errors import GreenLadderError
from core.services import drafts
from core.services.workspace import Workspace

_PAUSE_MS: Final = 40
_AT_ONCE: Final = 3


class Session(QObject):
    """Holds the workspace. Pages never call one another: they change things through services and announce it here.

    Signals:
        record_changed: one record (its id) was edited, explained, recommended or withdrawn.
        records_changed: records were added or taken away.
        library_changed: the library moved: a window, a decision, a member, a report, a tier, a prospect.
        station_changed: another role, office or clerk was chosen.
    """

    record_changed = Signal(str)
    records_changed = Signal()
    library_changed = Signal()
    station_changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self._last_saved = ""

    @property
    def last_saved(self) -> str:
        """What was saved last and when, as a clause of a sentence; empty before the first save."""
        return self._last_saved

    def announce(self, record_id: str, what: str = "") -> None:
        """Tell every page that a record changed."""
        if what:
            self._last_saved = what
        self.record_changed.emit(record_id)

    def announce_all(self) -> None:
        """Tell every page that the list of records changed."""
        self.records_changed.emit()

    def announce_library(self) -> None:
        """Tell every page that the library moved; forms may have moved with it."""
        self.library_changed.emit()
        self.records_changed.emit()

    def announce_station(self) -> None:
        """Tell every page that someone else sits here."""
        self.station_changed.emit()


class VerdictRefresher(QObject):
    """Checks drafts whose verdict is of an earlier day, a few at a time, so that the list tells today's."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._checked = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_running(self) -> bool:
        """True until every draft has today's verdict."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin as soon as the window is idle."""
        self._timer.start()

    def _go_on(self) -> None:
        try:
            done = drafts.refresh_verdicts(self._session.workspace, _AT_ONCE)
        except GreenLadderError:
            # The clerk meets the same trouble, with its sentence, when opening or saving.
            done = 0
        self._checked += done
        if done < _AT_ONCE:
            self._timer.stop()
            if self._checked:
                self._session.announce_all()

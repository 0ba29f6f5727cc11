"""The workspace as the window shares it: one object says what changed, and every page looks for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from core.domain.errors import GreenLadderError

if TYPE_CHECKING:
    from core.services.workspace import Workspace

_PAUSE_MS: Final = 40
_LOOK_MS: Final = 10_000
_AT_ONCE: Final = 3


class Session(QObject):
    """Holds the workspace. Pages never call one another: they change things through services and announce it here.

    Signals:
        record_changed: one record (its id) was edited, explained, recommended or withdrawn.
        records_changed: records were added or taken away.
        library_changed: the library moved: a window, a decision, a member, a report, a tier, a prospect.
        station_changed: another role, office or clerk was chosen.
        changed_elsewhere: another window, the command line or another clerk wrote into the store, perhaps.
    """

    record_changed = Signal(str)
    records_changed = Signal()
    library_changed = Signal()
    station_changed = Signal()
    changed_elsewhere = Signal()

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


class StoreWatch(QObject):
    """Tells the pages when somebody else wrote into the store, by asking for one number, or chose who it belongs to.

    Asked when the program comes to the front again, and every `pause_ms`: colleagues share a server's store, and into
    one of this PC the command line and scheduled tasks write.
    """

    def __init__(self, session: Session, pause_ms: int = _LOOK_MS) -> None:
        super().__init__(session)
        self._session = session
        self._seen = 0
        self._station = session.workspace.station
        session.station_changed.connect(self._note_station)
        self._timer = QTimer(self)
        self._timer.setInterval(pause_ms)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to watch."""
        self._seen = self._session.workspace.store.changes.newest()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.applicationStateChanged.connect(self._on_state)
        self._timer.start()

    def look(self) -> None:
        """Ask now. A dialog that is open is not disturbed: what it does is checked when it is done."""
        if QApplication.activeModalWidget() is not None:
            return
        try:
            newest, station = self._session.workspace.store.changes.newest(), self._session.workspace.station
        except GreenLadderError:
            return  # the clerk meets the same trouble, with its sentence, when opening or saving
        if newest != self._seen:
            self._seen = newest
            self._session.changed_elsewhere.emit()
            self._session.announce_library()
        if station != self._station:
            self._station = station
            self._session.announce_station()

    def _note_station(self) -> None:
        self._station = self._session.workspace.station

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.look()


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
        from core.services import drafts

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
